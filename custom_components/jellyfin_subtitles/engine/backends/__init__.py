"""Who can bring subtitles: what the worker asks of each of them, and the words in which they answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from ..wants import Want


class FailureReason(StrEnum):
    """Why subtitles did not come, in words for machines; the glue has those for people."""

    PROVIDER_FAILED = "provider_failed"
    EMPTY_FILE = "empty_file"
    NOT_A_SUBTITLE = "not_a_subtitle"
    TOO_LARGE = "too_large"
    WRONG_LANGUAGE = "wrong_language"
    LANGUAGE_IMPOSSIBLE = "language_impossible"
    NO_RIGHT = "no_right"
    NO_PROVIDER = "no_provider"
    NOT_ACCEPTED = "not_accepted"
    NOT_VISIBLE = "not_visible"
    TIMED_OUT = "timed_out"
    UNREADABLE = "unreadable"


class BackendError(Exception):
    """A backend did not do what it was asked for."""

    def __init__(self, reason: FailureReason, message: str = "") -> None:
        """Keep why, and the same in more words for the log."""
        super().__init__(message or reason.value)
        self.reason = reason


class BackendUnavailableError(BackendError):
    """It can do nothing for anybody now: the next one is asked."""


class CandidateRefusedError(BackendError):
    """What it found is of no use: its next candidate may be."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be brought: `item_id` is that of the file, so of a version where there are several.

    `primary_id` is that of the film or the episode itself.
    """

    item_id: str
    primary_id: str
    title: str
    want: Want


@dataclass(frozen=True, slots=True)
class Candidate:
    """Subtitles that a backend could bring; `subtitle_id` means something to that backend alone.

    `rating` is in the provider's own scale: it compares candidates of one provider.
    """

    subtitle_id: str
    provider: str
    name: str
    format: str | None = None
    is_hash_match: bool = False
    is_forced: bool = False
    is_hearing_impaired: bool = False
    is_machine_made: bool = False
    rating: float | None = None
    downloads: int | None = None


@dataclass(frozen=True, slots=True)
class Subtitle:
    """A candidate that was fetched and looked at; without `data` the server has to fetch it itself."""

    candidate: Candidate
    format: str
    data: bytes | None = field(repr=False)


class Backend(Protocol):
    """Somebody who brings subtitles. Besides BackendError, a JellyfinError says that the server was to blame."""

    @property
    def name(self) -> str:
        """What it is called in options, events and records."""

    @property
    def looks(self) -> Sequence[float]:
        """How long to wait before each look at the file, once something was delivered, in seconds."""

    async def search(self, task: Task) -> Sequence[Candidate]:
        """Return what may be used, the best first."""

    async def fetch(self, task: Task, candidate: Candidate) -> Subtitle:
        """Get one of them, and look whether it is what it claims to be."""

    async def deliver(self, task: Task, subtitle: Subtitle) -> None:
        """Bring it to the file; that it got there is for the worker to see."""
