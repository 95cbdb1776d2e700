"""Finding the server, signing in, and what is said if that does not work."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

from aiohttp import web
import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinError
from custom_components.jellyfin_subtitles.server import ERRORS
from jellyfin_simulator import JellyfinSimulator, SimLibrary
from jellyfin_terminal.failures import ADVICE, Failure, WrongInput
from jellyfin_terminal.options import Options
from jellyfin_terminal.signing_in import DEVICE, Door, choose_libraries, door, find, look_at, sign_in, sign_out

from .script import PASSWORD, USER, token_of


@pytest.fixture
async def way(simulator: JellyfinSimulator) -> AsyncGenerator[Door]:
    """Return a way to the server."""
    way = door(Options(simulator.url, USER))
    async with way.session:
        yield way


@pytest.fixture
def nowhere(unused_tcp_port: int) -> str:
    """Return an address at which nobody listens."""
    return f"http://127.0.0.1:{unused_tcp_port}"


@pytest.fixture
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask without a pause whether a code has been confirmed."""
    monkeypatch.setattr("jellyfin_terminal.signing_in.QUICK_CONNECT_INTERVAL", timedelta(0))


def silence(text: str) -> None:
    """Tell nobody."""


def test_every_cause_that_the_dialog_knows_has_advice_here() -> None:
    """And each advice fills one line."""
    assert {kind for kind, _ in ERRORS} <= ADVICE.keys()
    assert list(ADVICE)[-1] is JellyfinError
    assert not [text for text in ADVICE.values() if "\n" in text]


async def test_the_server_that_answers_is_found(simulator: JellyfinSimulator) -> None:
    server = await look_at(Options(simulator.url))
    assert (server.server_id, server.version) == (simulator.server_id, "12.0.0")


async def test_of_several_addresses_the_one_that_leads_to_a_server_is_taken(
    simulator: JellyfinSimulator, nowhere: str
) -> None:
    secure = simulator.url.replace("http:", "https:")
    options, server = await find(Options(secure, USER, other_urls=(simulator.url, nowhere)))
    assert options == Options(simulator.url, USER)
    assert server.server_id == simulator.server_id


async def test_of_several_failures_the_most_telling_is_said(simulator: JellyfinSimulator, nowhere: str) -> None:
    """Where nobody answers, the address was a guess; where a Jellyfin does, it was the right one."""
    secure = simulator.url.replace("http:", "https:")
    with pytest.raises(Failure, match=rf"^No connection to {nowhere}\."):
        await find(Options(nowhere, other_urls=(nowhere,)))
    with pytest.raises(Failure, match=rf"^No secure connection to {secure}\."):
        await find(Options(nowhere, other_urls=(secure,)))
    simulator.core.version = "10.10.7"
    with pytest.raises(Failure, match=r"^This server runs Jellyfin 10\.10\.7"):
        await find(Options(nowhere, other_urls=(secure, simulator.url)))


async def test_nobody_at_the_address_is_said(simulator: JellyfinSimulator) -> None:
    await simulator.stop()
    with pytest.raises(Failure, match=rf"^No connection to {simulator.url}\. Check that the server is running"):
        await look_at(Options(simulator.url))


async def test_a_server_without_tls_is_said(simulator: JellyfinSimulator) -> None:
    with pytest.raises(Failure, match=r"^No secure connection to https://.*--insecure.*begin the address with http://"):
        await look_at(Options(simulator.url.replace("http:", "https:")))


async def test_a_missing_base_url_is_said(simulator: JellyfinSimulator) -> None:
    moved = web.Response(status=302, headers={"Location": "/jellyfin/web/"})
    simulator.reject(moved)
    with pytest.raises(Failure, match=rf"^The server points to {simulator.url}/jellyfin/web/ instead\."):
        await look_at(Options(simulator.url))


@pytest.mark.parametrize(
    ("fault", "advice"),
    [
        (503, "is still starting"),
        (404, "it is not a Jellyfin server"),
        (web.Response(text="Hello", content_type="text/html"), "it is not a Jellyfin server"),
    ],
)
async def test_what_answers_instead_is_said(simulator: JellyfinSimulator, fault: Any, advice: str) -> None:
    simulator.reject(fault)
    with pytest.raises(Failure, match=advice):
        await look_at(Options(simulator.url))


async def test_a_server_that_is_too_old_is_said(simulator: JellyfinSimulator) -> None:
    simulator.core.version = "10.10.7"
    with pytest.raises(Failure, match=r"^This server runs Jellyfin 10\.10\.7; at least 10\.11 is needed\."):
        await look_at(Options(simulator.url))


async def test_a_server_that_was_never_set_up_is_said(simulator: JellyfinSimulator) -> None:
    simulator.core.configuration.wizard_completed = False
    with pytest.raises(Failure, match=r"has not been set up yet"):
        await look_at(Options(simulator.url))


