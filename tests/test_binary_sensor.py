"""The connection."""

from datetime import UTC, datetime

import pytest

from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from custom_components.jellyfin_subtitles.engine.models import ListenerState, ListenerStatus
from homeassistant.const import STATE_OFF, STATE_ON, EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from jellyfin_simulator import JellyfinSimulator

from . import until
from .conftest import say

CONNECTION = "binary_sensor.simulator_connection"
MOMENT = datetime(2026, 11, 1, 12, tzinfo=UTC)


def connection(hass: HomeAssistant) -> str:
    """Return the state of the connection."""
    state = hass.states.get(CONNECTION)
    assert state is not None
    return state.state


async def test_it_is_on_while_messages_are_heard(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    loaded: JellyfinSubtitlesConfigEntry,
    entity_registry: er.EntityRegistry,
) -> None:
    state = hass.states.get(CONNECTION)
    assert state is not None
    assert state.state == STATE_ON
    assert state.attributes["state"] == "connected"
    assert state.attributes["reconnects"] == 0
    assert state.attributes["next_attempt"] is None
    assert state.attributes["reason"] is None
    assert state.attributes["device_class"] == "connectivity"
    registered = entity_registry.async_get(CONNECTION)
    assert registered is not None
    assert registered.unique_id == f"{simulator.server_id}_connection"
    assert registered.entity_category is EntityCategory.DIAGNOSTIC


async def test_it_is_off_and_available_while_the_server_is_away(
    hass: HomeAssistant, simulator: JellyfinSimulator, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    await simulator.kill()

    await until(lambda: connection(hass) == STATE_OFF)

    state = hass.states.get(CONNECTION)
    assert state is not None
    assert state.attributes["state"] in {"waiting", "connecting"}
    others = {state.state for state in hass.states.async_all() if state.entity_id != CONNECTION}
    assert "unavailable" not in others


@pytest.mark.parametrize("state", list(ListenerState))
async def test_only_a_connection_that_delivers_counts(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry, state: ListenerState
) -> None:
    status = ListenerStatus(state, MOMENT, next_attempt=MOMENT, reconnects=2, reason="because")

    say(loaded, status)

    shown = hass.states.get(CONNECTION)
    assert shown is not None
    assert shown.state == (STATE_ON if state is ListenerState.CONNECTED else STATE_OFF)
    assert {key: shown.attributes[key] for key in ("state", "since", "next_attempt", "reconnects", "reason")} == {
        "state": state.value,
        "since": MOMENT,
        "next_attempt": MOMENT,
        "reconnects": 2,
        "reason": "because",
    }
    await hass.async_block_till_done()
