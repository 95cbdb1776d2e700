"""The event entity."""

from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.jellyfin_subtitles.const import EVENT_MEDIA_ADDED
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event
from jellyfin_simulator import JellyfinSimulator, SimLibrary

from . import until

MEDIA_ADDED = "event.simulator_media_added"


async def test_each_new_item_is_one_event_with_everything_the_bus_event_says(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    names = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        if new := event.data["new_state"]:
            names.append(new.attributes["name"])

    async_track_state_change_event(hass, MEDIA_ADDED, note)
    events = async_capture_events(hass, EVENT_MEDIA_ADDED)

    for number in range(3):
        simulator.add_film(films, f"Film {number}", year=2020)
    await until(lambda: len(events) == 3)
    await hass.async_block_till_done()

    assert sorted(names) == ["Film 0", "Film 1", "Film 2"]
    state = hass.states.get(MEDIA_ADDED)
    assert state is not None
    assert state.attributes["event_type"] == "media_added"
    assert state.attributes["event_types"] == ["media_added", "media_added_batch"]
    assert {key: state.attributes[key] for key in events[-1].data} == events[-1].data


async def test_a_sync_that_finds_nothing_is_no_event(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    await loaded.runtime_data.coordinator.async_sync_now()

    state = hass.states.get(MEDIA_ADDED)
    assert state is not None
    assert state.state == STATE_UNKNOWN
