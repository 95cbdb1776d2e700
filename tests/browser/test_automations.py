"""The automation editor: a trigger and an action of the integration, and a run when a film arrives."""

import asyncio
from collections.abc import Awaitable, Callable
import re
from typing import Any

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


async def choose_the_trigger(visitor: Visitor) -> None:
    """Take the trigger that the integration brings along."""
    await visitor.click_on("Triggers for each new film or episode in Jellyfin, unless many come at once.")
    await visitor.see("Films or episodes only. Without a choice, both count.")
    await visitor.picture("automation")


async def choose_the_event_entity(visitor: Visitor) -> None:
    """Take Home Assistant's own trigger, for the event entity."""
    await visitor.click("Media added")
    await visitor.click_on("Event received")
    await visitor.click_on("Event type *")
    await visitor.click("Film or episode")


@pytest.mark.parametrize("choose", [choose_the_trigger, choose_the_event_entity])
async def test_an_automation_of_the_editor_runs_when_a_film_arrives(
    house: House, visitor: Visitor, choose: Callable[[Visitor], Awaitable[None]]
) -> None:
    await visitor.open("/config/automation/edit/new")
    await visitor.press("Add trigger")
    await visitor.search("media added")
    await choose(visitor)
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
        while not (automation := await the_automation(house))["last_triggered"]:
            await a_moment()
    await house.run.api.rest("DELETE", f"/api/config/automation/config/{automation['id']}")


async def the_automation(house: House) -> dict[str, Any]:
    """Return what is known of the only automation there is."""
    states = await house.run.api.rest("GET", "/api/states")
    (attributes,) = [one["attributes"] for one in states if one["entity_id"].startswith("automation.")]
    return dict(attributes)
