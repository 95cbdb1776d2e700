"""The last item and the last sync."""

from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from homeassistant.const import MAX_LENGTH_STATE_STATE, STATE_UNKNOWN, EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from jellyfin_simulator import JellyfinSimulator, SimLibrary

from . import until

DELAY = "sensor.simulator_detection_delay"
LAST_ITEM = "sensor.simulator_last_detected_item"
LAST_SYNC = "sensor.simulator_last_sync"


def value(hass: HomeAssistant, entity_id: str) -> str:
    """Return the state of an entity."""
    state = hass.states.get(entity_id)
    assert state is not None
    return state.state


async def test_before_anything_is_new_nothing_is_shown(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    state = hass.states.get(LAST_ITEM)

    assert state is not None
    assert state.state == STATE_UNKNOWN
    assert "item_id" not in state.attributes


async def test_a_new_episode_is_shown_as_people_name_it(
    hass: HomeAssistant, simulator: JellyfinSimulator, series: SimLibrary, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    ferry = simulator.add_series(series, "Night Ferry", 2020)
    episode = simulator.add_episode(ferry, 1, 2, "Harbour")

    await until(lambda: value(hass, LAST_ITEM) != STATE_UNKNOWN)

    state = hass.states.get(LAST_ITEM)
    assert state is not None
    assert state.state == "Night Ferry S01E02 · Harbour"
    attributes = state.attributes
    assert attributes["item_id"] == episode.item_id
    assert attributes["item_type"] == "episode"
    assert attributes["library_name"] == "Series"
    assert attributes["series_id"] == ferry.item_id
    assert attributes["path"]
    assert attributes["audio_languages"]
    assert attributes["subtitle_languages"] is not None
    assert attributes["source"] in {"websocket", "sync"}
    assert attributes["web_link"].startswith(simulator.url)
    assert dt_util.parse_datetime(attributes["announced_at"])
    assert attributes["complete"] is True


async def test_a_long_title_is_cut_to_what_a_state_can_hold(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    simulator.add_film(films, "Long " * 80, year=2020)

    await until(lambda: value(hass, LAST_ITEM) != STATE_UNKNOWN)

    assert len(value(hass, LAST_ITEM)) == MAX_LENGTH_STATE_STATE
    state = hass.states.get(LAST_ITEM)
    assert state is not None
    assert len(state.attributes["title"]) > MAX_LENGTH_STATE_STATE


async def test_the_last_sync_is_a_moment_and_says_what_it_found(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    loaded: JellyfinSubtitlesConfigEntry,
    entity_registry: er.EntityRegistry,
) -> None:
    simulator.add_film(films, "Silent", year=2020, announce=False)
    result = await loaded.runtime_data.coordinator.async_sync_now()

    state = hass.states.get(LAST_SYNC)
    assert state is not None
    assert dt_util.parse_datetime(state.state) == result.finished_at.replace(microsecond=0)
    assert state.attributes["found"] == 1
    assert state.attributes["failed_libraries"] == []
    registered = entity_registry.async_get(LAST_SYNC)
    assert registered is not None
    assert registered.entity_category is EntityCategory.DIAGNOSTIC
    await until(lambda: value(hass, LAST_ITEM) != STATE_UNKNOWN)


async def test_the_detection_delay_is_for_those_who_turn_it_on(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    loaded: JellyfinSubtitlesConfigEntry,
    entity_registry: er.EntityRegistry,
) -> None:
    registered = entity_registry.async_get(DELAY)
    assert registered is not None
    assert registered.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    assert registered.entity_category is EntityCategory.DIAGNOSTIC
    entity_registry.async_update_entity(DELAY, disabled_by=None)
    assert await hass.config_entries.async_reload(loaded.entry_id)
    assert value(hass, DELAY) == STATE_UNKNOWN

    simulator.add_film(films, "Night Ferry", year=2020)
    await until(lambda: value(hass, DELAY) != STATE_UNKNOWN)

    item = loaded.runtime_data.coordinator.data.last_item
    assert item is not None
    assert float(value(hass, DELAY)) == (item.announced_at - item.seen_at).total_seconds()
    state = hass.states.get(DELAY)
    assert state is not None
    assert state.attributes["device_class"] == "duration"
    assert state.attributes["unit_of_measurement"] == "s"
