"""What a scan must leave to others: what is new, what waits for a decision, and what was given up."""

from collections.abc import Callable
from datetime import UTC, datetime
import json
from pathlib import Path

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.jellyfin_subtitles.const import (
    CONF_LANGUAGES,
    DOMAIN,
    EVENT_MEDIA_ADDED,
    EVENT_MEDIA_READY,
    EVENT_SUBTITLE_REQUESTED,
    SERVICE_SCAN_LIBRARY,
)
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from custom_components.jellyfin_subtitles.engine.ledger_models import RecordState
from homeassistant.core import HomeAssistant
from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary, SimUser, SubtitleProvider, audio, video
from tests import until
from tests.actions import async_act
from tests.conftest import async_load
from tests.household import async_let_arrive, take_for_mass

WITHOUT = (video(), audio("eng"))


@pytest.fixture
def provider(simulator: JellyfinSimulator, user: SimUser) -> SubtitleProvider:
    """Return a provider that has English subtitles for everything."""
    simulator.set_policy(user, EnableSubtitleManagement=True)
    provider = simulator.add_subtitle_provider()
    provider.offer("eng")
    return provider


@pytest.fixture
def old(simulator: JellyfinSimulator, films: SimLibrary) -> SimItem:
    """Return a film that is there before the integration is."""
    return simulator.add_film(films, "Old", year=2020, streams=WITHOUT, announce=False)


@pytest.fixture
def lose_ledger(hass: HomeAssistant, entry: MockConfigEntry) -> Callable[[], None]:
    """Return what puts something that nobody understands in the place of what is open."""
    folder = Path(hass.config.path(".storage"))
    folder.mkdir(exist_ok=True)

    def lose() -> None:
        path = folder / f"{DOMAIN}.{entry.entry_id}.ledger"
        path.write_text(json.dumps({"version": 99, "minor_version": 1, "key": "a", "data": {}}))

    return lose


async def test_what_is_about_to_be_announced_is_left_to_that(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    provider: SubtitleProvider,
    old: SimItem,
    loaded: JellyfinSubtitlesConfigEntry,
) -> None:
    """It is news: it is asked for once, and said to be ready."""
    asked = async_capture_events(hass, EVENT_SUBTITLE_REQUESTED)
    ready = async_capture_events(hass, EVENT_MEDIA_READY)
    new = simulator.add_film(films, "New", year=2021, streams=WITHOUT, announce=False)

    answer = await async_act(hass, SERVICE_SCAN_LIBRARY, dry_run=False)
    assert [one["item_id"] for one in answer["requests"]] == [old.item_id]
    await loaded.runtime_data.coordinator.async_sync_now()

    await until(lambda: len(asked) == 2 and not loaded.runtime_data.ledger.open and ready)
    assert [event.data["item_id"] for event in ready] == [new.item_id]


async def test_what_arrived_while_the_ledger_was_lost_is_news_too(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    provider: SubtitleProvider,
    old: SimItem,
    entry: MockConfigEntry,
    lose_ledger: Callable[[], None],
) -> None:
    await async_load(hass, entry)
    assert await hass.config_entries.async_unload(entry.entry_id)
    lose_ledger()
    new = simulator.add_film(films, "New", year=2021, streams=WITHOUT, announce=False)
    asked = async_capture_events(hass, EVENT_SUBTITLE_REQUESTED)
    added = async_capture_events(hass, EVENT_MEDIA_ADDED)
    assert await hass.config_entries.async_setup(entry.entry_id)
    running: JellyfinSubtitlesConfigEntry = entry
    await until(lambda: added and len(asked) >= 2 and not running.runtime_data.ledger.is_lost)
    await until(lambda: not running.runtime_data.ledger.open and not running.runtime_data.requests.waiting)
    reasons = sorted((event.data["name"], event.data["reason"]) for event in asked)
    assert reasons == [("New", "new_media"), ("Old", "library_scan")]
    assert added[0].data["item_id"] == new.item_id


async def test_a_server_whose_messages_never_arrive_is_looked_through_nevertheless(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    old: SimItem,
    entry: MockConfigEntry,
    lose_ledger: Callable[[], None],
) -> None:
    lose_ledger()
    simulator.reject(503, path_prefix="/socket")
    asked = async_capture_events(hass, EVENT_SUBTITLE_REQUESTED)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    running: JellyfinSubtitlesConfigEntry = entry
    await running.runtime_data.coordinator.async_sync_now()
    await until(lambda: asked)


