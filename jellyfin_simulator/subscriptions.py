"""What sockets asked to be kept informed of: tasks, sessions, the activity log."""

from collections.abc import Mapping
from typing import Final

from .accounts import Caller
from .activity import ActivityLog
from .answers import Json
from .ids import EMPTY_ID, IdSource
from .sessions import Sessions, SimSession, describe_session
from .sockets import SimSocket, envelope

SUBJECTS: Final = ("ScheduledTasksInfo", "Sessions", "ActivityLogEntry")


class Subscriptions:
    """Sends to the sockets that subscribed, once for each time they did; nothing is sent for the subscribing itself."""

    def __init__(
        self,
        sockets: Mapping[SimSocket, Caller],
        sessions: Sessions,
        activity: ActivityLog,
        ids: IdSource,
        *,
        server_id: str,
        is_twelve: bool,
    ) -> None:
        """Look at those sockets."""
        self._sockets = sockets
        self._sessions = sessions
        self._activity = activity
        self._ids = ids
        self._server_id = server_id
        self._is_twelve = is_twelve

    def handle(self, socket: SimSocket, kind: str, caller: Caller) -> None:
        """Take a `…Start` or `…Stop` message."""
        subject = next((name for name in SUBJECTS if kind in (f"{name}start".lower(), f"{name}stop".lower())), None)
        if subject is None:
            return
        if kind.endswith("stop"):
            socket.subscriptions[subject] = max(0, socket.subscriptions[subject] - 1)
        elif subject != "ActivityLogEntry" or caller.is_elevated:
            socket.subscriptions[subject] += 1

    def tasks_changed(self, tasks: list[Json]) -> None:
        """Tell how the tasks are."""
        for socket in self._sockets:
            self._send(socket, "ScheduledTasksInfo", tasks)

    def session_changed(self, kind: str, session: SimSession) -> None:
        """Write a session's start or end into the log and tell about both."""
        if session.user is not None:
            verb = "online" if kind == "SessionStarted" else "offline"
            name = f"{session.user.name} is {verb} from {session.device}"
            self._activity.add(kind, name, session.user.user_id if session.user else EMPTY_ID)
        for socket, caller in tuple(self._sockets.items()):
            if session.user is not None:
                self._send(socket, "ActivityLogEntry", [])
            if socket.subscriptions["Sessions"]:
                self._send(socket, "Sessions", self._sessions_for(caller))

    def _sessions_for(self, caller: Caller) -> list[Json]:
        return [
            describe_session(session, server_id=self._server_id, is_twelve=self._is_twelve)
            for session in self._sessions
            if caller.is_elevated or session.user is caller.user
        ]

    def _send(self, socket: SimSocket, subject: str, data: object) -> None:
        for _ in range(socket.subscriptions[subject]):
            socket.broadcast(envelope(subject, data, self._ids.hex()))
