"""The dialog that sets a server up."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jellyfin_subtitles.const import (
    CONF_ALL_LIBRARIES,
    CONF_DEVICE_ID,
    CONF_LIBRARIES,
    CONF_RIGHTS,
    CONF_USER_ID,
    DOMAIN,
)
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_USERNAME, CONF_VERIFY_SSL, CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from jellyfin_simulator import JellyfinSimulator, SimLibrary
from jellyfin_simulator.accounts import SimUser

from . import until
from .conftest import PASSWORD, USERNAME, async_start_simulator
from .dialog import ALL, LOG_OUT, SIGN_IN, choose, credentials_of, find, finish, sign_in, start, submit, suggested

pytestmark = pytest.mark.usefixtures("user", "films")


@pytest.mark.parametrize("simulator_options", [{"version": "10.11.11"}, {"version": "12.0.0"}], ids=str)
async def test_signing_in_makes_an_entry_without_the_password(
    hass: HomeAssistant, simulator: JellyfinSimulator, user: SimUser, form: dict[str, Any]
) -> None:
    result = await find(hass, form)
    assert (result["type"], result["step_id"]) == (FlowResultType.MENU, "sign_in")
    result = await choose(hass, result, "password")
    result = await submit(hass, result, credentials_of(form))
    assert result["step_id"] == "libraries_without_rights"
    result = await submit(hass, result, ALL)

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "simulator"
    entry = result["result"]
    assert entry.unique_id == simulator.server_id
    assert entry.options == {}
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
    assert simulator.journal.count("POST", LOG_OUT) == 0


async def test_some_of_the_libraries_can_be_chosen(
    hass: HomeAssistant, series: SimLibrary, films: SimLibrary, form: dict[str, Any]
) -> None:
    result = await sign_in(hass, form)
    schema = result["data_schema"]
    assert schema is not None
    offered = schema.schema[CONF_LIBRARIES].config["options"]
    assert {option["label"]: option["value"] for option in offered} == {
        "Films": films.library_id,
        "Series": series.library_id,
    }

    result = await submit(hass, result, {CONF_ALL_LIBRARIES: False, CONF_LIBRARIES: [series.library_id]})

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["result"].options == {CONF_LIBRARIES: [series.library_id]}


async def test_libraries_without_films_and_series_are_not_offered(
    hass: HomeAssistant, simulator: JellyfinSimulator, form: dict[str, Any]
) -> None:
    simulator.add_library("Songs", "music")

    result = await sign_in(hass, form)

    schema = result["data_schema"]
    assert schema is not None
    assert [option["label"] for option in schema.schema[CONF_LIBRARIES].config["options"]] == ["Films"]


async def test_choosing_no_library_is_an_error(hass: HomeAssistant, films: SimLibrary, form: dict[str, Any]) -> None:
    result = await sign_in(hass, form)

    result = await submit(hass, result, {CONF_ALL_LIBRARIES: False, CONF_LIBRARIES: []})
    assert result["errors"] == {CONF_LIBRARIES: "no_library_chosen"}
    assert suggested(result)[CONF_ALL_LIBRARIES] is False

    result = await submit(hass, result, {CONF_ALL_LIBRARIES: False, CONF_LIBRARIES: [films.library_id]})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_an_address_without_a_scheme_will_do(
    hass: HomeAssistant, simulator: JellyfinSimulator, form: dict[str, Any]
) -> None:
    result = await sign_in(hass, form | {CONF_URL: f"127.0.0.1:{simulator.port}/web/index.html"})
    result = await submit(hass, result, ALL)

    assert result["result"].data[CONF_URL] == simulator.url


@pytest.mark.parametrize("simulator_options", [{"base_url": "/jellyfin"}])
async def test_a_base_path_is_kept(hass: HomeAssistant, simulator: JellyfinSimulator, form: dict[str, Any]) -> None:
    address = f"http://127.0.0.1:{simulator.port}/jellyfin"

    await finish(hass, await start(hass), form | {CONF_URL: f"{address}/web/"})

    assert hass.config_entries.async_entries(DOMAIN)[0].data[CONF_URL] == address


async def test_a_server_is_set_up_only_once(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry, form: dict[str, Any]
) -> None:
    entry.add_to_hass(hass)
    before = dict(entry.data)

    result = await find(hass, form)

    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")
    assert dict(entry.data) == before
    assert simulator.journal.count("POST", SIGN_IN) == 0


async def test_of_two_dialogs_for_one_server_the_first_one_wins(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry, form: dict[str, Any]
) -> None:
    result = await sign_in(hass, form)
    entry.add_to_hass(hass)

    result = await submit(hass, result, ALL)

    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")
    await until(lambda: simulator.journal.count("POST", LOG_OUT) == 1)


async def test_two_servers_can_be_set_up(
    hass: HomeAssistant, servers: list[JellyfinSimulator], entry: MockConfigEntry, form: dict[str, Any]
) -> None:
    entry.add_to_hass(hass)
    other = await async_start_simulator(servers, name="other")
    other.add_user(USERNAME, PASSWORD)
    other.add_library("Films", "movies", announce=False)

    await finish(hass, await start(hass), form | {CONF_URL: other.url})

    both = {entry.unique_id for entry in hass.config_entries.async_entries(DOMAIN)}
    assert both == {entry.unique_id, other.server_id}
