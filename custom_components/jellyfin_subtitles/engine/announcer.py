"""Saying what is new to everyone, between two lines of the journal; and, before it, writing down what it lacks."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
import logging

from .flood import Batch, in_batches
from .known import KnownIds
from .models import Announcement, MediaBatch, Needs
from .requests import SubtitleRequests
from .waiting import Entry, WaitingRoom

LOGGER = logging.getLogger(__name__)

# What is announced between two writes of the journal: a flood costs tens of writes, a crash repeats no more than this.
BATCH = 500

# How many announcements are made before others get their turn on the loop.
IN_ONE_GO = 25


@dataclass(frozen=True, slots=True)
class Ready:
    """An entry with what is to be said of it."""

    entry: Entry
    said: Announcement
    needs: tuple[Needs, ...]
    identity: int
    versions: tuple[str, ...]


class Announcer:
    """Says what is ready, item by item or in batches, while somebody listens."""

    def __init__(self, known: KnownIds, waiting: WaitingRoom, requests: SubtitleRequests) -> None:
        """Take where it is written, and who waits; nothing is said until `opened` is set."""
        self._known = known
        self._waiting = waiting
        self._requests = requests
        self.opened = asyncio.Event()
        self._subscribers: list[Callable[[Announcement], None]] = []
        self._batch_subscribers: list[Callable[[MediaBatch], None]] = []

    def subscribe(self, callback: Callable[[Announcement], None]) -> Callable[[], None]:
        """Call back with each item that is said on its own; returns the way out."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    def subscribe_batches(self, callback: Callable[[MediaBatch], None]) -> Callable[[], None]:
        """Call back with the items that are said together; returns the way out."""
        self._batch_subscribers.append(callback)
        return lambda: self._batch_subscribers.remove(callback)

    async def say(self, ready: Sequence[Ready]) -> None:
        """Say items one by one."""
        await self._requests.queue([(one.said, one.needs) for one in ready])
        await self._known.announcing(one.entry.item_id for one in ready)
        with self._spared(ready):
            for number, one in enumerate(ready, 1):
                if self._may_be_said(one):
                    _tell(self._subscribers, one.said)
                    self._close(one)
                if number % IN_ONE_GO == 0:
                    await asyncio.sleep(0)

    async def say_together(self, ready: Sequence[Ready]) -> None:
        """Say the items of a flood, by series and films together; whether they are asked for is decided later."""
        await self._requests.hold([(one.said, one.needs) for one in ready])
        for some in _written_at_once(in_batches([(one.said, one) for one in ready])):
            members = [one for batch in some for one in batch.members]
            await self._known.announcing(one.entry.item_id for one in members)
            with self._spared(members):
                for batch in some:
                    if to_say := [one for one in batch.members if self._may_be_said(one)]:
                        said = MediaBatch(tuple([one.said for one in to_say]), batch.part, batch.parts)
                        _tell(self._batch_subscribers, said)
                        for one in to_say:
                            self._close(one)
                    await asyncio.sleep(0)

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

    @contextmanager
    def _spared(self, ready: Sequence[Ready]) -> Iterator[None]:
        """What is not said after all has nothing to repeat: it was removed meanwhile, or this ends here."""
        try:
            yield
        finally:
            for one in ready:
                self._known.spare(one.entry.item_id)


def _written_at_once(batches: Iterable[Batch[Ready]]) -> Iterator[list[Batch[Ready]]]:
    """Yield the batches in such numbers as one write of the journal covers."""
    some: list[Batch[Ready]] = []
    size = 0
    for batch in batches:
        if some and size + len(batch.members) > BATCH:
            yield some
            some, size = [], 0
        some.append(batch)
        size += len(batch.members)
    yield some


def _tell[T](subscribers: Sequence[Callable[[T], None]], said: T) -> None:
    for callback in tuple(subscribers):
        try:
            callback(said)
        except Exception:
            LOGGER.exception("A listener failed over a new item")
