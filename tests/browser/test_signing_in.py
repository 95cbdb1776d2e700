"""The first minutes with the integration: found among all others, added, and signed in to by each way."""

import re

import pytest

from tests.end_to_end.real_home import DOMAIN, LOGIN, user_of

from .house import House
from .visitor import Visitor

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.asyncio(loop_scope="package"),
    pytest.mark.usefixtures("without_entry"),
]


async def choose_a_way(house: House, visitor: Visitor, way: str) -> None:
    """Come to the dialog as people do, and name the server."""
    await visitor.add_integration()
    await visitor.see("Where is the Jellyfin server whose new films and episodes you want to know about?")
    await visitor.fill("url", house.simulator.url)
    await visitor.press("Next")
    await visitor.see("How do you want to sign in to Demo?")
    await visitor.picture("sign-in", dialog=True)
    await visitor.click(way)


async def choose_the_libraries(house: House, visitor: Visitor) -> None:
    """Take all of them, and see that the server is there."""
    await visitor.see("Which libraries of Demo should be watched?")
    await visitor.see("Series")
    await visitor.picture("libraries", dialog=True)
    await visitor.press("Submit")
    await visitor.press("Skip and finish")
    (entry,) = await house.run.api.entries(DOMAIN)
    assert entry["state"] == "loaded"


async def test_who_mistypes_the_password_is_told_so_and_gets_in_with_the_right_one(
    house: House, visitor: Visitor
) -> None:
    await choose_a_way(house, visitor, "User name and password")
    await visitor.fill("username", LOGIN)
    await visitor.fill("password", "wrong")
    await visitor.press("Next")
    await visitor.see("The user name or the password is wrong.")
    await visitor.fill("password", LOGIN)
    await visitor.press("Next")
    await choose_the_libraries(house, visitor)


async def test_quick_connect_goes_on_by_itself_once_the_code_is_confirmed(house: House, visitor: Visitor) -> None:
    await choose_a_way(house, visitor, "Quick Connect")
    code = await visitor.read(re.compile(r"^\d{6}$"))
    await visitor.picture("quick-connect", dialog=True)
    request = house.simulator.core.quick_connect.by_code(code)
    assert request is not None
    house.simulator.core.quick_connect.authorize(request, user_of(house.simulator))
    await choose_the_libraries(house, visitor)


async def test_an_api_key_lets_in_the_user_who_is_chosen(house: House, visitor: Visitor) -> None:
    await choose_a_way(house, visitor, "API key")
    await visitor.fill("api_key", house.simulator.add_api_key("Home Assistant"))
    await visitor.press("Next")
    await visitor.see("Which user should the API key sign in to Demo?")
    await visitor.press("Next")
    await choose_the_libraries(house, visitor)


async def test_an_address_where_nobody_answers_is_named_in_the_message(house: House, visitor: Visitor) -> None:
    await visitor.add_integration()
    await visitor.see("Where is the Jellyfin server whose new films and episodes you want to know about?")
    await visitor.fill("url", f"{house.run.process.url}/jellyfin")
    await visitor.press("Next")
    await visitor.see(f"Something answers at {house.run.process.url}")
