"""What came today: counted, and from midnight on counted anew."""

from datetime import date, datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    mock_restore_cache_with_extra_data,
)

from custom_components.jellyfin_subtitles.const import EVENT_MEDIA_ADDED, EVENT_TYPE_MEDIA_ADDED
from custom_components.jellyfin_subtitles.coordinator import Happening, JellyfinSubtitlesConfigEntry
from homeassistant.core import HomeAssistant, State
from homeassistant.util import dt as dt_util
from jellyfin_simulator import JellyfinSimulator, SimLibrary

from . import until
from .conftest import async_load
from .household import async_let_arrive

ANNOUNCED = "sensor.simulator_media_added_today"
REQUESTED = "sensor.simulator_subtitles_requested_today"


def state_of(hass: HomeAssistant, entity_id: str) -> State:
    """Return the state of an entity that is there."""
    state = hass.states.get(entity_id)
    assert state is not None
    return state


def count(hass: HomeAssistant, entity_id: str = ANNOUNCED) -> int:
    """Return what a counter shows."""
    return int(state_of(hass, entity_id).state)


def day_of(hass: HomeAssistant) -> date:
    """Return the day that is counted."""
    since = dt_util.parse_datetime(state_of(hass, ANNOUNCED).attributes["last_reset"])
    assert since is not None
    return dt_util.as_local(since).date()


def announce(entry: JellyfinSubtitlesConfigEntry) -> None:
    """Let one item be announced, without waiting for a server while the clock stands still."""
    entry.runtime_data.coordinator._tell(Happening(EVENT_TYPE_MEDIA_ADDED, EVENT_MEDIA_ADDED, {}, {}))


def go_to(hass: HomeAssistant, freezer: FrozenDateTimeFactory, moment: datetime) -> None:
    """Let it be another time."""
    freezer.move_to(moment)
    async_fire_time_changed(hass, moment)


def stored(day: object, value: object) -> dict[str, Any]:
    """Return what a counter has stored."""
    return {"native_value": value, "native_unit_of_measurement": None, "day": day}


async def test_at_first_nothing_was_counted(hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry) -> None:
    assert (count(hass, ANNOUNCED), count(hass, REQUESTED)) == (0, 0)
    attributes = state_of(hass, ANNOUNCED).attributes
    assert attributes["state_class"] == "total"
    assert attributes["unit_of_measurement"] == "items"
    assert state_of(hass, REQUESTED).attributes["unit_of_measurement"] == "requests"
    assert day_of(hass) == dt_util.now().date()


async def test_what_is_announced_and_asked_for_is_counted_that_of_batches_item_by_item(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, wanting_german: JellyfinSubtitlesConfigEntry
) -> None:
    simulator.add_film(films, "Night Ferry", year=2020)
    await until(lambda: count(hass, REQUESTED) == 1)
    assert count(hass, ANNOUNCED) == 1

    await async_let_arrive(simulator, wanting_german, films, 30)

    await until(lambda: count(hass, ANNOUNCED) == 31)


async def test_a_sync_that_finds_nothing_counts_nothing(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    await loaded.runtime_data.coordinator.async_sync_now()

    assert count(hass) == 0


async def test_when_the_entry_is_loaded_again_the_count_goes_on(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    simulator.add_film(films, "Night Ferry", year=2020)
    await until(lambda: count(hass) == 1)

    assert await hass.config_entries.async_reload(loaded.entry_id)
    assert count(hass) == 1

    simulator.add_film(films, "Day Ferry", year=2021)
    await until(lambda: count(hass) == 2)


@pytest.mark.parametrize(
    ("days_ago", "after"), [pytest.param(0, 7, id="the same day"), pytest.param(1, 0, id="the day after")]
)
async def test_a_restart_keeps_the_count_of_its_own_day(
    hass: HomeAssistant, entry: MockConfigEntry, days_ago: int, after: int
) -> None:
    day = dt_util.now().date() - timedelta(days=days_ago)
    mock_restore_cache_with_extra_data(hass, [(State(ANNOUNCED, "7"), stored(day.isoformat(), 7))])

    await async_load(hass, entry)

    assert count(hass) == after
    assert day_of(hass) == dt_util.now().date()


@pytest.mark.parametrize("extra", [{}, stored(None, 7), {"native_value": 7, "native_unit_of_measurement": "items"}])
async def test_what_tells_no_day_is_not_taken_up(
    hass: HomeAssistant, entry: MockConfigEntry, extra: dict[str, Any]
) -> None:
    mock_restore_cache_with_extra_data(hass, [(State(ANNOUNCED, "7"), extra)])

    await async_load(hass, entry)

    assert count(hass) == 0


# Each with the last moment of a day: where clocks are turned at midnight, that hour is missing or comes twice.
@pytest.mark.parametrize(
    ("zone", "last_moment"),
    [
        pytest.param("Europe/Berlin", "2026-11-01T22:59:59+00:00", id="a usual night"),
        pytest.param("America/Santiago", "2026-09-06T03:59:59+00:00", id="no midnight"),
        pytest.param("America/Santiago", "2026-04-05T03:59:59+00:00", id="the last hour comes twice"),
        pytest.param("Asia/Kathmandu", "2026-12-31T18:14:59+00:00", id="the last of the year"),
    ],
)
async def test_at_local_midnight_the_count_begins_anew(
    hass: HomeAssistant,
    loaded: JellyfinSubtitlesConfigEntry,
    freezer: FrozenDateTimeFactory,
    zone: str,
    last_moment: str,
) -> None:
    await hass.config.async_set_time_zone(zone)
    evening = datetime.fromisoformat(last_moment)
    day = dt_util.as_local(evening).date()
    go_to(hass, freezer, evening - timedelta(minutes=1))
    assert await hass.config_entries.async_reload(loaded.entry_id)
    announce(loaded)
    announce(loaded)
    go_to(hass, freezer, evening)
    assert count(hass) == 2
    assert day_of(hass) == day

    go_to(hass, freezer, evening + timedelta(seconds=1))
    assert count(hass) == 0
    assert day_of(hass) == day + timedelta(days=1)

    announce(loaded)
    go_to(hass, freezer, evening + timedelta(hours=20))
    assert count(hass) == 1
    go_to(hass, freezer, evening + timedelta(hours=25, seconds=1))
    assert count(hass) == 0
    assert day_of(hass) == day + timedelta(days=2)


async def test_a_clock_that_is_put_forward_over_midnight_mixes_no_days(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    announce(loaded)
    freezer.move_to(dt_util.utcnow() + timedelta(days=1))

    announce(loaded)

    assert count(hass) == 1
    assert day_of(hass) == dt_util.now().date()


async def test_unloaded_it_waits_for_no_midnight(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry, freezer: FrozenDateTimeFactory
) -> None:
    announce(loaded)
    assert await hass.config_entries.async_unload(loaded.entry_id)
    before = state_of(hass, ANNOUNCED)

    go_to(hass, freezer, dt_util.utcnow() + timedelta(days=1))

    assert state_of(hass, ANNOUNCED) is before
