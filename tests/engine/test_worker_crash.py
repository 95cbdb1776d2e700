"""Whenever it ends, and in whatever state: each request ends once, and nothing is brought twice."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, override
from unittest.mock import patch

import pytest

from custom_components.jellyfin_subtitles.engine import ledger as module
from custom_components.jellyfin_subtitles.engine.backends import Candidate, Task
from custom_components.jellyfin_subtitles.engine.ledger_models import Outcome
from jellyfin_simulator import JellyfinSimulator, SimItem

from .memory import MemoryStorage
from .working import SmallBackend, a_request, paced, tracks, working

ONE_MORE_ATTEMPT = paced((timedelta(milliseconds=1),))


class MortalStorage(MemoryStorage):
    """Holds still for ever at one of its writes, just before or just after it."""

    def __init__(self, last: int, *, written: bool) -> None:
        super().__init__()
        self.left = last
        self.written = written
        self.died = asyncio.Event()
        self.found: MemoryStorage | None = None

    @override
    async def save_ledger(self, document: dict[str, Any]) -> None:
        if self.written:
            await super().save_ledger(document)
        await self._live_on()
        if not self.written:
            await super().save_ledger(document)

    @override
    async def save_closed(self, document: dict[str, Any]) -> bool:
        if self.written:
            await super().save_closed(document)
        await self._live_on()
        if not self.written:
            await super().save_closed(document)
        return True

    async def _live_on(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.found = self.after_a_crash()
            self.died.set()
            await asyncio.Event().wait()


class GermanBackend(SmallBackend):
    """Has nothing but German."""

    @override
    async def search(self, task: Task) -> list[Candidate]:
        found = await super().search(task)
        return list(found) if task.want.language.tag == "de" else []


def lacking(film: SimItem) -> Iterable[str]:
    """Return what a request that is read again asks for."""
    return [tag for tag in ("de", "fr") if not tracks(film)[tag]]


def ends(said: Iterable[Outcome], *, repeated: bool) -> Counter[str]:
    """Return how often each record has ended."""
    return Counter(one.record.record_id for one in said if one.next_attempt is None and one.repeated is repeated)


async def run_and_crash(
    simulator: JellyfinSimulator, films: list[SimItem], storage: MortalStorage
) -> tuple[list[Outcome], bool]:
    """Work until the storage holds still, or everything is done."""
    async with working(simulator, GermanBackend(simulator), storage=storage, timings=ONE_MORE_ATTEMPT) as house:
        for film in films:
            house.worker.take(a_request(film, "de", "fr"))
        await house.until(lambda: storage.died.is_set() or not (house.ledger.open or house.ledger.untold))
        # What was told is written as soon as there is nothing else to do.
        for _ in range(10):
            await asyncio.sleep(0)
        storage.left = 0
        said = list(house.said)
    return said, storage.found is not None


@pytest.mark.parametrize("written", [False, True])
@pytest.mark.parametrize("ends_in_hot_file", [2, 100])
async def test_a_crash_at_any_write_loses_nothing_and_doubles_nothing(
    simulator: JellyfinSimulator, monkeypatch: pytest.MonkeyPatch, written: bool, ends_in_hot_file: int
) -> None:
    monkeypatch.setattr(module, "ENDS_IN_HOT_FILE", ends_in_hot_file)
    library = simulator.add_library("Films", "movies")
    write, has_died = 0, True
    while has_died:
        write += 1
        films = [simulator.add_film(library, f"Film {write} {number}") for number in range(2)]
        storage = MortalStorage(write, written=written)
        said, has_died = await run_and_crash(simulator, films, storage)
        found = storage.found or storage.after_a_crash()
        async with working(simulator, GermanBackend(simulator), storage=found, timings=ONE_MORE_ATTEMPT) as house:
            for film in films:
                house.worker.take(a_request(film, *lacking(film), repeated=True))
            await house.until(lambda: not (house.ledger.open or house.ledger.untold))
            closed = {one.record_id: one.state.value for one in house.ledger.all_closed()}
            again = house.said
        wanted = {
            f"{film.item_id};{tag}": how for film in films for tag, how in (("de", "arrived"), ("fr", "not_found"))
        }
        assert closed == wanted, f"at write {write}"
        sure = ends(said, repeated=False) + ends(again, repeated=False)
        assert max(sure.values(), default=0) <= 1, f"at write {write}: an end is said twice"
        assert (sure + ends(again, repeated=True)).keys() == wanted.keys(), f"at write {write}: an end is lost"
        assert [tracks(film)["de"] for film in films] == [1, 1], f"at write {write}: brought twice"
    assert write > 15, "there was more than that to write"
    assert not ends(again, repeated=True), "what was written to its end is not said again"


@pytest.mark.parametrize("when", ["on_search", "on_fetch", "on_deliver"])
@pytest.mark.parametrize("is_done", [False, True])
async def test_a_crash_in_any_state_goes_on_where_it_was(
    simulator: JellyfinSimulator, when: str, is_done: bool
) -> None:
    film = simulator.add_film(simulator.add_library("Films", "movies"), "Harbour Lights")
    async with working(simulator) as house:
        died = asyncio.Event()

        async def die() -> None:
            if is_done:
                simulator.core.subtitle_files.save(film, ("de",), "srt", b"1\n")
                simulator.core.monitor.look(film)
            died.set()
            await asyncio.Event().wait()

        setattr(house.backend, when, [die])
        house.worker.take(a_request(film))
        await died.wait()
        storage = house.storage.after_a_crash()
    async with working(simulator, storage=storage) as house:
        await house.until(lambda: not (house.ledger.open or house.ledger.untold))
        outcome = house.said[-1]
        was_ours = when == "on_deliver" or not is_done
        assert outcome.state == ("arrived" if was_ours else "satisfied_elsewhere")
        assert (outcome.is_ready, tracks(film)["de"]) == (True, 1)
        # What may have been delivered and is not there is an attempt in vain.
        assert outcome.record.attempts == (0 if not was_ours else 2 if when == "on_deliver" and not is_done else 1)


async def test_an_end_of_which_nobody_has_heard_is_said_once_more_and_only_the_last_makes_the_file_ready(
    simulator: JellyfinSimulator,
) -> None:
    film = simulator.add_film(simulator.add_library("Films", "movies"), "Harbour Lights")
    async with working(simulator) as house:
        save = house.storage.save_ledger
        crashes: list[MemoryStorage] = []

        async def note(document: dict[str, Any]) -> None:
            await save(document)
            if any(not is_told for *_, is_told in document["ended"]):
                crashes.append(house.storage.after_a_crash())

        with patch.object(house.storage, "save_ledger", note):
            house.worker.take(a_request(film, "de", "fr"))
            await house.until_said(2)
    last = crashes[-1]
    async with working(simulator, storage=last) as house:
        await house.until_said()
        assert [(one.record.want.key, one.repeated, one.is_ready) for one in house.said] == [("fr", True, True)]
