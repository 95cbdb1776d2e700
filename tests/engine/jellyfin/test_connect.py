"""Opening a websocket: it is served, or the reason why not has a name, and the token goes nowhere else."""

import asyncio

import aiohttp
from aiohttp import web
import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import (
    Echo,
    JellyfinAuthenticationError,
    JellyfinClient,
    JellyfinConnectionError,
    JellyfinConnectionTimeoutError,
    JellyfinError,
    JellyfinRedirectError,
    JellyfinResponseError,
    JellyfinServerStartingError,
    LibraryChanged,
)
from jellyfin_simulator import JellyfinSimulator

from .conftest import MakeClient, Serve, ServeBytes
from .far_end import Messages
from .serving import Asked


async def accept(request: web.Request) -> web.StreamResponse:
    """Accept a websocket and close it at once."""
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    await socket.close()
    return socket


async def test_an_echo_comes_back_on_the_open_socket(client: JellyfinClient) -> None:
    socket = await client.connect()

    await client.echo("nonce")

    assert await anext(Messages(socket)) == Echo("nonce")
    await socket.close()


@pytest.mark.parametrize("scheme", ["http", "HTTP"])
async def test_the_handshake_is_signed_and_keeps_the_base_path(
    scheme: str, serve: Serve, make_client: MakeClient
) -> None:
    asked = Asked(status=404)
    url = (await serve(asked)).replace("http", scheme)

    with pytest.raises(JellyfinConnectionError, match="proxy"):
        await make_client(f"{url}/jellyfin").connect()

    assert str(asked.request.rel_url) == "/jellyfin/socket"
    assert asked.request.headers["Upgrade"] == "websocket"
    assert asked.credentials["Token"] == "secret-token"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirected_handshake_goes_nowhere(status: int, serve: Serve, make_client: MakeClient) -> None:
    elsewhere = Asked({})
    location = f"{await serve(elsewhere)}/socket"
    asked = Asked(status=status, Location=location)

    with pytest.raises(JellyfinRedirectError) as raised:
        await make_client(await serve(asked)).connect()

    assert (raised.value.status, raised.value.location) == (status, location)
    assert elsewhere.requests == []
    assert len(asked.requests) == 1


async def test_a_redirect_within_the_server_goes_nowhere_either(socket_enabled: None, make_client: MakeClient) -> None:
    server = JellyfinSimulator(base_url="/jellyfin")
    await server.start()
    token = server.issue_token(server.add_user("admin", "admin"), "device-1")
    try:
        with pytest.raises(JellyfinRedirectError):
            await make_client(server.url.removesuffix("/jellyfin"), token=token).connect()
        socket = await make_client(server.url, token=token).connect()
        await socket.close()
    finally:
        await server.stop()

    assert server.journal.opened_sockets == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, JellyfinAuthenticationError),
        (403, JellyfinAuthenticationError),
        (500, JellyfinServerStartingError),
        (503, JellyfinServerStartingError),
        (200, JellyfinConnectionError),
        (400, JellyfinConnectionError),
        (426, JellyfinConnectionError),
        (502, JellyfinConnectionError),
    ],
)
async def test_a_refused_handshake_says_why(
    status: int, error: type[JellyfinError], serve: Serve, make_client: MakeClient
) -> None:
    with pytest.raises(error) as raised:
        await make_client(await serve(Asked({}, status=status))).connect()

    assert type(raised.value) is error
    assert str(status) in str(raised.value) or isinstance(raised.value, JellyfinResponseError)
    assert "secret" not in str(raised.value)


async def test_a_dead_token_is_refused(simulator: JellyfinSimulator, client: JellyfinClient) -> None:
    assert client.token is not None
    simulator.revoke_token(client.token)

    with pytest.raises(JellyfinAuthenticationError):
        await client.connect()
    with pytest.raises(JellyfinAuthenticationError):
        await client.get_user()


async def test_each_phase_of_a_start_has_its_answer(simulator: JellyfinSimulator, client: JellyfinClient) -> None:
    await simulator.set_phase("A")
    with pytest.raises(JellyfinServerStartingError):
        await client.connect()

    await simulator.set_phase("B")
    with pytest.raises(JellyfinConnectionError):
        await client.connect()

    await simulator.set_phase("C")
    socket = await client.connect()
    await socket.close()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"garbage\r\n\r\n",
        b"HTTP/1.1 101 Fine\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
    ],
)
async def test_a_handshake_that_is_none_is_no_connection(
    content: bytes, serve_bytes: ServeBytes, make_client: MakeClient
) -> None:
    with pytest.raises(JellyfinConnectionError):
        await make_client(await serve_bytes(content)).connect()


async def test_a_handshake_without_an_answer_ends(serve: Serve, make_client: MakeClient) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        return web.Response()

    with pytest.raises(JellyfinConnectionTimeoutError):
        await make_client(await serve(handler), timeout=0.1).connect()


async def test_the_given_session_lives_on_and_lends_its_headers_and_cookies(serve: Serve) -> None:
    seen: list[web.Request] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        seen.append(request)
        return await accept(request)

    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(headers={"User-Agent": "HomeAssistant/1"}, cookie_jar=jar) as session:
        url = await serve(handler)
        jar.update_cookies({"route": "1"})
        client = JellyfinClient(session, url, device_id="1", version="1", token="t")

        for _ in range(2):
            socket = await client.connect()
            assert [message async for message in Messages(socket)] == []
            await socket.close()

        assert not session.closed

    assert [request.headers["User-Agent"] for request in seen] == ["HomeAssistant/1"] * 2
    assert [request.cookies["route"] for request in seen] == ["1"] * 2


async def test_a_message_may_be_larger_than_is_usual(serve: Serve, make_client: MakeClient) -> None:
    ids = [f"{number:032x}" for number in range(1, 150_001)]

    async def handler(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"MessageType": "LibraryChanged", "Data": {"ItemsUpdated": ids}})
        await socket.receive()
        return socket

    socket = await make_client(await serve(handler)).connect()

    assert await anext(Messages(socket)) == LibraryChanged(items_updated=tuple(ids))
    await socket.close()
