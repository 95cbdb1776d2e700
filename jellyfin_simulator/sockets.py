"""One websocket as the server holds it: what it sends, and how it ends."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
import itertools
from typing import Final

from aiohttp import web

from .answers import Json, dumps
from .clock import Clock
from .ids import IdSource

SHUTDOWN_REASON: Final = "System Shutdown"
_LOOK_AGAIN: Final = 0.02

_talks = itertools.count(1)


@dataclass(frozen=True, slots=True)
class _Close:
    code: int
    reason: str


@dataclass(slots=True)
class Subscription:
    """Something that a client wants to hear of, at most once in that many seconds if it is not urgent."""

    interval: float
    last_sent: float = 0.0


class SimSocket:
    """A connected client. Whatever it is sent goes through one queue, so the order is kept."""

    def __init__(self, socket: web.WebSocketResponse, clock: Clock) -> None:
        """Wrap a socket that is open."""
        self._socket = socket
        self._clock = clock
        self._outbox: asyncio.Queue[str | _Close] = asyncio.Queue()
        self._sender: asyncio.Task[None] | None = None
        self._transport: asyncio.Transport | None = None
        self.last_keep_alive = clock.time()
        self.last_talk = next(_talks)
        self.is_deaf = False
        self.is_silent = False
        self.is_disposed = False
        self.is_closing = False
        self.subscriptions: defaultdict[str, list[Subscription]] = defaultdict(list)

    @property
    def is_open(self) -> bool:
        """Whether the server still takes this socket for a way to its client."""
        return not self.is_disposed and not self.is_closing

    def start(self, transport: asyncio.Transport | None) -> None:
        """Begin to send."""
        self._transport = transport
        self._sender = asyncio.get_running_loop().create_task(self._send())

    def talked(self) -> None:
        """Note that the client said something."""
        self.last_talk = next(_talks)

    def broadcast(self, message: Json) -> None:
        """Send what concerns the session; a deaf socket hears nothing of it."""
        if not self.is_deaf:
            self.answer(message)

    def answer(self, message: Json) -> None:
        """Send what concerns this socket alone."""
        if self.is_open and not self.is_silent:
            self._outbox.put_nowait(dumps(message))

    def close(self, code: int = 1000, reason: str = SHUTDOWN_REASON) -> None:
        """Close with a close frame, after all that was sent before."""
        if not self.is_closing:
            self.is_closing = True
            self._outbox.put_nowait(_Close(code, reason))

    def abort(self) -> None:
        """Break the connection without a word."""
        self.is_closing = True
        if self._sender is not None:
            self._sender.cancel()
        if self._transport is not None:
            self._transport.abort()

    async def hold_back(self) -> None:
        """Leave a client's goodbye unanswered for as long as the socket is silent and the client is there."""
        while self.is_silent and self._transport is not None and not self._transport.is_closing():
            await asyncio.sleep(_LOOK_AGAIN)

    async def end(self) -> None:
        """Stop sending; what is still in the queue is sent if a close frame ends it."""
        if self._sender is None:
            return
        if not self.is_closing:
            self._sender.cancel()
        try:
            await asyncio.wait([self._sender], timeout=2.0)
        finally:
            self._sender.cancel()

    async def _send(self) -> None:
        while True:
            entry = await self._outbox.get()
            try:
                if isinstance(entry, _Close):
                    await self._socket.close(code=entry.code, message=entry.reason.encode())
                    return
                await self._socket.send_str(entry)
            except ConnectionError:
                return


def envelope(kind: str, data: object, message_id: str) -> Json:
    """Return a message as it travels."""
    return {"MessageId": message_id, "Data": data, "MessageType": kind}


def keep_alive(ids: IdSource) -> Json:
    """Return the answer to a KeepAlive."""
    return {"MessageId": ids.hex(), "MessageType": "KeepAlive"}
