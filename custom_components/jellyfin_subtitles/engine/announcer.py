"""Saying what is new to everyone, between two lines of the journal; and, before the second, what it lacks."""

import asyncio
from collections.abc import Callable, Sequence

from .flood import in_batches
from .known import KnownIds
from .models import Announcement, MediaBatch
from .ready import Ready
from .requests import SubtitleRequests
from .subscribers import Subscribers
from .waiting import WaitingRoom

# How many announcements are made before others get their turn on the loop.
IN_ONE_GO = 25


class Announcer:
    """Says what is ready, item by item or in batches, while somebody listens."""

    def __init__(self, known: KnownIds, waiting: WaitingRoom, requests: SubtitleRequests) -> None:
        """Take where it is written, and who waits; nothing is said until `opened` is set."""
        self._known = known
        self._waiting = waiting
        self._requests = requests
        self.opened = asyncio.Event()
        self._subscribers = Subscribers[[Announcement]]("a new item")
        self._batch_subscribers = Subscribers[[MediaBatch]]("new items")

    def subscribe(self, callback: Callable[[Announcement], None]) -> Callable[[], None]:
        """Call back with each item that is said on its own; returns the way out."""
        return self._subscribers.add(callback)

    def subscribe_batches(self, callback: Callable[[MediaBatch], None]) -> Callable[[], None]:
        """Call back with the items that are said together; returns the way out."""
        return self._batch_subscribers.add(callback)

    async def say(self, ready: Sequence[Ready]) -> None:
        """Say items one by one, and ask for what they lack."""
        said: list[Ready] = []
        try:
            await self._known.announcing(one.entry.item_id for one in ready)
            for number, one in enumerate(ready, 1):
                if self._may_be_said(one):
                    self._subscribers.tell(one.said)
                    self._close(one)
                    said.append(one)
                if number % IN_ONE_GO == 0:
                    await asyncio.sleep(0)
        finally:
            self._spare(ready)
            await self._requests.queue([(one.said, one.needs) for one in said])

    async def say_together(self, ready: Sequence[Ready], total: int) -> None:
        """Say the items of a flood, by series and films together; whether they are asked for is decided later.

        `total` is how many the flood has brought so far.
        """
        said: set[str] = set()
        try:
            await self._known.announcing(one.entry.item_id for one in ready)
            for batch in in_batches([(one.said, one) for one in ready]):
                if to_say := [one for one in batch.members if self._may_be_said(one)]:
                    announcements = tuple([one.said for one in to_say])
                    self._batch_subscribers.tell(MediaBatch(announcements, batch.part, batch.parts, total))
                    for one in to_say:
                        self._close(one)
                        said.add(one.entry.item_id)
                await asyncio.sleep(0)
        finally:
            self._spare(ready)
            # In the order of their arrival: the newest is asked for first.
            held = [one.said for one in ready if one.may_lack and one.entry.item_id in said]
            await self._requests.hold(held, total)

    def _may_be_said(self, one: Ready) -> bool:
        return self.opened.is_set() and self._waiting.get(one.entry.item_id) is one.entry

    def _close(self, one: Ready) -> None:
        """Know what was said, and with it the other versions of it."""
        self._waiting.drop(one.entry.item_id)
        self._known.announced(one.entry.item_id, one.identity, one.said)
        for version in one.versions:
            self._waiting.drop(version)
            if version not in self._known:
                self._known.learn(version)

    def _spare(self, ready: Sequence[Ready]) -> None:
        """What was not said after all has nothing to repeat: it was removed meanwhile, or this ends here."""
        for one in ready:
            self._known.spare(one.entry.item_id)
