"""Whatever goes away in between: nothing is lost, and nothing is said twice."""

import json
from pathlib import Path

import pytest

from jellyfin_simulator import JellyfinSimulator, SimLibrary

from .real_home import ShiftedClock, home_assistant, set_up, stored, until

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
        during = simulator.add_film(films, "During", year=2020)
        await until(lambda: during.item_id in json.dumps(stored(tmp_path, "journal")))
        await run.process.kill()
        is_open = during.item_id in stored(tmp_path, "journal")["announcing"]

    async with home_assistant(simulator, tmp_path) as run:
        if is_open:
            await until(lambda: bool(run.events))
        # After: it was announced, and that is written.
        after = simulator.add_film(films, "After", year=2020)
        await until(lambda: "After (2020)" in run.titles)
        await until(lambda: after.item_id in stored(tmp_path, "journal")["since"])
        expected = [(during.item_id, True)] if is_open else []
        assert [(event["item_id"], event["repeated"]) for event in run.events] == [*expected, (after.item_id, False)]
        await run.process.kill()

    async with home_assistant(simulator, tmp_path) as run:
        await run.settled()
        assert (await run.sync_now())["found"] == 0
        assert run.events == []


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
