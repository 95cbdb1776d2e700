"""One record at a time, from where it stands to what comes next: asked for, delivered, looked for, and its end."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
import logging
from typing import Any, Final

from .attempt import after, fetched, how_it_ended, is_over, next_look
from .backends import Backend, BackendError, FailureReason, Task
from .jellyfin import JellyfinClient, JellyfinError, JellyfinNotFoundError, MediaItem
from .ladder import Ladder
from .ledger import Ledger
from .ledger_models import NOT_FOUND, Outcome, Record, RecordState
from .outcomes import Outcomes

LOGGER = logging.getLogger(__name__)

# What was delivered and does not show lies there all the same, mostly: the server has not looked yet, or will not. The
# same file once more is one too many, so that only these attempts deliver it again, after hours and after a week.
DELIVERED_AGAIN: Final = frozenset({6, 12})


class DroppedError(Exception):
    """The record ended, or became another one, meanwhile: there is nothing more to do about it."""


class RecordWork:
    """Deals with records; whoever calls says which, and what it means that the server is away."""

    def __init__(
        self,
        client: JellyfinClient,
        ledger: Ledger,
        outcomes: Outcomes,
        chain: Callable[[Record], Sequence[Backend]],
        *,
        now: Callable[[], datetime],
        ladder: Ladder,
        fresh: float,
    ) -> None:
        """Take who is asked for a record, in that order; what was read within `fresh` seconds is so still."""
        self._client = client
        self._ledger = ledger
        self._outcomes = outcomes
        self._chain = chain
        self._now = now
        self._ladder = ladder
        self._fresh = timedelta(seconds=fresh)
        # Who has delivered what does not show yet. It is not stored: before a crash, it may not have come so far.
        self._bringers: dict[str, str] = {}
        # Whom alone the next attempt asks, because a person wants it so.
        self._chosen: dict[str, Backend] = {}

    def choose(self, record_id: str, backend: Backend) -> None:
        """Ask nobody but that one in the next attempt."""
        self._chosen[record_id] = backend

    def is_chosen(self, record_id: str) -> bool:
        """Return whether that attempt is still to be made, or under way."""
        return record_id in self._chosen

    async def look(self, source_id: str) -> None:
        """Read a file, and end what is over with it. It is asked for alone: a listing does not show every version."""
        item: MediaItem | None = None
        with suppress(JellyfinNotFoundError):
            item = await self._client.get_item(source_id)
        lacking = self._ledger.of_file(source_id)
        await self.end([(one, how_it_ended(one, item)) for one in lacking if is_over(one, item)])

    async def go_on(self, record: Record) -> None:
        """Do what comes next about a record whose turn it is."""
        chosen = self._chosen.get(record.record_id)
        if not (chain := (chosen,) if chosen else self._chain(record)):
            LOGGER.debug("Nobody wants %s of %s any more", record.want.key, record.title)
            self._ledger.drop(record)
            self._outcomes.changed()
            return
        read_at = self._now()
        await self.look(record.source_id)
        if self._now_open(record) is not record:
            # Somebody has changed it meanwhile: its turn comes again.
            return
        if record.state is not RecordState.VERIFYING:
            attempts, reason = record.attempts + 1, NOT_FOUND
            if (by := self._bringers.get(record.record_id)) and attempts not in DELIVERED_AGAIN:
                chain = [backend for backend in chain if backend.name != by]
                reason = FailureReason.NOT_VISIBLE
            record = self._advance(record, attempts=attempts, state=RecordState.SEARCHING, reason=None)
            # Written before anybody is asked.
            await self._ledger.save()
            await self._ask(record, chain, reason, read_at)
        elif record.reason is None and (wait := next_look(record, chain)) is not None:
            self._advance(record, looks=record.looks + 1, due=self._later(wait))
        else:
            reason = record.reason or FailureReason.NOT_VISIBLE
            await self._ask(record, after(chain, record.backend), reason, read_at)

    async def in_vain(self, record: Record, reason: str) -> None:
        """Try again later, or give up; people hear of the first attempt in vain, and of the last."""
        record = self._now_open(record)
        self._chosen.pop(record.record_id, None)
        # What failed before anybody was asked is an attempt too: it would never be given up otherwise.
        attempts = record.attempts + (record.state is RecordState.WAITING)
        record = replace(record, state=RecordState.WAITING, attempts=attempts, reason=str(reason))
        state = RecordState.NOT_FOUND if reason == NOT_FOUND else RecordState.FAILED
        due = self._ladder.next(attempts, self._now())
        if due is None:
            await self.end([(self._ledger.put(record), state)])
            return
        record = self._ledger.put(replace(record, due=due))
        await self._ledger.save()
        if attempts == 1:
            self._outcomes.say(Outcome(record, state, self._now(), next_attempt=due))
        self._outcomes.changed()

    async def end(self, ends: Iterable[tuple[Record, RecordState]]) -> None:
        """Note ends of open records, and say them once they are written."""
        if ended := [self._ledger.close(record, state, self._now()) for record, state in ends]:
            for one in ended:
                self._bringers.pop(one.closed.record_id, None)
                self._chosen.pop(one.closed.record_id, None)
            await self._ledger.save()
            self._outcomes.tell(ended)
            self._outcomes.changed()

    def take_back(self, before: Record) -> None:
        """Let a record stand where it stood: what was asked of a server that is away is no attempt."""
        with suppress(DroppedError):
            now = self._now_open(before)
            if now.state in (RecordState.SEARCHING, RecordState.FETCHING):
                self._ledger.put(replace(before, due=now.due))

    async def _ask(self, record: Record, chain: Sequence[Backend], reason: str, read_at: datetime) -> None:
        """Ask one backend after the other until one delivers; `reason` says why there was nothing so far."""
        for backend in chain:
            record = self._advance(record, state=RecordState.SEARCHING, backend=backend.name, looks=0, reason=None)
            try:
                if await self._delivered(record, backend, read_at):
                    return
            except BackendError as err:
                LOGGER.debug("%s brings nothing for %s: %s", backend.name, record.title, err)
                reason = err.reason
        await self.in_vain(record, reason)

    async def _delivered(self, record: Record, backend: Backend, read_at: datetime) -> bool:
        """Get a subtitle from a backend and bring it to the file; False if the backend has none."""
        task = Task(record.source_id, record.item_id, record.title, record.want)
        subtitle = await fetched(backend, task, partial(self._advance, record, state=RecordState.FETCHING))
        if subtitle is None:
            return False
        if self._now() - read_at > self._fresh:
            await self.look(record.source_id)
        # Written first: after a crash the file is read before anything is delivered to it again.
        first_look = backend.looks[0]
        record = self._advance(record, state=RecordState.VERIFYING, due=self._later(first_look))
        await self._ledger.save()
        self._now_open(record)
        try:
            await backend.deliver(task, subtitle)
            self._bringers[record.record_id] = backend.name
        except JellyfinError as err:
            # It may have come there nevertheless: the file says whether it did.
            LOGGER.debug("Whether %s of %s got there is not known: %s", subtitle.candidate.name, record.title, err)
        self._advance(record, due=self._later(first_look))
        return True

    def _now_open(self, record: Record) -> Record:
        """Return how far the record has come, if it is still open."""
        if (now := self._ledger.open.get(record.record_id)) is None or now.request_id != record.request_id:
            raise DroppedError
        return now

    def _advance(self, record: Record, **changes: Any) -> Record:
        """Note how far a record has come, if it is still open."""
        record = self._ledger.put(replace(self._now_open(record), **changes))
        self._outcomes.changed()
        return record

    def _later(self, seconds: float) -> datetime:
        return self._now() + timedelta(seconds=seconds)
