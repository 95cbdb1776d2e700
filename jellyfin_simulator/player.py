"""Who plays what: clients report it, and in between the server counts the seconds itself."""

from functools import partial
from typing import Final

from .accounts import SimUser
from .clock import Clock
from .library import SimItem
from .playback import TICKS_PER_SECOND, Playback
from .sessions import SimSession
from .subscriptions import Subscriptions
from .user_data import UserDataNotifier

# A position before the first share is not worth keeping, one beyond the second means that the item has been seen.
_RESUMABLE: Final = (0.05, 0.9)


class Player:
    """Takes the reports of clients and tells whoever subscribed to the sessions."""

    def __init__(self, clock: Clock, subscriptions: Subscriptions, user_data: UserDataNotifier) -> None:
        """Start with nobody playing."""
        self._clock = clock
        self._subscriptions = subscriptions
        self._user_data = user_data

    def start(self, session: SimSession, playback: Playback) -> None:
        """Begin to play: it counts as played once more, and as not seen to its end."""
        if session.user is not None:
            data = session.user.data_of(playback.item.item_id)
            data.play_count += 1
            data.last_played = self._clock.time()
            data.is_played = False
            self._user_data.note(session.user, playback.item)
        self.report(session, playback)

    def report(self, session: SimSession, playback: Playback) -> None:
        """Take a client's word for how the playing goes."""
        session.playback = playback
        session.checked_in = self._clock.time()
        self._tell(session, at_once=True)
        self._clock.call_later(1.0, partial(self._count, session, playback))

    def stop(self, session: SimSession, position_ticks: int) -> None:
        """Play no longer; what was nearly at its end has been seen."""
        playback, session.playback = session.playback, None
        if playback is not None and session.user is not None:
            self._keep_position(session.user, playback.item, position_ticks)
        self._tell(session, at_once=True)

    def _keep_position(self, user: SimUser, item: SimItem, position_ticks: int) -> None:
        data = user.data_of(item.item_id)
        share = position_ticks / item.runtime_ticks if item.runtime_ticks else 0.0
        begun, seen = _RESUMABLE
        data.is_played = data.is_played or share > seen
        data.position_ticks = position_ticks if begun <= share <= seen else 0
        self._user_data.note(user, item)

    def _count(self, session: SimSession, playback: Playback) -> None:
        """Let a second of playing pass, but not beyond the end."""
        if session.playback is not playback:
            return
        if not playback.is_paused:
            position = playback.position_ticks + TICKS_PER_SECOND
            if playback.item.runtime_ticks is not None and position >= playback.item.runtime_ticks:
                return
            playback.position_ticks = position
            self._tell(session, at_once=False)
        self._clock.call_later(1.0, partial(self._count, session, playback))

    def _tell(self, session: SimSession, *, at_once: bool) -> None:
        session.last_activity = self._clock.time()
        self._subscriptions.sessions_changed(at_once=at_once)
