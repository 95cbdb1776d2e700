"""What people hear of the ledger: each end once, as soon as it is written and somebody listens."""

import asyncio
from collections.abc import Callable, Iterable

from .ledger import Ended, Ledger
from .ledger_models import Outcome
from .subscribers import Subscribers


class Outcomes:
    """Says what came of the records, and that they have changed."""

    def __init__(self, ledger: Ledger) -> None:
        """Say nothing before `opened` is set."""
        self.opened = asyncio.Event()
        self._ledger = ledger
        self._subscribers = Subscribers[[Outcome]]("an outcome")
        self._watchers = Subscribers[[]]("changed records")

    def subscribe(self, callback: Callable[[Outcome], None]) -> Callable[[], None]:
        """Call back with what came of each record; returns the way out."""
        return self._subscribers.add(callback)

    def watch(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back whenever a record has changed; returns the way out."""
        return self._watchers.add(callback)

    def tell(self, ends: Iterable[Ended], *, repeated: bool = False) -> None:
        """Say ends that are written; while nobody listens they stay untold."""
        if not self.opened.is_set():
            return
        for ended in ends:
            # Somebody else may have said it while this was written.
            if self._ledger.told(ended):
                how = ended.closed
                self.say(Outcome(ended.record, how.state, how.closed_at, is_ready=ended.is_ready, repeated=repeated))

    def say(self, outcome: Outcome) -> None:
        """Say what came of a record, if somebody listens."""
        if self.opened.is_set():
            self._subscribers.tell(outcome)

    def changed(self) -> None:
        """Say that records have changed."""
        self._watchers.tell()
