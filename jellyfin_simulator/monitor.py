"""Files on the server's disk, and how the server comes to know of them."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from .changes import Changes
from .clock import Clock
from .configuration import Configuration
from .library import Shelves, SimItem, SimLibrary
from .notifier import Notifier
from .steps import Steps
from .streams import Stream
from .subtitle_files import SubtitleFiles
from .watch import Watch, is_within, parent_of

_RESAVED_KINDS: Final = frozenset({"Movie", "Video", "Series"})


@dataclass(frozen=True, slots=True)
class DiskFile:
    """A file that has no row yet; `create_row` makes one, without streams."""

    library: SimLibrary
    path: str
    create_row: Callable[[], SimItem]
    streams: tuple[Stream, ...]


@dataclass(slots=True)
class Pace:
    """How fast the server's machine is: seconds that each piece of a refresh takes.

    `queue` passes until a refresh that somebody asked for begins, `probe` until a file is looked into, `watched_probe`
    the same where the file monitor had noticed it, `save` until a row that is saved again is done with, `subtitle`
    until each subtitle file of a video is looked into, `after_scan` until a scan that has seen everything has ended.
    """

    queue: float = 0.05
    probe: float = 0.15
    watched_probe: float = 1.0
    save: float = 0.0
    subtitle: float = 0.06
    after_scan: float = 0.0


@dataclass(frozen=True, slots=True)
class Refresh:
    """A refresh of a whole library, or of one row of it; `is_watched` if nobody asked but the file monitor."""

    library: SimLibrary
    item: SimItem | None = None
    is_full: bool = False
    with_pictures: bool = True
    is_watched: bool = False


class Monitor:
    """Watches the folders, and refreshes them when it is time or when somebody asks.

    `metadata_unreachable` is the state of a server that no metadata provider answers: every refresh of a library saves
    all its films and series again.
    """

    def __init__(
        self,
        clock: Clock,
        shelves: Shelves,
        notifier: Notifier,
        changes: Changes,
        configuration: Configuration,
        subtitle_files: SubtitleFiles,
    ) -> None:
        """Start with an empty disk."""
        self._clock = clock
        self._shelves = shelves
        self._notifier = notifier
        self._changes = changes
        self._subtitle_files = subtitle_files
        self._files: list[DiskFile] = []
        self._folders: set[str] = set()
        self._watch = Watch(clock, configuration, self._look_at)
        self._queue: deque[Refresh] = deque()
        self._is_busy = False
        self.metadata_unreachable = True
        self.pace = Pace()
        self.is_scanning = False

    def write(self, file: DiskFile) -> None:
        """Put a file on the disk; the watch notices at once, new folders too, and waits."""
        self._files.append(file)
        for path in (*self._make_folders(parent_of(file.path)), file.path):
            self.report(path)

    def report(self, path: str) -> None:
        """Note a change of a path if it lies in a library; while a scan runs nobody listens."""
        libraries = self._shelves.libraries.values()
        if not self.is_scanning and any(is_within(path, library.path) for library in libraries):
            self._watch.note(path)

    def refresh(self, refresh: Refresh) -> None:
        """Queue a refresh: they are done one by one."""
        self._queue.append(refresh)
        if self._is_busy:
            return
        self._is_busy = True
        if refresh.is_watched:
            self._refresh_next()
        else:
            self._clock.call_later(self.pace.queue, self._refresh_next)

    def scan(self, done: Callable[[], None]) -> None:
        """Refresh all libraries, and save the folder above them; reports of the watch are dropped."""
        self._watch.drop()
        self.is_scanning = True
        remaining = list(self._shelves.libraries.values())

        def proceed() -> None:
            if remaining:
                self._refresh_library(Refresh(remaining.pop(0))).run(proceed)
                return
            self.is_scanning = False
            self._notifier.updated(self._shelves.root)
            self._clock.call_later(self.pace.after_scan, done)

        self._clock.call_later(self.pace.queue, proceed)

    def looking_time(self, item: SimItem) -> float:
        """Return how long it takes to look into the subtitle files of a video."""
        return self.pace.subtitle * len(self._subtitle_files.beside(item))

    def look(self, item: SimItem) -> None:
        """Let the streams of a video follow the subtitle files beside it."""
        if item.item_id in self._shelves.items:
            item.streams = self._subtitle_files.look(item, item.streams)
            self._changes.save(item)

    def forget(self) -> None:
        """Lose the reports; the files stay on the disk."""
        self._watch.drop()
        self._queue.clear()
        self._is_busy = False
        self.is_scanning = False

    def _make_folders(self, folder: str) -> list[str]:
        """Make a folder with all that are missing above it, and return the new ones, the outermost first."""
        new: list[str] = []
        while folder and folder not in self._folders and not self._shelves.has_folder(folder):
            new.insert(0, folder)
            folder = parent_of(folder)
        self._folders.update(new)
        return new

    def _look_at(self, paths: Sequence[str]) -> None:
        """Refresh what the watch has noticed: of each path the row, or the nearest one above."""
        for item in dict.fromkeys(map(self._shelves.nearest, paths)):
            if item is not None:
                row = None if item in item.library.folders else item
                self.refresh(Refresh(item.library, row, is_watched=True))

    def _refresh_next(self) -> None:
        while self._queue:
            refresh = self._queue.popleft()
            item = refresh.item
            steps = self._refresh_library(refresh) if item is None else self._refresh_row(refresh, item)
            if steps.take_time:
                steps.run(self._refresh_next)
                return
            steps.run()
        self._is_busy = False

    def _refresh_library(self, refresh: Refresh) -> Steps:
        """Find what is new in a library's folder, and return what that leaves to do: rows now, their streams later."""
        library = refresh.library
        tell = partial(self._notifier.progress, library)
        steps = Steps(self._clock, tell)
        if library.library_id not in self._shelves.libraries:
            return steps
        tell(0.0)
        new = self._find_files(steps, refresh, library.path)
        for item in tuple(library.items.values()):
            if item.item_id in new:
                continue
            if self._subtitle_files.has_changed(item):
                steps.add(self.looking_time(item), partial(self.look, item))
            elif self._is_saved_again(item):
                steps.add(self.pace.save, partial(self._save, item))
        steps.add(0.0, partial(tell, 100.0))
        return steps

    def _refresh_row(self, refresh: Refresh, item: SimItem) -> Steps:
        """Find what is new below one row in the same way; administrators get no progress of that."""
        steps = Steps(self._clock, lambda percent: None)
        if item.item_id not in self._shelves.items:
            return steps
        if item.is_folder and item.path is not None:
            self._find_files(steps, refresh, item.path)
        for row in (*self._shelves.below(item.item_id), item):
            if self._subtitle_files.has_changed(row):
                steps.add(self.looking_time(row), partial(self.look, row))
        if refresh.is_full or (item.is_folder and self._is_saved_again(item)):
            steps.add(self.pace.save, partial(self._save, item))
        return steps

    def _find_files(self, steps: Steps, refresh: Refresh, folder: str) -> set[str]:
        """Make the rows of a folder's new files, add the steps that look into them, and return their ids."""
        seconds = self.pace.watched_probe if refresh.is_watched else self.pace.probe
        files, self._files = self._files, []
        new: set[str] = set()
        for file in files:
            if file.library is not refresh.library or not is_within(file.path, folder):
                self._files.append(file)
                continue
            item = file.create_row()
            new.add(item.item_id)
            probe = partial(self._probe, item, file.streams, with_picture=refresh.with_pictures)
            steps.add(seconds, probe)
        return new

    def _is_saved_again(self, item: SimItem) -> bool:
        return self.metadata_unreachable and item.kind in _RESAVED_KINDS and not item.has_metadata

    def _probe(self, item: SimItem, streams: Sequence[Stream], *, with_picture: bool) -> None:
        if item.item_id in self._shelves.items:
            self._changes.probe(item, self._subtitle_files.look(item, streams), with_picture=with_picture)

    def _save(self, item: SimItem) -> None:
        if item.item_id in self._shelves.items:
            self._changes.save(item)
