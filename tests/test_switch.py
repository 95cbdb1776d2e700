"""Turning requests off and on."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.jellyfin_subtitles.const import EVENT_MEDIA_ADDED, EVENT_SUBTITLE_REQUESTED
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from homeassistant.components.switch import DOMAIN as SWITCH_DOMAIN
from homeassistant.const import ATTR_ENTITY_ID, SERVICE_TURN_OFF, SERVICE_TURN_ON, STATE_OFF, STATE_ON, EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from jellyfin_simulator import JellyfinSimulator, SimLibrary

from . import until

AUTOMATIC = "switch.simulator_automatic_subtitle_requests"


def value(hass: HomeAssistant) -> str:
    """Return what the switch shows."""
    state = hass.states.get(AUTOMATIC)
    assert state is not None
    return state.state


async def async_turn(hass: HomeAssistant, service: str) -> None:
    """Turn the switch."""
    await hass.services.async_call(SWITCH_DOMAIN, service, {ATTR_ENTITY_ID: AUTOMATIC}, blocking=True)


async def test_at_first_new_files_are_asked_for(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    wanting_german: JellyfinSubtitlesConfigEntry,
    entity_registry: er.EntityRegistry,
) -> None:
    requested = async_capture_events(hass, EVENT_SUBTITLE_REQUESTED)
    assert value(hass) == STATE_ON
    registered = entity_registry.async_get(AUTOMATIC)
    assert registered is not None
    assert registered.entity_category is EntityCategory.CONFIG

    simulator.add_film(films, "Night Ferry", year=2020)

    await until(lambda: requested)
    assert requested[0].data["missing"] == ["de"]


async def test_turned_off_new_files_are_announced_and_not_asked_for_then_or_later(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, wanting_german: JellyfinSubtitlesConfigEntry
) -> None:
    announced = async_capture_events(hass, EVENT_MEDIA_ADDED)
    requested = async_capture_events(hass, EVENT_SUBTITLE_REQUESTED)
    await async_turn(hass, SERVICE_TURN_OFF)
    assert value(hass) == STATE_OFF
    simulator.add_film(films, "Night Ferry", year=2020)
    await until(lambda: announced)

    await async_turn(hass, SERVICE_TURN_ON)
    assert value(hass) == STATE_ON
    simulator.add_film(films, "Day Ferry", year=2021)

    await until(lambda: requested)
    assert [event.data["name"] for event in requested] == ["Day Ferry"]


@pytest.mark.parametrize(("service", "after"), [(SERVICE_TURN_OFF, STATE_OFF), (SERVICE_TURN_ON, STATE_ON)])
async def test_what_was_chosen_outlives_a_restart(
    hass: HomeAssistant,
    loaded: JellyfinSubtitlesConfigEntry,
    hass_storage: dict[str, Any],
    service: str,
    after: str,
) -> None:
    await async_turn(hass, service)

    assert await hass.config_entries.async_reload(loaded.entry_id)

    assert value(hass) == after
