"""What a household sees when so much arrives at once that somebody has to decide about it."""

import pytest

from real_home_assistant.library import FILMS_OF_THE_ARCHIVE

from .house import House
from .visitor import Visitor

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.asyncio(loop_scope="package"),
    pytest.mark.usefixtures("with_entry"),
]


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
