"""Getting the subtitles that are asked for: one search at a time, and each request to its verified end."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
import logging
from typing import Final

from .backends import Backend, FailureReason
from .backoff import Backoff
from .jellyfin import (
    JellyfinAuthenticationError,
    JellyfinClient,
    JellyfinConnectionError,
    JellyfinError,
    JellyfinNotJellyfinError,
    JellyfinRedirectError,
    JellyfinResponseError,
    JellyfinServerStartingError,
)
from .ladder import Ladder
from .ledger import Ledger
from .ledger_models import Outcome, Record, RecordState
from .models import RequestReason, SubtitleRequest
from .outcomes import Outcomes
from .record_work import DroppedError, RecordWork

LOGGER = logging.getLogger(__name__)

_AWAY: Final = (
    JellyfinAuthenticationError,
    JellyfinConnectionError,
    JellyfinNotJellyfinError,
    JellyfinRedirectError,
    JellyfinServerStartingError,
)

# After so many failures of the server over one file in a row, it is the file.
REFUSALS: Final = 5

# Nobody sleeps longer than this, in seconds: a clock may be put right, and a computer may be suspended.
LONGEST_REST: Final = 900.0


@dataclass(frozen=True, slots=True)
class WorkTimings:
    """Waits, in seconds, before a server that is away is asked again; what was read within `fresh` is so still."""

    fresh: float = 10.0
    retry_first: float = 5.0
    retry_longest: float = 300.0
    ladder: Ladder = field(default_factory=Ladder)


TIMINGS: Final = WorkTimings()


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
        self._ledger = ledger
        self._now = now
        self._ladder = timings.ladder
        self._outcomes = Outcomes(ledger)
        self._work = RecordWork(
            client, ledger, self._outcomes, chain, now=now, ladder=timings.ladder, fresh=timings.fresh
        )
        self._turns: dict[str, int] = {}
        self._to_read: dict[str, None] = {}
        self._hurried: dict[str, datetime] = {}
        self._refusals: Counter[str] = Counter()
        self._retry = Backoff(timings.retry_first, timings.retry_longest)
        self._away = False
        self._served = asyncio.Event()
        self._woken = asyncio.Event()
        self._outcomes.watch(self._woken.set)

    def subscribe(self, callback: Callable[[Outcome], None]) -> Callable[[], None]:
        """Call back with what came of each record; returns the way out."""
        return self._outcomes.subscribe(callback)

    def watch(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back whenever a record has changed; returns the way out."""
        return self._outcomes.watch(callback)

    def open(self) -> None:
        """From now on somebody listens."""
        self._outcomes.opened.set()

    def close(self) -> None:
        """Nobody listens any more: begin and say nothing further."""
        self._outcomes.opened.clear()

    # What comes in

    def take(self, request: SubtitleRequest) -> None:
        """Open a record for each kind of subtitles that a file lacks; they are written when `save` has ended.

        What a person asks for is looked for at once, also where somebody else has asked for it before.
        """
        wants = request.needs.wants
        entered = self._ledger.enter(request, wants, self._ladder.first(self._now()))
        if request.reason is RequestReason.ACTION:
            self.retry(f"{request.needs.source_id};{want.key}" for want in wants)
        elif entered:
            self._outcomes.changed()

    def choose(self, record_id: str, backend: Backend, request: SubtitleRequest) -> None:
        """Take a request of which the record is known, and ask that backend alone about it, as the next thing.

        That holds for one attempt: if it brings nothing, all goes on as with any other request; so it does after a
        crash.
        """
        self._work.choose(record_id, backend)
        self._turns[request.item.item_id] = len(self._turns) + 1
        self.take(request)

    def is_chosen(self, record_id: str) -> bool:
        """Return whether what was chosen for a record is still to be brought."""
        return self._work.is_chosen(record_id)

    async def save(self) -> None:
        """Write what was taken."""
        await self._ledger.save()

    def updated(self, item_ids: Iterable[str]) -> None:
        """Look at files that the server has changed or removed: what they lacked may have come by itself."""
        if touched := self._ledger.of_item(item_ids):
            self._to_read |= dict.fromkeys(one.source_id for one in touched)
            self._woken.set()

    def prefer(self, item_ids: Sequence[str]) -> None:
        """Work on these films and episodes first, and in this order: somebody is about to watch them."""
        self._turns = {item_id: len(item_ids) - place for place, item_id in enumerate(item_ids)}

    def wake(self) -> None:
        """The server answers: do not wait any longer to ask it."""
        self._served.set()

    def retry(self, record_ids: Iterable[str]) -> None:
        """Look for these at once, whatever the hour."""
        now = self._now()
        for one in self._still_open(record_ids):
            if one.state is RecordState.WAITING:
                self._ledger.put(replace(one, due=now))
                self._hurried[one.record_id] = now
        self._outcomes.changed()

    def unblock(self, reason: FailureReason) -> None:
        """Look soon for what was in vain for a reason that is none any more."""
        for one in list(self._ledger.open.values()):
            if one.state is RecordState.WAITING and one.reason == reason:
                self._ledger.put(replace(one, due=self._now(), reason=None))
        self._outcomes.changed()

    async def ignore(self, record_ids: Iterable[str]) -> None:
        """Leave these alone from now on."""
        await self._work.end([(one, RecordState.IGNORED) for one in self._still_open(record_ids)])

    async def report(self, record_ids: Iterable[str], reason: str | None) -> None:
        """Take from somebody else that these were brought, or why not; whether they were, the file says.

        Where they were not, the next backend is asked.
        """
        for one in self._still_open(record_ids):
            if reason is None:
                self._to_read[one.source_id] = None
            elif one.state is RecordState.VERIFYING:
                self._ledger.put(replace(one, reason=reason, due=self._now()))
        await self._ledger.save()
        self._outcomes.changed()

    def _still_open(self, record_ids: Iterable[str]) -> list[Record]:
        return [one for record_id in record_ids if (one := self._ledger.open.get(record_id))]

    # What is done

    async def run(self) -> None:
        """Work until cancelled; then everything is written."""
        try:
            await self._outcomes.opened.wait()
            self._outcomes.tell(self._ledger.untold, repeated=True)
            while True:
                await self._outcomes.opened.wait()
                self._woken.clear()
                if self._to_read:
                    await self._read_next()
                elif (record := self._ledger.next(self._now(), self._turns)) is None:
                    await self._rest()
                elif not self._put_off(record):
                    await self._go_on(record)
        finally:
            await self._safely(self._ledger.save_all())

    async def _rest(self) -> None:
        """Wait for something to do."""
        # Also those whose writing has failed at first.
        untold = self._ledger.untold
        if await self._safely(self._ledger.save()):
            self._outcomes.tell(untold)
        due = self._ledger.next_due
        wait = LONGEST_REST if due is None else min((due - self._now()).total_seconds(), LONGEST_REST)
        with suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._woken.wait()

    def _put_off(self, record: Record) -> bool:
        """Leave a search until it is not quiet any more, unless a person wants it now."""
        due = self._ladder.first(self._now())
        if record.state is not RecordState.WAITING or due <= self._now():
            return False
        if self._hurried.get(record.record_id) == record.due:
            return False
        self._ledger.put(replace(record, due=due))
        return True

    async def _read_next(self) -> None:
        """Look whether a file has got what it lacked; otherwise all goes on as before."""
        source_id = next(iter(self._to_read))
        del self._to_read[source_id]
        try:
            await self._work.look(source_id)
        except JellyfinError as err:
            if self._is_away(err, source_id):
                self._to_read[source_id] = None
                await self._wait_for_server(err)
            else:
                LOGGER.debug("%s cannot be read: %s", source_id, err)
        except Exception:
            LOGGER.exception("The subtitles of %s could not be looked at", source_id)
        else:
            self._served_again(source_id)

    async def _go_on(self, record: Record) -> None:
        """Deal with a record; whatever goes wrong, it goes on later, and the others have their turn."""
        # Of what was delivered it is said that it does not show: should it show late, it is known where it came from.
        shows = record.state is not RecordState.VERIFYING
        reason = FailureReason.UNREADABLE if shows else FailureReason.NOT_VISIBLE
        try:
            await self._work.go_on(record)
        except DroppedError:
            return
        except JellyfinError as err:
            if self._is_away(err, record.source_id):
                self._work.take_back(record)
                await self._wait_for_server(err)
                return
            LOGGER.debug("%s cannot be dealt with: %s", record.title, err)
            await self._safely(self._work.in_vain(record, reason))
        except Exception:
            LOGGER.exception("The subtitles of %s could not be dealt with", record.title)
            await self._safely(self._work.in_vain(record, reason))
        else:
            self._served_again(record.source_id)

    def _is_away(self, err: JellyfinError, source_id: str) -> bool:
        """Return whether the server is to blame, and not one of its files."""
        if isinstance(err, _AWAY):
            return True
        if not isinstance(err, JellyfinResponseError) or err.status is None or err.status < 500:
            return False
        self._refusals[source_id] += 1
        return self._refusals[source_id] % REFUSALS > 0

    def _served_again(self, source_id: str) -> None:
        del self._refusals[source_id]
        if self._away:
            self._away = False
            self._retry.reset()
            LOGGER.info("Subtitles can be looked for again")

    async def _wait_for_server(self, err: JellyfinError) -> None:
        """Wait until the server is back."""
        if not self._away:
            self._away = True
            LOGGER.info("Subtitles cannot be looked for, trying again: %s", err)
        self._served.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._retry.next()):
                await self._served.wait()

    async def _safely(self, saving: Awaitable[None]) -> bool:
        try:
            await saving
        except DroppedError:
            return False
        except Exception:
            LOGGER.exception("What is done about subtitles could not be written")
            return False
        return True
