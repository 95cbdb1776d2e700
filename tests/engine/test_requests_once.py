"""Requests and announcements together: whatever comes in between, each file is asked for once."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest

from custom_components.jellyfin_subtitles.engine import flood
from custom_components.jellyfin_subtitles.engine.flood import FloodTimings
from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.models import RequestReason
from custom_components.jellyfin_subtitles.engine.requests import SubtitleRequests
from custom_components.jellyfin_subtitles.engine.wants import Want
from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary

from .asking import GERMAN, asking
from .corridor import Corridor, corridor
from .knowing import an_id
from .memory import MemoryStorage

# Three are no flood, and one lasts no longer than it must.
FLOOD = FloodTimings(limit=3, quiet=0.05, longest=0.1)


@pytest.fixture(autouse=True)
async def library(simulator: JellyfinSimulator) -> SimLibrary:
    """Return a library with nothing in it yet."""
    return simulator.add_library("Films", "movies")


def films(simulator: JellyfinSimulator, library: SimLibrary, count: int) -> list[SimItem]:
    """Let films arrive."""
    return [simulator.add_film(library, f"Film {number}", year=2020) for number in range(count)]


async def restarted(simulator: JellyfinSimulator, storage: MemoryStorage, count: int, *, asked: int = 0) -> Corridor:
    """Start again, say what is open, then catch up; returns what was said, once it is that much."""
    async with corridor(simulator, household=GERMAN, storage=storage, flood=FLOOD, learnt=False) as house:
        await house.until(lambda: house.requests.waiting == 0)
        await house.catch_up.run()
        await house.until(lambda: len(house.said) + sum(len(batch.items) for batch in house.batches) == count)
        await house.until(lambda: len(house.requested) >= asked and house.requests.waiting == 0)
    return house


def asked(house: Corridor) -> Counter[str]:
    """Return how often each file was asked for."""
    return Counter(one.needs.source_id for one in house.requested)


@pytest.mark.parametrize("count", [1, 5])
async def test_what_nobody_heard_of_because_it_ended_is_asked_for_once_after_the_restart(
    simulator: JellyfinSimulator, library: SimLibrary, count: int
) -> None:
    async with corridor(simulator, household=GERMAN, flood=FLOOD) as house:
        items = films(simulator, library, count)
        announcing = house.known.announcing

        async def close_meanwhile(item_ids: Iterable[str]) -> None:
            house.pipeline.close()
            await announcing(item_ids)

        with patch.object(house.known, "announcing", close_meanwhile):
            house.see(*[item.item_id for item in items])
            await house.until(lambda: not house.pipeline._announcer.opened.is_set())
            await house.until(lambda: not house.known._announcing)
        assert (house.said, house.batches, house.requested) == ([], [], [])
        assert not house.requests._book.held
        storage = house.storage
    again = await restarted(simulator, storage, count, asked=count)
    assert asked(again) == dict.fromkeys((item.item_id for item in items), 1)


@pytest.mark.parametrize("write", ["save_journal", "save_requests"])
async def test_a_crash_after_any_write_repeats_nothing_in_silence(
    simulator: JellyfinSimulator, library: SimLibrary, write: str
) -> None:
    crashes: list[MemoryStorage] = []
    async with corridor(simulator, household=GERMAN) as house:
        (film,) = films(simulator, library, 1)
        save = getattr(house.storage, write)

        async def die(document: dict[str, Any]) -> None:
            await save(document)
            crashes.append(house.storage.after_a_crash())

        with patch.object(house.storage, write, die):
            house.see(film.item_id)
            await house.until(lambda: bool(house.requested))
            await house.until(lambda: len(crashes) > 1)
    for crash in crashes:
        known_already = film.item_id in str(crash.journal).partition('"since"')[2]
        again = await restarted(simulator, crash, 0 if known_already else 1)
        assert sum(not one.repeated for one in again.requested) <= 1
        assert len({one.request_id for one in (*house.requested, *again.requested)}) == 1, "one request, one id"


async def test_a_mass_is_one_even_if_some_of_it_is_looked_into_later(
    simulator: JellyfinSimulator, library: SimLibrary
) -> None:
    with patch.object(flood, "MASS", 4):
        async with corridor(simulator, household=GERMAN, flood=FLOOD) as house:
            items = films(simulator, library, 3)
            late = [simulator.add_film(library, f"Late {number}", probed=False) for number in range(3)]
            house.see(*[item.item_id for item in (*items, *late)])
            await house.until(lambda: bool(house.batches))
            for item in late:
                simulator.probe(item)
            house.see(*[item.item_id for item in late])
            await house.until(lambda: house.requests.mass >= 3 and house.pipeline.pending == 0)
            assert house.requested == []


async def test_a_mass_that_a_crash_interrupts_stays_one(simulator: JellyfinSimulator, library: SimLibrary) -> None:
    with patch.object(flood, "MASS", 4):
        async with corridor(simulator, household=GERMAN, flood=FLOOD) as house:
            items = films(simulator, library, 6)
            hold, crashes = house.requests.hold, []

            async def die(arrived: Any, total: int) -> None:
                await hold(arrived, total)
                crashes.append(house.storage.after_a_crash())

            with patch.object(house.requests, "hold", die):
                house.see(*[item.item_id for item in items])
                await house.until(lambda: house.requests.mass == 6)
        async with corridor(simulator, household=GERMAN, flood=FLOOD, storage=crashes[0]) as house:
            assert house.requests.arrived == 6
            await house.until(lambda: house.requests.mass == 6 and house.requests.arrived == 0)
            assert house.requested == []


async def test_a_mass_whose_files_vanish_while_nobody_listens_needs_nobody(
    simulator: JellyfinSimulator, library: SimLibrary
) -> None:
    with patch.object(flood, "MASS", 4):
        async with corridor(simulator, household=GERMAN, flood=FLOOD) as house:
            items = films(simulator, library, 6)
            house.see(*[item.item_id for item in items])
            await house.until(lambda: house.requests.mass == 6)
            storage = house.storage
        for item in items[1:]:
            simulator.remove(item)
        fault = simulator.reject(503, "/Items")
        simulator.journal.clear()
        async with corridor(simulator, household=GERMAN, storage=storage, learnt=False) as house:
            await house.until(lambda: bool(simulator.journal.requests))
            assert house.requests.mass == 6, "a server that is away says nothing about them"
        simulator.mend(fault)
        async with corridor(simulator, household=GERMAN, storage=storage, learnt=False) as house:
            await house.until(lambda: house.requests.mass == 1)


async def test_an_id_that_the_server_never_shows_keeps_no_flood_open(
    simulator: JellyfinSimulator, library: SimLibrary
) -> None:
    """Jellyfin 10.11 names the placeholder of each new season, and removes it in the same moment."""
    async with corridor(simulator, household=GERMAN, flood=FLOOD) as house:
        items = films(simulator, library, 4)
        house.see(*[item.item_id for item in items], an_id(1))
        await house.until(lambda: len(house.requested) == 4)
        house.see(simulator.add_film(library, "Alone", year=2020).item_id)
        await house.until(lambda: house.titles == ["Alone (2020)"])


async def test_the_newest_of_a_flood_is_asked_for_first_whatever_it_is(
    simulator: JellyfinSimulator, library: SimLibrary
) -> None:
    show = simulator.add_series(simulator.add_library("Series", "tvshows"), "Harbour Lights")
    async with corridor(simulator, household=GERMAN, flood=FLOOD) as house:
        first = simulator.add_episode(show, 1, 1, "Part 1")
        between = films(simulator, library, 2)
        last = simulator.add_episode(show, 1, 2, "Part 2")
        house.see(*[item.item_id for item in (first, *between, last)])
        await house.until(lambda: len(house.requested) == 4)
        assert [one.item.name for one in house.requested] == ["Part 2", "Film 1", "Film 0", "Part 1"]


async def test_versions_that_come_in_a_flood_are_asked_for_as_versions(
    simulator: JellyfinSimulator, library: SimLibrary
) -> None:
    old = films(simulator, library, 5)
    async with corridor(simulator, household=GERMAN, flood=FLOOD) as house:
        versions = [simulator.add_version(film, "4K") for film in old]
        house.see(*[version.item_id for version in versions])
        await house.until(lambda: len(house.requested) == 5)
        assert {one.reason for one in house.requested} == {RequestReason.NEW_VERSION}
        assert asked(house) == dict.fromkeys((version.item_id for version in versions), 1)


async def test_while_the_server_is_away_a_flood_waits(simulator: JellyfinSimulator, library: SimLibrary) -> None:
    async with corridor(simulator, household=GERMAN, flood=FLOOD) as house:
        items = films(simulator, library, 5)
        fault = simulator.reject(503, "/Items")
        house.see(*[item.item_id for item in items])
        await asyncio.sleep(0)
        simulator.mend(fault)
        await house.until(lambda: len(house.requested) == 5)
        assert set(asked(house).values()) == {1}


async def test_what_somebody_asked_for_is_not_left_to_the_announcement(
    simulator: JellyfinSimulator, library: SimLibrary
) -> None:
    (film,) = films(simulator, library, 1)
    async with asking(simulator, opened=False) as house:
        ((said, needs),) = await house.read(film.item_id)
        (request_id,) = await house.requests.request([(said, needs[0])], RequestReason.ACTION)
        await house.requests.queue([(said, needs)])
        storage = house.storage.after_a_crash()
    again = SubtitleRequests(house.client, house.libraries, storage, GERMAN, now=lambda: said.announced_at)
    assert again.waiting == 0
    await again.load([film.item_id])
    assert again.waiting == 1
    assert request_id in str(again._book.as_document()["open"])


async def test_who_asks_for_the_same_in_another_order_asks_for_nothing_else(
    simulator: JellyfinSimulator, library: SimLibrary
) -> None:
    (film,) = films(simulator, library, 1)
    wants = (Want(Language("fr")), Want(Language("de")))
    async with asking(simulator, opened=False) as house:
        ((said, (needs,)),) = await house.read(film.item_id)
        first = await house.requests.request([(said, replace(needs, wants=wants))], RequestReason.ACTION)
        again = await house.requests.request([(said, replace(needs, wants=wants[::-1]))], RequestReason.ACTION)
        other = await house.requests.request([(said, replace(needs, wants=wants[1:]))], RequestReason.ACTION)
        assert again == first != other
        assert house.requests.waiting == 2


async def test_each_file_of_a_film_waits_for_itself(simulator: JellyfinSimulator, library: SimLibrary) -> None:
    (film,) = films(simulator, library, 1)
    version = simulator.add_version(film, "4K")
    async with asking(simulator, opened=False) as house:
        ((said, needs),) = await house.read(film.item_id)
        (of_film,), (of_version,) = [
            [one for one in needs if one.source_id == id_] for id_ in (film.item_id, version.item_id)
        ]
        await house.requests.queue([(said, [of_version])])
        assert house.requests.files == {version.item_id}
        await house.requests.queue([(said, [of_film])])
        house.requests.open()
        await house.until(lambda: len(house.said) == 2)
    assert len({one.request_id for one in house.said}) == 2


async def test_what_was_there_before_comes_after_the_news(simulator: JellyfinSimulator, library: SimLibrary) -> None:
    new, old = films(simulator, library, 2)
    async with asking(simulator, opened=False) as house:
        await house.requests.queue(await house.read(new.item_id))
        ((said, (needs,)),) = await house.read(old.item_id)
        await house.requests.request([(said, needs)], RequestReason.LIBRARY_SCAN)
        house.requests.open()
        await house.until(lambda: len(house.said) == 2)
        assert house.titles == [new.name, old.name]
