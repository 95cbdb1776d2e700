"""What is to become of an item that nobody knew: pure decisions, no clock, no network."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from .jellyfin import MediaItem, StreamKind
from .models import Announcement, Sighting

FILM = "Movie"
EPISODE = "Episode"

# What Jellyfin 10.11 calls the second file of a film; also what home videos are.
VERSION = "Video"


class Verdict(Enum):
    """What happens next to an item."""

    ANNOUNCE = auto()
    ANNOUNCE_VERSION = auto()
    LOOK_AGAIN = auto()
    PLACE = auto()
    KNOW = auto()
    FORGET = auto()


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known around an item.

    `watched` is None while nobody knows the item's library; `first_scan` says that the library is so new that this is
    its contents. `of_known` says that another version of the item is known, `of_pending` that the item is hidden behind
    another version that is on its way itself. `patient` says that there is still time to look again.
    """

    watched: bool | None
    first_scan: bool = False
    of_known: bool = False
    of_pending: bool = False
    patient: bool = True


def judge(item: MediaItem, around: Circumstances) -> Verdict:
    """Decide about an item that nobody knew."""
    if item.kind not in (FILM, EPISODE) and not (item.kind == VERSION and (around.of_known or around.of_pending)):
        return Verdict.KNOW
    if item.extra_type is not None:
        return Verdict.KNOW
    if item.is_virtual:
        # A missing episode: its file may come one day.
        return Verdict.FORGET
    if around.of_pending:
        return Verdict.LOOK_AGAIN if around.patient else Verdict.FORGET
    if around.watched is None:
        return Verdict.PLACE
    if not around.watched or around.first_scan:
        return Verdict.KNOW
    if around.patient and not item.has_video and not item.never_probed:
        return Verdict.LOOK_AGAIN
    return Verdict.ANNOUNCE_VERSION if around.of_known else Verdict.ANNOUNCE


def other_versions(item: MediaItem) -> tuple[str, ...]:
    """Return the ids of the other files of the same film or episode."""
    return tuple([source.source_id for source in item.sources if source.source_id != item.item_id])


def announcement(
    item: MediaItem,
    sighting: Sighting,
    *,
    library_id: str | None,
    library_name: str | None,
    now: datetime,
    missing: tuple[str, ...] = (),
    version: MediaItem | None = None,
    replaces: str | None = None,
    repeated: bool = False,
) -> Announcement:
    """Say what is to be said of an item; of a version added to it, the file and the streams are the version's."""
    file = version or item
    provider_ids = {key.casefold(): value for key, value in item.provider_ids.items()}
    return Announcement(
        item_id=item.item_id,
        item_type="episode" if item.kind == EPISODE else "movie",
        name=item.name,
        series_name=item.series_name,
        series_id=item.series_id,
        season_number=item.season_number,
        episode_number=item.episode_number,
        episode_number_end=item.episode_number_end,
        year=item.year,
        library_id=library_id,
        library_name=library_name,
        path=file.path,
        runtime_seconds=file.runtime_seconds,
        audio_languages=_languages(file, StreamKind.AUDIO),
        subtitle_languages=_languages(file, StreamKind.SUBTITLE),
        missing_languages=missing,
        imdb_id=provider_ids.get("imdb"),
        tmdb_id=provider_ids.get("tmdb"),
        tvdb_id=provider_ids.get("tvdb"),
        image_tag=item.image_tag,
        source=sighting.source,
        seen_at=sighting.seen_at,
        announced_at=now,
        complete=file.has_video,
        repeated=repeated,
        replaces=replaces,
        new_version=version.item_id if version else None,
    )


def _languages(item: MediaItem, kind: StreamKind) -> tuple[str, ...]:
    """Return the languages of the streams of a kind, each once."""
    return tuple(dict.fromkeys([stream.language for stream in item.streams if stream.kind is kind and stream.language]))
