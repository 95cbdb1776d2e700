"""What the client holds to, each with its reason."""

import logging
from typing import Final

LOGGER: Final = logging.getLogger(__package__)

# Sessions of this name are Home Assistant's own to its Jellyfin integration, which then shows no player for them.
CLIENT_NAME: Final = "Home Assistant"

MINIMUM_VERSION: Final = (10, 11)

# A request line may hold 8,192 bytes at the server, and often 4,096 at a proxy: 33 bytes for each id.
MAX_IDS: Final = 100

# The largest answers in use are pages of items (1 MB); anything beyond this is not an answer to us.
MAX_ANSWER_BYTES: Final = 64 * 1024 * 1024
MAX_IMAGE_BYTES: Final = 10 * 1024 * 1024

# A message names every changed item at once, 35 bytes each, and is never split.
MAX_MESSAGE_BYTES: Final = 64 * 1024 * 1024
