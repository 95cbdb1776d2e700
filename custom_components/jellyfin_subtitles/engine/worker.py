"""Getting the subtitles that are asked for: one search at a time, and each request to its verified end."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
import logging
from typing import Any, Final

from .attempt import fetched, how_it_ended, is_over, next_look
from .backends import Backend, BackendError, FailureReason, Task
from .backoff import Backoff
from .jellyfin import (
    JellyfinAuthenticationError,
    JellyfinClient,
    JellyfinConnectionError,
    JellyfinConnectionTimeoutError,
    JellyfinError,
    JellyfinNotFoundError,
    JellyfinServerStartingError,
    MediaItem,
)
from .ladder import Ladder
from .ledger import Ended, Ledger
from .ledger_models import NOT_FOUND, Outcome, Record, RecordState
from .models import SubtitleRequest

LOGGER = logging.getLogger(__name__)

_AWAY: Final = (JellyfinAuthenticationError, JellyfinConnectionError, JellyfinServerStartingError)


@dataclass(frozen=True, slots=True)
class WorkTimings:
    """Waits, in seconds, before a server that is away is asked again; what was read within `fresh` is so still."""

    fresh: float = 10.0
    retry_first: float = 5.0
    retry_longest: float = 300.0
    ladder: Ladder = field(default_factory=Ladder)


TIMINGS: Final = WorkTimings()


class _Dropped(Exception):
    """Somebody else dealt with the record meanwhile: there is nothing more to do about it."""


class SubtitleWorker:
    """Takes requests, asks the backends, and says what came of it once it has seen that with its own eyes."""

    def __init__(
        self,
        client: JellyfinClient,
        ledger: Ledger,
        chain: Callable[[Record], Sequence[Backend]],
        *,
        now: Callable[[], datetime],
        timings: WorkTimings = TIMINGS,
    ) -> None:
        """Take who is asked for a record, in that order; where that is nobody, it is not wanted any more.

        Nothing is begun or said before `open`.
        """
        self._client = client
        self._ledger = ledger
        self._chain = chain
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
        """Open a record for each kind of subtitles that a file lacks; they are written when `save` has ended."""
        if self._ledger.enter(request, request.needs.wants, self._timings.ladder.first(self._now())):
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

    async def report(self, record_ids: Iterable[str], reason: str | None) -> None:
        """Take from somebody else that these were brought, or why not: what was brought is looked for."""
        for record_id in record_ids:
            if (one := self._ledger.open.get(record_id)) is None:
                continue
            if reason is None:
                self._ledger.put(replace(one, due=self._now()))
                self._to_read[record_id] = None
                self._work.set()
            elif one.state is RecordState.VERIFYING:
                await self._in_vain(one, reason)

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
            await self._save_safely(self._in_vain(record, FailureReason.UNREADABLE))
        except Exception:
            LOGGER.exception("The subtitles of %s could not be dealt with", record.title)
            await self._save_safely(self._in_vain(record, FailureReason.UNREADABLE))
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
        if is_over(record, item):
            await self._close(record, how_it_ended(record, item))

    async def _work_on(self, record: Record) -> None:
        if not (chain := self._chain(record)):
            LOGGER.debug("Nobody wants %s of %s any more", record.want.key, record.title)
            self._ledger.drop(record)
            self._changed()
            return
        item = await self._read(record)
        if is_over(record, item):
            await self._close(record, how_it_ended(record, item))
        elif record.state is not RecordState.VERIFYING:
            await self._attempt(record, chain)
        elif (wait := next_look(record, chain)) is not None:
            self._advance(record, looks=record.looks + 1, due=self._later(wait))
        else:
            await self._in_vain(record, FailureReason.NOT_VISIBLE)

    async def _read(self, record: Record) -> MediaItem | None:
        """Return the file; None if it is gone. It is asked for alone: a listing does not show every version."""
        try:
            return await self._client.get_item(record.source_id)
        except JellyfinNotFoundError:
            return None

    async def _attempt(self, record: Record, chain: Sequence[Backend]) -> None:
        """Ask one backend after the other until one delivers."""
        read_at, reason = self._now(), NOT_FOUND
        record = self._advance(record, attempts=record.attempts + 1, state=RecordState.SEARCHING, looks=0, reason=None)
        await self._ledger.save()
        for backend in chain:
            record = self._advance(record, state=RecordState.SEARCHING, backend=backend.name)
            try:
                if await self._delivered(record, backend, read_at):
                    return
            except BackendError as err:
                LOGGER.debug("%s brings nothing for %s: %s", backend.name, record.title, err)
                reason = err.reason
        await self._in_vain(record, reason)

    async def _delivered(self, record: Record, backend: Backend, read_at: datetime) -> bool:
        """Get a subtitle from a backend and bring it to the file; False if the backend has none."""
        task = Task(record.source_id, record.title, record.want)
        on_found = partial(self._advance, record, state=RecordState.FETCHING)
        subtitle = await fetched(backend, task, on_found)
        if subtitle is None:
            return False
        if self._now() - read_at > timedelta(seconds=self._timings.fresh):
            item = await self._read(record)
            if is_over(record, item):
                await self._close(record, how_it_ended(record, item))
                return True
        # Written first: after a crash the file is read before anything is delivered to it again.
        first_look = backend.looks[0]
        record = self._advance(record, state=RecordState.VERIFYING, due=self._later(first_look))
        await self._ledger.save()
        with suppress(JellyfinConnectionTimeoutError):
            await backend.deliver(task, subtitle)
        self._advance(record, due=self._later(first_look))
        return True

    async def _in_vain(self, record: Record, reason: str) -> None:
        """Try again later, or give up; people hear of the first attempt in vain, and of the last."""
        record = replace(self._now_open(record), reason=str(reason), state=RecordState.WAITING)
        state = RecordState.NOT_FOUND if reason == NOT_FOUND else RecordState.FAILED
        due = self._timings.ladder.next(max(record.attempts, 1), self._now())
        if due is None:
            await self._close(self._ledger.put(record), state)
            return
        record = self._ledger.put(replace(record, due=due))
        await self._ledger.save()
        if record.attempts == 1:
            self._say(Outcome(record, state, self._now(), next_attempt=due))
        self._changed()

    async def _close(self, record: Record, state: RecordState) -> None:
        """Note an end, and say it once it is written."""
        ended = self._ledger.close(self._now_open(record), state, self._now())
        await self._ledger.save()
        self._tell(ended)
        self._changed()

    def _tell(self, ended: Ended, *, repeated: bool = False) -> None:
        how = ended.closed
        is_ready = how.state.is_good and self._ledger.has_all(how.source_id)
        self._say(Outcome(ended.record, how.state, how.closed_at, is_ready=is_ready, repeated=repeated))
        self._ledger.told(ended)

    def _now_open(self, record: Record) -> Record:
        """Return how far the record has come, if it is still open."""
        if (now := self._ledger.open.get(record.record_id)) is None or now.request_id != record.request_id:
            raise _Dropped
        return now

    def _advance(self, record: Record, **changes: Any) -> Record:
        """Note how far a record has come, if it is still open."""
        record = self._ledger.put(replace(self._now_open(record), **changes))
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
        except _Dropped:
            return
        except Exception:
            LOGGER.exception("What is done about subtitles could not be written")
