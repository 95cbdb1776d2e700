"""Floods in the corridor: each item is announced once, together with the others."""

import asyncio
from collections.abc import Iterable
from unittest.mock import patch

import pytest

from custom_components.jellyfin_subtitles.engine import pipeline as pipeline_module
from custom_components.jellyfin_subtitles.engine.flood import FloodTimings
from custom_components.jellyfin_subtitles.engine.judge import EPISODE
from custom_components.jellyfin_subtitles.engine.models import MediaBatch, RequestReason
from custom_components.jellyfin_subtitles.engine.policy import Household
from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary

from .asking import GERMAN
from .corridor import Corridor, corridor
from .knowing import an_id

# Three are no flood; what comes one by one is given out as soon as the loop has turned.
FEW = FloodTimings(limit=3, window=60.0, quiet=0.01, longest=0.1)

# A flood of singles lasts for as long as the test.
LONG = FloodTimings(limit=3, window=60.0, quiet=60.0, longest=60.0)


def episodes(simulator: JellyfinSimulator, count: int, *, series: str = "Harbour Lights") -> list[SimItem]:
    """Let episodes of a new series arrive."""
    show = simulator.add_series(library(simulator, "Series"), series)
    return [simulator.add_episode(show, 1, number, f"Part {number}") for number in range(1, count + 1)]


def films(simulator: JellyfinSimulator, count: int) -> list[SimItem]:
    """Let films arrive."""
    return [simulator.add_film(library(simulator, "Films"), f"Film {number}", year=2020) for number in range(count)]


def library(simulator: JellyfinSimulator, name: str) -> SimLibrary:
    """Return one of the two libraries."""
    return next(one for one in simulator.core.shelves.libraries.values() if one.name == name)


@pytest.fixture(autouse=True)
async def libraries(simulator: JellyfinSimulator) -> None:
    """Have two libraries, with nothing in them yet."""
    simulator.add_library("Films", "movies")
    simulator.add_library("Series", "tvshows")


def see(house: Corridor, *items: SimItem) -> None:
    """Let one message name these items."""
    house.see(*[item.item_id for item in items])


def named(batches: list[MediaBatch]) -> list[str]:
    """Return the ids in batches."""
    return [item.item_id for batch in batches for item in batch.items]


async def test_what_one_message_names_is_one_batch_for_each_series_and_one_of_films(
    simulator: JellyfinSimulator,
) -> None:
    async with corridor(simulator, flood=LONG) as house:
        harbour, night = episodes(simulator, 3), episodes(simulator, 2, series="Night Train")
        others = films(simulator, 2)
        see(house, *harbour, others[0], *night, others[1])
        await house.until(lambda: house.pipeline.pending == 0)
        assert house.said == []
        assert sorted((batch.items[0].series_name or "films", len(batch.items)) for batch in house.batches) == [
            ("Harbour Lights", 3),
            ("Night Train", 2),
            ("films", 2),
        ]
        assert sorted(named(house.batches)) == sorted(item.item_id for item in (*harbour, *night, *others))


async def test_folders_in_a_message_make_no_flood_of_it(simulator: JellyfinSimulator) -> None:
    async with corridor(simulator, flood=LONG) as house:
        items = episodes(simulator, 2)
        folders = [item for item in simulator.core.shelves.items.values() if item.kind != EPISODE]
        assert len(items) + len(folders) > LONG.limit
        see(house, *items, *folders)
        await house.until(lambda: house.pipeline.pending == 0)
        assert (len(house.said), house.batches) == (2, [])


async def test_a_film_among_many_ids_that_come_to_nothing_is_said_on_its_own(simulator: JellyfinSimulator) -> None:
    with patch.object(pipeline_module, "BATCH", 2):
        async with corridor(simulator, flood=LONG) as house:
            (film,) = films(simulator, 1)
            house.see(film.item_id, *[an_id(number) for number in range(1, 8)])
            await house.until(lambda: house.pipeline.pending == 0)
            assert ([one.item_id for one in house.said], house.batches) == ([film.item_id], [])


async def test_what_hides_behind_each_other_at_first_is_one_flood_once_it_shows(simulator: JellyfinSimulator) -> None:
    async with corridor(simulator, flood=LONG) as house:
        shelf = library(simulator, "Films")
        items = [simulator.add_film(shelf, f"Film {number}", year=2020, fresh=True) for number in range(8)]
        see(house, *items)
        await house.until(lambda: house.pipeline.pending == 0)
        assert len(house.said) <= 1, "the only one that could be seen at first"
        assert len(house.said) + len(named(house.batches)) == len(items)


async def test_the_fourth_of_many_singles_waits_for_the_others(simulator: JellyfinSimulator) -> None:
    async with corridor(simulator, flood=FEW) as house:
        items = films(simulator, 6)
        for item in items:
            see(house, item)
            await house.until(lambda: not house.pipeline._waiting.due(asyncio.get_running_loop().time(), 1))
        await house.until(lambda: house.pipeline.pending == 0)
        assert house.titles == [f"Film {number} (2020)" for number in range(3)]
        assert sorted(named(house.batches)) == sorted(item.item_id for item in items[3:])


async def test_what_settles_later_follows_in_a_batch_of_its_own(simulator: JellyfinSimulator) -> None:
    async with corridor(simulator, flood=LONG) as house:
        items = films(simulator, 4)
        items.append(simulator.add_film(library(simulator, "Films"), "Late", year=2020, probed=False))
        see(house, *items)
        await house.until(lambda: bool(house.batches))
        assert len(named(house.batches)) == 4
        simulator.probe(items[4])
        see(house, items[4])
        await house.until(lambda: house.pipeline.pending == 0)
        assert len(named(house.batches)) == 5
        assert house.said == []


