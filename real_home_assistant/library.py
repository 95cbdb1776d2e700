"""The demo's media: made-up films and one made-up series, the same ones in the same order every time."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary, Stream, audio, subtitle, video

_ADJECTIVES: Final = (
    "Quiet",
    "Crooked",
    "Last",
    "Paper",
    "Northern",
    "Borrowed",
    "Second",
    "Hollow",
    "Distant",
    "Amber",
    "Silent",
    "Winter",
    "Glass",
    "Hidden",
    "Salted",
    "Slow",
)
_NOUNS: Final = (
    "Harbour",
    "Lantern",
    "Orchard",
    "Compass",
    "Staircase",
    "Meridian",
    "Garden",
    "Signal",
    "Ferry",
    "Almanac",
    "Valley",
    "Clockmaker",
    "Tide",
    "Archive",
    "Weather",
    "Letter",
    "Observatory",
    "Bridge",
    "Carousel",
    "Island",
    "Mirror",
    "Railway",
    "Summer",
    "Echo",
    "Window",
)
_SPOKEN: Final = ("eng", "fre", "jpn", "ger", "spa", "dan")
_WRITTEN: Final = (("eng",), ("ger", "eng"), (), ("eng", "spa", "fre"), ("ita",), ("pol", "eng"), ("nob",))
_THERE_BEFORE: Final = 8
_EPISODES_THERE_BEFORE: Final = 3


class DemoLibrary:
    """What lies on the demo's server, and what arrives there next.

    The ids of items follow from their paths, so a server that is built again with the same number of arrivals holds the
    same items under the same ids, as a restarted one would.
    """

    def __init__(self, simulator: JellyfinSimulator, arrived: int) -> None:
        """Fill the server with what was there before, and with what has arrived so far."""
        self._simulator = simulator
        self.arrived = arrived
        self._films: SimLibrary = simulator.add_library("Films", "movies", announce=False)
        shows = simulator.add_library("Series", "tvshows", announce=False)
        self._series: SimItem = simulator.add_series(shows, "The Lighthouse Papers", 2019, announce=False)
        for number in range(_THERE_BEFORE):
            name, year = _film(number)
            simulator.add_film(self._films, name, year=year, streams=_streams(number), announce=False)
        for number in range(_EPISODES_THERE_BEFORE):
            self._add_episode(number)
        for arrival in range(arrived):
            self._put_back(arrival)

    def arrive(self) -> str:
        """Let the next file appear on the server's disk, and return what it is."""
        arrival = self.arrived
        self.arrived += 1
        if (number := _episode_of(arrival)) is not None:
            season, episode, name = _episode(number)
            self._simulator.write_episode(self._series, season, episode, name, streams=_streams(arrival))
            return f"{self._series.name} S{season:02}E{episode:02} · {name}"
        name, year = _film_of(arrival)
        self._simulator.write_film(self._films, name, year=year, streams=_streams(arrival))
        return f"{name} ({year})"

    def _put_back(self, arrival: int) -> None:
        if (number := _episode_of(arrival)) is not None:
            self._add_episode(number)
            return
        name, year = _film_of(arrival)
        self._simulator.add_film(self._films, name, year=year, streams=_streams(arrival), announce=False)

    def _add_episode(self, number: int) -> None:
        season, episode, name = _episode(number)
        self._simulator.add_episode(self._series, season, episode, name, streams=_streams(number), announce=False)


def _episode_of(arrival: int) -> int | None:
    """Return the number of the episode that arrives then: every third arrival is one."""
    return _EPISODES_THERE_BEFORE + arrival // 3 if arrival % 3 == 2 else None


def _film_of(arrival: int) -> tuple[str, int]:
    return _film(_THERE_BEFORE + arrival - arrival // 3)


def _film(number: int) -> tuple[str, int]:
    name = f"The {_ADJECTIVES[number % len(_ADJECTIVES)]} {_NOUNS[number % len(_NOUNS)]}"
    # Sixteen adjectives and twenty-five nouns meet again after four hundred films; a sequel is a new film.
    part = number // (len(_ADJECTIVES) * len(_NOUNS))
    return (f"{name} {part + 1}" if part else name), 1950 + number * 7 % 75


def _episode(number: int) -> tuple[int, int, str]:
    season, episode = divmod(number, 8)
    return season + 1, episode + 1, f"{_ADJECTIVES[(number * 5 + 2) % 16]} {_NOUNS[(number * 3 + 1) % 25]}"


def _streams(number: int) -> tuple[Stream, ...]:
    spoken = list(islice(_languages(number), 1 + number % 2))
    return (
        video(),
        *(audio(language, is_default=not place) for place, language in enumerate(spoken)),
        *(subtitle(language) for language in _WRITTEN[number % len(_WRITTEN)]),
    )


def _languages(number: int) -> Iterator[str]:
    while True:
        yield _SPOKEN[number % len(_SPOKEN)]
        number += 1
