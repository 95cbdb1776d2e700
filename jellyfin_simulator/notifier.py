"""What the server tells its clients about the library, and when."""

from dataclasses import dataclass, field
from typing import Final

from .accounts import SimUser
from .answers import Json
from .clock import Clock, Timer
from .configuration import Configuration
from .ids import PLAYLISTS_FOLDER_ID
from .library import Shelves, SimItem, SimLibrary
from .sessions import Sessions

_IDLE: Final = 0.0
_DONE: Final = 100.0


@dataclass(slots=True)
class _Collected:
    """Rows since the last message; dicts because each row counts once and the order is kept."""

    added: dict[str, SimItem] = field(default_factory=dict)
    updated: dict[str, SimItem] = field(default_factory=dict)
    removed: dict[str, SimItem] = field(default_factory=dict)
    added_to: dict[str, SimItem] = field(default_factory=dict)
    removed_from: dict[str, SimItem] = field(default_factory=dict)


class Notifier:
    """Collects events until there was none for `LibraryUpdateDuration` seconds, then tells each user its part."""

    def __init__(self, clock: Clock, sessions: Sessions, shelves: Shelves, configuration: Configuration) -> None:
        """Start with nothing to tell."""
        self._clock = clock
        self._sessions = sessions
        self._shelves = shelves
        self._configuration = configuration
        self._collected = _Collected()
        self._timer: Timer | None = None
        self._armed_for = 0.0
        self._due = 0.0
        self._progress_times: dict[str, float] = {}
        self.is_running = True

    def added(self, item: SimItem) -> None:
        """Note a new row."""
        self._note(item, self._collected.added, self._collected.added_to)

    def updated(self, item: SimItem) -> None:
        """Note a saved row."""
        self._note(item, self._collected.updated, None)

    def removed(self, item: SimItem) -> None:
        """Note a row that is gone."""
        self._note(item, self._collected.removed, self._collected.removed_from)

    def forget(self) -> None:
        """Lose what was collected, as the end of the process does."""
        self._collected = _Collected()
        self._timer = None
        self._progress_times.clear()

    def progress(self, library: SimLibrary, percent: float) -> None:
        """Tell administrators how far the refresh of a library is: the folder first, then the library."""
        library.refresh_progress = None if percent >= _DONE else percent
        now = self._clock.time()
        for folder_id in (library.folder_id, library.library_id):
            last = self._progress_times.get(folder_id)
            if _IDLE < percent < _DONE and last is not None and now - last < 1.0:
                continue
            self._progress_times[folder_id] = now
            self._send_progress(folder_id, percent)
        if percent >= _DONE:
            self._send_progress(library.library_id, _IDLE)

    def _send_progress(self, folder_id: str, percent: float) -> None:
        if self.is_running:
            text = f"{percent:.14g}" if percent % 1 else str(int(percent))
            self._sessions.send_to_administrators("RefreshProgress", {"ItemId": folder_id, "Progress": text})

    def _note(self, item: SimItem, rows: dict[str, SimItem], folders: dict[str, SimItem] | None) -> None:
        if not self.is_running or (not item.is_folder and item.path is None):
            return
        rows[item.item_id] = item
        if folders is not None and (parent := self._shelves.items.get(item.parent_id)) is not None:
            folders[parent.item_id] = parent
        duration = self._configuration.library_update_duration
        self._due = self._clock.time() + duration
        if self._timer is None or self._due < self._armed_for:
            self._arm(duration)

    def _arm(self, delay: float) -> None:
        """Wait until the message is due; an event in the meantime only moves that moment, which costs no new timer."""
        if self._timer is not None:
            self._timer.cancel()
        self._armed_for = self._due
        self._timer = self._clock.call_later(delay, self._fire)

    def _fire(self) -> None:
        self._timer = None
        if self._due > self._armed_for:
            self._arm(self._due - self._armed_for)
            return
        collected, self._collected = self._collected, _Collected()
        users = dict.fromkeys(session.user for session in self._sessions if session.user is not None)
        for user in users:
            data = self._tell(collected, user)
            if not data["IsEmpty"]:
                self._sessions.send(self._sessions.of_user(user), "LibraryChanged", data)

    def _tell(self, collected: _Collected, user: SimUser) -> Json:
        def visible(rows: dict[str, SimItem], without: dict[str, SimItem] | None = None) -> list[str]:
            return [
                item_id
                for item_id, item in rows.items()
                if user.sees(item.library.library_id) and (without is None or item_id not in without)
            ]

        data: Json = {
            "FoldersAddedTo": visible(collected.added_to),
            "FoldersRemovedFrom": visible(collected.removed_from),
            "ItemsAdded": visible(collected.added),
            "ItemsRemoved": list(collected.removed),
            "ItemsUpdated": visible(collected.updated, collected.added),
            "CollectionFolders": [],
        }
        is_empty = not any(data.values())
        if collected.added_to or collected.removed_from:
            libraries = [library_id for library_id in self._shelves.libraries if user.sees(library_id)]
            data["CollectionFolders"] = [*libraries, PLAYLISTS_FOLDER_ID]
        return {**data, "IsEmpty": is_empty}
