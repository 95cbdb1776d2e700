"""The engine at work: the real client and the real corridor against the simulator, on a disk in memory."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp

from custom_components.jellyfin_subtitles.engine.catch_up import CatchUp
from custom_components.jellyfin_subtitles.engine.flood import FloodTimings
from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinClient
from custom_components.jellyfin_subtitles.engine.known import KnownIds
from custom_components.jellyfin_subtitles.engine.libraries import Libraries
from custom_components.jellyfin_subtitles.engine.models import (
    Announcement,
    MediaBatch,
    Sighting,
    Source,
    SubtitleRequest,
)
from custom_components.jellyfin_subtitles.engine.pipeline import SubtitlePipeline
from custom_components.jellyfin_subtitles.engine.policy import Household
from custom_components.jellyfin_subtitles.engine.requests import RequestTimings, SubtitleRequests
from custom_components.jellyfin_subtitles.engine.waiting import PipelineTimings
from jellyfin_simulator import JellyfinSimulator

from .memory import MemoryStorage

DEVICE_ID = "0123456789abcdef"

# So short that no test waits, so long that nothing is skipped.
FAST = PipelineTimings(
    settle_first=0.01,
    settle_longest=0.02,
    settle_at_most=0.2,
    absent=(0.01, 0.02),
    unplaced=(0.01, 0.02),
    retry_first=0.01,
    retry_longest=0.02,
)

# Requests without a pause.
PACE = RequestTimings(interval=0.0, retry_first=0.01, retry_longest=0.02)

# Most tests are about single items, however many they take.
NO_FLOOD = FloodTimings(limit=100_000)


@dataclass
class Corridor:
    """All parts of one run, and what it said."""

    simulator: JellyfinSimulator
    client: JellyfinClient
    storage: MemoryStorage
    known: KnownIds
    libraries: Libraries
    requests: SubtitleRequests
    pipeline: SubtitlePipeline
    catch_up: CatchUp
    said: list[Announcement] = field(default_factory=list)
    batches: list[MediaBatch] = field(default_factory=list)
    requested: list[SubtitleRequest] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def titles(self) -> list[str]:
        """What was announced, in order."""
        return [one.title for one in self.said]

    def hear(self, announcement: Announcement) -> None:
        """Note what is said."""
        self.said.append(announcement)
        self.changed.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so; looks again whenever the loop has turned."""
        async with asyncio.timeout(10):
            while not condition():
                await asyncio.sleep(0)

    def see(self, *item_ids: str, added: bool = True) -> tuple[str, ...]:
        """Let the socket's door see these ids."""
        now = datetime.now(UTC)
        return self.pipeline.offer(Sighting(item_id, Source.WEBSOCKET, now, added) for item_id in item_ids)


@asynccontextmanager
async def corridor(
    simulator: JellyfinSimulator,
    *,
    storage: MemoryStorage | None = None,
    user: str = "admin",
    chosen: frozenset[str] | None = None,
    timings: PipelineTimings = FAST,
    flood: FloodTimings = NO_FLOOD,
    household: Household | None = None,
    opened: bool = True,
    learnt: bool = True,
) -> AsyncIterator[Corridor]:
    """Run the engine, without a listener, until the block ends; `learnt` runs the baseline first."""
    storage = storage or MemoryStorage()
    async with aiohttp.ClientSession() as session:
        account = simulator.core.accounts.by_name(user)
        assert account is not None
        token = simulator.issue_token(account, DEVICE_ID)
        client = JellyfinClient(session, simulator.url, device_id=DEVICE_ID, version="1.0", token=token)
        known, libraries = KnownIds(storage), Libraries(chosen)
        await known.load()
        home = household or Household()
        requests = SubtitleRequests(client, libraries, storage, home, now=lambda: datetime.now(UTC), timings=PACE)
        await requests.load(known.interrupted)
        pipeline = SubtitlePipeline(
            client,
            known,
            libraries,
            requests,
            home,
            now=lambda: datetime.now(UTC),
            timings=timings,
            flood=flood,
        )
        catch_up = CatchUp(client, known, libraries, pipeline, now=lambda: datetime.now(UTC))
        running = Corridor(simulator, client, storage, known, libraries, requests, pipeline, catch_up)
        pipeline.subscribe(running.hear)
        pipeline.subscribe_batches(running.batches.append)
        requests.subscribe(running.requested.append)
        if opened:
            pipeline.open()
        if learnt:
            await catch_up.run()
            simulator.journal.clear()
        tasks = [asyncio.create_task(pipeline.run()), asyncio.create_task(requests.run())]
        try:
            yield running
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
