"""Changes of the library, each with what is told about it."""

from collections.abc import Sequence

from .clock import Clock
from .ids import derived_id
from .library import Shelves, SimItem
from .notifier import Notifier
from .streams import Stream

RUNTIME_TICKS = 5_400 * 10_000_000


class Changes:
    """Adds, saves, probes and removes rows, and notes it for `LibraryChanged`."""

    def __init__(self, clock: Clock, shelves: Shelves, notifier: Notifier) -> None:
        """Work on those shelves."""
        self._clock = clock
        self._shelves = shelves
        self._notifier = notifier

    def add(self, item: SimItem, *, announce: bool = True) -> SimItem:
        """Create a row."""
        self._shelves.add(item)
        if announce:
            self._notifier.added(item)
        return item

    def save(self, item: SimItem, *, announce: bool = True) -> None:
        """Save a row."""
        self._shelves.save(item, self._clock.time())
        if announce:
            self._notifier.updated(item)

    def probe(
        self, item: SimItem, streams: Sequence[Stream], *, announce: bool = True, with_picture: bool = True
    ) -> None:
        """Look into the file: the row has streams, a length and a grouping key from now on."""
        item.streams = tuple(streams)
        item.probed = True
        if streams:
            item.runtime_ticks = item.runtime_ticks or RUNTIME_TICKS
            item.container = (item.path or "").rpartition(".")[2] or None
            if with_picture:
                item.image_tag = item.image_tag or derived_id(f"image {item.item_id}")
        self._shelves.give_key(item)
        self.save(item, announce=announce)

    def remove(self, item: SimItem, *, announce: bool = True) -> None:
        """Remove a row with everything below it and its other versions."""
        for row in (*self._shelves.below(item.item_id), *item.versions, item):
            self._shelves.remove(row)
            if announce:
                self._notifier.removed(row)
