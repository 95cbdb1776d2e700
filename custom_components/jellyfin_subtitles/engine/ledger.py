"""What is being done about the subtitles that files lack, and how it ended: plain bookkeeping, and its two files.

Open records, and ends of which nobody may have heard, stand in the hot file: it is small, and written before anything
is asked. What is over moves to the other one, which is large and seldom written.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
import logging
from types import MappingProxyType
from typing import Any, Final

from .ledger_models import Closed, Record, RecordState
from .ledger_storage import LedgerStorage
from .models import BACKLOG, RequestReason, SubtitleRequest
from .tally import Tally
from .wants import Want

LOGGER = logging.getLogger(__name__)

# How long it is remembered how something ended; what is to be left alone, for ever.
REMEMBERED: Final = timedelta(days=90)

# How many ends the hot file may hold before they are moved.
ENDS_IN_HOT_FILE: Final = 100

# How it can end without anybody having brought the subtitles.
_NOT_OURS: Final = (RecordState.SATISFIED_ELSEWHERE, RecordState.IGNORED, RecordState.GONE)


@dataclass(frozen=True, slots=True)
class Ended:
    """A record that is over, whether its file had with it all that was asked for, and whether somebody heard of it."""

    record: Record
    closed: Closed
    is_ready: bool
    is_told: bool = False

    def as_list(self) -> list[Any]:
        """Return it as it is stored."""
        return [self.record.as_list(), self.closed.as_list(), self.is_ready, self.is_told]

    @classmethod
    def from_list(cls, data: Sequence[Any]) -> Ended:
        """Make it again; raises TypeError or ValueError on anything else."""
        record, closed, is_ready, is_told = data
        return cls(Record.from_list(record), Closed.from_list(closed), is_ready is True, is_told is True)


class Ledger:
    """The records of one server, by their ids."""

    def __init__(self, storage: LedgerStorage) -> None:
        """Begin with nothing; `load` reads what is stored."""
        self._storage = storage
        self._open: dict[str, Record] = {}
        self._ended: dict[str, Ended] = {}
        self._closed: dict[str, Closed] = {}
        # All wants that ever ended: few, so that the ends of a file are found without looking through all of them.
        self._wants: set[str] = set()
        self._tally = Tally()
        self._is_lost = False
        self._unsaved = False
        self._saving = asyncio.Lock()

    @property
    def open(self) -> Mapping[str, Record]:
        """What is being worked on, the oldest first."""
        return self._open

    @property
    def is_lost(self) -> bool:
        """Whether what was open cannot be read any more and was not found out anew; a restart does not change that."""
        return self._is_lost

    @property
    def tally(self) -> Tally:
        """How many of all ends that are remembered were good."""
        return self._tally

    @property
    def untold(self) -> tuple[Ended, ...]:
        """The ends of which nobody may have heard."""
        return tuple([one for one in self._ended.values() if not one.is_told])

    def closed(self, record_id: str) -> Closed | None:
        """Return how a record ended, if that is remembered."""
        if ended := self._ended.get(record_id):
            return ended.closed
        return self._closed.get(record_id)

    def all_closed(self) -> Iterable[Closed]:
        """Return how everything ended that is remembered, the newest last."""
        yield from self._closed.values()
        yield from [one.closed for one in self._ended.values()]

    async def load(self) -> None:
        """Take up what a former run left; what it was about to ask is asked again."""
        hot, cold = await self._storage.load_ledger(), await self._storage.load_closed()
        try:
            records = [_resumed(Record.from_list(row)) for row in hot["open"]] if hot is not None else []
            ended = [Ended.from_list(row) for row in hot["ended"]] if hot is not None else []
            closed = [Closed.from_list(row) for row in cold["closed"]] if cold is not None else []
        except (KeyError, TypeError, ValueError) as err:
            LOGGER.debug("The ledger cannot be understood: %r", err)
            await self._storage.keep_ledger_aside()
            await self._set_lost(True)
            return
        if self._storage.has_lost_ledger:
            await self._set_lost(True)
        self._is_lost |= hot is not None and hot.get("lost") is True
        self._open = {one.record_id: one for one in records}
        self._ended = {one.closed.record_id: one for one in ended}
        # What was begun anew since the larger file was written has no end any more, or another one.
        newer = self._open.keys() | self._ended.keys()
        self._closed = {one.record_id: one for one in closed if one.record_id not in newer}
        self._wants = {one.want for one in self.all_closed()}
        self._tally = Tally(self.all_closed())

    async def found_anew(self) -> None:
        """Note that what was open is open again; written when this returns."""
        await self._set_lost(False)

    async def _set_lost(self, is_lost: bool) -> None:
        self._is_lost, self._unsaved = is_lost, True
        await self.save()

    def enter(self, request: SubtitleRequest, wants: Iterable[Want], due: datetime) -> tuple[Record, ...]:
        """Open a record for each want that has none; returns those.

        What somebody wants left alone stays closed unless a person asks for it, and so does what a request that is only
        repeated has come to; had that come to anything, the file would not lack it.
        """
        said, added = request.item, []
        for want in wants:
            one = Record(
                item_id=said.item_id,
                source_id=request.needs.source_id,
                library_id=said.library_id,
                item_type=said.item_type,
                title=said.title,
                series_id=said.series_id,
                season_number=said.season_number,
                episode_number=said.episode_number,
                want=want,
                request_id=request.request_id,
                request_reason=request.reason,
                arrived_at=said.announced_at,
                requested_at=request.requested_at,
                due=due,
            )
            if one.record_id not in self._open and self._may_begin(one, request):
                self._forget_end(one.record_id)
                self.put(one)
                added.append(one)
        return tuple(added)

    def put(self, record: Record) -> Record:
        """Note how far a record has come; what has to be written before anything is asked is the caller's to `save`."""
        self._open[record.record_id] = record
        self._unsaved = True
        return record

    def close(self, record: Record, state: RecordState, now: datetime) -> Ended:
        """Note how a record ended; `told` is said once everyone has heard of it."""
        record = replace(
            record,
            state=state,
            backend=None if state in _NOT_OURS else record.backend,
            reason=record.reason if state.is_in_vain else None,
        )
        closed = Closed(
            item_id=record.item_id,
            source_id=record.source_id,
            title=record.title,
            want=record.want.key,
            request_id=record.request_id,
            state=state,
            closed_at=now,
            backend=record.backend,
            reason=record.reason,
        )
        del self._open[record.record_id]
        self._wants.add(closed.want)
        self._tally.replace(self.closed(closed.record_id), closed)
        self._ended.pop(record.record_id, None)
        self._ended[record.record_id] = ended = Ended(record, closed, state.is_good and self.has_all(record.source_id))
        self._unsaved = True
        return ended

    def told(self, ended: Ended) -> bool:
        """Note that everyone hears of an end; False if they already have."""
        record_id = ended.closed.record_id
        if self._ended.get(record_id) is not ended:
            return False
        self._ended[record_id] = replace(ended, is_told=True)
        if record_id in self._open:
            self._forget_end(record_id)
        self._unsaved = True
        return True

    def drop(self, record: Record) -> None:
        """Forget a record: nobody wants it any more."""
        del self._open[record.record_id]
        self._unsaved = True

    def of_item(self, item_ids: Iterable[str]) -> tuple[Record, ...]:
        """Return the open records of films, episodes or their files."""
        wanted = frozenset(item_ids)
        return tuple([one for one in self._open.values() if not wanted.isdisjoint((one.item_id, one.source_id))])

    def of_file(self, source_id: str) -> tuple[Record, ...]:
        """Return the open records of one file, in the order in which they were asked for."""
        return tuple([one for one in self._open.values() if one.source_id == source_id])

    def has_all(self, source_id: str) -> bool:
        """Return whether a file got everything that was asked for, as far as it is remembered.

        What somebody wants left alone is not asked for any more, nor is what an earlier file of the same name lacked.
        """
        if self.of_file(source_id):
            return False
        ends = [self.closed(f"{source_id};{want}") for want in self._wants]
        return not any(end.state.is_in_vain for end in ends if end is not None)

    def next(self, now: datetime, turns: Mapping[str, int] = MappingProxyType({})) -> Record | None:
        """Return the record whose turn it is: what was delivered, then items by their `turns`, then the newest.

        What was there before anybody asked comes last. Of one file, the languages come in the order in which they were
        asked for.
        """
        best: Record | None = None
        rank: tuple[bool, int, bool, datetime] | None = None
        for one in self._open.values():
            if one.due <= now:
                is_news = one.request_reason not in BACKLOG
                own = (one.state is RecordState.VERIFYING, turns.get(one.item_id, 0), is_news, one.arrived_at)
                if rank is None or own > rank:
                    best, rank = one, own
        return best

    @property
    def next_due(self) -> datetime | None:
        """When there is something to do next."""
        return min([one.due for one in self._open.values()], default=None)

    async def save(self) -> None:
        """Write what is open, and what has ended since; when this returns, all of it is written."""
        async with self._saving:
            if sum(one.is_told for one in self._ended.values()) >= ENDS_IN_HOT_FILE:
                await self._move_ends()
            await self._write()

    async def save_all(self) -> None:
        """Write both files."""
        async with self._saving:
            await self._move_ends()
            await self._write()

    async def _write(self) -> None:
        """Write the hot file, unless nothing has changed."""
        if not self._unsaved:
            return
        self._unsaved = False
        try:
            await self._storage.save_ledger(
                {
                    "open": [one.as_list() for one in self._open.values()],
                    "ended": [one.as_list() for one in self._ended.values()],
                    "lost": self._is_lost,
                }
            )
        except BaseException:
            self._unsaved = True
            raise

    async def _move_ends(self) -> None:
        """Write the ends that are told into the file of what is over; only then the hot file may lose them."""
        moved = {record_id: one.closed for record_id, one in self._ended.items() if one.is_told}
        if not moved:
            return
        long_over = max(one.closed_at for one in moved.values()) - REMEMBERED
        kept = {
            record_id: one
            for record_id, one in self._closed.items()
            if one.state is RecordState.IGNORED or one.closed_at >= long_over
        }
        if not await self._storage.save_closed({"closed": [one.as_list() for one in (kept | moved).values()]}):
            return
        for record_id in self._closed.keys() - kept.keys():
            self._tally.replace(self._closed.pop(record_id), None)
        for record_id, closed in moved.items():
            # What was begun anew meanwhile has no end any more.
            if (ended := self._ended.get(record_id)) is not None and ended.closed is closed:
                self._closed[record_id] = closed
                del self._ended[record_id]
        self._unsaved = True

    def _may_begin(self, one: Record, request: SubtitleRequest) -> bool:
        end = self.closed(one.record_id)
        if end is None:
            return True
        if request.repeated and end.request_id == request.request_id and end.state.is_in_vain:
            return False
        return end.state is not RecordState.IGNORED or request.reason is RequestReason.ACTION

    def _forget_end(self, record_id: str) -> None:
        """Forget how something ended; only if nobody has heard of it yet, that is still to be said."""
        before = self.closed(record_id)
        self._closed.pop(record_id, None)
        if (ended := self._ended.get(record_id)) is not None and ended.is_told:
            del self._ended[record_id]
        self._tally.replace(before, self.closed(record_id))


def _resumed(record: Record) -> Record:
    """Return where a record goes on: a search or a fetch changed nothing, what may be delivered is looked for first.

    What was cut off is no attempt. Raises ValueError if the record is over.
    """
    if not record.state.is_open:
        raise ValueError("a record that is over cannot be open")
    if record.state in (RecordState.SEARCHING, RecordState.FETCHING):
        return replace(record, state=RecordState.WAITING, attempts=max(record.attempts - 1, 0))
    return record