async def test_the_device_is_one_that_a_person_knows_again(simulator: JellyfinSimulator, way: Door) -> None:
    signed_in = await sign_in(way, USER, PASSWORD, asyncio.Event(), silence)
    assert signed_in is not None
    device = simulator.core.accounts.devices[signed_in.token]
    assert (device.device, device.device_id) == (DEVICE, way.device_id)


@pytest.mark.parametrize(
    ("status", "advice"), [(None, "is wrong"), (403, "does not let them in"), (500, "answered with an error")]
)
async def test_a_refusal_says_whose_it_is(
    simulator: JellyfinSimulator, way: Door, status: int | None, advice: str
) -> None:
    if status is not None:
        simulator.reject(status, "/Users/AuthenticateByName")
    with pytest.raises(Failure, match=advice):
        await sign_in(way, USER, "wrong", asyncio.Event(), silence)


async def test_quick_connect_that_is_off_is_said(simulator: JellyfinSimulator, way: Door) -> None:
    simulator.core.configuration.quick_connect_available = False
    with pytest.raises(Failure, match=r"^Quick Connect is off\."):
        await sign_in(way, None, "", asyncio.Event(), silence)


@pytest.mark.usefixtures("impatience")
async def test_a_code_that_is_lost_is_said(simulator: JellyfinSimulator, way: Door) -> None:
    """As it is when the server is restarted."""
    with pytest.raises(Failure, match=r"^The code is not valid any more"):
        await sign_in(way, None, "", asyncio.Event(), lambda told: simulator.core.quick_connect.forget())


async def test_a_code_that_nobody_waits_for_leads_nowhere(simulator: JellyfinSimulator, way: Door) -> None:
    """Nor does the token that it could lead to come into being."""
    stopped = asyncio.Event()
    assert await sign_in(way, None, "", stopped, lambda told: stopped.set()) is None
    assert not simulator.core.accounts.devices


async def test_a_code_that_is_confirmed_all_the_same_is_a_token_to_give_back(
    simulator: JellyfinSimulator, way: Door
) -> None:
    """As where somebody confirms it and presses Ctrl-C in the same moment."""
    stopped = asyncio.Event()
    user = simulator.core.accounts.by_name(USER)
    assert user is not None

    def confirm_and_stop(told: str) -> None:
        request = simulator.core.quick_connect.by_code(told.partition("code: ")[2][:6])
        assert request is not None
        simulator.core.quick_connect.authorize(request, user)
        stopped.set()

    signed_in = await sign_in(way, None, "", stopped, confirm_and_stop)
    assert signed_in is not None
    assert signed_in.token == token_of(simulator)


async def test_all_libraries_or_those_of_a_name_are_chosen(
    simulator: JellyfinSimulator, way: Door, films: SimLibrary
) -> None:
    """In any case; those that can hold neither films nor episodes are not offered."""
    simulator.add_library("Kids", "tvshows", announce=False)
    simulator.add_library("Music", "music", announce=False)
    signed_in = await sign_in(way, USER, PASSWORD, asyncio.Event(), silence)
    assert signed_in is not None
    client = way.listener(signed_in.token)
    assert {library.name for library in await choose_libraries(client, ())} == {films.name, "Kids"}
    assert [library.name for library in await choose_libraries(client, ("kids",))] == ["Kids"]
    with pytest.raises(WrongInput, match=rf"no library Music that this user sees, only: Kids, {films.name}\.$"):
        await choose_libraries(client, ("Kids", "Music"))


@pytest.mark.parametrize(
    ("status", "advice"),
    [(None, "sees no library"), (401, "took it back at once"), (500, "answered with an error")],
)
async def test_a_user_without_libraries_is_told_why(
    simulator: JellyfinSimulator, way: Door, status: int | None, advice: str
) -> None:
    if status is not None:
        simulator.reject(status, "/UserViews")
    signed_in = await sign_in(way, USER, PASSWORD, asyncio.Event(), silence)
    assert signed_in is not None
    with pytest.raises(Failure, match=advice):
        await choose_libraries(way.client(signed_in.token), ())


async def test_a_token_is_given_back_or_was_gone_already(simulator: JellyfinSimulator, way: Door) -> None:
    """Only a server that does not answer keeps it."""
    signed_in = await sign_in(way, USER, PASSWORD, asyncio.Event(), silence)
    assert signed_in is not None
    client = way.client(signed_in.token)
    fault = simulator.reject(500)
    assert await sign_out(client) is False
    simulator.mend(fault)
    assert await sign_out(client) is True
    assert not simulator.core.accounts.devices
    assert await sign_out(client) is True
