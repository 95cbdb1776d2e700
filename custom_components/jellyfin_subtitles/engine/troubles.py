"""What stands in the way of all subtitles, and not just of those of one file: plain bookkeeping."""

from collections.abc import Mapping
from typing import Final

from .backends import FailureReason
from .ledger_models import Record, RecordState

# Of how many files something has to be true before it is more than their own trouble: one search may fail by itself.
AT_LEAST: Final[Mapping[FailureReason, int]] = {
    FailureReason.NO_RIGHT: 1,
    FailureReason.NO_PROVIDER: 1,
    FailureReason.PROVIDER_FAILED: 3,
}


class Troubles:
    """Remembers why attempts were in vain until the next ones show whether that is over: while they run, it is not."""

    def __init__(self) -> None:
        """Begin without any."""
        self._reasons: dict[str, str] = {}

    def look(self, records: Mapping[str, Record]) -> frozenset[FailureReason]:
        """Take note of how far all open records are, and return what stands in the way now."""
        for record_id, one in records.items():
            if one.state is RecordState.WAITING and one.reason:
                self._reasons[record_id] = one.reason
        for record_id in self._reasons.keys() - records.keys():
            del self._reasons[record_id]
        reasons = [*self._reasons.values()]
        return frozenset(reason for reason, count in AT_LEAST.items() if reasons.count(reason) >= count)

    def served(self) -> None:
        """Forget all of it: something was delivered, so that nothing stands in the way."""
        self._reasons.clear()
