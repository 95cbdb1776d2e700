"""The other end of a websocket, in the hands of a test."""

import asyncio
from collections.abc import Awaitable, Callable
import json
from typing import Any, Self

from aiohttp import web

from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinWebsocket, SocketMessage


class FarEnd:
    """The server's end of a websocket."""

    def __init__(self, request: web.Request, socket: web.WebSocketResponse) -> None:
        """Hold an open socket."""
        self.received: asyncio.Queue[Any] = asyncio.Queue()
        self.gone = asyncio.Event()
        self.socket = socket
        self._request = request

    async def send(self, *messages: Any) -> None:
        """Send messages: an object as JSON, a text as it is."""
        for message in messages:
            await self.socket.send_str(message if isinstance(message, str) else json.dumps(message))

    async def next(self) -> Any:
        """Return the next message that came here."""
        async with asyncio.timeout(10):
            return await self.received.get()

    def abort(self) -> None:
        """Let the connection break."""
        assert self._request.transport is not None
        self._request.transport.abort()


class Messages:
    """The messages of a socket one after the other, by somebody who follows it to its end."""

    def __init__(self, socket: JellyfinWebsocket) -> None:
        """Begin to follow."""
        self._heard: asyncio.Queue[SocketMessage | None] = asyncio.Queue()
        self._following = asyncio.create_task(self._follow(socket))

    def __aiter__(self) -> Self:
        """Iterate over the messages."""
        return self

    async def __anext__(self) -> SocketMessage:
        """Return the next message."""
        async with asyncio.timeout(10):
            if (message := await self._heard.get()) is not None:
                return message
            await self._following
        raise StopAsyncIteration

    async def _follow(self, socket: JellyfinWebsocket) -> None:
        try:
            await socket.follow(self._heard.put_nowait)
        finally:
            self._heard.put_nowait(None)


type Opened = tuple[JellyfinWebsocket, FarEnd]
type OpenSocket = Callable[..., Awaitable[Opened]]
