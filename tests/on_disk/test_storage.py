"""The files on the disk: real ones, in a configuration folder of their own."""

from collections.abc import Awaitable, Callable
import json
from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.jellyfin_subtitles.const import DOMAIN
from custom_components.jellyfin_subtitles.storage import JellyfinSubtitlesStorage
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component

ENTRY_ID = "an_entry"
KNOWN = {"ids": {"0" * 32: 1}, "libraries": {}}
JOURNAL: dict[str, Any] = {"mark": None, "announcing": [], "since": {}, "removed": {}, "last": None}


@pytest.fixture
def folder(hass: HomeAssistant) -> Path:
    """Return where the files are."""
    folder = Path(hass.config.path(".storage"))
    folder.mkdir(exist_ok=True)
    return folder


def files(folder: Path, pattern: str) -> list[Path]:
    """Return the files of the folder whose names match."""
    return sorted(folder.glob(pattern))


def path_of(folder: Path, name: str) -> Path:
    """Return the path of one of the two files."""
    return folder / f"{DOMAIN}.{ENTRY_ID}.{name}"


async def test_what_was_saved_is_loaded_again(hass: HomeAssistant, folder: Path) -> None:
    storage = JellyfinSubtitlesStorage(hass, ENTRY_ID)
    assert await storage.load_known() is None
    assert await storage.load_journal() is None

    await storage.save_known(KNOWN)
    await storage.save_journal(JOURNAL)

    later = JellyfinSubtitlesStorage(hass, ENTRY_ID)
    assert await later.load_known() == KNOWN
    assert await later.load_journal() == JOURNAL


async def test_the_files_are_for_nobody_elses_eyes(hass: HomeAssistant, folder: Path) -> None:
    await JellyfinSubtitlesStorage(hass, ENTRY_ID).save_journal(JOURNAL)

    assert path_of(folder, "journal").stat().st_mode & 0o077 == 0


async def test_each_entry_has_its_own_files(hass: HomeAssistant, folder: Path) -> None:
    await JellyfinSubtitlesStorage(hass, ENTRY_ID).save_known(KNOWN)

    assert await JellyfinSubtitlesStorage(hass, "another_entry").load_known() is None


@pytest.mark.parametrize("content", ["", "{", "\0\0\0\0", '{"version": 1, "data": {"ids'])
async def test_a_corrupt_file_is_kept_and_reported_by_home_assistant(
    hass: HomeAssistant, folder: Path, issue_registry: ir.IssueRegistry, content: str
) -> None:
    path_of(folder, "known").write_text(content)

    assert await JellyfinSubtitlesStorage(hass, ENTRY_ID).load_known() is None

    (kept,) = files(folder, "*.known.*")
    assert kept.read_text() == content
    (issue,) = issue_registry.issues.values()
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["corrupt_path"] == str(kept)


@pytest.mark.parametrize(
    "content",
    [
        {"version": 2, "minor_version": 1, "key": "a", "data": KNOWN},
        {"version": 99, "minor_version": 1, "key": "a", "data": {"unheard": "of"}},
        {"version": 0, "minor_version": 1, "key": "a", "data": {}},
        {"version": 1, "minor_version": 1, "key": "a", "data": ["no", "document"]},
        {"version": "new", "minor_version": 1, "key": "a", "data": {}},
        {"version": 1},
        {"data": {}},
        ["a", "list"],
        "text",
        12,
    ],
)
async def test_a_file_that_cannot_be_understood_is_kept_aside_and_named_in_an_issue(
    hass: HomeAssistant, folder: Path, issue_registry: ir.IssueRegistry, content: object
) -> None:
    written = json.dumps(content)
    path_of(folder, "journal").write_text(written)
    storage = JellyfinSubtitlesStorage(hass, ENTRY_ID)

    assert await storage.load_journal() is None
    await storage.save_journal(JOURNAL)

    (kept,) = files(folder, "*.journal.*")
    assert kept.read_text() == written
    assert await JellyfinSubtitlesStorage(hass, ENTRY_ID).load_journal() == JOURNAL
    (issue,) = issue_registry.issues.values()
    assert (issue.domain, issue.translation_key) == (DOMAIN, "storage_kept_aside")
    assert issue.translation_placeholders == {"file": str(kept)}
    assert issue.is_fixable
    assert issue.is_persistent


async def test_what_the_engine_does_not_understand_is_kept_aside_too(
    hass: HomeAssistant, folder: Path, issue_registry: ir.IssueRegistry
) -> None:
    storage = JellyfinSubtitlesStorage(hass, ENTRY_ID)
    await storage.save_known(KNOWN)
    await storage.save_journal(JOURNAL)

    await storage.keep_aside()

    assert await storage.load_known() is None
    assert await storage.load_journal() is None
    assert len(files(folder, f"{DOMAIN}.{ENTRY_ID}.*.kept.*")) == 2
    assert len(issue_registry.issues) == 2


