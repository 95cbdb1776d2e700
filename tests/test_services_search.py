"""The action that tells what the server's providers have."""

import pytest

from custom_components.jellyfin_subtitles.const import SERVICE_SEARCH
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from homeassistant.core import HomeAssistant
from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary, SimUser, SubtitleProvider, audio, subtitle, video

from .actions import async_act, async_failure, async_mistake


@pytest.fixture
def provider(simulator: JellyfinSimulator, user: SimUser) -> SubtitleProvider:
    """Return a provider that has two files in English, and one in German."""
    simulator.set_policy(user, EnableSubtitleManagement=True)
    provider = simulator.add_subtitle_provider()
    provider.offer("eng", name="seldom", downloads=2)
    provider.offer("eng", name="often", downloads=900)
    provider.offer("ger", name="deutsch")
    return provider


@pytest.fixture
def film(simulator: JellyfinSimulator, films: SimLibrary, loaded: JellyfinSubtitlesConfigEntry) -> SimItem:
    """Return a film of which nobody has heard yet."""
    return simulator.add_film(films, "Night Ferry", year=2021, streams=(video(), audio("eng")), announce=False)


async def test_what_a_file_lacks_is_searched_for_and_nothing_of_it_is_fetched(
    hass: HomeAssistant, simulator: JellyfinSimulator, provider: SubtitleProvider, film: SimItem
) -> None:
    answer = await async_act(hass, SERVICE_SEARCH, item_id=film.item_id)
    assert (answer["item_id"], answer["title"]) == (film.item_id, "Night Ferry (2021)")
    (search,) = answer["searches"]
    assert (search["media_source_id"], search["language"], search["reason"]) == (film.item_id, "en", None)
    assert [one["name"] for one in search["candidates"]] == ["often", "seldom"]
    best = search["candidates"][0]
    assert (best["provider"], best["downloads"], best["is_forced"]) == (provider.name, 900, False)
    # It still lacks the same.
    assert await async_act(hass, SERVICE_SEARCH, item_id=film.item_id) == answer


async def test_of_languages_that_are_named_all_is_told_even_where_the_file_has_them(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, provider: SubtitleProvider, film: SimItem
) -> None:
    have = simulator.add_film(films, "Day Ferry", streams=(video(), subtitle("ger"), subtitle("eng")), announce=False)
    assert (await async_act(hass, SERVICE_SEARCH, item_id=have.item_id))["searches"] == []
    answer = await async_act(hass, SERVICE_SEARCH, item_id=have.item_id, languages=["de", "fr"])
    assert [
        (search["language"], [one["name"] for one in search["candidates"]], search["reason"])
        for search in answer["searches"]
    ] == [("de", ["deutsch"], None), ("fr", [], None)]


async def test_each_version_of_a_film_is_searched_for(
    hass: HomeAssistant, simulator: JellyfinSimulator, provider: SubtitleProvider, film: SimItem
) -> None:
    simulator.add_version(film, "4K", streams=(video(3840), audio("eng")), announce=False)
    answer = await async_act(hass, SERVICE_SEARCH, item_id=film.item_id)
    sources = [search["media_source_id"] for search in answer["searches"]]
    assert len(sources) == 2
    assert film.item_id in sources


async def test_why_nothing_can_be_searched_for_is_told_in_the_words_of_the_failures(
    hass: HomeAssistant, simulator: JellyfinSimulator, user: SimUser, film: SimItem
) -> None:
    simulator.set_policy(user, EnableSubtitleManagement=True)
    (search,) = (await async_act(hass, SERVICE_SEARCH, item_id=film.item_id))["searches"]
    assert (search["candidates"], search["reason"]) == ([], "no_provider")
    simulator.set_policy(user, EnableSubtitleManagement=False)
    (search,) = (await async_act(hass, SERVICE_SEARCH, item_id=film.item_id))["searches"]
    assert (search["candidates"], search["reason"]) == ([], "no_right")


async def test_a_series_a_misspelt_language_and_a_server_that_is_away_are_said(
    hass: HomeAssistant, simulator: JellyfinSimulator, series: SimLibrary, film: SimItem
) -> None:
    show = simulator.add_series(series, "Harbor Lights", announce=False)
    error = await async_mistake(hass, SERVICE_SEARCH, item_id=show.item_id)
    assert error.translation_key == "item_has_episodes"
    error = await async_mistake(hass, SERVICE_SEARCH, item_id=film.item_id, languages=["germn"])
    assert error.translation_key == "misspelt_language"
    await simulator.stop()
    error_of_server = await async_failure(hass, SERVICE_SEARCH, item_id=film.item_id)
    assert error_of_server.translation_key == "server_away"
