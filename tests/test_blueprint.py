"""The blueprint: Home Assistant takes it, and the automation made of it does what it says."""

import logging
from pathlib import Path
import shutil
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events, async_mock_service

from custom_components.jellyfin_subtitles.const import DOMAIN, EVENT_MEDIA_ADDED, EVENT_SUBTITLE_REQUESTED
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from homeassistant.components.automation.config import AUTOMATION_BLUEPRINT_SCHEMA
from homeassistant.components.blueprint.models import Blueprint
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict
from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary
from jellyfin_simulator.streams import subtitle, video

from . import until
from .actions import async_act

PATH = "jellyfin_subtitles/subtitle_requested.yaml"
ROOT = Path(__file__).parent.parent
BLUEPRINT = ROOT / "blueprints" / "automation" / PATH
PHONE = {
    "app_data": {"push_token": "token", "push_url": "https://push.example.com"},
    "app_id": "app",
    "app_name": "App",
    "app_version": "1",
    "device_id": "phone",
    "device_name": "phone",
    "manufacturer": "Somebody",
    "model": "Phone",
    "os_name": "OS",
    "os_version": "1",
    "supports_encryption": False,
    "user_id": "somebody",
    "webhook_id": "webhook",
}
PRESSED = "mobile_app_notification_action"


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Use a folder into which the blueprint was imported."""
    target = Path(hass_tmp_config_dir) / "blueprints" / "automation" / PATH
    target.parent.mkdir(parents=True)
    shutil.copy(BLUEPRINT, target)
    return hass_tmp_config_dir


@pytest.fixture
async def notified(
    hass: HomeAssistant,
    wanting_german: JellyfinSubtitlesConfigEntry,
    device_registry: dr.DeviceRegistry,
    monkeypatch: pytest.MonkeyPatch,
) -> list[ServiceCall]:
    """Return what a phone shows, for which somebody has made an automation of the blueprint."""
    # The app's integration asks for speech recognition, which asks for packages that not every machine can build.
    monkeypatch.syspath_prepend(str(ROOT / "real_home_assistant" / "stand_ins"))
    phone = MockConfigEntry(domain="mobile_app", data=PHONE)
    phone.add_to_hass(hass)
    assert await async_setup_component(hass, "mobile_app", {})
    await hass.async_block_till_done()
    device = device_registry.async_get_device_by_identifier(("mobile_app", "phone"), phone.entry_id)
    assert device is not None
    shown = async_mock_service(hass, "notify", "mobile_app_phone")
    automation = {
        "alias": "Wanted subtitles",
        "use_blueprint": {
            "path": PATH,
            "input": {"notify_device": device.id, "poster": "image.simulator_poster"},
        },
    }
    assert await async_setup_component(hass, "automation", {"automation": automation})
    state = hass.states.get("automation.wanted_subtitles")
    assert state is not None
    assert state.state == "on"
    return shown


async def async_film(simulator: JellyfinSimulator, films: SimLibrary, shown: list[ServiceCall]) -> SimItem:
    """Let a film arrive, and wait until the phone shows it."""
    film = simulator.add_film(films, f"Night Ferry {len(shown)}", year=2020)
    expected = len(shown) + 1
    await until(lambda: len(shown) == expected)
    return film


def button(call: ServiceCall) -> str:
    """Return what the second button sends back."""
    action: str = call.data["data"]["actions"][1]["action"]
    return action


def test_home_assistant_takes_it() -> None:
    """As it does when somebody imports it."""
    blueprint = Blueprint(load_yaml_dict(BLUEPRINT), expected_domain="automation", schema=AUTOMATION_BLUEPRINT_SCHEMA)

    assert blueprint.validate() is None
    assert blueprint.metadata["source_url"].endswith(f"/blob/main/blueprints/automation/{PATH}")
    assert all(given["name"] and given["selector"] for given in blueprint.inputs.values())


async def test_the_phone_shows_what_is_wanted_with_poster_and_buttons(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    wanting_german: JellyfinSubtitlesConfigEntry,
    notified: list[ServiceCall],
) -> None:
    events = async_capture_events(hass, EVENT_SUBTITLE_REQUESTED)

    film = await async_film(simulator, films, notified)

    link = events[0].data["web_link"]
    assert notified[0].data["title"] == "Night Ferry 0 (2020)"
    assert notified[0].data["message"] == "No subtitles in de"
    assert notified[0].data["data"] == {
        "tag": f"jellyfin_subtitles_{film.item_id}",
        "group": "jellyfin_subtitles",
        "url": link,
        "clickAction": link,
        "image": "/api/image_proxy/image.simulator_poster",
        "actions": [
            {"action": "URI", "title": "Open in Jellyfin", "uri": link},
            {"action": button(notified[0]), "title": "Ask again"},
        ],
    }


async def test_a_button_asks_for_the_same_item_again(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, notified: list[ServiceCall]
) -> None:
    events = async_capture_events(hass, EVENT_SUBTITLE_REQUESTED)
    film = await async_film(simulator, films, notified)

    hass.bus.async_fire(PRESSED, {"action": button(notified[0])})

    await until(lambda: len(notified) == 2)
    assert [(event.data["item_id"], event.data["reason"]) for event in events] == [
        (film.item_id, "new_media"),
        (film.item_id, "action"),
    ]
    assert notified[1].data["data"]["tag"] == notified[0].data["data"]["tag"]


@pytest.mark.parametrize("data", [{"action": "OPEN_DOOR"}, {"action": "JELLYFIN_SUBTITLES_AGAIN|automation.x|a|b"}, {}])
async def test_buttons_of_others_ask_for_nothing(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    notified: list[ServiceCall],
    data: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    asked = async_mock_service(hass, DOMAIN, "request_subtitles")

    hass.bus.async_fire(PRESSED, data)
    await hass.async_block_till_done()

    assert not asked
    assert not [record for record in caplog.records if "automation" in record.name and record.levelno > logging.INFO]


async def test_what_is_not_on_the_poster_is_shown_without_a_picture(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, notified: list[ServiceCall]
) -> None:
    older = await async_film(simulator, films, notified)
    await async_film(simulator, films, notified)

    await async_act(hass, "request_subtitles", item_id=older.item_id)

    await until(lambda: len(notified) == 3)
    assert notified[2].data["title"] == "Night Ferry 0 (2020)"
    assert "image" in notified[1].data["data"]
    assert "image" not in notified[2].data["data"]


async def test_what_other_servers_lack_is_not_shown(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, notified: list[ServiceCall]
) -> None:
    events = async_capture_events(hass, EVENT_SUBTITLE_REQUESTED)
    await async_film(simulator, films, notified)

    hass.bus.async_fire(EVENT_SUBTITLE_REQUESTED, {**events[0].data, "device_id": "another"})
    await hass.async_block_till_done()

    assert len(notified) == 1
    assert len(events) == 2


async def test_what_lacks_nothing_is_not_shown(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, notified: list[ServiceCall]
) -> None:
    announced = async_capture_events(hass, EVENT_MEDIA_ADDED)
    simulator.add_film(films, "With all", streams=(video(), subtitle("deu")))
    await until(lambda: announced)
    await async_film(simulator, films, notified)

    assert [call.data["title"] for call in notified] == ["Night Ferry 0 (2020)"]