@pytest.mark.parametrize(
    ("name", "load", "key"),
    [
        ("requests", JellyfinSubtitlesStorage.load_requests, "requests_kept_aside"),
        ("ledger", JellyfinSubtitlesStorage.load_ledger, "ledger_kept_aside"),
        ("ledger_closed", JellyfinSubtitlesStorage.load_closed, "ledger_kept_aside"),
    ],
)
async def test_each_file_is_kept_aside_with_words_of_its_own(
    hass: HomeAssistant,
    folder: Path,
    issue_registry: ir.IssueRegistry,
    name: str,
    load: Callable[[JellyfinSubtitlesStorage], Awaitable[dict[str, Any] | None]],
    key: str,
) -> None:
    path_of(folder, name).write_text(json.dumps({"version": 2, "minor_version": 1, "key": "a", "data": {}}))
    storage = JellyfinSubtitlesStorage(hass, ENTRY_ID)

    assert await load(storage) is None

    (kept,) = files(folder, f"*.{name}.kept.*")
    (issue,) = issue_registry.issues.values()
    assert (issue.domain, issue.translation_key) == (DOMAIN, key)
    assert issue.translation_placeholders == {"file": str(kept)}
    assert issue.is_fixable
    assert issue.is_persistent
    await storage.async_remove()
    assert not issue_registry.issues


async def test_what_the_requests_do_not_understand_is_kept_aside_too(
    hass: HomeAssistant, folder: Path, issue_registry: ir.IssueRegistry
) -> None:
    storage = JellyfinSubtitlesStorage(hass, ENTRY_ID)
    await storage.save_requests({"something": "else"})

    await storage.keep_requests_aside()

    assert await storage.load_requests() is None
    assert [issue.translation_key for issue in issue_registry.issues.values()] == ["requests_kept_aside"]


async def test_what_the_ledger_does_not_understand_is_kept_aside_with_all_that_is_over(
    hass: HomeAssistant, folder: Path, issue_registry: ir.IssueRegistry
) -> None:
    storage = JellyfinSubtitlesStorage(hass, ENTRY_ID)
    await storage.save_ledger({"something": "else"})
    await storage.save_closed({"something": "else"})

    await storage.keep_ledger_aside()

    assert await storage.load_ledger() is None
    assert await storage.load_closed() is None
    assert [issue.translation_key for issue in issue_registry.issues.values()] == ["ledger_kept_aside"] * 2


async def test_there_is_nothing_to_keep_aside_where_there_is_no_file(
    hass: HomeAssistant, folder: Path, issue_registry: ir.IssueRegistry
) -> None:
    await JellyfinSubtitlesStorage(hass, ENTRY_ID).keep_aside()

    assert files(folder, f"{DOMAIN}*") == []
    assert not issue_registry.issues


async def test_a_file_that_cannot_be_read_is_not_taken_for_none(hass: HomeAssistant, folder: Path) -> None:
    path_of(folder, "known").mkdir()

    with pytest.raises(HomeAssistantError):
        await JellyfinSubtitlesStorage(hass, ENTRY_ID).load_known()

    assert path_of(folder, "known").is_dir()


@pytest.mark.parametrize("content", ["{", "[]", '"text"', '{"version": 2, "minor_version": 1, "key": "a", "data": {}}'])
async def test_what_is_said_of_the_webhook_may_be_lost_without_a_word(
    hass: HomeAssistant, folder: Path, issue_registry: ir.IssueRegistry, content: str
) -> None:
    """Only of broken JSON Home Assistant itself speaks."""
    path_of(folder, "webhook").write_text(content)
    storage = JellyfinSubtitlesStorage(hass, ENTRY_ID)

    assert await storage.async_load_webhook() == {}
    await storage.async_save_webhook({"count": 1})

    assert await JellyfinSubtitlesStorage(hass, ENTRY_ID).async_load_webhook() == {"count": 1}
    assert [issue for issue in issue_registry.issues.values() if issue.domain == DOMAIN] == []
    await storage.async_remove()
    assert not path_of(folder, "webhook").exists()


async def test_a_file_of_the_webhook_that_cannot_be_read_stops_nobody(hass: HomeAssistant, folder: Path) -> None:
    path_of(folder, "webhook").mkdir()

    assert await JellyfinSubtitlesStorage(hass, ENTRY_ID).async_load_webhook() == {}


async def test_removed_are_both_files_and_the_issues_but_not_what_was_kept_aside(
    hass: HomeAssistant, folder: Path, issue_registry: ir.IssueRegistry
) -> None:
    storage = JellyfinSubtitlesStorage(hass, ENTRY_ID)
    await storage.save_known(KNOWN)
    await storage.keep_aside()
    await storage.save_known(KNOWN)
    await storage.save_journal(JOURNAL)

    await storage.async_remove()

    (left,) = files(folder, f"{DOMAIN}*")
    assert ".kept." in left.name
    assert not issue_registry.issues


async def test_what_is_not_there_can_be_removed(hass: HomeAssistant) -> None:
    await JellyfinSubtitlesStorage(hass, ENTRY_ID).async_remove()


async def test_the_issue_can_be_read_and_closed(
    hass: HomeAssistant, folder: Path, issue_registry: ir.IssueRegistry, hass_client: ClientSessionGenerator
) -> None:
    assert await async_setup_component(hass, "repairs", {})
    storage = JellyfinSubtitlesStorage(hass, ENTRY_ID)
    await storage.save_known(KNOWN)
    await storage.keep_aside()
    (issue,) = issue_registry.issues.values()
    browser = await hass_client()

    answer = await browser.post("/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": issue.issue_id})
    step = await answer.json()
    assert (step["type"], step["step_id"]) == ("form", "confirm")
    assert step["description_placeholders"] == issue.translation_placeholders
    answer = await browser.post(f"/api/repairs/issues/fix/{step['flow_id']}", json={})

    assert (await answer.json())["type"] == "create_entry"
    assert not issue_registry.issues
