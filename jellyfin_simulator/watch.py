"""Reports of changed paths: each is kept until its folder has been quiet for `LibraryMonitorDelay` seconds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .clock import Clock, Timer
from .configuration import Configuration


@dataclass(slots=True, eq=False)
class _Folder:
    """A place that something changed in, and what; a dict because each path counts once and the order is kept."""

    path: str
    changed: dict[str, None] = field(default_factory=dict)
    timer: Timer | None = None

    def rest(self) -> None:
        """Call the timer off."""
        if self.timer is not None:
            self.timer.cancel()


class Watch:
    """Collects reports by folder. Reports inside one another, or side by side, are one and wait together."""

    def __init__(self, clock: Clock, configuration: Configuration, on_quiet: Callable[[Sequence[str]], None]) -> None:
        """Start with nothing reported."""
        self._clock = clock
        self._configuration = configuration
        self._on_quiet = on_quiet
        self._folders: list[_Folder] = []

    def note(self, path: str) -> None:
        """Take a report; the whole folder's delay begins anew."""
        folder = next((folder for folder in self._folders if _belongs(path, folder)), None)
        if folder is None:
            folder = _Folder(path)
            self._folders.append(folder)
        folder.changed[path] = None
        self._arm(folder)

    def drop(self) -> None:
        """Forget all reports."""
        for folder in self._folders:
            folder.rest()
        self._folders.clear()

    def _arm(self, folder: _Folder) -> None:
        folder.rest()

        def quiet() -> None:
            self._folders.remove(folder)
            self._on_quiet(tuple(folder.changed))

        folder.timer = self._clock.call_later(self._configuration.library_monitor_delay, quiet)


def parent_of(path: str) -> str:
    """Return the folder that a path lies in."""
    return path.rpartition("/")[0]


def is_within(path: str, folder: str) -> bool:
    """Return whether a path is that folder or lies somewhere below it."""
    return path == folder or path.startswith(folder + "/")


def _belongs(path: str, folder: _Folder) -> bool:
    """Return whether a report joins this folder, which grows to hold it: two neighbours mean their common folder."""
    if is_within(path, folder.path):
        return True
    if is_within(folder.path, path):
        folder.path = path
        return True
    if parent_of(path) == parent_of(folder.path):
        folder.path = parent_of(path)
        folder.changed[folder.path] = None
        return True
    return False
