"""The action that gets an existing library what it lacks."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.jellyfin_subtitles.const import (
    EVENT_MEDIA_READY,
    EVENT_SUBTITLE_ARRIVED,
    EVENT_SUBTITLE_REQUESTED,
    SERVICE_IGNORE,
    SERVICE_SCAN_LIBRARY,
)
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry, JellyfinSubtitlesRuntimeData
from homeassistant.core import HomeAssistant
from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary, SimUser, SubtitleProvider, audio, subtitle, video

from . import until
from .actions import async_act, async_failure, async_mistake
from .conftest import async_load

WITHOUT = (video(), audio("eng"))


@pytest.fixture
def provider(simulator: JellyfinSimulator, user: SimUser) -> SubtitleProvider:
    """Return a provider that has English subtitles for everything."""
    simulator.set_policy(user, EnableSubtitleManagement=True)
    provider = simulator.add_subtitle_provider()
    provider.offer("eng")
    return provider


@pytest.fixture
async def backlog(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    provider: SubtitleProvider,
    entry: MockConfigEntry,
) -> list[SimItem]:
    """Return films that were there before, the oldest first; one of them has what the others lack."""
    served = (video(), subtitle("eng"))
    found = [
        simulator.add_film(films, name, year=2020, streams=streams, announce=False)
        for name, streams in (("Dawn", WITHOUT), ("Noon", WITHOUT), ("Served", served), ("Dusk", WITHOUT))
    ]
    for age, film in enumerate(reversed(found)):
        film.created = (datetime.now(UTC) - timedelta(days=age + 1)).timestamp()
    await async_load(hass, entry)
    return found


@pytest.fixture
def running(backlog: list[SimItem], entry: JellyfinSubtitlesConfigEntry) -> JellyfinSubtitlesRuntimeData:
    """Return what follows the server."""
    return entry.runtime_data


async def test_at_first_it_is_only_told_what_would_be_asked_for(
    hass: HomeAssistant, running: JellyfinSubtitlesRuntimeData, backlog: list[SimItem]
) -> None:
    answer = await async_act(hass, SERVICE_SCAN_LIBRARY)
    assert [one["title"] for one in answer["requests"]] == ["Dusk (2020)", "Noon (2020)", "Dawn (2020)"]
    assert answer["requests"][0] == {
        "request_id": None,
        "item_id": backlog[3].item_id,
        "media_source_id": backlog[3].item_id,
        "title": "Dusk (2020)",
        "missing": ["en"],
    }
    assert (answer["dry_run"], answer["looked_at"], answer["is_complete"], answer["is_paused"]) == (
        True,
        4,
        True,
        False,
    )
    assert running.requests.waiting == 0
    assert (await async_act(hass, SERVICE_SCAN_LIBRARY)) == answer


async def test_what_is_asked_for_is_brought_the_newest_first_and_is_no_news(
    hass: HomeAssistant, simulator: JellyfinSimulator, backlog: list[SimItem]
) -> None:
    asked = async_capture_events(hass, EVENT_SUBTITLE_REQUESTED)
    arrived = async_capture_events(hass, EVENT_SUBTITLE_ARRIVED)
    ready = async_capture_events(hass, EVENT_MEDIA_READY)
    answer = await async_act(hass, SERVICE_SCAN_LIBRARY, dry_run=False)
    await until(lambda: len(arrived) == 3)
    titles = ["Dusk (2020)", "Noon (2020)", "Dawn (2020)"]
    assert [event.data["title"] for event in asked] == titles
    assert [event.data["title"] for event in arrived] == titles
    assert {event.data["reason"] for event in asked} == {"library_scan"}
    assert [event.data["request_id"] for event in asked] == [one["request_id"] for one in answer["requests"]]
    assert ready == []
    assert (await async_act(hass, SERVICE_SCAN_LIBRARY))["requests"] == []


async def test_no_more_is_asked_for_than_was_said_and_the_next_time_it_goes_on(
    hass: HomeAssistant, running: JellyfinSubtitlesRuntimeData, backlog: list[SimItem]
) -> None:
    await running.requests.set_automatic(False)
    answer = await async_act(hass, SERVICE_SCAN_LIBRARY, dry_run=False, limit=2)
    assert [one["title"] for one in answer["requests"]] == ["Dusk (2020)", "Noon (2020)"]
    assert not answer["is_complete"]
    answer = await async_act(hass, SERVICE_SCAN_LIBRARY, dry_run=False, limit=2)
    assert [one["title"] for one in answer["requests"]] == ["Dawn (2020)"]
    assert answer["is_complete"]


async def test_while_nothing_is_asked_for_by_itself_it_waits_and_is_asked_for_once(
    hass: HomeAssistant, running: JellyfinSubtitlesRuntimeData, backlog: list[SimItem]
) -> None:
    asked = async_capture_events(hass, EVENT_SUBTITLE_REQUESTED)
    requests = running.requests
    await requests.set_automatic(False)
    answer = await async_act(hass, SERVICE_SCAN_LIBRARY, dry_run=False, limit=1)
    assert answer["is_paused"]
    assert requests.waiting == 1
    assert (await async_act(hass, SERVICE_SCAN_LIBRARY, dry_run=False, limit=3))["looked_at"] == 4
    assert requests.waiting == 3
    assert asked == []
    await requests.set_automatic(True)
    await until(lambda: len(asked) == 3)
    assert len({event.data["item_id"] for event in asked}) == 3


async def test_what_was_left_alone_or_is_being_looked_for_is_not_asked_for(
    hass: HomeAssistant, running: JellyfinSubtitlesRuntimeData, provider: SubtitleProvider, backlog: list[SimItem]
) -> None:
    provider.behave("empty")
    await async_act(hass, SERVICE_SCAN_LIBRARY, dry_run=False, limit=2)
    await until(lambda: len(running.ledger.open) == 2)
    await async_act(hass, SERVICE_IGNORE, item_id=backlog[3].item_id)
    answer = await async_act(hass, SERVICE_SCAN_LIBRARY)
    assert [one["title"] for one in answer["requests"]] == ["Dawn (2020)"]


async def test_each_file_of_a_film_is_asked_for_by_itself(
    hass: HomeAssistant, simulator: JellyfinSimulator, backlog: list[SimItem]
) -> None:
    version = simulator.add_version(backlog[2], "4K", streams=WITHOUT, announce=False)
    answer = await async_act(hass, SERVICE_SCAN_LIBRARY)
    assert version.item_id in [one["media_source_id"] for one in answer["requests"]]
    assert backlog[2].item_id not in [one["media_source_id"] for one in answer["requests"]]


async def test_one_library_can_be_named_and_mistakes_are_said(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, series: SimLibrary, backlog: list[SimItem]
) -> None:
    answer = await async_act(hass, SERVICE_SCAN_LIBRARY, library_id=series.library_id)
    assert (answer["looked_at"], answer["requests"], answer["is_complete"]) == (0, [], True)
    answer = await async_act(hass, SERVICE_SCAN_LIBRARY, library_id=films.library_id)
    assert answer["looked_at"] == 4
    error = await async_mistake(hass, SERVICE_SCAN_LIBRARY, library_id="0" * 32)
    assert error.translation_key == "no_such_library"
    await simulator.stop()
    away = await async_failure(hass, SERVICE_SCAN_LIBRARY)
    assert away.translation_key == "server_away"
