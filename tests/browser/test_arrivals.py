"""What a household sees when something arrives: on the dashboard and in the activity."""

import re

import pytest

from .house import House
from .visitor import DASHBOARD, Visitor

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.asyncio(loop_scope="package"),
    pytest.mark.usefixtures("with_entry"),
]


async def test_what_arrives_is_on_the_dashboard_and_in_the_activity(house: House, visitor: Visitor) -> None:
    await visitor.open(DASHBOARD)
    titles = []
    for _ in range(2):
        titles.append(house.library.arrive())
        await visitor.see(titles[-1])
    await visitor.see("Open in Jellyfin")
    await house.run.remembered(*(f"{title} was added to " for title in titles))
    await visitor.open("/logbook")
    for title in titles:
        await visitor.see(re.compile(rf"{re.escape(title)} was added to (Films|Series)"))


async def test_a_season_and_the_subtitles_it_lacks_are_on_the_dashboard(house: House, visitor: Visitor) -> None:
    await visitor.open(DASHBOARD)
    house.library.arrive_as_a_season()
    # On a slow machine the server names the first of them alone.
    await visitor.see(re.compile(r"\d+ episodes of The Tidekeepers"))
    await visitor.see(re.compile(r"and \d+ more"))
    await visitor.see("Missing:")
    assert house.run.requests
    await visitor.picture("dashboard")
