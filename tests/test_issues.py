"""What a person is told about a running entry, and for how long."""

from dataclasses import replace

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jellyfin_subtitles.const import CONF_LANGUAGES, CONF_LIBRARIES, DOMAIN
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from custom_components.jellyfin_subtitles.engine.models import ListenerState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from jellyfin_simulator import JellyfinSimulator, SimLibrary
from jellyfin_simulator.accounts import SimUser

from .conftest import USERNAME, async_load, say
from .household import async_let_arrive, take_for_mass


def change(entry: JellyfinSubtitlesConfigEntry, state: ListenerState) -> None:
    """Let the listener be in a state."""
    say(entry, replace(entry.runtime_data.listener.status, state=state))


def raised(issue_registry: ir.IssueRegistry) -> dict[str | None, dict[str, str] | None]:
    """Return what is said, and with which words filled in."""
    assert all(issue.domain == DOMAIN for issue in issue_registry.issues.values())
    return {issue.translation_key: issue.translation_placeholders for issue in issue_registry.issues.values()}


async def async_sync(entry: JellyfinSubtitlesConfigEntry) -> None:
    """Look at the libraries."""
    await entry.runtime_data.coordinator.async_sync_now()


@pytest.fixture
async def watching_two(
    hass: HomeAssistant, entry: MockConfigEntry, films: SimLibrary, series: SimLibrary
) -> JellyfinSubtitlesConfigEntry:
    """Return an entry for which two libraries were chosen."""
    await async_load(hass, entry, {CONF_LIBRARIES: [films.library_id, series.library_id]})
    return entry


async def test_where_all_is_well_nothing_is_said(
    loaded: JellyfinSubtitlesConfigEntry, issue_registry: ir.IssueRegistry
) -> None:
    assert not issue_registry.issues


async def test_a_connection_that_delivers_nothing_is_an_issue_until_it_does(
    loaded: JellyfinSubtitlesConfigEntry, issue_registry: ir.IssueRegistry
) -> None:
    change(loaded, ListenerState.UNPROVEN)

    assert raised(issue_registry) == {"unproven_connection": {"server": "simulator", "address": loaded.data["url"]}}

    change(loaded, ListenerState.WAITING)
    assert issue_registry.issues
    change(loaded, ListenerState.CONNECTED)
    assert not issue_registry.issues


async def test_a_chosen_library_that_is_no_longer_visible_is_named_until_it_is_seen_again(
    simulator: JellyfinSimulator,
    user: SimUser,
    films: SimLibrary,
    watching_two: JellyfinSubtitlesConfigEntry,
    issue_registry: ir.IssueRegistry,
) -> None:
    simulator.set_policy(user, EnableAllFolders=False, EnabledFolders=[films.library_id])
    await async_sync(watching_two)

    assert raised(issue_registry) == {
        "library_not_visible": {"server": "simulator", "user": USERNAME, "libraries": "Series"}
    }

    simulator.set_policy(user, EnableAllFolders=True)
    await async_sync(watching_two)
    assert not issue_registry.issues


async def test_a_library_that_was_removed_is_an_issue_until_others_are_chosen(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    series: SimLibrary,
    watching_two: JellyfinSubtitlesConfigEntry,
    issue_registry: ir.IssueRegistry,
) -> None:
    simulator.remove_library(series)
    await async_sync(watching_two)
    assert list(raised(issue_registry)) == ["library_not_visible"]

    hass.config_entries.async_update_entry(watching_two, options={CONF_LIBRARIES: [films.library_id]})
    assert await hass.config_entries.async_reload(watching_two.entry_id)
    await async_sync(watching_two)

    assert not issue_registry.issues


async def test_of_a_library_that_nobody_has_seen_the_id_is_told(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    films: SimLibrary,
    issue_registry: ir.IssueRegistry,
) -> None:
    await async_load(hass, entry, {CONF_LIBRARIES: [films.library_id, "f" * 32, "e" * 32]})

    assert raised(issue_registry) == {
        "library_not_visible": {"server": "simulator", "user": USERNAME, "libraries": f"{'e' * 32}, {'f' * 32}"}
    }


async def test_without_options_a_library_less_is_nothing_to_mention(
    simulator: JellyfinSimulator,
    user: SimUser,
    series: SimLibrary,
    loaded: JellyfinSubtitlesConfigEntry,
    issue_registry: ir.IssueRegistry,
) -> None:
    simulator.set_policy(user, EnableAllFolders=False, EnabledFolders=[series.library_id])

    await async_sync(loaded)

    assert not issue_registry.issues


