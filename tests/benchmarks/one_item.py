"""From the frame that names a film to its announcement, against one bare request for the same film."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from statistics import median
import time
from unittest.mock import patch
from urllib.parse import urlencode

import aiohttp

from custom_components.jellyfin_subtitles.engine.catch_up import CatchUp
from custom_components.jellyfin_subtitles.engine.flood import FloodTimings
from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinClient, JellyfinWebsocket
from custom_components.jellyfin_subtitles.engine.known import KnownIds
from custom_components.jellyfin_subtitles.engine.libraries import Libraries
from custom_components.jellyfin_subtitles.engine.listener import JellyfinSubtitlesListener
from custom_components.jellyfin_subtitles.engine.models import ListenerState
from custom_components.jellyfin_subtitles.engine.pipeline import SubtitlePipeline
from custom_components.jellyfin_subtitles.engine.policy import Household
from custom_components.jellyfin_subtitles.engine.requests import SubtitleRequests
from jellyfin_simulator import JellyfinSimulator

from .measuring import Result, Server, bare_get

DEVICE_ID = "0123456789abcdef"
# The first rounds teach the interpreter; the middle one of the others counts.
WARM_UP = 2
ROUNDS = 7
ITEMS = 60

# Films arrive minutes apart, so that both begin after a rest, and both are woken by a frame: a processor that has
# slept takes twice as long over the same work, and a request at the heels of another would be compared with that.
REST = 0.02
SIGNAL = "BareGet"


class NoStorage:
    """The disk is not what is measured here."""

    async def load_known(self) -> None:
        """There is nothing."""

    async def load_journal(self) -> None:
        """There is nothing."""

    async def save_known(self, document: object) -> bool:
        """Write nothing."""
        return True

    async def save_journal(self, document: object) -> None:
        """Write nothing."""

    async def keep_aside(self) -> None:
        """There is nothing to keep."""

    async def load_requests(self) -> None:
        """There is nothing."""

    async def save_requests(self, document: object) -> None:
        """Write nothing."""

    async def keep_requests_aside(self) -> None:
        """There is nothing to keep."""


def prepare(simulator: JellyfinSimulator) -> tuple[str, str]:
    """Make a user and an empty library; returns the token and the library's id."""
    user = simulator.add_user("admin", "admin", administrator=True)
    library = simulator.add_library("Films", "movies", announce=False)
    return simulator.issue_token(user, DEVICE_ID), library.library_id


def signal(simulator: JellyfinSimulator) -> None:
    """Send a frame that names nothing."""
    simulator.broadcast(SIGNAL, None)


def arrive(simulator: JellyfinSimulator, library_id: str, number: int) -> None:
    """Let a film arrive."""
    simulator.add_film(simulator.core.shelves.libraries[library_id], f"Film {number}", year=2020)


def asked(simulator: JellyfinSimulator) -> list[dict[str, str]]:
    """Return the queries since this was last called."""
    queries = [dict(request.query) for request in simulator.journal.requests]
    simulator.journal.clear()
    return queries


async def measure() -> list[Result]:
    """Let films arrive one by one, and ask for the same films by hand.

    Ours begins with the frame, before it is decoded, and ends when the subscriber is called. The bare one, of the very
    URL that we asked for, begins once whoever waited for a frame runs. They take turns, so that whatever else the
    machine does hits both alike; what counts is the processor time of this thread, so that no wait is counted.
    """
    ratios, requests = [], 0
    with Server(version="12.0.0", library_update_duration=0) as server:
        token, library_id = server.do(prepare)
        headers = {"Authorization": f'MediaBrowser Token="{token}"'}
        async with aiohttp.ClientSession() as session, _engine(session, server.url, token) as (spent, signals):
            for number in range(-WARM_UP, ROUNDS):
                ours = bare = 0.0
                for item in range(ITEMS):
                    await asyncio.sleep(REST)
                    server.do(arrive, library_id, number * ITEMS + item)
                    ours += await spent.get()
                    queries = server.do(asked)
                    requests += len(queries) if number >= 0 else 0
                    url = f"{server.url}/Items?{urlencode(queries[-1])}"
                    await asyncio.sleep(REST)
                    server.do(signal)
                    await signals.get()
                    began = time.thread_time()
                    await bare_get(session, url, headers)
                    bare += time.thread_time() - began
                    server.do(asked)
                if number >= 0:
                    ratios.append(ours / bare)
    return [
        Result("requests from a frame to its announcement", requests / (ROUNDS * ITEMS), "", 1),
        Result("processor time of it, a bare GET /Items being 1", median(ratios), "times", 1.3),
    ]


@asynccontextmanager
async def _engine(
    session: aiohttp.ClientSession, url: str, token: str
) -> AsyncGenerator[tuple[asyncio.Queue[float], asyncio.Queue[None]]]:
    """Run the whole engine.

    Yields, for each announcement, the processor time since the frame that named the film; and, for each signal, that
    it has come. Between the two the journal is written: what that takes, the making of its document too, is the disk's
    and not counted.
    """

    def now() -> datetime:
        return datetime.now(UTC)

    client = JellyfinClient(session, url, device_id=DEVICE_ID, version="1", token=token)
    known, libraries = KnownIds(NoStorage()), Libraries(None)
    await known.load()
    household = Household()
    requests = SubtitleRequests(client, libraries, NoStorage(), household, now=now)
    pipeline = SubtitlePipeline(
        client, known, libraries, requests, household, now=now, flood=FloodTimings(limit=ITEMS * ROUNDS * 2)
    )
    catch_up = CatchUp(client, known, libraries, pipeline, now=now)
    listener = JellyfinSubtitlesListener(client, pipeline, catch_up, now=now)
    spent: asyncio.Queue[float] = asyncio.Queue()
    signals: asyncio.Queue[None] = asyncio.Queue()
    handle, write = JellyfinWebsocket._handle, KnownIds._write
    began = 0.0

    def handle_frame(websocket: JellyfinWebsocket, content: str | bytes) -> None:
        nonlocal began
        if SIGNAL in str(content):
            signals.put_nowait(None)
            return
        began = time.thread_time()
        handle(websocket, content)

    async def write_journal(known: KnownIds) -> None:
        nonlocal began
        writing = time.thread_time()
        await write(known)
        began += time.thread_time() - writing

    pipeline.subscribe(lambda announcement: spent.put_nowait(time.thread_time() - began))
    pipeline.open()
    with patch.object(JellyfinWebsocket, "_handle", handle_frame), patch.object(KnownIds, "_write", write_journal):
        tasks = [asyncio.create_task(pipeline.run()), asyncio.create_task(listener.run())]
        while listener.status.state is not ListenerState.CONNECTED or catch_up.last is None:
            await asyncio.sleep(REST)
        try:
            yield spent, signals
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
