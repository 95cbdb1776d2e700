"""One websocket's life, from the handshake to the cause of its end."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
import json
from typing import Final

import aiohttp

from .const import LOGGER
from .messages import Echo, LibraryChanged, NowPlaying, OtherMessage, RefreshProgress, SocketMessage
from .reading import Loads, members_of, text, whole_number

_KEEP_ALIVE: Final = '{"MessageType":"KeepAlive"}'

# A server that hears no KeepAlive for 60 s goes deaf and tells nobody, whatever time it says it gives us.
_LONGEST_INTERVAL: Final = 30.0

_PROTOCOL_CODES: Final = frozenset(
    {
        aiohttp.WSCloseCode.PROTOCOL_ERROR,
        aiohttp.WSCloseCode.UNSUPPORTED_DATA,
        aiohttp.WSCloseCode.INVALID_TEXT,
        aiohttp.WSCloseCode.POLICY_VIOLATION,
        aiohttp.WSCloseCode.MESSAGE_TOO_BIG,
        aiohttp.WSCloseCode.MANDATORY_EXTENSION,
    }
)


_DATA: Final = frozenset({aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY})


class SocketEnd(StrEnum):
    """Why a socket ended; that a token was revoked is a guess, to be confirmed by a request."""

    RESTARTING = "restarting"
    SHUTTING_DOWN = "shutting_down"
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - a cause, not a password
    LOST = "lost"
    PROTOCOL = "protocol"


_GOING_AWAY: Final = {
    "ServerRestarting": SocketEnd.RESTARTING,
    "ServerShuttingDown": SocketEnd.SHUTTING_DOWN,
}


class JellyfinWebsocket:
    """One open socket: follow it for its messages, look at `end` for why they stopped, close it.

    It reads and answers by itself, whether anybody follows it or not: a server that hears nothing from us stops talking
    to us, and nobody is told.
    """

    def __init__(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        *,
        keep_alive_timeout: float = 10.0,
        loads: Loads = json.loads,
    ) -> None:
        """Take over an open socket."""
        self.end: SocketEnd | None = None
        self._socket = socket
        self._keep_alive_timeout = keep_alive_timeout
        self._loads = loads
        self._interval = _LONGEST_INTERVAL
        self._asked = asyncio.Event()
        self._answered = asyncio.Event()
        self._going_away: SocketEnd | None = None
        self._unheard: list[SocketMessage] = []
        self._hear: Callable[[SocketMessage], None] = self._unheard.append
        self._keeper = asyncio.create_task(self._keep_alive(), name="jellyfin websocket keep-alive")
        self._reader = asyncio.create_task(self._read(), name="jellyfin websocket reader")

    async def follow(self, hear: Callable[[SocketMessage], None]) -> None:
        """Hand each message on in the moment it is read, until there are no more; what came before is given first."""
        for message in self._unheard:
            hear(message)
        self._unheard.clear()
        self._hear = hear
        try:
            await asyncio.wait((self._reader,))
        finally:
            self._hear = self._unheard.append
        if not self._reader.cancelled():
            self._reader.result()

    async def subscribe_sessions(self, interval: float) -> None:
        """Ask to be told what is played, at once when that changes and else at most that often, in seconds."""
        order = {"MessageType": "SessionsStart", "Data": f"0,{interval * 1000:.0f}"}
        with suppress(aiohttp.ClientError, OSError):
            # Whether the connection still holds is for the reader to say.
            await self._socket.send_str(json.dumps(order))

    async def close(self) -> None:
        """End the connection, whatever state it is in; `end` stays `None` where this is what ended it."""
        for task in (self._keeper, self._reader):
            task.cancel()
        await asyncio.gather(self._keeper, self._reader, return_exceptions=True)
        with suppress(aiohttp.ClientError, OSError):
            await self._socket.close()

    async def _read(self) -> None:
        """Read frames until there are no more, then say why."""
        try:
            while (frame := await self._socket.receive()).type in _DATA:
                self._handle(frame.data)
            self.end = self._going_away or _cause(frame)
        finally:
            self._keeper.cancel()

    def _handle(self, content: str | bytes) -> None:
        """Answer what is between the server and us, pass on what is news."""
        try:
            frame = members_of(self._loads(content))
        except ValueError, RecursionError:
            frame = {}
        kind = text(frame, "MessageType")
        match kind:
            case "ForceKeepAlive":
                told = whole_number(frame, "Data") or 0
                self._interval = min(told / 2, _LONGEST_INTERVAL) if told > 0 else self._interval
                self._asked.set()
            case "KeepAlive":
                self._answered.set()
            case "ServerRestarting" | "ServerShuttingDown":
                self._going_away = _GOING_AWAY[kind]
            case None:
                LOGGER.debug("Skipped a websocket frame that is no message")
            case _:
                if (message := _message(kind, frame.get("Data"))) is not None:
                    self._hear(message)

    async def _keep_alive(self) -> None:
        """Show the server that we listen, and make it show that it is there.

        Only this message counts for the server: neither pings nor any other text keep a socket served.
        """
        with suppress(TimeoutError, aiohttp.ClientError, OSError):
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._interval):
                        await self._asked.wait()
                self._asked.clear()
                self._answered.clear()
                async with asyncio.timeout(self._keep_alive_timeout):
                    await self._socket.send_str(_KEEP_ALIVE)
                    await self._answered.wait()
        # Wakes the reader, which then says that the connection is lost.
        await self._socket.close()


def _message(kind: str, data: object) -> SocketMessage | None:
    match kind:
        case "LibraryChanged":
            return LibraryChanged.from_dict(data)
        case "RefreshProgress":
            return RefreshProgress.from_dict(data)
        case "Sessions":
            return NowPlaying.from_dict(data)
        case "GeneralCommand":
            return Echo.from_dict(data) or OtherMessage(kind)
        case _:
            return OtherMessage(kind)


def _cause(frame: aiohttp.WSMessage) -> SocketEnd:
    """Return what the last frame says about the end."""
    code = getattr(frame.data, "code", None) if frame.type is aiohttp.WSMsgType.ERROR else frame.data
    if code in _PROTOCOL_CODES:
        return SocketEnd.PROTOCOL
    if frame.type is aiohttp.WSMsgType.CLOSE and code == aiohttp.WSCloseCode.OK:
        return SocketEnd.TOKEN_REVOKED
    return SocketEnd.LOST
