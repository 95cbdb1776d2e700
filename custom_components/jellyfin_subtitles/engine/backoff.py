"""How long to wait before the next attempt; pure."""

from collections.abc import Callable
import math
import random


class Backoff:
    """Waits that double from a minimum to a maximum, spread a little, until reset."""

    def __init__(
        self, minimum: float, maximum: float, *, jitter: float = 0.0, random: Callable[[], float] = random.random
    ) -> None:
        """Take the limits in seconds; `jitter` is the fraction by which a wait may be longer, `random` gives 0 to 1."""
        self._minimum = minimum
        self._maximum = maximum
        self._jitter = jitter
        self._random = random
        self._step = minimum

    def next(self, at_most: float = math.inf) -> float:
        """Return the next wait, never above the maximum nor above `at_most`.

        While `at_most` holds it down, the wait does not grow behind it either.
        """
        ceiling = min(self._maximum, at_most) / (1 + self._jitter)
        wait = min(self._step, ceiling)
        if self._step < ceiling:
            self._step *= 2
        return wait * (1 + self._jitter * self._random())

    def reset(self) -> None:
        """Begin with the minimum again."""
        self._step = self._minimum
