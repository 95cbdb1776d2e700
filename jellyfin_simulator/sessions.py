"""Sessions: who is here, and by which socket each of them is reached."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from .accounts import Caller, SimUser
from .clock import Clock
from .ids import IdSource, session_id
from .playback import Playback
from .sockets import SimSocket, envelope


@dataclass(slots=True, eq=False)
class SimSession:
    """A client on a device; its user is whoever came last, None for an API key.

    `checked_in` is when its client last reported what it plays.
    """

    session_id: str
    client: str
    device_id: str
    device: str
    version: str
    user: SimUser | None
    last_activity: float
    sockets: list[SimSocket] = field(default_factory=list)
    playback: Playback | None = None
    checked_in: float | None = None

    @property
    def talker(self) -> SimSocket | None:
        """The open socket that connected or said something last: only this one gets messages."""
        return max(
            (socket for socket in self.sockets if socket.is_open), key=lambda socket: socket.last_talk, default=None
        )


class Sessions:
    """All sessions of the server's memory."""

    def __init__(self, clock: Clock, ids: IdSource) -> None:
        """Start with nobody."""
        self._clock = clock
        self._ids = ids
        self._live: dict[str, SimSession] = {}
        self.on_change: Callable[[str, SimSession], None] = lambda kind, session: None

    def __iter__(self) -> Iterator[SimSession]:
        """Yield the sessions, the oldest first."""
        return iter(tuple(self._live.values()))

    def latest_first(self) -> list[SimSession]:
        """Return the sessions in the order in which they are shown."""
        return sorted(self, key=lambda session: session.last_activity, reverse=True)

    def see(self, caller: Caller) -> SimSession:
        """Return the caller's session, made now if there is none; its user is now the caller's."""
        key = (caller.client + caller.device_id).lower()
        session = self._live.get(key)
        is_new = session is None
        if session is None:
            session = SimSession(
                session_id(caller.client, caller.device_id),
                caller.client,
                caller.device_id,
                caller.device,
                caller.version,
                caller.user,
                self._clock.time(),
            )
            self._live[key] = session
        session.user = caller.user
        session.device = caller.device or session.device
        session.version = caller.version or session.version
        session.last_activity = self._clock.time()
        if caller.user is not None:
            caller.user.last_activity = session.last_activity
        if is_new:
            self.on_change("SessionStarted", session)
        return session

    def find(self, wanted: str) -> SimSession | None:
        """Return the session with that id."""
        return next((session for session in self if session.session_id == wanted), None)

    def of_user(self, user: SimUser) -> list[SimSession]:
        """Return the sessions of that user."""
        return [session for session in self if session.user is user]

    def leave(self, session: SimSession, socket: SimSocket) -> None:
        """Take a closed socket off; with its last one the session goes."""
        session.sockets.remove(socket)
        if not session.sockets:
            self._forget(session)

    def end(self, session: SimSession) -> None:
        """End a session: its sockets are closed."""
        for socket in session.sockets:
            socket.close()
        self._forget(session)

    def end_device(self, device_id: str) -> None:
        """End every session on that device, whoever its user is."""
        for session in self:
            if session.device_id.lower() == device_id.lower():
                self.end(session)

    def clear(self) -> None:
        """Forget everything, as the end of the process does."""
        self._live.clear()

    def send(self, sessions: Iterable[SimSession], kind: str, data: object) -> None:
        """Send one message, with one id, to the talking socket of each session."""
        message = envelope(kind, data, self._ids.hex())
        for session in sessions:
            if (socket := session.talker) is not None:
                socket.broadcast(message)

    def send_to_administrators(self, kind: str, data: object) -> None:
        """Send to the sessions whose user is an administrator."""
        self.send(
            [session for session in self if session.user is not None and session.user.is_administrator], kind, data
        )

    def _forget(self, session: SimSession) -> None:
        key = (session.client + session.device_id).lower()
        if self._live.get(key) is session:
            del self._live[key]
            session.playback = None
            self.on_change("SessionEnded", session)
