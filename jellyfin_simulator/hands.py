"""Hands on the library: what a person with access to the server's disk would do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .changes import RUNTIME_TICKS
from .core import Core
from .ids import derived_id, item_id
from .library import SimItem, SimLibrary, file_name
from .streams import DEFAULT_STREAMS, Stream
from .watch import parent_of


@dataclass(frozen=True, slots=True)
class _File:
    """A video file and the state that its row begins in."""

    path: str | None
    streams: tuple[Stream, ...]
    probed: bool
    fresh: bool
    saved: float | None


class LibraryHands:
    """Changes the library; every change counts at once and is announced as Jellyfin would."""

    core: Core

    def add_library(self, name: str, collection_type: str | None = "movies", *, announce: bool = True) -> SimLibrary:
        """Make a library."""
        return self.core.new_library(name, collection_type, announce=announce)

    def remove_library(self, library: SimLibrary) -> None:
        """Remove a library with all that is in it."""
        self.core.remove_library(library)

    def add_film(
        self,
        library: SimLibrary,
        name: str,
        *,
        year: int | None = None,
        streams: Sequence[Stream] = DEFAULT_STREAMS,
        path: str | None = None,
        provider_ids: Mapping[str, str] | None = None,
        probed: bool = True,
        fresh: bool = False,
        announce: bool = True,
        is_strm: bool = False,
        is_placeholder: bool = False,
        extra_type: str | None = None,
        saved: float | None = None,
    ) -> SimItem:
        """Add a film; `fresh` ones hide each other, unprobed ones have no streams, `.strm` ones never have."""
        file = self._file(path or film_path(library, name, year, is_strm=is_strm), streams, probed, fresh, saved)
        row = self._row("Movie", name, library, library.folder_id, file)
        row.year = year
        row.provider_ids = dict(provider_ids or {})
        row.is_placeholder = is_placeholder
        row.extra_type = extra_type
        return self.core.changes.add(row, announce=announce)

    def add_series(
        self,
        library: SimLibrary,
        name: str,
        year: int | None = None,
        *,
        path: str | None = None,
        provider_ids: Mapping[str, str] | None = None,
        announce: bool = True,
    ) -> SimItem:
        """Add a series without episodes."""
        path = path or f"{library.path}/{titled(name, year)}"
        row = self._row("Series", name, library, library.folder_id, self._file(path, (), True, False, None))
        row.year = year
        row.provider_ids = dict(provider_ids or {})
        row.image_tag = derived_id(f"image {row.item_id}")
        return self.core.changes.add(row, announce=announce)

    def add_episode(
        self,
        series: SimItem,
        season: int,
        number: int,
        name: str | None = None,
        *,
        number_end: int | None = None,
        streams: Sequence[Stream] = DEFAULT_STREAMS,
        path: str | None = None,
        provider_ids: Mapping[str, str] | None = None,
        probed: bool = True,
        fresh: bool = False,
        announce: bool = True,
        is_strm: bool = False,
        virtual: bool = False,
        saved: float | None = None,
    ) -> SimItem:
        """Add an episode, and its season if that is new; a virtual one is missing on the disk."""
        season_row = self._season(series, season, _season_path(series, season, path), announce=announce)
        name = name or f"Episode {number}"
        ending = "strm" if is_strm else "mkv"
        default = f"{season_row.path}/{series.name} S{season:02d}E{number:02d} {name}.{ending}"
        file = self._file(None if virtual else path or default, () if virtual else streams, probed, fresh, saved)
        row = self._row("Episode", name, series.library, season_row.item_id, file)
        if virtual:
            row.item_id = derived_id(f"missing {series.item_id} {season} {number}")
            row.is_virtual = True
        row.index_number, row.index_number_end, row.parent_index_number = number, number_end, season
        row.series, row.season = series, season_row
        row.provider_ids = dict(provider_ids or {})
        return self.core.changes.add(row, announce=announce)

    def add_version(
        self,
        film: SimItem,
        name: str,
        *,
        path: str | None = None,
        streams: Sequence[Stream] = DEFAULT_STREAMS,
        probed: bool = True,
        announce: bool = True,
    ) -> SimItem:
        """Add another file of the same film: its id is only ever announced as updated."""
        path = path or version_path(film.path or "", name)
        is_twelve = self.core.is_twelve
        file = self._file(path, streams, probed, False, None)
        # 10.11 has the file as a video of its own name that lies in no folder.
        kind, title = (film.kind, film.name) if is_twelve else ("Video", file_name(path))
        row = self._row(kind, title, film.library, film.parent_id if is_twelve else "", file)
        row.year, row.primary = film.year, film
        row.series, row.season = film.series, film.season
        row.index_number, row.parent_index_number = film.index_number, film.parent_index_number
        film.versions.append(row)
        self.core.changes.add(row, announce=False)
        if announce:
            self.core.changes.save(row)
        self.core.changes.save(film, announce=announce)
        return row

    def add_many(
        self, library: SimLibrary, count: int, *, saved: float | None = None, announce: bool = False
    ) -> list[SimItem]:
        """Fill a library with films at once: ones that were always there, or a flood that one message tells of."""
        first = len(library.items)
        moment = self.core.clock.time() if saved is None else saved
        rows = []
        for number in range(first, first + count):
            name = f"Film {number:06d}"
            file = _File(film_path(library, name, 2000), DEFAULT_STREAMS, True, False, moment)
            row = self._row("Movie", name, library, library.folder_id, file)
            row.year = 2000
            rows.append(self.core.changes.add(row, announce=announce))
        return rows

    def add_season(
        self,
        series: SimItem,
        season: int,
        count: int,
        *,
        streams: Sequence[Stream] = DEFAULT_STREAMS,
        probed: bool = True,
        fresh: bool = False,
        announce: bool = True,
    ) -> list[SimItem]:
        """Add all episodes of a season at once; one message tells of them."""
        return [
            self.add_episode(series, season, number, streams=streams, probed=probed, fresh=fresh, announce=announce)
            for number in range(1, count + 1)
        ]

    def probe(self, item: SimItem, streams: Sequence[Stream] = DEFAULT_STREAMS, *, announce: bool = True) -> None:
        """Let the server look into the file: the item has streams and is announced as updated."""
        self.core.changes.probe(item, streams, announce=announce)

    def update(self, item: SimItem, *, announce: bool = True) -> None:
        """Save an item again."""
        self.core.changes.save(item, announce=announce)

    def update_all(self, library: SimLibrary, *, announce: bool = True) -> None:
        """Save every item of a library again, as a full refresh does."""
        for item in tuple(library.items.values()):
            self.core.changes.save(item, announce=announce)

    def remove(self, item: SimItem, *, announce: bool = True) -> None:
        """Remove an item with everything below it."""
        self.core.changes.remove(item, announce=announce)

    def replace(self, item: SimItem, new_name: str, *, streams: Sequence[Stream] | None = None) -> SimItem:
        """Put a file of another name in the place of an item: the old id goes, a new one comes."""
        path = item.path or ""
        folder, _, file_name = path.rpartition("/")
        new_path = f"{folder}/{new_name}.{file_name.rpartition('.')[2]}"
        self.core.changes.remove(item)
        row = replace(
            item,
            item_id=item_id(item.kind, new_path),
            path=new_path,
            streams=item.streams if streams is None else tuple(streams),
            subtitle_files=None,
            saved=self.core.clock.time(),
            created=self.core.clock.time(),
            provider_ids=dict(item.provider_ids),
            versions=[],
        )
        return self.core.changes.add(row)

    def _season(self, series: SimItem, number: int, path: str, *, announce: bool) -> SimItem:
        for row in self.core.shelves.children.get(series.item_id, {}).values():
            if row.kind == "Season" and row.index_number == number:
                return row
        name = f"Season {number}" if number else "Specials"
        file = self._file(path, (), True, False, None)
        row = self._row("Season", name, series.library, series.item_id, file)
        row.index_number, row.series = number, series
        self.core.changes.add(row, announce=announce)
        if announce and not self.core.is_twelve:
            self._announce_placeholder(row)
        return row

    def _announce_placeholder(self, season: SimItem) -> None:
        """Announce what 10.11 makes and removes beside each new season."""
        placeholder = replace(season, item_id=derived_id(f"placeholder {season.item_id}"), versions=[])
        self.core.notifier.added(placeholder)
        self.core.notifier.removed(placeholder)

    def _file(
        self, path: str | None, streams: Sequence[Stream], probed: bool, fresh: bool, saved: float | None
    ) -> _File:
        if not probed or (path is not None and path.endswith(".strm")):
            streams = tuple(stream for stream in streams if stream.path is not None)
        moment = None if fresh and not probed else self.core.clock.time()
        return _File(path, tuple(streams), probed, fresh, moment if saved is None else saved)

    def _row(self, kind: str, name: str, library: SimLibrary, parent_id: str, file: _File) -> SimItem:
        identity = item_id(kind, file.path or name)
        is_looked_into = file.probed and bool(file.streams)
        return SimItem(
            identity,
            kind,
            name,
            file.path,
            library,
            parent_id,
            self.core.clock.time(),
            file.saved,
            file.streams,
            file.probed,
            file.fresh,
            runtime_ticks=RUNTIME_TICKS if is_looked_into else None,
            container=(file.path or "").rpartition(".")[2] if is_looked_into else None,
            image_tag=derived_id(f"image {identity}") if is_looked_into else None,
        )


def film_path(library: SimLibrary, name: str, year: int | None, *, is_strm: bool = False) -> str:
    """Return where a film's file lies."""
    title = titled(name, year)
    return f"{library.path}/{title}/{title}.{'strm' if is_strm else 'mkv'}"


def version_path(path: str, name: str) -> str:
    """Return where another version of a film lies: its name begins with the whole name of the folder."""
    folder, stem = parent_of(path), file_name(path)
    title = folder.rpartition("/")[2]
    return f"{folder}/{title if stem.startswith(title) else stem} - {name}.mkv"


def _season_path(series: SimItem, number: int, episode_path: str | None) -> str:
    """Return a season's folder: the one that the episode's file lies in, if that is below the series' folder."""
    folder = "" if episode_path is None else parent_of(episode_path)
    return folder if folder.startswith(f"{series.path}/") else f"{series.path}/Season {number}"


def titled(name: str, year: int | None) -> str:
    """Return what a film's or a show's folder is called."""
    return name if year is None else f"{name} ({year})"
