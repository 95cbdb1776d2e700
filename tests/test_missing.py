"""The list of what is missing."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from custom_components.jellyfin_subtitles.const import DOMAIN
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from custom_components.jellyfin_subtitles.engine.ledger import Ledger
from custom_components.jellyfin_subtitles.engine.ledger_models import NOT_FOUND, Record, RecordState
from custom_components.jellyfin_subtitles.engine.wants import Want
from custom_components.jellyfin_subtitles.wording import Wording
from homeassistant.components.todo import DOMAIN as TODO_DOMAIN, TodoServices
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util
from jellyfin_simulator import JellyfinSimulator, SimLibrary

from . import until
from .engine.memory import MemoryStorage
from .engine.recording import asked_for

MISSING = "todo.simulator_missing_subtitles"


def count(hass: HomeAssistant) -> int:
    """Return how many items the list shows."""
    state = hass.states.get(MISSING)
    assert state is not None
    return int(state.state)


async def async_do(hass: HomeAssistant, action: TodoServices, **data: Any) -> None:
    """Do something with the list."""
    await hass.services.async_call(TODO_DOMAIN, action, {ATTR_ENTITY_ID: MISSING, **data}, blocking=True)


async def async_items(hass: HomeAssistant) -> list[dict[str, str]]:
    """Return what stands in the list."""
    answer = await hass.services.async_call(
        TODO_DOMAIN, TodoServices.GET_ITEMS, {ATTR_ENTITY_ID: MISSING}, blocking=True, return_response=True
    )
    assert answer is not None
    items: Any = answer[MISSING]
    return list(items["items"])


def only(entry: JellyfinSubtitlesConfigEntry) -> Record:
    """Return the one record that is open."""
    [record] = entry.runtime_data.ledger.open.values()
    return record


@pytest.fixture
async def record(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, wanting_german: JellyfinSubtitlesConfigEntry
) -> Record:
    """Return what a film lacks, once it was looked for in vain: there is no provider."""
    simulator.add_film(films, "Night Ferry", year=2021)
    await until(lambda: count(hass) == 1 and only(wanting_german).reason)
    await hass.async_block_till_done()
    return only(wanting_german)


async def test_an_item_says_what_is_missing_why_and_when_it_goes_on(hass: HomeAssistant, record: Record) -> None:
    due = dt_util.as_local(record.due)
    assert await async_items(hass) == [
        {
            "summary": "Night Ferry (2021) [German]",
            "uid": record.record_id,
            "status": "needs_action",
            "description": (
                f"The user may not manage subtitles. The next attempt is on {due:%Y-%m-%d} at {due:%H:%M}."
            ),
        }
    ]


async def test_the_newest_file_stands_first(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    series: SimLibrary,
    record: Record,
) -> None:
    ferry = simulator.add_series(series, "Harbor Lights")
    simulator.add_episode(ferry, 1, 2, "Ebb")
    await until(lambda: count(hass) == 2)
    assert [item["summary"] for item in await async_items(hass)] == [
        "Harbor Lights S01E02 · Ebb [German]",
        "Night Ferry (2021) [German]",
    ]


@pytest.mark.parametrize("named_by", ["uid", "summary"])
@pytest.mark.parametrize(
    ("action", "data"),
    [(TodoServices.UPDATE_ITEM, {"status": "completed"}), (TodoServices.REMOVE_ITEM, {})],
)
async def test_what_is_ticked_off_or_deleted_is_left_alone(
    hass: HomeAssistant,
    wanting_german: JellyfinSubtitlesConfigEntry,
    record: Record,
    action: TodoServices,
    data: dict[str, str],
    named_by: str,
) -> None:
    [item] = await async_items(hass)
    await async_do(hass, action, item=item[named_by], **data)
    await until(lambda: count(hass) == 0)
    closed = wanting_german.runtime_data.ledger.closed(record.record_id)
    assert closed is not None
    assert closed.state is RecordState.IGNORED


@pytest.mark.parametrize("status", ["needs_action", "completed"])
async def test_an_item_keeps_its_name(hass: HomeAssistant, record: Record, status: str) -> None:
    with pytest.raises(ServiceValidationError) as error:
        await async_do(hass, TodoServices.UPDATE_ITEM, item=record.record_id, rename="Day Ferry", status=status)
    assert (error.value.translation_domain, error.value.translation_key) == (DOMAIN, "todo_item_has_its_name")
    assert count(hass) == 1


async def test_an_item_that_is_not_ticked_off_stays(hass: HomeAssistant, record: Record) -> None:
    [item] = await async_items(hass)
    await async_do(hass, TodoServices.UPDATE_ITEM, item=item["uid"], rename=item["summary"], status="needs_action")
    await hass.async_block_till_done()
    assert count(hass) == 1


async def test_what_is_over_meanwhile_can_still_be_ticked_off(
    hass: HomeAssistant, wanting_german: JellyfinSubtitlesConfigEntry, record: Record
) -> None:
    wanting_german.runtime_data.ledger.drop(record)
    await async_do(hass, TodoServices.UPDATE_ITEM, item=record.record_id, status="completed")
    assert wanting_german.runtime_data.ledger.closed(record.record_id) is None


async def test_many_changes_in_one_turn_of_the_loop_are_written_once(
    hass: HomeAssistant, wanting_german: JellyfinSubtitlesConfigEntry, record: Record
) -> None:
    running = wanting_german.runtime_data
    written: list[int] = []
    running.coordinator.async_add_listener(lambda: written.append(count(hass)))
    for turn in (1, 2):
        for _ in range(50):
            running.worker.retry([])
        await hass.async_block_till_done()
        assert written == [1] * turn


@pytest.mark.parametrize(
    ("change", "description"),
    [
        ({"state": RecordState.SEARCHING}, "Being looked for now."),
        ({"state": RecordState.FETCHING}, "Found, being fetched now."),
        ({"state": RecordState.VERIFYING}, "Delivered, waiting for Jellyfin to show it."),
        ({"reason": None}, "To be looked for on 2026-12-24 at 10:00."),
        ({"reason": NOT_FOUND}, "Nothing was found. The next attempt is on 2026-12-24 at 10:00."),
        ({"reason": "eclipse"}, "Eclipse. The next attempt is on 2026-12-24 at 10:00."),
    ],
)
async def test_an_item_says_in_local_time_how_far_it_is(
    hass: HomeAssistant,
    wanting_german: JellyfinSubtitlesConfigEntry,
    record: Record,
    change: dict[str, Any],
    description: str,
) -> None:
    await hass.config.async_set_time_zone("Europe/Berlin")
    running = wanting_german.runtime_data
    running.worker.close()
    running.ledger.put(replace(record, due=datetime(2026, 12, 24, 9, 0, tzinfo=UTC), **change))
    running.worker.retry([])
    await hass.async_block_till_done()
    assert [item["description"] for item in await async_items(hass)] == [description]


@pytest.mark.parametrize(
    ("want", "words"),
    [
        ("de", "German"),
        ("pt-BR", "Portuguese (Brazil)"),
        ("en;forced", "English, forced"),
        ("fr;no_sdh", "French, no sdh"),
    ],
)
async def test_an_item_tells_kinds_of_subtitles_apart(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry, want: str, words: str
) -> None:
    request = asked_for()
    ledger = Ledger(MemoryStorage())
    [one] = ledger.enter(request, [Want.from_text(want)], request.requested_at)
    assert Wording(hass).missing(one) == f"Film [{words}]"
