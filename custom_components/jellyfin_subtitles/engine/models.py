"""What travels through the corridor: frozen, made once, read everywhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from .wants import Want

# How many titles a batch names: enough for a notification.
TITLES_IN_BATCH = 20


class Source(StrEnum):
    """The door through which an item was first noticed."""

    WEBSOCKET = "websocket"
    SYNC = "sync"
    WEBHOOK = "webhook"
    ACTION = "action"
    JOURNAL = "journal"


class ListenerState(StrEnum):
    """What the listener is doing about its socket."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    UNPROVEN = "unproven"
    WAITING = "waiting"
    SIGN_IN_NEEDED = "sign_in_needed"
    SERVER_STARTING = "server_starting"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class ListenerStatus:
    """The listener's state as people see it; times are UTC."""

    state: ListenerState
    since: datetime
    next_attempt: datetime | None = None
    reconnects: int = 0
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """An id that some door has seen, before anything is known about it.

    `added` is true where the server itself called the item new (`ItemsAdded`), not just updated, or found by a query.
    """

    item_id: str
    source: Source
    seen_at: datetime
    added: bool = False
    library_id: str | None = None


@dataclass(frozen=True, slots=True)
class Announcement:
    """A film or an episode that is new in Jellyfin, said once.

    `complete` is false where the server had not looked into the file in time (or never does: `.strm`, remote items).
    `repeated` is true where a crash leaves it unknown whether it was said before. `replaces` is the id of the file that
    this one took the place of, `new_version` the id of the version that was added to a film already known.
    Languages are as the server gives them (ISO 639-2/T or a lower-case tag), in the order of the streams, each once;
    the missing ones, those wanted that the file lacks, are BCP 47 tags. The library is None where it was not asked for.
    """

    item_id: str
    item_type: str
    name: str
    library_id: str | None
    library_name: str | None
    source: Source
    seen_at: datetime
    announced_at: datetime
    series_name: str | None = None
    series_id: str | None = None
    season_number: int | None = None
    episode_number: int | None = None
    episode_number_end: int | None = None
    year: int | None = None
    path: str | None = None
    runtime_seconds: int | None = None
    audio_languages: tuple[str, ...] = ()
    subtitle_languages: tuple[str, ...] = ()
    missing_languages: tuple[str, ...] = ()
    imdb_id: str | None = None
    tmdb_id: str | None = None
    tvdb_id: str | None = None
    image_tag: str | None = None
    complete: bool = True
    repeated: bool = False
    replaces: str | None = None
    new_version: str | None = None

    @property
    def title(self) -> str:
        """The item as people name it: `Series S01E02 · Title` or `Film (2021)`."""
        if self.series_name is None:
            return f"{self.name} ({self.year})" if self.year and f"({self.year})" not in self.name else self.name
        number = ""
        if self.season_number is not None and self.episode_number is not None:
            number = f" S{self.season_number:02}E{self.episode_number:02}"
            if self.episode_number_end is not None and self.episode_number_end != self.episode_number:
                number += f"-E{self.episode_number_end:02}"
        return f"{self.series_name}{number} · {self.name}"

    def as_dict(self) -> dict[str, Any]:
        """Return all of it, flat and JSON-safe (times as ISO 8601, tuples as lists)."""
        return {
            "item_id": self.item_id,
            "item_type": self.item_type,
            "title": self.title,
            "name": self.name,
            "series_name": self.series_name,
            "series_id": self.series_id,
            "season_number": self.season_number,
            "episode_number": self.episode_number,
            "episode_number_end": self.episode_number_end,
            "year": self.year,
            "library_id": self.library_id,
            "library_name": self.library_name,
            "path": self.path,
            "runtime_seconds": self.runtime_seconds,
            "audio_languages": list(self.audio_languages),
            "subtitle_languages": list(self.subtitle_languages),
            "missing_languages": list(self.missing_languages),
            "imdb_id": self.imdb_id,
            "tmdb_id": self.tmdb_id,
            "tvdb_id": self.tvdb_id,
            "image_tag": self.image_tag,
            "source": self.source.value,
            "seen_at": self.seen_at.isoformat(),
            "announced_at": self.announced_at.isoformat(),
            "complete": self.complete,
            "repeated": self.repeated,
            "replaces": self.replaces,
            "new_version": self.new_version,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Announcement:
        """Make it again from what `as_dict` returned; raises KeyError, TypeError or ValueError on anything else."""
        values = {key: value for key, value in data.items() if key != "title"}
        values["source"] = Source(values["source"])
        for key in ("seen_at", "announced_at"):
            values[key] = datetime.fromisoformat(values[key])
        for key in ("audio_languages", "subtitle_languages", "missing_languages"):
            values[key] = tuple(values.get(key, ()))
        return cls(**values)


@dataclass(frozen=True, slots=True)
class CatchUpResult:
    """What one look at "saved since" found.

    `found` are the ids that nobody knew before, `baseline` says that ids were learnt silently in the same run.
    `requests` counts the queries; `failed` are the names of libraries that could not be asked.
    """

    finished_at: datetime
    found: tuple[str, ...] = ()
    requests: int = 0
    baseline: bool = False
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MediaBatch:
    """Many new items said at once: episodes of one series, or films; part 1 of 1 unless there were too many for one.

    `total` is how many items of all kinds the flood had brought by then.
    """

    items: tuple[Announcement, ...]
    part: int = 1
    parts: int = 1
    total: int = 1

    def as_dict(self) -> dict[str, Any]:
        """Return what it holds, JSON-safe and small: ids, the numbers of the episodes, and the first few titles."""
        first = self.items[0]
        seasons: dict[int, set[int]] = {}
        for item in self.items:
            if item.season_number is not None and item.episode_number is not None:
                seasons.setdefault(item.season_number, set()).add(item.episode_number)
        return {
            "item_type": first.item_type,
            "series_id": first.series_id,
            "series_name": first.series_name,
            "library_names": sorted({item.library_name for item in self.items if item.library_name}),
            "count": len(self.items),
            "part": self.part,
            "parts": self.parts,
            "seasons": [
                {"season_number": season, "episode_numbers": sorted(seasons[season])} for season in sorted(seasons)
            ],
            "titles": [item.title for item in self.items[:TITLES_IN_BATCH]],
            "item_ids": [item.item_id for item in self.items],
            "missing_languages": sorted({language for item in self.items for language in item.missing_languages}),
        }


@dataclass(frozen=True, slots=True)
class Needs:
    """What one file lacks: `wants`, and the same as mere languages, in BCP 47 tags.

    `present` are the languages that its subtitles satisfy, `translatable_from` those that it has as text. `source_id`
    is the file's own item id, `path` where the server has it.
    """

    source_id: str
    path: str | None
    missing: tuple[str, ...]
    present: tuple[str, ...]
    translatable_from: tuple[str, ...]
    wants: tuple[Want, ...] = ()


class RequestReason(StrEnum):
    """Why subtitles are asked for."""

    NEW_MEDIA = "new_media"
    NEW_VERSION = "new_version"
    ACTION = "action"
    MASS_ARRIVAL = "mass_arrival"
    LIBRARY_SCAN = "library_scan"


# Asked for as it stands: after a restart, nothing else that the file lacks is asked for with it.
AS_ASKED: Final = frozenset({RequestReason.ACTION, RequestReason.LIBRARY_SCAN})

# What was there before anybody asked for it: that it is complete one day is no news.
BACKLOG: Final = frozenset({RequestReason.MASS_ARRIVAL, RequestReason.LIBRARY_SCAN})


@dataclass(frozen=True, slots=True)
class SubtitleRequest:
    """One file that lacks something, said once; `repeated` where a crash leaves it unknown whether it was said."""

    request_id: str
    item: Announcement
    needs: Needs
    reason: RequestReason
    requested_at: datetime
    repeated: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return all of it, flat and JSON-safe; path and missing languages are those of the file in question."""
        return {
            **self.item.as_dict(),
            "request_id": self.request_id,
            "media_source_id": self.needs.source_id,
            "path": self.needs.path,
            "missing_languages": list(self.needs.missing),
            "missing": list(self.needs.missing),
            "present": list(self.needs.present),
            "translatable_from": list(self.needs.translatable_from),
            "reason": self.reason.value,
            "requested_at": self.requested_at.isoformat(),
            "repeated": self.repeated,
        }
