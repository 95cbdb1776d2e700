"""The webhook's door to the corridor: open to everyone who knows the address, so nothing there costs much."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final

from .known import KnownIds
from .models import Sighting, Source
from .pipeline import SubtitlePipeline
from .webhook import Hint

# Posts come one for each item and in rows: this long they are gathered, and read together.
GATHER_FOR: Final = 1.0

# As many ids as fit into one request; a catch-up finds the others, if there are any.
MOST_IN_A_ROUND: Final = 100

# While the server is away, what is made up cannot be told from what is not: no more than this is kept for it.
MOST_ON_THEIR_WAY: Final = 1000


class WebhookDoor:
    """Takes hints, at no request for what is known and at one a round for what is not.

    They are untrusted. Known ids end here, also those that were removed lately or are in doubt after a baseline: only
    the server itself may say that they are back or new.
    """

    def __init__(
        self,
        pipeline: SubtitlePipeline,
        known: KnownIds,
        look: Callable[[], None],
        *,
        now: Callable[[], datetime],
        gather_for: float = GATHER_FOR,
    ) -> None:
        """Take whom to tell; `look` asks for a catch-up soon, and may be called as often as one likes."""
        self._pipeline = pipeline
        self._known = known
        self._look = look
        self._now = now
        self._gather_for = gather_for
        self._gathered: dict[str, datetime] = {}
        self._timer: asyncio.TimerHandle | None = None

    def take(self, hint: Hint) -> None:
        """Take a hint in; what it leads to comes later."""
        if hint.look:
            self._look()
        for item_id in hint.item_ids:
            if item_id in self._known or item_id in self._gathered:
                continue
            if len(self._gathered) < MOST_IN_A_ROUND:
                self._gathered[item_id] = self._now()
            else:
                self._look()
        if self._gathered and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._gather_for, self._end_round)

    def close(self) -> None:
        """Take no further; what was gathered, the next start finds by asking."""
        if self._timer is not None:
            self._timer.cancel()

    def _end_round(self) -> None:
        gathered, self._gathered, self._timer = self._gathered, {}, None
        if self._pipeline.pending >= MOST_ON_THEIR_WAY:
            self._look()
            return
        # Not as added: that would overrule what a baseline has learnt.
        taken = self._pipeline.offer(
            Sighting(item_id, Source.WEBHOOK, seen_at)
            for item_id, seen_at in gathered.items()
            if item_id not in self._known
        )
        if taken:
            # Fresh items hide each other, and what only a post names is not asked for twice.
            self._look()
