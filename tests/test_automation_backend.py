"""A household whose automations bring the subtitles that no provider has."""

from types import MappingProxyType

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.jellyfin_subtitles.const import (
    EVENT_AUTOMATION_ASKED,
    EVENT_SUBTITLE_ARRIVED,
    EVENT_SUBTITLE_FAILED,
    SERVICE_REPORT_RESULT,
    SUBENTRY_PROFILE,
)
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from custom_components.jellyfin_subtitles.engine.backends import Task
from custom_components.jellyfin_subtitles.engine.jellyfin import MediaItem
from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.wants import Want
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from jellyfin_simulator import JellyfinSimulator, SimLibrary, SimUser

from . import until
from .actions import async_act
from .conftest import async_load


@pytest.fixture
async def house(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: JellyfinSimulator, user: SimUser
) -> JellyfinSubtitlesConfigEntry:
    """Return the entry of people who have a provider without German, and automations after it."""
    simulator.set_policy(user, EnableSubtitleManagement=True)
    simulator.add_subtitle_provider()
    profile = {
        "libraries": [],
        "languages": ["de"],
        "kind": "normal",
        "hearing_impaired": "accepted",
        "unless_spoken": False,
        "lenient": False,
        "images": False,
        "machines": True,
        "backends": ["jellyfin", "automation"],
        "ignored_paths": [],
        "ignores_watched": False,
    }
    entry.add_to_hass(hass)
    subentry = ConfigSubentry(
        data=MappingProxyType(profile), subentry_type=SUBENTRY_PROFILE, title="Ours", unique_id=None
    )
    hass.config_entries.async_add_subentry(entry, subentry)
    await async_load(hass, entry)
    return entry


async def test_after_the_provider_an_automation_is_asked_and_what_it_brings_arrives(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, house: JellyfinSubtitlesConfigEntry
) -> None:
    asked = async_capture_events(hass, EVENT_AUTOMATION_ASKED)
    arrived = async_capture_events(hass, EVENT_SUBTITLE_ARRIVED)
    film = simulator.add_film(films, "Night Ferry", year=2021)
    await until(lambda: asked)

    said = asked[0].data
    assert (said["path"], said["language"], said["title"]) == (film.path, "de", "Night Ferry (2021)")
    assert said["config_entry_id"] == house.entry_id
    simulator.write_subtitle(film, ".de.srt")
    simulator.core.monitor.look(film)
    await async_act(hass, SERVICE_REPORT_RESULT, request_id=said["request_id"], language="de", success=True)
    await until(lambda: arrived)

    assert (arrived[0].data["state"], arrived[0].data["backend"]) == ("arrived", "automation")
    assert arrived[0].data["request_id"] == said["request_id"]
    assert len(asked) == 1


async def test_what_an_automation_could_not_bring_has_its_reason_and_a_next_attempt(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, house: JellyfinSubtitlesConfigEntry
) -> None:
    asked = async_capture_events(hass, EVENT_AUTOMATION_ASKED)
    failed = async_capture_events(hass, EVENT_SUBTITLE_FAILED)
    film = simulator.add_film(films, "Night Ferry", year=2021)
    await until(lambda: asked)

    data = {"item_id": film.item_id, "success": False, "reason": "Out of words"}
    await async_act(hass, SERVICE_REPORT_RESULT, **data)
    await until(lambda: failed)

    assert (failed[0].data["reason"], failed[0].data["backend"]) == ("out_of_words", "automation")
    assert failed[0].data["next_attempt"] is not None


async def test_for_what_was_settled_meanwhile_nobody_is_asked(
    hass: HomeAssistant, house: JellyfinSubtitlesConfigEntry
) -> None:
    asked = async_capture_events(hass, EVENT_AUTOMATION_ASKED)

    task = Task("f" * 32, "f" * 32, "Film", Want(Language("de")))
    house.runtime_data.coordinator._handle_asked(task, MediaItem("f" * 32, "Movie", "Film"))

    assert not asked
