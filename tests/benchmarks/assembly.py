"""All parts of the engine put together, with Home Assistant's disk under them and a simulated server before them."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
import time
from typing import Any, override

import aiohttp

from custom_components.jellyfin_subtitles.engine.catch_up import CatchUp
from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinClient
from custom_components.jellyfin_subtitles.engine.known import KnownIds
from custom_components.jellyfin_subtitles.engine.libraries import Libraries
from custom_components.jellyfin_subtitles.engine.listener import JellyfinSubtitlesListener
from custom_components.jellyfin_subtitles.engine.models import Announcement, ListenerState, MediaBatch
from custom_components.jellyfin_subtitles.engine.pipeline import SubtitlePipeline
from custom_components.jellyfin_subtitles.engine.policy import Household
from custom_components.jellyfin_subtitles.engine.requests import SubtitleRequests
from custom_components.jellyfin_subtitles.storage import JellyfinSubtitlesStorage
from homeassistant.core import HomeAssistant
from jellyfin_simulator import JellyfinSimulator

from .measuring import Server

DEVICE_ID = "0123456789abcdef"
ENTRY_ID = "0123456789ABCDEFGHIJKLMNOP"
A_DAY = 86_400

# Only for what hangs: the longest wait is for a large library to be learnt, seconds on an ordinary machine.
PATIENCE = 300

# People who want no subtitles.
NOBODY = Household()


class Disk(JellyfinSubtitlesStorage):
    """The two files of a config entry; counts how often the journal is written."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Begin with what the folder holds."""
        super().__init__(hass, ENTRY_ID)
        self._folder = Path(hass.config.path(".storage"))
        self.journal_writes = 0

    @override
    async def save_journal(self, document: dict[str, Any]) -> None:
        """Write the journal."""
        await super().save_journal(document)
        self.journal_writes += 1

    def size(self, name: str) -> int:
        """Return how many bytes one of the files has."""
        return next(self._folder.glob(f"*.{name}")).stat().st_size


@dataclass
class Engine:
    """All parts of one run, and what it said."""

    client: JellyfinClient
    disk: Disk
    known: KnownIds
    pipeline: SubtitlePipeline
    requests: SubtitleRequests
    catch_up: CatchUp
    listener: JellyfinSubtitlesListener
    said: list[Announcement] = field(default_factory=list)

    def hear_batch(self, batch: MediaBatch) -> None:
        """Note what is said together."""
        self.said += batch.items

    @asynccontextmanager
    async def listening(self) -> AsyncGenerator[None]:
        """Listen until the block ends; it begins once the socket is proven and what was missed before it is known."""
        before = self.catch_up.last
        task = asyncio.create_task(self.listener.run())
        try:
            async with asyncio.timeout(PATIENCE):
                while self.listener.status.state is not ListenerState.CONNECTED or self.catch_up.last is before:
                    await asyncio.sleep(0.01)
            yield
        finally:
            await _end(task)

    async def announced(self, count: int) -> None:
        """Wait until so many items were announced, and that is written."""
        async with asyncio.timeout(PATIENCE):
            while len(self.said) < count:
                await asyncio.sleep(0.01)
            await self.pipeline.drain()


@asynccontextmanager
async def home_assistant() -> AsyncGenerator[HomeAssistant]:
    """Make a Home Assistant of which only the disk is used."""
    with TemporaryDirectory() as folder:
        hass = HomeAssistant(folder)
        try:
            yield hass
        finally:
            await hass.async_stop(force=True)


@asynccontextmanager
async def engine(hass: HomeAssistant, url: str, token: str, household: Household = NOBODY) -> AsyncGenerator[Engine]:
    """Put everything together as the config entry does; the corridor is open, nobody listens yet."""
    async with aiohttp.ClientSession() as session:
        client = JellyfinClient(session, url, device_id=DEVICE_ID, version="1", token=token)
        disk = Disk(hass)
        known, libraries = KnownIds(disk), Libraries(None)
        await known.load()
        requests = SubtitleRequests(client, libraries, disk, household, now=_now)
        pipeline = SubtitlePipeline(client, known, libraries, requests, household, now=_now)
        catch_up = CatchUp(client, known, libraries, pipeline, now=_now)
        listener = JellyfinSubtitlesListener(client, pipeline, catch_up, now=_now)
        running = Engine(client, disk, known, pipeline, requests, catch_up, listener)
        pipeline.subscribe(running.said.append)
        pipeline.subscribe_batches(running.hear_batch)
        pipeline.open()
        task = asyncio.create_task(pipeline.run())
        try:
            yield running
        finally:
            await _end(task)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _now() -> datetime:
    return datetime.now(UTC)


def prompt_server() -> Server:
    """Start a server that tells what it has to tell at once."""
    return Server(version="12.0.0", library_update_duration=0)


def check(holds: bool, what: str) -> None:
    """Measure nothing but what was meant to be measured."""
    if not holds:
        raise AssertionError(f"not so: {what}")


# What follows is done in the server's process.


def fill(simulator: JellyfinSimulator, libraries: int, items: int) -> str:
    """Make libraries that hold so many items together, saved long ago, and a user; returns the user's token."""
    user = simulator.add_user("admin", "admin", administrator=True)
    for number in range(libraries):
        library = simulator.add_library(f"Films {number}", "movies", announce=False)
        simulator.add_many(library, items // libraries, saved=time.time() - A_DAY)
    return simulator.issue_token(user, DEVICE_ID)


def arrive(simulator: JellyfinSimulator, first: int, count: int) -> None:
    """Let films arrive at once, in the first library."""
    library = next(iter(simulator.core.shelves.libraries.values()))
    for number in range(first, first + count):
        simulator.add_film(library, f"New film {number}", year=2020)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as the server saw it."""

    method: str
    path: str
    query: dict[str, str]
    response_bytes: int


def asked(simulator: JellyfinSimulator) -> list[Asked]:
    """Return the requests since this was last called."""
    requests = [
        Asked(request.method, request.path, dict(request.query), request.response_bytes)
        for request in simulator.journal.requests
    ]
    simulator.journal.clear()
    return requests
