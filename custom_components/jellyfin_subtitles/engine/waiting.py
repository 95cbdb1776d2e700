"""The ids on their way, and when to look at each again: plain arithmetic on the loop's seconds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
import math

from .flood import Wave
from .models import Sighting, Source


@dataclass(frozen=True, slots=True)
class PipelineTimings:
    """Waits, in seconds.

    A new file is looked into within a second or two, behind a long scan within minutes: hence waits that double from
    `settle_first`, and an end to patience after `settle_at_most`. `absent` and `unplaced` are the waits before an id
    that the server does not show, or that no library holds, is asked for again; after the last one it is dropped.
    """

    settle_first: float = 1.0
    settle_longest: float = 60.0
    settle_at_most: float = 600.0
    absent: tuple[float, ...] = (5.0, 60.0)
    unplaced: tuple[float, ...] = (5.0, 15.0, 60.0, 300.0)
    retry_first: float = 5.0
    retry_longest: float = 60.0


@dataclass(slots=True)
class Entry:
    """An id in the corridor, and how often it was looked at in vain."""

    sighting: Sighting
    library_id: str | None
    due: float
    wave: Wave | None = None
    repeated: bool = False
    looked_at: float | None = None
    settling: int = 0
    absent: int = 0
    unplaced: int = 0
    confirmed: bool = False

    @property
    def item_id(self) -> str:
        """The id."""
        return self.sighting.item_id

    @property
    def is_fresh(self) -> bool:
        """Whether nobody has looked at it yet."""
        return not (self.settling or self.absent or self.unplaced)

    @property
    def is_hearsay(self) -> bool:
        """Whether nothing but posts to the webhook has named it, and the server has never shown it."""
        return self.sighting.source is Source.WEBHOOK and not self.confirmed

    def seen_again(self, now: float, seen: Sighting) -> None:
        """Somebody saw it once more: it may be ready now. An id that the server does not show keeps its own time."""
        self.library_id = self.library_id or seen.library_id
        self.confirmed = self.confirmed or seen.source is not Source.WEBHOOK
        if not self.absent and not self.is_gathered:
            self.due = now

    @property
    def is_gathered(self) -> bool:
        """Whether all is known that is to be said, and it is said together with others."""
        return self.due == math.inf

    def gather(self) -> None:
        """There is nothing to look at any more."""
        self.due = math.inf

    def looked(self, *, arrives: bool) -> None:
        """Tell what it was named with what it turned out to be."""
        if self.wave is not None:
            self.wave.look(self.item_id, arrives=arrives)

    def is_patient(self, now: float, timings: PipelineTimings) -> bool:
        """Return whether there is still time to wait for its streams, from the first look on that found it."""
        return self.looked_at is None or now < self.looked_at + timings.settle_at_most

    def wait_for_streams(self, now: float, timings: PipelineTimings) -> None:
        """The server has not looked into the file yet, or shows it behind another one: wait longer each time."""
        self.confirmed = True
        if self.looked_at is None:
            self.looked_at = now
        wait = min(timings.settle_first * 2**self.settling, timings.settle_longest)
        self.settling += 1
        self.absent = 0
        self.due = min(now + wait, self.looked_at + timings.settle_at_most)

    def wait_to_appear(self, now: float, timings: PipelineTimings) -> bool:
        """The server does not show it: fresh items hide each other for seconds. Return whether it is worth waiting."""
        self.absent += 1
        return not self.is_hearsay and self._wait(now, timings.absent, self.absent)

    def wait_for_place(self, now: float, timings: PipelineTimings) -> bool:
        """No library we may look into holds it. Return whether it is worth waiting."""
        self.confirmed = True
        self.unplaced += 1
        return self._wait(now, timings.unplaced, self.unplaced)

    def _wait(self, now: float, waits: Sequence[float], times: int) -> bool:
        if times > len(waits):
            return False
        self.due = now + waits[times - 1]
        return True


class WaitingRoom:
    """The entries, in the order in which they were seen first."""

    def __init__(self) -> None:
        """Begin with nobody in it."""
        self._entries: dict[str, Entry] = {}

    def __len__(self) -> int:
        """Return how many ids are on their way."""
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        """Go through the entries."""
        return iter(self._entries.values())

    def __contains__(self, item_id: str) -> bool:
        """Return whether an id is on its way."""
        return item_id in self._entries

    def get(self, item_id: str) -> Entry | None:
        """Return the entry of an id."""
        return self._entries.get(item_id)

    def add(self, entry: Entry) -> None:
        """Let an id in."""
        self._entries[entry.item_id] = entry

    def drop(self, item_id: str) -> None:
        """Let an id go, whatever became of it."""
        if entry := self._entries.pop(item_id, None):
            entry.looked(arrives=False)

    def due(self, now: float, count: int) -> list[Entry]:
        """Return the first entries whose time has come."""
        return list(islice((entry for entry in self._entries.values() if entry.due <= now), count))

    @property
    def next_due(self) -> float:
        """When the time of the next one comes; infinity if of none."""
        return min((entry.due for entry in self._entries.values()), default=math.inf)
