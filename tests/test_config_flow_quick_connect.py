"""Signing in with a code."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jellyfin_subtitles.const import CONF_DEVICE_ID, CONF_RIGHTS, CONF_USER_ID, DOMAIN
from custom_components.jellyfin_subtitles.engine.jellyfin import QuickConnect
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_USERNAME, CONF_VERIFY_SSL, CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from jellyfin_simulator import JellyfinSimulator
from jellyfin_simulator.accounts import SimUser

from . import until
from .conftest import PASSWORD, USERNAME, async_load
from .dialog import ALL, LOG_OUT, SIGN_IN, allow, begin, choose, code_of, find, finish, finish_libraries, go_on, submit

WITH_CODE = "/Users/AuthenticateWithQuickConnect"
CONNECT = "/QuickConnect/Connect"

pytestmark = pytest.mark.usefixtures("user", "films", "impatience")


@pytest.mark.parametrize("simulator_options", [{"version": "10.11.11"}, {"version": "12.0.0"}], ids=str)
async def test_a_code_that_is_confirmed_elsewhere_makes_an_entry(
    hass: HomeAssistant, simulator: JellyfinSimulator, user: SimUser, form: dict[str, Any]
) -> None:
    result = await begin(hass, form, "quick_connect")
    assert len(code_of(result)) == 6
    assert result["progress_action"] == "wait_for_quick_connect"
    await until(lambda: simulator.journal.count("GET", CONNECT) >= 2)
    shown_again = await hass.config_entries.flow.async_configure(result["flow_id"])
    assert code_of(shown_again) == code_of(result)

    allow(simulator, result, user)
    result = await go_on(hass, result)
    result = await submit(hass, result, ALL)

    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry = result["result"]
    assert entry.unique_id == simulator.server_id
    assert entry.data == {
        CONF_URL: simulator.url,
        CONF_VERIFY_SSL: True,
        CONF_USERNAME: USERNAME,
        CONF_USER_ID: user.user_id,
        CONF_TOKEN: entry.data[CONF_TOKEN],
        CONF_DEVICE_ID: entry.data[CONF_DEVICE_ID],
        CONF_RIGHTS: [],
        CONF_WEBHOOK_ID: entry.data[CONF_WEBHOOK_ID],
    }
    assert entry.state is ConfigEntryState.LOADED
    device = simulator.core.accounts.devices[entry.data[CONF_TOKEN]]
    assert (device.client, device.device_id) == ("Home Assistant", entry.data[CONF_DEVICE_ID])
    assert simulator.journal.count("POST", LOG_OUT) == 0


async def test_a_code_that_has_expired_is_followed_by_a_new_one(
    hass: HomeAssistant, simulator: JellyfinSimulator, user: SimUser, form: dict[str, Any]
) -> None:
    result = await begin(hass, form, "quick_connect")
    first = code_of(result)
    simulator.core.quick_connect.forget()

    result = await go_on(hass, result)
    assert (result["type"], result["step_id"]) == (FlowResultType.MENU, "quick_connect_expired")
    result = await choose(hass, result, "quick_connect")

    assert code_of(result) != first
    allow(simulator, result, user)
    await finish_libraries(hass, await go_on(hass, result))


async def test_where_quick_connect_is_off_the_dialog_says_so_and_goes_on_once_it_is_on(
    hass: HomeAssistant, simulator: JellyfinSimulator, user: SimUser, form: dict[str, Any]
) -> None:
    simulator.core.configuration.quick_connect_available = False

    result = await begin(hass, form, "quick_connect")

    assert (result["type"], result["step_id"]) == (FlowResultType.MENU, "quick_connect_off")
    simulator.core.configuration.quick_connect_available = True
    result = await choose(hass, result, "quick_connect")
    allow(simulator, result, user)
    await finish_libraries(hass, await go_on(hass, result))


async def test_where_quick_connect_is_switched_off_meanwhile_the_password_will_do(
    hass: HomeAssistant, simulator: JellyfinSimulator, form: dict[str, Any]
) -> None:
    result = await begin(hass, form, "quick_connect")
    simulator.core.configuration.quick_connect_available = False

    result = await go_on(hass, result)

    assert (result["type"], result["step_id"]) == (FlowResultType.MENU, "quick_connect_off")
    await finish(hass, result, form)


async def test_a_server_that_is_out_of_reach_for_a_moment_still_knows_the_code(
    hass: HomeAssistant, simulator: JellyfinSimulator, user: SimUser, form: dict[str, Any]
) -> None:
    fault = simulator.reject(502, path_prefix=CONNECT)
    result = await begin(hass, form, "quick_connect")
    await until(lambda: simulator.journal.count("GET", CONNECT) >= 2)

    simulator.mend(fault)
    allow(simulator, result, user)

    await finish_libraries(hass, await go_on(hass, result))


async def test_a_server_that_stays_out_of_reach_ends_the_waiting(
    hass: HomeAssistant, simulator: JellyfinSimulator, form: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.jellyfin_subtitles.sign_in.QUICK_CONNECT_LIFETIME", timedelta(0))
    simulator.reject(502, path_prefix=CONNECT)

    result = await go_on(hass, await begin(hass, form, "quick_connect"))

    assert (result["step_id"], result["errors"]) == ("quick_connect_failed", {"base": "cannot_connect"})
    shown_again = await hass.config_entries.flow.async_configure(result["flow_id"])
    assert shown_again["errors"] == result["errors"]
    result = await submit(hass, result, {})
    assert (result["type"], result["step_id"]) == (FlowResultType.MENU, "sign_in")
    await finish(hass, result, form)


async def test_a_server_that_cannot_give_a_code_is_told_and_can_be_asked_again(
    hass: HomeAssistant, simulator: JellyfinSimulator, user: SimUser, form: dict[str, Any]
) -> None:
    simulator.reject(500, path_prefix="/QuickConnect/Initiate", times=1)

    result = await begin(hass, form, "quick_connect")

    assert (result["step_id"], result["errors"]) == ("quick_connect_failed", {"base": "server_error"})
    result = await choose(hass, await submit(hass, result, {}), "quick_connect")
    allow(simulator, result, user)
    await finish_libraries(hass, await go_on(hass, result))


async def test_a_server_that_restarts_before_the_code_is_asked_for_is_told(
    hass: HomeAssistant, simulator: JellyfinSimulator, form: dict[str, Any]
) -> None:
    result = await find(hass, form)
    await simulator.set_phase("A")

    result = await choose(hass, result, "quick_connect")

    assert (result["step_id"], result["errors"]) == ("quick_connect_failed", {"base": "server_starting"})
    await simulator.set_phase("D")
    await finish(hass, await submit(hass, result, {}), form)


async def test_a_surprise_while_waiting_is_logged_and_can_be_overcome(
    hass: HomeAssistant, form: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    result = await find(hass, form)
    with patch.object(QuickConnect, "is_authorized", side_effect=RuntimeError("surprise")):
        result = await go_on(hass, await choose(hass, result, "quick_connect"))

    assert (result["step_id"], result["errors"]) == ("quick_connect_failed", {"base": "unknown"})
    assert "Unexpected exception while signing in to Jellyfin" in caplog.text
    await finish(hass, await submit(hass, result, {}), form)


async def test_a_user_without_libraries_is_told_so_and_signed_out(
    hass: HomeAssistant, simulator: JellyfinSimulator, user: SimUser, form: dict[str, Any]
) -> None:
    blind = simulator.add_user("robin", "battery staple", libraries=[])
    result = await begin(hass, form, "quick_connect")
    allow(simulator, result, blind)

    result = await go_on(hass, result)

    assert (result["step_id"], result["errors"]) == ("quick_connect_failed", {"base": "no_libraries"})
    assert (result["description_placeholders"] or {})["user"] == "robin"
    await until(lambda: simulator.journal.count("POST", LOG_OUT) == 1)
    result = await choose(hass, await submit(hass, result, {}), "quick_connect")
    allow(simulator, result, user)
    await finish_libraries(hass, await go_on(hass, result))


async def test_a_dialog_that_is_left_asks_no_longer(
    hass: HomeAssistant, simulator: JellyfinSimulator, form: dict[str, Any]
) -> None:
    result = await begin(hass, form, "quick_connect")

    hass.config_entries.flow.async_abort(result["flow_id"])

    # It looks once more whether the code has led to a token, and that is all.
    await until(lambda: simulator.journal.count("POST", WITH_CODE) == 1)
    await hass.async_block_till_done(wait_background_tasks=True)
    simulator.journal.clear()
    await hass.async_block_till_done(wait_background_tasks=True)
    assert simulator.journal.requests == []
    assert simulator.core.accounts.devices == {}


async def test_a_code_that_was_confirmed_in_the_moment_the_dialog_is_left_leads_to_no_token(
    hass: HomeAssistant, simulator: JellyfinSimulator, user: SimUser, form: dict[str, Any]
) -> None:
    simulator.reject(502, path_prefix=CONNECT)
    result = await begin(hass, form, "quick_connect")
    allow(simulator, result, user)
    assert len(simulator.core.accounts.devices) == 1

    hass.config_entries.flow.async_abort(result["flow_id"])

    await until(lambda: simulator.core.accounts.devices == {})
    assert simulator.journal.count("POST", LOG_OUT) == 1


async def test_a_dialog_that_is_left_after_the_code_was_confirmed_gives_its_token_back(
    hass: HomeAssistant, simulator: JellyfinSimulator, user: SimUser, form: dict[str, Any]
) -> None:
    result = await begin(hass, form, "quick_connect")
    allow(simulator, result, user)
    result = await go_on(hass, result)

    hass.config_entries.flow.async_abort(result["flow_id"])

    await until(lambda: simulator.core.accounts.devices == {})


async def test_an_entry_that_is_removed_gives_its_token_back(
    hass: HomeAssistant, simulator: JellyfinSimulator, user: SimUser, form: dict[str, Any]
) -> None:
    result = await begin(hass, form, "quick_connect")
    allow(simulator, result, user)
    await finish_libraries(hass, await go_on(hass, result))

    await hass.config_entries.async_remove(hass.config_entries.async_entries(DOMAIN)[0].entry_id)

    await until(lambda: simulator.core.accounts.devices == {})


async def test_signing_in_again_with_a_code_replaces_the_token_and_gives_the_old_one_back(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry
) -> None:
    await async_load(hass, entry)
    old = dict(entry.data)
    other = simulator.add_user("robin", "battery staple")
    result = await choose(hass, await entry.start_reauth_flow(hass), "quick_connect")
    allow(simulator, result, other)

    result = await go_on(hass, result)

    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reauth_successful")
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert set(entry.data) == set(old)
    kept = {CONF_URL, CONF_VERIFY_SSL, CONF_RIGHTS, CONF_WEBHOOK_ID}
    assert {key for key in old if entry.data[key] == old[key]} == kept
    assert (entry.data[CONF_USERNAME], entry.data[CONF_USER_ID]) == ("robin", other.user_id)
    await until(lambda: list(simulator.core.accounts.devices) == [entry.data[CONF_TOKEN]])


async def test_another_server_is_not_even_asked_for_a_code(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, unique_id="f" * 32)

    result = await choose(hass, await entry.start_reauth_flow(hass), "quick_connect")

    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "unique_id_mismatch")
    assert simulator.journal.count("POST") == 0


async def test_neither_secret_nor_token_is_in_a_log(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    user: SimUser,
    form: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    result = await begin(hass, form, "quick_connect")
    request = simulator.core.quick_connect.by_code(code_of(result))
    assert request is not None
    allow(simulator, result, user)
    await finish_libraries(hass, await go_on(hass, result))

    entry = hass.config_entries.async_entries(DOMAIN)[0]
    ours = [record.getMessage() for record in caplog.records if DOMAIN in record.name]
    assert not [message for message in ours if request.secret in message or entry.data[CONF_TOKEN] in message]


async def test_no_password_is_sent(hass: HomeAssistant, simulator: JellyfinSimulator, form: dict[str, Any]) -> None:
    await begin(hass, form | {"password": PASSWORD}, "quick_connect")

    assert simulator.journal.count("POST", SIGN_IN) == 0
