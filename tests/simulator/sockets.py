"""The replay's side of a recorded socket: it opens, sends and closes as the recorder did and notes what comes."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
import contextlib
from dataclasses import dataclass
import json
from typing import Any

import aiohttp

from .recording import SocketStep

# The recorded machines were busy for that long when several sockets opened at once.
_OPENING = 0.5


@dataclass(frozen=True, slots=True)
class Event:
    """Something the server did on a socket: a word for it, when, and the frame if it was one."""

    word: str
    at: float
    frame: Mapping[str, Any] | None = None

    @property
    def progress(self) -> str | None:
        """Return how far a refresh is, if this is a message about one."""
        if self.frame is None or self.frame.get("MessageType") != "RefreshProgress":
            return None
        return str(self.frame["Data"]["Progress"])


def frame_event(frame: Mapping[str, Any], at: float, name_of: Callable[[str], str]) -> Event:
    """Return the event of a frame; the word of a RefreshProgress tells whose and how far, as their order is a fact."""
    word = str(frame.get("MessageType"))
    if word == "RefreshProgress":
        word = f"{word} {name_of(frame['Data']['ItemId'])} {frame['Data']['Progress']}"
    return Event(word, at, frame)


def recorded_event(step: SocketStep) -> Event | None:
    """Return what the server did in this step, None if it was the recorder."""
    match step.event:
        case "frame":
            return frame_event(step.data, step.at, str)
        case "open":
            return Event("open", step.at)
        case "rejected":
            return Event(f"rejected {step.status}", step.at)
        case "failed":
            return Event(f"failed {step.error}", step.at)
        case "close":
            return Event(f"close {step.code} {step.reason}", step.at)
        case "closed":
            return Event(f"closed {step.code}", step.at)
        case _:
            return None


def collapse(events: Iterable[Event]) -> list[Event]:
    """Drop the events whose number depends on the speed of the machine.

    While a folder is refreshed at most one RefreshProgress a second tells how far it is, and its end may be told twice:
    only "0" and "100" stay, and a repetition counts once. A library's last message is "0", and whether it is told "100"
    just before is a race inside the server. So is how often a socket is told of the sessions that begin while it opens,
    and whether its first KeepAlive is answered before.
    """
    kept: list[Event] = []
    for event in events:
        if kept and kept[-1].word == "Sessions" and event.at - kept[0].at < _OPENING:
            if event.word == "KeepAlive":
                kept.insert(-1, event)
                continue
            if event.word == "Sessions":
                continue
        if event.progress is not None:
            if event.progress not in ("0", "100") or _is_repetition(event, kept):
                continue
            if event.progress == "0" and kept and kept[-1].word == event.word[:-1] + "100":
                kept.pop()
        kept.append(event)
    return kept


def _is_repetition(event: Event, kept: Sequence[Event]) -> bool:
    """Return whether the last message was this one, or this end was told since the refresh began."""
    if kept and kept[-1].word == event.word:
        return True
    if event.progress != "100":
        return False
    beginning = event.word[:-3] + "0"
    earlier = next((one.word for one in reversed(kept) if one.word in (event.word, beginning)), None)
    return earlier == event.word


class ReplaySocket:
    """All connections that a recording opened under one name, one after the other."""

    def __init__(self, now: Callable[[], float]) -> None:
        """Prepare to listen; `now` gives the scenario's time."""
        self._now = now
        self._events: list[Event] = []
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None

    def events(self, name_of: Callable[[str], str]) -> list[Event]:
        """Return all that the server did; `name_of` gives the recorded id of an id."""
        return [event if event.frame is None else frame_event(event.frame, event.at, name_of) for event in self._events]

    async def open(self, session: aiohttp.ClientSession, url: str, headers: Mapping[str, str]) -> None:
        """Try to connect; whatever comes of it is an event."""
        await self.close()
        timeout = aiohttp.ClientWSTimeout(ws_close=0.5)
        try:
            self._socket = await session.ws_connect(url, headers=headers, max_msg_size=0, timeout=timeout)
        except aiohttp.WSServerHandshakeError as error:
            self._note(f"rejected {error.status}")
        except aiohttp.ClientError as error:
            self._note(f"failed {type(error).__name__}")
        else:
            self._note("open")
            self._reader = asyncio.create_task(self._read(self._socket))

    async def send(self, text: str) -> None:
        """Send a text; a socket that is already gone swallows it."""
        if self._socket is not None:
            with contextlib.suppress(ConnectionError):
                await self._socket.send_str(text)

    async def stop_listening(self) -> None:
        """Take no more notice: what comes afterwards is nobody's event."""
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)

    async def close(self) -> None:
        """Close as the recorder did."""
        socket, self._socket = self._socket, None
        await self.stop_listening()
        if socket is not None:
            await socket.close()

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            message = await socket.receive()
            match message.type:
                case aiohttp.WSMsgType.TEXT:
                    self._events.append(frame_event(json.loads(message.data), self._now(), str))
                case aiohttp.WSMsgType.CLOSE:
                    self._note(f"close {message.data} {message.extra}")
                    return
                case _:
                    self._note(f"closed {socket.close_code}")
                    return

    def _note(self, word: str) -> None:
        self._events.append(Event(word, self._now()))
