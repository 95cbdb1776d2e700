"""Asking the shelves: what `GET /Items` means by its parameters."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Final
from unicodedata import combining, normalize

from .accounts import SimUser
from .ids import derived_id
from .library import Shelves, SimItem, SimLibrary
from .streams import has_subtitles, stored_subtitle_languages

_GROUPED_KINDS: Final = frozenset({"movie", "episode", "video", "series", "season"})
_COLLAPSIBLE_KINDS: Final = frozenset({"movie", "series"})
_KEPT_ANSWERS: Final = 8

_SORT_KEYS: Final[dict[str, Callable[[SimItem], str | float]]] = {
    "sortname": lambda item: item.sort_name,
    "name": lambda item: item.name,
    "datecreated": lambda item: item.created,
    "datelastcontentadded": lambda item: item.created,
    "premieredate": lambda item: item.year or 0,
    "productionyear": lambda item: item.year or 0,
    "indexnumber": lambda item: item.index_number or 0,
    "parentindexnumber": lambda item: item.parent_index_number or 0,
    "seriessortname": lambda item: "" if item.series is None else item.series.sort_name,
    "random": lambda item: derived_id(item.item_id),
}


@dataclass(frozen=True, slots=True)
class ItemQuery:
    """A question to the shelves; kinds, sort keys and location types are folded to lower case."""

    user: SimUser | None = None
    item_ids: tuple[str, ...] = ()
    parent_id: str | None = None
    recursive: bool = False
    include_kinds: frozenset[str] = frozenset()
    exclude_kinds: frozenset[str] = frozenset()
    is_missing: bool | None = None
    min_saved: float | None = None
    has_subtitles: bool | None = None
    subtitle_languages: frozenset[str] = frozenset()
    search_term: str | None = None
    location_types: frozenset[str] = frozenset()
    exclude_location_types: frozenset[str] = frozenset()
    media_types: frozenset[str] = frozenset()
    sort_by: tuple[str, ...] = ()
    descending: tuple[bool, ...] = ()
    collapses: bool = True

    @property
    def asks_for_views(self) -> bool:
        """Whether nothing in the question says that items are wanted."""
        return not (self.item_ids or self.recursive or self.parent_id)


class Librarian:
    """Answers questions; the rows of the last few answers are kept until the shelves change."""

    def __init__(self, shelves: Shelves, *, is_twelve: bool) -> None:
        """Look at those shelves."""
        self._shelves = shelves
        self._is_twelve = is_twelve
        self._answers: dict[ItemQuery, list[SimItem]] = {}
        self._generation = -1

    def views(self, user: SimUser | None) -> list[SimItem]:
        """Return the libraries that the user sees, by name."""
        rows = [
            library.folders[0]
            for library in self._shelves.libraries.values()
            if user is None or user.sees(library.library_id)
        ]
        return sorted(rows, key=lambda item: item.sort_name)

    def find(self, query: ItemQuery) -> list[SimItem]:
        """Return all rows that answer the question, in its order."""
        if query.asks_for_views:
            return [*self.views(query.user), self._shelves.playlists]
        if self._generation != self._shelves.generation:
            self._generation = self._shelves.generation
            self._answers.clear()
        if (rows := self._answers.get(query)) is None:
            rows = self._look(query)
            if len(self._answers) >= _KEPT_ANSWERS:
                self._answers.pop(next(iter(self._answers)))
            self._answers[query] = rows
        return rows

    def visible(self, item_id: str, user: SimUser | None) -> SimItem | None:
        """Return the row with that id if the user may see it."""
        item = self._shelves.items.get(item_id)
        if item is None or (user is not None and not user.sees(item.library.library_id)):
            return None
        return item

    def _look(self, query: ItemQuery) -> list[SimItem]:
        rows = list(self._candidates(query))
        for passes in self._filters(query):
            rows = [item for item in rows if passes(item)]
        if query.user is not None and self._is_grouping(query):
            rows = _group(rows)
        return self._sort(rows, query)

    def _is_grouping(self, query: ItemQuery) -> bool:
        kinds = query.include_kinds
        return bool(self._shelves.grouped) and (not kinds or bool(kinds & _GROUPED_KINDS))

    def _honoured_mark(self, query: ItemQuery) -> float | None:
        """Return `min_saved`, None where 10.11 answers a user-less tree query from memory and overlooks it."""
        kinds = query.include_kinds
        is_tree_query = query.user is None and query.recursive and not query.item_ids and query.collapses
        if not self._is_twelve and is_tree_query and (not kinds or kinds & _COLLAPSIBLE_KINDS):
            return None
        return query.min_saved

    def _candidates(self, query: ItemQuery) -> Iterable[SimItem]:
        mark = self._honoured_mark(query)
        if query.item_ids:
            found = (self._shelves.items.get(item_id) for item_id in dict.fromkeys(query.item_ids))
            rows: Iterable[SimItem] = (item for item in found if item is not None)
        elif query.parent_id is not None:
            rows = self._inside(query.parent_id, query, mark)
        else:
            libraries = [
                library
                for library in self._shelves.libraries.values()
                if query.user is None or query.user.sees(library.library_id)
            ]
            rows = (item for library in libraries for item in _rows(library, mark))
        if mark is None:
            return rows
        return (item for item in rows if item.saved is not None and item.saved >= mark)

    def _inside(self, parent_id: str, query: ItemQuery, mark: float | None) -> Iterable[SimItem]:
        library = self._library_of_folder(parent_id)
        if not query.recursive:
            folder_id = parent_id if library is None else library.folder_id
            return self._shelves.children.get(folder_id, {}).values()
        return self._shelves.below(parent_id) if library is None else _rows(library, mark)

    def _library_of_folder(self, item_id: str) -> SimLibrary | None:
        item = self._shelves.items.get(item_id)
        return item.library if item is not None and item in item.library.folders else None

    def _filters(self, query: ItemQuery) -> Iterator[Callable[[SimItem], bool]]:
        """Yield the tests that a row has to pass; one that cannot fail is left out, for the sake of big libraries."""
        if query.include_kinds:
            yield lambda item: item.kind.lower() in query.include_kinds
        if query.exclude_kinds:
            yield lambda item: item.kind.lower() not in query.exclude_kinds
        languages = query.subtitle_languages if self._is_twelve and query.has_subtitles is not False else frozenset()
        if self._is_twelve and self._shelves.grouped and query.has_subtitles is None and not languages:
            yield lambda item: item.primary is None
        if languages:
            yield lambda item: not languages.isdisjoint(stored_subtitle_languages(item.streams))
        if query.is_missing is not None and not self._is_answered_from_memory(query):
            yield lambda item: item.is_virtual is query.is_missing
        if query.has_subtitles is not None:
            yield lambda item: has_subtitles(item.streams) is query.has_subtitles
        if (term := query.search_term) is not None:
            yield lambda item: term in clean_name(item.name)
        if query.location_types:
            yield lambda item: item.location_type.lower() in query.location_types
        if query.exclude_location_types:
            yield lambda item: item.location_type.lower() not in query.exclude_location_types
        if query.media_types:
            yield lambda item: not item.is_folder and "video" in query.media_types

    def _is_answered_from_memory(self, query: ItemQuery) -> bool:
        """Whether a user asks about a season: that is filtered by something that overlooks what is missing."""
        season = self._shelves.items.get(query.parent_id or "")
        return query.user is not None and not query.item_ids and season is not None and season.kind == "Season"

    def _sort(self, rows: list[SimItem], query: ItemQuery) -> list[SimItem]:
        """Sort the rows; a key without an order of its own takes that of the first."""
        orders = chain(query.descending, repeat(any(query.descending[:1])))
        keys = [
            (_SORT_KEYS[name], order) for name, order in zip(query.sort_by, orders, strict=False) if name in _SORT_KEYS
        ]
        if keys:
            for key, is_descending in reversed(keys):
                rows.sort(key=key, reverse=is_descending)
        elif not query.item_ids and self._is_twelve:
            rows.sort(key=lambda item: item.item_id)
        if (term := query.search_term) is not None:
            rows.sort(key=lambda item: _rank(clean_name(item.name), term))
        return rows


def clean_name(name: str) -> str:
    """Return a name as it is searched: in lower case and without accents."""
    return "".join(char for char in normalize("NFD", name) if not combining(char)).lower()


def _rank(name: str, term: str) -> int:
    """Return how well a name fits what was searched: it is that, begins with it, or has it somewhere."""
    if name == term:
        return 0
    if not name.startswith(term):
        return 3
    return 1 if name.startswith(f"{term} ") else 2


def _rows(library: SimLibrary, mark: float | None) -> Iterable[SimItem]:
    return library.items.values() if mark is None else library.saved_since(mark)


def _group(rows: Sequence[SimItem]) -> list[SimItem]:
    """Leave one row of each grouping key; all rows without a key count as one group."""
    groups: dict[str | None, SimItem] = {}
    for item in rows:
        key = None if item.is_fresh else (item.primary or item).item_id
        kept = groups.get(key)
        if kept is None or (kept.primary is not None and item.primary is None):
            groups[key] = item
    return list(groups.values())
