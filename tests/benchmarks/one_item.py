"""From the frame that names a film to its announcement, against one bare request for the same film."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from statistics import median
import time
from urllib.parse import urlencode

import aiohttp

from custom_components.jellyfin_subtitles.engine.catch_up import CatchUp
from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinClient
from custom_components.jellyfin_subtitles.engine.known import KnownIds
from custom_components.jellyfin_subtitles.engine.libraries import Libraries
from custom_components.jellyfin_subtitles.engine.listener import JellyfinSubtitlesListener
from custom_components.jellyfin_subtitles.engine.models import Announcement, ListenerState
from custom_components.jellyfin_subtitles.engine.pipeline import SubtitlePipeline

from jellyfin_simulator import JellyfinSimulator

from .measuring import Result, Server, bare_get

DEVICE_ID = "0123456789abcdef"
# The first rounds teach the interpreter; the middle one of the others counts.
WARM_UP = 2
ROUNDS = 7
ITEMS = 60


class NoStorage:
    """The disk is not what is measured here."""

    async def load_known(self) -> None:
        """There is nothing."""

    async def load_journal(self) -> None:
        """There is nothing."""

    async def save_known(self, document: object) -> None:
        """Write nothing."""

    async def save_journal(self, document: object) -> None:
        """Write nothing."""

    async def keep_aside(self) -> None:
        """There is nothing to keep."""


def prepare(simulator: JellyfinSimulator) -> tuple[str, str]:
    """Make a user and an empty library; returns the token and the library's id."""
    user = simulator.add_user("admin", "admin", administrator=True)
    library = simulator.add_library("Films", "movies", announce=False)
    return simulator.issue_token(user, DEVICE_ID), library.library_id


def arrive(simulator: JellyfinSimulator, library_id: str, number: int) -> None:
    """Let a film arrive."""
    simulator.add_film(simulator.core.shelves.libraries[library_id], f"Film {number}", year=2020)


def asked(simulator: JellyfinSimulator) -> list[dict[str, str]]:
    """Return the queries since this was last called."""
    queries = [dict(request.query) for request in simulator.journal.requests]
    simulator.journal.clear()
    return queries


async def measure() -> list[Result]:
    """Let films arrive one by one, and ask for the same films by hand."""
    ratios, requests = [], 0
    with Server(version="12.0.0", library_update_duration=0) as server:
        token, library_id = server.do(prepare)
        async with aiohttp.ClientSession() as session, _engine(session, server.url, token) as said:
            for number in range(-WARM_UP, ROUNDS):
                ours = bare = 0.0
                ids = []
                server.do(asked)
                for item in range(ITEMS):
                    server.do(arrive, library_id, number * ITEMS + item)
                    began = time.thread_time()
                    announcement, ended = await said.get()
                    ours += ended - began
                    ids.append(announcement.item_id)
                    await asyncio.sleep(0.005)
                queries = server.do(asked)
                for item_id in ids:
                    url = f"{server.url}/Items?{urlencode(queries[-1] | {'ids': item_id})}"
                    began = time.thread_time()
                    await bare_get(session, url, {"Authorization": f'MediaBrowser Token="{token}"'})
                    bare += time.thread_time() - began
                    await asyncio.sleep(0.005)
                if number >= 0:
                    requests += len(queries)
                    ratios.append(ours / bare)
                    print(ours/ITEMS*1e6, bare/ITEMS*1e6)
    return [
        Result("requests from a frame to its announcement", requests / (ROUNDS * ITEMS), "", 1),
        Result("processor time of it, a bare GET /Items being 1", median(ratios), "times", 1.3),
    ]


@asynccontextmanager
async def _engine(
    session: aiohttp.ClientSession, url: str, token: str
) -> AsyncGenerator[asyncio.Queue[tuple[Announcement, float]]]:
    """Run the whole engine; yields its announcements, each with the processor time at which it was made."""

    def now() -> datetime:
        return datetime.now(UTC)

    client = JellyfinClient(session, url, device_id=DEVICE_ID, version="1", token=token)
    known, libraries = KnownIds(NoStorage()), Libraries(None)
    await known.load()
    pipeline = SubtitlePipeline(client, known, libraries, now=now)
    catch_up = CatchUp(client, known, libraries, pipeline, now=now)
    listener = JellyfinSubtitlesListener(client, pipeline, catch_up, now=now)
    said: asyncio.Queue[tuple[Announcement, float]] = asyncio.Queue()
    pipeline.subscribe(lambda announcement: said.put_nowait((announcement, time.thread_time())))
    pipeline.open()
    tasks = [asyncio.create_task(pipeline.run()), asyncio.create_task(listener.run())]
    while listener.status.state is not ListenerState.CONNECTED or catch_up.last is None:
        await asyncio.sleep(0.01)
    try:
        yield said
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
