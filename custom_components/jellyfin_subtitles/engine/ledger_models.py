"""What is written down about each kind of subtitles that a file lacks: frozen, and as it is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from .models import Announcement, RequestReason
from .wants import Want

# Why an attempt led to nothing where no backend has failed.
NOT_FOUND: Final = "not_found"


class RecordState(StrEnum):
    """How far it has come; the first four are open."""

    WAITING = "waiting"
    SEARCHING = "searching"
    FETCHING = "fetching"
    VERIFYING = "verifying"
    ARRIVED = "arrived"
    NOT_FOUND = "not_found"
    FAILED = "failed"
    IGNORED = "ignored"
    GONE = "gone"
    SATISFIED_ELSEWHERE = "satisfied_elsewhere"

    @property
    def is_open(self) -> bool:
        """Whether there is still something to do."""
        return self in _OPEN

    @property
    def is_in_vain(self) -> bool:
        """Whether it was given up."""
        return self in (RecordState.NOT_FOUND, RecordState.FAILED)

    @property
    def is_good(self) -> bool:
        """Whether the subtitles are there."""
        return self in (RecordState.ARRIVED, RecordState.SATISFIED_ELSEWHERE)


_OPEN = frozenset({RecordState.WAITING, RecordState.SEARCHING, RecordState.FETCHING, RecordState.VERIFYING})


@dataclass(frozen=True, slots=True)
class Record:
    """One want of one file that somebody works on; times are UTC.

    `source_id` is the file's own item id, `item_id` that of the film or the episode; `arrived_at` is when that was
    announced. `attempts` counts the searches, `looks` how often the file was read again after a delivery. `reason` says
    why the last attempt led to nothing, `due` when something is to be done next.
    """

    item_id: str
    source_id: str
    library_id: str | None
    item_type: str
    title: str
    series_id: str | None
    season_number: int | None
    episode_number: int | None
    want: Want
    request_id: str
    request_reason: RequestReason
    arrived_at: datetime
    requested_at: datetime
    due: datetime
    state: RecordState = RecordState.WAITING
    attempts: int = 0
    looks: int = 0
    backend: str | None = None
    reason: str | None = None

    @property
    def record_id(self) -> str:
        """What it is known by: of one file and want there is one record."""
        return f"{self.source_id};{self.want.key}"

    @property
    def language(self) -> str:
        """The language that is wanted, as BCP 47 has it."""
        return self.want.language.tag

    def as_dict(self) -> dict[str, Any]:
        """Return all of it, flat and JSON-safe."""
        return {
            **MediaReady.of_record(self, repeated=False).as_dict(),
            "request_id": self.request_id,
            "request_reason": self.request_reason.value,
            "language": self.language,
            "kind": self.want.kind.value,
            "state": self.state.value,
            "attempts": self.attempts,
            "backend": self.backend,
            "reason": self.reason,
            "requested_at": self.requested_at.isoformat(),
            "ended_at": None,
            "next_attempt": self.due.isoformat(),
        }

    def as_list(self) -> list[Any]:
        """Return it as it is stored."""
        return [
            self.item_id,
            self.source_id,
            self.library_id,
            self.item_type,
            self.title,
            self.series_id,
            self.season_number,
            self.episode_number,
            self.want.as_text(),
            self.request_id,
            self.request_reason.value,
            self.arrived_at.timestamp(),
            self.requested_at.timestamp(),
            self.due.timestamp(),
            self.state.value,
            self.attempts,
            self.looks,
            self.backend,
            self.reason,
        ]

    @classmethod
    def from_list(cls, data: Sequence[Any]) -> Record:
        """Make it again; raises TypeError or ValueError on anything else."""
        (item, source, library, item_type, title, series, season, episode, want, request, why, *rest) = data
        (arrived_at, requested_at, due, state, attempts, looks, backend, reason) = rest
        return cls(
            item_id=_text(item),
            source_id=_text(source),
            library_id=_text_or_none(library),
            item_type=_text(item_type),
            title=_text(title),
            series_id=_text_or_none(series),
            season_number=None if season is None else _number(season),
            episode_number=None if episode is None else _number(episode),
            want=Want.from_text(_text(want)),
            request_id=_text(request),
            request_reason=RequestReason(why),
            arrived_at=_moment(arrived_at),
            requested_at=_moment(requested_at),
            due=_moment(due),
            state=RecordState(state),
            attempts=_number(attempts),
            looks=_number(looks),
            backend=_text_or_none(backend),
            reason=_text_or_none(reason),
        )


@dataclass(frozen=True, slots=True)
class Closed:
    """How a record ended: what is remembered of it, and of a hundred thousand others."""

    item_id: str
    source_id: str
    title: str
    want: str
    request_id: str
    state: RecordState
    closed_at: datetime
    backend: str | None = None
    reason: str | None = None

    @property
    def record_id(self) -> str:
        """What the record was known by."""
        return f"{self.source_id};{self.want}"

    @property
    def language(self) -> str:
        """The language that was wanted, as BCP 47 has it."""
        return self.want.partition(";")[0]

    def as_dict(self) -> dict[str, Any]:
        """Return all of it, by the names that an open record has."""
        return {
            "item_id": self.item_id,
            "media_source_id": self.source_id,
            "title": self.title,
            "request_id": self.request_id,
            "language": self.language,
            "state": self.state.value,
            "backend": self.backend,
            "reason": self.reason,
            "ended_at": self.closed_at.isoformat(),
            "next_attempt": None,
        }

    def as_list(self) -> list[Any]:
        """Return it as it is stored."""
        return [
            self.item_id,
            self.source_id,
            self.title,
            self.want,
            self.request_id,
            self.state.value,
            self.closed_at.timestamp(),
            self.backend,
            self.reason,
        ]

    @classmethod
    def from_list(cls, data: Sequence[Any]) -> Closed:
        """Make it again; raises TypeError or ValueError on anything else."""
        item, source, title, want, request, how, closed_at, backend, reason = data
        if (state := RecordState(how)).is_open:
            raise ValueError("what is open has no end")
        return cls(
            item_id=_text(item),
            source_id=_text(source),
            title=_text(title),
            want=_text(want),
            request_id=_text(request),
            state=state,
            closed_at=_moment(closed_at),
            backend=_text_or_none(backend),
            reason=_text_or_none(reason),
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a record: its end, or the first attempt in vain (`next_attempt` says when it goes on).

    `is_ready` is true where with it the file has all that was asked for; `repeated` where a crash leaves it unknown
    whether this was said before.
    """

    record: Record
    state: RecordState
    at: datetime
    next_attempt: datetime | None = None
    is_ready: bool = False
    repeated: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return all of it, flat and JSON-safe."""
        is_over = self.next_attempt is None
        return self.record.as_dict() | {
            "state": self.state.value,
            "ended_at": self.at.isoformat() if is_over else None,
            "next_attempt": None if self.next_attempt is None else self.next_attempt.isoformat(),
            "repeated": self.repeated,
        }


@dataclass(frozen=True, slots=True)
class MediaReady:
    """A file that has all the subtitles that are wanted of it."""

    item_id: str
    source_id: str
    item_type: str
    title: str
    library_id: str | None
    series_id: str | None
    season_number: int | None
    episode_number: int | None
    repeated: bool = False

    @classmethod
    def of_record(cls, one: Record, *, repeated: bool) -> MediaReady:
        """Return the file that a record is about."""
        return cls(
            one.item_id,
            one.source_id,
            one.item_type,
            one.title,
            one.library_id,
            one.series_id,
            one.season_number,
            one.episode_number,
            repeated,
        )

    @classmethod
    def of_announcement(cls, said: Announcement) -> MediaReady:
        """Return the file that is new."""
        return cls(
            said.item_id,
            said.new_version or said.item_id,
            said.item_type,
            said.title,
            said.library_id,
            said.series_id,
            said.season_number,
            said.episode_number,
            said.repeated,
        )

    def as_dict(self) -> dict[str, Any]:
        """Return all of it, flat and JSON-safe."""
        return {
            "item_id": self.item_id,
            "media_source_id": self.source_id,
            "item_type": self.item_type,
            "title": self.title,
            "library_id": self.library_id,
            "series_id": self.series_id,
            "season_number": self.season_number,
            "episode_number": self.episode_number,
            "repeated": self.repeated,
        }


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("not a number")
    return value


def _moment(value: object) -> datetime:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError("not a time")
    try:
        return datetime.fromtimestamp(value, UTC)
    except OverflowError as err:
        raise ValueError("not a time") from err


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value
