"""Handing on what the server's messages name, in their order."""

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime
import logging

from .catch_up import CatchUp
from .fence import Fence
from .jellyfin import JellyfinError, LibraryChanged
from .models import Sighting, Source
from .pipeline import SubtitlePipeline

_LOGGER = logging.getLogger(__name__)


class Delivery:
    """Takes messages at any time, and tells the pipeline what they name.

    Nearly always that is done at once. Only a message that names a library nobody knows has to wait until that is
    learnt, and with it those behind it.
    """

    def __init__(
        self,
        pipeline: SubtitlePipeline,
        catch_up: CatchUp,
        *,
        on_learnt: Callable[[LibraryChanged], None],
        on_missed: Callable[[], None],
    ) -> None:
        """Take whom to tell; call back with a message whose libraries were learnt, and when they could not be."""
        self._pipeline = pipeline
        self._catch_up = catch_up
        self._on_learnt = on_learnt
        self._on_missed = on_missed
        self._waiting: deque[tuple[datetime, LibraryChanged]] = deque()
        self._woken = asyncio.Event()
        self._fence = Fence(
            _LOGGER, "A message of Jellyfin could not be handed on", "Messages of Jellyfin are handed on again"
        )

    def take(self, seen_at: datetime, change: LibraryChanged) -> None:
        """Hand a message on: at once, or in its turn."""
        if self._waiting or not self._catch_up.knows_libraries(change.collection_folders):
            self._waiting.append((seen_at, change))
            self._woken.set()
        else:
            self._offer(seen_at, change, self._remove(change))

    async def run(self) -> None:
        """Hand on the messages that have to wait, until cancelled."""
        while True:
            while self._waiting:
                with self._fence:
                    await self._hand_on(*self._waiting[0])
                    self._fence.mend()
                if self._fence.broken:
                    self._on_missed()
                self._waiting.popleft()
            self._woken.clear()
            await self._woken.wait()

    async def _hand_on(self, seen_at: datetime, change: LibraryChanged) -> None:
        gone = self._remove(change)
        if not self._catch_up.knows_libraries(change.collection_folders):
            # A library that has just come names all its contents here; the catch-up learns them silently.
            try:
                await self._catch_up.run()
            except JellyfinError as err:
                # The pipeline keeps what is in them until they are learnt.
                _LOGGER.debug("The libraries that a message names are not known yet: %s", err)
                self._on_missed()
            self._on_learnt(change)
        self._offer(seen_at, change, gone)

    def _remove(self, change: LibraryChanged) -> set[str]:
        """Comes first: a file that took another's place is recognised by the removal in the same message.

        Returns what is gone; what was removed and added again may be there, only the server knows.
        """
        gone = set(change.items_removed).difference(change.items_added)
        if gone:
            self._pipeline.removed(gone)
        return gone

    def _offer(self, seen_at: datetime, change: LibraryChanged, gone: set[str]) -> None:
        sightings = [
            Sighting(item_id, Source.WEBSOCKET, seen_at, added=added)
            for item_ids, added in ((change.items_added, True), (change.items_updated, False))
            for item_id in item_ids
            if item_id not in gone and self._pipeline.may_be_news(item_id)
        ]
        if sightings:
            self._pipeline.offer(sightings)
