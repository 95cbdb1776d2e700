"""What it costs to ask a large server what is new, and to learn its libraries in the first place."""

from contextlib import AsyncExitStack
from dataclasses import dataclass
import json
from urllib.parse import urlencode

import aiohttp

from custom_components.jellyfin_subtitles.engine.jellyfin import ItemPage
from homeassistant.core import HomeAssistant

from .assembly import Asked, Disk, asked, check, engine, fill, home_assistant, prompt_server
from .measuring import Result, Server, longest_turn, without_old_garbage

LIBRARIES = 2
SMALL = 1_000
LARGE = 100_000
PAGE = 1_000

# What a turn has to do is to be done every time; the least of these tells it from a hiccup of the machine.
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class _Run:
    """What one server was asked, first for everything and then for what is new, and how long that held the loop."""

    baseline: list[Asked]
    nothing_new: list[Asked]
    longest_turn: float
    longest_reading: float
    announced: int

    @property
    def bytes(self) -> int:
        """What the server answered when nothing was new."""
        return sum(one.response_bytes for one in self.nothing_new)


async def measure() -> list[Result]:
    """Learn a small and a large server, then ask each what is new."""
    async with home_assistant() as hass:
        (small,), large = await _learn(hass, SMALL, rounds=1), await _learn(hass, LARGE, rounds=ROUNDS)
    one, bytes_of_small = large[0], small.bytes
    turns = min(run.longest_turn for run in large) / min(run.longest_reading for run in large)
    return [
        Result(
            "nothing new, 100,000 items: GET /Items per library", len(_listings(one.nothing_new)) / LIBRARIES, "", 1
        ),
        # One more than there are libraries: the list of libraries itself.
        Result("nothing new, 100,000 items: requests, 2 libraries", len(one.nothing_new), "", LIBRARIES + 1),
        Result(
            "nothing new: bytes at 100,000 items, at 1,000 being 1",
            one.bytes / bytes_of_small,
            "times",
            1,
            f"({one.bytes} against {bytes_of_small})",
        ),
        # A page holds 1,000 rows and shares some with its neighbour, and every list ends with an empty page.
        Result("baseline of 100,000 items: requests", len(one.baseline), "", 1.2 * LARGE / PAGE),
        # A page cannot be divided; what is done with its rows must not take longer than reading them does.
        Result("baseline: longest turn of the loop, reading a page being 1", turns, "times", 2),
        Result("baseline of 100,000 items: announced", max(run.announced for run in large), "", 0),
    ]


async def _learn(hass: HomeAssistant, items: int, *, rounds: int) -> list[_Run]:
    with prompt_server() as server:
        token = server.do(fill, LIBRARIES, items)
        return [await _learn_once(hass, server, token, items) for _ in range(rounds)]


async def _learn_once(hass: HomeAssistant, server: Server, token: str, items: int) -> _Run:
    await Disk(hass).async_remove()
    async with engine(hass, server.url, token) as running:
        with without_old_garbage(), longest_turn() as longest:
            await running.catch_up.run()
        check(len(running.known) == items, "everything is known")
        baseline = server.do(asked)
        await running.catch_up.run()
        nothing_new = server.do(asked)
        announced = len(running.said) + running.pipeline.pending
    with without_old_garbage(), longest_turn() as longest_reading:
        await _read_all(server.url, token, _listings(baseline))
    server.do(asked)
    return _Run(baseline, nothing_new, longest[0], longest_reading[0], announced)


async def _read_all(url: str, token: str, listings: list[Asked]) -> None:
    """Ask for the same pages, decode them and make rows of them, and nothing else."""
    headers = {"Authorization": f'MediaBrowser Token="{token}"'}
    async with aiohttp.ClientSession() as session:
        for listing in listings:
            async with session.get(f"{url}/Items?{urlencode(listing.query)}", headers=headers) as response:
                content = await response.read()
            page = ItemPage.from_dict(json.loads(content))
            check(page is not None and len(page.items) == page.received, "the page can be read")


async def measure_idle_day() -> list[Result]:
    """Do all that asks the server something on a day with one start and nothing new, one after the other.

    That is: the check when the config entry is set up, the listener's connect with its catch-up and its echo, and the
    fallback sync after 24 hours, which is the only thing that asks by the clock while the socket is served. What keeps
    the socket alive are frames, not requests; posters are fetched when somebody looks at them.
    """
    async with AsyncExitStack() as stack:
        server = stack.enter_context(prompt_server())
        hass = await stack.enter_async_context(home_assistant())
        token = server.do(fill, LIBRARIES, SMALL)
        # An earlier run has learnt the libraries.
        async with engine(hass, server.url, token) as earlier:
            await earlier.catch_up.run()
        server.do(asked)
        async with engine(hass, server.url, token) as running:
            await running.client.get_public_info()
            await running.client.get_user()
            start = len(server.do(asked))
            async with running.listening():
                connect = len(server.do(asked))
                await running.listener.sync_now()
                sync = len(server.do(asked))
            check(not running.said, "nothing is announced")
    note = f"({start} at the start, {connect} at the connect, {sync} after 24 hours)"
    return [Result(f"requests in an idle day, {LIBRARIES} libraries", start + connect + sync, "", 30, note)]


def _listings(requests: list[Asked]) -> list[Asked]:
    return [one for one in requests if (one.method, one.path) == ("GET", "/Items")]
