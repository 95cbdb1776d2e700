"""The simulator: a server at a port, and the hands that a test or a demo has on it."""

import asyncio
from collections.abc import Collection
from typing import Final

from aiohttp import web

from .accounts import SimUser
from .clock import Clock, LoopClock, sleep
from .core import Core
from .discovery import Discovery
from .disk import DiskHands
from .faults import Fault, Rejection
from .journal import Journal
from .phases import Phase, PhaseDurations
from .pipeline import Pipeline
from .playback_hands import PlaybackHands
from .routes import build_router
from .sockets import SHUTDOWN_REASON, SimSocket
from .subtitle_hands import SubtitleHands

_HOST: Final = "127.0.0.1"
_LONG_LINE: Final = 1_048_576


class JellyfinSimulator(DiskHands, SubtitleHands, PlaybackHands):
    """A Jellyfin server. `kill`, `shutdown` and `restart` keep its disk, so `start` finds everything again."""

    def __init__(
        self,
        *,
        version: str = "10.11.11",
        base_url: str = "",
        clock: Clock | None = None,
        server_id: str | None = None,
        name: str = "simulator",
        library_monitor_delay: float = 60.0,
        library_update_duration: float = 30.0,
        seed: int = 0,
        discoverable: bool = False,
    ) -> None:
        """Build a server that is not yet started; one that is discoverable also answers at `discovery_port`."""
        self.clock: Clock = clock or LoopClock()
        self.core = Core(
            version=version,
            base_url=base_url,
            clock=self.clock,
            server_id=server_id,
            name=name,
            library_monitor_delay=library_monitor_delay,
            library_update_duration=library_update_duration,
            seed=seed,
        )
        self.core.ask_for_restart = lambda: self._spawn_soon(restart=True)
        self.core.ask_for_shutdown = lambda: self._spawn_soon(restart=False)
        self.durations = PhaseDurations()
        self.port = 0
        self._discovery = Discovery(self.core) if discoverable else None
        self._pipeline = Pipeline(self.core, build_router(is_twelve=self.core.is_twelve))
        self._server: web.Server | None = None
        self._listener: asyncio.Server | None = None
        self._background: set[asyncio.Task[None]] = set()

    @property
    def server_id(self) -> str:
        """The id that the server tells."""
        return self.core.server_id

    @property
    def url(self) -> str:
        """The address, with the base URL."""
        return f"http://{_HOST}:{self.port}{self.core.base_url}"

    @property
    def discovery_port(self) -> int:
        """Where datagrams are answered; 0 if nowhere."""
        return self._discovery.port if self._discovery else 0

    @property
    def journal(self) -> Journal:
        """What was asked so far."""
        return self.core.journal

    @property
    def phase(self) -> Phase:
        """How far the server is."""
        return self._pipeline.phase

    async def start(self, port: int = 0, *, phase: str = "D") -> None:
        """Listen, on the port of last time or a free one if none is named."""
        self.port = port or self.port
        await self.set_phase(phase)

    async def stop(self) -> None:
        """End everything at once and leave nothing running."""
        for task in tuple(self._background):
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        await self.kill()

    async def set_phase(self, phase: str) -> None:
        """Jump to a phase: A set-up page, B nobody at the port, C loading, D running."""
        target = Phase(phase)
        self._pipeline.phase = target
        self.core.notifier.is_running = target in (Phase.LOADING, Phase.RUNNING)
        if target is Phase.GAP:
            await self._hang_up()
        elif self._listener is None:
            await self._listen()
        if self._discovery is not None:
            await self._discovery.set_open(is_open=self.core.notifier.is_running)

    async def kill(self) -> None:
        """End the process without a word to anybody."""
        for socket in tuple(self.core.sockets):
            socket.abort()
        self.core.forget()
        await self.set_phase(Phase.GAP)

    async def shutdown(self) -> None:
        """Say goodbye, close the sockets, and end."""
        await self._say_goodbye("ServerShuttingDown")
        await self.kill()

    async def restart(self, phases: bool = True) -> None:
        """Say goodbye, close the sockets and come back, through all phases or at once; returns when it runs."""
        if phases:
            await sleep(self.clock, self.durations.farewell)
        await self._say_goodbye("ServerRestarting")
        await self.kill()
        if phases:
            await self._pass_phases()
        await self.set_phase(Phase.RUNNING)

    async def _pass_phases(self) -> None:
        """Go through what lies between the end of the process and its next one running."""
        durations = self.durations
        for phase, duration in (
            (Phase.GAP, durations.first_gap),
            (Phase.SETUP, durations.setup),
            (Phase.GAP, durations.second_gap),
            (Phase.LOADING, durations.loading),
        ):
            await self.set_phase(phase)
            if phase is Phase.SETUP and not self.core.is_twelve:
                self._pipeline.is_waking = True
                await sleep(self.clock, durations.waking)
                self._pipeline.is_waking = False
            await sleep(self.clock, duration)

    def add_user(
        self,
        name: str,
        password: str,
        *,
        administrator: bool = False,
        libraries: Collection[str] | None = None,
        disabled: bool = False,
    ) -> SimUser:
        """Make a user who sees all libraries, or only those with these ids."""
        return self.core.accounts.add_user(
            name,
            password,
            IsAdministrator=administrator,
            IsDisabled=disabled,
            EnableAllFolders=libraries is None,
            EnabledFolders=list(libraries or ()),
        )

    def set_policy(self, user: SimUser, **policy: object) -> None:
        """Change rights under Jellyfin's names; disabling a user throws it out."""
        user.policy |= policy
        if user.is_disabled:
            self.core.doorman.revoke_user(user)

    def add_api_key(self, name: str) -> str:
        """Make an API key and return its token."""
        return self.core.accounts.add_api_key(name, moment=self.clock.time()).token

    def issue_token(
        self,
        user: SimUser,
        device_id: str,
        client: str = "Home Assistant",
        device: str = "Home Assistant",
        *,
        token: str | None = None,
    ) -> str:
        """Return a token as a sign-in would have given, or let this one count, without ending any session."""
        moment = self.clock.time()
        return self.core.accounts.add_device(
            user, client=client, device_id=device_id, device=device, version="1.0.0", moment=moment, token=token
        ).token

    def revoke_token(self, token: str) -> None:
        """Let a token die."""
        self.core.doorman.revoke_token(token)

    def revoke_user(self, user: SimUser) -> None:
        """Let all tokens of a user die."""
        self.core.doorman.revoke_user(user)

    def reject(
        self,
        rejection: Rejection,
        path_prefix: str | None = None,
        times: int | None = None,
        *,
        method: str | None = None,
    ) -> Fault:
        """Refuse requests: with a status, with a response, or with what a function says of each."""
        return self.core.faults.add(rejection, path_prefix=path_prefix, times=times, method=method)

    def delay(
        self, seconds: float, path_prefix: str | None = None, times: int | None = None, *, method: str | None = None
    ) -> Fault:
        """Hold requests back."""
        return self.core.faults.add(None, delay=seconds, path_prefix=path_prefix, times=times, method=method)

    def mend(self, fault: Fault | None = None) -> None:
        """Take back one fault of `reject` and `delay`, or all."""
        if fault is None:
            self.core.faults.clear()
        else:
            self.core.faults.remove(fault)

    def drop_sockets(self) -> None:
        """Break the connection of every socket without a close frame."""
        for socket in self._sockets():
            socket.abort()

    def close_sockets(self, code: int = 1000, reason: str = SHUTDOWN_REASON) -> None:
        """Close every socket with a close frame."""
        for socket in self._sockets():
            socket.close(code, reason)

    def silence_sockets(self, silent: bool = True) -> None:
        """Keep every socket open and send nothing at all, on future ones neither; or end that."""
        self.core.socket_faults.silent = silent
        for socket in self._sockets():
            socket.is_silent = silent

    def deafen_sockets(self, deaf: bool | str = True) -> None:
        """Answer KeepAlive and broadcast nothing, on all sockets or only on the `"next"` one; or end that."""
        if deaf == "next":
            self.core.socket_faults.deaf_ones_to_come += 1
            return
        self.core.socket_faults.deaf = bool(deaf)
        self.core.socket_faults.deaf_ones_to_come = 0
        for socket in self._sockets():
            socket.is_deaf = bool(deaf)

    def broadcast(self, kind: str, data: object) -> None:
        """Send a message of any kind to every session."""
        self.core.sessions.send(self.core.sessions, kind, data)

    def _sockets(self) -> tuple[SimSocket, ...]:
        return tuple(self.core.sockets)

    async def _listen(self) -> None:
        self._server = web.Server(
            self._pipeline.handle,
            access_log=None,
            handler_cancellation=True,
            max_line_size=_LONG_LINE,
            max_field_size=_LONG_LINE,
        )
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(self._server, _HOST, self.port)
        self.port = self._listener.sockets[0].getsockname()[1]
        self.core.local_address = self.url

    async def _hang_up(self) -> None:
        listener, self._listener = self._listener, None
        server, self._server = self._server, None
        if listener is not None:
            listener.close()
            listener.abort_clients()
        if server is not None:
            await server.shutdown(0.5)

    async def _say_goodbye(self, kind: str) -> None:
        """Tell every session and close every socket; returns when the close frames are sent."""
        self.core.sessions.send(self.core.sessions, kind, "")
        sockets = self._sockets()
        for socket in sockets:
            socket.close()
        await asyncio.gather(*(socket.end() for socket in sockets))

    def _spawn_soon(self, *, restart: bool) -> None:
        task = asyncio.get_running_loop().create_task(self._end_soon(restart=restart))
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _end_soon(self, *, restart: bool) -> None:
        if restart:
            await self.restart()
            return
        await sleep(self.clock, self.durations.farewell)
        await self.shutdown()
