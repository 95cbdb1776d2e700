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
