"""Names and times of the Jellyfin Subtitles integration."""

from datetime import timedelta
import logging
from typing import Final

DOMAIN: Final = "jellyfin_subtitles"
LOGGER: Final = logging.getLogger(__package__)

# Core's integration of the same server: both devices carry its identifier, which makes them linked devices.
CORE_JELLYFIN_DOMAIN: Final = "jellyfin"

CONF_ALL_LIBRARIES: Final = "all_libraries"
CONF_DEVICE_ID: Final = "device_id"
CONF_LIBRARIES: Final = "libraries"
CONF_USER_ID: Final = "user_id"

EVENT_MEDIA_ADDED: Final = f"{DOMAIN}_media_added"
EVENT_TYPE_MEDIA_ADDED: Final = "media_added"

SERVICE_SYNC_NOW: Final = "sync_now"

ISSUE_STORAGE_KEPT_ASIDE: Final = "storage_kept_aside"
ISSUE_UNPROVEN_CONNECTION: Final = "unproven_connection"

REQUEST_TIMEOUT: Final = timedelta(seconds=30)

# A person waits in front of the form; a server that takes longer than this is of no use to them either.
SIGN_IN_TIMEOUT: Final = timedelta(seconds=10)

# A person types the code elsewhere: this is how long they look at a dialog that could already go on.
QUICK_CONNECT_INTERVAL: Final = timedelta(seconds=2)

# After this the server itself has forgotten a code that nobody allowed.
QUICK_CONNECT_LIFETIME: Final = timedelta(minutes=10)

# Everything is pushed, and every reconnect catches up: this is for what neither of them noticed.
FALLBACK_SYNC_INTERVAL: Final = timedelta(hours=24)

# The document of known ids is large; what happened since is in the journal, so losing an hour of it loses nothing.
SAVE_INTERVAL: Final = timedelta(hours=1)
