"""Deciding in a repair issue, as a person does in a browser."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.jellyfin_subtitles.const import CONF_RIGHTS, DOMAIN, EVENT_SUBTITLE_REQUESTED, ISSUE_MASS_ARRIVAL
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from custom_components.jellyfin_subtitles.storage import JellyfinSubtitlesStorage
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from jellyfin_simulator import JellyfinSimulator, SimLibrary
from jellyfin_simulator.accounts import SimUser

from . import until
from .conftest import USERNAME, async_load
from .household import async_let_arrive, take_for_mass

type Post = Callable[[str, dict[str, Any]], Coroutine[Any, Any, dict[str, Any]]]


@pytest.fixture
async def post(hass: HomeAssistant, hass_client: ClientSessionGenerator) -> Post:
    """Return what sends an answer from the browser, and shows what comes next."""
    assert await async_setup_component(hass, "repairs", {})

    async def post(path: str, body: dict[str, Any]) -> dict[str, Any]:
        # Not before: once a browser was there, no integration can add to what is served.
        browser: TestClient[Any, Any] = await hass_client()
        answer = await browser.post(f"/api/repairs/issues/fix{path}", json=body)
        step: dict[str, Any] = await answer.json()
        return step

    return post


@pytest.fixture
async def mass(
    simulator: JellyfinSimulator,
    films: SimLibrary,
    wanting_german: JellyfinSubtitlesConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> JellyfinSubtitlesConfigEntry:
    """Return an entry in which far too many films have arrived."""
    take_for_mass(monkeypatch, 25)
    await async_let_arrive(simulator, wanting_german, films, 30)
    return wanting_german


async def async_open(post: Post, issue_registry: ir.IssueRegistry) -> dict[str, Any]:
    """Open the only issue there is."""
    (issue,) = issue_registry.issues.values()
    return await post("", {"handler": DOMAIN, "issue_id": issue.issue_id})


async def async_choose(post: Post, step: dict[str, Any], option: str) -> dict[str, Any]:
    """Choose from the menu."""
    assert (step["type"], step["step_id"]) == ("menu", "init")
    assert step["menu_options"] == ["request_all", "ignore_all"]
    return await post(f"/{step['flow_id']}", {"next_step_id": option})


async def test_the_subtitles_of_a_mass_arrival_can_be_requested_after_all(
    hass: HomeAssistant, mass: JellyfinSubtitlesConfigEntry, post: Post, issue_registry: ir.IssueRegistry
) -> None:
    requested = async_capture_events(hass, EVENT_SUBTITLE_REQUESTED)
    step = await async_open(post, issue_registry)
    assert step["description_placeholders"] == {"server": "simulator", "count": "30"}

    result = await async_choose(post, step, "request_all")

    assert result["type"] == "create_entry"
    assert not issue_registry.issues
    assert mass.runtime_data.requests.mass == 0
    await until(lambda: requested)
    assert requested[0].data["reason"] == "mass_arrival"
    assert requested[0].data["missing"] == ["de"]


async def test_a_mass_arrival_can_be_ignored(
    hass: HomeAssistant, mass: JellyfinSubtitlesConfigEntry, post: Post, issue_registry: ir.IssueRegistry
) -> None:
    step = await async_open(post, issue_registry)

    result = await async_choose(post, step, "ignore_all")

    assert result["type"] == "create_entry"
    assert not issue_registry.issues
    assert (mass.runtime_data.requests.mass, mass.runtime_data.requests.waiting) == (0, 0)


@pytest.mark.parametrize("option", ["request_all", "ignore_all"])
async def test_what_arrives_during_the_decision_is_to_be_decided_too(
    simulator: JellyfinSimulator,
    films: SimLibrary,
    mass: JellyfinSubtitlesConfigEntry,
    post: Post,
    issue_registry: ir.IssueRegistry,
    monkeypatch: pytest.MonkeyPatch,
    option: str,
) -> None:
    requests = mass.runtime_data.requests
    decide = getattr(requests, option)

    async def decide_slowly() -> None:
        await decide()
        await async_let_arrive(simulator, mass, films, 26)

    monkeypatch.setattr(requests, option, decide_slowly)
    step = await async_open(post, issue_registry)

    step = await async_choose(post, step, option)

    assert step["description_placeholders"] == {"server": "simulator", "count": "26"}
    assert [issue.translation_key for issue in issue_registry.issues.values()].count(ISSUE_MASS_ARRIVAL) == 1


@pytest.mark.parametrize("option", ["request_all", "ignore_all"])
async def test_who_decides_after_the_entry_was_unloaded_is_told_so(
    hass: HomeAssistant,
    mass: JellyfinSubtitlesConfigEntry,
    post: Post,
    issue_registry: ir.IssueRegistry,
    option: str,
) -> None:
    step = await async_open(post, issue_registry)
    await hass.config_entries.async_set_disabled_by(mass.entry_id, ConfigEntryDisabler.USER)

    result = await async_choose(post, step, option)

    assert (result["type"], result["reason"]) == ("abort", "not_loaded")


async def test_an_issue_that_is_opened_while_its_entry_cannot_be_loaded_says_so(
    hass: HomeAssistant,
    mass: JellyfinSubtitlesConfigEntry,
    post: Post,
    issue_registry: ir.IssueRegistry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def refuse(*_: object) -> bool:
        return False

    monkeypatch.setattr(hass.config_entries, "async_unload_platforms", refuse)
    await hass.config_entries.async_unload(mass.entry_id)

    result = await async_open(post, issue_registry)

    assert (result["type"], result["reason"]) == ("abort", "not_loaded")


async def test_what_was_put_aside_is_only_to_be_read(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    post: Post,
    issue_registry: ir.IssueRegistry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entry.add_to_hass(hass)
    await JellyfinSubtitlesStorage(hass, entry.entry_id).save_requests({"something": "else"})
    monkeypatch.setattr(Path, "rename", lambda *_: None)
    await async_load(hass, entry)

    step = await async_open(post, issue_registry)
    assert (step["type"], step["step_id"]) == ("form", "confirm")
    assert ".requests.kept." in step["description_placeholders"]["file"]
    result = await post(f"/{step['flow_id']}", {})

    assert result["type"] == "create_entry"
    assert not issue_registry.issues


@pytest.mark.parametrize(
    ("before", "after", "step_id"),
    [
        pytest.param(
            {"IsAdministrator": True},
            {"IsAdministrator": False, "EnableSubtitleManagement": True},
            "hints",
            id="no administrator",
        ),
        pytest.param({"EnableSubtitleManagement": True}, {"EnableSubtitleManagement": False}, "subtitles", id="other"),
        pytest.param({"IsAdministrator": True}, {"IsAdministrator": False}, "hints_and_subtitles", id="both"),
    ],
)
async def test_lesser_rights_can_be_accepted(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    user: SimUser,
    entry: MockConfigEntry,
    post: Post,
    issue_registry: ir.IssueRegistry,
    before: dict[str, bool],
    after: dict[str, bool],
    step_id: str,
) -> None:
    simulator.set_policy(user, **before)
    await async_load(hass, entry)
    simulator.set_policy(user, **after)
    assert await hass.config_entries.async_reload(entry.entry_id)

    step = await async_open(post, issue_registry)
    assert (step["type"], step["step_id"]) == ("form", step_id)
    assert step["description_placeholders"] == {"server": "simulator", "user": USERNAME}
    result = await post(f"/{step['flow_id']}", {})

    assert result["type"] == "create_entry"
    assert entry.data[CONF_RIGHTS] == (["manage_subtitles"] if step_id == "hints" else [])
    assert not issue_registry.issues
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert not issue_registry.issues


async def test_lesser_rights_of_an_entry_that_is_gone_cannot_be_accepted(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    user: SimUser,
    entry: MockConfigEntry,
    post: Post,
    issue_registry: ir.IssueRegistry,
) -> None:
    simulator.set_policy(user, IsAdministrator=True)
    await async_load(hass, entry)
    simulator.set_policy(user, IsAdministrator=False)
    assert await hass.config_entries.async_reload(entry.entry_id)
    step = await async_open(post, issue_registry)
    await hass.config_entries.async_remove(entry.entry_id)

    result = await post(f"/{step['flow_id']}", {})

    assert (result["type"], result["reason"]) == ("abort", "not_loaded")
