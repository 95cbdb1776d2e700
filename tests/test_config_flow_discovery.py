"""The dialogs suggest addresses: of servers that answer in the network, and of those Home Assistant uses already."""

from datetime import timedelta
from ipaddress import IPv4Address
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jellyfin_subtitles.const import CORE_JELLYFIN_DOMAIN, DOMAIN
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.const import CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.selector import SelectSelector, TextSelector
from jellyfin_simulator import JellyfinSimulator

from .conftest import async_load
from .dialog import address_of, choose, find, finish, start, submit, suggested

pytestmark = pytest.mark.usefixtures("user", "films")

FINDABLE = pytest.mark.parametrize("simulator_options", [{"discoverable": True, "name": "nas"}], ids=["findable"])
ELSEWHERE = "http://192.168.1.5:8096"


@pytest.fixture(autouse=True)
def network(
    monkeypatch: pytest.MonkeyPatch, simulator: JellyfinSimulator, broadcast_addresses: set[IPv4Address]
) -> None:
    """Let the network be the server alone; nobody is there if it cannot be found."""
    place = "custom_components.jellyfin_subtitles.suggestions"
    monkeypatch.setattr(f"{place}.DISCOVERY_PORT", simulator.discovery_port)
    monkeypatch.setattr(f"{place}.DISCOVERY_WAIT", timedelta(0))
    broadcast_addresses.add(IPv4Address("127.0.0.1"))


def add_core_entry(hass: HomeAssistant, url: object, title: str = "Cinema", server_id: str = "f" * 32) -> None:
    """Let Home Assistant's own integration be set up."""
    entry = MockConfigEntry(domain=CORE_JELLYFIN_DOMAIN, title=title, data={} if url is None else {CONF_URL: url})
    entry.add_to_hass(hass)
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={(CORE_JELLYFIN_DOMAIN, server_id), ("other", "x")}
    )


def address_field(result: ConfigFlowResult) -> Any:
    """Return what the address is entered with."""
    schema = result["data_schema"]
    assert schema is not None
    return schema.schema[CONF_URL]


def offered(result: ConfigFlowResult) -> dict[str, str]:
    """Return the addresses to choose from, with what they are called."""
    field = address_field(result)
    assert isinstance(field, SelectSelector)
    assert field.config["custom_value"]
    options: Any = field.config["options"]
    return {option["value"]: option["label"] for option in options}


@FINDABLE
async def test_a_server_in_the_network_is_suggested_by_its_name(
    hass: HomeAssistant, simulator: JellyfinSimulator, form: dict[str, Any]
) -> None:
    result = await start(hass)

    assert offered(result) == {simulator.url: f"nas ({simulator.url})"}
    assert suggested(result) == {CONF_URL: simulator.url}
    await finish(hass, result, form)


async def test_where_nothing_is_found_an_address_is_typed(hass: HomeAssistant, form: dict[str, Any]) -> None:
    result = await start(hass)

    assert isinstance(address_field(result), TextSelector)
    assert suggested(result) == {}
    await finish(hass, result, form)


@FINDABLE
async def test_another_address_can_be_typed_and_mistakes_are_kept(
    hass: HomeAssistant, simulator: JellyfinSimulator, form: dict[str, Any]
) -> None:
    result = await start(hass)
    choice = offered(result)

    result = await submit(hass, result, {CONF_URL: "ftp://nas", CONF_VERIFY_SSL: False})

    assert (result["step_id"], result["errors"]) == ("user", {"base": "invalid_address"})
    assert suggested(result) == {CONF_URL: "ftp://nas", CONF_VERIFY_SSL: False}
    assert offered(result) == choice
    await finish(hass, result, form | {CONF_URL: f"127.0.0.1:{simulator.port}/web/"})
    assert hass.config_entries.async_entries(DOMAIN)[0].data[CONF_URL] == simulator.url


@FINDABLE
async def test_the_network_is_asked_once_for_each_dialog(
    hass: HomeAssistant, simulator: JellyfinSimulator, form: dict[str, Any]
) -> None:
    result = await start(hass)
    simulator.core.configuration.auto_discovery = False

    result = await submit(hass, result, {CONF_URL: "", CONF_VERIFY_SSL: True})

    assert result["errors"] == {"base": "invalid_address"}
    assert offered(result) == {simulator.url: f"nas ({simulator.url})"}
    assert isinstance(address_field(await start(hass)), TextSelector)
    await finish(hass, result, form)


