"""What a household sees of its subtitles: what is missing, what came of it, and what it wants."""

from playwright.async_api import expect
import pytest

from jellyfin_simulator import audio, video

from .house import House
from .visitor import INTEGRATION, Visitor

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.asyncio(loop_scope="package"),
    pytest.mark.usefixtures("with_entry"),
]


async def test_what_is_missing_stands_on_a_list_until_it_has_arrived(house: House, visitor: Visitor) -> None:
    house.provider.quota = 0
    (films,) = [one for one in house.simulator.core.shelves.libraries.values() if one.name == "Films"]
    film = house.simulator.add_film(films, "The Missing Words", year=2001, streams=(video(), audio("eng")))
    await visitor.open("/todo?entity_id=todo.demo_missing_subtitles")
    row = visitor.page.get_by_text("The Missing Words (2001) [English]").filter(visible=True)
    await expect(row).to_have_count(1)
    await visitor.see("the provider did not hand it over")
    await visitor.picture("missing", height=480)
    house.provider.quota = None
    async with await house.run.api.socket() as socket:
        await socket.call_service("jellyfin_subtitles", "retry", {"item_id": film.item_id})
    await expect(row).to_have_count(0)
    sentences = ("English subtitles arrived for The Missing Words (2001)", "The Missing Words (2001) is ready to watch")
    await house.run.remembered(*sentences)
    await visitor.open("/logbook")
    for sentence in sentences:
        await visitor.see(sentence)


async def test_what_is_written_into_the_list_is_asked_for(house: House, visitor: Visitor) -> None:
    (films,) = [one for one in house.simulator.core.shelves.libraries.values() if one.name == "Films"]
    house.simulator.add_film(films, "Words to Come", year=1999, streams=(video(), audio("eng")), announce=False)
    await visitor.open("/todo?entity_id=todo.demo_missing_subtitles")
    line = visitor.page.get_by_placeholder("Add item").filter(visible=True)
    await line.fill("Words to Come [it]")
    await line.press("Enter")
    row = visitor.page.get_by_text("Words to Come (1999) [Italian]").filter(visible=True)
    await expect(row).to_have_count(1)
    await visitor.see("Nothing was found")


async def test_a_profile_is_added_on_the_page_of_the_integration(house: House, visitor: Visitor) -> None:
    await visitor.open(INTEGRATION)
    await visitor.click("Add profile")
    await visitor.see("Which subtitles are wanted in libraries of Demo?")
    await visitor.fill("name", "Children")
    await visitor.press("Languages")
    await visitor.search("Italian")
    await visitor.click("Italian")
    await visitor.picture("profile", dialog=True)
    await visitor.press("Next")
    await visitor.see("What will do for Children, in each of its languages?")
    await visitor.see("What is left out")
    await visitor.picture("tracks", dialog=True)
    await visitor.press("Submit")
    await visitor.press("Finish")
    await visitor.see("Children")
    profiles = (await house.run.diagnostics())["data"]["entry"]["subentries"]
    assert [one["data"]["languages"] for one in profiles] == [["it"]]