async def test_what_was_gathered_and_is_seen_again_is_said_once(simulator: JellyfinSimulator) -> None:
    async with corridor(simulator, flood=LONG) as house:
        items = films(simulator, 5)
        for item in items:
            see(house, item)
        await house.until(lambda: len(house.said) == 3 and house.pipeline._flood.total == 2)
        see(house, *items)
        house.pipeline.hold()
        house.pipeline.release()
        house.pipeline.removed([items[4].item_id])
        house.pipeline._flood.timings = FEW
        house.pipeline._rouse()
        await house.until(lambda: house.pipeline.pending == 0)
        assert named(house.batches) == [items[3].item_id], "and what was removed meanwhile is not said"


async def test_what_cannot_be_said_because_nobody_listens_is_said_later(simulator: JellyfinSimulator) -> None:
    async with corridor(simulator, flood=LONG) as house:
        items = films(simulator, 5)
        announcing = house.known.announcing

        async def close_meanwhile(item_ids: Iterable[str]) -> None:
            house.pipeline.close()
            await announcing(item_ids)

        with patch.object(house.known, "announcing", close_meanwhile):
            see(house, *items)
            await house.until(lambda: not house.pipeline._announcer.opened.is_set())
            await house.until(lambda: not house.known._announcing)
        assert house.batches == []
        house.pipeline.open()
        await house.until(lambda: house.pipeline.pending == 0)
        assert len(named(house.batches)) == 5


async def test_a_flood_asks_for_what_is_missing_once_it_is_over(simulator: JellyfinSimulator) -> None:
    async with corridor(simulator, flood=LONG, household=GERMAN) as house:
        items = films(simulator, 5)
        see(house, *items)
        await house.until(lambda: len(house.requested) == 5)
        assert sorted(one.needs.source_id for one in house.requested) == sorted(item.item_id for item in items)
        assert house.batches[0].as_dict()["missing_languages"] == ["de"]


async def test_a_single_item_asks_at_once_and_each_of_its_versions_for_itself(simulator: JellyfinSimulator) -> None:
    async with corridor(simulator, household=GERMAN) as house:
        (film,) = films(simulator, 1)
        see(house, film)
        await house.until(lambda: len(house.requested) == 1)
        assert house.said[0].missing_languages == ("de",)
        version = simulator.add_version(film, "4K")
        see(house, version)
        await house.until(lambda: len(house.requested) == 2)
        assert house.requested[1].needs.source_id == version.item_id
        assert house.requested[1].reason is RequestReason.NEW_VERSION


async def test_kinds_that_nobody_wants_to_hear_of_are_learnt_in_silence(simulator: JellyfinSimulator) -> None:
    async with corridor(simulator, household=Household(films=False)) as house:
        (film,), (episode,) = films(simulator, 1), episodes(simulator, 1)
        see(house, film, episode)
        await house.until(lambda: house.pipeline.pending == 0)
        assert [one.item_id for one in house.said] == [episode.item_id]
        assert film.item_id in house.known
    async with corridor(simulator, household=Household(episodes=False)) as house:
        (film,), (episode,) = films(simulator, 1), episodes(simulator, 1, series="Night Train")
        see(house, film, episode)
        await house.until(lambda: house.pipeline.pending == 0)
        assert [one.item_id for one in house.said] == [film.item_id]


async def test_a_flood_that_a_crash_interrupted_is_taken_up_as_a_flood(simulator: JellyfinSimulator) -> None:
    async with corridor(simulator, flood=LONG) as house:
        items = films(simulator, 5)
        await house.known.announcing(item.item_id for item in items)
        crash = house.storage.after_a_crash()
    async with corridor(simulator, flood=LONG, storage=crash, learnt=False) as house:
        house.libraries.update(await house.client.get_libraries())
        await house.until(lambda: house.pipeline.pending == 0)
        assert len(named(house.batches)) == 5
        assert all(item.repeated for batch in house.batches for item in batch.items)


async def test_what_one_catch_up_finds_in_all_libraries_is_one_flood(simulator: JellyfinSimulator) -> None:
    async with corridor(simulator, flood=LONG) as house:
        films(simulator, 2)
        episodes(simulator, 3)
        house.simulator.journal.clear()
        assert len((await house.catch_up.run()).found) == 5
        await house.until(lambda: house.pipeline.pending == 0)
        assert len(named(house.batches)) == 5
        assert len(house.simulator.journal.requests) == 6, "the libraries, two pages of each, and the items"


async def test_what_is_said_before_the_flood_is_over_asks_for_nothing_yet(simulator: JellyfinSimulator) -> None:
    at_once = FloodTimings(limit=3, quiet=0.0, longest=0.0)
    waiting: list[int] = []
    with patch.object(pipeline_module, "BATCH", 2):
        async with corridor(simulator, flood=at_once, household=GERMAN) as house:
            house.pipeline.subscribe_batches(lambda _batch: waiting.append(house.requests.waiting))
            items = films(simulator, 4)
            house.see(*[item.item_id for item in items], an_id(1))
            await house.until(lambda: len(house.requested) == 4)
            await house.until(lambda: house.pipeline.pending == 0)
    assert waiting == [0, 0]


async def test_what_is_removed_at_the_last_moment_is_not_said(simulator: JellyfinSimulator) -> None:
    async with corridor(simulator) as house:
        first, second = films(simulator, 2)
        announcing = house.known.announcing

        async def remove_meanwhile(item_ids: Iterable[str]) -> None:
            await announcing(item_ids)
            house.pipeline.removed([first.item_id])

        with patch.object(house.known, "announcing", remove_meanwhile):
            see(house, first, second)
            await house.until(lambda: house.pipeline.pending == 0)
        assert [one.item_id for one in house.said] == [second.item_id]
