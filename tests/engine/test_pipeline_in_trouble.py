"""The corridor in bad weather: crashes, floods, servers that cannot be asked, listeners that fail."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import logging
from typing import Any, override

from aiohttp import web
import pytest

from custom_components.jellyfin_subtitles.engine.announcer import IN_ONE_GO
from custom_components.jellyfin_subtitles.engine.flood import FloodTimings
from custom_components.jellyfin_subtitles.engine.jellyfin import MediaItem
from custom_components.jellyfin_subtitles.engine.models import Announcement, MediaBatch, Sighting, Source
from custom_components.jellyfin_subtitles.engine.pipeline import BATCH
from jellyfin_simulator import JellyfinSimulator

from .corridor import FAST, corridor
from .memory import MemoryStorage

EMPTY: tuple[str, ...] = ()


async def test_nothing_is_announced_before_somebody_listens(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    async with corridor(simulator, opened=False) as house:
        house.see(simulator.add_film(films, "Early", year=2020).item_id)
        for _ in range(10):
            await asyncio.sleep(0)
        assert house.said == []
        house.pipeline.open()
        await house.until(lambda: bool(house.said))


async def test_the_journal_names_an_item_before_and_after_it_is_announced(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    storage = MemoryStorage()
    at_the_announcement: list[dict[str, object]] = []
    async with corridor(simulator, storage=storage) as house:
        house.pipeline.subscribe(lambda said: at_the_announcement.append(storage.journals[-1]))
        film = simulator.add_film(films, "Night Ferry", year=2020)
        house.see(film.item_id)
        await house.until(lambda: bool(house.said))
        await house.pipeline.drain()
        after = storage.journals[-1]
    assert at_the_announcement[0]["announcing"] == [film.item_id]
    assert after["announcing"] == []
    assert film.item_id in after["since"]


async def test_what_is_seen_while_the_journal_is_written_is_dealt_with_at_once(simulator: JellyfinSimulator) -> None:
    class Seeing(MemoryStorage):
        @override
        async def save_journal(self, document: dict[str, Any]) -> None:
            await super().save_journal(document)
            if ids and ids[0] in document["since"]:
                house.see(ids[1])

    ids: list[str] = []
    films = simulator.add_library("Films", "movies")
    async with corridor(simulator, storage=Seeing()) as house:
        ids += [simulator.add_film(films, name, year=2020).item_id for name in ("First", "Second")]
        house.see(ids[0])
        await house.pipeline.drain()
        assert house.titles == ["First (2020)", "Second (2020)"]


async def test_an_item_whose_announcement_was_interrupted_is_announced_again_and_says_so(
    simulator: JellyfinSimulator,
) -> None:
    films = simulator.add_library("Films", "movies")
    storage = MemoryStorage()
    crashed: list[MemoryStorage] = []
    async with corridor(simulator, storage=storage) as house:
        house.pipeline.subscribe(lambda said: crashed.append(storage.after_a_crash()))
        film = simulator.add_film(films, "Night Ferry", year=2020)
        house.see(film.item_id)
        await house.until(lambda: bool(house.said))
    async with corridor(simulator, storage=crashed[0]) as again:
        await again.until(lambda: bool(again.said))
        await again.pipeline.drain()
    assert [(one.item_id, one.repeated, one.source) for one in again.said] == [(film.item_id, True, Source.JOURNAL)]
    async with corridor(simulator, storage=crashed[0].after_a_crash()) as third:
        await third.pipeline.drain()
    assert third.said == []


async def test_a_flood_costs_few_requests_and_few_writes(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    storage = MemoryStorage()
    async with corridor(simulator, storage=storage) as house:
        flood = [simulator.add_film(films, f"Film {number}", year=2020).item_id for number in range(3 * BATCH)]
        writes = storage.journal_writes
        house.see(*flood)
        await house.until(lambda: len(house.said) == 3 * BATCH)
        await house.pipeline.drain()
        assert storage.journal_writes - writes <= 5
        assert simulator.journal.count(path_prefix="/Items") <= 3 * BATCH / 100 + 8
    assert len({one.item_id for one in house.said}) == 3 * BATCH


async def test_an_item_that_the_server_cannot_show_does_not_hold_up_the_others(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    async with corridor(simulator) as house:
        good = [simulator.add_film(films, f"Film {number}", year=2020).item_id for number in range(5)]
        bad = simulator.add_film(films, "Poison", year=2020).item_id
        simulator.reject(lambda request: web.Response(status=500, text="Error") if bad in request.path_qs else None)
        house.see(*good, bad)
        await house.until(lambda: len(house.said) == 5)
        await house.until(lambda: house.pipeline.pending == 0)
    assert {one.item_id for one in house.said} == set(good)


@pytest.mark.parametrize("status", [503, 401, 502, 302])
async def test_while_the_server_cannot_be_asked_nothing_is_lost(
    simulator: JellyfinSimulator, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    films = simulator.add_library("Films", "movies")
    caplog.set_level(logging.INFO, logger="custom_components.jellyfin_subtitles")
    async with corridor(simulator) as house:
        film = simulator.add_film(films, "Night Ferry", year=2020)
        fault = simulator.reject(status, path_prefix="/Items")
        house.see(film.item_id)
        await house.until(lambda: simulator.journal.count(path_prefix="/Items") >= 3)
        assert house.said == []
        simulator.mend(fault)
        await house.until(lambda: bool(house.said))
        await house.pipeline.drain()
    # Of a server that is away the listener speaks; a server that answers with nonsense is worth a line, once, and
    # another one when it is over.
    told = [line.partition(":")[0] for line in caplog.messages if "New items" in line]
    assert told == (["New items cannot be read", "New items can be read again"] if status == 302 else [])


async def test_what_goes_wrong_behind_an_outage_is_told_too(
    simulator: JellyfinSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    films = simulator.add_library("Films", "movies")
    caplog.set_level(logging.INFO, logger="custom_components.jellyfin_subtitles")
    async with corridor(simulator) as house:
        answers = [302, 502]
        simulator.reject(lambda _request: web.Response(status=answers.pop()) if answers else None)
        house.see(simulator.add_film(films, "Night Ferry", year=2020).item_id)
        await house.until(lambda: bool(house.said))
        await house.pipeline.drain()
    told = [line.partition(":")[0] for line in caplog.messages if "New items" in line]
    assert told == ["New items cannot be read", "New items can be read again"]


async def test_a_listener_that_fails_does_not_stop_the_others(simulator: JellyfinSimulator) -> None:
    def fail(said: Announcement) -> None:
        raise RuntimeError(said.title)

    films = simulator.add_library("Films", "movies")
    async with corridor(simulator) as house:
        stop = house.pipeline.subscribe(fail)
        heard: list[Announcement] = []
        house.pipeline.subscribe(heard.append)
        house.see(simulator.add_film(films, "One", year=2020).item_id)
        await house.until(lambda: len(heard) == 1)
        stop()
        house.see(simulator.add_film(films, "Two", year=2020).item_id)
        await house.until(lambda: len(heard) == 2)


async def test_sightings_during_a_baseline_are_put_aside(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    async with corridor(simulator) as house:
        house.pipeline.hold()
        film = simulator.add_film(films, "Meanwhile", year=2020)
        assert house.see(film.item_id) == EMPTY
        assert house.pipeline.pending == 0
        assert house.pipeline.release() == (film.item_id,)
        assert house.pipeline.release() == EMPTY
        await house.until(lambda: bool(house.said))


async def test_a_sighting_that_names_the_library_saves_looking_it_up(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    async with corridor(simulator) as house:
        film = simulator.add_film(films, "Found", year=2020)
        house.pipeline.offer([Sighting(film.item_id, Source.SYNC, datetime.now(UTC), library_id=films.library_id)])
        await house.until(lambda: bool(house.said))
        assert len(simulator.journal.requests) == 1
    assert house.said[0].source is Source.SYNC


async def test_whatever_fails_the_corridor_goes_on(
    simulator: JellyfinSimulator, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    films = simulator.add_library("Films", "movies")
    caplog.set_level(logging.INFO, logger="custom_components.jellyfin_subtitles")
    failures = [RuntimeError("a mistake of ours"), RuntimeError("once more")]

    async def fail_once(ids: list[str], *, lean: bool) -> tuple[MediaItem, ...]:
        if failures:
            raise failures.pop()
        return await get_items(ids, lean=lean)

    async with corridor(simulator) as house:
        get_items = house.client.get_items
        monkeypatch.setattr(house.client, "get_items", fail_once)
        house.see(simulator.add_film(films, "Night Ferry", year=2020).item_id)
        await house.until(lambda: bool(house.said))
        await house.pipeline.drain()
    assert [line for line in caplog.messages if "New items" in line] == [
        "New items could not be dealt with",
        "New items can be read again",
    ]


async def test_an_outage_may_last_as_long_as_it_likes(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    async with corridor(simulator, timings=replace(FAST, retry_first=1e-6, retry_longest=1e-6)) as house:
        fault = simulator.reject(503, path_prefix="/Items")
        house.see(simulator.add_film(films, "Night Ferry", year=2020).item_id)
        await house.until(lambda: simulator.journal.count(path_prefix="/Items") > 1100)
        simulator.mend(fault)
        await house.until(lambda: bool(house.said))
    assert house.said[0].complete


async def test_after_it_is_closed_nothing_is_said_and_nothing_counts_as_interrupted(
    simulator: JellyfinSimulator,
) -> None:
    films = simulator.add_library("Films", "movies")
    storage = MemoryStorage()
    async with corridor(simulator, storage=storage) as house:
        flood = [simulator.add_film(films, f"Film {number}", year=2020).item_id for number in range(60)]
        stop = house.pipeline.subscribe(lambda said: house.pipeline.close())
        house.see(*flood)
        await house.until(lambda: bool(house.said))
        await house.until(lambda: not house.known.interrupted)
        stop()
        assert len(house.said) == 1
    async with corridor(simulator, storage=storage.after_a_crash(), learnt=False) as again:
        await again.catch_up.run()
        await again.until(lambda: len(again.said) == 59)
    assert not any(one.repeated for one in again.said)


async def test_many_announcements_leave_others_their_turn(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    loop, turns = asyncio.get_running_loop(), list[str]()
    async with corridor(simulator) as house:

        def note(_said: Announcement) -> None:
            turns.append("said")
            loop.call_soon(turns.append, "others")

        house.pipeline.subscribe(note)
        house.see(*[simulator.add_film(films, f"Film {number}", year=2020).item_id for number in range(2 * IN_ONE_GO)])
        await house.until(lambda: len(house.said) == 2 * IN_ONE_GO)
    assert turns[: IN_ONE_GO + 1] == ["said"] * IN_ONE_GO + ["others"]


async def test_batches_leave_others_their_turn_and_who_has_left_hears_none(simulator: JellyfinSimulator) -> None:
    libraries = [simulator.add_library("Films", "movies"), simulator.add_library("Series", "tvshows")]
    loop, turns = asyncio.get_running_loop(), list[str]()
    async with corridor(simulator, flood=FloodTimings(limit=1)) as house:
        leave = house.pipeline.subscribe_batches(lambda batch: turns.append("never"))
        leave()

        def note(_batch: MediaBatch) -> None:
            turns.append("batch")
            loop.call_soon(turns.append, "others")

        house.pipeline.subscribe_batches(note)
        show = simulator.add_series(libraries[1], "Harbour Lights")
        house.see(
            simulator.add_film(libraries[0], "Film", year=2020).item_id,
            simulator.add_episode(show, 1, 1, "Fog").item_id,
        )
        await house.until(lambda: turns.count("batch") == 2)
    assert turns[:3] == ["batch", "others", "batch"]


async def test_the_mark_does_not_pass_what_was_interrupted(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    async with corridor(simulator) as house:
        film = simulator.add_film(films, "Night Ferry", year=2020)
        await house.known.announcing([film.item_id])
        crash, mark = house.storage.after_a_crash(), house.known.mark
    assert mark
    async with corridor(simulator, storage=crash, opened=False, learnt=False) as again:
        await again.until(lambda: again.pipeline.pending == 1)
        again.known.advance(mark + timedelta(hours=1))
        assert again.known.mark == mark


async def test_each_trouble_is_said_once_and_so_is_each_recovery(
    simulator: JellyfinSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    films = simulator.add_library("Films", "movies")
    caplog.set_level(logging.INFO, logger="custom_components.jellyfin_subtitles")
    again = "New items can be read again"
    async with corridor(simulator) as house:

        async def get_into_trouble(times: int) -> None:
            simulator.reject(302, path_prefix="/Items", times=2)
            house.see(simulator.add_film(films, f"Film {times}", year=2020).item_id)
            await house.until(lambda: caplog.messages.count(again) == times)
            house.see(simulator.add_film(films, f"Quiet {times}", year=2020).item_id)
            await house.until(lambda: len(house.said) == 2 * times)

        await get_into_trouble(1)
        await get_into_trouble(2)
    assert len([line for line in caplog.messages if "cannot be read" in line]) == 2
    assert caplog.messages.count(again) == 2


async def test_a_journal_that_cannot_be_written_while_nothing_happens_ends_nothing(
    simulator: JellyfinSimulator, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    films = simulator.add_library("Films", "movies")
    gone = simulator.add_film(films, "Gone", year=2020)
    async with corridor(simulator) as house:

        async def fail(document: dict[str, Any]) -> None:
            monkeypatch.undo()
            raise OSError("the disk is full")

        monkeypatch.setattr(house.storage, "save_journal", fail)
        house.pipeline.removed([gone.item_id])
        await house.pipeline.drain()
        house.see(simulator.add_film(films, "News", year=2020).item_id)
        await house.until(lambda: bool(house.said))
    assert [one.getMessage() for one in caplog.records if one.exc_info] == ["The journal could not be written"]


async def test_what_waits_for_its_library_is_looked_at_as_soon_as_that_is_learnt(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    async with corridor(simulator, learnt=False, timings=replace(FAST, retry_first=60, retry_longest=60)) as house:
        house.libraries.update(await house.client.get_libraries())
        film = simulator.add_film(films, "Early", year=2020)
        house.pipeline.offer([Sighting(film.item_id, Source.WEBSOCKET, datetime.now(UTC), True, films.library_id)])
        await house.pipeline.drain()
        assert (house.pipeline.pending, house.said) == (1, [])
        await house.catch_up.run()
        await house.until(lambda: bool(house.said))
