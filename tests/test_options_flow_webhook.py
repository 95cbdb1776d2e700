"""The page that shows the webhook: where it is, what to paste, and whether anything has called."""

from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from custom_components.jellyfin_subtitles.webhook import TEMPLATE, WebhookAddresses
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.util import dt as dt_util
from jellyfin_simulator import JellyfinSimulator, SimLibrary

from .posting import Door, body_about

pytestmark = pytest.mark.usefixtures("no_gathering")


@pytest.fixture
async def door(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry, hass_client_no_auth: ClientSessionGenerator
) -> Door:
    """Return the webhook of a loaded entry, from outside."""
    return Door(await hass_client_no_auth(), loaded)


async def open_page(hass: HomeAssistant, entry: JellyfinSubtitlesConfigEntry) -> ConfigFlowResult:
    """Open the dialog and choose the webhook."""
    result = await hass.config_entries.options.async_init(entry.entry_id)
    return await choose(hass, result)


async def choose(hass: HomeAssistant, result: ConfigFlowResult) -> ConfigFlowResult:
    """Choose the webhook from the menu that is shown."""
    assert (result["type"], result["step_id"]) == (FlowResultType.MENU, "init")
    result = await hass.config_entries.options.async_configure(result["flow_id"], {"next_step_id": "webhook"})
    assert result["type"] is FlowResultType.FORM
    return result


async def go_back(hass: HomeAssistant, result: ConfigFlowResult) -> ConfigFlowResult:
    """Leave the page."""
    return await hass.config_entries.options.async_configure(result["flow_id"], {})


def told(result: ConfigFlowResult, *names: str) -> tuple[str, ...]:
    """Return what is filled in on the page."""
    placeholders = result["description_placeholders"]
    assert placeholders is not None
    return tuple(placeholders[name] for name in names)


async def test_it_shows_the_addresses_and_waits_for_the_first_call(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    hass.config.internal_url = "http://192.168.1.2:8123"
    hass.config.external_url = "https://home.example.com"

    result = await open_page(hass, loaded)

    path = f"/api/webhook/{loaded.data[CONF_WEBHOOK_ID]}"
    assert result["step_id"] == "webhook"
    assert told(result, "internal", "external", "cloudhook", "template") == (
        f"http://192.168.1.2:8123{path}",
        f"https://home.example.com{path}",
        "–",
        TEMPLATE,
    )
    assert (await go_back(hass, result))["step_id"] == "init"
    assert loaded.options == {}


async def test_an_address_that_home_assistant_does_not_have_is_a_dash(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    addresses = WebhookAddresses(cloudhook="https://hooks.example.com/secret")
    with patch("custom_components.jellyfin_subtitles.options_flow.async_get_addresses", return_value=addresses):
        result = await open_page(hass, loaded)

    assert told(result, "internal", "external", "cloudhook") == ("–", "–", "https://hooks.example.com/secret")


async def test_it_says_when_the_last_call_came(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, door: Door
) -> None:
    await hass.config.async_set_time_zone("Asia/Tokyo")
    film = simulator.add_film(films, "Night Ferry", announce=False)
    waiting = await open_page(hass, door.entry)
    for _ in range(2):
        await door.post(body_about(simulator, film))
    assert door.status.last_call is not None

    result = await choose(hass, await go_back(hass, waiting))

    assert result["step_id"] == "webhook_called"
    moment = door.status.last_call.astimezone(dt_util.get_default_time_zone())
    assert told(result, "count", "last_call") == ("2", f"{moment:%Y-%m-%d %H:%M:%S}")
    assert (await go_back(hass, result))["step_id"] == "init"


async def test_it_says_why_nothing_was_accepted_until_something_is(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, door: Door
) -> None:
    await door.post(b"no JSON")

    result = await open_page(hass, door.entry)

    assert result["step_id"] == "webhook_refused"
    assert told(result, "refused", "refusal") == ("1", "The body is not JSON.")
    await door.post(body_about(simulator, simulator.add_film(films, "Night Ferry", announce=False)))
    result = await choose(hass, await go_back(hass, result))
    assert result["step_id"] == "webhook_called"


async def test_after_the_next_load_it_still_says_that_calls_have_come(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, door: Door
) -> None:
    await door.post(b"no JSON")
    await hass.config_entries.async_reload(door.entry.entry_id)
    refused = await open_page(hass, door.entry)
    assert (refused["step_id"], told(refused, "refused")) == ("webhook_refused", ("1",))

    await door.post(body_about(simulator, simulator.add_film(films, "Night Ferry", announce=False)))
    before = await choose(hass, await go_back(hass, refused))
    await hass.config_entries.async_reload(door.entry.entry_id)
    after = await open_page(hass, door.entry)

    assert after["step_id"] == "webhook_called"
    assert told(after, "count", "last_call") == told(before, "count", "last_call")


async def test_while_the_entry_is_not_loaded_nobody_listens(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: JellyfinSimulator
) -> None:
    entry.add_to_hass(hass)

    result = await open_page(hass, entry)

    assert result["step_id"] == "webhook_unloaded"
    result = await go_back(hass, result)
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert (await choose(hass, result))["step_id"] == "webhook"
