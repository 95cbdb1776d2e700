"""What becomes of the tokens that an API key leads to, and of the key."""

from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jellyfin_subtitles.const import CONF_USER_ID
from custom_components.jellyfin_subtitles.engine.jellyfin import QuickConnect
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_API_KEY, CONF_TOKEN, CONF_USERNAME
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, UnknownFlow
from homeassistant.helpers.json import json_dumps
from jellyfin_simulator import JellyfinSimulator
from jellyfin_simulator.accounts import SimUser

from . import until
from .conftest import async_load
from .dialog import LOG_OUT, choose, enter_key, finish_libraries, submit

AUTHORIZE = "/QuickConnect/Authorize"

pytestmark = pytest.mark.usefixtures("films")


async def test_a_token_that_was_made_and_never_arrived_is_given_back(
    hass: HomeAssistant, simulator: JellyfinSimulator, administrator: SimUser, form: dict[str, Any], key: str
) -> None:
    result = await enter_key(hass, form, key)
    simulator.reject(502, path_prefix="/Users/AuthenticateWithQuickConnect", times=1)

    result = await submit(hass, result, {CONF_USER_ID: administrator.user_id})

    assert (result["step_id"], result["errors"]) == ("api_key_user", {"base": "cannot_connect"})
    assert simulator.journal.count("POST", AUTHORIZE) == 1
    await until(lambda: simulator.core.accounts.devices == {})
    await finish_libraries(hass, await submit(hass, result, {CONF_USER_ID: administrator.user_id}))


@pytest.mark.parametrize("method", ["authorize", "sign_in"])
async def test_a_dialog_that_is_left_while_the_key_lets_somebody_in_gives_the_token_back(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    administrator: SimUser,
    form: dict[str, Any],
    key: str,
    method: str,
) -> None:
    result = await enter_key(hass, form, key)
    original = getattr(QuickConnect, method)
    count = 0

    async def leave(quick_connect: QuickConnect, *args: str) -> object:
        nonlocal count
        count += 1
        if count == 1:
            hass.config_entries.flow.async_abort(result["flow_id"])
        return await original(quick_connect, *args)

    with patch.object(QuickConnect, method, leave), pytest.raises(UnknownFlow):
        await submit(hass, result, {CONF_USER_ID: administrator.user_id})

    await until(lambda: simulator.journal.count("POST", LOG_OUT) >= 1)
    await until(lambda: simulator.core.accounts.devices == {})


async def test_a_dialog_that_is_left_before_a_user_was_chosen_forgets_the_key(
    hass: HomeAssistant, form: dict[str, Any], key: str
) -> None:
    result = await enter_key(hass, form, key)
    flow = hass.config_entries.flow._progress[result["flow_id"]]
    assert key in str(vars(flow))

    hass.config_entries.flow.async_abort(result["flow_id"])

    assert key not in str(vars(flow) | {"cur_step": None})


async def test_signing_in_again_with_an_api_key_replaces_the_token_and_gives_the_old_one_back(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry, administrator: SimUser, key: str
) -> None:
    await async_load(hass, entry)
    result = await choose(hass, await entry.start_reauth_flow(hass), "api_key")
    result = await submit(hass, result, {CONF_API_KEY: key})

    result = await submit(hass, result, {CONF_USER_ID: administrator.user_id})

    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reauth_successful")
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert (entry.data[CONF_USERNAME], entry.data[CONF_USER_ID]) == ("zoe", administrator.user_id)
    assert key not in json_dumps(entry.as_dict())
    await until(lambda: list(simulator.core.accounts.devices) == [entry.data[CONF_TOKEN]])


async def test_another_server_is_not_shown_the_key(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry, key: str
) -> None:
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, unique_id="f" * 32)
    result = await choose(hass, await entry.start_reauth_flow(hass), "api_key")

    result = await submit(hass, result, {CONF_API_KEY: key})

    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "unique_id_mismatch")
    assert {request.path for request in simulator.journal.requests} == {"/System/Info/Public"}
