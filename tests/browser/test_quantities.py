"""What a household sees when much arrives at once: on the dashboard, and in the repairs."""

import re

import pytest

from real_home_assistant.library import FILMS_OF_THE_ARCHIVE

from .house import House
from .visitor import DASHBOARD, Visitor

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.asyncio(loop_scope="package"),
    pytest.mark.usefixtures("with_entry"),
]


async def test_a_season_and_the_subtitles_it_lacks_are_on_the_dashboard(house: House, visitor: Visitor) -> None:
    await visitor.open(DASHBOARD)
    house.library.arrive_as_a_season()
    # On a slow machine the server names the first of them alone.
    await visitor.see(re.compile(r"\d+ episodes of The Tidekeepers"))
    await visitor.see(re.compile(r"and \d+ more"))
    await visitor.see("Missing:")
    assert house.run.requests
    await visitor.picture("dashboard")


async def test_the_repair_of_a_mass_arrival_asks_what_to_do_and_is_gone_once_told(
    house: House, visitor: Visitor
) -> None:
    house.library.put_back_the_archive()
    await visitor.open("/config/repairs")
    await visitor.click_on("at once may lack subtitles on Demo")
    await visitor.see("Request subtitles for all of them")
    await visitor.picture("repair", dialog=True)
    await visitor.click("Ignore them")
    await visitor.see("The issue is repaired!")
    await visitor.press("Finish")
    await visitor.see("There are currently no repairs pending")
    await visitor.click("Jellyfin")
    await visitor.see(f"{FILMS_OF_THE_ARCHIVE} films")
