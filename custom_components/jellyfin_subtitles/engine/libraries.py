"""Which libraries the user sees, which of them are watched, and which one an item belongs to.

An item does not say which library it is in, and asking costs a request per library. But all films of a folder, and all
episodes of a series, stand in the same one: what was learnt of one of them places the others.
"""

from collections.abc import Iterable

from .jellyfin import Library, MediaItem

# The folder of playlists is named by most messages that name libraries; it is none.
PLAYLISTS_FOLDER = "1071671e7bffa0532e930debee501d2e"


class Libraries:
    """The libraries of one user, as last told by the server."""

    def __init__(self, chosen: frozenset[str] | None) -> None:
        """Watch the libraries with the chosen ids; None watches all of them, those to come too."""
        self._chosen = chosen
        self._visible: dict[str, Library] = {}
        self._names: dict[str, str] = {}
        self._looked = False
        self._folders: dict[str, str] = {}
        self._strangers: set[str] = set()
        self._no_libraries = {PLAYLISTS_FOLDER}

    @property
    def visible(self) -> tuple[Library, ...]:
        """The user's libraries that may hold films or episodes."""
        return tuple(library for library in self._visible.values() if library.may_hold_video_items)

    @property
    def watched(self) -> tuple[Library, ...]:
        """The visible libraries that were chosen."""
        return tuple(library for library in self.visible if self.watches(library.library_id))

    @property
    def not_visible(self) -> frozenset[str]:
        """The ids of the libraries that were chosen and that the user does not see; none before the first look."""
        return frozenset() if self._chosen is None or not self._looked else self._chosen - self._visible.keys()

    def watches(self, library_id: str) -> bool:
        """Return whether what arrives in this library is announced."""
        return library_id in self._visible and (self._chosen is None or library_id in self._chosen)

    def name(self, library_id: str) -> str:
        """Return the name that the library had when it was last visible; its id where nobody has seen it."""
        return self._names.get(library_id, library_id)

    def seen_name(self, library_id: str | None) -> str | None:
        """Return the name that a library had when it was last visible; None where nobody has seen it yet."""
        return None if library_id is None else self._names.get(library_id)

    def update(self, visible: Iterable[Library]) -> None:
        """Take over what the server says the user's libraries are now."""
        self._visible = {library.library_id: library for library in visible}
        self._names |= {library.library_id: library.name for library in self._visible.values()}
        self._looked = True
        self._no_libraries = (self._no_libraries | self._strangers) - self._visible.keys()
        self._strangers.clear()
        self._folders = {folder: place for folder, place in self._folders.items() if place in self._visible}

    def knows(self, library_ids: Iterable[str]) -> bool:
        """Return whether none of these can be a library we have not been told of.

        Messages also name folders that are none of the user's libraries: each is worth asking once.
        """
        strangers = [key for key in library_ids if key not in self._visible and key not in self._no_libraries]
        self._strangers.update(strangers)
        return not strangers

    def place(self, item: MediaItem) -> str | None:
        """Return the id of the library that the item is in, None if that is not known yet."""
        return self._folders.get(_folder(item))

    def learn(self, item: MediaItem, library_id: str) -> None:
        """Remember where this item was seen, for the others beside it."""
        if folder := _folder(item):
            self._folders[folder] = library_id


def _folder(item: MediaItem) -> str:
    """Return what the item shares with those in the same library: the series of an episode, the folder of a film."""
    return item.series_id or item.parent_id or ""
