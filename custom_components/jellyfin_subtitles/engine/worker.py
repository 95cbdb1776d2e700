"""Getting the subtitles that are asked for: one search at a time, and each request to its verified end."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
import logging

from .backends import Backend, BackendError, Candidate, CandidateRefusedError, FailureReason, Subtitle, Task
from .backoff import Backoff
from .jellyfin import (
    JellyfinAuthenticationError,
    JellyfinClient,
    JellyfinConnectionError,
    JellyfinError,
    JellyfinNotFoundError,
    JellyfinServerStartingError,
    MediaItem,
)
from .ladder import Ladder
from .languages import parse_language
from .ledger import Ended, Ledger
from .ledger_models import Outcome, Record, RecordState
from .models import SubtitleRequest
from .wants import Want, fulfils

LOGGER = logging.getLogger(__name__)

# How many candidates of one search are fetched: each may cost the household one of few downloads a day.
CANDIDATES = 3

# Why an attempt led to nothing where no backend has failed, and where the server cannot show the file.
NOT_FOUND = "not_found"
UNREADABLE = "unreadable"

_AWAY = (JellyfinAuthenticationError, JellyfinConnectionError, JellyfinServerStartingError)


@dataclass(frozen=True, slots=True)
class WorkTimings:
    """Waits, in seconds: from a delivery to each look at the file, and before a server that is away is asked again.

    What was read within `fresh` is taken to be so still.
    """

    looks: Sequence[float] = (1.0, 3.0, 10.0, 30.0, 120.0)
    fresh: float = 10.0
    retry_first: float = 5.0
    retry_longest: float = 300.0
    ladder: Ladder = field(default_factory=Ladder)


TIMINGS = WorkTimings()


class _Dropped(Exception):
    """Somebody closed the record meanwhile: there is nothing more to do about it."""


class SubtitleWorker:
    """Takes requests, asks the backends, and says what came of it once it has seen that with its own eyes."""

    def __init__(
        self,
        client: JellyfinClient,
        ledger: Ledger,
        backends: Sequence[Backend],
        *,
        now: Callable[[], datetime],
        timings: WorkTimings = TIMINGS,
    ) -> None:
        """Take whom to ask, in that order; nothing is begun or said before `open`."""
        self._client = client
        self._ledger = ledger
        self._backends = backends
        self._now = now
        self._timings = timings
        self._first: Collection[str] = ()
        self._to_read: dict[str, None] = {}
        self._retry = Backoff(timings.retry_first, timings.retry_longest)
        self._away = False
        self._opened = asyncio.Event()
        self._work = asyncio.Event()
        self._served = asyncio.Event()
        self._subscribers: list[Callable[[Outcome], None]] = []
        self._watchers: list[Callable[[], None]] = []

    def subscribe(self, callback: Callable[[Outcome], None]) -> Callable[[], None]:
        """Call back with what came of each record; returns the way out."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    def watch(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back whenever a record has changed; returns the way out."""
        self._watchers.append(callback)
        return lambda: self._watchers.remove(callback)

    def open(self) -> None:
        """From now on somebody listens."""
        self._opened.set()

    def close(self) -> None:
        """Nobody listens any more: begin and say nothing further."""
        self._opened.clear()

    # What comes in

    def take(self, request: SubtitleRequest) -> None:
        """Open a record for each language that a file lacks; the request may be closed once `save` has ended."""
        wants = [Want(language) for tag in request.needs.missing if (language := parse_language(tag))]
        if self._ledger.enter(request, wants, self._timings.ladder.first(self._now())):
            self._changed()

    async def save(self) -> None:
        """Write what was taken."""
        await self._ledger.save()

    def updated(self, item_ids: Iterable[str]) -> None:
        """Look at files that the server has changed or removed: what they lacked may have come by itself."""
        if touched := self._ledger.of_item(item_ids):
            self._to_read |= dict.fromkeys(one.record_id for one in touched)
            self._work.set()

    def prefer(self, item_ids: Collection[str]) -> None:
        """Work on these films and episodes first: somebody is about to watch them."""
        self._first = item_ids

    def wake(self) -> None:
        """The server answers: do not wait any longer to ask it."""
        self._served.set()

    def retry(self, record_ids: Iterable[str]) -> None:
        """Look for these at once, whatever the hour."""
        for record_id in record_ids:
            if (one := self._ledger.open.get(record_id)) and one.state is RecordState.WAITING:
                self._ledger.put(replace(one, due=self._now()))
        self._changed()

    async def ignore(self, record_ids: Iterable[str]) -> None:
        """Leave these alone from now on."""
        for record_id in record_ids:
            if one := self._ledger.open.get(record_id):
                await self._close(one, RecordState.IGNORED)

    # What is done

    async def run(self) -> None:
        """Work until cancelled; then everything is written."""
        try:
            await self._opened.wait()
            for ended in self._ledger.untold:
                self._tell(ended, repeated=True)
            while True:
                await self._opened.wait()
                self._work.clear()
                if record := self._to_be_read():
                    await self._safely(record, self._read_again(record))
                elif record := self._ledger.next(self._now(), self._first):
                    await self._safely(record, self._work_on(record))
                else:
                    await self._rest()
        finally:
            await self._save_safely(self._ledger.save_all(self._now()))

    def _to_be_read(self) -> Record | None:
        while self._to_read:
            record_id = next(iter(self._to_read))
            del self._to_read[record_id]
            if record := self._ledger.open.get(record_id):
                return record
        return None

    async def _rest(self) -> None:
        """Wait for something to do."""
        await self._save_safely(self._ledger.save())
        due = self._ledger.next_due
        with suppress(TimeoutError):
            async with asyncio.timeout(None if due is None else (due - self._now()).total_seconds()):
                await self._work.wait()

    async def _safely(self, record: Record, work: Awaitable[None]) -> None:
        """Deal with a record; whatever goes wrong, it goes on later, and the others have their turn."""
        try:
            await work
        except _Dropped:
            return
        except _AWAY as err:
            await self._wait_for_server(record, err)
        except JellyfinError as err:
            LOGGER.debug("%s cannot be dealt with: %s", record.title, err)
            await self._save_safely(self._in_vain(record, UNREADABLE))
        except Exception:
            LOGGER.exception("The subtitles of %s could not be dealt with", record.title)
            await self._save_safely(self._in_vain(record, UNREADABLE))
        else:
            if self._away:
                self._away = False
                self._retry.reset()
                LOGGER.info("Subtitles can be looked for again")

    async def _wait_for_server(self, before: Record, err: JellyfinError) -> None:
        """Wait until the server is back; what was asked of it in vain is no attempt."""
        now = self._ledger.open.get(before.record_id)
        if now is not None and now.state is not RecordState.VERIFYING:
            self._ledger.put(before)
        if not self._away:
            self._away = True
            LOGGER.info("Subtitles cannot be looked for, trying again: %s", err)
        self._served.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._retry.next()):
                await self._served.wait()

    # One record

    async def _read_again(self, record: Record) -> None:
        """Look whether a file has got what it lacked; otherwise all goes on as before."""
        item = await self._read(record)
        if item is None:
            await self._close(record, RecordState.GONE)
        elif _has(item, record.want):
            await self._close(record, self._how_it_came(record))

    async def _work_on(self, record: Record) -> None:
        item = await self._read(record)
        if item is None:
            await self._close(record, RecordState.GONE)
        elif _has(item, record.want):
            await self._close(record, self._how_it_came(record))
        elif record.state is RecordState.VERIFYING:
            await self._look_again(record)
        else:
            await self._attempt(record)

    async def _read(self, record: Record) -> MediaItem | None:
        """Return the file; None if it is gone. It is asked for alone: a listing does not show every version."""
        try:
            return await self._client.get_item(record.source_id)
        except JellyfinNotFoundError:
            return None

    def _how_it_came(self, record: Record) -> RecordState:
        delivered = record.state is RecordState.VERIFYING
        return RecordState.ARRIVED if delivered else RecordState.SATISFIED_ELSEWHERE

    async def _look_again(self, record: Record) -> None:
        """Wait for what was delivered to show: the server reads the folder in its own time."""
        looks = record.looks + 1
        if looks < len(self._timings.looks):
            self._advance(record, looks=looks, due=self._later(self._timings.looks[looks]))
        else:
            await self._in_vain(record, FailureReason.NOT_VISIBLE)

    async def _attempt(self, record: Record) -> None:
        """Ask one backend after the other until one delivers."""
        read_at, reason = self._now(), NOT_FOUND
        task = Task(record.source_id, record.title, record.want)
        record = self._advance(record, attempts=record.attempts + 1, state=RecordState.SEARCHING, looks=0, reason=None)
        await self._ledger.save()
        for backend in self._backends:
            record = self._advance(record, state=RecordState.SEARCHING, backend=backend.name)
            try:
                if (subtitle := await self._fetched(backend, task, record)) is None:
                    continue
                record = self._ledger.open[record.record_id]
                if self._now() - read_at > timedelta(seconds=self._timings.fresh):
                    item, read_at = await self._read(record), self._now()
                    if item is None or _has(item, record.want):
                        ended = RecordState.GONE if item is None else RecordState.SATISFIED_ELSEWHERE
                        await self._close(record, ended)
                        return
                # Written first: after a crash the file is read before anything is delivered to it again.
                record = self._advance(record, state=RecordState.VERIFYING, due=self._later(self._timings.looks[0]))
                await self._ledger.save()
                await backend.deliver(task, subtitle)
            except BackendError as err:
                LOGGER.debug("%s: %s of %s", backend.name, err.reason, record.title)
                record, reason = self._ledger.open[record.record_id], err.reason
            else:
                self._advance(record, due=self._later(self._timings.looks[0]))
                return
        await self._in_vain(record, reason)

    async def _fetched(self, backend: Backend, task: Task, record: Record) -> Subtitle | None:
        """Return a subtitle that a backend has; None if it has none, BackendError if it has but does not give it."""
        refused: CandidateRefusedError | None = None
        for _ in range(2):
            candidates = await backend.search(task)
            for candidate in candidates[:CANDIDATES]:
                record = self._advance(record, state=RecordState.FETCHING)
                try:
                    return await backend.fetch(task, candidate)
                except CandidateRefusedError as err:
                    refused = err
            if refused is None or refused.reason is not FailureReason.CANDIDATE_GONE:
                break
        if refused is not None and refused.reason is not FailureReason.CANDIDATE_GONE:
            raise refused
        return None

    async def _in_vain(self, record: Record, reason: str) -> None:
        """Try again later, or give up; people hear of the first attempt in vain, and of the last."""
        record = self._ledger.open[record.record_id]
        record = replace(record, reason=str(reason), state=RecordState.WAITING)
        due = self._timings.ladder.next(record.attempts, self._now())
        if due is None:
            self._ledger.put(record)
            await self._close(record, RecordState.NOT_FOUND if reason == NOT_FOUND else RecordState.FAILED)
            return
        record = self._ledger.put(replace(record, due=due))
        await self._ledger.save()
        if record.attempts == 1:
            state = RecordState.NOT_FOUND if reason == NOT_FOUND else RecordState.FAILED
            self._say(Outcome(record, state, self._now(), next_attempt=due))
        self._changed()

    async def _close(self, record: Record, state: RecordState) -> None:
        """Note an end, and say it once it is written."""
        if record.record_id not in self._ledger.open:
            raise _Dropped
        ended = self._ledger.close(record, state, self._now())
        await self._ledger.save()
        self._tell(ended)
        self._changed()

    def _tell(self, ended: Ended, *, repeated: bool = False) -> None:
        how = ended.closed
        is_ready = how.state.is_good and self._ledger.has_all(how.source_id)
        self._say(Outcome(ended.record, how.state, how.closed_at, is_ready=is_ready, repeated=repeated))
        self._ledger.told(ended)

    def _advance(self, record: Record, **changes: object) -> Record:
        """Note how far a record has come, if it is still open."""
        if self._ledger.open.get(record.record_id) is not record:
            raise _Dropped
        record = self._ledger.put(replace(record, **changes))
        self._changed()
        return record

    def _say(self, outcome: Outcome) -> None:
        for callback in tuple(self._subscribers):
            try:
                callback(outcome)
            except Exception:
                LOGGER.exception("A listener failed over the subtitles of %s", outcome.record.title)

    def _changed(self) -> None:
        self._work.set()
        for callback in tuple(self._watchers):
            callback()

    def _later(self, seconds: float) -> datetime:
        return self._now() + timedelta(seconds=seconds)

    async def _save_safely(self, saving: Awaitable[None]) -> None:
        try:
            await saving
        except Exception:
            LOGGER.exception("What is done about subtitles could not be written")


def _has(item: MediaItem, want: Want) -> bool:
    return any(fulfils(stream, want) for stream in item.streams)
