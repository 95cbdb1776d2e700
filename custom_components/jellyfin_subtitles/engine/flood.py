"""When many items arrive at once: told from those that come one by one, and gathered until the rush is over."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import batched

from .models import Announcement

# More new items than this at once are not news but a changed mount path or a restored server.
MASS = 500

# Home Assistant keeps no event above 32 KiB; so many ids stay well below.
IDS_PER_EVENT = 500


@dataclass(frozen=True, slots=True)
class FloodTimings:
    """When many are a flood, and how long one is gathered; seconds.

    `limit` items may come within `window`, or be named at once, and are still said one by one. What comes on top is
    gathered until nothing has come for `quiet`, and given out every `longest` meanwhile.
    """

    limit: int = 20
    window: float = 60.0
    quiet: float = 5.0
    longest: float = 60.0


def is_mass(count: int) -> bool:
    """Return whether so many have come at once that a person decides what is asked for."""
    return count > MASS


@dataclass(slots=True, eq=False)
class Wave:
    """What one message or one query named at once: the ids not looked at yet, and those that arrive."""

    left: set[str]
    arrived: set[str] = field(default_factory=set)

    def look(self, item_id: str, *, arrives: bool) -> None:
        """Take note of what an id turned out to be; what the server did not show at first may arrive after all."""
        self.left.discard(item_id)
        if arrives:
            self.arrived.add(item_id)

    def is_flood(self, limit: int) -> bool:
        """Return whether so many arrive that nobody wants to hear of each; what is not looked at yet may arrive."""
        return len(self.arrived) + len(self.left) > limit


@dataclass(frozen=True, slots=True)
class Gathered[T]:
    """What a flood has brought since it was last asked; `total` is what it brought in all, 0 while it goes on.

    `few` is true where it was none after all: most of what was named with these few turned out to be nothing.
    """

    members: list[T]
    total: int = 0
    few: bool = False


@dataclass(slots=True)
class Flood[T]:
    """The rush that may be going on, and what was gathered of it; times are the loop's seconds."""

    timings: FloodTimings
    total: int = 0
    _singles: deque[float] = field(default_factory=deque)
    _gathered: list[T] = field(default_factory=list)
    _waves: set[Wave] = field(default_factory=set)
    _first: float = 0.0
    _last: float = 0.0

    def takes(self, now: float, wave: Wave | None) -> bool:
        """Return whether an item belongs to a flood; one that does not counts as a single."""
        if self.total or (wave is not None and wave.is_flood(self.timings.limit)):
            return True
        if self._lately(now) >= self.timings.limit:
            return True
        self._singles.append(now)
        return False

    def gather(self, now: float, one: T, wave: Wave | None) -> None:
        """Keep an item until there is something to say of it and the others."""
        if not self._gathered:
            self._first = now
        self._last = now
        self.total += 1
        self._gathered.append(one)
        if wave is not None:
            self._waves.add(wave)

    def resume(self, now: float, total: int) -> None:
        """Go on with a flood that the end of the program has interrupted: the rest of it is found within a while."""
        self.total = total
        self._last = now + self.timings.longest - self.timings.quiet

    @property
    def due(self) -> float | None:
        """When to take what was gathered; None if that depends on what is still being looked at, or there is no flood.

        Where all of it was named at once and has been looked at, nothing more is to come: then that is now.
        """
        if not self.total:
            return None
        looking = self._is_looking
        if self._gathered:
            quiet = self._last if self._waves and not looking else self._last + self.timings.quiet
            return min(quiet, self._first + self.timings.longest)
        return None if looking else self._last + self.timings.quiet

    def take(self, now: float) -> Gathered[T]:
        """Return what was gathered, and whether that ends the flood."""
        gathered, self._gathered = self._gathered, []
        if self._is_looking or (not self._waves and now < self._last + self.timings.quiet):
            return Gathered(gathered)
        # What was named at once belongs to it, also what the server has not looked into yet.
        total, self.total = max(self.total, *(len(wave.arrived) for wave in self._waves), 0), 0
        few = bool(self._waves) and total == len(gathered) and self._lately(now) + total <= self.timings.limit
        if few:
            self._singles.extend([now] * total)
        self._waves.clear()
        return Gathered(gathered, total, few)

    def _lately(self, now: float) -> int:
        """Return how many were said one by one within the window."""
        while self._singles and self._singles[0] <= now - self.timings.window:
            self._singles.popleft()
        return len(self._singles)

    @property
    def _is_looking(self) -> bool:
        return any(wave.left for wave in self._waves)


@dataclass(frozen=True, slots=True)
class Batch[T]:
    """What is said together: a series, or films, or a part of them."""

    members: Sequence[T]
    part: int
    parts: int


def in_batches[T](items: Iterable[tuple[Announcement, T]]) -> list[Batch[T]]:
    """Return what belongs to these announcements, the episodes of each series together and the films together."""
    groups: dict[tuple[str, str | None], list[T]] = {}
    for said, one in items:
        series = said.series_id or said.series_name if said.item_type == "episode" else None
        groups.setdefault((said.item_type, series), []).append(one)
    batches: list[Batch[T]] = []
    for group in groups.values():
        parts = list(batched(group, IDS_PER_EVENT, strict=False))
        batches += [Batch(members, number, len(parts)) for number, members in enumerate(parts, 1)]
    return batches
