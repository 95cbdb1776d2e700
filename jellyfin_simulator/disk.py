"""Hands on the server's disk: files are written, and the server finds them in its own time."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from .hands import LibraryHands, film_path, titled, version_path
from .ids import item_id
from .library import SimItem, SimLibrary
from .monitor import DiskFile
from .streams import DEFAULT_STREAMS, Stream


class DiskHands(LibraryHands):
    """Writes files; what the server makes of them comes when it looks there."""

    def write_film(
        self,
        library: SimLibrary,
        name: str,
        *,
        year: int | None = None,
        streams: Sequence[Stream] = DEFAULT_STREAMS,
        provider_ids: Mapping[str, str] | None = None,
    ) -> str:
        """Write a film's file and return its id to be."""
        path = film_path(library, name, year)

        def create_row() -> SimItem:
            return self.add_film(
                library, name, year=year, path=path, provider_ids=provider_ids, probed=False, fresh=True
            )

        return self._write("Movie", library, path, create_row, streams)

    def write_version(
        self,
        library: SimLibrary,
        film: str,
        name: str,
        *,
        year: int | None = None,
        streams: Sequence[Stream] = DEFAULT_STREAMS,
    ) -> str:
        """Write another file of a film, which need not be found before, and return the version's id to be."""
        first = film_path(library, film, year)
        path = version_path(first, name)

        def create_row() -> SimItem:
            if (row := self.core.shelves.at(first)) is not None:
                return self.add_version(row, name, path=path, probed=False)
            return self.add_film(library, film, year=year, path=path, probed=False, fresh=True)

        return self._write("Movie" if self.core.is_twelve else "Video", library, path, create_row, streams)

    def write_episode(
        self,
        series: SimItem,
        season: int,
        number: int,
        name: str | None = None,
        *,
        streams: Sequence[Stream] = DEFAULT_STREAMS,
    ) -> str:
        """Write an episode's file and return its id to be."""
        name = name or f"Episode {number}"
        path = f"{series.path}/Season {season}/{series.name} S{season:02d}E{number:02d} {name}.mkv"

        def create_row() -> SimItem:
            return self.add_episode(series, season, number, name, path=path, probed=False, fresh=True)

        return self._write("Episode", series.library, path, create_row, streams)

    def write_season(
        self,
        library: SimLibrary,
        show: str,
        season: int,
        count: int,
        *,
        year: int | None = None,
        streams: Sequence[Stream] = DEFAULT_STREAMS,
    ) -> list[str]:
        """Write all files of a season, of a show that may be new, and return the episodes' ids to be."""
        folder = f"{library.path}/{titled(show, year)}"

        def create_row(number: int, path: str) -> SimItem:
            series = self.core.shelves.at(folder) or self.add_series(library, show, year)
            return self.add_episode(series, season, number, path=path, probed=False, fresh=True)

        ids = []
        for number in range(1, count + 1):
            path = f"{folder}/Season {season}/{show} S{season:02d}E{number:02d}.mkv"
            ids.append(self._write("Episode", library, path, partial(create_row, number, path), streams))
        return ids

    def _write(
        self, kind: str, library: SimLibrary, path: str, create_row: Callable[[], SimItem], streams: Sequence[Stream]
    ) -> str:
        self.core.monitor.write(DiskFile(library, path, create_row, tuple(streams)))
        return item_id(kind, path)
