"""A loop for a whole day: its clock jumps to the next timer as soon as nothing is under way any more."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager
import selectors
import socket
import time
from typing import Any, override

from jellyfin_simulator import Clock
from jellyfin_simulator.clock import Timer

# How long a job of another thread is waited for before it is looked whether the loop has something else to do.
_A_MOMENT = 0.01


class _Mark:
    """A byte that goes the way of all others: once it has arrived, so has what was sent before it."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            self._near = socket.create_connection(server.getsockname())
            self._far, _ = server.accept()

    def pass_through(self) -> None:
        """Wait until everything that was sent has arrived."""
        self._near.send(b".")
        self._far.recv(1)

    def close(self) -> None:
        self._near.close()
        self._far.close()


class _HastySelector(selectors.DefaultSelector):
    """Where a loop would sleep, its clock is put forward, unless something is still to come."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.jobs = 0
        self._mark = _Mark()

    @override
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self._mark.pass_through()
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if self.jobs:
            return super().select(_A_MOMENT)
        assert timeout is not None, "Everybody waits, and no timer will end it"
        self.now += max(timeout, 0)
        return []

    @override
    def close(self) -> None:
        super().close()
        self._mark.close()


class HastyLoop(asyncio.SelectorEventLoop):
    """A loop of which both ends of every connection are part."""

    def __init__(self) -> None:
        self._hasty = _HastySelector()
        super().__init__(self._hasty)

    @override
    def time(self) -> float:
        return self._hasty.now

    @override
    def run_in_executor[*Ts, T](self, executor: Any, func: Callable[[*Ts], T], *args: *Ts) -> asyncio.Future[T]:
        future = super().run_in_executor(executor, func, *args)
        self._hasty.jobs += 1
        future.add_done_callback(self._count_down)
        return future

    def _count_down(self, _job: asyncio.Future[Any]) -> None:
        self._hasty.jobs -= 1


class HastyClock(Clock):
    """The simulator's clock: today's date, and the time of the loop."""

    def __init__(self, loop: HastyLoop) -> None:
        self._loop = loop
        self._beginning = time.time()

    @override
    def time(self) -> float:
        return self._beginning + self._loop.time()

    @override
    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        return self._loop.call_later(delay, callback)


@contextmanager
def hasty_loop() -> Generator[HastyLoop]:
    """Make a loop, and end what is left of it."""
    loop = HastyLoop()
    try:
        yield loop
    finally:
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
