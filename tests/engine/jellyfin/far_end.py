"""The other end of a websocket, in the hands of a test."""

import asyncio
from collections.abc import Awaitable, Callable
import json
from typing import Any

from aiohttp import web

from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinWebsocket


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


type Opened = tuple[JellyfinWebsocket, FarEnd]
type OpenSocket = Callable[..., Awaitable[Opened]]
