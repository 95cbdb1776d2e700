"""Real servers on loopback, on whatever port is free."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinClient, JellyfinWebsocket
from jellyfin_simulator import JellyfinSimulator

from .far_end import FarEnd, Opened, OpenSocket
from .serving import Handler

type Serve = Callable[[Handler], Awaitable[str]]
type ServeBytes = Callable[[bytes], Awaitable[str]]
type MakeClient = Callable[..., JellyfinClient]


@pytest.fixture
async def session(socket_enabled: None) -> AsyncIterator[aiohttp.ClientSession]:
    """A session as Home Assistant would hand it in."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def serve(socket_enabled: None) -> AsyncIterator[Serve]:
    """Start a server with one handler for every request; returns its address."""
    async with AsyncExitStack() as stack:

        async def start(handler: Handler) -> str:
            async def dispatch(request: web.Request) -> web.StreamResponse:
                return await handler(request)

            app = web.Application()
            app.router.add_route("*", "/{path:.*}", dispatch)
            server = await stack.enter_async_context(TestServer(app, host="127.0.0.1"))
            return str(server.make_url("")).rstrip("/")

        yield start


@pytest.fixture
async def serve_bytes(socket_enabled: None) -> AsyncIterator[ServeBytes]:
    """Start a server that answers every request with the same bytes, right or wrong, and hangs up."""
    servers: list[asyncio.Server] = []

    async def start(content: bytes) -> str:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(content)
            writer.close()

        servers.append(await asyncio.start_server(answer, "127.0.0.1", 0))
        return f"http://127.0.0.1:{servers[-1].sockets[0].getsockname()[1]}"

    yield start
    for server in servers:
        server.close()
        await server.wait_closed()


@pytest.fixture
def make_client(session: aiohttp.ClientSession) -> MakeClient:
    """Make a client of the address, with a token unless it is told otherwise."""

    def make(url: str, *, token: str | None = "secret-token", timeout: float = 10.0) -> JellyfinClient:  # noqa: S107 - made up
        return JellyfinClient(session, url, device_id="device-1", version="1.0.0", token=token, timeout=timeout)

    return make


@pytest.fixture
async def client(simulator: JellyfinSimulator, make_client: MakeClient) -> JellyfinClient:
    """A client of the simulator, signed in as its administrator."""
    sign_in = await make_client(simulator.url, token=None).sign_in("admin", "admin")
    return make_client(simulator.url, token=sign_in.token)


@pytest.fixture
async def open_socket(serve: Serve, session: aiohttp.ClientSession) -> AsyncIterator[OpenSocket]:
    """Open sockets; each is closed at the end, so that a task that outlives it fails the test."""
    ends: asyncio.Queue[FarEnd] = asyncio.Queue()
    sockets: list[JellyfinWebsocket] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.WebSocketResponse()
        await response.prepare(request)
        end = FarEnd(request, response)
        ends.put_nowait(end)
        try:
            async for frame in response:
                end.received.put_nowait(frame.json())
        finally:
            end.gone.set()
        return response

    url = await serve(handler)

    async def connect(*, max_msg_size: int = 0, **arguments: Any) -> Opened:
        response = await session.ws_connect(url, max_msg_size=max_msg_size)
        sockets.append(JellyfinWebsocket(response, **arguments))
        return sockets[-1], await ends.get()

    yield connect
    for socket in sockets:
        await socket.close()
