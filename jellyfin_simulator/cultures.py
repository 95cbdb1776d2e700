"""The languages that the server knows, and the codes by which it finds them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final


@dataclass(frozen=True, slots=True)
class Culture:
    """A language: its name, its tag of two letters or more, its codes of three, the one that is shown first."""

    name: str
    tag: str
    codes: tuple[str, ...]

    @property
    def stored(self) -> str:
        """What a subtitle file of that language is stored as: its code, or the tag where that tells more."""
        return self.tag.lower() if "-" in self.tag else self.codes[0]

    @property
    def answers_to(self) -> frozenset[str]:
        """All that it can be asked for by, in lower case."""
        return frozenset(word.lower() for word in (self.name, self.tag, *self.codes) if word)


_BOTH: Final = (
    ("Arabic", "ar", "ara"),
    ("Bulgarian", "bg", "bul"),
    ("Catalan; Valencian", "ca", "cat"),
    ("Chinese", "zh", "zho chi"),
    ("Chinese (Simplified)", "zh-CN", "zho chi"),
    ("Chinese (Traditional)", "zh-TW", "zho chi"),
    ("Croatian", "hr", "hrv"),
    ("Czech", "cs", "ces cze"),
    ("Danish", "da", "dan"),
    ("Dutch; Flemish", "nl", "nld dut"),
    ("English", "en", "eng"),
    ("Finnish", "fi", "fin"),
    ("French", "fr", "fra fre"),
    ("German", "de", "deu ger"),
    ("Greek, Modern (1453-)", "el", "ell gre"),
    ("Hebrew", "he", "heb"),
    ("Hindi", "hi", "hin"),
    ("Hungarian", "hu", "hun"),
    ("Italian", "it", "ita"),
    ("Japanese", "ja", "jpn"),
    ("Korean", "ko", "kor"),
    ("Norwegian", "no", "nor"),
    ("Persian", "fa", "fas per"),
    ("Polish", "pl", "pol"),
    ("Portuguese", "pt", "por"),
    ("Romanian", "ro", "ron rum"),
    ("Russian", "ru", "rus"),
    ("Slovak", "sk", "slk slo"),
    ("Spanish; Castilian", "es", "spa"),
    ("Spanish (Latin America)", "es-419", "spa"),
    ("Swedish", "sv", "swe"),
    ("Turkish", "tr", "tur"),
    ("Ukrainian", "uk", "ukr"),
)
_ONLY: Final = {
    False: (("Portuguese (Brazil)", "pt-BR", "pob"), ("Portuguese (Portugal)", "pt-PT", "pop")),
    True: (("Portuguese (Brazil)", "pt-BR", "por"), ("Portuguese (Portugal)", "pt-PT", "por"), ("Filipino", "", "fil")),
}


@cache
def cultures(*, is_twelve: bool) -> tuple[Culture, ...]:
    """Return the table: 10.11 has codes for what people speak in Brazil, and nothing that lacks a short code."""
    return tuple(Culture(name, tag, tuple(codes.split())) for name, tag, codes in (*_BOTH, *_ONLY[is_twelve]))


@cache
def _index(*, is_twelve: bool) -> Mapping[str, Culture]:
    found: dict[str, Culture] = {}
    for culture in cultures(is_twelve=is_twelve):
        for word in culture.answers_to:
            found.setdefault(word, culture)
    return found


def find_culture(word: str, *, is_twelve: bool) -> Culture | None:
    """Return the first language that answers to a name, a tag or a code, in any case."""
    return _index(is_twelve=is_twelve).get(word.lower())
