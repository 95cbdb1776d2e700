"""What a household sees when something arrives: on the dashboard and in the activity."""

import pytest
import pytest_asyncio

from real_home_assistant.library import EPISODES_AT_ONCE
from tests.end_to_end.real_home import until

from .house import House
from .visitor import DASHBOARD, Visitor

pytestmark = [pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="package")]


@pytest_asyncio.fixture(autouse=True, loop_scope="package")
async def set_up(house: House) -> None:
    await house.with_entry()


async def test_a_film_that_arrives_is_on_the_dashboard_and_in_the_activity(house: House, visitor: Visitor) -> None:
    await visitor.open(DASHBOARD)
    title = house.library.arrive()
    await visitor.see(title)
    await visitor.see("Open in Jellyfin")
    await visitor.open("/logbook")
    await visitor.see(title)


async def test_a_season_and_the_subtitles_it_lacks_are_on_the_dashboard(house: House, visitor: Visitor) -> None:
    await visitor.open(DASHBOARD)
    house.library.arrive_as_a_season()
    await visitor.see(f"{EPISODES_AT_ONCE} episodes of The Tidekeepers")
    await until(lambda: len(house.run.requests) >= 3)
    await visitor.see(house.run.requests[-1]["title"])
    await visitor.see(house.library.arrive())
    await visitor.picture("dashboard")
