"""What stands in Home Assistant's system information."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, get_system_health_info

from custom_components.jellyfin_subtitles.const import DOMAIN
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from custom_components.jellyfin_subtitles.engine.models import CatchUpResult
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from jellyfin_simulator import JellyfinSimulator, SimLibrary
from jellyfin_simulator.journal import TokenKind

from . import until
from .household import async_add_server


async def async_information(hass: HomeAssistant) -> dict[str, Any]:
    """Return what a person copies from there, once everything has been asked."""
    assert await async_setup_component(hass, "system_health", {})
    information = await get_system_health_info(hass, DOMAIN)
    if "can_reach_server" in information:
        information["can_reach_server"] = await information["can_reach_server"]
    return dict(information)


async def async_learn(entry: JellyfinSubtitlesConfigEntry, count: int) -> CatchUpResult:
    """Ask a server once what it has, and wait until it is known."""
    running = entry.runtime_data
    result = await running.coordinator.async_sync_now()
    await until(lambda: len(running.known) == count)
    return result


async def test_one_server_that_is_well(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    simulator.add_many(films, 3)
    last_sync = await async_learn(loaded, 3)
    simulator.journal.clear()

    information = await async_information(hass)

    assert information == {
        "servers": 1,
        "can_reach_server": "ok",
        "connection": "connected",
        "server_version": simulator.core.version,
        "known_items": 3,
        "last_sync": last_sync.finished_at,
    }
    asked = [request for request in simulator.journal.requests if request.path == "/System/Info/Public"]
    assert [request.token_kind for request in asked] == [TokenKind.NONE]


async def test_a_server_that_was_away_at_the_start_and_still_is(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry
) -> None:
    await simulator.stop()
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()

    information = await async_information(hass)

    assert information["can_reach_server"] == {"type": "failed", "error": "cannot_connect"}
    assert information["connection"] in ("connecting", "waiting")
    assert (information["server_version"], information["known_items"]) == ("unknown", 0)
    assert information["last_sync"] == "never"


async def test_of_several_servers_each_has_its_place_and_none_its_name(
    hass: HomeAssistant,
    servers: list[JellyfinSimulator],
    simulator: JellyfinSimulator,
    films: SimLibrary,
    loaded: JellyfinSubtitlesConfigEntry,
) -> None:
    other, their_films, their_entry = await async_add_server(hass, servers, loaded)
    simulator.add_many(films, 3)
    other.add_many(their_films, 2)
    first = await async_learn(loaded, 3)
    await async_learn(their_entry, 2)

    information = await async_information(hass)

    assert (information["servers"], information["can_reach_server"]) == (2, "ok")
    assert information["connection"] == "connected, connected"
    assert information["server_version"] == f"{simulator.core.version}, {other.core.version}"
    assert information["known_items"] == 5
    assert information["last_sync"] == first.finished_at
    assert "other" not in str(information)

    other.reject(503, path_prefix="/System/Info/Public")
    await hass.config_entries.async_unload(their_entry.entry_id)
    information = await async_information(hass)

    assert information["can_reach_server"] == {"type": "failed", "error": "server_starting"}
    assert information["connection"] == "connected, not_loaded"
    assert information["server_version"] == f"{simulator.core.version}, unknown"


@pytest.mark.parametrize("disabled_by", [None, ConfigEntryDisabler.USER])
async def test_without_a_server_there_is_nothing_to_ask(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry, disabled_by: ConfigEntryDisabler | None
) -> None:
    if disabled_by:
        await hass.config_entries.async_set_disabled_by(loaded.entry_id, disabled_by)
    else:
        await hass.config_entries.async_remove(loaded.entry_id)

    assert await async_information(hass) == {"servers": 0}
