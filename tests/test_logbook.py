"""What Home Assistant's own logbook shows."""

from datetime import datetime
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import async_capture_events
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.jellyfin_subtitles.const import (
    DOMAIN,
    EVENT_MEDIA_ADDED,
    EVENT_MEDIA_ADDED_BATCH,
    EVENT_SUBTITLE_ARRIVED,
    EVENT_SUBTITLE_FAILED,
    EVENT_SUBTITLE_REQUESTED,
)
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from homeassistant.components.recorder import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from jellyfin_simulator import JellyfinSimulator, SimLibrary

from . import until
from .household import async_let_arrive

MEDIA_ADDED = "event.simulator_media_added"
MEDIA_READY = "event.simulator_media_ready"
SUBTITLE_REQUESTED = "event.simulator_subtitles_requested"
OF_A_SERVER = {"device_id": "gone", "server_id": "gone"}


@pytest.fixture
def begin(recorder_mock: Recorder) -> datetime:
    """Return when the recorder, which has to be there before everything else, began to record."""
    return dt_util.utcnow()


async def async_lines(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, begin: datetime, **asked: Any
) -> list[dict[str, Any]]:
    """Return what a person reads there since then."""
    await async_wait_recording_done(hass)
    socket = await hass_ws_client()
    await socket.send_json({"id": 1, "type": "logbook/get_events", "start_time": begin.isoformat(), **asked})
    answer = await socket.receive_json()
    assert answer["success"]
    return list(answer["result"])


def ours(lines: list[dict[str, Any]]) -> list[tuple[str, str | None, str]]:
    """Return those that tell of events: name, entity and sentence."""
    return [(line["name"], line["entity_id"], line["message"]) for line in lines if line.get("domain") == DOMAIN]


async def async_device_id(registry: dr.DeviceRegistry, entry: JellyfinSubtitlesConfigEntry) -> str:
    """Return which device the server is."""
    (device,) = dr.async_entries_for_config_entry(registry, entry.entry_id)
    return device.id


async def test_what_is_new_and_what_is_wanted_stands_in_sentences_under_its_entity(
    begin: datetime,
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    wanting_german: JellyfinSubtitlesConfigEntry,
) -> None:
    assert await async_setup_component(hass, "logbook", {})
    simulator.add_film(films, "Night Ferry", year=2020)
    await until(lambda: wanting_german.runtime_data.coordinator.data.last_item)
    await async_let_arrive(simulator, wanting_german, films, 30)
    await hass.async_block_till_done()

    lines = ours(await async_lines(hass, hass_ws_client, begin))

    assert ("simulator", MEDIA_ADDED, "Night Ferry (2020) was added to Films") in lines
    assert ("simulator", SUBTITLE_REQUESTED, "Subtitles wanted for Night Ferry (2020): German") in lines
    assert ("simulator", MEDIA_ADDED, "30 films were added to Films") in lines
    assert all(" wanted " in message for _, entity_id, message in lines if entity_id == SUBTITLE_REQUESTED)


async def test_the_page_of_the_device_shows_them_by_the_name_that_people_gave_it(
    begin: datetime,
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    device_registry: dr.DeviceRegistry,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    loaded: JellyfinSubtitlesConfigEntry,
) -> None:
    assert await async_setup_component(hass, "logbook", {})
    device_id = await async_device_id(device_registry, loaded)
    device_registry.async_update_device(device_id, name_by_user="Attic")
    simulator.add_film(films, "Night Ferry", year=2020)
    await until(lambda: loaded.runtime_data.coordinator.data.last_item)

    lines = await async_lines(hass, hass_ws_client, begin, device_ids=[device_id])

    assert ours(lines) == [
        ("Attic", MEDIA_ADDED, "Night Ferry (2020) was added to Films"),
        ("Attic", MEDIA_READY, "Night Ferry (2020) is ready to watch"),
    ]


async def test_who_leaves_out_the_event_entities_reads_each_thing_once(
    begin: datetime,
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    loaded: JellyfinSubtitlesConfigEntry,
) -> None:
    assert await async_setup_component(
        hass, "logbook", {"logbook": {"exclude": {"entities": [MEDIA_ADDED, MEDIA_READY]}}}
    )
    events = async_capture_events(hass, EVENT_MEDIA_ADDED)
    for title in ("Night Ferry", "Day Ferry"):
        simulator.add_film(films, title, year=2020)
    await until(lambda: len(events) == 2)

    lines = await async_lines(hass, hass_ws_client, begin)

    assert sorted(message for _, _, message in ours(lines)) == [
        "Day Ferry (2020) is ready to watch",
        "Day Ferry (2020) was added to Films",
        "Night Ferry (2020) is ready to watch",
        "Night Ferry (2020) was added to Films",
    ]
    assert len([line for line in lines if line.get("entity_id") == MEDIA_ADDED]) == 2


@pytest.mark.parametrize(
    ("event", "data", "message"),
    [
        pytest.param(
            EVENT_MEDIA_ADDED, {"title": "Fog", "library_name": None}, "Fog was added", id="nobody knows where"
        ),
        pytest.param(
            EVENT_SUBTITLE_ARRIVED,
            {"title": "Fog", "language": "pt-BR"},
            "Portuguese (Brazil) subtitles arrived for Fog",
            id="arrived",
        ),
        pytest.param(
            EVENT_SUBTITLE_FAILED,
            {"title": "Fog", "language": "de", "reason": "no_provider", "next_attempt": "2026-01-01"},
            "No German subtitles for Fog: no provider of subtitles is installed, trying again",
            id="not yet",
        ),
        pytest.param(
            EVENT_SUBTITLE_FAILED,
            {"title": "Fog", "language": "?", "reason": "closed on Sundays", "next_attempt": None},
            "No ? subtitles for Fog: closed on Sundays, given up",
            id="given up",
        ),
        pytest.param(
            EVENT_MEDIA_ADDED_BATCH,
            {"count": 24, "item_type": "episode", "series_name": "Harbor Lights", "library_names": ["Series"]},
            "24 episodes of Harbor Lights were added to Series",
            id="episodes",
        ),
        pytest.param(
            EVENT_MEDIA_ADDED_BATCH,
            {"count": 1, "item_type": "episode", "series_name": "Harbor Lights", "library_names": []},
            "1 episode of Harbor Lights was added",
            id="one episode",
        ),
        pytest.param(
            EVENT_MEDIA_ADDED_BATCH,
            {"count": 2, "item_type": "movie", "series_name": None, "library_names": ["Films", "Old films"]},
            "2 films were added to Films and Old films",
            id="two libraries",
        ),
        pytest.param(
            EVENT_SUBTITLE_REQUESTED,
            {"title": "Fog", "missing": ["pt-BR", "de", "?"]},
            "Subtitles wanted for Fog: Portuguese (Brazil), German, ?",
            id="several languages",
        ),
    ],
)
async def test_what_a_server_said_that_is_gone_can_be_read_on(
    begin: datetime,
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    loaded: JellyfinSubtitlesConfigEntry,
    event: str,
    data: dict[str, Any],
    message: str,
) -> None:
    assert await async_setup_component(hass, "logbook", {})
    hass.bus.async_fire(event, OF_A_SERVER | data)

    assert ours(await async_lines(hass, hass_ws_client, begin)) == [("Jellyfin", None, message)]