async def test_a_user_who_sees_no_library_at_all_is_an_issue_of_its_own(
    simulator: JellyfinSimulator,
    user: SimUser,
    films: SimLibrary,
    series: SimLibrary,
    watching_two: JellyfinSubtitlesConfigEntry,
    issue_registry: ir.IssueRegistry,
) -> None:
    simulator.set_policy(user, EnableAllFolders=False, EnabledFolders=[films.library_id])
    await async_sync(watching_two)

    simulator.set_policy(user, EnabledFolders=[])
    await async_sync(watching_two)
    assert raised(issue_registry) == {"no_library_visible": {"server": "simulator", "user": USERNAME}}

    simulator.set_policy(user, EnabledFolders=[series.library_id])
    await async_sync(watching_two)
    assert raised(issue_registry) == {
        "library_not_visible": {"server": "simulator", "user": USERNAME, "libraries": "Films"}
    }


async def test_a_mass_arrival_is_an_issue_that_counts_until_nothing_is_left_of_it(
    simulator: JellyfinSimulator,
    films: SimLibrary,
    wanting_german: JellyfinSubtitlesConfigEntry,
    issue_registry: ir.IssueRegistry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    take_for_mass(monkeypatch, 25)

    await async_let_arrive(simulator, wanting_german, films, 30)
    assert raised(issue_registry) == {"mass_arrival": {"server": "simulator", "count": "30"}}
    (issue,) = issue_registry.issues.values()
    assert issue.is_fixable
    assert not issue.is_persistent

    await async_let_arrive(simulator, wanting_german, films, 26)
    assert raised(issue_registry) == {"mass_arrival": {"server": "simulator", "count": "56"}}

    wanting_german.runtime_data.requests.removed(films.items)
    assert not issue_registry.issues


async def test_a_mass_arrival_is_still_to_be_decided_after_a_restart(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    wanting_german: JellyfinSubtitlesConfigEntry,
    issue_registry: ir.IssueRegistry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    take_for_mass(monkeypatch, 25)
    await async_let_arrive(simulator, wanting_german, films, 30)

    assert await hass.config_entries.async_unload(wanting_german.entry_id)
    assert not issue_registry.issues

    assert await hass.config_entries.async_setup(wanting_german.entry_id)
    assert raised(issue_registry) == {"mass_arrival": {"server": "simulator", "count": "30"}}


async def test_what_somebody_ignores_stays_ignored_as_long_as_it_is_so(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    wanting_german: JellyfinSubtitlesConfigEntry,
    issue_registry: ir.IssueRegistry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    take_for_mass(monkeypatch, 25)
    await async_let_arrive(simulator, wanting_german, films, 30)
    ((_, issue_id),) = issue_registry.issues
    ir.async_ignore_issue(hass, DOMAIN, issue_id, True)

    assert await hass.config_entries.async_reload(wanting_german.entry_id)
    (issue,) = issue_registry.issues.values()
    assert issue.dismissed_version is not None

    await wanting_german.runtime_data.requests.ignore_all()
    assert not issue_registry.issues, "should it happen again, that is news"


async def test_an_ignored_issue_goes_with_its_entry(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    wanting_german: JellyfinSubtitlesConfigEntry,
    issue_registry: ir.IssueRegistry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    take_for_mass(monkeypatch, 25)
    await async_let_arrive(simulator, wanting_german, films, 30)
    ((_, issue_id),) = issue_registry.issues
    ir.async_ignore_issue(hass, DOMAIN, issue_id, True)

    await hass.config_entries.async_remove(wanting_german.entry_id)
    assert not issue_registry.issues


async def test_with_the_entry_all_its_issues_go(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    user: SimUser,
    films: SimLibrary,
    series: SimLibrary,
    entry: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    take_for_mass(monkeypatch, 25)
    options = {CONF_LIBRARIES: [films.library_id, series.library_id], CONF_LANGUAGES: ["de"]}
    await async_load(hass, entry, options)
    await async_let_arrive(simulator, entry, films, 30)
    simulator.set_policy(user, EnableAllFolders=False, EnabledFolders=[films.library_id])
    await async_sync(entry)
    change(entry, ListenerState.UNPROVEN)
    assert set(raised(issue_registry)) == {"library_not_visible", "mass_arrival", "unproven_connection"}

    await hass.config_entries.async_remove(entry.entry_id)

    assert not issue_registry.issues
