"""Ids as Jellyfin makes them: 32 lower-case hex digits, derived where Jellyfin derives them."""

import hashlib
import random
from typing import Final

EMPTY_ID: Final = "0" * 32
PLAYLISTS_FOLDER_ID: Final = "1071671e7bffa0532e930debee501d2e"

_NAMESPACE: Final = "MediaBrowser.Controller.Entities."
_CLASSES: Final = {
    "Movie": "Movies.Movie",
    "BoxSet": "Movies.BoxSet",
    "Episode": "TV.Episode",
    "Season": "TV.Season",
    "Series": "TV.Series",
    "Audio": "Audio.Audio",
    "MusicAlbum": "Audio.MusicAlbum",
}


def derived_id(text: str) -> str:
    """Return the id that Jellyfin derives from a text (md5 of UTF-16, in the byte order of a Guid)."""
    digest = hashlib.md5(text.encode("utf-16-le"), usedforsecurity=False).digest()
    return (digest[3::-1] + digest[5:3:-1] + digest[7:5:-1] + digest[8:]).hex()


def item_id(kind: str, path: str) -> str:
    """Return the id of an item: the same type and path always give the same id."""
    return derived_id(_NAMESPACE + _CLASSES.get(kind, kind) + path)


def session_id(client: str, device_id: str) -> str:
    """Return the id of the session of that client and device."""
    return derived_id(client + device_id)


def parse_id(text: str) -> str | None:
    """Return the id with or without dashes as 32 lower-case hex digits, None if it is not one."""
    plain = text.strip().replace("-", "").lower()
    if len(plain) != 32 or not set(plain) <= set("0123456789abcdef"):
        return None
    return plain


class IdSource:
    """Random ids, the same ones for the same seed."""

    def __init__(self, seed: str) -> None:
        """Seed the source."""
        self._random = random.Random(seed)

    def hex(self, digits: int = 32) -> str:
        """Return that many lower-case hex digits."""
        return f"{self._random.getrandbits(digits * 4):0{digits}x}"

    def digits(self, count: int) -> str:
        """Return that many decimal digits."""
        return f"{self._random.randrange(10**count):0{count}d}"
