"""The webhook's door: gathers, asks little, and overrules nobody."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from unittest.mock import Mock, create_autospec

import pytest

from custom_components.jellyfin_subtitles.engine.catch_up_worker import CatchUpWorker
from custom_components.jellyfin_subtitles.engine.known import KnownIds
from custom_components.jellyfin_subtitles.engine.models import Sighting, Source
from custom_components.jellyfin_subtitles.engine.pipeline import SubtitlePipeline
from custom_components.jellyfin_subtitles.engine.webhook import Dialect, Hint
from custom_components.jellyfin_subtitles.engine.webhook_door import MOST_IN_A_ROUND, MOST_ON_THEIR_WAY, WebhookDoor
from jellyfin_simulator import JellyfinSimulator

from .corridor import Corridor, corridor
from .knowing import an_id
from .memory import MemoryStorage
from .test_catch_up_worker import PACE, TimedCatchUp
from .virtual_time import in_virtual_time

# The id before it is a row of the server's own, which 10.11 cannot show.
FIRST_MADE_UP = 2

LOOK = Hint(Dialect.RADARR, look=True)


def naming(*item_ids: str) -> Hint:
    """Return what a post says that names these."""
    return Hint(Dialect.PLUGIN, item_ids)


def door_of(house: Corridor, look: Callable[[], None]) -> WebhookDoor:
    """Return the door of a running corridor; a second is over as soon as the loop has turned."""
    return WebhookDoor(house.pipeline, house.known, look, now=lambda: datetime.now(UTC), gather_for=0)


async def end_of_round(house: Corridor) -> None:
    """Let the second pass, and what was gathered in it be dealt with."""
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await house.pipeline.drain()


async def test_what_a_row_of_posts_names_is_read_together_and_announced(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    async with corridor(simulator) as house:
        door = door_of(house, Mock())
        for number in range(20):
            door.take(naming(simulator.add_film(films, f"Film {number}", year=2020).item_id))
        await house.until(lambda: len(house.said) == 20)
        assert simulator.journal.count(path_prefix="/Items") <= 3
    assert {one.source for one in house.said} == {Source.WEBHOOK}


async def test_known_ids_cost_no_request_however_often_they_are_posted(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    known = [item.item_id for item in simulator.add_many(films, 100)]
    look = Mock()
    async with corridor(simulator) as house:
        door = door_of(house, look)
        for _ in range(60):
            for item_id in known:
                door.take(naming(item_id))
            await end_of_round(house)
        assert simulator.journal.requests == []
    look.assert_not_called()


async def test_a_hundred_made_up_ids_a_second_cost_one_request_a_second(simulator: JellyfinSimulator) -> None:
    simulator.add_library("Films", "movies")
    storage = MemoryStorage()
    async with corridor(simulator, storage=storage) as house:
        door, writes = door_of(house, Mock()), storage.journal_writes
        for second in range(60):
            for number in range(100):
                door.take(naming(an_id(FIRST_MADE_UP + 100 * second + number)))
            await end_of_round(house)
            assert house.pipeline.pending == 0
        assert simulator.journal.count() == 60
        assert storage.journal_writes == writes


@in_virtual_time
async def test_a_hundred_made_up_ids_a_second_cause_few_catch_ups() -> None:
    def offer(sightings: Iterable[Sighting]) -> tuple[str, ...]:
        rounds.append([seen.item_id for seen in sightings])
        return tuple(rounds[-1])

    rounds: list[list[str]] = []
    pipeline = create_autospec(SubtitlePipeline, instance=True, pending=0)
    pipeline.offer.side_effect = offer
    catch_up = TimedCatchUp()
    worker = CatchUpWorker(catch_up, PACE, on_refused=Mock())
    task = asyncio.create_task(worker.run())
    door = WebhookDoor(pipeline, KnownIds(MemoryStorage()), worker.hint, now=lambda: datetime.now(UTC))
    for number in range(6000):
        door.take(naming(an_id(number + 1)))
        await asyncio.sleep(0.01)
    assert len(rounds) <= 60
    assert sum(map(len, rounds)) > 5800
    assert len(catch_up.times) <= 4
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    door.close()


async def test_an_id_that_only_a_post_names_is_asked_for_once_and_by_a_catch_up(simulator: JellyfinSimulator) -> None:
    simulator.add_library("Films", "movies")
    look = Mock()
    async with corridor(simulator) as house:
        door = door_of(house, look)
        door.take(naming(an_id(9)))
        await end_of_round(house)
        assert [request.path for request in simulator.journal.requests] == ["/Items"]
        assert house.pipeline.pending == 0
    look.assert_called_once_with()


async def test_made_up_ids_beside_it_make_no_flood_of_a_single_film(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    async with corridor(simulator) as house:
        door = door_of(house, Mock())
        door.take(naming(*(an_id(FIRST_MADE_UP + number) for number in range(MOST_IN_A_ROUND - 1))))
        door.take(naming(simulator.add_film(films, "Night Ferry", year=2020).item_id))
        await end_of_round(house)
        assert house.titles == ["Night Ferry (2020)"]


async def test_fresh_films_that_hide_each_other_are_found_by_the_catch_up(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    async with corridor(simulator) as house:
        door = door_of(house, Mock())
        fresh = [simulator.add_film(films, f"Fresh {number}", year=2020, fresh=True) for number in range(8)]
        for film in fresh:
            door.take(naming(film.item_id))
        await end_of_round(house)
        for film in fresh:
            simulator.probe(film, announce=False)
        await house.catch_up.run()
        await house.until(lambda: len(house.said) == 8)


async def test_a_film_that_the_socket_names_too_is_waited_for_and_announced_once(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    async with corridor(simulator) as house:
        door = door_of(house, Mock())
        fresh = [simulator.add_film(films, f"Fresh {number}", year=2020, fresh=True) for number in range(2)]
        for film in fresh:
            door.take(naming(film.item_id))
        await asyncio.sleep(0)
        await house.until(lambda: house.pipeline.pending == 2)
        assert house.see(*(film.item_id for film in fresh)) == ()
        await house.until(lambda: simulator.journal.count(path_prefix="/Items/") >= 1)
        for film in fresh:
            simulator.probe(film, announce=False)
        await house.until(lambda: len(house.said) == 2)
        await house.pipeline.drain()
    assert sorted(house.titles) == ["Fresh 0 (2020)", "Fresh 1 (2020)"]


async def test_a_file_that_takes_anothers_place_says_so_although_no_removal_was_named(
    simulator: JellyfinSimulator,
) -> None:
    films = simulator.add_library("Films", "movies")
    old = simulator.add_film(films, "Short Wait", year=2024)
    async with corridor(simulator) as house:
        new = simulator.replace(old, "Short Wait Bluray")
        door_of(house, Mock()).take(naming(new.item_id))
        await house.until(lambda: bool(house.said))
    assert [(one.item_id, one.replaces) for one in house.said] == [(new.item_id, old.item_id)]


async def test_a_reason_to_look_is_passed_on_at_once() -> None:
    pipeline, look = create_autospec(SubtitlePipeline, instance=True), Mock()
    door = WebhookDoor(pipeline, KnownIds(MemoryStorage()), look, now=lambda: datetime.now(UTC), gather_for=0)
    door.take(LOOK)
    look.assert_called_once_with()
    await asyncio.sleep(0)
    pipeline.offer.assert_not_called()


async def test_what_is_too_much_for_a_round_is_left_to_a_catch_up(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    look = Mock()
    async with corridor(simulator) as house:
        door = door_of(house, look)
        door.take(naming(*map(an_id, range(FIRST_MADE_UP, FIRST_MADE_UP + MOST_IN_A_ROUND))))
        look.assert_not_called()
        late = simulator.add_film(films, "One Too Many", year=2020)
        door.take(naming(late.item_id))
        look.assert_called_once_with()
        await end_of_round(house)
        assert simulator.journal.count() == 1
        await house.catch_up.run()
        await house.until(lambda: bool(house.said))
    assert house.said[0].source is Source.SYNC


async def test_while_much_is_on_its_way_nothing_is_added_and_a_catch_up_finds_it() -> None:
    pipeline, look = create_autospec(SubtitlePipeline, instance=True, pending=MOST_ON_THEIR_WAY), Mock()
    door = WebhookDoor(pipeline, KnownIds(MemoryStorage()), look, now=lambda: datetime.now(UTC), gather_for=0)
    door.take(naming(an_id(1)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    pipeline.offer.assert_not_called()
    look.assert_called_once_with()


async def test_while_the_server_is_away_made_up_ids_do_not_pile_up(simulator: JellyfinSimulator) -> None:
    simulator.add_library("Films", "movies")
    async with corridor(simulator) as house:
        door = door_of(house, Mock())
        fault = simulator.reject(503, path_prefix="/Items")
        for second in range(20):
            door.take(naming(*(an_id(FIRST_MADE_UP + 100 * second + number) for number in range(100))))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        assert house.pipeline.pending == MOST_ON_THEIR_WAY
        simulator.mend(fault)
        await house.until(lambda: house.pipeline.pending == 0)


@pytest.mark.parametrize("moment", ["before the post", "while it is gathered"])
async def test_a_file_that_was_removed_lately_comes_back_only_by_the_servers_word(
    simulator: JellyfinSimulator, moment: str
) -> None:
    films = simulator.add_library("Films", "movies")
    film = simulator.add_film(films, "Gone", year=2024)
    async with corridor(simulator) as house:
        door = door_of(house, Mock())
        if moment == "before the post":
            house.pipeline.removed([film.item_id])
        door.take(naming(film.item_id))
        house.pipeline.removed([film.item_id])
        await end_of_round(house)
        assert film.item_id in house.known.removed_lately(datetime.now(UTC)).values()
        assert simulator.journal.requests == []


async def test_what_a_baseline_has_learnt_is_not_made_news_by_a_post(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    film = simulator.add_film(films, "Meanwhile", year=2020)
    async with corridor(simulator) as house:
        door = door_of(house, Mock())
        # Learnt while it was read: only the socket may say that it is new.
        house.known.contest([film.item_id], datetime.now(UTC))
        door.take(naming(film.item_id))
        await end_of_round(house)
        assert house.said == []
        assert house.see(film.item_id) == (film.item_id,)
        await house.until(lambda: bool(house.said))


async def test_a_post_before_the_baseline_makes_no_news_of_what_was_there(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    film = simulator.add_film(films, "Old", year=1999)
    async with corridor(simulator, learnt=False) as house:
        house.pipeline.hold()
        door_of(house, Mock()).take(naming(film.item_id))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        house.pipeline.release()
        await house.catch_up.run()
        await house.pipeline.drain()
    assert house.said == []


async def test_a_door_that_is_closed_lets_nothing_through() -> None:
    pipeline = create_autospec(SubtitlePipeline, instance=True, pending=0)
    door = WebhookDoor(pipeline, KnownIds(MemoryStorage()), Mock(), now=lambda: datetime.now(UTC), gather_for=0)
    door.close()
    door.take(naming(an_id(1)))
    door.close()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    pipeline.offer.assert_not_called()


async def test_known_ids_and_repeated_ones_take_no_place_in_a_round() -> None:
    pipeline, look, known = create_autospec(SubtitlePipeline, instance=True, pending=0), Mock(), known_ids(100)
    rounds = noted(pipeline)
    door = WebhookDoor(pipeline, known, look, now=lambda: datetime.now(UTC), gather_for=0)
    door.take(naming(*map(an_id, range(1, 101)), an_id(102)))
    for _ in range(2 * MOST_IN_A_ROUND):
        door.take(naming(an_id(101)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert rounds == [[an_id(102), an_id(101)]]
    look.assert_not_called()


async def test_what_was_learnt_and_removed_while_it_was_gathered_is_not_brought_back() -> None:
    pipeline, known = create_autospec(SubtitlePipeline, instance=True, pending=0), known_ids(0)
    rounds = noted(pipeline)
    door = WebhookDoor(pipeline, known, Mock(), now=lambda: datetime.now(UTC), gather_for=0)
    door.take(naming(an_id(1), an_id(2)))
    known.learn(an_id(1))
    known.remove(an_id(1), datetime.now(UTC))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert rounds == [[an_id(2)]]


def known_ids(count: int) -> KnownIds:
    """Return a memory that knows the first so many ids."""
    known = KnownIds(MemoryStorage())
    for number in range(1, count + 1):
        known.learn(an_id(number))
    return known


def noted(pipeline: Mock) -> list[list[str]]:
    """Return where it is noted what the pipeline is offered, none of which is news to it."""
    rounds: list[list[str]] = []

    def offer(sightings: Iterable[Sighting]) -> tuple[str, ...]:
        rounds.append([seen.item_id for seen in sightings])
        return ()

    pipeline.offer.side_effect = offer
    return rounds
