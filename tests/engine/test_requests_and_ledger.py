"""A request counts as said once the ledger has written it: whenever it ends, none is lost and none is there twice."""

import asyncio
from collections.abc import Callable
import json
from typing import Any, override
from unittest.mock import patch

import pytest

from custom_components.jellyfin_subtitles.engine.ledger import Ledger
from custom_components.jellyfin_subtitles.engine.ledger_models import RecordState
from custom_components.jellyfin_subtitles.engine.models import SubtitleRequest
from jellyfin_simulator import JellyfinSimulator, SimItem

from .asking import Asking, asking
from .memory import MemoryStorage
from .recording import NOW, a_want


class Watched(MemoryStorage):
    """Keeps what a crash would leave just before and just after each write."""

    def __init__(self) -> None:
        super().__init__()
        self.crashes: list[MemoryStorage] = []
        self.written: list[str] = []

    @override
    async def save_requests(self, document: dict[str, Any]) -> None:
        self.crashes.append(self.after_a_crash())
        # Somebody else has a turn in the middle of it.
        await asyncio.sleep(0)
        await super().save_requests(document)
        self.written.append("requests")
        self.crashes.append(self.after_a_crash())

    @override
    async def save_ledger(self, document: dict[str, Any]) -> None:
        self.crashes.append(self.after_a_crash())
        await asyncio.sleep(0)
        await super().save_ledger(document)
        self.written.append("ledger")
        self.crashes.append(self.after_a_crash())


def films(simulator: JellyfinSimulator, count: int) -> list[SimItem]:
    """Return films without German subtitles."""
    library = simulator.add_library("Films", "movies")
    return [simulator.add_film(library, f"Film {number}", year=2020) for number in range(count)]


def taking(ledger: Ledger, given_up: Callable[[str], bool]) -> Callable[[SubtitleRequest], None]:
    """Return what takes requests into a ledger, and gives some of them up at once."""

    def take(request: SubtitleRequest) -> None:
        for record in ledger.enter(request, [a_want()], NOW):
            if given_up(record.source_id):
                ledger.told(ledger.close(record, RecordState.NOT_FOUND, NOW))

    return take


async def said_all(house: Asking, count: int) -> None:
    """Wait until everything is said and written."""
    await house.until(lambda: len(house.said) >= count and house.requests.waiting == 0)
    await house.until(lambda: not house.requests._unsaved)


@pytest.mark.parametrize("is_given_up", [False, True])
async def test_a_crash_at_any_write_loses_no_request_and_doubles_no_record(
    simulator: JellyfinSimulator, is_given_up: bool
) -> None:
    storage = Watched()
    items = films(simulator, 12)
    wanted = {item.item_id for item in items}
    given_up = {item.item_id for item in items[::2]} if is_given_up else set()
    async with asking(simulator, storage=storage) as house:
        ledger = Ledger(storage)
        house.requests.save_first(ledger.save)
        house.requests.subscribe(taking(ledger, given_up.__contains__))
        await house.requests.queue(await house.read(*wanted))
        queued = len(storage.crashes)
        await said_all(house, len(items))
    assert len(storage.crashes) > queued + 4
    for crash in storage.crashes[queued - 1 :]:
        ended = {row[1][1] for row in json.loads(crash.ledger or '{"ended": []}')["ended"]}
        async with asking(simulator, storage=crash) as house:
            ledger = Ledger(crash)
            await ledger.load()
            house.requests.save_first(ledger.save)
            house.requests.subscribe(taking(ledger, lambda source_id: False))
            await said_all(house, 0)
            there = {one.source_id for one in ledger.open.values()}
            assert there | ended == wanted, "none is lost"
            assert not there & ended, "none is there twice"


async def test_what_is_said_while_the_ledger_is_written_is_still_open_in_the_book(
    simulator: JellyfinSimulator,
) -> None:
    storage = MemoryStorage()
    async with asking(simulator, storage=storage, opened=False) as house:
        await house.requests.queue(await house.read(*[item.item_id for item in films(simulator, 3)]))
        taken: list[str] = []
        written: list[tuple[list[str], list[str]]] = []

        async def write_what_is_taken() -> None:
            before = list(taken)
            await asyncio.sleep(0)
            await house.until(lambda: len(taken) == 3 or not before)
            on_the_disk[:] = before

        on_the_disk: list[str] = []
        save = storage.save_requests

        async def note(document: dict[str, Any]) -> None:
            await save(document)
            written.append((list(on_the_disk), [row[0] for row in document["open"]]))

        house.requests.subscribe(lambda request: taken.append(request.request_id))
        stop = house.requests.save_first(write_what_is_taken)
        with patch.object(storage, "save_requests", note):
            house.requests.open()
            saving = asyncio.create_task(house.requests.set_automatic(True))
            await said_all(house, 3)
            await saving
        stop()
        for ledger, book in written:
            assert sorted({*ledger, *book}) == sorted(taken), "what the book says was said, the ledger has"


async def test_of_two_saves_at_once_the_older_book_never_comes_last(simulator: JellyfinSimulator) -> None:
    storage = MemoryStorage()
    async with asking(simulator, storage=storage, opened=False) as house:
        items = films(simulator, 2)
        first_waits, waits = asyncio.Event(), [True]

        async def hold_up_the_first() -> None:
            if waits:
                waits.clear()
                await first_waits.wait()

        house.requests.save_first(hold_up_the_first)
        arrived = [await house.read(item.item_id) for item in items]
        saves = [asyncio.create_task(house.requests.queue(one)) for one in arrived]
        await house.until(lambda: not waits and house.requests.waiting == 2)
        first_waits.set()
        await asyncio.gather(*saves)
        assert len(json.loads(str(storage.requests))["open"]) == 2


async def test_what_the_ledger_cannot_write_does_not_count_as_said(
    simulator: JellyfinSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    storage = MemoryStorage()
    async with asking(simulator, storage=storage) as house:
        await house.requests.queue(await house.read(films(simulator, 1)[0].item_id))
        failures = [OSError("full")]

        async def fail_once() -> None:
            if failures and house.said:
                raise failures.pop()

        house.requests.save_first(fail_once)
        await house.until(lambda: not failures)
        await asyncio.sleep(0)
        assert len(json.loads(str(storage.requests))["open"]) == 1
    assert json.loads(str(storage.requests))["open"] == [], "it is written as it ends"
    assert "The open requests could not be written" in caplog.text
