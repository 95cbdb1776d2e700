"""Changing the address of a server that is set up."""

from aiohttp.test_utils import unused_port
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from jellyfin_simulator import JellyfinSimulator
from jellyfin_simulator.journal import TokenKind

from .conftest import async_load, async_start_simulator
from .dialog import LOG_OUT, choose, submit, suggested

pytestmark = pytest.mark.usefixtures("user", "films")


async def test_a_server_that_has_moved_is_followed_with_the_same_sign_in(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry
) -> None:
    await async_load(hass, entry)
    old = dict(entry.data)
    await simulator.stop()
    await simulator.start(unused_port())
    assert simulator.url != old[CONF_URL]
    result = await choose(hass, await entry.start_reconfigure_flow(hass), "reconfigure_address")
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "reconfigure_address")
    assert suggested(result) == {CONF_URL: old[CONF_URL], CONF_VERIFY_SSL: True}

    result = await submit(hass, result, {CONF_URL: f"127.0.0.1:{simulator.port}/web/", CONF_VERIFY_SSL: False})

    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    await hass.async_block_till_done()
    assert dict(entry.data) == old | {CONF_URL: simulator.url, CONF_VERIFY_SSL: False}
    assert entry.state is ConfigEntryState.LOADED
    assert simulator.journal.count("POST", LOG_OUT) == 0


async def test_a_wrong_address_can_be_corrected_and_changes_nothing(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)
    old = dict(entry.data)
    wrong = {CONF_URL: "ftp://nas", CONF_VERIFY_SSL: False}

    result = await submit(
        hass, await choose(hass, await entry.start_reconfigure_flow(hass), "reconfigure_address"), wrong
    )

    assert (result["step_id"], result["errors"]) == ("reconfigure_address", {"base": "invalid_address"})
    assert suggested(result) == wrong
    assert dict(entry.data) == old
    result = await submit(hass, result, {CONF_URL: simulator.url, CONF_VERIFY_SSL: True})
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()


async def test_another_server_is_refused_and_shown_no_token(
    hass: HomeAssistant, servers: list[JellyfinSimulator], entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)
    old = dict(entry.data)
    other = await async_start_simulator(servers, name="other")

    result = await submit(
        hass,
        await choose(hass, await entry.start_reconfigure_flow(hass), "reconfigure_address"),
        {CONF_URL: other.url, CONF_VERIFY_SSL: True},
    )

    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "unique_id_mismatch")
    assert dict(entry.data) == old
    assert [request.token_kind for request in other.journal.requests] == [TokenKind.NONE]