async def test_a_mass_arrival_is_left_to_who_decides_about_it(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    wanting_german: JellyfinSubtitlesConfigEntry,
) -> None:
    take_for_mass(monkeypatch, more_than=25)
    await async_let_arrive(simulator, wanting_german, films, 30)
    assert wanting_german.runtime_data.requests.mass == 30
    answer = await async_act(hass, SERVICE_SCAN_LIBRARY, dry_run=False)
    assert answer["requests"] == []
    assert wanting_german.runtime_data.requests.mass == 30


async def test_what_was_given_up_stays_so_when_the_switch_has_been_off(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    provider: SubtitleProvider,
    old: SimItem,
    entry: MockConfigEntry,
) -> None:
    await async_load(hass, entry, {CONF_LANGUAGES: ["de"]})
    running: JellyfinSubtitlesConfigEntry = entry
    await async_act(hass, SERVICE_SCAN_LIBRARY, dry_run=False)
    await until(lambda: running.runtime_data.ledger.open)
    (record,) = running.runtime_data.ledger.open.values()
    await running.runtime_data.worker._work.end([(record, RecordState.NOT_FOUND)])
    hass.config_entries.async_update_entry(entry, options={CONF_LANGUAGES: ["de", "en"]})
    assert await hass.config_entries.async_reload(entry.entry_id)
    await until(lambda: running.runtime_data.catch_up.last)
    asked = async_capture_events(hass, EVENT_SUBTITLE_REQUESTED)
    requests = running.runtime_data.requests
    await requests.set_automatic(False)
    (one,) = (await async_act(hass, SERVICE_SCAN_LIBRARY, dry_run=False))["requests"]
    assert one["missing"] == ["en"]
    await requests.set_automatic(True)
    await until(lambda: asked)
    assert asked[0].data["missing"] == ["en"]


async def test_news_that_waits_is_said_before_what_a_scan_asks_for(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    old: SimItem,
    entry: MockConfigEntry,
) -> None:
    await async_load(hass, entry, {CONF_LANGUAGES: ["de"]})
    running: JellyfinSubtitlesConfigEntry = entry
    asked = async_capture_events(hass, EVENT_SUBTITLE_REQUESTED)
    requests = running.runtime_data.requests
    requests.close()
    simulator.add_film(films, "New", year=2021, streams=WITHOUT)
    await until(lambda: requests.waiting == 1)
    await async_act(hass, SERVICE_SCAN_LIBRARY, dry_run=False)
    assert requests.waiting == 2
    requests.open()
    await until(lambda: len(asked) == 2)
    assert [event.data["name"] for event in asked] == ["New", "Old"]


@pytest.mark.parametrize("is_read_again", [False, True])
async def test_what_a_scan_asks_for_is_as_old_as_its_file(
    hass: HomeAssistant, old: SimItem, entry: MockConfigEntry, is_read_again: bool
) -> None:
    """Also where it is read again, because the switch has been off: the to-do list shows the newest file first."""
    old.created = datetime(2020, 2, 2, tzinfo=UTC).timestamp()
    await async_load(hass, entry)
    running: JellyfinSubtitlesConfigEntry = entry
    asked = async_capture_events(hass, EVENT_SUBTITLE_REQUESTED)
    requests = running.runtime_data.requests
    requests.close()
    await async_act(hass, SERVICE_SCAN_LIBRARY, dry_run=False)
    if is_read_again:
        await requests.set_automatic(True)
    requests.open()
    await until(lambda: asked)
    assert asked[0].data["announced_at"] == "2020-02-02T00:00:00+00:00"


async def test_what_two_pages_show_is_looked_at_once(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, entry: MockConfigEntry
) -> None:
    simulator.add_many(films, 120)
    await async_load(hass, entry, {CONF_LANGUAGES: ["de"]})
    answer = await async_act(hass, SERVICE_SCAN_LIBRARY, limit=500)
    assert answer["looked_at"] == len({one["item_id"] for one in answer["requests"]}) == 120
    assert answer["is_complete"]
