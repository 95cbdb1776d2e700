"""What each reload and each reconnect leaves over: nothing."""

from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
import math

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from homeassistant.core import HomeAssistant
from jellyfin_simulator import JellyfinSimulator, SimLibrary
from tests import until
from tests.conftest import async_load

from .census import census
from .cycles import AT_ONCE, connected, reload

CYCLES = 25

# The first times make what is kept for the next ones: connections, caches.
WARM_UP = 5


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Come back at once."""
    monkeypatch.setattr("custom_components.jellyfin_subtitles.options.listener_timings", lambda _options: AT_ONCE)


async def left_over(hass: HomeAssistant, cycle: Callable[[], Awaitable[None]]) -> Counter[str]:
    """Return what is left by cycles, as far as it is more than what happens to be on its way."""
    for _ in range(WARM_UP):
        await cycle()
    before = await census(hass)
    for _ in range(CYCLES):
        await cycle()
    left = await census(hass) - before
    return Counter({what: count for what, count in left.items() if count >= CYCLES // 5})


async def test_a_reload_leaves_nothing_over(hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry) -> None:
    assert await left_over(hass, partial(reload, hass, loaded)) == {}


async def test_a_reload_while_the_server_is_away_leaves_nothing_over(
    hass: HomeAssistant, simulator: JellyfinSimulator, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    await simulator.kill()

    async def cycle() -> None:
        assert await hass.config_entries.async_reload(loaded.entry_id)

    assert await left_over(hass, cycle) == {}


async def test_a_reconnect_leaves_nothing_over(
    hass: HomeAssistant, simulator: JellyfinSimulator, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    async def cycle() -> None:
        last = loaded.runtime_data.catch_up.last
        simulator.drop_sockets()
        await connected(loaded, since=last)

    assert await left_over(hass, cycle) == {}
    assert loaded.runtime_data.listener.status.reconnects == WARM_UP + CYCLES


async def test_a_new_film_leaves_nothing_over_but_that_it_is_known(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.jellyfin_subtitles.options.flood_limit", lambda _options: math.inf)
    await async_load(hass, entry)
    engine = entry.runtime_data

    async def cycle() -> None:
        film = simulator.add_film(films, f"Film {len(films.items)}", year=2020)
        await until(lambda: film.item_id in engine.known)
        await engine.pipeline.drain()

    assert await left_over(hass, cycle) == {}
    assert len(engine.known) == WARM_UP + CYCLES
