"""Replay a recording against a server on a virtual clock and tell every difference.

The replay does what the recorder did, at the recorded times: requests, sockets, texts. What somebody did to the server
or its disk meanwhile is the business of a stage, which is asked before and after each step.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
import json
from typing import Any, Protocol

import aiohttp
from yarl import URL

from .compare import Difference, compare_answers, compare_events, compare_json
from .datagrams import ask
from .recording import DatagramStep, HttpStep, Recording, SocketStep, Step
from .sockets import Event, ReplaySocket, collapse, recorded_event
from .translation import Translation

_STRIDE = 0.5
_TURNS = 25
_PATIENCE = 1.0
_SAME_MOMENT = 0.01
# The recorder slept 30 s and then had something to do.
_KEEP_ALIVE = 30.02


class Clock(Protocol):
    """The clock of the server under test."""

    async def advance(self, seconds: float) -> None:
        """Let the time pass and everything happen that is due."""


class Stage:
    """What happens around the recorded steps; this one leaves everything as it is."""

    @property
    def discovery_port(self) -> int:
        """Return where the server answers datagrams."""
        return 0

    async def before(self, replay: Replay, step: Step) -> None:
        """Do what happened just before this step."""

    async def after(self, replay: Replay, step: Step) -> None:
        """Do what this step caused beyond its answer."""


class Replay:
    """One run of one recording."""

    def __init__(self, recording: Recording, url: str, clock: Clock, stage: Stage | None = None) -> None:
        """Prepare; the scenario's time begins now."""
        self.recording = recording
        self.translation = Translation()
        self.now = 0.0
        self.differences: list[Difference] = []
        self.answers: dict[int, Any] = {}
        self._url = url
        self._clock = clock
        self._stage = stage or Stage()
        self._sockets: dict[str, ReplaySocket] = {}
        self._kept_alive = _kept_alive(recording)
        self._keep_alive_due: dict[str, float] = {}

    async def run(self) -> list[Difference]:
        """Replay all steps and return the differences."""
        connector = aiohttp.TCPConnector(force_close=True)
        async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
            try:
                for index, step in enumerate(self.recording.steps):
                    await self._pass_until(step.at)
                    await self._stage.before(self, step)
                    await self._do(session, index, step)
                    await self._stage.after(self, step)
                await self._settle()
            finally:
                for socket in self._sockets.values():
                    await socket.close()
        self._compare_sockets()
        return self.differences

    async def _do(self, session: aiohttp.ClientSession, index: int, step: Step) -> None:
        match step:
            case HttpStep():
                await self._request(session, index, step)
            case SocketStep():
                await self._socket_step(session, step)
            case DatagramStep():
                answer = await ask(self._stage.discovery_port, step.datagram)
                self.differences += compare_json(index, f"UDP {step.datagram}", step.answer, answer)

    async def _pass_until(self, moment: float) -> None:
        """Let the virtual time pass in small strides, so that each frame is noted about when it was sent."""
        while self.now < moment:
            due = [time for time in self._keep_alive_due.values() if time < moment]
            stride = min(_STRIDE, min(due, default=moment) - self.now)
            await self._clock.advance(stride)
            self.now += stride
            await self._settle()
            await self._keep_alive()

    async def _keep_alive(self) -> None:
        """Send what the recorder sent by itself: a KeepAlive when a socket opened and one every 30 s."""
        for name, due in self._keep_alive_due.items():
            if due <= self.now:
                self._keep_alive_due[name] = due + _KEEP_ALIVE
                await self._sockets[name].send('{"MessageType":"KeepAlive"}')
                await self._settle()

    async def _settle(self) -> None:
        """Give all that was sent on loopback the turns it needs to arrive."""
        for _ in range(_TURNS):
            await asyncio.sleep(0)

    def _headers(self, actor: str | None, headers: Mapping[str, str]) -> dict[str, str]:
        told = {key: self.translation.request(value) for key, value in headers.items()}
        if actor is not None and "Authorization" not in told:
            token = self.translation.placeholders.get(f"<{actor}>")
            fields = {"Token": token} if token else {}
            fields |= {"Client": "Recorder", "Device": actor, "DeviceId": f"recorder-{actor}", "Version": "1.0.0"}
            told["Authorization"] = "MediaBrowser " + ", ".join(f'{key}="{value}"' for key, value in fields.items())
        return told

    async def _request(self, session: aiohttp.ClientSession, index: int, step: HttpStep) -> None:
        call = asyncio.create_task(self._call(session, step))
        done, _ = await asyncio.wait([call], timeout=0.25)
        while not done and self.now < step.at + 10:
            # The server takes its time, by its own clock.
            await self._clock.advance(_STRIDE)
            self.now += _STRIDE
            await self._keep_alive()
            done, _ = await asyncio.wait([call], timeout=0.05)
        answer = await call
        self.answers[index] = answer.body
        self.differences += compare_answers(index, step, answer, self.translation)
        self.translation.learn(step.body, answer.body)

    async def _call(self, session: aiohttp.ClientSession, step: HttpStep) -> HttpStep:
        url = URL(self._url + self.translation.request(step.path), encoded=True)
        body = None if step.json is None else json.loads(self.translation.request(json.dumps(step.json)))
        headers = self._headers(step.actor, step.headers)
        try:
            async with session.request(step.method, url, json=body, headers=headers, allow_redirects=False) as answer:
                return HttpStep(
                    at=self.now,
                    actor=step.actor,
                    method=step.method,
                    path=step.path,
                    status=answer.status,
                    response_headers=dict(answer.headers),
                    body=_body(await answer.read(), answer.headers.get("Content-Type", "")),
                )
        except aiohttp.ClientError as error:
            return HttpStep(
                at=self.now, actor=step.actor, method=step.method, path=step.path, error=type(error).__name__
            )

    async def _socket_step(self, session: aiohttp.ClientSession, step: SocketStep) -> None:
        socket = self._sockets.setdefault(step.socket, ReplaySocket(lambda: self.now))
        match step.event:
            case "open" | "rejected" | "failed":
                url = self._url.replace("http", "ws", 1) + self.translation.request(step.path)
                await socket.open(session, url, self._headers(step.actor, step.headers))
                if step.socket in self._kept_alive:
                    self._keep_alive_due[step.socket] = step.at
                    await self._keep_alive()
            case "sent":
                await socket.send(step.text if step.text is not None else json.dumps(step.data))
            case "closing":
                for name in self._closing_with(step):
                    await self._arrived(name)
                    await self._sockets[name].stop_listening()
                self._keep_alive_due.pop(step.socket, None)
                await socket.close()
        await self._settle()

    def _closing_with(self, closing: SocketStep) -> list[str]:
        """Return the sockets that the recorder closed at that moment: none of them heard of the others' end."""
        return [
            step.socket
            for step in self.recording.steps
            if isinstance(step, SocketStep)
            and step.event == "closing"
            and 0 <= step.at - closing.at < _SAME_MOMENT
            and step.socket in self._sockets
        ]

    async def _arrived(self, name: str) -> None:
        """Wait until all that is expected on a socket is there, or until it is clear that something is missing."""
        loop = asyncio.get_running_loop()
        end = loop.time() + _PATIENCE
        wanted = len(self._recorded_events(name))
        while len(collapse(self._sockets[name].events(str))) < wanted and loop.time() < end:
            await asyncio.sleep(0)

    def _recorded_events(self, name: str) -> list[Event]:
        steps = [step for step in self.recording.steps if isinstance(step, SocketStep) and step.socket == name]
        return collapse(event for step in steps if (event := recorded_event(step)) is not None)

    def _compare_sockets(self) -> None:
        message_ids: dict[str, str] = {}
        for name, socket in self._sockets.items():
            recorded = self._recorded_events(name)
            simulated = collapse(socket.events(self.translation.recorded))
            self.differences += compare_events(name, recorded, simulated, message_ids, self.translation)


def _kept_alive(recording: Recording) -> frozenset[str]:
    """Return the sockets that the recorder kept alive by itself, without writing it down.

    They got more answers to KeepAlives than recorded texts explain.
    """
    unexplained: Counter[str] = Counter()
    for step in recording.steps:
        if isinstance(step, SocketStep) and step.event in ("sent", "frame"):
            told = step.data if step.text is None else _parsed(step.text)
            if isinstance(told, dict) and told.get("MessageType") == "KeepAlive":
                unexplained[step.socket] += 1 if step.event == "frame" else -1
    return frozenset(name for name, count in unexplained.items() if count > 0)


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _body(raw: bytes, content_type: str) -> object:
    if not raw:
        return None
    if content_type.startswith("application/json"):
        return json.loads(raw)
    return raw.decode(errors="replace")
