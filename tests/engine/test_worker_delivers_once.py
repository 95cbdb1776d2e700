"""What was delivered and does not show: it lies beside the film, and is not to lie there many times."""

from datetime import timedelta

import pytest

from custom_components.jellyfin_subtitles.engine.backends import FailureReason
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
