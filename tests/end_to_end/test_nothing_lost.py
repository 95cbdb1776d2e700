"""Whatever goes away in between: nothing is lost, and nothing is said twice."""

import asyncio
from itertools import count
from pathlib import Path

import pytest

from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary

from .real_home import Run, ShiftedClock, home_assistant, set_up, stored, until

pytestmark = pytest.mark.timeout(300)


async def test_a_film_that_arrives_while_the_socket_is_down_is_announced_once(
    simulator: JellyfinSimulator, films: SimLibrary, tmp_path: Path
) -> None:
    async with home_assistant(simulator, tmp_path) as run:
        await set_up(run, simulator)
        simulator.drop_sockets()
        simulator.add_film(films, "Late Train", year=2022)
        await until(lambda: bool(run.events))
        await run.settled()
        assert (await run.state("connection"))["attributes"]["reconnects"] == 1
        simulator.update_all(films)
        await run.sync_now()
        assert run.titles == ["Late Train (2022)"]
        assert run.complaints() == []


async def test_after_a_kill_at_any_moment_nothing_is_lost_and_a_repetition_says_so(
    simulator: JellyfinSimulator, films: SimLibrary, tmp_path: Path
) -> None:
    async with home_assistant(simulator, tmp_path) as run:
        await set_up(run, simulator)
        # Before: the message has come, the item has not been read.
        fault = simulator.reject(503, path_prefix="/Items")
        refused = simulator.journal.count(path_prefix="/Items")
        before = simulator.add_film(films, "Before", year=2020)
        await until(lambda: simulator.journal.count(path_prefix="/Items") > refused)
        await run.process.kill()
        simulator.mend(fault)
        assert run.events == []

    async with home_assistant(simulator, tmp_path) as run:
        await until(lambda: bool(run.events))
        assert [(event["item_id"], event["repeated"]) for event in run.events] == [(before.item_id, False)]
        await until(lambda: before.item_id in stored(tmp_path, "journal")["since"])
        # During: the journal says that it is being announced.
        during = await kill_while_announcing(run, simulator, films, tmp_path)
    while during.item_id in stored(tmp_path, "journal")["since"]:
        # Home Assistant was quicker than the signal: that was an after, and it takes another one.
        async with home_assistant(simulator, tmp_path) as run:
            during = await kill_while_announcing(run, simulator, films, tmp_path)
    assert stored(tmp_path, "journal")["announcing"] == [during.item_id]

    async with home_assistant(simulator, tmp_path) as run:
        await until(lambda: bool(run.events))
        # After: it was announced, and that is written.
        after = simulator.add_film(films, "After", year=2020)
        await until(lambda: "After (2020)" in run.titles)
        await until(lambda: after.item_id in stored(tmp_path, "journal")["since"])
        told = [(event["item_id"], event["repeated"]) for event in run.events]
        assert told == [(during.item_id, True), (after.item_id, False)]
        await run.process.kill()

    async with home_assistant(simulator, tmp_path) as run:
        await run.settled()
        assert (await run.sync_now())["found"] == 0
        assert run.events == []


async def kill_while_announcing(run: Run, simulator: JellyfinSimulator, films: SimLibrary, folder: Path) -> SimItem:
    """Let films arrive until one is seen to be being announced, and kill in that moment; returns that film.

    The file is looked at without a pause: it says so for a few milliseconds.
    """
    for number in count(len(films.items)):
        film = simulator.add_film(films, f"During {number}", year=2020)
        async with asyncio.timeout(60):
            while film.item_id not in (journal := stored(folder, "journal"))["since"]:
                if film.item_id in journal["announcing"]:
                    await run.process.kill()
                    return film
                await asyncio.sleep(0)
    raise AssertionError("There are always more films")


async def test_after_a_day_off_the_additions_are_announced_and_the_updates_are_not(
    simulator: JellyfinSimulator, films: SimLibrary, clock: ShiftedClock, tmp_path: Path
) -> None:
    simulator.add_many(films, 5000)
    async with home_assistant(simulator, tmp_path) as run:
        await set_up(run, simulator)
    clock.shift = 86_400
    simulator.update_all(films)
    added = {simulator.add_film(films, f"New {number}", year=2026).item_id for number in range(50)}
    async with home_assistant(simulator, tmp_path) as run:
        await until(lambda: len(run.announced) >= 50)
        await run.settled()
        assert (await run.sync_now())["found"] == 0
        # So many at once are announced together.
        assert sorted(run.announced) == sorted(added)
        assert run.events == []
        assert run.complaints() == []
