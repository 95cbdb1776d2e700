"""The action that tells which of the newest items lack a language."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import voluptuous as vol

from custom_components.jellyfin_subtitles.const import SERVICE_GET_MISSING
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.libraries import Libraries
from custom_components.jellyfin_subtitles.engine.policy import Household
from homeassistant.core import HomeAssistant
from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary, audio, subtitle, video

from .actions import async_act, async_mistake

GERMAN = (video(), audio("eng"), subtitle("ger"))


@pytest.fixture
def household(loaded: JellyfinSubtitlesConfigEntry) -> None:
    """Let people want German."""
    loaded.runtime_data = replace(loaded.runtime_data, household=Household((Language("de"),)))


def age(item: SimItem, days: int) -> SimItem:
    """Let a file be that old."""
    item.created = (datetime.now(UTC) - timedelta(days=days)).timestamp()
    return item


@pytest.fixture
def rows(simulator: JellyfinSimulator, films: SimLibrary, series: SimLibrary) -> dict[str, SimItem]:
    """Return items of one to five days of age; those that are odd have German subtitles."""
    show = simulator.add_series(series, "Harbor Lights", announce=False)
    return {
        "1": age(simulator.add_film(films, "One", streams=GERMAN, announce=False), 1),
        "2": age(simulator.add_episode(show, 1, 2, announce=False), 2),
        "3": age(simulator.add_film(films, "Three", streams=GERMAN, announce=False), 3),
        "4": age(simulator.add_film(films, "Four", announce=False), 4),
        "5": age(simulator.add_film(films, "Five", streams=GERMAN, announce=False), 5),
    }


async def test_what_lacks_a_wanted_language_is_told_newest_first(
    hass: HomeAssistant, rows: dict[str, SimItem], household: None
) -> None:
    answer = await async_act(hass, SERVICE_GET_MISSING)

    assert [item["item_id"] for item in answer["items"]] == [rows["2"].item_id, rows["4"].item_id]
    assert [item["library_name"] for item in answer["items"]] == ["Series", "Films"]
    assert (answer["looked_at"], answer["start"], answer["next_start"]) == (5, 0, None)
    assert answer["items"][1]["versions"] == [
        {
            "media_source_id": rows["4"].item_id,
            "path": rows["4"].path,
            "missing": ["de"],
            "present": ["en"],
            "translatable_from": ["en"],
        }
    ]
    assert answer["items"][1]["missing_languages"] == ["de"]


async def test_pages_are_turned_in_each_library(
    hass: HomeAssistant, simulator: JellyfinSimulator, rows: dict[str, SimItem], household: None
) -> None:
    found: list[str] = []
    looked_at = 0
    start: int | None = 0
    simulator.journal.clear()

    while start is not None:
        answer = await async_act(hass, SERVICE_GET_MISSING, start=start, limit=2, languages="fr")
        assert answer["start"] == start
        start = answer["next_start"]
        looked_at += answer["looked_at"]
        found += [item["item_id"] for item in answer["items"]]

    assert looked_at == len(rows)
    assert sorted(found) == sorted(row.item_id for row in rows.values())
    # Two pages of two libraries, of which one is empty.
    assert simulator.journal.count(path_prefix="/Items") == 4


async def test_languages_may_be_named_for_once(hass: HomeAssistant, rows: dict[str, SimItem], household: None) -> None:
    answer = await async_act(hass, SERVICE_GET_MISSING, languages=["ENG", "en"])

    assert {item["item_id"] for item in answer["items"]} == {rows[key].item_id for key in "135"}
    assert answer["items"][0]["versions"][0]["missing"] == ["en"]


async def test_one_library_may_be_named_watched_or_not(
    hass: HomeAssistant,
    series: SimLibrary,
    rows: dict[str, SimItem],
    loaded: JellyfinSubtitlesConfigEntry,
    household: None,
) -> None:
    loaded.runtime_data = replace(loaded.runtime_data, libraries=Libraries(frozenset()))
    assert (await async_act(hass, SERVICE_GET_MISSING))["looked_at"] == 0

    answer = await async_act(hass, SERVICE_GET_MISSING, library_id=series.library_id.upper())

    (episode,) = answer["items"]
    assert (episode["item_id"], episode["library_name"]) == (rows["2"].item_id, "Series")


async def test_a_library_that_the_user_does_not_see_is_named_with_those_it_sees(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, household: None
) -> None:
    music = simulator.add_library("Music", "music", announce=False)

    for library_id in (music.library_id, "Films", "5f2b8d1c0a9e4c6fb1d2e3f405162738"):
        error = await async_mistake(hass, SERVICE_GET_MISSING, library_id=library_id)
        assert error.translation_key == "no_such_library"
        assert library_id in str(error)
        assert f"Films ({films.library_id})" in str(error)
        assert "Music" not in str(error)
    simulator.remove_library(films)
    assert "–" in str(await async_mistake(hass, SERVICE_GET_MISSING, library_id=films.library_id))


async def test_a_household_that_wants_no_films_is_told_of_none(
    hass: HomeAssistant, rows: dict[str, SimItem], loaded: JellyfinSubtitlesConfigEntry
) -> None:
    loaded.runtime_data = replace(loaded.runtime_data, household=Household((Language("de"),), films=False))

    answer = await async_act(hass, SERVICE_GET_MISSING)

    assert answer["looked_at"] == 1


async def test_somebody_has_to_want_something(hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry) -> None:
    loaded.runtime_data = replace(loaded.runtime_data, household=Household())

    for error in (
        await async_mistake(hass, SERVICE_GET_MISSING),
        await async_mistake(hass, SERVICE_GET_MISSING, languages=[]),
    ):
        assert error.translation_key == "no_language_wanted"


@pytest.mark.parametrize(
    ("written", "key", "said"),
    [
        ("Germn", "misspelt_language", "de"),
        ("Portugese (Brasil)", "misspelt_language", "pt-BR"),
        ("gb", "misspelt_language", "en"),
        ("§$%&", "unknown_language", "§$%&"),
    ],
)
async def test_a_mistyped_language_is_named_with_the_nearest(
    written: str, key: str, said: str, hass: HomeAssistant, household: None
) -> None:
    error = await async_mistake(hass, SERVICE_GET_MISSING, languages=["en", written])

    assert error.translation_key == key
    assert f"{written} is not" in str(error)
    assert said in str(error)


@pytest.mark.parametrize("data", [{"limit": 0}, {"limit": 101}, {"start": -1}, {"limit": "many"}, {"nonsense": 1}])
async def test_a_page_has_its_limits(data: dict[str, object], hass: HomeAssistant, household: None) -> None:
    with pytest.raises(vol.Invalid):
        await async_act(hass, SERVICE_GET_MISSING, **data)
