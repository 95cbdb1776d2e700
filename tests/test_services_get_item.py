"""The action that tells what Jellyfin has of an item."""

from dataclasses import replace

import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.jellyfin_subtitles.const import DOMAIN, EVENT_MEDIA_ADDED, SERVICE_GET_ITEM
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.policy import Household
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from jellyfin_simulator import JellyfinSimulator, SimLibrary, audio, subtitle, video

from . import until
from .actions import async_act, async_mistake

NOWHERE = "5f2b8d1c0a9e4c6fb1d2e3f405162738"


@pytest.fixture
def household(loaded: JellyfinSubtitlesConfigEntry) -> None:
    """Let people want German and Brazilian Portuguese."""
    wanted = Household((Language("de"), Language("pt", "BR")))
    loaded.runtime_data = replace(loaded.runtime_data, household=wanted)


async def test_it_tells_what_the_event_told_and_what_each_file_lacks(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, household: None
) -> None:
    events = async_capture_events(hass, EVENT_MEDIA_ADDED)
    film = simulator.add_film(films, "Night Ferry", year=2020, provider_ids={"Imdb": "tt9000001"})
    await until(lambda: events)
    version = simulator.add_version(film, "4K", streams=(video(3840), audio("eng"), subtitle("ger")), announce=False)

    answer = await async_act(hass, SERVICE_GET_ITEM, item_id=film.item_id)

    told = events[0].data
    different = {"source", "seen_at", "announced_at", "missing_languages"}
    assert set(answer) == {*told, "versions"}
    assert {key: answer[key] for key in set(told) - different} == {key: told[key] for key in set(told) - different}
    assert (answer["source"], answer["missing_languages"]) == ("action", ["de", "pt-BR"])
    assert (answer["library_id"], answer["library_name"]) == (films.library_id, "Films")
    own = {"missing": ["de", "pt-BR"], "present": ["en"], "translatable_from": ["en"]}
    other = {"missing": ["pt-BR"], "present": ["de"], "translatable_from": ["de"]}
    assert answer["versions"] == [
        {"media_source_id": film.item_id, "path": film.path} | own,
        {"media_source_id": version.item_id, "path": version.path} | other,
    ]


async def test_an_id_may_have_dashes_and_a_path_will_do(
    hass: HomeAssistant, simulator: JellyfinSimulator, series: SimLibrary, household: None
) -> None:
    episode = simulator.add_episode(simulator.add_series(series, "Harbor Lights"), 1, 2, "Fog", announce=False)
    parts = (episode.item_id[:8], *(episode.item_id[start : start + 4] for start in (8, 12, 16)), episode.item_id[20:])

    for data in ({"item_id": "-".join(parts).upper()}, {"item_id": episode.item_id}, {"path": f"{episode.path} "}):
        answer = await async_act(hass, SERVICE_GET_ITEM, **data)
        assert answer["item_id"] == episode.item_id
        assert answer["title"] == "Harbor Lights S01E02 · Fog"


async def test_the_library_is_told_only_where_it_is_known(
    hass: HomeAssistant, simulator: JellyfinSimulator, series: SimLibrary, household: None
) -> None:
    episode = simulator.add_episode(simulator.add_series(series, "Harbor Lights"), 1, 2, announce=False)

    answer = await async_act(hass, SERVICE_GET_ITEM, item_id=episode.item_id)
    assert (answer["library_id"], answer["library_name"]) == (None, None)

    await async_act(hass, SERVICE_GET_ITEM, path=episode.path)
    answer = await async_act(hass, SERVICE_GET_ITEM, item_id=episode.item_id)
    assert (answer["library_id"], answer["library_name"]) == (series.library_id, "Series")


async def test_without_wanted_languages_nothing_is_missing(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    loaded.runtime_data = replace(loaded.runtime_data, household=Household())
    film = simulator.add_film(films, "Night Ferry", announce=False)

    answer = await async_act(hass, SERVICE_GET_ITEM, item_id=film.item_id)

    assert answer["missing_languages"] == answer["versions"][0]["missing"] == []
    assert answer["versions"][0]["present"] == ["en"]


async def test_it_gives_its_answer_or_is_not_called_at_all(hass: HomeAssistant, household: None) -> None:
    with pytest.raises(ServiceValidationError):
        await hass.services.async_call(DOMAIN, SERVICE_GET_ITEM, {"item_id": NOWHERE}, blocking=True)


async def test_one_item_is_named_in_one_way(hass: HomeAssistant, household: None) -> None:
    for data in ({}, {"item_id": NOWHERE, "path": "/media/film.mkv"}):
        error = await async_mistake(hass, SERVICE_GET_ITEM, **data)
        assert error.translation_key == "item_or_path"


@pytest.mark.parametrize("item_id", ["", "film", "0" * 32, f"{NOWHERE}0", "tt0111161"])
async def test_what_is_no_id_is_said_to_be_none(item_id: str, hass: HomeAssistant, household: None) -> None:
    error = await async_mistake(hass, SERVICE_GET_ITEM, item_id=item_id)

    assert error.translation_key == "not_an_id"


async def test_an_item_that_the_user_does_not_see_is_not_found(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, household: None
) -> None:
    film = simulator.add_film(films, "Night Ferry", announce=False)
    account = simulator.core.accounts.by_name("alex")
    assert account is not None
    simulator.set_policy(account, EnableAllFolders=False, EnabledFolders=[])

    for item_id in (NOWHERE, film.item_id):
        error = await async_mistake(hass, SERVICE_GET_ITEM, item_id=item_id)
        assert error.translation_key == "item_not_found"
        assert item_id in str(error)


async def test_a_path_has_to_be_as_jellyfin_sees_it(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, household: None
) -> None:
    film = simulator.add_film(films, "Night Ferry", announce=False)

    error = await async_mistake(hass, SERVICE_GET_ITEM, path=f"/mnt{film.path}")

    assert error.translation_key == "path_not_found"
    assert f"/mnt{film.path}" in str(error)


async def test_what_is_no_film_and_no_episode_is_refused_with_a_way_out(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, series: SimLibrary, household: None
) -> None:
    show = simulator.add_series(series, "Harbor Lights", announce=False)
    episode = simulator.add_episode(show, 1, 1, announce=False)
    trailer = simulator.add_film(films, "A word about it", extra_type="Trailer", announce=False)
    assert episode.season is not None

    for item_id in (show.item_id, episode.season.item_id):
        error = await async_mistake(hass, SERVICE_GET_ITEM, item_id=item_id)
        assert error.translation_key == "item_has_episodes"
        assert "jellyfin_subtitles.request_subtitles" in str(error)
    for item_id, kind in ((films.library_id, "CollectionFolder"), (trailer.item_id, "Trailer")):
        error = await async_mistake(hass, SERVICE_GET_ITEM, item_id=item_id)
        assert error.translation_key == "not_film_or_episode"
        assert kind in str(error)
