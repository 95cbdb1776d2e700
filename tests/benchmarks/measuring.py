"""Counting what one thread does: its processor time, and the longest turn that its loop takes."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
import gc
import multiprocessing
from multiprocessing.connection import Connection
import time
from typing import Any, Self
from unittest.mock import patch

import aiohttp

from jellyfin_simulator import JellyfinSimulator


@dataclass(frozen=True, slots=True)
class Result:
    """A line of the report; `limit` is what was promised, where something was."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    note: str = ""

    @property
    def kept(self) -> bool:
        """Whether the promise is kept."""
        return self.limit is None or self.value <= self.limit


class Stopwatch:
    """The processor time of this thread while it runs, in seconds."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.seconds = 0.0

    @contextmanager
    def running(self) -> Generator[None]:
        """Count what happens inside."""
        began = time.thread_time()
        try:
            yield
        finally:
            self.seconds += time.thread_time() - began


@contextmanager
def longest_turn() -> Generator[list[float]]:
    """Note in the list's only place the longest that one callback held the loop, in seconds of processor time."""
    longest = [0.0]
    run = asyncio.Handle._run

    def timed(handle: asyncio.Handle) -> None:
        began = time.thread_time()
        run(handle)
        longest[0] = max(longest[0], time.thread_time() - began)

    with patch.object(asyncio.Handle, "_run", timed):
        yield longest


@contextmanager
def without_old_garbage() -> Generator[None]:
    """Let the interpreter look for garbage only in what is made inside.

    Otherwise it goes through all of Home Assistant now and then, at whoever's turn it happens to be.
    """
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


class Server:
    """A simulated server in a process of its own, so that its work is not counted as ours."""

    def __init__(self, **options: Any) -> None:
        """Start it; options are those of the simulator."""
        context = multiprocessing.get_context("spawn")
        self._pipe, far_end = context.Pipe()
        self._process = context.Process(target=_serve, args=(far_end, options), daemon=True)
        self._process.start()
        self.url: str = self._pipe.recv()

    def __enter__(self) -> Self:
        """Return the server."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._pipe.send(None)
        self._process.join()

    def do(self, hand: Callable[..., Any], *args: Any) -> Any:
        """Let a function of a module do something to the server; returns what it returns."""
        self._pipe.send((hand, args))
        return self._pipe.recv()


def _serve(pipe: Connection, options: dict[str, Any]) -> None:
    async def run() -> None:
        simulator = JellyfinSimulator(**options)
        await simulator.start()
        pipe.send(simulator.url)
        ended = asyncio.Event()

        def obey() -> None:
            if (order := pipe.recv()) is None:
                ended.set()
            else:
                hand, args = order
                pipe.send(hand(simulator, *args))

        asyncio.get_running_loop().add_reader(pipe.fileno(), obey)
        await ended.wait()
        await simulator.stop()

    asyncio.run(run())


async def bare_get(session: aiohttp.ClientSession, url: str, headers: dict[str, str]) -> Any:
    """Ask and decode, and nothing else: what anybody pays."""
    async with session.get(url, headers=headers) as response:
        return await response.json()
