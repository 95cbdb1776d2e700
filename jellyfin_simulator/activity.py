"""The server's activity log, newest first when it is read."""

from dataclasses import dataclass

from .answers import Json
from .clock import Clock
from .dates import to_json
from .ids import EMPTY_ID


@dataclass(frozen=True, slots=True)
class ActivityEntry:
    """One line of the log."""

    entry_id: int
    kind: str
    name: str
    moment: float
    user_id: str
    details: str | None


class ActivityLog:
    """Who came and went."""

    def __init__(self, clock: Clock) -> None:
        """Start with an empty log."""
        self._clock = clock
        self.entries: list[ActivityEntry] = []

    def add(self, kind: str, name: str, user_id: str = EMPTY_ID, details: str | None = None) -> None:
        """Write a line."""
        self.entries.append(ActivityEntry(len(self.entries) + 1, kind, name, self._clock.time(), user_id, details))


def describe_entry(entry: ActivityEntry) -> Json:
    """Return the entry as the API shows it."""
    details = {} if entry.details is None else {"ShortOverview": entry.details}
    return {
        "Id": entry.entry_id,
        "Name": entry.name,
        **details,
        "Type": entry.kind,
        "Date": to_json(entry.moment),
        "UserId": entry.user_id,
        "Severity": "Information",
    }