@FINDABLE
async def test_a_server_that_is_set_up_is_not_suggested_again(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry
) -> None:
    """Neither as found, nor as core's integration knows it, at whichever address."""
    entry.add_to_hass(hass)
    add_core_entry(hass, "http://nas.lan:8096", server_id=simulator.server_id)
    add_core_entry(hass, f"{simulator.url}/web/")

    assert isinstance(address_field(await start(hass)), TextSelector)


async def test_an_address_that_core_uses_is_suggested(
    hass: HomeAssistant, simulator: JellyfinSimulator, form: dict[str, Any]
) -> None:
    add_core_entry(hass, simulator.url)
    add_core_entry(hass, "https://jellyfin.example.com/media/web/index.html", "https://jellyfin.example.com/media")
    add_core_entry(hass, "ftp://nas")
    add_core_entry(hass, None)

    result = await start(hass)

    assert offered(result) == {
        simulator.url: f"Cinema ({simulator.url})",
        "https://jellyfin.example.com/media": "https://jellyfin.example.com/media",
    }
    await finish(hass, result, form)


@FINDABLE
async def test_what_is_known_and_found_is_suggested_once_and_first(
    hass: HomeAssistant, simulator: JellyfinSimulator
) -> None:
    add_core_entry(hass, simulator.url)
    add_core_entry(hass, ELSEWHERE, "Attic")

    assert list(offered(await start(hass)).items()) == [
        (simulator.url, f"nas ({simulator.url})"),
        (ELSEWHERE, f"Attic ({ELSEWHERE})"),
    ]


@FINDABLE
async def test_a_server_that_has_moved_is_suggested_at_its_new_address(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_URL: ELSEWHERE, CONF_VERIFY_SSL: False})

    result = await choose(hass, await entry.start_reconfigure_flow(hass), "reconfigure_address")

    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "reconfigure_found")
    assert list(offered(result)) == [simulator.url, ELSEWHERE]
    assert suggested(result) == {CONF_URL: simulator.url, CONF_VERIFY_SSL: False}
    placeholders = result["description_placeholders"]
    assert placeholders is not None
    assert placeholders["found"] == simulator.url

    result = await submit(hass, result, {CONF_URL: "ftp://nas", CONF_VERIFY_SSL: True})
    assert (result["step_id"], result["errors"]) == ("reconfigure_found", {"base": "invalid_address"})
    assert suggested(result) == {CONF_URL: "ftp://nas", CONF_VERIFY_SSL: True}
    assert list(offered(result)) == [simulator.url, ELSEWHERE]

    result = await submit(hass, result, {CONF_URL: simulator.url, CONF_VERIFY_SSL: True})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    await hass.async_block_till_done()
    assert entry.data[CONF_URL] == simulator.url


@FINDABLE
async def test_an_address_that_works_stays_the_first_choice(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry
) -> None:
    """The one that the server calls its own may be another way to it, and no better one."""
    stored = simulator.url
    await async_load(hass, entry)
    simulator.core.local_address = ELSEWHERE

    result = await choose(hass, await entry.start_reconfigure_flow(hass), "reconfigure_address")

    assert result["step_id"] == "reconfigure_found"
    assert list(offered(result)) == [ELSEWHERE, stored]
    assert suggested(result)[CONF_URL] == stored
    assert (await submit(hass, result, suggested(result)))["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert entry.data[CONF_URL] == stored


@pytest.mark.parametrize("server_id", [None, "e" * 32], ids=["at the stored address", "as another server"])
@FINDABLE
async def test_a_server_that_is_found_as_it_is_stored_and_a_strange_one_are_not_mentioned(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry, server_id: str | None
) -> None:
    entry.add_to_hass(hass)
    if server_id is not None:
        hass.config_entries.async_update_entry(entry, unique_id=server_id)

    result = await choose(hass, await entry.start_reconfigure_flow(hass), "reconfigure_address")

    assert result["step_id"] == "reconfigure_address"
    assert isinstance(address_field(result), TextSelector)
    assert suggested(result) == {CONF_URL: simulator.url, CONF_VERIFY_SSL: True}


@FINDABLE
async def test_choosing_what_is_suggested_leads_to_the_sign_in(hass: HomeAssistant, form: dict[str, Any]) -> None:
    result = await start(hass)

    result = await submit(hass, result, {**address_of(form), **suggested(result)})

    assert (result["type"], result["step_id"]) == (FlowResultType.MENU, "sign_in")


async def test_a_network_that_cannot_be_asked_is_no_obstacle(
    hass: HomeAssistant, form: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_args: object, **_kwargs: object) -> None:
        raise OSError("no network")

    monkeypatch.setattr(hass.loop, "create_datagram_endpoint", refuse)

    assert (await find(hass, form))["step_id"] == "sign_in"
