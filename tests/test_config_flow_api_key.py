"""Signing in with an API key, which lets in a user and is forgotten."""

from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import flush_store
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_config_entry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.jellyfin_subtitles.const import CONF_DEVICE_ID, CONF_RIGHTS, CONF_USER_ID, DOMAIN
from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinClient
from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.const import CONF_API_KEY, CONF_TOKEN, CONF_URL, CONF_USERNAME, CONF_VERIFY_SSL, CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.helpers.json import json_dumps
from jellyfin_simulator import JellyfinSimulator
from jellyfin_simulator.accounts import SimUser

from . import until
from .conftest import USERNAME
from .dialog import ALL, LOG_OUT, begin, choose, enter_key, finish, finish_libraries, submit, suggested

AUTHORIZE = "/QuickConnect/Authorize"

pytestmark = pytest.mark.usefixtures("films")


def offered(result: ConfigFlowResult) -> list[str]:
    """Return the names of the users who can be chosen."""
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "api_key_user")
    schema = result["data_schema"]
    assert schema is not None
    return [option["label"] for option in schema.schema[CONF_USER_ID].config["options"]]


@pytest.mark.parametrize("simulator_options", [{"version": "10.11.11"}, {"version": "12.0.0"}], ids=str)
async def test_an_api_key_lets_in_the_user_that_is_chosen(
    hass: HomeAssistant, simulator: JellyfinSimulator, user: SimUser, form: dict[str, Any], key: str
) -> None:
    simulator.add_user("Bea", "hunter", disabled=True)
    simulator.add_user("Carl", "hunter")
    result = await enter_key(hass, form, f" {key} ")
    assert offered(result) == ["zoe", USERNAME, "Carl"]
    assert (result["description_placeholders"] or {})["administrators"] == "zoe"

    result = await submit(hass, result, {CONF_USER_ID: user.user_id})
    result = await submit(hass, result, ALL)

    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry = result["result"]
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


