"""When a catch-up runs: at once after a connect, soon after a hint, again after a failure."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
import logging

from .backoff import Backoff
from .catch_up import CatchUp
from .fence import Fence
from .jellyfin import JellyfinAuthenticationError, JellyfinConnectionError, JellyfinError, JellyfinServerStartingError

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CatchUpPace:
    """How soon and how often hints are followed; seconds.

    Hints within `delay` are one; then at most one catch-up every `interval`, or every `quiet_interval` once
    `quiet_after` of them in a row found nothing. A failed one tells nothing about that, and is repeated after
    `interval`, doubling up to `retry_maximum`.
    """

    delay: float
    interval: float
    quiet_interval: float
    quiet_after: int
    retry_maximum: float


class CatchUpWorker:
    """Runs the catch-ups that nobody waits for, one at a time, however often they are wished for."""

    def __init__(self, catch_up: CatchUp, pace: CatchUpPace, *, on_refused: Callable[[], Awaitable[object]]) -> None:
        """Take the catch-up to run; `on_refused` is told when the server did not accept the token."""
        self._catch_up = catch_up
        self._pace = pace
        self._on_refused = on_refused
        self._retry = Backoff(pace.interval, pace.retry_maximum)
        self._changed = asyncio.Event()
        self._due: float | None = None
        self._hinted: float | None = None
        self._started: float = float("-inf")
        self._empty = 0
        self._failing = False
        self._fence = Fence(_LOGGER, "Looking for what is new failed, trying again")
        self._owed = False

    @property
    def owing(self) -> bool:
        """Whether the catch-up that `at_once` asked for has not succeeded yet."""
        return self._owed

    def at_once(self) -> None:
        """Run a catch-up that begins after this call, as soon as the one that may be running has ended."""
        self._owed = True
        self._due = asyncio.get_running_loop().time()
        self._changed.set()

    def hint(self) -> None:
        """Run a catch-up soon; hints that come close together are one."""
        if self._hinted is None:
            self._hinted = asyncio.get_running_loop().time()
            self._changed.set()

    async def run(self) -> None:
        """Do what is asked for, until cancelled."""
        while True:
            await self._turn()
            with self._fence:
                await self._run_once()
            if self._fence.broken:
                self._repeat()

    async def _turn(self) -> None:
        """Wait until a catch-up is wanted and may begin."""
        while (turn := self._next_turn()) is None or turn > asyncio.get_running_loop().time():
            self._changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout_at(turn):
                    await self._changed.wait()

    def _next_turn(self) -> float | None:
        turns = [] if self._due is None else [self._due]
        if self._hinted is not None:
            quiet = self._empty >= self._pace.quiet_after
            interval = self._pace.quiet_interval if quiet else self._pace.interval
            turns.append(max(self._hinted + self._pace.delay, self._started + interval))
        return min(turns, default=None)

    async def _run_once(self) -> None:
        hinted = self._hinted is not None
        self._due = self._hinted = None
        self._started = asyncio.get_running_loop().time()
        found = empty = False
        try:
            result = await self._catch_up.run()
        except JellyfinError as err:
            self._log_failure(err)
            if isinstance(err, JellyfinAuthenticationError):
                await self._on_refused()
            self._repeat()
        else:
            found = bool(result.found)
            empty = not (found or result.failed)
            if self._failing or self._fence.broken:
                self._failing = False
                self._fence.mend()
                _LOGGER.info("Jellyfin can be asked again what is new")
            # A wish that came during this run is for a later one.
            self._owed = self._due is not None
            if result.failed:
                self._repeat()
            else:
                self._retry.reset()
        if found:
            self._empty = 0
        elif hinted and empty:
            self._empty += 1

    def _repeat(self) -> None:
        if self._due is None:
            self._due = asyncio.get_running_loop().time() + self._retry.next()

    def _log_failure(self, err: JellyfinError) -> None:
        # Of a server that is away, or still starting, the listener speaks.
        expected = isinstance(err, (JellyfinConnectionError, JellyfinServerStartingError))
        level = logging.DEBUG if expected or self._failing else logging.INFO
        self._failing = self._failing or not expected
        _LOGGER.log(level, "Could not ask Jellyfin what is new, trying again: %s", err)
