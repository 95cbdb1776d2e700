"""The actions while the server does not do what they ask."""

from dataclasses import replace

import pytest

from custom_components.jellyfin_subtitles.const import (
    DOMAIN,
    SERVICE_GET_ITEM,
    SERVICE_GET_MISSING,
    SERVICE_REQUEST_SUBTITLES,
    SERVICE_SYNC_NOW,
)
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.policy import Household
from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from jellyfin_simulator import JellyfinSimulator

from . import until
from .actions import async_failure

ITEM = {"item_id": "5f2b8d1c0a9e4c6fb1d2e3f405162738"}
ACTIONS = {
    SERVICE_GET_ITEM: ITEM,
    SERVICE_GET_MISSING: {},
    SERVICE_REQUEST_SUBTITLES: ITEM,
    SERVICE_SYNC_NOW: {},
}


@pytest.fixture(params=ACTIONS)
def action(request: pytest.FixtureRequest, loaded: JellyfinSubtitlesConfigEntry) -> str:
    """Return each action, in a household that wants German."""
    loaded.runtime_data = replace(loaded.runtime_data, household=Household((Language("de"),)))
    return str(request.param)


async def test_a_server_that_is_away_is_said_to_be(
    hass: HomeAssistant, simulator: JellyfinSimulator, action: str
) -> None:
    await simulator.kill()

    error = await async_failure(hass, action, **ACTIONS[action])

    assert error.translation_key == "server_away"
    assert "simulator cannot be reached" in str(error)


async def test_a_server_that_is_starting_is_said_to_be(
    hass: HomeAssistant, simulator: JellyfinSimulator, action: str
) -> None:
    await simulator.set_phase("C")

    assert (await async_failure(hass, action, **ACTIONS[action])).translation_key == "server_starting"


async def test_a_server_in_trouble_is_quoted(hass: HomeAssistant, simulator: JellyfinSimulator, action: str) -> None:
    for path in ("/Items", "/UserViews"):
        simulator.reject(500, path_prefix=path)

    error = await async_failure(hass, action, **ACTIONS[action])

    assert error.translation_key == "server_error"
    assert "500" in str(error)


async def test_a_dead_token_asks_for_a_new_sign_in(
    hass: HomeAssistant, simulator: JellyfinSimulator, loaded: JellyfinSubtitlesConfigEntry, action: str
) -> None:
    simulator.revoke_token(loaded.data["token"])

    assert (await async_failure(hass, action, **ACTIONS[action])).translation_key == "sign_in_needed"

    await until(lambda: hass.config_entries.flow.async_progress_by_handler(DOMAIN))
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["context"]["source"] == SOURCE_REAUTH


async def test_a_server_that_is_not_set_up_is_not_asked(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry, action: str
) -> None:
    await hass.config_entries.async_unload(loaded.entry_id)

    for data in ({ATTR_CONFIG_ENTRY_ID: loaded.entry_id}, {ATTR_CONFIG_ENTRY_ID: "unheard of"}, {}):
        with pytest.raises(ServiceValidationError):
            await hass.services.async_call(DOMAIN, action, ACTIONS[action] | data, blocking=True, return_response=True)
