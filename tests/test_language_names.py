"""A home that speaks German: languages, and what is said about them, as it reads and writes them."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.jellyfin_subtitles.const import CONF_LANGUAGES, SERVICE_GET_MISSING
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from custom_components.jellyfin_subtitles.engine.languages import LANGUAGES, Language
from custom_components.jellyfin_subtitles.language_names import (
    LanguageSelector,
    as_offered,
    language_meant,
    language_name,
)
from custom_components.jellyfin_subtitles.wording import Wording
from homeassistant.components.todo import TodoServices
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from jellyfin_simulator import JellyfinSimulator, SimLibrary, audio, video

from . import until
from .actions import async_mistake
from .conftest import async_load
from .test_missing import async_do, async_items, count, only
from .test_missing_added import async_write, lines

COVERAGE = "sensor.simulator_abdeckung_portugiesisch_brasilien"
LIST = "todo.simulator_fehlende_untertitel"


@pytest.fixture
async def german(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, entry: MockConfigEntry
) -> JellyfinSubtitlesConfigEntry:
    """Return the loaded entry of a home that speaks German and wants Brazilian subtitles."""
    hass.config.language = "de"
    for module in ("test_missing", "test_missing_added"):
        monkeypatch.setattr(f"tests.{module}.MISSING", LIST)
    await async_load(hass, entry, {CONF_LANGUAGES: ["pt-BR"]})
    return entry


async def test_the_sensor_of_a_language_bears_its_name(
    hass: HomeAssistant, german: JellyfinSubtitlesConfigEntry
) -> None:
    state = hass.states.get(COVERAGE)
    assert state is not None
    assert state.name == "simulator Abdeckung: Portugiesisch (Brasilien)"


async def test_what_is_missing_is_listed_in_sentences_of_this_language(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, german: JellyfinSubtitlesConfigEntry
) -> None:
    simulator.add_film(films, "Night Ferry", year=2021)
    await until(lambda: count(hass) == 1 and only(german).reason)
    await hass.async_block_till_done()

    due = dt_util.as_local(only(german).due)
    [item] = await async_items(hass)
    assert item["summary"] == "Night Ferry (2021) [Portugiesisch (Brasilien)]"
    assert item["description"] == (
        f"Der Benutzer darf Untertitel nicht verwalten. Der nächste Versuch ist am {due:%d.%m.%Y} um {due:%H:%M} Uhr."
    )


async def test_an_item_whose_language_has_another_name_meanwhile_can_still_be_ticked_off(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, german: JellyfinSubtitlesConfigEntry
) -> None:
    simulator.add_film(films, "Night Ferry", year=2021)
    await until(lambda: count(hass) == 1)
    await hass.config.async_update(language="en")
    await hass.async_block_till_done()

    await async_do(hass, TodoServices.UPDATE_ITEM, item=only(german).record_id, status="completed")

    await until(lambda: count(hass) == 0)


@pytest.mark.parametrize(
    ("line", "keys"),
    [
        ("Night Ferry [Deutsch]", {"de"}),
        ("Night Ferry [englisch, portugiesisch (brasilien)]", {"en", "pt-BR"}),
        ("Night Ferry [Französisch, erzwungen]", {"fr;forced"}),
        ("Night Ferry [Dänisch, fur Horgeschadigte]", {"da;sdh"}),
        ("Night Ferry [French, forced, zh-hans]", {"fr;forced", "zh-Hans"}),
    ],
)
async def test_what_is_written_into_the_list_may_be_written_as_it_is_shown_or_in_english(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    german: JellyfinSubtitlesConfigEntry,
    line: str,
    keys: set[str],
) -> None:
    simulator.add_film(films, "Night Ferry", year=2021, streams=(video(), audio("eng")), announce=False)

    await async_write(hass, line)

    await until(lambda: lines(hass, german) == {("Night Ferry (2021)", key) for key in keys})


@pytest.mark.parametrize(
    ("written", "key", "meant"),
    [
        ("Französich", "misspelt_language", {"code": "fr", "name": "Französisch"}),
        ("Frnch", "misspelt_language", {"code": "fr", "name": "Französisch"}),
        ("xyzzy", "unknown_language", {}),
    ],
)
async def test_a_mistake_names_what_may_have_been_meant(
    hass: HomeAssistant, german: JellyfinSubtitlesConfigEntry, written: str, key: str, meant: dict[str, str]
) -> None:
    error = await async_mistake(hass, SERVICE_GET_MISSING, languages=[written])

    assert error.translation_key == key
    assert error.translation_placeholders == {"language": written} | meant


async def test_every_language_can_be_typed_by_its_name(
    hass: HomeAssistant, german: JellyfinSubtitlesConfigEntry
) -> None:
    for language in LANGUAGES:
        name = language_name(hass, language)
        assert language_meant(hass, name) == language_meant(hass, name.upper()) == language


@pytest.mark.parametrize(
    ("sentence", "data", "said"),
    [
        (Wording.added, {"title": "Nebel", "library_name": "Filme"}, "Nebel ist neu in Filme"),
        (
            Wording.added_together,
            {"count": 24, "item_type": "episode", "series_name": "Hafen", "library_names": ["Serien", "Archiv"]},
            "24 Folgen von Hafen sind neu in Serien und Archiv",
        ),
        (
            Wording.wanted,
            {"title": "Nebel", "missing": ["de", "zh-Hans", "?"]},
            "Untertitel gewünscht für Nebel: Deutsch, Chinesisch (vereinfacht), ?",
        ),
        (
            Wording.failed,
            {"title": "Nebel", "language": "fr", "reason": "not_found", "next_attempt": None},
            "Keine Untertitel für Nebel [Französisch]: es wurde nichts gefunden; aufgegeben",
        ),
        # Nobody offers it, and yet it can be asked for.
        (
            Wording.arrived,
            {"title": "Nebel", "language": "en-GB"},
            "Untertitel angekommen für Nebel: English (United Kingdom)",
        ),
    ],
)
async def test_the_logbook_is_written_in_this_language(
    hass: HomeAssistant, german: JellyfinSubtitlesConfigEntry, sentence: Any, data: dict[str, Any], said: str
) -> None:
    assert sentence(Wording(hass), data) == said


async def test_before_its_texts_are_there_a_new_language_is_english(
    hass: HomeAssistant, german: JellyfinSubtitlesConfigEntry
) -> None:
    hass.config.language = "xx"
    assert language_name(hass, Language("de")) == "German"
    assert Wording(hass).arrived({"title": "Fog", "language": "de"}) == "German subtitles arrived for Fog"
    assert language_meant(hass, "german") == Language("de")


def test_a_field_takes_tags_however_they_are_written_and_returns_them_as_the_engine_writes_them() -> None:
    assert LanguageSelector(multiple=True)(["zh-hant", "de", "pt-BR"]) == ["zh-Hant", "de", "pt-BR"]
    assert LanguageSelector(multiple=False)("pt-br") == "pt-BR"


@pytest.mark.parametrize(("multiple", "wrong"), [(True, ["xx"]), (True, "de"), (True, [1]), (False, 1), (False, "xx")])
def test_a_field_refuses_what_is_not_offered(multiple: bool, wrong: object) -> None:
    with pytest.raises(vol.Invalid):
        LanguageSelector(multiple=multiple)(wrong)


def test_a_form_shows_the_languages_that_are_stored_as_its_fields_offer_them() -> None:
    stored = {"languages": ["pt-BR", "de"], "cutoff": "zh-Hant", "name": "Ours", "libraries": ["A"]}
    assert as_offered(stored) == stored | {"languages": ["pt-br", "de"], "cutoff": "zh-hant"}
