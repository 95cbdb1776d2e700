"""What is remembered of requests, and how it is written."""

import asyncio
from datetime import timedelta
import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from custom_components.jellyfin_subtitles.engine import ledger as module
from custom_components.jellyfin_subtitles.engine.ledger import REMEMBERED, Ledger
from custom_components.jellyfin_subtitles.engine.ledger_models import RecordState

from .memory import MemoryStorage
from .recording import NOW, closed, opened

STORED = Path(__file__).parent / "stored"


@pytest.fixture
def storage() -> MemoryStorage:
    """Return an empty disk."""
    return MemoryStorage()


@pytest.fixture
def ledger(storage: MemoryStorage) -> Ledger:
    """Return a ledger with nothing in it."""
    return Ledger(storage)


async def again(storage: MemoryStorage) -> Ledger:
    """Return what the next run begins with."""
    ledger = Ledger(storage.after_a_crash())
    await ledger.load()
    return ledger


# The two files


async def test_everything_is_there_again(ledger: Ledger, storage: MemoryStorage) -> None:
    closed(ledger, "told", RecordState.ARRIVED)
    untold = closed(ledger, "untold", RecordState.NOT_FOUND, told=False)
    (record,) = opened(ledger)
    await ledger.save_all()
    read = await again(storage)
    assert dict(read.open) == {"film;de": record}
    assert read.untold == (untold,)
    assert list(read.all_closed()) == list(ledger.all_closed())
    assert read.closed("told;de") == ledger.closed("told;de")
    assert not read.has_all("untold")


@pytest.mark.parametrize(
    ("state", "goes_on", "attempts"),
    [
        (RecordState.WAITING, RecordState.WAITING, 1),
        (RecordState.SEARCHING, RecordState.WAITING, 0),
        (RecordState.FETCHING, RecordState.WAITING, 0),
        (RecordState.VERIFYING, RecordState.VERIFYING, 1),
    ],
)
async def test_what_was_asked_when_it_ended_is_asked_again_and_what_was_delivered_is_looked_for(
    ledger: Ledger, storage: MemoryStorage, state: RecordState, goes_on: RecordState, attempts: int
) -> None:
    (record,) = opened(ledger)
    ledger.put(record.__replace__(state=state, attempts=1))
    await ledger.save()
    (read,) = (await again(storage)).open.values()
    assert (read.state, read.attempts) == (goes_on, attempts)


async def test_nothing_new_is_not_written(ledger: Ledger, storage: MemoryStorage) -> None:
    await ledger.save()
    await ledger.save_all()
    assert (storage.ledger_writes, storage.closed_writes) == (0, 0)
    opened(ledger)
    await ledger.save()
    await ledger.save()
    assert (storage.ledger_writes, storage.closed_writes) == (1, 0)


