"""The repairs: what a person is asked after a mass arrival, and what becomes of the answer."""

import pytest
import pytest_asyncio

from real_home_assistant.library import FILMS_OF_THE_ARCHIVE

from .house import House
from .visitor import DASHBOARD, Visitor

pytestmark = [pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="package")]


@pytest_asyncio.fixture(autouse=True, loop_scope="package")
async def set_up(house: House) -> None:
    await house.with_entry()


async def test_the_repair_of_a_mass_arrival_asks_what_to_do_and_is_gone_once_told(
    house: House, visitor: Visitor
) -> None:
    house.library.put_back_the_archive()
    await visitor.open("/config/repairs")
    await visitor.click_on("at once lack subtitles on Demo")
    await visitor.see("Request subtitles for all of them")
    await visitor.picture("repair", dialog=True)
    await visitor.click("Ignore them")
    await visitor.see("The issue is repaired!")
    await visitor.press("Finish")
    await visitor.see("There are currently no repairs pending")
    await visitor.open(DASHBOARD)
    await visitor.see(f"{FILMS_OF_THE_ARCHIVE} films")
