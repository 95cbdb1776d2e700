"""Libraries and items as the server's database holds them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from .ids import PLAYLISTS_FOLDER_ID, derived_id, item_id
from .streams import Stream

FOLDER_KINDS: Final = frozenset(
    {
        "Series",
        "Season",
        "Folder",
        "CollectionFolder",
        "BoxSet",
        "MusicAlbum",
        "AggregateFolder",
        "ManualPlaylistsFolder",
    }
)
VIDEO_KINDS: Final = frozenset({"Movie", "Episode", "Video", "Trailer"})
_PATH_KINDS: Final = ("Movie", "Episode", "Season", "Series", "Folder", "Video")
_ARTICLES: Final = ("the ", "a ", "an ")
ROOT_ID: Final = derived_id("MediaBrowser.Controller.Entities.AggregateFolderroot")


@dataclass(slots=True, eq=False)
class SimItem:
    """One row: a film, an episode, a season, a folder.

    `saved` is None from the row's creation to its first save. `is_fresh` marks a row without a grouping key, which
    hides other fresh rows in the queries of users. `primary` is the film that this row is another version of.
    `subtitle_files` are the ones that lay beside the video when the server last looked, None before it ever did.
    """

    item_id: str
    kind: str
    name: str
    path: str | None
    library: SimLibrary
    parent_id: str
    created: float
    saved: float | None
    streams: tuple[Stream, ...] = ()
    probed: bool = True
    is_fresh: bool = False
    has_metadata: bool = False
    year: int | None = None
    runtime_ticks: int | None = None
    container: str | None = None
    provider_ids: dict[str, str] = field(default_factory=dict)
    index_number: int | None = None
    index_number_end: int | None = None
    parent_index_number: int | None = None
    series: SimItem | None = None
    season: SimItem | None = None
    primary: SimItem | None = None
    versions: list[SimItem] = field(default_factory=list)
    image_tag: str | None = None
    extra_type: str | None = None
    is_virtual: bool = False
    is_placeholder: bool = False
    subtitle_files: frozenset[str] | None = None

    @property
    def is_folder(self) -> bool:
        """Whether the row can have children."""
        return self.kind in FOLDER_KINDS

    @property
    def location_type(self) -> str:
        """Where the file is."""
        if self.is_virtual:
            return "Virtual"
        return "Remote" if self.path is not None and self.path.startswith(("http://", "https://")) else "FileSystem"

    @property
    def sort_name(self) -> str:
        """The name that rows are sorted by."""
        name = self.name.lower()
        if self.kind == "Episode":
            return f"{self.parent_index_number or 0:03d} - {self.index_number or 0:04d} - {name}"
        if not name.startswith(_ARTICLES):
            return name
        return name.partition(" ")[2]


@dataclass(slots=True, eq=False)
class SimLibrary:
    """A library: its two folder rows and everything below, the last saved row at the end of `recent`."""

    library_id: str
    folder_id: str
    name: str
    collection_type: str | None
    path: str
    folders: tuple[SimItem, ...] = ()
    items: dict[str, SimItem] = field(default_factory=dict)
    recent: dict[str, SimItem] = field(default_factory=dict)
    last_saved: float = 0.0
    is_recent_in_order: bool = True
    refresh_progress: float | None = None

    def saved_since(self, moment: float) -> Iterator[SimItem]:
        """Yield the rows saved then or later, the latest first."""
        if not self.is_recent_in_order:
            rows = sorted(self.recent.values(), key=lambda item: item.saved or 0.0)
            self.recent = {item.item_id: item for item in rows}
            self.is_recent_in_order = True
        for item in reversed(self.recent.values()):
            if item.saved is None or item.saved < moment:
                return
            yield item


class Shelves:
    """All libraries; `generation` grows with every change, so that answers can be kept until then."""

    def __init__(self) -> None:
        """Start empty."""
        self.generation = 0
        self.libraries: dict[str, SimLibrary] = {}
        self.root = _top_folder(ROOT_ID, "AggregateFolder", "root", None)
        self.playlists = _top_folder(PLAYLISTS_FOLDER_ID, "ManualPlaylistsFolder", "Playlists", "playlists")
        self.items = {folder.item_id: folder for folder in (self.root, self.playlists)}
        self.children: dict[str, dict[str, SimItem]] = {}
        self.grouped = 0
        self._folders: Counter[str] = Counter()

    def add_library(self, library: SimLibrary) -> None:
        """Put up a new library."""
        self.libraries[library.library_id] = library
        for folder in library.folders:
            self.items[folder.item_id] = folder
        self.generation += 1

    def remove_library(self, library: SimLibrary) -> None:
        """Take a library down with all that is in it."""
        for item in tuple(library.items.values()):
            self.remove(item)
        for folder in library.folders:
            del self.items[folder.item_id]
        del self.libraries[library.library_id]
        self.generation += 1

    def add(self, item: SimItem) -> None:
        """Put an item on the shelf."""
        self.generation += 1
        self.items[item.item_id] = item
        item.library.items[item.item_id] = item
        self.children.setdefault(item.parent_id, {})[item.item_id] = item
        self._folders[_folder_of(item)] += 1
        self.grouped += item.is_fresh or item.primary is not None
        if item.saved is not None:
            self.save(item, item.saved)

    def save(self, item: SimItem, moment: float) -> None:
        """Save the item's row: its `DateLastSaved` becomes that moment."""
        self.generation += 1
        item.saved = moment
        library = item.library
        library.recent.pop(item.item_id, None)
        library.recent[item.item_id] = item
        if moment < library.last_saved:
            library.is_recent_in_order = False
        library.last_saved = max(library.last_saved, moment)

    def give_key(self, item: SimItem) -> None:
        """Give a fresh row its grouping key."""
        self.generation += 1
        self.grouped -= item.is_fresh
        item.is_fresh = False

    def remove(self, item: SimItem) -> None:
        """Take an item off the shelf."""
        self.generation += 1
        self.items.pop(item.item_id, None)
        item.library.items.pop(item.item_id, None)
        item.library.recent.pop(item.item_id, None)
        self.children.get(item.parent_id, {}).pop(item.item_id, None)
        self._folders[_folder_of(item)] -= 1
        self.grouped -= item.is_fresh or item.primary is not None
        if item.primary is not None and item in item.primary.versions:
            item.primary.versions.remove(item)

    def at(self, path: str) -> SimItem | None:
        """Return the row of that file or folder: its id follows from its kind and path."""
        found = (self.items.get(item_id(kind, path)) for kind in _PATH_KINDS)
        return next((item for item in found if item is not None), None)

    def nearest(self, path: str) -> SimItem | None:
        """Return the row of that path, or else of the innermost folder above it that has one."""
        while path:
            if (item := self.at(path)) is not None:
                return item
            path = path.rpartition("/")[0]
        return None

    def has_folder(self, path: str) -> bool:
        """Return whether a folder has a row, or directly holds the file of one."""
        return self._folders[path] > 0 or self.at(path) is not None

    def below(self, item_id: str) -> Iterator[SimItem]:
        """Yield everything below that row, children before grandchildren."""
        for child in tuple(self.children.get(item_id, {}).values()):
            yield child
            yield from self.below(child.item_id)

    def everything(self) -> Iterable[SimItem]:
        """Yield every item of every library, without the folder rows of the libraries."""
        for library in self.libraries.values():
            yield from library.items.values()


def file_name(path: str) -> str:
    """Return the name of a file without its ending."""
    return path.rpartition("/")[2].rpartition(".")[0]


def _folder_of(item: SimItem) -> str:
    return (item.path or "").rpartition("/")[0]


def _top_folder(identity: str, kind: str, name: str, collection_type: str | None) -> SimItem:
    """Return a folder that belongs to no library: what looks like one in it is in no list of libraries."""
    path = f"/config/{name.lower()}"
    return SimItem(
        identity, kind, name, path, SimLibrary(identity, identity, name, collection_type, path), "", 0.0, 0.0
    )


def make_library(name: str, collection_type: str | None, *, path: str, moment: float) -> SimLibrary:
    """Return an empty library with its two folder rows."""
    inner = f"%AppDataPath%\\root\\default\\{name}"
    library = SimLibrary(item_id("CollectionFolder", inner), item_id("Folder", path), name, collection_type, path)
    view = SimItem(library.library_id, "CollectionFolder", name, inner, library, ROOT_ID, moment, moment)
    folder = SimItem(library.folder_id, "Folder", name, path, library, ROOT_ID, moment, moment)
    library.folders = (view, folder)
    return library
