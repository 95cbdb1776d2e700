"""What a thousand reloads and a thousand reconnects leave over in Home Assistant."""

from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
import tracemalloc
from unittest.mock import patch

from pytest_homeassistant_custom_component.common import MockConfigEntry, async_test_home_assistant

from custom_components.jellyfin_subtitles.const import CONF_DEVICE_ID, CONF_USER_ID, DOMAIN
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from homeassistant import loader
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_USERNAME, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from jellyfin_simulator import JellyfinSimulator
from tests.endurance.census import census
from tests.endurance.cycles import AT_ONCE, connected, reload

from .assembly import DEVICE_ID, check, fill, prompt_server
from .measuring import Result, Server

COMPONENTS = Path(__file__).resolve().parents[2] / "custom_components"
CYCLES = 1_000
WARM_UP = 100
ITEMS = 100

# What happens to be on its way when it is counted, of each kind; one left by each cycle would be as many as there were.
ON_THEIR_WAY = 5


async def measure() -> list[Result]:
    """Do again and again what happens again and again, and count before and after."""
    with prompt_server() as server, patch(f"custom_components.{DOMAIN}.options.listener_timings", lambda _: AT_ONCE):
        async with _home_assistant(server) as (hass, entry):
            reloads = await _left_over(hass, "reloads", partial(reload, hass, entry))
            reconnects = await _left_over(hass, "reconnects", partial(_reconnect, server, entry))
    return [*reloads, *reconnects]


async def _left_over(hass: HomeAssistant, name: str, cycle: Callable[[], Awaitable[None]]) -> list[Result]:
    """Count what is there once the first cycles have made what is kept for all others, and again after the last."""
    for _ in range(WARM_UP):
        await cycle()
    tracemalloc.start()
    try:
        # Counting makes something itself the first time.
        await census(hass)
        before, bytes_before, resident_before = await census(hass), tracemalloc.get_traced_memory()[0], _resident()
        for _ in range(CYCLES - WARM_UP):
            await cycle()
        after, bytes_after, resident_after = await census(hass), tracemalloc.get_traced_memory()[0], _resident()
    finally:
        tracemalloc.stop()
    ((kind, more),) = (after - before).most_common(1) or [("nothing", 0)]
    counted = ", ".join(f"{before[what]} → {after[what]} {what}" for what in _MENTIONED)
    cycles = CYCLES - WARM_UP
    return [
        Result(f"{CYCLES:,} {name}: more of one kind", more, "", ON_THEIR_WAY, f"({kind}; {counted})"),
        Result(f"{CYCLES:,} {name}: objects of ours, more", _ours(after) - _ours(before), "", ON_THEIR_WAY),
        # The interpreter keeps some of what was freed for the next time: that has a limit, what is left by each has not.
        Result(f"{CYCLES:,} {name}: bytes left by each", (bytes_after - bytes_before) / cycles, "bytes", 200),
        Result(f"{CYCLES:,} {name}: resident bytes, more", (resident_after - resident_before) / resident_before, "of 1", 0.05),
    ]
