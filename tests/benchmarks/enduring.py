"""What a thousand reloads and a thousand reconnects leave over in Home Assistant."""

from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from resource import getpagesize
from tempfile import TemporaryDirectory
import tracemalloc
from unittest.mock import patch

from pytest_homeassistant_custom_component.common import MockConfigEntry, async_test_home_assistant

from custom_components.jellyfin_subtitles.const import CONF_DEVICE_ID, CONF_USER_ID, DOMAIN
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from homeassistant import loader
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_USERNAME, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.helpers import frame
from jellyfin_simulator import JellyfinSimulator
from tests.endurance.census import census
from tests.endurance.cycles import AT_ONCE, connected, reload

from .assembly import DEVICE_ID, check, fill, prompt_server
from .measuring import Result, Server

CYCLES = 1_000
WARM_UP = 100
ITEMS = 100

LATER = CYCLES - WARM_UP

# What happens to be on its way when it is counted; one left by each cycle would be as many as there were cycles.
ON_ITS_WAY = 5

PAGE_SIZE = getpagesize()


async def measure() -> list[Result]:
    """Do again and again what happens again and again, and count before and after."""
    with prompt_server() as server, patch(f"custom_components.{DOMAIN}.options.listener_timings", lambda _: AT_ONCE):
        async with home_with_entry(server) as (hass, entry):
            reloads = await _left_over(hass, "reloads", partial(reload, hass, entry))
            reconnects = await _left_over(hass, "reconnects", partial(_reconnect, server, entry))
    return [*reloads, *reconnects]


async def _left_over(hass: HomeAssistant, name: str, cycle: Callable[[], Awaitable[None]]) -> list[Result]:
    """Count what is there once the first cycles have made what is kept for all others, and again after the last."""
    tracemalloc.start()
    try:
        for _ in range(WARM_UP):
            await cycle()
        # Counting makes something itself the first time.
        await census(hass)
        before, bytes_before, resident_before = await census(hass), tracemalloc.get_traced_memory()[0], _resident()
        for _ in range(LATER):
            await cycle()
        after, bytes_after, resident_after = await census(hass), tracemalloc.get_traced_memory()[0], _resident()
    finally:
        tracemalloc.stop()
    ((kind, most),) = (after - before).most_common(1) or [("nothing", 0)]
    grown = resident_after / resident_before
    return [
        Result(f"{CYCLES:,} {name}: more of anything", most, "", ON_ITS_WAY, f"({kind}; {_told(before, after)})"),
        # What was freed the interpreter keeps for the next time, up to a limit.
        Result(f"{CYCLES:,} {name}: bytes left by each", (bytes_after - bytes_before) / LATER, "bytes", 200),
        Result(
            f"{CYCLES:,} {name}: resident memory, before being 1", grown, "times", 1.05, f"({resident_after} bytes)"
        ),
    ]


def _told(before: Counter[str], after: Counter[str]) -> str:
    kinds = [what for what in sorted(after) if "." not in what or " " in what]
    return ", ".join(f"{what}: {before[what]} to {after[what]}" for what in kinds)


def _resident() -> int:
    """Return how many bytes of the machine's memory this process has."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * PAGE_SIZE


async def _reconnect(server: Server, entry: JellyfinSubtitlesConfigEntry) -> None:
    last = entry.runtime_data.catch_up.last
    server.do(drop_sockets)
    await connected(entry, since=last)


@asynccontextmanager
async def home_with_entry(server: Server) -> AsyncGenerator[tuple[HomeAssistant, JellyfinSubtitlesConfigEntry]]:
    """Run a Home Assistant with an entry that is connected."""
    token, server_id, user_id = server.do(prepare)
    data = {
        CONF_URL: server.url,
        CONF_VERIFY_SSL: True,
        CONF_USERNAME: "admin",
        CONF_USER_ID: user_id,
        CONF_TOKEN: token,
        CONF_DEVICE_ID: DEVICE_ID,
    }
    with TemporaryDirectory() as folder:
        async with async_test_home_assistant(config_dir=folder) as hass:
            hass.data.pop(loader.DATA_CUSTOM_COMPONENTS)
            # A second one in this process asks for it: the first has left its watch over zeroconf behind.
            frame.async_setup(hass)
            entry = MockConfigEntry(domain=DOMAIN, unique_id=server_id, data=data)
            entry.add_to_hass(hass)
            try:
                check(await hass.config_entries.async_setup(entry.entry_id), "the entry is loaded")
                await connected(entry)
                yield hass, entry
            finally:
                await hass.async_stop(force=True)


# What follows is done in the server's process.


def prepare(simulator: JellyfinSimulator) -> tuple[str, str, str]:
    """Fill the server; returns a token, the server's id and the user's."""
    token = fill(simulator, 1, ITEMS)
    (user,) = simulator.core.accounts.users.values()
    return token, simulator.server_id, user.user_id


def drop_sockets(simulator: JellyfinSimulator) -> None:
    """Break every connection; what was asked is told to nobody."""
    simulator.drop_sockets()
    simulator.journal.clear()
