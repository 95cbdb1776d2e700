"""The demo's media: made-up films and two made-up series, the same ones in the same order every time."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Final

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

# More than are announced one by one, and more than are taken for news.
EPISODES_AT_ONCE: Final = 24
FILMS_OF_THE_ARCHIVE: Final = 600


@dataclass(slots=True)
class Arrived:
    """How much has arrived so far: files one by one, seasons, and whether the archive was put back."""

    arrived: int = 0
    seasons: int = 0
    archive: bool = False

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Arrived:
        """Make it again from what `as_dict` returned; what is missing has not arrived."""
        return cls(int(data.get("arrived", 0)), int(data.get("seasons", 0)), bool(data.get("archive", False)))

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self)


class DemoLibrary:
    """What lies on the demo's server, and what arrives there next.

    The ids of items follow from their paths, so a server that is built again with the same number of arrivals holds the
    same items under the same ids, as a restarted one would.
    """

    def __init__(self, simulator: JellyfinSimulator, so_far: Arrived) -> None:
        """Fill the server with what was there before, and with what has arrived so far."""
        self._simulator = simulator
        self.so_far = so_far
        self._films: SimLibrary = simulator.add_library("Films", "movies", announce=False)
        shows = simulator.add_library("Series", "tvshows", announce=False)
        self._series: SimItem = simulator.add_series(shows, "The Lighthouse Papers", 2019, announce=False)
        self._boxed: SimItem = simulator.add_series(shows, "The Tidekeepers", 2003, announce=False)
        for number in range(_THERE_BEFORE):
            name, year = _film(number)
            simulator.add_film(self._films, name, year=year, streams=_streams(number), announce=False)
        for number in range(_EPISODES_THERE_BEFORE):
            self._add_episode(number)
        for arrival in range(so_far.arrived):
            self._put_back(arrival)
        for season in range(1, so_far.seasons + 1):
            for episode, name in _season(season):
                streams = _streams(season + episode)
                simulator.add_episode(self._boxed, season, episode, name, streams=streams, announce=False)
        if so_far.archive:
            self._add_archive(announce=False)

    def allow_downloads(self, count: int) -> None:
        """Let the providers of subtitles give so many files from now on."""
        for provider in self._simulator.core.subtitle_providers:
            provider.quota = count

    def arrive(self) -> str:
        """Let the next file appear on the server's disk, and return what it is."""
        arrival = self.so_far.arrived
        self.so_far.arrived += 1
        if (number := _episode_of(arrival)) is not None:
            season, episode, name = _episode(number)
            self._simulator.write_episode(self._series, season, episode, name, streams=_streams(arrival))
            return f"{self._series.name} S{season:02}E{episode:02} · {name}"
        name, year = _film_of(arrival)
        self._simulator.write_film(self._films, name, year=year, streams=_streams(arrival))
        return f"{name} ({year})"

    def arrive_as_a_season(self) -> str:
        """Let a whole season appear on the server's disk, and return what it is."""
        self.so_far.seasons += 1
        season = self.so_far.seasons
        for episode, name in _season(season):
            self._simulator.write_episode(self._boxed, season, episode, name, streams=_streams(season + episode))
        return f"{self._boxed.name}, season {season}: {EPISODES_AT_ONCE} episodes"

    def put_back_the_archive(self) -> str:
        """Let the server have hundreds of films at once, as after a changed path, and return what they are."""
        self.so_far.archive = True
        self._add_archive(announce=True)
        return f"an archive of {FILMS_OF_THE_ARCHIVE} films"

    def _add_archive(self, *, announce: bool) -> None:
        for number in range(FILMS_OF_THE_ARCHIVE):
            name = f"Archive Reel {number + 1:03}"
            self._simulator.add_film(
                self._films, name, year=1920 + number % 40, streams=_streams(number), announce=announce
            )

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


def _season(season: int) -> Iterator[tuple[int, str]]:
    for episode in range(1, EPISODES_AT_ONCE + 1):
        yield episode, f"{_ADJECTIVES[(season * 7 + episode * 3) % 16]} {_NOUNS[(season * 4 + episode * 6) % 25]}"


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
