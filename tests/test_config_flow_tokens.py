"""What becomes of the tokens that a dialog is given."""

from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jellyfin_subtitles.const import DOMAIN
from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinClient
from homeassistant.const import CONF_PASSWORD, CONF_TOKEN, CONF_USERNAME
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import UnknownFlow
from jellyfin_simulator import JellyfinSimulator

from . import until
from .conftest import PASSWORD, USERNAME
from .dialog import LOG_OUT, SIGN_IN, begin, choose, credentials_of, finish, sign_in, submit

pytestmark = pytest.mark.usefixtures("user", "films")


async def test_the_token_is_given_back_if_the_libraries_cannot_be_read(
    hass: HomeAssistant, simulator: JellyfinSimulator, form: dict[str, Any]
) -> None:
    simulator.reject(503, path_prefix="/UserViews", times=1)

    result = await sign_in(hass, form)

    assert result["errors"] == {"base": "server_starting"}
    await until(lambda: simulator.journal.count("POST", LOG_OUT) == 1)
    await finish(hass, result, form)


async def test_a_dialog_that_is_left_gives_its_token_back(
    hass: HomeAssistant, simulator: JellyfinSimulator, form: dict[str, Any]
) -> None:
    result = await sign_in(hass, form)

    hass.config_entries.flow.async_abort(result["flow_id"])

    await until(lambda: simulator.journal.count("POST", LOG_OUT) == 1)
    (request,) = simulator.journal.find("POST", LOG_OUT)
    assert request.status == 204


@pytest.mark.parametrize("method", ["sign_in", "get_libraries"])
async def test_a_dialog_that_is_left_while_it_signs_in_gives_its_token_back(
    hass: HomeAssistant, simulator: JellyfinSimulator, form: dict[str, Any], method: str
) -> None:
    result = await begin(hass, form)
    original = getattr(JellyfinClient, method)

    async def leave(client: JellyfinClient, *args: str) -> object:
        hass.config_entries.flow.async_abort(result["flow_id"])
        return await original(client, *args)

    with patch.object(JellyfinClient, method, leave), pytest.raises(UnknownFlow):
        await submit(hass, result, credentials_of(form))

    await until(lambda: simulator.journal.count("POST", LOG_OUT) == 1)
    assert simulator.journal.find("POST", LOG_OUT)[0].status == 204


async def test_a_dialog_that_is_left_while_it_looks_for_the_server_signs_nobody_in(
    hass: HomeAssistant, simulator: JellyfinSimulator, form: dict[str, Any]
) -> None:
    result = await begin(hass, form)
    get_public_info = JellyfinClient.get_public_info

    async def leave(client: JellyfinClient) -> object:
        hass.config_entries.flow.async_abort(result["flow_id"])
        return await get_public_info(client)

    with patch.object(JellyfinClient, "get_public_info", leave), pytest.raises(UnknownFlow):
        await submit(hass, result, credentials_of(form))

    assert simulator.journal.count("POST", SIGN_IN) == 0


async def test_signing_in_again_changes_nothing_if_the_dialog_is_left_meanwhile(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)
    before = dict(entry.data)
    result = await choose(hass, await entry.start_reauth_flow(hass), "password")
    get_libraries = JellyfinClient.get_libraries

    async def leave(client: JellyfinClient) -> object:
        hass.config_entries.flow.async_abort(result["flow_id"])
        return await get_libraries(client)

    with patch.object(JellyfinClient, "get_libraries", leave), pytest.raises(UnknownFlow):
        await submit(hass, result, {CONF_USERNAME: USERNAME, CONF_PASSWORD: PASSWORD})

    assert dict(entry.data) == before
    await until(lambda: simulator.journal.count("POST", LOG_OUT) == 1)


async def test_a_dialog_that_never_signed_in_has_nothing_to_give_back(
    hass: HomeAssistant, simulator: JellyfinSimulator, form: dict[str, Any]
) -> None:
    result = await begin(hass, form)
    simulator.journal.clear()

    hass.config_entries.flow.async_abort(result["flow_id"])
    await hass.async_block_till_done(wait_background_tasks=True)

    assert simulator.journal.requests == []


async def test_a_token_that_cannot_be_given_back_disturbs_nobody(
    hass: HomeAssistant, simulator: JellyfinSimulator, form: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    result = await sign_in(hass, form)
    simulator.reject(500, path_prefix=LOG_OUT)

    hass.config_entries.flow.async_abort(result["flow_id"])

    await until(lambda: "The token was not given back" in caplog.text)


async def test_the_password_is_in_no_log(
    hass: HomeAssistant, simulator: JellyfinSimulator, form: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    result = await sign_in(hass, form | {CONF_PASSWORD: f"{PASSWORD} wrong"})
    await finish(hass, result, form)

    entry = hass.config_entries.async_entries(DOMAIN)[0]
    ours = [record.getMessage() for record in caplog.records if DOMAIN in record.name]
    assert ours
    assert not [message for message in ours if PASSWORD in message or entry.data[CONF_TOKEN] in message]
