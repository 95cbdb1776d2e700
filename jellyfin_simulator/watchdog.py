"""The server's watch over sockets that no longer say KeepAlive."""

from typing import Final

from .clock import Clock, Timer
from .ids import IdSource
from .sockets import SimSocket, envelope

TIMEOUT: Final = 60
_TICK: Final = 12.0
_REMIND_AFTER: Final = 45.0
# The fifth tick reminds once more: it comes 60 seconds after the connect, which is not yet lost.
_TOLERANCE: Final = 0.25


class Watchdog:
    """Looks every 12 seconds, for as long as there is a socket to look at."""

    def __init__(self, clock: Clock, ids: IdSource, *, is_twelve: bool) -> None:
        """Watch nobody yet."""
        self._clock = clock
        self._ids = ids
        self._is_twelve = is_twelve
        self._sockets: dict[SimSocket, None] = {}
        self._timer: Timer | None = None

    def watch(self, socket: SimSocket) -> None:
        """Watch a new socket and tell it how long it may be quiet."""
        self._sockets[socket] = None
        socket.last_keep_alive = self._clock.time()
        if self._timer is None:
            self._timer = self._clock.call_later(_TICK, self._tick)
        self._remind(socket)

    def leave(self, socket: SimSocket) -> None:
        """Watch that socket no longer."""
        self._sockets.pop(socket, None)
        if not self._sockets and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def forget(self) -> None:
        """Watch nobody any more."""
        self._sockets.clear()
        self._timer = None

    def _tick(self) -> None:
        self._timer = self._clock.call_later(_TICK, self._tick)
        for socket in tuple(self._sockets):
            quiet = self._clock.time() - socket.last_keep_alive
            if quiet > TIMEOUT + _TOLERANCE:
                self.leave(socket)
                socket.is_disposed = self._is_twelve
            elif quiet > _REMIND_AFTER:
                self._remind(socket)

    def _remind(self, socket: SimSocket) -> None:
        socket.answer(envelope("ForceKeepAlive", TIMEOUT, self._ids.hex()))
