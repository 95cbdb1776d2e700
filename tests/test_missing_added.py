"""Writing into the list of what is missing: that asks for subtitles."""

import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.jellyfin_subtitles.const import DOMAIN, EVENT_SUBTITLE_REQUESTED
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from custom_components.jellyfin_subtitles.engine import lookup
from homeassistant.components.todo import DOMAIN as TODO_DOMAIN, TodoServices
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary, audio, subtitle, video

from . import until

MISSING = "todo.simulator_missing_subtitles"
WITHOUT = (video(), audio("eng"))


@pytest.fixture
def film(simulator: JellyfinSimulator, films: SimLibrary, loaded: JellyfinSubtitlesConfigEntry) -> SimItem:
    """Return a film that nobody has asked for, beside others whose names are like its own."""
    simulator.add_film(films, "Night Ferry II", year=2023, streams=WITHOUT, announce=False)
    simulator.add_film(films, "The Night Ferry", year=2021, streams=WITHOUT, announce=False)
    return simulator.add_film(films, "Night Ferry", year=2021, streams=WITHOUT, announce=False)


@pytest.fixture
def episodes(
    simulator: JellyfinSimulator, series: SimLibrary, loaded: JellyfinSubtitlesConfigEntry
) -> tuple[SimItem, SimItem]:
    """Return the two episodes of a series."""
    show = simulator.add_series(series, "Harbor Lights", announce=False)
    first = simulator.add_episode(show, 1, 1, "Ebb", streams=WITHOUT, announce=False)
    return first, simulator.add_episode(show, 1, 2, "Flow", streams=WITHOUT, announce=False)


async def async_write(hass: HomeAssistant, line: str) -> None:
    """Add an item to the list, as people do."""
    data = {ATTR_ENTITY_ID: MISSING, "item": line}
    await hass.services.async_call(TODO_DOMAIN, TodoServices.ADD_ITEM, data, blocking=True)


async def async_mistake(hass: HomeAssistant, line: str) -> ServiceValidationError:
    """Write what a person has to mend, and return what is said about it."""
    with pytest.raises(ServiceValidationError) as error:
        await async_write(hass, line)
    assert error.value.translation_domain == DOMAIN
    assert "{" not in str(error.value)
    assert str(error.value) != error.value.translation_key
    return error.value


def lines(hass: HomeAssistant, entry: JellyfinSubtitlesConfigEntry) -> set[tuple[str, str]]:
    """Return what is being looked for: titles and wants."""
    return {(one.title, one.want.key) for one in entry.runtime_data.ledger.open.values()}


@pytest.mark.parametrize(
    ("line", "keys"),
    [
        ("Night Ferry", {"en"}),
        ("night ferry (2021)", {"en"}),
        ("Night Ferry [de]", {"de"}),
        ("Night Ferry (2021) [German, forced, pt-BR]", {"de;forced", "pt-BR"}),
    ],
)
async def test_a_film_is_asked_for(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry, film: SimItem, line: str, keys: set[str]
) -> None:
    asked = async_capture_events(hass, EVENT_SUBTITLE_REQUESTED)
    await async_write(hass, line)
    await until(lambda: lines(hass, loaded) == {("Night Ferry (2021)", key) for key in keys})
    assert [(event.data["item_id"], event.data["reason"]) for event in asked] == [(film.item_id, "action")]
    await hass.async_block_till_done()
    state = hass.states.get(MISSING)
    assert state is not None
    assert state.state == str(len(keys))


@pytest.mark.parametrize(
    ("line", "titles"),
    [
        ("Harbor Lights S01E02 [de]", {"Harbor Lights S01E02 · Flow"}),
        ("Harbor Lights / S01E01 [de]", {"Harbor Lights S01E01 · Ebb"}),
        ("Harbor Lights S01 [de]", {"Harbor Lights S01E01 · Ebb", "Harbor Lights S01E02 · Flow"}),
        ("Harbor Lights [de]", {"Harbor Lights S01E01 · Ebb", "Harbor Lights S01E02 · Flow"}),
    ],
)
async def test_an_episode_or_a_whole_series_is_asked_for(
    hass: HomeAssistant,
    loaded: JellyfinSubtitlesConfigEntry,
    episodes: tuple[SimItem, SimItem],
    line: str,
    titles: set[str],
) -> None:
    await async_write(hass, line)
    await until(lambda: lines(hass, loaded) == {(title, "de") for title in titles})


async def test_a_name_is_found_among_many_that_contain_it(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    loaded: JellyfinSubtitlesConfigEntry,
    film: SimItem,
) -> None:
    monkeypatch.setattr(lookup, "NAMED_PAGE", 1)
    await async_write(hass, "Night Ferry [de]")
    await until(lambda: lines(hass, loaded) == {("Night Ferry (2021)", "de")})


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("[de]", "wish_unreadable"),
        ("Day Ferry [de]", "wish_not_found"),
        ("Harbor Lights S09E09 [de]", "wish_not_found"),
        ("Night Ferry [germn]", "misspelt_language"),
        ("Night Ferry [xyzzy]", "unknown_language"),
    ],
)
async def test_a_mistake_is_explained_and_asks_for_nothing(
    hass: HomeAssistant,
    loaded: JellyfinSubtitlesConfigEntry,
    film: SimItem,
    episodes: tuple[SimItem, SimItem],
    line: str,
    key: str,
) -> None:
    assert (await async_mistake(hass, line)).translation_key == key
    assert loaded.runtime_data.requests.waiting == 0


async def test_where_several_have_that_name_each_is_told(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, film: SimItem
) -> None:
    other = simulator.add_film(films, "Night Ferry", year=1950, streams=WITHOUT, announce=False)
    error = await async_mistake(hass, "Night Ferry [de]")
    assert error.translation_key == "wish_ambiguous"
    assert str(film.path) in str(error)
    assert str(other.path) in str(error)
    await async_write(hass, "Night Ferry (1950) [de]")


async def test_where_two_series_have_that_name_each_episode_is_told(
    hass: HomeAssistant, simulator: JellyfinSimulator, series: SimLibrary, episodes: tuple[SimItem, SimItem]
) -> None:
    show = simulator.add_series(series, "Harbor Lights", path="/media/series/Harbor Lights (1994)", announce=False)
    other = simulator.add_episode(show, 1, 2, "Slack", streams=WITHOUT, announce=False)
    error = await async_mistake(hass, "Harbor Lights S01E02 [de]")
    assert error.translation_key == "wish_ambiguous"
    assert str(other.path) in str(error)


async def test_what_is_there_already_is_said_to_be(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, film: SimItem
) -> None:
    simulator.add_film(films, "Served", streams=(video(), subtitle("ger")), announce=False)
    assert (await async_mistake(hass, "Served [de]")).translation_key == "wish_fulfilled"


async def test_without_languages_somebody_has_to_want_some(
    hass: HomeAssistant, entry: JellyfinSubtitlesConfigEntry, film: SimItem
) -> None:
    hass.config_entries.async_update_entry(entry, options={"languages": []})
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert (await async_mistake(hass, "Night Ferry")).translation_key == "no_language_wanted"


async def test_a_server_that_is_away_is_said_to_be(
    hass: HomeAssistant, simulator: JellyfinSimulator, film: SimItem
) -> None:
    await simulator.stop()
    with pytest.raises(HomeAssistantError) as error:
        await async_write(hass, "Night Ferry [de]")
    assert error.value.translation_key == "server_away"
