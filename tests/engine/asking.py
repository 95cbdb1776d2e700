"""The requests at work, without a corridor: real client, simulator, a disk in memory."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp

from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinClient
from custom_components.jellyfin_subtitles.engine.judge import announcement
from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.libraries import Libraries
from custom_components.jellyfin_subtitles.engine.models import Announcement, Needs, Sighting, Source, SubtitleRequest
from custom_components.jellyfin_subtitles.engine.policy import Household, assess
from custom_components.jellyfin_subtitles.engine.requests import RequestTimings, SubtitleRequests
from jellyfin_simulator import JellyfinSimulator

from .corridor import DEVICE_ID, PACE
from .memory import MemoryStorage

GERMAN = Household(languages=(Language("de"),))


@dataclass
class Asking:
    """The parts of one run, and what it asked for."""

    simulator: JellyfinSimulator
    client: JellyfinClient
    libraries: Libraries
    storage: MemoryStorage
    requests: SubtitleRequests
    said: list[SubtitleRequest] = field(default_factory=list)
    masses: list[int] = field(default_factory=list)

    @property
    def titles(self) -> list[str]:
        """What was asked for, in order."""
        return [one.item.name for one in self.said]

    async def read(self, *item_ids: str) -> list[tuple[Announcement, tuple[Needs, ...]]]:
        """Return what the corridor would hand on of these items."""
        now, arrived = datetime.now(UTC), []
        for item_id in item_ids:
            item = await self.client.get_item(item_id)
            needs = assess(item, GERMAN.profiles_for(None), now)
            sighting = Sighting(item_id, Source.WEBSOCKET, now)
            said = announcement(item, sighting, library_id="1" * 32, library_name="Films", now=now)
            arrived.append((said, needs))
        return arrived

    async def announced(self, *item_ids: str) -> list[Announcement]:
        """Return what was said of these items."""
        return [said for said, _needs in await self.read(*item_ids)]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so; looks again whenever the loop has turned."""
        async with asyncio.timeout(10):
            while not condition():
                await asyncio.sleep(0)


@asynccontextmanager
async def asking(
    simulator: JellyfinSimulator,
    *,
    storage: MemoryStorage | None = None,
    household: Household = GERMAN,
    timings: RequestTimings = PACE,
    opened: bool = True,
) -> AsyncIterator[Asking]:
    """Run the requests until the block ends."""
    storage = storage or MemoryStorage()
    async with aiohttp.ClientSession() as session:
        account = simulator.core.accounts.by_name("admin")
        assert account is not None
        token = simulator.issue_token(account, DEVICE_ID)
        client = JellyfinClient(session, simulator.url, device_id=DEVICE_ID, version="1.0", token=token)
        libraries = Libraries(None)
        requests = SubtitleRequests(
            client, libraries, storage, household, now=lambda: datetime.now(UTC), timings=timings
        )
        running = Asking(simulator, client, libraries, storage, requests)
        requests.subscribe(running.said.append)
        requests.subscribe_mass(running.masses.append)
        await requests.load()
        if opened:
            requests.open()
        task = asyncio.create_task(requests.run())
        try:
            yield running
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
