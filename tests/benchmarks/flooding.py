"""What a flood costs: ten thousand films in one message; and a few films that every door reports."""

from contextlib import AsyncExitStack
from datetime import UTC, datetime
import json
from statistics import median
from typing import Any, Final
from urllib.parse import urlencode

import aiohttp

from custom_components.jellyfin_subtitles.engine.jellyfin import MediaItem
from custom_components.jellyfin_subtitles.engine.jellyfin.queries import with_ids
from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.models import Sighting, Source
from custom_components.jellyfin_subtitles.engine.policy import Household

from .assembly import Asked, Engine, arrive, asked, check, engine, fill, home_assistant, prompt_server
from .measuring import Result, Server, Stopwatch, bare_get, longest_turn, without_old_garbage

FLOOD: Final = 10_000
ROUNDS: Final = 3
GERMAN: Final = Household(languages=(Language("de"),))

# One request for each of ten thousand would only take longer.
ONE_BY_ONE: Final = 500

# So few that they are announced one by one.
REPORTED_TWICE: Final = 10


async def measure() -> list[Result]:
    """Let floods arrive, and ask for the same films by hand."""
    ours, bare, whole, turns, requests = [], [], [], [], []
    async with AsyncExitStack() as stack:
        server = stack.enter_context(prompt_server())
        hass = await stack.enter_async_context(home_assistant())
        token = server.do(fill, 1, 0)
        session = await stack.enter_async_context(
            aiohttp.ClientSession(headers={"Authorization": f'MediaBrowser Token="{token}"'})
        )
        running = await stack.enter_async_context(engine(hass, server.url, token, GERMAN))
        await stack.enter_async_context(running.listening())
        for number in range(ROUNDS):
            spent, longest, queries = await _flood(server, running, number)
            ours.append(spent)
            requests.append(len(queries))
            bare.append(await _read(server, session, queries))
            read, longest_reading = await _read_items(server, session, queries)
            whole.append(read)
            turns.append(longest / longest_reading)
        check(running.requests.mass == ROUNDS * FLOOD, "nothing is asked for, all is left to a person")
        alone = await _read_one_by_one(server, session, queries)
        repeated = await _report_twice(server, running)
    return [
        Result("flood of 10,000 in one message: GET /Items", max(requests), "", 105),
        Result("processor time of it, the bare requests being 1", _ratio(ours, bare), "times", 1.2),
        Result("the same, with reading the answers", _ratio(ours, whole), "times"),
        Result("one request per item, the bare requests being 1", alone / median(bare), "times"),
        Result("longest turn of the loop, reading 100 items being 1", min(turns), "times"),
        Result("announcements of a film that two doors report", repeated, "", 1),
    ]


def _ratio(some: list[float], others: list[float]) -> float:
    return median(one / other for one, other in zip(some, others, strict=True))


async def _flood(server: Server, running: Engine, number: int) -> tuple[float, float, list[dict[str, str]]]:
    """Let a flood arrive; returns the processor time, the longest turn, and what was asked for."""
    server.do(asked)
    stopwatch = Stopwatch()
    with without_old_garbage(), longest_turn() as longest, stopwatch.running():
        server.do(arrive, number * FLOOD, FLOOD)
        await running.announced((number + 1) * FLOOD)
    check(len(running.said) == (number + 1) * FLOOD, "every film is announced once")
    # Whoever asks for so many at once and knows no better asks for all of each.
    listings = [one.query["ids"].split(",") for one in server.do(asked) if _is_listing(one)]
    return stopwatch.seconds, longest[0], [with_ids(ids) for ids in listings]


def _is_listing(one: Asked) -> bool:
    return (one.method, one.path) == ("GET", "/Items") and "ids" in one.query


async def _read(server: Server, session: aiohttp.ClientSession, queries: list[dict[str, str]]) -> float:
    """Ask the same again and decode the answers; returns the processor time."""
    stopwatch = Stopwatch()
    with without_old_garbage(), stopwatch.running():
        for query in queries:
            await bare_get(session, f"{server.url}/Items?{urlencode(query)}", {})
    return stopwatch.seconds


async def _read_items(
    server: Server, session: aiohttp.ClientSession, queries: list[dict[str, str]]
) -> tuple[float, float]:
    """Ask the same again and make items of the answers; returns the processor time, and the longest turn."""
    stopwatch = Stopwatch()
    with without_old_garbage(), longest_turn() as longest, stopwatch.running():
        for query in queries:
            async with session.get(f"{server.url}/Items?{urlencode(query)}") as response:
                rows = json.loads(await response.read())["Items"]
            check(all(MediaItem.from_dict(row) for row in rows), "the items can be read")
    return stopwatch.seconds, longest[0]


async def _read_one_by_one(server: Server, session: aiohttp.ClientSession, queries: list[dict[str, str]]) -> float:
    """Ask for each film alone; returns the processor time that all of them would take."""
    ids = [item_id for query in queries for item_id in query["ids"].split(",")][:ONE_BY_ONE]
    alone: list[dict[str, Any]] = [queries[0] | {"ids": item_id} for item_id in ids]
    return await _read(server, session, alone) * FLOOD / len(alone)


async def _report_twice(server: Server, running: Engine) -> float:
    """Let a few films be named by a message, and at the same time by posts and a catch-up."""
    before = len(running.said)
    server.do(arrive, ROUNDS * FLOOD, REPORTED_TWICE)
    await running.listener.sync_now()
    await running.announced(before + REPORTED_TWICE)
    now = datetime.now(UTC)
    running.pipeline.offer(Sighting(one.item_id, Source.WEBHOOK, now) for one in running.said[before:])
    await running.listener.sync_now()
    await running.pipeline.drain()
    return (len(running.said) - before) / REPORTED_TWICE
