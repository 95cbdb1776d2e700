"""The pages of Home Assistant on which the integration is looked at, set, and used in an automation."""

import pytest

from .house import House
from .visitor import INTEGRATION, Visitor

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.asyncio(loop_scope="package"),
    pytest.mark.usefixtures("with_entry"),
]


async def test_the_page_of_the_integration_leads_to_the_server_and_its_entities(visitor: Visitor) -> None:
    await visitor.open(INTEGRATION)
    await visitor.see("Jellyfin Server")
    await visitor.picture("integration", height=480)
    await visitor.click_on("Jellyfin Server")
    for name in (
        "Service info",
        "Media added today",
        "Last detected item",
        "Poster",
        "Subtitles requested today",
        "Media added",
        "Subtitles requested",
        "Subtitle outcome",
        "Media ready",
        "Missing subtitles",
        "Coverage in English",
        "Next attempt",
        "Automatic subtitle requests",
        "Connection",
        "Last sync",
        "Sync now",
        "+1 disabled entity",
    ):
        await visitor.see(name)
    await visitor.picture("device", height=730)


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("What is watched", "What should be watched on Demo?"),
        ("Looking for subtitles", "Waits between attempts"),
        ("Pace and limits", "The defaults suit most homes."),
        ("Webhook", "Waiting for the first call."),
    ],
)
async def test_each_page_of_the_options_opens(visitor: Visitor, page: str, text: str) -> None:
    await visitor.open(INTEGRATION)
    await visitor.press("Configure")
    await visitor.see("What you change counts as soon as you submit it; nothing that is under way is lost.")
    await visitor.click(page)
    await visitor.see(text)


async def test_a_language_that_is_chosen_in_the_options_is_saved(house: House, visitor: Visitor) -> None:
    await visitor.open(INTEGRATION)
    await visitor.press("Configure")
    await visitor.see("Libraries, wanted languages, films and episodes.")
    await visitor.picture("options", dialog=True)
    await visitor.click("What is watched")
    await visitor.press("Wanted languages")
    await visitor.search("German")
    await visitor.click("German")
    await visitor.picture("languages", dialog=True)
    await visitor.press("Submit")
    await visitor.see("Options successfully saved.")
    diagnostics = await house.run.diagnostics()
    assert diagnostics["data"]["entry"]["options"]["languages"] == ["en", "de"]
