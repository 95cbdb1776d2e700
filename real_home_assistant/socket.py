"""Home Assistant's websocket: commands with their results, and events as they come."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import aiohttp


class HomeAssistantApiError(Exception):
    """Home Assistant refused, or is gone; `status` is that of the answer, if there was one."""

    def __init__(self, message: str, status: int | None = None) -> None:
        """Say what happened."""
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Event:
    """An event of the bus, and when it was fired."""

    kind: str
    data: dict[str, Any]
    fired: datetime


class HomeAssistantSocket:
    """One signed-in connection; `async with` closes it."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Take over a connection that is signed in; `connect` makes one."""
        self._socket = socket
        self._last_id = 0
        self._results: dict[int, asyncio.Future[Any]] = {}
        self._subscriptions: dict[int, asyncio.Queue[Event | None]] = {}
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def connect(cls, session: aiohttp.ClientSession, url: str, token: str) -> Self:
        """Open a connection and sign in."""
        socket = await session.ws_connect(f"{url}/api/websocket", max_msg_size=0)
        await socket.receive_json()
        await socket.send_json({"type": "auth", "access_token": token})
        answer = await socket.receive_json()
        if answer["type"] != "auth_ok":
            await socket.close()
            raise HomeAssistantApiError(str(answer.get("message", answer)))
        return cls(socket)

    async def __aenter__(self) -> Self:
        """Return the connection."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close it."""
        await self.close()

    async def close(self) -> None:
        """Close the connection; whoever waits on it hears that it is gone."""
        await self._socket.close()
        self._reader.cancel()
        with suppress(asyncio.CancelledError):
            await self._reader

    async def command(self, kind: str, **fields: Any) -> Any:
        """Send a command and return its result."""
        command_id, result = self._expect()
        await self._socket.send_json({"id": command_id, "type": kind, **fields})
        return await result

    async def call_service(
        self, domain: str, service: str, data: dict[str, Any] | None = None, *, return_response: bool = False
    ) -> Any:
        """Perform an action; return its response if one is wanted."""
        result = await self.command(
            "call_service", domain=domain, service=service, service_data=data or {}, return_response=return_response
        )
        return result["response"] if return_response else None

    async def events(self, *kinds: str) -> AsyncIterator[Event]:
        """Subscribe to kinds of events now; the iterator returned yields them in order until the connection ends."""
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        for kind in kinds:
            command_id, result = self._expect()
            self._subscriptions[command_id] = queue
            await self._socket.send_json({"id": command_id, "type": "subscribe_events", "event_type": kind})
            await result

        async def iterate() -> AsyncIterator[Event]:
            while (event := await queue.get()) is not None:
                yield event

        return iterate()

    def _expect(self) -> tuple[int, asyncio.Future[Any]]:
        if self._reader.done():
            raise HomeAssistantApiError("The connection is closed")
        self._last_id += 1
        result = self._results[self._last_id] = asyncio.get_running_loop().create_future()
        return self._last_id, result

    async def _read(self) -> None:
        try:
            async for message in self._socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._handle(message.json())
        finally:
            for result in self._results.values():
                if not result.done():
                    result.set_exception(HomeAssistantApiError("The connection was lost"))
                    # Nobody may be waiting any more.
                    result.exception()
            for queue in self._subscriptions.values():
                queue.put_nowait(None)

    def _handle(self, message: dict[str, Any]) -> None:
        if message["type"] == "event":
            event = message["event"]
            fired = datetime.fromisoformat(event["time_fired"])
            self._subscriptions[message["id"]].put_nowait(Event(event["event_type"], event["data"], fired))
            return
        result = self._results.pop(message["id"])
        if result.done():
            # Whoever asked has given up.
            return
        if message["success"]:
            result.set_result(message["result"])
        else:
            error = message["error"]
            result.set_exception(HomeAssistantApiError(f"{error['code']}: {error['message']}"))
