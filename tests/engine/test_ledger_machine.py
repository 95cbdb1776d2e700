"""The ledger against a dict that says the same in a few lines, whatever is done to it and whenever it ends."""

from datetime import timedelta
from typing import Any, override
from unittest.mock import patch

from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from custom_components.jellyfin_subtitles.engine import ledger as module
from custom_components.jellyfin_subtitles.engine.ledger import REMEMBERED, Ended, Ledger
from custom_components.jellyfin_subtitles.engine.ledger_models import RecordState
from custom_components.jellyfin_subtitles.engine.models import RequestReason
from custom_components.jellyfin_subtitles.engine.tally import Tally

from .memory import MemoryStorage
from .recording import NOW, a_want, asked_for
from .test_known_model import at_once

FILES = ["one", "two"]
TAGS = ["de", "fr"]
ENDS = [state for state in RecordState if not state.is_open]
IN_VAIN = (RecordState.NOT_FOUND, RecordState.FAILED)

record_ids = st.sampled_from([f"{source_id};{tag}" for source_id in FILES for tag in TAGS])


class PowerCutError(Exception):
    """The end comes between two writes."""


class Disk(MemoryStorage):
    """A disk that may be full for large files, or outlive the program in the middle of a save."""

    is_full = False
    is_last_write = False

    @override
    async def save_closed(self, document: dict[str, Any]) -> bool:
        if self.is_full:
            return False
        await super().save_closed(document)
        if self.is_last_write:
            raise PowerCutError
        return True


class LedgerMachine(RuleBasedStateMachine):
    """`opened` and `ended` are what is so now, `written` what a crash would leave of them."""

    def __init__(self) -> None:
        super().__init__()
        self.few = patch.object(module, "ENDS_IN_HOT_FILE", 2)
        self.few.start()
        self.now = NOW
        self.disk = Disk()
        self.ledger = Ledger(self.disk)
        self.opened: set[str] = set()
        self.ended: dict[str, RecordState] = {}
        self.when: dict[str, Any] = {}
        self.untold: dict[str, Ended] = {}
        self.written: tuple[set[str], dict[str, RecordState], set[str]] = (set(), {}, set())

    @rule(record_id=record_ids, by_person=st.booleans(), repeated=st.booleans())
    def enter(self, record_id: str, by_person: bool, repeated: bool) -> None:
        source_id, _, tag = record_id.partition(";")
        reason = RequestReason.ACTION if by_person else RequestReason.NEW_MEDIA
        request = asked_for(source_id, tag, reason=reason, repeated=repeated)
        end = self.ended.get(record_id)
        may = record_id not in self.opened and (end is not RecordState.IGNORED or by_person)
        may = may and not (repeated and end in IN_VAIN)
        assert bool(self.ledger.enter(request, [a_want(tag)], self.now)) is may
        if may:
            self.opened.add(record_id)
            if record_id not in self.untold:
                self.ended.pop(record_id, None)

    @precondition(lambda self: self.opened)
    @rule(data=st.data(), state=st.sampled_from(ENDS))
    def close(self, data: st.DataObject, state: RecordState) -> None:
        record_id = data.draw(st.sampled_from(sorted(self.opened)))
        self.now += timedelta(seconds=1)
        self.opened.remove(record_id)
        self.ended[record_id], self.when[record_id] = state, self.now
        self.untold[record_id] = self.ledger.close(self.ledger.open[record_id], state, self.now)
        source_id = record_id.partition(";")[0]
        others = {f"{source_id};{tag}" for tag in TAGS} - {record_id}
        is_ready = state.is_good and not others & self.opened
        is_ready = is_ready and not any(self.ended.get(other) in IN_VAIN for other in others)
        assert self.untold[record_id].is_ready is is_ready

    @precondition(lambda self: self.untold)
    @rule(data=st.data())
    def tell(self, data: st.DataObject) -> None:
        record_id = data.draw(st.sampled_from(sorted(self.untold)))
        assert self.ledger.told(self.untold.pop(record_id))
        if record_id in self.opened:
            self.ended.pop(record_id)

    @rule(days=st.sampled_from([1, 60]))
    def let_days_pass(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(is_full=st.booleans(), everything=st.booleans())
    def save(self, is_full: bool, everything: bool) -> None:
        self.disk.is_full = is_full
        at_once(self.ledger.save_all() if everything else self.ledger.save())
        self._written()

    @rule(amid_save=st.booleans())
    def crash(self, amid_save: bool) -> None:
        moved = {}
        if amid_save:
            moved = {record_id: state for record_id, state in self.ended.items() if record_id not in self.untold}
            self.disk.is_full, self.disk.is_last_write = False, True
            try:
                at_once(self.ledger.save_all())
            except PowerCutError:
                pass
            else:
                self._written()
        self.disk = Disk(ledger=self.disk.ledger, closed=self.disk.closed)
        self.ledger = Ledger(self.disk)
        at_once(self.ledger.load())
        self.opened, ended, untold = set(self.written[0]), dict(self.written[1]), self.written[2]
        # What has just ended may stand in the larger file already; where the other says more, that counts.
        self.ended = {one.record_id: one.state for one in self.ledger.all_closed()}
        if self.ended != ended:
            assert self.ended.keys() <= (moved.keys() | ended.keys()) - (self.opened - untold)
            assert all(state in (moved.get(record_id), ended.get(record_id)) for record_id, state in self.ended.items())
            assert all(self.ended[record_id] is ended[record_id] for record_id in untold)
        assert {one.closed.record_id for one in self.ledger.untold} == untold
        self.untold = {one.closed.record_id: one for one in self.ledger.untold}
        self.written = set(self.opened), dict(self.ended), set(self.untold)

    @override
    def teardown(self) -> None:
        """End, and begin once more."""
        self.crash(amid_save=False)
        self.the_same_is_open_and_over()
        self.few.stop()

    @invariant()
    def the_same_is_open_and_over(self) -> None:
        assert self.ledger.open.keys() == self.opened
        ends = [one.record_id for one in self.ledger.all_closed()]
        assert len(ends) == len(set(ends))
        found = {one.record_id: one.state for one in self.ledger.all_closed()}
        lately = {record_id for record_id in self.ended if self.now - self.when[record_id] <= REMEMBERED}
        kept = {record_id for record_id, state in self.ended.items() if state is RecordState.IGNORED}
        assert found.items() <= self.ended.items()
        assert lately | kept <= found.keys()
        self.ended = found

    @invariant()
    def what_is_counted_is_what_is_remembered(self) -> None:
        counted = Tally(self.ledger.all_closed())
        assert (self.ledger.tally.all, self.ledger.tally.good) == (counted.all, counted.good)

    def _written(self) -> None:
        self.ended = {one.record_id: one.state for one in self.ledger.all_closed()}
        self.written = set(self.opened), dict(self.ended), set(self.untold)


TestLedger = LedgerMachine.TestCase
TestLedger.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)
