"""The automation editor: our event entity as a trigger, our button as an action, and a run when a film arrives."""

import asyncio
import re

from playwright.async_api import expect
import pytest

from tests.end_to_end.real_home import a_moment

from .house import House
from .visitor import Visitor

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.asyncio(loop_scope="package"),
    pytest.mark.usefixtures("with_entry"),
]


async def test_an_automation_of_the_editor_runs_when_a_film_arrives(house: House, visitor: Visitor) -> None:
    await visitor.open("/config/automation/edit/new")
    await visitor.press("Add trigger")
    await visitor.search("media added")
    await visitor.click("Media added")
    await visitor.click_on("Event received")
    await visitor.see("The event types to trigger on.")
    await visitor.click_on("Event type *")
    await visitor.click("Film or episode")
    await visitor.picture("automation")
    await visitor.press("Add action")
    await visitor.search("sync now")
    await visitor.click("Sync now")
    await visitor.click_on("Press button")
    await visitor.see("Presses a button.")
    await visitor.press("Save")
    await visitor.see("Add description")
    await visitor.press("Save")
    await expect(visitor.page).not_to_have_url(re.compile("/new$"))

    house.library.arrive()
    async with asyncio.timeout(60):
        while not (await house.run.api.state("automation.new_automation"))["attributes"]["last_triggered"]:
            await a_moment()
