"""Hands on playing: somebody watches something."""

from .accounts import Caller, SimUser
from .core import Core
from .library import SimItem
from .playback import TICKS_PER_SECOND, Playback
from .sessions import SimSession


class PlaybackHands:
    """Plays, without a player: the server knows what a player's reports would have told it."""

    core: Core

    def start_playback(
        self,
        user: SimUser,
        item: SimItem,
        *,
        position: float = 0.0,
        client: str = "Jellyfin Web",
        device: str = "Living room",
        device_id: str = "living-room",
    ) -> SimSession:
        """Let a user play an item from that second on, and return the session that plays it."""
        session = self.core.sessions.see(Caller(client, device, device_id, "1.0.0", user=user))
        self.core.player.start(session, Playback(item, int(position * TICKS_PER_SECOND), can_seek=True))
        return session

    def report_playback(self, session: SimSession, *, position: float, is_paused: bool = False) -> None:
        """Let a player that plays something report where it is."""
        if session.playback is not None:
            ticks = int(position * TICKS_PER_SECOND)
            self.core.player.report(session, Playback(session.playback.item, ticks, is_paused=is_paused))

    def stop_playback(self, session: SimSession, *, position: float | None = None) -> None:
        """Let a session play no longer, at that second or at the one it had come to."""
        reached = 0 if session.playback is None else session.playback.position_ticks
        self.core.player.stop(session, reached if position is None else int(position * TICKS_PER_SECOND))
