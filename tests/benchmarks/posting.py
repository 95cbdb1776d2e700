"""What a minute of a hundred posts a second to the webhook costs, if all of them come as fast as they can."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
import json
import multiprocessing
from statistics import median
from typing import Final

from aiohttp.test_utils import TestServer
from aiohttp.web import Request, Response

from custom_components.jellyfin_subtitles.const import DOMAIN
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from homeassistant.components.webhook import async_register
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
from tests.engine.jellyfin.recorded import posts as recorded_posts

from .assembly import asked, check, prompt_server
from .enduring import home_with_entry
from .measuring import Result, Stopwatch, longest_turn, without_old_garbage
from .poster import post_all

POSTS: Final = 6_000
ROUNDS: Final = 3

# The first ones teach the interpreter.
WARM_UP: Final = 200

BARE: Final = "bare"


async def measure(posts: int = POSTS, rounds: int = ROUNDS) -> list[Result]:
    """Post to the webhook over HTTP, and as often to one that only reads what comes."""
    ours, bare, turns, bare_turns, requests = [], [], [], [], []
    async with AsyncExitStack() as stack:
        server = stack.enter_context(prompt_server())
        hass, entry = await stack.enter_async_context(home_with_entry(server))
        poster = await stack.enter_async_context(_poster(hass, entry))
        server.do(asked)
        for _ in range(rounds):
            spent, longest = await poster.post(entry.data[CONF_WEBHOOK_ID], posts)
            ours.append(spent)
            turns.append(longest)
            spent, longest = await poster.post(BARE, posts)
            bare.append(spent)
            bare_turns.append(longest)
            await _all_rounds_over(entry)
            # With the catch-ups that came of it meanwhile.
            requests.append(len(server.do(asked)))
        check(entry.runtime_data.webhook.status.count == rounds * posts + WARM_UP, "every post is accepted")
    name = f"{posts:,} posts as fast as they come"
    return [
        Result(f"{name}: requests to Jellyfin", max(requests), "", 40),
        Result(
            f"{name}: longest turn of the loop, merely reading them being 1", min(turns) / min(bare_turns), "times", 4
        ),
        Result(f"{name}: processor time, merely reading them being 1", median(ours) / median(bare), "times", 2),
    ]


class Poster:
    """Posts from a process of its own, so that only what the answers cost is measured."""

    def __init__(self, pool: Executor, url: str, server_id: str) -> None:
        """Take the process, and where Home Assistant listens."""
        self._pool = pool
        self._url = url
        post = next(recorded_posts("12.0", "webhook_added", "/all"))
        told = json.loads(post.body)
        # As it was recorded, about this server.
        self._template = post.body.replace(told["ServerId"], server_id).replace(told["ItemId"], "{item}")
        self._posted = 0

    async def post(self, webhook_id: str, posts: int) -> tuple[float, float]:
        """Post about so many made-up ids; returns our processor time, and our longest turn of the loop."""
        first = self._posted = self._posted + posts
        work = partial(post_all, f"{self._url}/api/webhook/{webhook_id}", self._template, first, posts)
        stopwatch = Stopwatch()
        with without_old_garbage(), longest_turn() as longest, stopwatch.running():
            answers = await asyncio.get_running_loop().run_in_executor(self._pool, work)
        check(answers == Counter({200: posts}), f"every post is answered: {answers}")
        return stopwatch.seconds, longest[0]


@asynccontextmanager
async def _poster(hass: HomeAssistant, entry: JellyfinSubtitlesConfigEntry) -> AsyncGenerator[Poster]:
    """Let Home Assistant listen, and somebody post."""
    async_register(hass, DOMAIN, BARE, BARE, _read, local_only=False)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        async with TestServer(hass.http.app) as door:
            poster = Poster(pool, str(door.make_url("")).rstrip("/"), str(entry.unique_id))
            for webhook_id in (BARE, entry.data[CONF_WEBHOOK_ID]):
                await poster.post(webhook_id, WARM_UP)
            await _all_rounds_over(entry)
            yield poster


async def _read(_hass: HomeAssistant, _webhook_id: str, request: Request) -> Response:
    """Do what anybody pays."""
    json.loads(await request.read())
    return Response(text="Accepted.")


async def _all_rounds_over(entry: JellyfinSubtitlesConfigEntry) -> None:
    """Wait until the server was asked for all that was gathered."""
    running = entry.runtime_data
    async with asyncio.timeout(60):
        while running.webhook._door._timer is not None or running.pipeline.pending:
            await asyncio.sleep(0.01)
