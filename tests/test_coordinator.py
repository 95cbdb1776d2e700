"""What reaches Home Assistant when the engine speaks."""

from datetime import UTC, datetime
import json

from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.jellyfin_subtitles.const import EVENT_MEDIA_ADDED
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from custom_components.jellyfin_subtitles.engine.models import ListenerState, ListenerStatus
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.json import json_dumps
from jellyfin_simulator import JellyfinSimulator, SimLibrary

from . import until
from .conftest import say
from .household import async_add_server

MOMENT = datetime(2026, 11, 1, 12, tzinfo=UTC)


async def test_a_new_film_is_an_event_on_the_bus(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    loaded: JellyfinSubtitlesConfigEntry,
    device_registry: dr.DeviceRegistry,
) -> None:
    events = async_capture_events(hass, EVENT_MEDIA_ADDED)

    film = simulator.add_film(films, "Night Ferry", year=2020)

    await until(lambda: events)
    data = events[0].data
    (device,) = dr.async_entries_for_config_entry(device_registry, loaded.entry_id)
    assert data["config_entry_id"] == loaded.entry_id
    assert data["server_id"] == simulator.server_id
    assert data["device_id"] == device.id
    assert data["item_id"] == film.item_id
    assert data["web_link"].startswith(f"{simulator.url}/web/")
    assert film.item_id in data["web_link"]
    assert data["title"] == "Night Ferry (2020)"
    assert data["library_name"] == "Films"
    assert data["complete"] is True
    assert json.loads(json_dumps(data)) == data
    assert not [key for key, value in data.items() if isinstance(value, dict)]
    assert loaded.data["token"] not in json_dumps(data)


async def test_the_entities_are_up_to_date_when_the_event_comes(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    seen = []

    @callback
    def look(_event: object) -> None:
        state = hass.states.get("sensor.simulator_last_detected_item")
        seen.append(state and state.state)

    hass.bus.async_listen(EVENT_MEDIA_ADDED, look)

    simulator.add_film(films, "Night Ferry", year=2020)

    await until(lambda: seen)
    assert seen == ["Night Ferry (2020)"]


async def test_two_servers_do_not_hear_each_other(
    hass: HomeAssistant,
    servers: list[JellyfinSimulator],
    simulator: JellyfinSimulator,
    films: SimLibrary,
    loaded: JellyfinSubtitlesConfigEntry,
) -> None:
    other, their_films, _ = await async_add_server(hass, servers, loaded)
    events = async_capture_events(hass, EVENT_MEDIA_ADDED)

    other.add_film(their_films, "Theirs", year=2020)
    await until(lambda: len(events) == 1)
    simulator.add_film(films, "Ours", year=2020)
    await until(lambda: len(events) == 2)

    for server, title in (("simulator", "Ours (2020)"), ("other", "Theirs (2020)")):
        state = hass.states.get(f"sensor.{server}_last_detected_item")
        assert state is not None
        assert state.state == title


async def test_after_the_entry_is_unloaded_nobody_is_called_any_more(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    running = loaded.runtime_data

    await hass.config_entries.async_unload(loaded.entry_id)

    assert running.listener._subscribers._callbacks == {}
    assert running.catch_up._subscribers._callbacks == {}
    assert running.pipeline._announcer._subscribers._callbacks == {}
    assert running.pipeline._announcer._batch_subscribers._callbacks == {}
    assert running.requests._subscribers._callbacks == {}
    assert running.requests._mass_subscribers._callbacks == {}
    assert running.coordinator._happening_callbacks == []


async def test_a_status_is_kept_for_the_entities(hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry) -> None:
    status = ListenerStatus(ListenerState.WAITING, MOMENT, next_attempt=MOMENT, reconnects=3, reason="unreachable")

    say(loaded, status)

    assert loaded.runtime_data.coordinator.data.status == status
