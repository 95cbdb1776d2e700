"""A listener at work: the whole engine against a simulator, and what the listener showed of itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from custom_components.jellyfin_subtitles.engine.listener import JellyfinSubtitlesListener, ListenerTimings
from custom_components.jellyfin_subtitles.engine.models import CatchUpResult, ListenerState, ListenerStatus
from jellyfin_simulator import JellyfinSimulator
from jellyfin_simulator.library import SimItem, SimLibrary

from .corridor import Corridor, corridor

# So short that no test waits; what would be a verdict or a look of its own comes too late to disturb.
QUICK = ListenerTimings(
    reconnect_minimum=0.01,
    reconnect_maximum=0.02,
    jitter=0,
    starting_maximum=0.02,
    pause_before_reconnect=0.001,
    echo_timeout=10,
    unproven_catch_up=60,
    named_within=60,
    hint_delay=0.001,
    hint_interval=0.001,
    hint_interval_quiet=0.001,
)


@dataclass
class Scene:
    """A listener, what it listens with, and all it has shown."""

    simulator: JellyfinSimulator
    engine: Corridor
    films: SimLibrary
    listener: JellyfinSubtitlesListener
    statuses: list[ListenerStatus] = field(default_factory=list)
    results: list[CatchUpResult] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Note what happens."""
        self.listener.subscribe(self.statuses.append)
        self.engine.catch_up.subscribe(self.results.append)

    @property
    def states(self) -> list[ListenerState]:
        """The states in their order."""
        return [status.state for status in self.statuses]

    @property
    def waits(self) -> list[float]:
        """How long the listener meant to wait each time, in seconds."""
        return [
            round((status.next_attempt - status.since).total_seconds(), 3)
            for status in self.statuses
            if status.next_attempt
        ]

    @property
    def echoes(self) -> int:
        """How many echoes were asked for."""
        return self.simulator.journal.count("POST", "/Sessions/")

    @property
    def sockets(self) -> int:
        """How many sockets were opened."""
        return self.simulator.journal.opened_sockets

    async def until(self, state: ListenerState, *, times: int = 1) -> ListenerStatus:
        """Wait until the listener has been in this state so often; returns how it is then."""
        await self.engine.until(lambda: self.states.count(state) >= times)
        return self.listener.status

    async def connected(self, *, times: int = 1) -> ListenerStatus:
        """Wait until the socket is proven, and what was missed before it is known."""
        status = await self.until(ListenerState.CONNECTED, times=times)
        await self.engine.until(lambda: len(self.results) >= times)
        return status

    async def announced(self, count: int = 1) -> None:
        """Wait until so many items were announced."""
        await self.engine.until(lambda: len(self.engine.said) >= count)

    def add_film(self, name: str, *, announce: bool = True) -> SimItem:
        """Put a film into the library."""
        return self.simulator.add_film(self.films, name, year=2020, announce=announce)


@asynccontextmanager
async def scene(
    *, timings: ListenerTimings = QUICK, version: str = "12.0.0", chance: float = 0.5, learnt: bool = True
) -> AsyncIterator[Scene]:
    """Build everything around a running simulator with one library; nobody listens yet."""
    simulator = JellyfinSimulator(version=version, library_monitor_delay=0, library_update_duration=0)
    simulator.add_user("admin", "admin", administrator=True)
    films = simulator.add_library("Films", "movies", announce=False)
    await simulator.start()
    try:
        async with corridor(simulator, learnt=learnt) as engine:
            listener = JellyfinSubtitlesListener(
                engine.client,
                engine.pipeline,
                engine.catch_up,
                now=lambda: datetime.now(UTC),
                timings=timings,
                random=lambda: chance,
            )
            yield Scene(simulator, engine, films, listener)
    finally:
        await simulator.stop()


@asynccontextmanager
async def listening(listener: JellyfinSubtitlesListener) -> AsyncIterator[asyncio.Task[None]]:
    """Let it listen until the block ends."""
    task = asyncio.create_task(listener.run())
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
