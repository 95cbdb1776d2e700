"""The action that requests the subtitles that items lack."""

from dataclasses import replace

import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.jellyfin_subtitles.const import DOMAIN, EVENT_SUBTITLE_REQUESTED, SERVICE_REQUEST_SUBTITLES
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.policy import Household
from custom_components.jellyfin_subtitles.engine.requests import SubtitleRequests
from homeassistant.core import HomeAssistant
from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary, audio, subtitle, video

from . import until
from .actions import async_act, async_mistake

GERMAN = (video(), audio("eng"), subtitle("ger"))


@pytest.fixture
def requests(loaded: JellyfinSubtitlesConfigEntry) -> SubtitleRequests:
    """Return the requests of people who want German, and let them wait."""
    running = loaded.runtime_data
    loaded.runtime_data = replace(running, household=Household((Language("de"),)))
    running.requests.close()
    return running.requests


@pytest.fixture
def show(simulator: JellyfinSimulator, series: SimLibrary) -> SimItem:
    """Return a series without episodes."""
    return simulator.add_series(series, "Harbor Lights", announce=False)


async def test_what_a_film_lacks_is_requested(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, requests: SubtitleRequests
) -> None:
    film = simulator.add_film(films, "Night Ferry", year=2020, announce=False)

    for data in ({"item_id": film.item_id}, {"path": film.path}):
        answer = await async_act(hass, SERVICE_REQUEST_SUBTITLES, **data)
        asked = {"item_id": film.item_id, "media_source_id": film.item_id, "missing": ["de"]}
        (request,) = answer["requests"]
        assert request == asked | {"request_id": request["request_id"], "title": "Night Ferry (2020)"}
        assert (answer["items"], answer["satisfied"]) == (1, 0)
    assert requests.waiting


async def test_a_request_is_fired_with_its_reason(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, requests: SubtitleRequests
) -> None:
    film = simulator.add_film(films, "Night Ferry", year=2020, announce=False)
    events = async_capture_events(hass, EVENT_SUBTITLE_REQUESTED)

    (request,) = (await async_act(hass, SERVICE_REQUEST_SUBTITLES, item_id=film.item_id))["requests"]
    requests.open()
    await until(lambda: events)

    (event,) = events
    assert request.items() <= event.data.items()
    assert (event.data["reason"], event.data["source"], event.data["missing"]) == ("action", "action", ["de"])


async def test_each_version_is_requested_for_itself(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, requests: SubtitleRequests
) -> None:
    film = simulator.add_film(films, "Night Ferry", year=2020, streams=GERMAN, announce=False)
    version = simulator.add_version(film, "4K", announce=False)

    for item_id in (film.item_id, version.item_id):
        answer = await async_act(hass, SERVICE_REQUEST_SUBTITLES, item_id=item_id)
        (request,) = answer["requests"]
        assert request["media_source_id"] == version.item_id
        assert (answer["items"], answer["satisfied"]) == (1, 0)


async def test_all_episodes_of_a_series_or_a_season_are_looked_at(
    hass: HomeAssistant, simulator: JellyfinSimulator, show: SimItem, requests: SubtitleRequests
) -> None:
    german = simulator.add_episode(show, 1, 1, streams=GERMAN, announce=False)
    english = [simulator.add_episode(show, season, 2, announce=False) for season in (1, 2)]
    simulator.add_episode(show, 1, 3, virtual=True, announce=False)
    assert german.season is not None

    for data in ({"item_id": show.item_id}, {"path": show.path}):
        answer = await async_act(hass, SERVICE_REQUEST_SUBTITLES, **data)
        assert {request["item_id"] for request in answer["requests"]} == {row.item_id for row in english}
        assert (answer["items"], answer["satisfied"]) == (3, 1)
    answer = await async_act(hass, SERVICE_REQUEST_SUBTITLES, item_id=german.season.item_id)
    assert [request["title"] for request in answer["requests"]] == ["Harbor Lights S01E02 · Episode 2"]
    assert (answer["items"], answer["satisfied"]) == (2, 1)


async def test_what_is_satisfied_is_not_requested(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, requests: SubtitleRequests
) -> None:
    film = simulator.add_film(films, "Night Ferry", streams=GERMAN, announce=False)

    answer = await async_act(hass, SERVICE_REQUEST_SUBTITLES, item_id=film.item_id)

    assert answer == {"requests": [], "items": 1, "satisfied": 1}
    assert not requests.waiting


async def test_languages_may_be_named_for_once(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, requests: SubtitleRequests
) -> None:
    film = simulator.add_film(films, "Night Ferry", streams=GERMAN, announce=False)

    data = {"item_id": film.item_id, "languages": ["pob", "de", "fre", "fr"]}
    (request,) = (await async_act(hass, SERVICE_REQUEST_SUBTITLES, **data))["requests"]
    assert request["missing"] == ["pt-BR", "fr"]


async def test_it_needs_no_answer(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, requests: SubtitleRequests
) -> None:
    film = simulator.add_film(films, "Night Ferry", announce=False)

    await hass.services.async_call(DOMAIN, SERVICE_REQUEST_SUBTITLES, {"item_id": film.item_id}, blocking=True)

    assert requests.waiting == 1


async def test_what_has_no_file_needs_no_subtitles(
    hass: HomeAssistant, simulator: JellyfinSimulator, show: SimItem, requests: SubtitleRequests
) -> None:
    missing = simulator.add_episode(show, 1, 3, virtual=True, announce=False)

    for item_id in (missing.item_id, show.item_id):
        error = await async_mistake(hass, SERVICE_REQUEST_SUBTITLES, item_id=item_id)
        assert error.translation_key == "item_without_file"


async def test_what_cannot_have_subtitles_is_refused(
    hass: HomeAssistant, films: SimLibrary, requests: SubtitleRequests
) -> None:
    error = await async_mistake(hass, SERVICE_REQUEST_SUBTITLES, item_id=films.library_id)

    assert error.translation_key == "not_film_or_episode"


async def test_somebody_has_to_want_something(
    hass: HomeAssistant, films: SimLibrary, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    loaded.runtime_data = replace(loaded.runtime_data, household=Household())

    error = await async_mistake(hass, SERVICE_REQUEST_SUBTITLES, item_id=films.library_id)

    assert error.translation_key == "no_language_wanted"
