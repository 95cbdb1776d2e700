"""One attempt at one file: what a backend finds, fetched and looked at; and whether the file got it."""

from collections.abc import Callable, Sequence
import logging
from typing import Final

from .backends import Backend, BackendUnavailableError, CandidateRefusedError, FailureReason, Subtitle, Task
from .jellyfin import JellyfinConnectionTimeoutError, MediaItem
from .ledger_models import Record, RecordState
from .wants import fulfils

LOGGER = logging.getLogger(__name__)

# How many candidates of one search are fetched: each may cost the household one of few downloads a day.
CANDIDATES: Final = 3


async def fetched(backend: Backend, task: Task, on_found: Callable[[], object]) -> Subtitle | None:
    """Return the best subtitle that a backend gives; None if it has none, BackendError if it gives none that it has.

    `on_found` is called before the first of them is fetched. What cannot be fetched may be gone since it was found: so
    it is searched for once more, and what is not found again was never there.
    """
    refused: dict[str, CandidateRefusedError] = {}
    try:
        for _ in range(2):
            found = {one.subtitle_id: one for one in await backend.search(task)}
            refused = {subtitle_id: err for subtitle_id, err in refused.items() if subtitle_id in found}
            untried = [one for subtitle_id, one in found.items() if subtitle_id not in refused]
            if untried:
                on_found()
            for candidate in untried[:CANDIDATES]:
                try:
                    return await backend.fetch(task, candidate)
                except CandidateRefusedError as err:
                    LOGGER.debug("%s of %s is of no use: %s", candidate.name, task.title, err)
                    refused[candidate.subtitle_id] = err
            if not any(err.reason is FailureReason.PROVIDER_FAILED for err in refused.values()):
                break
    except JellyfinConnectionTimeoutError as err:
        # The server waits for its providers: that says nothing about the server itself.
        raise BackendUnavailableError(FailureReason.TIMED_OUT, str(err)) from err
    if refused:
        raise next(iter(refused.values()))
    return None


def is_over(record: Record, item: MediaItem | None) -> bool:
    """Return whether a file is gone, or has what it lacked."""
    return item is None or any(fulfils(stream, record.want) for stream in item.streams)


def how_it_ended(record: Record, item: MediaItem | None) -> RecordState:
    """Return what it means that it is over; what was delivered may show late."""
    if item is None:
        return RecordState.GONE
    was_delivered = record.state is RecordState.VERIFYING or record.reason == FailureReason.NOT_VISIBLE
    return RecordState.ARRIVED if was_delivered else RecordState.SATISFIED_ELSEWHERE


def next_look(record: Record, chain: Sequence[Backend]) -> float | None:
    """Return how long to wait for the next look at what was delivered, in seconds; None if it had all its looks."""
    looks = next((backend.looks for backend in chain if backend.name == record.backend), ())
    return looks[record.looks + 1] if record.looks + 1 < len(looks) else None


def after(chain: Sequence[Backend], name: str | None) -> Sequence[Backend]:
    """Return who is asked once that backend has brought nothing; nobody, if it is not asked any more itself."""
    names = [backend.name for backend in chain]
    return chain[names.index(name) + 1 :] if name in names else ()
