"""The triggers, in automations as people make them."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import async_capture_events, async_mock_service

from custom_components.jellyfin_subtitles.const import (
    DOMAIN,
    EVENT_MEDIA_ADDED,
    EVENT_MEDIA_ADDED_BATCH,
    EVENT_SUBTITLE_REQUESTED,
)
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from homeassistant.const import ATTR_ENTITY_ID, STATE_ON, STATE_UNAVAILABLE
from homeassistant.core import Event, HomeAssistant, ServiceCall
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.trigger import async_get_all_descriptions
from homeassistant.setup import async_setup_component
from jellyfin_simulator import JellyfinSimulator, SimLibrary

from . import until
from .household import async_add_server, async_let_arrive

AUTOMATION = "automation.people"
# What Home Assistant adds to what the event says.
OF_EVERY_TRIGGER = {"id", "idx", "alias", "platform", "description"}


async def async_automate(hass: HomeAssistant, trigger: str, state: str = STATE_ON, **options: Any) -> list[ServiceCall]:
    """Make an automation, and return what it does: it says all that it was told."""
    said = async_mock_service(hass, "test", "say")
    triggers = [{"trigger": f"{DOMAIN}.{trigger}"} | ({"options": options} if options else {})]
    actions = [{"action": "test.say", "data": {"told": "{{ trigger }}"}}]
    automation = {"id": "people", "alias": "People", "mode": "queued", "triggers": triggers, "actions": actions}
    assert await async_setup_component(hass, "automation", {"automation": automation})
    await hass.async_block_till_done()
    found = hass.states.get(AUTOMATION)
    assert found is not None
    assert found.state == state
    return said


def titles(said: list[ServiceCall]) -> list[str]:
    """Return which items the automation was told of."""
    return [call.data["told"]["title"] for call in said]


def check_told(call: ServiceCall, event: Event[Any], platform: str, description: str) -> None:
    """See that the automation was told what the event says, all of it and flat."""
    told = call.data["told"]
    assert {key: told[key] for key in event.data} == dict(event.data)
    assert set(told) == set(event.data) | OF_EVERY_TRIGGER
    assert told["platform"] == f"{DOMAIN}.{platform}"
    assert told["description"] == description
    assert call.context.parent_id == event.context.id


async def test_a_new_film_runs_an_automation_once_with_all_that_the_event_says(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    events = async_capture_events(hass, EVENT_MEDIA_ADDED)
    said = await async_automate(hass, "media_added")

    simulator.add_film(films, "Night Ferry", year=2020)

    await until(lambda: events)
    await hass.async_block_till_done()
    (call,) = said
    check_told(call, events[0], "media_added", "new media: Night Ferry (2020)")


async def test_many_at_once_run_an_automation_once_with_all_that_the_event_says(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, wanting_german: JellyfinSubtitlesConfigEntry
) -> None:
    events = async_capture_events(hass, EVENT_MEDIA_ADDED_BATCH)
    said = await async_automate(hass, "media_added_batch")

    await async_let_arrive(simulator, wanting_german, films, 30)

    await hass.async_block_till_done()
    (call,) = said
    check_told(call, events[0], "media_added_batch", "new media: 30 films")


async def test_a_request_runs_an_automation_once_with_all_that_the_event_says(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, wanting_german: JellyfinSubtitlesConfigEntry
) -> None:
    events = async_capture_events(hass, EVENT_SUBTITLE_REQUESTED)
    said = await async_automate(hass, "subtitle_requested")

    simulator.add_film(films, "Night Ferry", year=2020)

    await until(lambda: events)
    await hass.async_block_till_done()
    (call,) = said
    assert call.data["told"]["missing"] == ["de"]
    check_told(call, events[0], "subtitle_requested", "wanted subtitles: Night Ferry (2020)")


@pytest.mark.parametrize("trigger", ["media_added", "subtitle_requested"])
@pytest.mark.parametrize(
    ("item_type", "heard"), [("movie", "Night Ferry (2020)"), ("episode", "Harbor Lights S01E01 · Fog")]
)
async def test_who_wants_films_or_episodes_only_hears_of_no_others(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    series: SimLibrary,
    wanting_german: JellyfinSubtitlesConfigEntry,
    trigger: str,
    item_type: str,
    heard: str,
) -> None:
    events = async_capture_events(hass, f"{DOMAIN}_{trigger}")
    said = await async_automate(hass, trigger, item_type=item_type)

    simulator.add_film(films, "Night Ferry", year=2020)
    simulator.add_episode(simulator.add_series(series, "Harbor Lights"), 1, 1, "Fog")

    await until(lambda: len(events) == 2)
    await hass.async_block_till_done()
    assert titles(said) == [heard]


@pytest.mark.parametrize(("chosen", "heard"), [(0, ["Ours"]), (1, ["Theirs"]), (None, ["Ours", "Theirs"])])
async def test_of_several_servers_the_chosen_one_is_heard_or_all_of_them(
    hass: HomeAssistant,
    servers: list[JellyfinSimulator],
    simulator: JellyfinSimulator,
    films: SimLibrary,
    loaded: JellyfinSubtitlesConfigEntry,
    chosen: int | None,
    heard: list[str],
) -> None:
    other, their_films, their_entry = await async_add_server(hass, servers, loaded)
    options = {} if chosen is None else {"config_entry_id": (loaded, their_entry)[chosen].entry_id}
    said = await async_automate(hass, "media_added", **options)
    events = async_capture_events(hass, EVENT_MEDIA_ADDED)

    simulator.add_film(films, "Ours")
    other.add_film(their_films, "Theirs")

    await until(lambda: len(events) == 2)
    await hass.async_block_till_done()
    assert sorted(titles(said)) == heard


async def test_while_the_entry_is_loaded_anew_the_automation_stays_and_hears_on(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    said = await async_automate(hass, "media_added", config_entry_id=loaded.entry_id)

    assert await hass.config_entries.async_reload(loaded.entry_id)
    simulator.add_film(films, "Night Ferry", year=2020)

    await until(lambda: said)
    await hass.async_block_till_done()
    assert titles(said) == ["Night Ferry (2020)"]


async def test_an_automation_that_is_turned_off_hears_nothing(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    said = await async_automate(hass, "media_added")
    assert EVENT_MEDIA_ADDED in hass.bus.async_listeners()

    await hass.services.async_call("automation", "turn_off", {ATTR_ENTITY_ID: AUTOMATION}, blocking=True)

    assert EVENT_MEDIA_ADDED not in hass.bus.async_listeners()
    events = async_capture_events(hass, EVENT_MEDIA_ADDED)
    simulator.add_film(films, "Night Ferry", year=2020)
    await until(lambda: events)
    await hass.async_block_till_done()
    assert said == []


@pytest.mark.parametrize(
    ("options", "told"),
    [
        pytest.param({"item_type": "song"}, "movie", id="something that is never announced"),
        pytest.param({"config_entry_id": "gone"}, "What is set up: {entry_id} (simulator)", id="a server unheard of"),
        pytest.param({"library": "Films"}, "library", id="a field that there is not"),
    ],
)
async def test_a_trigger_that_would_never_happen_is_refused_with_a_way_out(
    hass: HomeAssistant,
    loaded: JellyfinSubtitlesConfigEntry,
    issue_registry: ir.IssueRegistry,
    options: dict[str, str],
    told: str,
) -> None:
    await async_automate(hass, "media_added", state=STATE_UNAVAILABLE, **options)

    (issue,) = [issue for issue in issue_registry.issues.values() if issue.domain == "automation"]
    assert issue.translation_placeholders is not None
    assert told.format(entry_id=loaded.entry_id) in issue.translation_placeholders["error"]


async def test_without_any_server_none_can_be_chosen(hass: HomeAssistant, issue_registry: ir.IssueRegistry) -> None:
    await async_automate(hass, "media_added", state=STATE_UNAVAILABLE, config_entry_id="gone")

    (issue,) = [issue for issue in issue_registry.issues.values() if issue.domain == "automation"]
    assert issue.translation_placeholders is not None
    assert "What is set up: none" in issue.translation_placeholders["error"]


async def test_the_editor_is_told_of_all_triggers_with_their_fields(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    assert await async_setup_component(hass, "automation", {})

    descriptions = await async_get_all_descriptions(hass)

    for trigger in ("media_added", "media_added_batch", "subtitle_requested"):
        description = descriptions[f"{DOMAIN}.{trigger}"]
        assert description is not None
        assert set(description["fields"]) == {"config_entry_id", "item_type"}
