"""What people write into a list, in one line: pure."""

from collections.abc import Mapping
from dataclasses import dataclass
import re
from typing import Final
import unicodedata

# The name goes into an address, where a letter may take twelve bytes and a proxy often no more than 4,096.
LONGEST: Final = 250

# `Night Ferry (2021) [German, forced]`, `Harbor Lights S01E02 · The Pier [de]`, `Harbor Lights / S01`.
_LINE: Final = re.compile(r"(?P<what>[^\[\]]*\S)\s*(?:\[(?P<languages>[^\[\]]*)\]\s*)?")
_EPISODE: Final = re.compile(
    r"(?P<series>.*?\w.*?)[\s/·,:–-]+s(?P<season>\d{1,4})(?:\s*e(?P<episode>\d{1,4})(?!\d).*)?", re.IGNORECASE
)
_YEAR: Final = re.compile(r"(?P<name>.*\S)\s*\((?P<year>\d{4})\)")

# What may stand behind a language, as a list shows it → as it stands in the key of a want.
_KINDS: Final = {"forced": "forced", "either": "either", "sdh": "sdh", "no sdh": "no_sdh"}


@dataclass(frozen=True, slots=True)
class Wish:
    """Subtitles that somebody has written down: of a film, a series, a season or an episode.

    `languages` are as they were written, each with the kinds behind it as a want's key has them (`German;forced`); none
    where only the title was named.
    """

    name: str
    season_number: int | None = None
    episode_number: int | None = None
    languages: tuple[str, ...] = ()

    @property
    def is_part(self) -> bool:
        """Whether it is about a season or an episode."""
        return self.season_number is not None

    def means(self, name: str, year: int | None) -> bool:
        """Return whether a film or a series is the one that is named; the year may stand in its name or behind it."""
        if _plain(name) == _plain(self.name):
            return True
        match = _YEAR.fullmatch(self.name)
        return match is not None and _plain(name) == _plain(match["name"]) and year == int(match["year"])

    def counts(self, season: int | None, episode: int | None, last: int | None) -> bool:
        """Return whether an episode is one of those that are named; its file may hold several, from one to the last."""
        if season != self.season_number or self.episode_number is None:
            return season == self.season_number
        return episode is not None and episode <= self.episode_number <= max(episode, last or 0)

    @property
    def term(self) -> str:
        """What a server is asked for: the name, without a year that may not be part of it."""
        match = _YEAR.fullmatch(self.name)
        return match["name"] if match else self.name


def wish_from(line: str, kinds: Mapping[str, str] | None = None) -> Wish | None:
    """Return what somebody wants who writes that; None if nobody can tell.

    `kinds` are the words behind a language in which another list than an English one shows them, as a want's key has
    them (`für Hörgeschädigte`: `sdh`).
    """
    if len(line) > LONGEST or (match := _LINE.fullmatch(line.strip())) is None:
        return None
    known = {_plain(word): kind for word, kind in (kinds or {}).items()} | _KINDS
    languages: list[str] = []
    for word in (match["languages"] or "").split(","):
        if (kind := known.get(_plain(word))) is not None and languages:
            languages[-1] += f";{kind}"
        elif written := word.strip():
            languages.append(written)
    if match["languages"] is not None and not languages:
        return None
    if (episode := _EPISODE.fullmatch(match["what"])) is None:
        return Wish(match["what"], languages=tuple(languages))
    number = None if episode["episode"] is None else int(episode["episode"])
    return Wish(episode["series"].strip(), int(episode["season"]), number, tuple(languages))


def _plain(name: str) -> str:
    """Return what two ways to write a name share: neither case nor accents nor spaces make a difference."""
    letters = [letter for letter in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(letter)]
    return " ".join("".join(letters).split())
