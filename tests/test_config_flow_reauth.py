"""Signing in again."""

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jellyfin_subtitles.const import CONF_DEVICE_ID, CONF_USER_ID
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_PASSWORD, CONF_TOKEN, CONF_USERNAME
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from jellyfin_simulator import JellyfinSimulator

from . import until
from .conftest import PASSWORD, USERNAME, async_load
from .dialog import LOG_OUT, SIGN_IN, choose, submit, suggested

pytestmark = pytest.mark.usefixtures("user", "films")


async def test_signing_in_again_replaces_the_token_and_gives_the_old_one_back(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry
) -> None:
    await async_load(hass, entry)
    old = dict(entry.data)
    result = await entry.start_reauth_flow(hass)
    assert (result["type"], result["step_id"]) == (FlowResultType.MENU, "reauth_confirm")
    assert result["description_placeholders"] == {"name": entry.title}
    result = await choose(hass, result, "password")
    assert suggested(result) == {CONF_USERNAME: USERNAME}

    result = await submit(hass, result, {CONF_USERNAME: USERNAME, CONF_PASSWORD: PASSWORD})

    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reauth_successful")
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert entry.data[CONF_TOKEN] != old[CONF_TOKEN]
    assert entry.data[CONF_DEVICE_ID] != old[CONF_DEVICE_ID]
    assert {key for key in old if entry.data[key] != old[key]} == {CONF_TOKEN, CONF_DEVICE_ID}
    assert set(entry.data) == set(old)
    await until(lambda: simulator.journal.count("POST", LOG_OUT) == 1)


async def test_another_user_of_the_same_server_may_sign_in_again(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)
    other = simulator.add_user("robin", "battery staple")
    result = await choose(hass, await entry.start_reauth_flow(hass), "password")

    result = await submit(hass, result, {CONF_USERNAME: "robin", CONF_PASSWORD: "battery staple"})

    assert result["reason"] == "reauth_successful"
    assert (entry.data[CONF_USERNAME], entry.data[CONF_USER_ID]) == ("robin", other.user_id)
    await hass.async_block_till_done()


async def test_a_wrong_password_while_signing_in_again_can_be_corrected(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)
    before = dict(entry.data)
    result = await choose(hass, await entry.start_reauth_flow(hass), "password")

    result = await submit(hass, result, {CONF_USERNAME: USERNAME, CONF_PASSWORD: "wrong"})
    assert (result["step_id"], result["errors"]) == ("password", {"base": "invalid_auth"})
    assert dict(entry.data) == before

    result = await submit(hass, result, {CONF_USERNAME: USERNAME, CONF_PASSWORD: PASSWORD})
    assert result["reason"] == "reauth_successful"
    await hass.async_block_till_done()


async def test_signing_in_again_at_another_server_is_refused(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, unique_id="f" * 32)
    result = await choose(hass, await entry.start_reauth_flow(hass), "password")

    result = await submit(hass, result, {CONF_USERNAME: USERNAME, CONF_PASSWORD: PASSWORD})

    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "unique_id_mismatch")
    assert simulator.journal.count("POST", SIGN_IN) == 0
