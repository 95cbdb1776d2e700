"""What was delivered and does not show: it lies beside the film, and is not to lie there many times."""

from datetime import timedelta

import pytest

from custom_components.jellyfin_subtitles.engine.backends import FailureReason
from custom_components.jellyfin_subtitles.engine.models import RequestReason
from jellyfin_simulator import JellyfinSimulator, SimItem

from .working import SmallBackend, a_request, paced, working

ATTEMPTS = 8


@pytest.fixture
async def film(simulator: JellyfinSimulator) -> SimItem:
    """Return a film without German subtitles."""
    return simulator.add_film(simulator.add_library("Films", "movies"), "Night Ferry", year=2021)


async def test_it_is_looked_for_again_and_again_and_delivered_twice_at_most_in_days(
    simulator: JellyfinSimulator, film: SimItem
) -> None:
    async with working(simulator, timings=paced((timedelta(0),) * ATTEMPTS)) as house:
        house.backend.shows = False
        house.worker.take(a_request(film))
        await house.until_said(2)
        assert house.ends == [("de", "failed")]
        assert house.said[-1].record.attempts == ATTEMPTS + 1
        assert house.said[-1].record.reason == FailureReason.NOT_VISIBLE
        assert len(house.backend.delivered) == 2


async def test_others_are_asked_meanwhile(simulator: JellyfinSimulator, film: SimItem) -> None:
    first, second = SmallBackend(simulator, "first"), SmallBackend(simulator, "second")
    first.shows, second.has_any = False, False
    async with working(simulator, first, second, timings=paced((timedelta(0),))) as house:
        house.worker.take(a_request(film))
        await house.until_said(2)
        assert len(first.delivered) == 1
        assert len(second.searched) == 2


async def test_what_a_person_asks_for_anew_is_brought_by_anybody(simulator: JellyfinSimulator, film: SimItem) -> None:
    """What was given up is forgotten with who has brought it."""
    async with working(simulator, timings=paced(())) as house:
        house.backend.shows = False
        house.worker.take(a_request(film))
        await house.until_said(1)
        assert house.ends == [("de", "failed")]
        house.worker.take(a_request(film, reason=RequestReason.ACTION))
        await house.until_said(2)
        assert len(house.backend.delivered) == 2


async def test_what_was_ended_and_begun_anew_during_a_search_is_another_request(
    simulator: JellyfinSimulator, film: SimItem
) -> None:
    """The search that was under way brings nothing."""
    async with working(simulator) as house:

        async def begin_anew() -> None:
            await house.worker.ignore([f"{film.item_id};de"])
            house.worker.take(a_request(film, reason=RequestReason.ACTION, request_id="anew"))

        house.backend.on_search = [begin_anew]
        house.worker.take(a_request(film))
        await house.until(lambda: ("de", "arrived") in house.ends)
        assert [(one.record.request_id, one.state.value) for one in house.said] == [
            (f"request {film.item_id}", "ignored"),
            ("anew", "arrived"),
        ]
        assert (len(house.backend.searched), len(house.backend.delivered)) == (2, 1)
