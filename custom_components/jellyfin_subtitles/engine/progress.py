"""How far all the subtitles are that files lack, as people want to see it: pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from .ledger import Ledger
from .ledger_models import NOT_FOUND, Record, RecordState

_IN_PROGRESS: Final = (RecordState.SEARCHING, RecordState.FETCHING, RecordState.VERIFYING)


@dataclass(frozen=True, slots=True)
class Progress:
    """What is missing, the newest first, and how far that is.

    `failed` are those that wait because something went wrong, not because nothing was found. `coverage` is the share in
    percent of what was asked for that is there now, by the tag of the language; none where nothing was asked for.
    """

    missing: tuple[Record, ...]
    in_progress: int
    failed: int
    next_attempt: datetime | None
    coverage: Mapping[str, float]


def progress_of(ledger: Ledger) -> Progress:
    """Say how far everything is; that takes as long as there are open records, not as many as were ever closed."""
    missing = sorted(ledger.open.values(), key=lambda one: one.arrived_at, reverse=True)
    waiting = [one for one in missing if one.state is RecordState.WAITING]
    asked_for = ledger.tally.all + Counter(one.want.language.tag for one in missing)
    return Progress(
        missing=tuple(missing),
        in_progress=sum(one.state in _IN_PROGRESS for one in missing),
        failed=sum(one.reason not in (None, NOT_FOUND) for one in waiting),
        next_attempt=min([one.due for one in waiting], default=None),
        coverage={tag: 100 * ledger.tally.good[tag] / count for tag, count in asked_for.items()},
    )
