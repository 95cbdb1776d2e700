"""What sockets asked to be kept informed of: tasks, sessions, the activity log."""

from collections.abc import Mapping
from typing import Final

from .accounts import Caller
from .activity import ActivityLog
from .answers import Json
from .clock import Clock
from .ids import IdSource
from .session_info import describe_session
from .sessions import Sessions, SimSession
from .sockets import SimSocket, Subscription, envelope

SUBJECTS: Final = ("ScheduledTasksInfo", "Sessions", "ActivityLogEntry")
_LOGGED: Final = {"SessionStarted": "is online from", "SessionEnded": "has disconnected from"}


class Subscriptions:
    """Sends to the sockets that subscribed, once for each time they did; nothing is sent for the subscribing itself.

    `notice_delay` is how long the server needs to notice that a session began or ended: whoever subscribes meanwhile
    is told of it too.
    """

    def __init__(
        self,
        sockets: Mapping[SimSocket, Caller],
        sessions: Sessions,
        activity: ActivityLog,
        ids: IdSource,
        clock: Clock,
        *,
        server_id: str,
        is_twelve: bool,
    ) -> None:
        """Look at those sockets."""
        self._sockets = sockets
        self._sessions = sessions
        self._activity = activity
        self._ids = ids
        self._clock = clock
        self._server_id = server_id
        self._is_twelve = is_twelve
        self.notice_delay = 0.01

    def handle(self, socket: SimSocket, kind: str, caller: Caller, data: object) -> None:
        """Take a `…Start` or `…Stop` message; the former's data hold the shortest time between two messages."""
        subject = next((name for name in SUBJECTS if kind in (f"{name}start".lower(), f"{name}stop".lower())), None)
        if subject is None:
            return
        if kind.endswith("stop"):
            del socket.subscriptions[subject][-1:]
        elif subject != "ActivityLogEntry" or caller.is_elevated:
            socket.subscriptions[subject].append(Subscription(_interval(data)))

    def tasks_changed(self, tasks: list[Json]) -> None:
        """Tell how the tasks are."""
        for socket in self._sockets:
            self._send(socket, "ScheduledTasksInfo", tasks)

    def session_changed(self, kind: str, session: SimSession) -> None:
        """Write a session's start or end into the log and tell about both."""
        if session.user is not None:
            self._activity.add(
                kind,
                f"{session.user.name} {_LOGGED[kind]} {session.device}",
                session.user.user_id,
                "IP address: 127.0.0.1",
            )
            for socket in self._sockets:
                self._send(socket, "ActivityLogEntry", [])
        self._clock.call_later(self.notice_delay, self.sessions_changed)

    def sessions_changed(self, *, at_once: bool = True) -> None:
        """Tell who is here and plays what; what is not urgent keeps the distance that a subscriber asked for."""
        for socket, caller in tuple(self._sockets.items()):
            if socket.subscriptions["Sessions"]:
                self._send(socket, "Sessions", self._sessions_for(caller), at_once=at_once)

    def _sessions_for(self, caller: Caller) -> list[Json]:
        return [
            describe_session(session, server_id=self._server_id, is_twelve=self._is_twelve)
            for session in self._sessions.latest_first()
            if caller.is_elevated or session.user is caller.user
        ]

    def _send(self, socket: SimSocket, subject: str, data: object, *, at_once: bool = True) -> None:
        now = self._clock.time()
        for subscription in socket.subscriptions[subject]:
            if at_once or now - subscription.last_sent >= subscription.interval:
                subscription.last_sent = now
                socket.broadcast(envelope(subject, data, self._ids.hex()))


def _interval(data: object) -> float:
    """Return the seconds in `"<delay>,<interval>"`, both of them milliseconds."""
    number = str(data).partition(",")[2]
    return int(number) / 1000 if number.isdecimal() else 0.0
