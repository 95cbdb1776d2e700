"""The known ids against sets that say the same in a few lines, whatever is done to them and whenever it ends."""

from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any, override

from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from custom_components.jellyfin_subtitles.engine.identity import NO_IDENTITY
from custom_components.jellyfin_subtitles.engine.known import REMOVED_KEPT, KnownIds

from .knowing import FILMS, NOW, an_announcement, an_id
from .memory import MemoryStorage

ITEMS = [an_id(number) for number in range(1, 6)]
IDENTITIES = [NO_IDENTITY, 1, 2]

items = st.sampled_from(ITEMS)
# So few that different items often have the same.
identities = st.sampled_from(IDENTITIES)


def at_once[T](coroutine: Coroutine[Any, Any, T]) -> T:
    """Return what a coroutine returns that has nothing to wait for."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    raise AssertionError("It waits")


class PowerCutError(Exception):
    """The end comes between two writes."""


class Disk(MemoryStorage):
    """A disk that may be full, or outlive the program in the middle of a save."""

    is_full = False
    is_last_write = False

    @override
    async def save_known(self, document: dict[str, Any]) -> bool:
        if self.is_full:
            return False
        await super().save_known(document)
        if self.is_last_write:
            raise PowerCutError
        return True


class KnownIdsMachine(RuleBasedStateMachine):
    """Does what the corridor does, in any order; `must` and `may` be known after a crash, should it come now."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.disk = Disk()
        self.known = KnownIds(self.disk)
        self.ids: dict[str, int] = {}
        self.removed: dict[str, tuple[datetime, int]] = {}
        self.in_flight: set[str] = set()
        self.contested: dict[str, datetime] = {}
        self.learnt: set[str] = set()
        self.announcing: set[str] = set()
        self.interrupted: set[str] = set()
        self.must: set[str] = set()
        self.may: set[str] = set()
        at_once(self.known.load())
        self.known.begin(NOW)
        at_once(self.known.learnt(FILMS, NOW, first_scan=False))

    # What happens

    @rule(item=items, added=st.booleans())
    def take(self, item: str, added: bool) -> None:
        """Nothing known is new, but what was learnt a moment ago and the server calls new."""
        if item in self.removed:
            self._learn(item, self.removed.pop(item)[1])
        if added and item in self.contested:
            del self.contested[item]
            del self.ids[item]
            self.learnt.discard(item)
            self.must.discard(item)
        is_new = item not in self.ids and item not in self.in_flight
        assert self.known.take([item], added=added) == ((item,) if is_new else ())
        self.in_flight |= {item} if is_new else set()

    @precondition(lambda self: self.in_flight)
    @rule(data=st.data(), identity=identities)
    def learn(self, data: st.DataObject, identity: int) -> None:
        item = data.draw(st.sampled_from(sorted(self.in_flight)))
        self.known.learn(item, identity)
        self._learn(item, identity)

    @precondition(lambda self: self.in_flight)
    @rule(data=st.data())
    def let_go(self, data: st.DataObject) -> None:
        item = data.draw(st.sampled_from(sorted(self.in_flight)))
        self.known.let_go(item)
        self.in_flight.remove(item)
        self.announcing.discard(item)

    @precondition(lambda self: self.in_flight)
    @rule(data=st.data(), identity=identities, replaces=st.none() | items)
    def announce(self, data: st.DataObject, identity: int, replaces: str | None) -> None:
        item = data.draw(st.sampled_from(sorted(self.in_flight)))
        at_once(self.known.announcing([item]))
        self.announcing.add(item)
        self._written()
        if data.draw(st.booleans(), label="said"):
            self.known.announced(item, identity, an_announcement(item, replaces))
            self._learn(item, identity)
            if replaces in self.removed:
                self.removed[replaces] = (self.removed[replaces][0], NO_IDENTITY)

    @rule(item=items)
    def remove(self, item: str) -> None:
        self.known.remove(item, self.now)
        self.in_flight.discard(item)
        self.announcing.discard(item)
        self.contested.pop(item, None)
        if item in self.ids:
            self.removed[item] = (self.now, self.ids.pop(item))

    @rule(item=items, identity=identities, in_doubt=st.booleans())
    def read_a_library(self, item: str, identity: int, in_doubt: bool) -> None:
        """What was removed and is there again is known as before, and nobody's news."""
        is_back = item in self.removed
        if is_back:
            self._learn(item, self.removed.pop(item)[1])
        is_taught = not is_back and item not in self.ids and item not in self.in_flight
        if item not in self.in_flight:
            assert self.known.learn_existing({item: identity}) == ({item} if is_taught else set())
        if is_taught:
            self.ids[item] = identity
            self.may.add(item)
            if in_doubt:
                self.known.contest([item], self.now)
                self.contested[item] = self.now

    @rule(days=st.integers(1, 4))
    def let_days_pass(self, days: int) -> None:
        self.now += timedelta(days=days)

    # What is written

    @rule()
    def flush(self) -> None:
        at_once(self.known.flush())
        self._written()

    @rule(is_full=st.booleans())
    def save(self, is_full: bool) -> None:
        self.disk.is_full = is_full
        self._forget_what_is_long_gone()
        at_once(self.known.save(self.now))
        self._written()
        if not is_full:
            self.must = self.ids.keys() | self.removed.keys()
            self.may = set(self.must)

    @rule(amid_save=st.booleans())
    def crash(self, amid_save: bool) -> None:
        if amid_save:
            self.disk.is_full, self.disk.is_last_write = False, True
            self._forget_what_is_long_gone()
            try:
                at_once(self.known.save(self.now))
            except PowerCutError:
                pass
            else:
                self._written()
        self.disk = Disk(self.disk.known, self.disk.journal)
        self.known = KnownIds(self.disk)
        at_once(self.known.load())
        found = {item for item in ITEMS if item in self.known}
        assert self.must <= found <= self.may
        self.ids = dict(self.known._ids)
        self.removed = dict(self.known._removed)
        assert not self.ids.keys() & self.removed.keys()
        self.in_flight, self.contested, self.learnt = set(), {}, set(found)
        self.announcing = set(self.known.interrupted)

    @override
    def teardown(self) -> None:
        """End, and begin once more."""
        self.crash(amid_save=False)

    # What always holds

    @invariant()
    def the_same_ids_are_known(self) -> None:
        assert {item for item in ITEMS if item in self.known} == self.ids.keys() | self.removed.keys()
        assert len(self.known) == len(self.ids)
        assert set(self.known.interrupted) == self.announcing

    @invariant()
    def every_id_of_an_identity_is_found(self) -> None:
        for identity in IDENTITIES:
            having = {item for item, own in self.ids.items() if own == identity}
            assert set(self.known.with_identity([identity])) == having

    @invariant()
    def what_was_removed_lately_can_be_replaced(self) -> None:
        lately = {
            (identity, item)
            for item, (when, identity) in self.removed.items()
            if identity != NO_IDENTITY and self.now - when < REMOVED_KEPT
        }
        found = self.known.removed_lately(self.now)
        assert found.keys() == {identity for identity, _ in lately}
        assert found.items() <= lately

    # How the sets change

    def _learn(self, item: str, identity: int) -> None:
        self.ids[item] = identity
        self.in_flight.discard(item)
        self.announcing.discard(item)
        self.contested.pop(item, None)
        self.learnt.add(item)
        self.may.add(item)

    def _written(self) -> None:
        self.must |= (self.learnt & self.ids.keys()) | self.removed.keys()
        self.interrupted = set(self.announcing)

    def _forget_what_is_long_gone(self) -> None:
        self.removed = {item: one for item, one in self.removed.items() if self.now - one[0] < REMOVED_KEPT}
        self.must &= self.ids.keys() | self.removed.keys()
        self.contested = {item: when for item, when in self.contested.items() if when == self.now}


TestKnownIds = KnownIdsMachine.TestCase
TestKnownIds.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)
