"""The files that lay on the disk of the recorded servers, and how to put them onto a simulator's."""

from dataclasses import dataclass

from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary, Stream, audio, subtitle, video
from jellyfin_simulator.hands import version_path
from jellyfin_simulator.ids import item_id
from jellyfin_simulator.monitor import DiskFile

_PICTURE = video(64, 64)
_SMALL = (_PICTURE, audio("eng", channels=1))


@dataclass(frozen=True, slots=True)
class Film:
    """A film's file."""

    name: str
    path: str
    year: int
    imdb: str | None
    streams: tuple[Stream, ...] = _SMALL

    @property
    def provider_ids(self) -> dict[str, str]:
        """Return what the folder's name tells of databases."""
        return {} if self.imdb is None else {"Imdb": self.imdb}


def _film(title: str, year: int, imdb: str | None, *streams: Stream, file: str = "", name: str = "") -> Film:
    folder = f"{title} ({year})" + ("" if imdb is None else f" [imdbid-{imdb}]")
    path = f"/media/movies/{folder}/{file or f'{title} ({year})'}.mkv"
    return Film(name or folder, path, year, imdb, streams or _SMALL)


def _sidecar(tokens: str, language: str | None, title: str | None = None) -> Stream:
    path = f"/media/movies/Sidecars (2018) [imdbid-tt9000005]/Sidecars (2018){tokens}.srt"
    words = tokens.split(".")
    return subtitle(language, title=title, path=path, is_forced="forced" in words, is_hearing_impaired="sdh" in words)


# In the order in which the files were made.
FILMS = (
    _film("Quiet Harbor", 2021, "tt9000001"),
    _film(
        "Zwei Berge",
        2019,
        "tt9000002",
        _PICTURE,
        audio("ger", channels=1),
        subtitle("ger", title="Erzwungen", is_forced=True),
        subtitle("eng"),
        subtitle("eng", title="SDH", is_hearing_impaired=True),
    ),
    _film("No Tags", 2010, None, _PICTURE, audio(None, channels=1), subtitle(None)),
    _film("Twice", 2015, "tt9000004", file="Twice (2015) - 1080p", name="Twice"),
    _film("Twice", 2015, "tt9000004", *_SMALL, subtitle("fre"), file="Twice (2015) - 4K", name="Twice"),
    _film(
        "Sidecars",
        2018,
        "tt9000005",
        *_SMALL,
        _sidecar(".de.forced", "deu"),
        _sidecar(".en.sdh", "eng"),
        _sidecar(".en", "eng"),
        _sidecar(".fra.default", "fra"),
        _sidecar(".nonsense", None, "nonsense"),
        _sidecar(".pt-BR", "pt-br"),
        _sidecar("", None),
        _sidecar(".zh-TW", "zh-tw"),
    ),
)
NO_TAGS = FILMS[2]
SIDECARS = FILMS[-1]
LATE_TRAIN = _film("Late Train", 2022, None)
SHORT_WAIT = _film("Short Wait", 2024, "tt9000030")
SHORT_WAIT_BETTER = (*_SMALL, subtitle("eng"))
SHORT_WAIT_TWO = _film("Short Wait Two", 2024, "tt9000031")
GROWN_UPS = _film("Grown Ups", 2024, "tt9000051")
SWIFT_FOX = _film("Swift Fox", 2023, "tt9000021")
TOLD_YOU = _film("Told You", 2023, "tt9000022")
EARLY_BIRD = _film("Early Bird", 2022, None)
TWIN_CUT = _film("Twin Cut", 2016, None, file="Twin Cut (2016) - 1080p")
LATE_CUT = _film("Late Cut", 2017, None, file="Late Cut (2017) - 1080p")
OLD_FILE = _film("Old File", 2001, None)


@dataclass(frozen=True, slots=True)
class Show:
    """A show's folder, and what the newer version makes of its name."""

    folder: str
    title: str
    year: int
    tvdb: str

    def episode_name(self, season: int, number: int) -> str:
        """Return the name of an episode's file."""
        return f"{self.title} S{season:02d}E{number:02d}"

    def episode_path(self, season: int, number: int) -> str:
        """Return where an episode lies."""
        return f"/media/shows/{self.folder}/Season {season:02d}/{self.episode_name(season, number)}.mkv"