async def test_the_key_is_stored_nowhere(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    hass_storage: dict[str, Any],
    administrator: SimUser,
    form: dict[str, Any],
    key: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    result = await enter_key(hass, form, key)
    flow = hass.config_entries.flow._progress[result["flow_id"]]
    result = await submit(hass, result, {CONF_USER_ID: administrator.user_id})
    assert key not in str(vars(flow))
    await finish_libraries(hass, result)
    entry = hass.config_entries.async_entries(DOMAIN)[0]

    report = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    await hass.config_entries.async_unload(entry.entry_id)
    await flush_store(hass.config_entries._store)

    assert entry.data[CONF_TOKEN] in json_dumps(hass_storage)
    for place in (json_dumps(hass_storage), json_dumps(report), json_dumps(entry.as_dict()), caplog.text):
        assert key not in place


async def test_a_wrong_key_can_be_corrected(
    hass: HomeAssistant, administrator: SimUser, form: dict[str, Any], key: str
) -> None:
    result = await enter_key(hass, form, "f" * 32)
    assert (result["step_id"], result["errors"]) == ("api_key", {"base": "invalid_api_key"})
    assert suggested(result) == {CONF_API_KEY: "f" * 32}

    result = await submit(hass, result, {CONF_API_KEY: key})
    await finish_libraries(hass, await submit(hass, result, {CONF_USER_ID: administrator.user_id}))


async def test_a_key_that_is_deleted_meanwhile_is_asked_for_again(
    hass: HomeAssistant, simulator: JellyfinSimulator, administrator: SimUser, form: dict[str, Any], key: str
) -> None:
    result = await enter_key(hass, form, key)
    simulator.revoke_token(key)

    result = await submit(hass, result, {CONF_USER_ID: administrator.user_id})

    assert (result["step_id"], result["errors"]) == ("api_key", {"base": "invalid_api_key"})
    result = await submit(hass, result, {CONF_API_KEY: simulator.add_api_key("Another")})
    await finish_libraries(hass, await submit(hass, result, {CONF_USER_ID: administrator.user_id}))


async def test_the_token_of_a_plain_user_is_no_api_key(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    user: SimUser,
    administrator: SimUser,
    form: dict[str, Any],
    key: str,
) -> None:
    result = await enter_key(hass, form, simulator.issue_token(user, "elsewhere"))

    result = await submit(hass, result, {CONF_USER_ID: administrator.user_id})

    assert (result["step_id"], result["errors"]) == ("api_key_user", {"base": "user_refused"})
    assert suggested(result) == {CONF_USER_ID: administrator.user_id}
    await finish_libraries(hass, await submit(hass, result, {CONF_USER_ID: user.user_id}))


async def test_a_user_with_as_many_sessions_as_allowed_is_told_so(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    user: SimUser,
    administrator: SimUser,
    form: dict[str, Any],
    key: str,
) -> None:
    simulator.set_policy(user, EnableAllDevices=False)
    result = await submit(hass, await enter_key(hass, form, key), {CONF_USER_ID: user.user_id})
    assert (result["step_id"], result["errors"]) == ("api_key_user", {"base": "user_refused"})

    await finish_libraries(hass, await submit(hass, result, {CONF_USER_ID: administrator.user_id}))


async def test_a_user_who_was_disabled_meanwhile_is_told_so(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    user: SimUser,
    administrator: SimUser,
    form: dict[str, Any],
    key: str,
) -> None:
    result = await enter_key(hass, form, key)
    simulator.set_policy(user, IsDisabled=True)

    result = await submit(hass, result, {CONF_USER_ID: user.user_id})

    assert (result["step_id"], result["errors"]) == ("api_key_user", {"base": "token_refused"})
    await finish_libraries(hass, await submit(hass, result, {CONF_USER_ID: administrator.user_id}))


async def test_a_user_who_sees_no_library_is_told_so_and_signed_out(
    hass: HomeAssistant, simulator: JellyfinSimulator, administrator: SimUser, form: dict[str, Any], key: str
) -> None:
    blind = simulator.add_user("robin", "battery staple", libraries=[])
    result = await submit(hass, await enter_key(hass, form, key), {CONF_USER_ID: blind.user_id})
    assert (result["step_id"], result["errors"]) == ("api_key_user", {"base": "no_libraries"})
    await until(lambda: simulator.core.accounts.devices == {})

    await finish_libraries(hass, await submit(hass, result, {CONF_USER_ID: administrator.user_id}))


async def test_a_server_whose_users_are_all_disabled_lets_nobody_in(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    user: SimUser,
    administrator: SimUser,
    form: dict[str, Any],
    key: str,
) -> None:
    for each in (user, administrator):
        simulator.set_policy(each, IsDisabled=True)
    result = await enter_key(hass, form, key)
    assert (result["step_id"], result["errors"]) == ("api_key", {"base": "no_users"})

    simulator.set_policy(user, IsDisabled=False)
    result = await submit(hass, result, {CONF_API_KEY: key})
    assert (result["description_placeholders"] or {})["administrators"] == "–"
    await finish_libraries(hass, await submit(hass, result, {CONF_USER_ID: user.user_id}))


async def test_where_quick_connect_is_off_the_key_is_of_no_use_and_a_password_is(
    hass: HomeAssistant, simulator: JellyfinSimulator, form: dict[str, Any], key: str
) -> None:
    simulator.core.configuration.quick_connect_available = False

    result = await enter_key(hass, form, key)

    assert (result["type"], result["step_id"]) == (FlowResultType.MENU, "quick_connect_off")
    await finish(hass, result, form)


async def test_where_quick_connect_is_switched_off_meanwhile_the_key_can_be_entered_again(
    hass: HomeAssistant, simulator: JellyfinSimulator, administrator: SimUser, form: dict[str, Any], key: str
) -> None:
    result = await enter_key(hass, form, key)
    simulator.core.configuration.quick_connect_available = False

    result = await submit(hass, result, {CONF_USER_ID: administrator.user_id})

    assert (result["type"], result["step_id"]) == (FlowResultType.MENU, "quick_connect_off")
    simulator.core.configuration.quick_connect_available = True
    result = await submit(hass, await choose(hass, result, "api_key"), {CONF_API_KEY: key})
    await finish_libraries(hass, await submit(hass, result, {CONF_USER_ID: administrator.user_id}))


async def test_a_server_that_starts_is_no_wrong_key(
    hass: HomeAssistant, simulator: JellyfinSimulator, administrator: SimUser, form: dict[str, Any], key: str
) -> None:
    result = await begin(hass, form, "api_key")
    await simulator.set_phase("A")
    result = await submit(hass, result, {CONF_API_KEY: key})
    assert (result["step_id"], result["errors"]) == ("api_key", {"base": "server_starting"})

    await simulator.set_phase("D")
    result = await submit(hass, result, {CONF_API_KEY: key})
    await finish_libraries(hass, await submit(hass, result, {CONF_USER_ID: administrator.user_id}))


async def test_an_error_of_the_server_can_be_overcome(
    hass: HomeAssistant, simulator: JellyfinSimulator, administrator: SimUser, form: dict[str, Any], key: str
) -> None:
    result = await enter_key(hass, form, key)
    simulator.reject(500, path_prefix=AUTHORIZE, times=1)
    result = await submit(hass, result, {CONF_USER_ID: administrator.user_id})
    assert (result["step_id"], result["errors"]) == ("api_key_user", {"base": "server_error"})

    await finish_libraries(hass, await submit(hass, result, {CONF_USER_ID: administrator.user_id}))


@pytest.mark.parametrize("method", ["get_users", "get_public_info"])
async def test_a_surprise_is_logged_and_can_be_overcome(
    hass: HomeAssistant,
    administrator: SimUser,
    form: dict[str, Any],
    key: str,
    caplog: pytest.LogCaptureFixture,
    method: str,
) -> None:
    result = await begin(hass, form, "api_key")
    with patch.object(JellyfinClient, method, side_effect=RuntimeError("surprise")):
        result = await submit(hass, result, {CONF_API_KEY: key})

    assert (result["step_id"], result["errors"]) == ("api_key", {"base": "unknown"})
    assert "Unexpected exception while signing in to Jellyfin" in caplog.text
    result = await submit(hass, result, {CONF_API_KEY: key})
    await finish_libraries(hass, await submit(hass, result, {CONF_USER_ID: administrator.user_id}))


async def test_only_the_users_that_are_offered_can_be_chosen(
    hass: HomeAssistant, simulator: JellyfinSimulator, form: dict[str, Any], key: str
) -> None:
    disabled = simulator.add_user("robin", "battery staple", disabled=True)
    result = await enter_key(hass, form, key)

    with pytest.raises(InvalidData):
        await submit(hass, result, {CONF_USER_ID: disabled.user_id})
