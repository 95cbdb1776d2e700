"""The websocket: letting a client in, listening to it, seeing it off."""

import json
from typing import Final

from aiohttp import WSMsgType, web

from .accounts import Caller
from .answers import error_text
from .clock import sleep
from .core import Core
from .dates import to_header
from .sessions import SimSession
from .sockets import SimSocket, keep_alive
from .subscriptions import SUBJECTS

_CLOSE_TIMEOUT: Final = 1.0
_SERVER_KINDS: Final = (
    "ForceKeepAlive",
    "GeneralCommand",
    "UserDataChanged",
    "Sessions",
    "Play",
    "SyncPlayCommand",
    "SyncPlayGroupUpdate",
    "Playstate",
    "RestartRequired",
    "ServerShuttingDown",
    "ServerRestarting",
    "LibraryChanged",
    "UserDeleted",
    "UserUpdated",
    "SeriesTimerCreated",
    "TimerCreated",
    "SeriesTimerCancelled",
    "TimerCancelled",
    "RefreshProgress",
    "ScheduledTaskEnded",
    "PackageInstallationCancelled",
    "PackageInstallationFailed",
    "PackageInstallationCompleted",
    "PackageInstalling",
    "PackageUninstalled",
    "ActivityLogEntry",
    "ScheduledTasksInfo",
    "KeepAlive",
)
_KNOWN_KINDS: Final = frozenset(
    name.lower() for name in (*_SERVER_KINDS, *(f"{subject}{end}" for subject in SUBJECTS for end in ("Start", "Stop")))
)


class _UnreadableError(Exception):
    """The client sent what the server cannot read, which ends the connection."""


def wants_socket(request: web.BaseRequest) -> bool:
    """Return whether the request asks for a websocket."""
    return "websocket" in request.headers.get("Upgrade", "").lower()


async def serve_socket(core: Core, request: web.BaseRequest, caller: Caller) -> web.StreamResponse:
    """Hold a websocket from the handshake to its end."""
    if not caller.is_known:
        return error_text(403)
    response = web.WebSocketResponse(
        autoping=False, autoclose=False, compress=False, max_msg_size=0, timeout=_CLOSE_TIMEOUT
    )
    response.headers["Date"] = to_header(core.clock.time())
    await response.prepare(request)
    socket = SimSocket(response, core.clock)
    socket.is_silent = core.socket_faults.silent
    socket.is_deaf = core.socket_faults.takes_deaf()
    socket.start(request.transport)
    core.journal.open_sockets += 1
    core.journal.opened_sockets += 1
    session: SimSession | None = None
    try:
        if stall := core.socket_faults.takes_stall():
            await sleep(core.clock, stall)
        if not caller.client:
            socket.close()
        else:
            session = _attach(core, socket, caller)
        await _listen(core, response, socket, caller)
        return response
    finally:
        core.journal.open_sockets -= 1
        core.sockets.pop(socket, None)
        core.watchdog.leave(socket)
        if session is not None and not socket.is_disposed:
            core.sessions.leave(session, socket)
        await socket.end()


def _attach(core: Core, socket: SimSocket, caller: Caller) -> SimSession | None:
    core.sockets[socket] = caller
    session = None
    if not socket.is_deaf:
        session = core.sessions.see(caller)
        session.sockets.append(socket)
    core.watchdog.watch(socket)
    return session


async def _listen(core: Core, response: web.WebSocketResponse, socket: SimSocket, caller: Caller) -> None:
    while True:
        message = await response.receive()
        if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
            if socket.is_disposed:
                socket.abort()
                return
            socket.talked()
            if not message.data:
                socket.close(1000, "")
                continue
            try:
                _handle(core, socket, caller, message.data)
            except _UnreadableError:
                socket.close()
        elif message.type is WSMsgType.PING:
            if not socket.is_silent:
                await response.pong(message.data)
        elif message.type is not WSMsgType.PONG:
            await socket.hold_back()
            socket.close(1000, "")
            return


def _handle(core: Core, socket: SimSocket, caller: Caller, text: str | bytes) -> None:
    try:
        message = json.loads(text)
    except ValueError:
        raise _UnreadableError from None
    if not isinstance(message, dict):
        raise _UnreadableError
    kind = message.get("MessageType")
    if not isinstance(kind, str):
        return
    if kind.lower() not in _KNOWN_KINDS:
        raise _UnreadableError
    if kind.lower() == "keepalive":
        socket.last_keep_alive = core.clock.time()
        socket.answer(keep_alive(core.ids))
        return
    core.subscriptions.handle(socket, kind.lower(), caller, message.get("Data"))