def _show(title: str, year: int, tvdb: str) -> Show:
    return Show(f"{title} ({year}) [tvdbid-{tvdb}]", title, year, tvdb)


NIGHT_FERRY = _show("Night Ferry", 2020, "900001")
LONG_STORY = _show("Long Story", 2019, "900004")
DAY_TRIP = _show("Day Trip", 2023, "900002")
EPISODES = {1: (*_SMALL, subtitle("eng")), 2: _SMALL, 3: _SMALL}


def episode_ids() -> dict[str, str]:
    """Return the ids that the episodes' files get, by path."""
    paths = [NIGHT_FERRY.episode_path(1, number) for number in EPISODES]
    return {path: item_id("Episode", path) for path in paths}


def library_named(simulator: JellyfinSimulator, name: str) -> SimLibrary:
    """Return a library that was made by request."""
    return next(library for library in simulator.core.shelves.libraries.values() if library.name == name)


def add_film(simulator: JellyfinSimulator, library: SimLibrary, film: Film) -> SimItem:
    """Let a film have been there all along."""
    return simulator.add_film(
        library,
        film.name,
        year=film.year,
        streams=film.streams,
        path=film.path,
        provider_ids=film.provider_ids,
        announce=False,
    )


def film_id(film: Film) -> str:
    """Return the id that a film's file gets."""
    return item_id("Movie", film.path)


def write_film(simulator: JellyfinSimulator, library: SimLibrary, film: Film) -> None:
    """Write a film's file; the server finds it in its own time."""

    def create_row() -> SimItem:
        return simulator.add_film(
            library,
            film.name,
            year=film.year,
            path=film.path,
            provider_ids=film.provider_ids,
            probed=False,
            fresh=True,
        )

    simulator.core.monitor.write(DiskFile(library, film.path, create_row, film.streams))


def write_version(simulator: JellyfinSimulator, library: SimLibrary, film: Film, name: str) -> None:
    """Write another file of a film, with subtitles; the server finds it in its own time."""
    path = version_path(film.path, name)

    def create_row() -> SimItem:
        row = simulator.core.shelves.items[film_id(film)]
        return simulator.add_version(row, name, path=path, probed=False)

    simulator.core.monitor.write(DiskFile(library, path, create_row, (*_SMALL, subtitle("fre"))))


def _series(simulator: JellyfinSimulator, library: SimLibrary, show: Show, *, announce: bool) -> SimItem:
    name = show.title if simulator.core.is_twelve else show.folder
    rows = simulator.core.shelves.children.get(library.folder_id, {}).values()
    found = next((row for row in rows if row.kind == "Series" and row.name == name), None)
    if found is not None:
        return found
    path = f"{library.path}/{show.folder}"
    series = simulator.add_series(
        library, name, show.year, path=path, provider_ids={"Tvdb": show.tvdb}, announce=announce
    )
    # Pictures of series come from the internet, which the recorded servers did not have.
    series.image_tag = None
    return series


def add_episodes(simulator: JellyfinSimulator, library: SimLibrary) -> list[SimItem]:
    """Let the series have been there all along."""
    series = _series(simulator, library, NIGHT_FERRY, announce=False)
    return [
        simulator.add_episode(
            series,
            1,
            number,
            NIGHT_FERRY.episode_name(1, number),
            streams=streams,
            path=NIGHT_FERRY.episode_path(1, number),
            announce=False,
        )
        for number, streams in EPISODES.items()
    ]


def write_episode(
    simulator: JellyfinSimulator,
    library: SimLibrary,
    show: Show,
    season: int,
    number: int,
    streams: tuple[Stream, ...] = _SMALL,
) -> str:
    """Write an episode's file and return its id to be; the server finds it in its own time."""
    path = show.episode_path(season, number)

    def create_row() -> SimItem:
        series = _series(simulator, library, show, announce=True)
        name = show.episode_name(season, number)
        return simulator.add_episode(series, season, number, name, path=path, probed=False, fresh=True)

    simulator.core.monitor.write(DiskFile(library, path, create_row, streams))
    return item_id("Episode", path)


def write_episodes(simulator: JellyfinSimulator, library: SimLibrary) -> None:
    """Write the files of the series that the recorded servers began with."""
    for number, streams in EPISODES.items():
        write_episode(simulator, library, NIGHT_FERRY, 1, number, streams)
