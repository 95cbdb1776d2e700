"""An entry's life: loaded, running, unloaded, removed."""

from datetime import timedelta
from typing import Any

from aiohttp import web
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events, async_fire_time_changed

from custom_components.jellyfin_subtitles import async_unload_entry
from custom_components.jellyfin_subtitles.const import CONF_LIBRARIES, DOMAIN, EVENT_MEDIA_ADDED
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED, STATE_OFF, STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import CoreState, HomeAssistant, State
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
from jellyfin_simulator import JellyfinSimulator, SimLibrary
from jellyfin_simulator.accounts import SimUser

from . import until
from .conftest import async_load


async def async_try_to_load(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Load an entry that may fail."""
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)


def state_of(hass: HomeAssistant, entity_id: str) -> State:
    """Return the state of an entity that is there."""
    state = hass.states.get(entity_id)
    assert state is not None
    return state


async def test_unloading_leaves_nothing_running(
    hass: HomeAssistant, simulator: JellyfinSimulator, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    assert simulator.journal.open_sockets == 1

    assert await hass.config_entries.async_unload(loaded.entry_id)

    assert loaded.state is ConfigEntryState.NOT_LOADED
    states = [state for state in hass.states.async_all() if state.entity_id.split(".")[1].startswith("simulator")]
    assert states
    assert {state.state for state in states} == {STATE_UNAVAILABLE}
    await until(lambda: simulator.journal.open_sockets == 0)


async def test_an_entry_can_be_loaded_again(
    hass: HomeAssistant, simulator: JellyfinSimulator, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    assert await hass.config_entries.async_reload(loaded.entry_id)

    assert loaded.state is ConfigEntryState.LOADED
    await until(lambda: simulator.journal.open_sockets == 1)


async def test_a_dead_token_asks_for_a_new_sign_in(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry
) -> None:
    simulator.revoke_token(entry.data["token"])

    await async_try_to_load(hass, entry)

    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "sign_in_needed"
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["context"]["source"] == SOURCE_REAUTH


async def test_a_token_that_dies_while_listening_asks_for_a_new_sign_in(
    hass: HomeAssistant, simulator: JellyfinSimulator, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    simulator.revoke_token(loaded.data["token"])

    await until(lambda: hass.config_entries.flow.async_progress_by_handler(DOMAIN))

    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["context"]["source"] == SOURCE_REAUTH
    assert flow["context"]["entry_id"] == loaded.entry_id


@pytest.mark.parametrize("phase", ["A", "B", "C"])
async def test_a_server_that_is_away_or_starting_is_waited_for_and_the_sensor_says_so(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, entry: MockConfigEntry, phase: str
) -> None:
    await simulator.set_phase(phase)

    await async_try_to_load(hass, entry)

    assert entry.state is ConfigEntryState.LOADED
    assert state_of(hass, "binary_sensor.simulator_connection").state == STATE_OFF
    assert state_of(hass, "sensor.simulator_last_sync").state == STATE_UNKNOWN
    await simulator.set_phase("D")
    await entry.runtime_data.listener.sync_now()
    await until(lambda: state_of(hass, "binary_sensor.simulator_connection").state == STATE_ON)


async def test_a_proxy_that_answers_in_the_servers_place_is_tried_again(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry
) -> None:
    simulator.reject(web.Response(text="<html>", content_type="text/html"), path_prefix="/System/Info/Public")

    await async_try_to_load(hass, entry)

    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "cannot_connect"


async def test_another_server_at_the_address_is_not_followed(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, unique_id="f" * 32)

    await hass.config_entries.async_setup(entry.entry_id)

    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "other_server"
    assert simulator.journal.count(path_prefix="/Users") == 0


async def test_without_reading_what_is_known_nothing_starts(
    hass: HomeAssistant, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_storage: object) -> None:
        raise OSError("disk on fire")

    monkeypatch.setattr("custom_components.jellyfin_subtitles.storage.JellyfinSubtitlesStorage.load_known", broken)

    await async_try_to_load(hass, entry)

    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "storage_unreadable"


async def test_removing_an_entry_deletes_its_files_and_gives_the_token_back(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    loaded: JellyfinSubtitlesConfigEntry,
    hass_storage: dict[str, Any],
) -> None:
    assert [key for key in hass_storage if loaded.entry_id in key]

    await hass.config_entries.async_remove(loaded.entry_id)

    assert not [key for key in hass_storage if loaded.entry_id in key]
    await until(lambda: simulator.journal.count("POST", "/Sessions/Logout") == 1)
    assert simulator.journal.find("POST", "/Sessions/Logout")[0].status == 204


async def test_the_server_is_a_service_device_linked_with_the_one_of_core_jellyfin(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    loaded: JellyfinSubtitlesConfigEntry,
    device_registry: dr.DeviceRegistry,
) -> None:
    (device,) = dr.async_entries_for_config_entry(device_registry, loaded.entry_id)

    assert device.identifiers == {(DOMAIN, simulator.server_id), ("jellyfin", simulator.server_id)}
    assert device.entry_type is dr.DeviceEntryType.SERVICE
    assert device.configuration_url == simulator.url
    assert device.sw_version == "10.11.11"
    assert device.name == "simulator"


async def test_only_the_chosen_libraries_are_watched(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry, films: SimLibrary, series: SimLibrary
) -> None:
    events = async_capture_events(hass, EVENT_MEDIA_ADDED)
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, options={CONF_LIBRARIES: [series.library_id]})
    await async_load(hass, entry)

    simulator.add_film(films, "Unheard", year=2020)
    simulator.add_episode(simulator.add_series(series, "Night Ferry"), 1, 2, "Harbour")

    await until(lambda: events)
    assert [event.data["name"] for event in events] == ["Harbour"]


async def test_nothing_is_announced_before_automations_listen(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry, films: SimLibrary
) -> None:
    events = async_capture_events(hass, EVENT_MEDIA_ADDED)
    hass.set_state(CoreState.starting)
    await async_load(hass, entry)
    running: JellyfinSubtitlesConfigEntry = entry
    simulator.add_film(films, "Early", year=2020)
    await until(lambda: running.runtime_data.pipeline.pending)
    assert not events

    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)

    await until(lambda: events)
    assert [event.data["name"] for event in events] == ["Early"]


async def test_once_a_day_the_server_is_asked_what_was_missed(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    before = loaded.runtime_data.catch_up.last

    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(hours=25))

    await until(lambda: loaded.runtime_data.catch_up.last is not before)


async def test_the_daily_look_may_fail(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    loaded: JellyfinSubtitlesConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    simulator.reject(500, path_prefix="/UserViews")

    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(hours=25))

    await until(lambda: "The regular look at simulator failed" in caplog.text)


async def test_who_turns_polling_off_is_not_polled(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, pref_disable_polling=True)
    await async_load(hass, entry)
    simulator.journal.clear()

    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(hours=25))
    await hass.async_block_till_done()

    assert simulator.journal.count(path_prefix="/UserViews") == 0


async def test_every_hour_what_is_known_is_written(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    loaded: JellyfinSubtitlesConfigEntry,
    hass_storage: dict[str, Any],
) -> None:
    events = async_capture_events(hass, EVENT_MEDIA_ADDED)
    film = simulator.add_film(films, "Night Ferry", year=2020)
    await until(lambda: events)
    known = f"{DOMAIN}.{loaded.entry_id}.known"
    assert film.item_id not in hass_storage[known]["data"]["ids"]

    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=61))

    await until(lambda: film.item_id in hass_storage[known]["data"]["ids"])


async def test_what_was_announced_is_known_after_a_restart(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    user: SimUser,
    films: SimLibrary,
    loaded: JellyfinSubtitlesConfigEntry,
) -> None:
    events = async_capture_events(hass, EVENT_MEDIA_ADDED)
    simulator.add_film(films, "Night Ferry", year=2020)
    await until(lambda: events)

    assert await hass.config_entries.async_unload(loaded.entry_id)
    simulator.add_film(films, "Day Ferry", year=2021)
    assert await hass.config_entries.async_setup(loaded.entry_id)

    state = hass.states.get("sensor.simulator_last_detected_item")
    assert state is not None
    assert state.state == "Night Ferry (2020)"
    await until(lambda: len(events) > 1)
    assert [event.data["name"] for event in events] == ["Night Ferry", "Day Ferry"]


async def test_platforms_that_cannot_be_unloaded_keep_being_told(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    loaded: JellyfinSubtitlesConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def refuse(*_: object) -> bool:
        return False

    events = async_capture_events(hass, EVENT_MEDIA_ADDED)
    monkeypatch.setattr(hass.config_entries, "async_unload_platforms", refuse)

    assert not await async_unload_entry(hass, loaded)

    simulator.add_film(films, "Night Ferry", year=2020)
    await until(lambda: events)