async def test_ends_move_to_the_other_file_once_they_are_many_and_told(
    ledger: Ledger, storage: MemoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ENDS_IN_HOT_FILE", 3)
    closed(ledger, "untold", RecordState.ARRIVED, told=False)
    for number in range(3):
        await ledger.save()
        assert storage.closed_writes == 0
        closed(ledger, str(number), RecordState.ARRIVED)
    await ledger.save()
    assert storage.closed_writes == 1
    assert len(json.loads(storage.closed or "")["closed"]) == 3
    assert len(json.loads(storage.ledger or "")["ended"]) == 1
    assert list((await again(storage)).all_closed()) == list(ledger.all_closed())


async def test_ends_that_cannot_be_moved_stay_where_they_are(ledger: Ledger, storage: MemoryStorage) -> None:
    closed(ledger, "film", RecordState.ARRIVED)

    async def is_full(document: object) -> bool:
        return False

    with patch.object(storage, "save_closed", is_full):
        await ledger.save_all()
    assert (await again(storage)).closed("film;de") is not None


async def test_what_begins_anew_while_its_end_is_moved_has_no_end(ledger: Ledger, storage: MemoryStorage) -> None:
    closed(ledger, "film", RecordState.ARRIVED)
    save = storage.save_closed

    async def begin_meanwhile(document: dict[str, Any]) -> bool:
        opened(ledger)
        return await save(document)

    with patch.object(storage, "save_closed", begin_meanwhile):
        await ledger.save_all()
    for one in (ledger, await again(storage)):
        assert (list(one.open), one.closed("film;de")) == (["film;de"], None)


async def test_an_end_of_what_began_anew_stands_once(ledger: Ledger, storage: MemoryStorage) -> None:
    closed(ledger, "film", RecordState.NOT_FOUND)
    closed(ledger, "other", RecordState.ARRIVED)
    await ledger.save_all()
    closed(ledger, "film", RecordState.ARRIVED)
    await ledger.save()
    ends = [("other;de", RecordState.ARRIVED), ("film;de", RecordState.ARRIVED)]
    assert [(one.record_id, one.state) for one in ledger.all_closed()] == ends
    read = await again(storage)
    assert [(one.record_id, one.state) for one in read.all_closed()] == ends
    await read.save_all()
    assert [(one.record_id, one.state) for one in read.all_closed()] == ends


async def test_ends_are_remembered_for_ninety_days_and_what_was_left_alone_for_ever(
    ledger: Ledger, storage: MemoryStorage
) -> None:
    for state in (RecordState.ARRIVED, RecordState.IGNORED):
        closed(ledger, state.value, state, now=NOW)
    await ledger.save_all()
    closed(ledger, "just", RecordState.ARRIVED, now=NOW + REMEMBERED)
    await ledger.save_all()
    assert ledger.closed("arrived;de") is not None
    closed(ledger, "late", RecordState.ARRIVED, now=NOW + REMEMBERED + timedelta(seconds=1))
    await ledger.save_all()
    for one in (ledger, await again(storage)):
        assert {end.record_id for end in one.all_closed()} == {"ignored;de", "just;de", "late;de"}


async def test_who_saves_while_it_is_being_written_waits_until_theirs_is_written(
    ledger: Ledger, storage: MemoryStorage
) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()
    written: list[list[str]] = []

    async def slowly(document: dict[str, Any]) -> None:
        begun.set()
        await may_end.wait()
        written.append([row[0] for row in document["open"]])

    with patch.object(storage, "save_ledger", slowly):
        opened(ledger, "first")
        first = asyncio.create_task(ledger.save())
        await begun.wait()
        opened(ledger, "second")
        second = asyncio.create_task(ledger.save())
        third = asyncio.create_task(ledger.save())
        may_end.set()
        await asyncio.gather(first, second, third)
    assert written == [["first"], ["first", "second"]]


async def test_what_could_not_be_written_is_written_next_time(ledger: Ledger, storage: MemoryStorage) -> None:
    opened(ledger)
    with patch.object(storage, "save_ledger", side_effect=OSError), pytest.raises(OSError):
        await ledger.save()
    await ledger.save()
    assert "film" in str(storage.ledger)


# What somebody else wrote


async def test_the_first_version_is_understood_for_ever() -> None:
    storage = MemoryStorage(
        ledger=(STORED / "ledger-1.json").read_text(), closed=(STORED / "ledger_closed-1.json").read_text()
    )
    ledger = await again(storage)
    assert [(one.record_id, one.state, one.attempts) for one in ledger.open.values()] == [
        ("0" * 31 + "1;de", RecordState.WAITING, 0),
        ("0" * 31 + "1;pt-BR;forced;no_sdh", RecordState.VERIFYING, 3),
        ("0" * 31 + "2;en;either;sdh", RecordState.WAITING, 4),
    ]
    assert [(one.record.title, one.is_ready) for one in ledger.untold] == [("Harbour Lights (2020)", True)]
    assert {one.record_id: one.state.value for one in ledger.all_closed()} == {
        "0" * 31 + "3;de": "arrived",
        "0" * 31 + "4;de": "failed",
        "0" * 31 + "5;de": "not_found",
        "0" * 31 + "6;de": "ignored",
        "0" * 31 + "7;de": "gone",
        "0" * 31 + "8;de": "satisfied_elsewhere",
        "0" * 31 + "9;de": "arrived",
    }


@pytest.mark.parametrize("nonsense", ["[]", "{}", '{"open": 1, "ended": []}', '{"open": [], "ended": [1]}', "1"])
async def test_nonsense_is_kept_aside(nonsense: str) -> None:
    storage = MemoryStorage(ledger=nonsense)
    ledger = Ledger(storage)
    await ledger.load()
    assert storage.ledger_kept_aside == [(nonsense, None)]
    assert (dict(ledger.open), list(ledger.all_closed())) == ({}, [])
    opened(ledger)
    await ledger.save()
    assert (await again(storage)).open.keys() == {"film;de"}


async def test_a_closed_ledger_that_is_nonsense_is_kept_aside_with_the_open_one(
    ledger: Ledger, storage: MemoryStorage
) -> None:
    opened(ledger)
    await ledger.save()
    storage.closed = '{"closed": [[1]]}'
    read = Ledger(storage)
    await read.load()
    assert (len(storage.ledger_kept_aside), dict(read.open)) == (1, {})


async def test_an_open_record_that_is_over_is_nonsense(ledger: Ledger, storage: MemoryStorage) -> None:
    (record,) = opened(ledger)
    ledger.put(record.__replace__(state=RecordState.ARRIVED))
    await ledger.save()
    await Ledger(storage).load()
    assert len(storage.ledger_kept_aside) == 1


@pytest.mark.parametrize("is_readable", [True, False])
async def test_that_what_was_open_is_lost_is_remembered_until_it_was_found_anew(
    storage: MemoryStorage, is_readable: bool
) -> None:
    """Whoever could not read it: the disk, or the ledger itself."""
    if is_readable:
        storage.ledger = json.dumps({"open": "?"})
    else:
        storage.has_lost_ledger = True
    ledger = Ledger(storage)
    await ledger.load()
    for run in (ledger, await again(storage), await again(storage)):
        assert run.is_lost
    await ledger.found_anew()
    assert not (await again(storage)).is_lost


async def test_where_there_was_nothing_nothing_is_lost(ledger: Ledger, storage: MemoryStorage) -> None:
    await ledger.load()
    assert not ledger.is_lost
    assert storage.ledger_writes == 0
