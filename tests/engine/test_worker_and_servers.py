"""What the worker makes of servers that are away, or stumble."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any
from unittest.mock import patch

import pytest

from custom_components.jellyfin_subtitles.engine.backends import FailureReason
from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinConnectionError
from custom_components.jellyfin_subtitles.engine.ledger_models import RecordState
from custom_components.jellyfin_subtitles.engine.worker import REFUSALS
from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary

from .working import SLOWLY, Working, a_request, paced, working

PATIENT = paced(SLOWLY)


@pytest.fixture
async def library(simulator: JellyfinSimulator) -> SimLibrary:
    """Return a library with nothing in it yet."""
    return simulator.add_library("Films", "movies")


@pytest.fixture
async def film(simulator: JellyfinSimulator, library: SimLibrary) -> SimItem:
    """Return a film that lacks German."""
    return simulator.add_film(library, "Harbour Lights", year=2020)


async def restart(house: Working) -> None:
    """Be away, and come back."""
    await house.simulator.kill()
    await house.until(lambda: house.worker._away)
    await house.simulator.start()


async def start_slowly(house: Working) -> None:
    """Be there, and not ready."""
    await house.simulator.set_phase("C")
    await house.until(lambda: house.worker._away)
    await house.simulator.set_phase("D")


def refuse(status: int) -> Callable[[Working], Coroutine[Any, Any, None]]:
    """Answer everything like that for a while."""

    async def refuse_all(house: Working) -> None:
        fault = house.simulator.reject(status)
        await house.until(lambda: house.worker._away)
        house.simulator.mend(fault)

    return refuse_all


@pytest.mark.parametrize(
    "trouble", [restart, start_slowly, *map(refuse, (500, 502, 503, 401))], ids=lambda one: one.__name__
)
async def test_a_server_that_is_away_makes_no_attempt(
    simulator: JellyfinSimulator,
    film: SimItem,
    caplog: pytest.LogCaptureFixture,
    trouble: Callable[[Working], Coroutine[Any, Any, None]],
) -> None:
    caplog.set_level("INFO")
    async with working(simulator, timings=PATIENT) as house:
        gone: list[asyncio.Task[None]] = []

        async def fail() -> None:
            gone.append(asyncio.create_task(trouble(house)))
            await asyncio.sleep(0)
            if trouble is restart:
                await house.until(lambda: simulator.phase == "B")
            await house.client.get_info()

        house.backend.on_search = [fail]
        house.worker.take(a_request(film))
        await house.until_said()
        await gone[0]
        (outcome,) = house.said
        assert (outcome.state, outcome.record.attempts) == (RecordState.ARRIVED, 1)
        assert caplog.text.count("Subtitles cannot be looked for, trying again") == 1
        assert caplog.text.count("Subtitles can be looked for again") == 1


async def test_a_server_that_is_back_is_asked_at_once(simulator: JellyfinSimulator, film: SimItem) -> None:
    timings = paced()
    forever = type(timings)(timings.fresh, 3600.0, 3600.0, timings.ladder)
    async with working(simulator, timings=forever) as house:
        fault = simulator.reject(503)
        house.worker.take(a_request(film))
        await house.until(lambda: house.worker._away)
        simulator.mend(fault)
        house.worker.wake()
        await house.until_said()
        assert house.ends == [("de", "arrived")]


async def test_a_file_that_the_server_always_stumbles_over_keeps_nobody_waiting_for_ever(
    simulator: JellyfinSimulator, library: SimLibrary
) -> None:
    films = [simulator.add_film(library, f"Film {number}") for number in range(2)]
    simulator.reject(500, f"/Items/{films[1].item_id}")
    async with working(simulator, timings=PATIENT, opened=False) as house:
        for film in films:
            house.worker.take(a_request(film))
        house.worker.open()
        await house.until_said(2)
        assert [(one.record.title, one.record.reason) for one in house.said] == [
            ("Film 1", FailureReason.UNREADABLE),
            ("Film 0", None),
        ]
        assert simulator.journal.count(path_prefix=f"/Items/{films[1].item_id}") == REFUSALS
        assert house.record.attempts == 1


async def test_what_is_ignored_while_the_server_goes_away_keeps_nobody_from_the_others(
    simulator: JellyfinSimulator, library: SimLibrary, film: SimItem
) -> None:
    other = simulator.add_film(library, "Night Ferry")
    async with working(simulator, timings=PATIENT) as house:

        async def ignore_and_go_away() -> None:
            await house.worker.ignore(list(house.ledger.open))
            raise JellyfinConnectionError("away")

        house.backend.on_search = [ignore_and_go_away]
        house.worker.take(a_request(film))
        await house.until_said()
        house.worker.take(a_request(other))
        await house.until_said(2)
        assert [(one.record.title, one.state.value) for one in house.said] == [
            (film.name, "ignored"),
            (other.name, "arrived"),
        ]


async def test_an_update_that_cannot_be_looked_at_now_is_looked_at_later(
    simulator: JellyfinSimulator, film: SimItem
) -> None:
    async with working(simulator, timings=PATIENT) as house:
        house.backend.has_any = False
        house.worker.take(a_request(film))
        await house.until_said()
        simulator.core.subtitle_files.save(film, ("de",), "srt", b"1\n")
        simulator.core.monitor.look(film)
        fault = simulator.reject(503)
        house.worker.updated([film.item_id])
        await house.until(lambda: house.worker._away)
        simulator.mend(fault)
        await house.until_said(2)
        assert house.ends == [("de", "satisfied_elsewhere")]


async def test_an_update_that_makes_no_sense_changes_nothing(
    simulator: JellyfinSimulator, film: SimItem, caplog: pytest.LogCaptureFixture
) -> None:
    async with working(simulator, timings=PATIENT) as house:
        house.backend.has_any = False
        house.worker.take(a_request(film))
        await house.until_said()
        before = house.record
        simulator.reject(418, f"/Items/{film.item_id}", times=1)
        house.worker.updated([film.item_id])
        await house.until_resting()
        with patch.object(house.client, "get_item", side_effect=ValueError("broken")):
            house.worker.updated([film.item_id])
            await house.until_resting()
        assert house.record is before
    assert f"The subtitles of {film.item_id} could not be looked at" in caplog.text
