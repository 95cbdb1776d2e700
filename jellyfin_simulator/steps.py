"""Work that takes its time: steps one after the other, each with the seconds it needs."""

from collections import deque
from collections.abc import Callable

from .clock import Clock


class Steps:
    """Does what was added, in that order. Steps that need no time are done at once, and do not count as progress."""

    def __init__(self, clock: Clock, on_progress: Callable[[float], None]) -> None:
        """Start with nothing to do; `on_progress` is told the percentage after each step but the last."""
        self._clock = clock
        self._on_progress = on_progress
        self._left: deque[tuple[float, Callable[[], None]]] = deque()
        self._count = 0
        self._total = 0
        self._done: Callable[[], None] = lambda: None

    def add(self, seconds: float, act: Callable[[], None]) -> None:
        """Add a step at the end."""
        self._left.append((seconds, act))
        self._count += seconds > 0

    @property
    def take_time(self) -> bool:
        """Whether any of them does."""
        return self._count > 0

    def run(self, done: Callable[[], None] = lambda: None) -> None:
        """Begin; `done` is called after the last step, at once if none takes time."""
        self._done = done
        self._total = self._count
        self._proceed()

    def _proceed(self) -> None:
        while self._left:
            seconds, act = self._left[0]
            if seconds > 0:
                self._clock.call_later(seconds, self._step)
                return
            self._left.popleft()
            act()
        self._done()

    def _step(self) -> None:
        _, act = self._left.popleft()
        act()
        self._count -= 1
        if self._count:
            self._on_progress(100.0 * (self._total - self._count) / self._total)
        self._proceed()
