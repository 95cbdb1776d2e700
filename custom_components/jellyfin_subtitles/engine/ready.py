"""What is to be said of an item, and what is to be known of it from then on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from .identity import NO_IDENTITY, identities
from .jellyfin import MediaItem
from .judge import announcement, other_versions
from .models import Announcement, Needs
from .policy import assess, may_lack
from .profiles import Profile
from .waiting import Entry


@dataclass(frozen=True, slots=True)
class Ready:
    """An entry with what is to be said of it; `may_lack` is whether there is anything to ask for, as far as we know."""

    entry: Entry
    said: Announcement
    needs: tuple[Needs, ...]
    may_lack: bool
    identity: int
    versions: tuple[str, ...]


def make_ready(
    entry: Entry,
    item: MediaItem,
    *,
    library: tuple[str, str],
    profiles: Sequence[Profile],
    now: datetime,
    version: MediaItem | None = None,
    gone: dict[int, str],
) -> Ready:
    """Assess an item, or a version that was added to it, and say what is to be said.

    `library` is id and name; of `gone`, files by identity, the one whose place the item takes is popped.
    """
    replaces = None
    if gone and version is None:
        replaces = next((gone.pop(digest) for digest in identities(item) if digest in gone), None)
    needs = assess(version or item, profiles, now)
    library_id, library_name = library
    said = announcement(
        item,
        entry.sighting,
        library_id=library_id,
        library_name=library_name,
        now=now,
        missing=needs[0].missing if needs else (),
        version=version,
        replaces=replaces,
        repeated=entry.repeated,
    )
    # The other versions of a version have had their turn.
    needs = needs if version is None else needs[:1]
    identity = next(identities(item), NO_IDENTITY)
    return Ready(entry, said, needs, may_lack(needs, profiles), identity, other_versions(version or item))
