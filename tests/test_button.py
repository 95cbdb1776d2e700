"""The button."""

import pytest

from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from homeassistant.components.button import DOMAIN as BUTTON_DOMAIN, SERVICE_PRESS
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from jellyfin_simulator import JellyfinSimulator

PRESS = (BUTTON_DOMAIN, SERVICE_PRESS, {ATTR_ENTITY_ID: "button.simulator_sync_now"})


async def test_pressing_it_asks_the_server(
    hass: HomeAssistant, simulator: JellyfinSimulator, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    before = loaded.runtime_data.catch_up.last

    await hass.services.async_call(*PRESS, blocking=True)

    assert loaded.runtime_data.catch_up.last is not before


async def test_pressing_it_in_vain_says_why(
    hass: HomeAssistant, simulator: JellyfinSimulator, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    simulator.reject(500, path_prefix="/UserViews")

    with pytest.raises(HomeAssistantError) as error:
        await hass.services.async_call(*PRESS, blocking=True)

    assert error.value.translation_key == "server_error"
    assert error.value.translation_placeholders
