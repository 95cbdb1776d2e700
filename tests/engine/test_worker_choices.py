"""What a person has chosen among what was found comes next, and nothing else in its stead."""

import asyncio

import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinConnectionError
from custom_components.jellyfin_subtitles.engine.ledger_models import RecordState
from custom_components.jellyfin_subtitles.engine.models import RequestReason
from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary

from .working import SLOWLY, SmallBackend, Working, a_request, paced, working

PATIENT = paced(SLOWLY)


@pytest.fixture
async def library(simulator: JellyfinSimulator) -> SimLibrary:
    """Return a library with nothing in it yet."""
    return simulator.add_library("Films", "movies")


@pytest.fixture
async def film(simulator: JellyfinSimulator, library: SimLibrary) -> SimItem:
    """Return a film that lacks German."""
    return simulator.add_film(library, "Harbour Lights", year=2020)


def choose(house: Working, film: SimItem, backend: SmallBackend) -> str:
    """Have German brought by that backend alone; return the id of the record."""
    record_id = f"{film.item_id};de"
    house.worker.choose(record_id, backend, a_request(film, reason=RequestReason.ACTION))
    return record_id


async def test_what_was_chosen_comes_before_all_that_is_newer(
    simulator: JellyfinSimulator, library: SimLibrary, film: SimItem
) -> None:
    newer = simulator.add_film(library, "Night Ferry")
    async with working(simulator, timings=PATIENT, opened=False) as house:
        chosen = SmallBackend(simulator, "chosen")
        record_id = choose(house, film, chosen)
        house.worker.take(a_request(newer))
        house.worker.open()
        await house.until_said(2)
        assert [one.record.title for one in house.said] == [film.name, newer.name]
        assert (len(chosen.searched), len(house.backend.searched)) == (1, 1)
        assert not house.worker.is_chosen(record_id)


async def test_it_holds_for_one_attempt(simulator: JellyfinSimulator, film: SimItem) -> None:
    async with working(simulator, timings=PATIENT) as house:
        chosen = SmallBackend(simulator, "chosen")
        chosen.has_any = False
        record_id = choose(house, film, chosen)
        await house.until_said(1)
        assert house.backend.searched == []
        house.worker.retry([record_id])
        await house.until_said(2)
        assert house.said[1].state is RecordState.ARRIVED
        assert len(house.backend.searched) == 1


async def test_nobody_else_is_asked_where_what_was_chosen_does_not_show(
    simulator: JellyfinSimulator, film: SimItem
) -> None:
    async with working(simulator, timings=PATIENT) as house:
        chosen = SmallBackend(simulator, "chosen")
        chosen.shows = False
        choose(house, film, chosen)
        await house.until_said(1)
        assert house.said[0].record.reason == "not_visible"
        assert house.backend.searched == []


async def test_a_server_that_was_away_does_not_make_it_forgotten(simulator: JellyfinSimulator, film: SimItem) -> None:
    async with working(simulator, timings=PATIENT) as house:
        chosen = SmallBackend(simulator, "chosen")
        chosen.on_search = [JellyfinConnectionError("away")]
        choose(house, film, chosen)
        await house.until_said(1)
        assert house.said[0].state is RecordState.ARRIVED
        assert (len(chosen.searched), house.backend.searched) == (2, [])


async def test_what_comes_by_itself_meanwhile_ends_the_choice(simulator: JellyfinSimulator, film: SimItem) -> None:
    async with working(simulator, timings=PATIENT, opened=False) as house:
        record_id = choose(house, film, SmallBackend(simulator, "chosen"))
        simulator.core.subtitle_files.save(film, ("de",), "srt", b"1\n")
        simulator.core.monitor.look(film)
        house.worker.open()
        await house.until_said(1)
        assert house.said[0].state is RecordState.SATISFIED_ELSEWHERE
        await asyncio.sleep(0)
        assert not house.worker.is_chosen(record_id)
