"""The dialog that changes the options: each page saves what stands on it, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events, async_fire_time_changed

from custom_components.jellyfin_subtitles.const import EVENT_MEDIA_ADDED
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from custom_components.jellyfin_subtitles.engine.models import ListenerState
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.util import dt as dt_util
from jellyfin_simulator import JellyfinSimulator, SimLibrary
from jellyfin_simulator.accounts import SimUser

from . import until
from .conftest import async_load
from .dialog import suggested
from .option_pages import end, open_page, save, submit

MEDIA = {"all_libraries": True, "libraries": [], "languages": ["de"], "films": True, "episodes": True}
PACE = {
    "flood_limit": 50,
    "fallback_sync": True,
    "fallback_sync_hours": 6,
    "reconnect_minimum": 5,
    "reconnect_maximum": 30,
}


async def settle(entry: JellyfinSubtitlesConfigEntry) -> None:
    """Wait until the entry is up to date, and listens."""
    running = entry.runtime_data
    await until(lambda: running.catch_up.last and running.listener.status.state is ListenerState.CONNECTED)


def offered(result: ConfigFlowResult, field: str) -> dict[str, str]:
    """Return what can be chosen, with its names."""
    schema = result["data_schema"]
    assert schema is not None
    return {option["value"]: option["label"] for option in schema.schema[field].config["options"]}


async def test_the_first_page_shows_what_counts_while_nothing_was_chosen(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry, films: SimLibrary, series: SimLibrary
) -> None:
    hass.config.language = "pt-BR"

    result = await open_page(hass, loaded, "media")

    assert result["step_id"] == "media"
    assert suggested(result) == {"all_libraries": True, "languages": ["pt-br"], "films": True, "episodes": True}
    assert offered(result, "libraries") == {films.library_id: "Films", series.library_id: "Series"}
    schema = result["data_schema"]
    assert schema is not None
    languages = schema.schema["languages"].config
    # The reader's browser names them and sorts them.
    assert (languages["translation_key"], languages["sort"]) == ("language", True)
    assert "pt-br" in languages["options"]


async def test_the_second_page_shows_what_counts_while_nothing_was_chosen(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    result = await open_page(hass, loaded, "pace")

    assert suggested(result) == {
        "flood_limit": 20,
        "fallback_sync": True,
        "fallback_sync_hours": 24,
        "reconnect_minimum": 2,
        "reconnect_maximum": 300,
    }


async def test_each_page_saves_its_own_and_keeps_the_others(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry, films: SimLibrary
) -> None:
    await save(hass, loaded, "media", MEDIA | {"all_libraries": False, "libraries": [films.library_id]})
    media = {"libraries": [films.library_id], "languages": ["de"], "films": True, "episodes": True}
    assert loaded.options == media

    await save(hass, loaded, "pace", PACE | {"flood_limit": 50.0})
    assert loaded.options == {**media, **PACE}
    assert type(loaded.options["flood_limit"]) is int
    assert suggested(await open_page(hass, loaded, "pace")) == PACE

    await save(hass, loaded, "media", MEDIA | {"languages": ["fr", "zh-Hant"], "films": False})
    assert loaded.options == {**PACE, "languages": ["fr", "zh-Hant"], "films": False, "episodes": True}
    assert suggested(await open_page(hass, loaded, "media"))["languages"] == ["fr", "zh-hant"]


async def test_wanting_no_language_is_a_choice(hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry) -> None:
    await save(hass, loaded, "media", {key: value for key, value in MEDIA.items() if key != "languages"})

    assert loaded.options["languages"] == []
    assert suggested(await open_page(hass, loaded, "media"))["languages"] == []


@pytest.mark.parametrize(
    ("mistake", "errors"),
    [
        ({"all_libraries": False}, {"libraries": "no_library_chosen"}),
        ({"films": False, "episodes": False}, {"base": "no_kind_chosen"}),
        (
            {"all_libraries": False, "films": False, "episodes": False},
            {"libraries": "no_library_chosen", "base": "no_kind_chosen"},
        ),
    ],
)
async def test_a_choice_of_nothing_can_be_corrected(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry, mistake: dict[str, Any], errors: dict[str, str]
) -> None:
    result = await submit(hass, await open_page(hass, loaded, "media"), MEDIA | mistake)

    assert (result["type"], result["step_id"], result["errors"]) == (FlowResultType.FORM, "media", errors)
    assert suggested(result) == MEDIA | mistake
    assert loaded.options == {}
    await end(hass, loaded, result, MEDIA)
    assert loaded.options == {"languages": ["de"], "films": True, "episodes": True}


async def test_the_longest_wait_is_no_shorter_than_the_shortest(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    wrong = PACE | {"reconnect_minimum": 31, "reconnect_maximum": 30}

    result = await submit(hass, await open_page(hass, loaded, "pace"), wrong)

    assert (result["step_id"], result["errors"]) == ("pace", {"reconnect_maximum": "maximum_below_minimum"})
    assert suggested(result) == wrong
    await end(hass, loaded, result, PACE | {"reconnect_minimum": 30})
    assert loaded.options == PACE | {"reconnect_minimum": 30}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("flood_limit", 1),
        ("flood_limit", 501),
        ("fallback_sync_hours", 0),
        ("fallback_sync_hours", 169),
        ("reconnect_minimum", 0),
        ("reconnect_minimum", 61),
        ("reconnect_maximum", 29),
        ("reconnect_maximum", 3601),
    ],
)
async def test_a_number_stays_within_its_limits(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry, field: str, value: int
) -> None:
    result = await open_page(hass, loaded, "pace")

    with pytest.raises(InvalidData) as refused:
        await submit(hass, result, PACE | {field: value})

    assert set(refused.value.schema_errors) == {field}
    await end(hass, loaded, result, PACE)


async def test_while_the_server_is_away_the_choice_of_libraries_stays(
    hass: HomeAssistant, simulator: JellyfinSimulator, loaded: JellyfinSubtitlesConfigEntry, films: SimLibrary
) -> None:
    await save(hass, loaded, "media", MEDIA | {"all_libraries": False, "libraries": [films.library_id]})
    await simulator.kill()

    result = await open_page(hass, loaded, "media")

    assert result["step_id"] == "media_without_libraries"
    placeholders = result["description_placeholders"]
    assert placeholders is not None
    assert placeholders["reason"]
    nothing = {"languages": ["fr"], "films": False, "episodes": False}
    result = await submit(hass, result, nothing)
    assert (result["step_id"], result["errors"]) == ("media_without_libraries", {"base": "no_kind_chosen"})
    assert suggested(result) == nothing
    chosen = {"languages": ["fr"], "films": True, "episodes": False}
    await end(hass, loaded, result, chosen)
    assert loaded.options == {"libraries": [films.library_id], **chosen}

    await simulator.start()
    assert suggested(await open_page(hass, loaded, "media"))["libraries"] == [films.library_id]


async def test_options_can_be_changed_while_the_entry_is_not_loaded(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)
    simulator.revoke_token(entry.data["token"])

    result = await open_page(hass, entry, "media")

    assert result["step_id"] == "media_without_libraries"
    result = await submit(hass, result, {"languages": ["de"], "films": True, "episodes": True})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options["languages"] == ["de"]
    await hass.async_block_till_done()


async def test_a_library_that_cannot_be_seen_any_more_can_be_dropped_or_kept(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    loaded: JellyfinSubtitlesConfigEntry,
    user: SimUser,
    films: SimLibrary,
    series: SimLibrary,
) -> None:
    both = [films.library_id, series.library_id]
    await save(hass, loaded, "media", MEDIA | {"all_libraries": False, "libraries": both})
    simulator.set_policy(user, EnableAllFolders=False, EnabledFolders=[films.library_id])

    result = await open_page(hass, loaded, "media")

    assert offered(result, "libraries") == {films.library_id: "Films", series.library_id: series.library_id}
    assert suggested(result)["libraries"] == both
    await end(hass, loaded, result, suggested(result))
    assert loaded.options["libraries"] == both
    await save(hass, loaded, "media", MEDIA | {"all_libraries": False, "libraries": [films.library_id]})
    assert offered(await open_page(hass, loaded, "media"), "libraries") == {films.library_id: "Films"}


async def test_a_library_chosen_later_announces_what_comes_and_not_what_it_holds(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    loaded: JellyfinSubtitlesConfigEntry,
    films: SimLibrary,
    series: SimLibrary,
) -> None:
    events = async_capture_events(hass, EVENT_MEDIA_ADDED)
    await save(hass, loaded, "media", MEDIA | {"all_libraries": False, "libraries": [series.library_id]})
    await settle(loaded)
    assert [library.name for library in loaded.runtime_data.libraries.watched] == ["Series"]
    simulator.add_film(films, "Old", announce=False)

    await save(hass, loaded, "media", MEDIA)
    await settle(loaded)
    assert [library.name for library in loaded.runtime_data.libraries.watched] == ["Films", "Series"]
    simulator.add_film(films, "New")

    await until(lambda: events)
    assert [event.data["name"] for event in events] == ["New"]


async def test_the_waits_count_for_the_next_attempt(
    hass: HomeAssistant, simulator: JellyfinSimulator, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    await save(hass, loaded, "pace", PACE | {"reconnect_minimum": 60, "reconnect_maximum": 60})
    await settle(loaded)
    listener = loaded.runtime_data.listener

    await simulator.kill()
    await until(lambda: listener.status.next_attempt)

    status = listener.status
    assert status.next_attempt is not None
    assert 50 < (status.next_attempt - status.since).total_seconds() <= 66


@pytest.mark.parametrize(
    ("options", "hours", "asks"),
    [
        ({"fallback_sync_hours": 6}, 7, True),
        ({"fallback_sync_hours": 100}, 25, False),
        ({"fallback_sync": False, "fallback_sync_hours": 6}, 200, False),
    ],
)
async def test_the_server_is_asked_without_a_reason_as_often_as_chosen(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    entry: MockConfigEntry,
    options: dict[str, Any],
    hours: int,
    asks: bool,
) -> None:
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, options=options)
    await async_load(hass, entry)
    simulator.journal.clear()

    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(hours=hours))
    await hass.async_block_till_done()

    if asks:
        await until(lambda: simulator.journal.count(path_prefix="/UserViews"))
    assert simulator.journal.count(path_prefix="/UserViews") == asks
