"""How many ends are remembered of each language, and how many of them are good: counted as they come and go."""

from collections import Counter
from collections.abc import Iterable

from .ledger_models import Closed


class Tally:
    """Counts of what is over, by the tag of the language; kept up so that nobody has to look through all of it."""

    def __init__(self, ends: Iterable[Closed] = ()) -> None:
        """Count these."""
        self.all: Counter[str] = Counter()
        self.good: Counter[str] = Counter()
        for end in ends:
            self.replace(None, end)

    def replace(self, before: Closed | None, after: Closed | None) -> None:
        """Take note that one end is remembered in place of another; None stands for none."""
        for end, by in ((before, -1), (after, 1)):
            if end is not None:
                tag = end.want.partition(";")[0]
                self.all[tag] += by
                self.good[tag] += by * end.state.is_good
