"""What a simulator that stands alone begins with, and what arrives later. No title belongs to a real work."""

from collections.abc import Callable, Iterator, Mapping
import itertools
import random
from typing import Final

from .library import SimItem, SimLibrary
from .server import JellyfinSimulator
from .streams import Stream, audio, subtitle, video

DEMO_NAME: Final = "demo"
DEMO_PASSWORD: Final = "demo"

_FIRST: Final = ("Night", "Copper", "Paper", "Silent", "Borrowed", "Winter", "Amber", "Hollow", "Second", "Northern")
_SECOND: Final = ("Ferry", "Lanterns", "Orchard", "Harbour", "Violin", "Station", "Garden", "Signal", "Tide", "Letters")
_EPISODES: Final = ("Arrivals", "The Long Way", "Low Water", "A Spare Key", "Fog", "Two Windows", "What Remains")
_AUDIO: Final = ("eng", "fre", "ger", "spa", "jpn")
_SUBTITLES: Final = ("eng", "fre", "ger", "dut", "por")
_BIG_COUNT: Final = 100_000


def titles(seed: int) -> Iterator[str]:
    """Yield titles without end, none of them twice."""
    names = [f"{first} {second}" for first, second in itertools.product(_FIRST, _SECOND)]
    random.Random(seed).shuffle(names)
    yield from names
    yield from (f"{name} {part}" for part in itertools.count(2) for name in names)


def some_streams(source: random.Random) -> tuple[Stream, ...]:
    """Return the streams of a file that could be any."""
    width, height = source.choice(((1920, 1080), (1280, 720), (3840, 2160)))
    sound = audio(source.choice(_AUDIO), channels=source.choice((2, 6)))
    texts = (subtitle(language) for language in source.sample(_SUBTITLES, source.randrange(3)))
    return (video(width, height), sound, *texts)


def demo(simulator: JellyfinSimulator) -> None:
    """Three libraries with a few films and two shows, and a person who may do everything."""
    simulator.add_user(DEMO_NAME, DEMO_PASSWORD, administrator=True)
    films = simulator.add_library("Films", "movies", announce=False)
    shows = simulator.add_library("Shows", "tvshows", announce=False)
    simulator.add_library("Music", "music", announce=False)
    source, names = random.Random(1), titles(0)
    for name in itertools.islice(names, 12):
        simulator.add_film(films, name, year=source.randrange(1960, 2026), streams=some_streams(source), announce=False)
    for name in itertools.islice(names, 2):
        series = simulator.add_series(shows, name, source.randrange(2000, 2026), announce=False)
        for number, title in enumerate(_EPISODES[:4], 1):
            simulator.add_episode(series, 1, number, title, streams=some_streams(source), announce=False)


def big(simulator: JellyfinSimulator) -> None:
    """One library with 100,000 films."""
    simulator.add_user(DEMO_NAME, DEMO_PASSWORD, administrator=True)
    simulator.add_many(simulator.add_library("Films", "movies", announce=False), _BIG_COUNT)


def empty(simulator: JellyfinSimulator) -> None:
    """A person and nothing to watch."""
    simulator.add_user(DEMO_NAME, DEMO_PASSWORD, administrator=True)


def first_run(simulator: JellyfinSimulator) -> None:
    """A server whose wizard nobody has been through."""
    simulator.core.configuration.wizard_completed = False


SCENARIOS: Final[Mapping[str, Callable[[JellyfinSimulator], None]]] = {
    "demo": demo,
    "big": big,
    "empty": empty,
    "first-run": first_run,
}


class Arrivals:
    """New files, one at a time: every third is an episode if there is a show."""

    def __init__(self, simulator: JellyfinSimulator, seed: int = 7) -> None:
        """Bring files to that server."""
        self._simulator = simulator
        self._random = random.Random(seed)
        self._titles = titles(seed)
        self._count = 0

    def bring(self) -> str | None:
        """Write the next file to the server's disk and return what it is, None if there is no place for one."""
        self._count += 1
        films, series = self._film_library(), self._series()
        streams = some_streams(self._random)
        if series is not None and self._count % 3 == 0:
            number = 1 + sum(row.series is series and row.kind == "Episode" for row in series.library.items.values())
            title = _EPISODES[number % len(_EPISODES)]
            self._simulator.write_episode(series, 1, number, title, streams=streams)
            return f"{series.name} S01E{number:02d} {title}"
        if films is None:
            return None
        known = {item.name for item in films.items.values()}
        name = next(title for title in self._titles if title not in known)
        self._simulator.write_film(films, name, year=self._random.randrange(2000, 2027), streams=streams)
        return name

    def _film_library(self) -> SimLibrary | None:
        libraries = self._simulator.core.shelves.libraries.values()
        return next((library for library in libraries if library.collection_type == "movies"), None)

    def _series(self) -> SimItem | None:
        return next((item for item in self._simulator.core.shelves.everything() if item.kind == "Series"), None)
