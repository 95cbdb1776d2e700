"""A ledger that cannot be read: what it held is found out anew, once."""

import json
from pathlib import Path

from aiohttp import web
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.jellyfin_subtitles.const import DOMAIN, EVENT_SUBTITLE_REQUESTED
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary, audio, video
from tests import until
from tests.conftest import async_load


@pytest.fixture
def content() -> str:
    """Return what stands in the file of what is open."""
    return "{ no JSON"


@pytest.fixture
def ledger(hass: HomeAssistant, entry: MockConfigEntry, content: str) -> Path:
    """Return the file of what is open."""
    folder = Path(hass.config.path(".storage"))
    folder.mkdir(exist_ok=True)
    path = folder / f"{DOMAIN}.{entry.entry_id}.ledger"
    path.write_text(content)
    return path


@pytest.fixture
def film(simulator: JellyfinSimulator, films: SimLibrary) -> SimItem:
    """Return a film that was there before, and lacks English."""
    return simulator.add_film(films, "Night Ferry", year=2021, streams=(video(), audio("eng")), announce=False)


def is_lost(path: Path) -> object:
    """Return whether the file says that what was open is still to be found out."""
    return json.loads(path.read_text())["data"]["lost"]


@pytest.mark.parametrize(
    ("content", "issue"),
    [
        ("{ no JSON", "storage_corruption"),
        (json.dumps({"version": 99, "minor_version": 1, "key": "a", "data": {}}), "ledger_kept_aside"),
        (json.dumps({"version": 1, "minor_version": 1, "key": "a", "data": {"open": 1}}), "ledger_kept_aside"),
    ],
    ids=["broken", "newer", "senseless"],
)
async def test_what_was_open_is_asked_for_anew(
    hass: HomeAssistant,
    issue_registry: ir.IssueRegistry,
    entry: MockConfigEntry,
    ledger: Path,
    film: SimItem,
    content: str,
    issue: str,
) -> None:
    """The file is kept, people are told, and the next start asks for nothing."""
    asked = async_capture_events(hass, EVENT_SUBTITLE_REQUESTED)
    await async_load(hass, entry)
    running: JellyfinSubtitlesConfigEntry = entry
    await until(lambda: bool(asked))
    assert (asked[0].data["item_id"], asked[0].data["reason"]) == (film.item_id, "library_scan")
    await until(lambda: not running.runtime_data.ledger.is_lost)
    assert issue in {one.translation_key for one in issue_registry.issues.values()}
    (kept,) = ledger.parent.glob(f"{ledger.name}.*")
    assert kept.read_text() == content
    await until(lambda: bool(running.runtime_data.ledger.open))
    await running.runtime_data.worker.save()
    assert is_lost(ledger) is False
    assert await hass.config_entries.async_reload(entry.entry_id)
    await until(lambda: running.runtime_data.catch_up.last)
    assert len(asked) == 1


async def test_while_the_server_is_away_it_is_still_to_be_done(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry, ledger: Path, film: SimItem
) -> None:
    """Also by a later start."""
    await simulator.stop()
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert is_lost(ledger) is True
    assert await hass.config_entries.async_unload(entry.entry_id)
    await simulator.start()
    asked = async_capture_events(hass, EVENT_SUBTITLE_REQUESTED)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: bool(asked))
    running: JellyfinSubtitlesConfigEntry = entry
    await until(lambda: not running.runtime_data.ledger.is_lost)


def refuse_totals(request: web.BaseRequest) -> web.Response | None:
    """Refuse what only a look through a library asks for."""
    return web.Response(status=500) if request.query.get("enableTotalRecordCount") == "true" else None


async def test_a_look_that_fails_is_made_after_the_next_catch_up(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    entry: MockConfigEntry,
    ledger: Path,
    film: SimItem,
    caplog: pytest.LogCaptureFixture,
) -> None:
    asked = async_capture_events(hass, EVENT_SUBTITLE_REQUESTED)
    caplog.set_level("DEBUG")
    fault = simulator.reject(refuse_totals, path_prefix="/Items")
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: "cannot be found out now" in caplog.text)
    assert is_lost(ledger) is True
    simulator.mend(fault)
    simulator.drop_sockets()
    await until(lambda: bool(asked))


async def test_where_nothing_was_lost_nothing_is_looked_for(
    hass: HomeAssistant, entry: MockConfigEntry, film: SimItem
) -> None:
    """A first start has no file, and nothing to find out."""
    asked = async_capture_events(hass, EVENT_SUBTITLE_REQUESTED)
    await async_load(hass, entry)
    await hass.async_block_till_done()
    assert asked == []
