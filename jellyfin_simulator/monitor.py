"""Files on the server's disk, and how the server comes to know of them."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from .changes import Changes
from .clock import Clock, Timer
from .configuration import Configuration
from .library import Shelves, SimItem, SimLibrary
from .notifier import Notifier
from .streams import Stream

_QUEUE: Final = 0.05
_RESAVED_KINDS: Final = frozenset({"Movie", "Series"})


@dataclass(frozen=True, slots=True)
class DiskFile:
    """A file that has no row yet; `create_row` makes one, without streams."""

    library: SimLibrary
    path: str
    create_row: Callable[[], SimItem]
    streams: tuple[Stream, ...]


class Monitor:
    """Watches the folders, and refreshes them when it is time or when somebody asks.

    `metadata_unreachable` is the state of a server that no metadata provider answers: every refresh of a library saves
    all its films and series again. `probe_time` is how long it takes to look into one file.
    """

    def __init__(
        self, clock: Clock, shelves: Shelves, notifier: Notifier, changes: Changes, configuration: Configuration
    ) -> None:
        """Start with an empty disk."""
        self._clock = clock
        self._shelves = shelves
        self._notifier = notifier
        self._changes = changes
        self._configuration = configuration
        self._files: list[DiskFile] = []
        self._reports: dict[SimLibrary, Timer] = {}
        self._asked_for: deque[tuple[SimLibrary, SimItem | None, bool]] = deque()
        self._is_busy = False
        self.metadata_unreachable = True
        self.probe_time = 1.0
        self.is_scanning = False

    def write(self, file: DiskFile) -> None:
        """Put a file on the disk; the folder's watch notices at once and waits."""
        self._files.append(file)
        self.report(file.library)

    def report(self, library: SimLibrary) -> None:
        """Note that something changed in that library's folder; while a scan runs nobody listens."""
        if self.is_scanning:
            return
        if (timer := self._reports.pop(library, None)) is not None:
            timer.cancel()
        self._reports[library] = self._clock.call_later(
            self._configuration.library_monitor_delay, lambda: self._due(library)
        )

    def report_path(self, path: str) -> None:
        """Note a change of a path, if it lies in a library."""
        for library in self._shelves.libraries.values():
            if path == library.path or path.startswith(library.path + "/"):
                self.report(library)

    def refresh_soon(self, library: SimLibrary, item: SimItem | None, *, full: bool) -> None:
        """Queue a refresh of a library, or of one row of it, as somebody asked for: they are done one by one."""
        self._asked_for.append((library, item, full))
        if not self._is_busy:
            self._is_busy = True
            self._clock.call_later(_QUEUE, self._refresh_next)

    def _refresh_next(self) -> None:
        while self._asked_for:
            library, item, full = self._asked_for.popleft()
            if item is None:
                self.refresh(library, probe_time=0.15, done=self._refresh_next)
                return
            self._refresh_row(library, item, full=full)
        self._is_busy = False

    def refresh(
        self, library: SimLibrary, *, probe_time: float | None = None, done: Callable[[], None] | None = None
    ) -> None:
        """Find what is new in a library's folder: rows now, their streams one after the other."""
        self._notifier.progress(library, 0.0)
        rows = self._create_rows(library)
        self._save_again(library, {item.item_id for item, _ in rows})
        self._probe_next(library, rows, 0, self.probe_time if probe_time is None else probe_time, done)

    def scan(self, done: Callable[[], None]) -> None:
        """Refresh all libraries, and save the folder above them; reports of the watch are dropped."""
        self._drop_reports()
        self.is_scanning = True
        remaining = list(self._shelves.libraries.values())

        def proceed() -> None:
            if remaining:
                self.refresh(remaining.pop(0), probe_time=0.15, done=proceed)
                return
            self.is_scanning = False
            self._notifier.updated(self._shelves.root)
            done()

        self._clock.call_later(_QUEUE, proceed)

    def forget(self) -> None:
        """Lose the reports; the files stay on the disk."""
        self._reports.clear()
        self._asked_for.clear()
        self._is_busy = False
        self.is_scanning = False

    def _due(self, library: SimLibrary) -> None:
        self._reports.pop(library, None)
        if library.library_id in self._shelves.libraries:
            self.refresh(library)

    def _drop_reports(self) -> None:
        for timer in self._reports.values():
            timer.cancel()
        self._reports.clear()

    def _create_rows(self, library: SimLibrary, below: str = "") -> list[tuple[SimItem, tuple[Stream, ...]]]:
        mine = [file for file in self._files if file.library is library and file.path.startswith(below)]
        self._files = [file for file in self._files if file not in mine]
        return [(file.create_row(), file.streams) for file in mine]

    def _save_again(self, library: SimLibrary, new_ids: set[str]) -> None:
        if not self.metadata_unreachable:
            return
        for item in tuple(library.items.values()):
            if item.kind in _RESAVED_KINDS and not item.has_metadata and item.item_id not in new_ids:
                self._changes.save(item)

    def _probe_next(
        self,
        library: SimLibrary,
        rows: Sequence[tuple[SimItem, tuple[Stream, ...]]],
        index: int,
        probe_time: float,
        done: Callable[[], None] | None,
    ) -> None:
        if index == len(rows):
            self._notifier.progress(library, 100.0)
            if done is not None:
                done()
            return

        def probe() -> None:
            item, streams = rows[index]
            if item.item_id in self._shelves.items:
                self._changes.probe(item, streams)
            if index + 1 < len(rows):
                self._notifier.progress(library, 100.0 * (index + 1) / len(rows))
            self._probe_next(library, rows, index + 1, probe_time, done)

        self._clock.call_later(probe_time, probe)

    def _refresh_row(self, library: SimLibrary, item: SimItem, *, full: bool) -> None:
        """Refresh one row and what lies below it; administrators get no progress of that."""
        if item.item_id not in self._shelves.items:
            return
        if item.is_folder and item.path is not None:
            for row, streams in self._create_rows(library, item.path + "/"):
                self._clock.call_later(0.15, partial(self._changes.probe, row, streams))
        if full or (self.metadata_unreachable and item.kind in _RESAVED_KINDS and not item.has_metadata):
            self._changes.save(item)
