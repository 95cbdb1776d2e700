"""Time as the simulator sees it: real, or moved by hand."""

import asyncio
from collections.abc import Callable
import heapq
import itertools
import time
from typing import Protocol, override


class Timer(Protocol):
    """Something that will happen and can be called off."""

    def cancel(self) -> None:
        """Call it off; does nothing once it has happened."""


class Clock(Protocol):
    """Where every delay and every date of the simulator comes from."""

    def time(self) -> float:
        """Return the time in seconds since 1970, UTC."""

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        """Run the callback once after that many seconds."""


class LoopClock:
    """The real time, on the running event loop."""

    def time(self) -> float:
        """Return the time in seconds since 1970, UTC."""
        return time.time()

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        """Run the callback once after that many seconds."""
        return asyncio.get_running_loop().call_later(delay, callback)


class VirtualTimer:
    """A callback that waits for its virtual moment."""

    def __init__(self, callback: Callable[[], None]) -> None:
        """Keep the callback."""
        self._callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        """Call it off; does nothing once it has happened."""
        self._callback = None

    def fire(self) -> bool:
        """Run the callback unless it was called off; return whether it ran."""
        callback, self._callback = self._callback, None
        if callback is None:
            return False
        callback()
        return True


class VirtualClock:
    """A time that stands still until it is told to advance.

    Sockets stay real: after each callback the loop gets turns, so that what the callback sent is really sent.
    """

    def __init__(self, start: float = 1_700_000_000.0, *, turns: int = 20) -> None:
        """Start at that time; `turns` is how often the loop may go round after each callback."""
        self._now = start
        self._turns = turns
        self._order = itertools.count()
        self._waiting: list[tuple[float, int, VirtualTimer]] = []

    def time(self) -> float:
        """Return the virtual time in seconds since 1970, UTC."""
        return self._now

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        """Run the callback when the time has advanced that far."""
        timer = VirtualTimer(callback)
        heapq.heappush(self._waiting, (self._now + max(delay, 0.0), next(self._order), timer))
        return timer

    async def advance(self, seconds: float) -> None:
        """Move the time forward; what falls due on the way happens in order."""
        target = self._now + seconds
        await self.settle()
        while self._waiting and self._waiting[0][0] <= target:
            when, _, timer = heapq.heappop(self._waiting)
            self._now = max(self._now, when)
            if timer.fire():
                await self.settle()
        self._now = target
        await self.settle()

    async def settle(self) -> None:
        """Let the loop go round without moving the time."""
        for _ in range(self._turns):
            await asyncio.sleep(0)


class _PendingTimer:
    """A timer that leaves the list of pending ones when it fires or is called off."""

    def __init__(self, pending: set[Timer], clock: Clock, delay: float, callback: Callable[[], None]) -> None:
        """Join the list of pending timers, and wait on the clock below."""
        self._pending = pending
        self._callback = callback
        self._inner = clock.call_later(delay, self._fire)
        pending.add(self)

    def cancel(self) -> None:
        """Call it off."""
        self._pending.discard(self)
        self._inner.cancel()

    def _fire(self) -> None:
        """Leave the list and run."""
        self._pending.discard(self)
        self._callback()


class ProcessClock(Clock):
    """A clock whose timers all die with the server's process."""

    def __init__(self, clock: Clock) -> None:
        """Count the timers of that clock."""
        self._clock = clock
        self._pending: set[Timer] = set()

    @override
    def time(self) -> float:
        return self._clock.time()

    @override
    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        return _PendingTimer(self._pending, self._clock, delay, callback)

    def cancel_all(self) -> None:
        """Call off everything that has not happened yet."""
        for timer in tuple(self._pending):
            timer.cancel()


async def sleep(clock: Clock, seconds: float) -> None:
    """Wait on that clock."""
    done = asyncio.get_running_loop().create_future()

    def wake() -> None:
        if not done.done():
            done.set_result(None)

    timer = clock.call_later(seconds, wake)
    try:
        await done
    finally:
        timer.cancel()
