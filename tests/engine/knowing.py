"""A memory that has begun, and what it looks like after a crash."""

from datetime import UTC, datetime

from custom_components.jellyfin_subtitles.engine.known import KnownIds
from custom_components.jellyfin_subtitles.engine.models import Announcement, Source

from .memory import MemoryStorage

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
FILMS = "f" * 32


def an_id(number: int) -> str:
    """Return an id in Jellyfin's own spelling."""
    return f"{number:032x}"


def an_announcement(item_id: str, replaces: str | None = None) -> Announcement:
    """Return something that was said."""
    return Announcement(item_id, "movie", "Film", FILMS, "Films", Source.WEBSOCKET, NOW, NOW, replaces=replaces)


async def begun(storage: MemoryStorage) -> KnownIds:
    """Return a memory whose first baseline is behind it."""
    known = KnownIds(storage)
    await known.load()
    known.begin(NOW)
    known.learn_existing({an_id(1): 11, an_id(2): 0})
    await known.learnt(FILMS, NOW, first_scan=False)
    return known


async def after_a_crash(storage: MemoryStorage) -> KnownIds:
    """Return the memory that the next run begins with, had this one been killed now."""
    known = KnownIds(storage.after_a_crash())
    await known.load()
    return known
