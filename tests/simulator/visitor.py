"""A client that believes nothing: it only shows what the simulator says."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
import json
from typing import Any

import aiohttp

from jellyfin_simulator import JellyfinSimulator, VirtualClock

DEVICE_ID = "device"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, read to the end."""

    status: int
    headers: dict[str, str]
    text: str
    content: bytes

    @property
    def data(self) -> Any:
        """What the JSON says."""
        return json.loads(self.text)

    @property
    def ids(self) -> list[str]:
        """The ids of the items on the page."""
        return [item["Id"] for item in self.data["Items"]]


class Ear:
    """An open socket whose messages are kept as they come."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Begin to listen."""
        self.socket = socket
        self.messages: list[dict[str, Any]] = []
        self._listening = asyncio.create_task(self._listen())

    @property
    def kinds(self) -> list[str]:
        """The kinds of all messages so far."""
        return [message["MessageType"] for message in self.messages]

    def of(self, kind: str) -> list[Any]:
        """Return the data of all messages of a kind."""
        return [message.get("Data") for message in self.messages if message["MessageType"] == kind]

    async def hear(self, kind: str, count: int = 1) -> list[Any]:
        """Wait for that many messages of a kind and return the data of all there are."""
        async with asyncio.timeout(5):
            while len(self.of(kind)) < count:
                await asyncio.sleep(0)
        return self.of(kind)

    async def say(self, text: str) -> None:
        """Send a text."""
        await self.socket.send_str(text)

    async def keep_alive(self) -> None:
        """Send a KeepAlive."""
        await self.say('{"MessageType":"KeepAlive"}')

    async def ended(self) -> int | None:
        """Wait for the end and return the close code."""
        async with asyncio.timeout(5):
            await self._listening
        return self.socket.close_code

    async def _listen(self) -> None:
        async for message in self.socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                self.messages.append(json.loads(message.data))


class Visitor:
    """Asks one server."""

    def __init__(self, simulator: JellyfinSimulator, session: aiohttp.ClientSession) -> None:
        """Ask that server."""
        self.simulator = simulator
        self._session = session

    async def ask(
        self,
        method: str,
        path: str,
        token: str | None = None,
        *,
        body: object = None,
        headers: dict[str, str] | None = None,
        **query: Any,
    ) -> Answer:
        """Send a request and return the answer; redirects are not followed."""
        async with self._session.request(
            method,
            self.simulator.url + path,
            headers=authorization(token) | (headers or {}),
            params={name: str(value) for name, value in query.items()},
            json=body,
            allow_redirects=False,
        ) as response:
            content = await response.read()
            return Answer(response.status, dict(response.headers), content.decode("utf-8", "replace"), content)

    async def get(self, path: str, token: str | None = None, **query: Any) -> Answer:
        """Send a GET request."""
        return await self.ask("GET", path, token, **query)

    async def post(self, path: str, token: str | None = None, body: object = None, **query: Any) -> Answer:
        """Send a POST request."""
        return await self.ask("POST", path, token, body=body, **query)

    async def wait_for(self, clock: VirtualClock, seconds: float, asking: Coroutine[None, None, Answer]) -> Answer:
        """Return an answer that takes the server that long, and not less."""
        requests = self.simulator.journal.requests
        count = len(requests)
        request = asyncio.create_task(asking)
        while len(requests) == count:
            await asyncio.sleep(0)
        await clock.advance(seconds * 0.9)
        assert not request.done()
        await clock.advance(seconds * 0.2)
        return await request

    async def connect(self, token: str | None, **header: str) -> Ear:
        """Open a socket."""
        url = self.simulator.url + "/socket"
        return Ear(await self._session.ws_connect(url, headers=authorization(token, **header), timeout=_SHORT))

    async def echo(self, token: str, text: str = "anybody there?") -> Answer:
        """Send a text to the token's own session."""
        sessions = (await self.get("/Sessions", token, deviceId=DEVICE_ID)).data
        session_id = sessions[0]["Id"] if sessions else "0" * 32
        return await self.post(f"/Sessions/{session_id}/Message", token, {"Header": "echo", "Text": text})


_SHORT = aiohttp.ClientWSTimeout(ws_close=1.0)


def authorization(token: str | None, **header: str) -> dict[str, str]:
    """Return the header that names a client, and shows a token if there is one."""
    pairs = {"Client": "Home%20Assistant", "Device": "Test", "DeviceId": DEVICE_ID, "Version": "1.0"} | header
    if token is not None:
        pairs["Token"] = token
    return {"Authorization": "MediaBrowser " + ", ".join(f'{name}="{value}"' for name, value in pairs.items() if value)}
