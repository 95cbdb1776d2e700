"""The Chromium that walks: what scripts/find-chromium has found, or the machine's own."""

import os
import shutil
from typing import Final

# What Debian, Ubuntu and Google call it.
NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
FLAGS: Final = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")


def find() -> str | None:
    """Return where it is, if there is one; the variable CHROMIUM decides."""
    return next(filter(None, (os.environ.get("CHROMIUM"), *map(shutil.which, NAMES))), None)
