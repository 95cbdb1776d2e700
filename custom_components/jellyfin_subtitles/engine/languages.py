"""Languages compared as languages, whichever of their codes a file, a server or a person uses.

A variant is kept as it is given: `en-GB` is English, but English is not `en-GB`. So wanted in general, a language is
satisfied by each of its variants; wanted as a variant, by that one alone, since a file that says only "Portuguese" does
not say which. Hence few variants are offered, and those of them that matter little (`en-US`, `de-DE`) not at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
import re
from typing import Final

from .language_table import CODES, NAMES, THREE_LETTERS, VARIANT_NAMES, VARIANTS

# Streams bear whatever somebody wrote into a file; real tags are far shorter.
_LONGEST: Final = 64

# A tag of BCP 47: language, extended languages (`zh-yue`), script, region, and more that makes no difference here.
_TAG: Final = re.compile(
    r"([a-z]{2,3})(?:-[a-z]{3}){0,3}(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?(?:-[0-9a-z]{1,8})*", re.ASCII
)

# Undetermined, uncoded, several languages, no language, and those for private use.
_NO_LANGUAGE: Final = re.compile(r"und|mis|mul|zxx|q[a-t][a-z]", re.ASCII)

# Where a script and a region are given, the script tells these apart; all others are written in one script.
_OF_SEVERAL_SCRIPTS: Final = frozenset(
    {"az", "bs", "kk", "ku", "mn", "ms", "pa", "sd", "sr", "tg", "ug", "uz", "yue", "zh"}
)

# Where Spanish is that of Latin America, as Unicode's locales have it.
_LATIN_AMERICA: Final = frozenset(
    {"AR", "BO", "BR", "BZ", "CL", "CO", "CR", "CU", "DO", "EC", "GT"}
    | {"HN", "MX", "NI", "PA", "PE", "PR", "PY", "SV", "US", "UY", "VE"}
)

# Regions that share one written form, which is what people choose and what servers tell apart.
_FORM_OF_REGION: Final = {
    "es": dict.fromkeys(_LATIN_AMERICA, "419"),
    "zh": dict.fromkeys(("HK", "MO", "TW"), "Hant") | dict.fromkeys(("CN", "MY", "SG"), "Hans"),
}

# Languages with codes of their own that are the wanted one to those who want it: Norwegian is written in two ways, and
# files that say no more than "Norwegian" are in Bokmål; Filipino is what Tagalog is called as a national language.
_ALSO: Final = {"nb": ("no",), "no": ("nb", "nn"), "tl": ("fil",)}

# What people read who speak a language that has few subtitles.
_READ_INSTEAD: Final = {"fil": "tl", "gsw": "de"}

# Countries that people name where their language is asked for, and whose code is no language.
_SPOKEN_IN: Final = {
    "at": "de",
    "cn": "zh-Hans",
    "cz": "cs",
    "dk": "da",
    "gb": "en",
    "gr": "el",
    "jp": "ja",
    "mx": "es-419",
    "ua": "uk",
    "us": "en",
    "vn": "vi",
}

# How alike two spellings are that may be meant for each other: "germn" and "german", but not "klingon" and "kongo".
_CLOSE: Final = 0.7


@dataclass(frozen=True, slots=True)
class Language:
    """A language, in general or in one variant.

    `code` is that of ISO 639-1 where there is one, otherwise three letters; `variant` is the script (`Hant`) or the
    region (`BR`, `419`) by which BCP 47 tells it from others of the same code.
    """

    code: str
    variant: str | None = None

    @property
    def tag(self) -> str:
        """The language as BCP 47 writes it: `en`, `pt-BR`, `zh-Hant`."""
        return self.code if self.variant is None else f"{self.code}-{self.variant}"

    @property
    def iso_639_2(self) -> str:
        """The code of three letters, the terminological one where there are two."""
        return THREE_LETTERS.get(self.code, self.code)

    @property
    def name(self) -> str:
        """The English name, with what tells the variant in brackets; a code that is not in the table names itself."""
        name = NAMES.get(self.code, (self.code,))[0]
        return name if self.variant is None else f"{name} ({VARIANT_NAMES.get(self.variant, self.variant)})"


def parse_language(value: str | None) -> Language | None:
    """Return the language of a code of ISO 639 or a tag of BCP 47, in any case and with `-` or `_`; None if it is none.

    Three letters that the table does not know are taken for a language of their own; what says that the language is not
    known, not one, or not any (`und`, `mul`, `zxx`, …) is None like nonsense.
    """
    return None if value is None or len(value) > _LONGEST else _parse(value)


def language_named(value: str) -> Language | None:
    """Return the language of a code, a tag or a name (`de`, `pt-BR`, `German`); None if it is none."""
    return parse_language(value) or _NAMED.get(value.strip().casefold())


def satisfies(present: Language, wanted: Language) -> bool:
    """Return whether who wants the one is served by the other."""
    if wanted.variant is not None:
        return present == wanted
    return present.code == wanted.code or present.code in _ALSO.get(wanted.code, ())


def default_language(ha_language: str) -> Language | None:
    """Return which of LANGUAGES somebody wants, in all likelihood, who uses Home Assistant in this language.

    A variant that is not offered is reduced to its language, so that "English (UK)" does not mean that every file lacks
    subtitles which does not say in so many words that they are British.
    """
    language = parse_language(ha_language)
    if language is None or language in _OFFERED:
        return language
    plain = Language(_READ_INSTEAD.get(language.code, language.code))
    return plain if plain in _OFFERED else None


def nearest(value: str, names: Mapping[str, Language] | None = None) -> Language | None:
    """Return which of LANGUAGES somebody may have meant who wrote this code or name, None if there is no telling.

    `names`, in lower case, are those in another language than English, which may have been meant as well.
    """
    written = value.strip().casefold().replace("_", "-")
    if len(written) > _LONGEST:
        return None
    if (language := default_language(written)) is not None:
        return language
    known = {**(names or {}), **_WRITTEN}
    match = get_close_matches(written, known, n=1, cutoff=_CLOSE)
    return known[match[0]] if match else None


@lru_cache(maxsize=1024)
def _parse(value: str) -> Language | None:
    match = _TAG.fullmatch(value.strip().lower().replace("_", "-"))
    if match is None or _NO_LANGUAGE.fullmatch(match[1]):
        return None
    code, _, variant = CODES.get(match[1], match[1] if len(match[1]) == 3 else "").partition("-")
    if not code:
        return None
    script, region = (match[2] or "").title(), (match[3] or "").upper()
    if region and code not in _OF_SEVERAL_SCRIPTS:
        script = ""
    return Language(code, script or _FORM_OF_REGION.get(code, {}).get(region, region) or variant or None)


# What people may choose, by name.
LANGUAGES: Final = tuple(
    sorted(
        (*map(Language, NAMES), *(Language(*tag.split("-")) for tag in VARIANTS)),
        key=lambda language: language.name.casefold(),
    )
)
_OFFERED: Final = frozenset(LANGUAGES)

# Name → the language.
_NAMED: Final = {
    **{name.casefold(): Language(code) for code, names in NAMES.items() for name in names},
    **{language.name.casefold(): language for language in LANGUAGES},
}

# All that may be meant by what somebody writes → the language.
_WRITTEN: Final = {
    **_NAMED,
    **{code: language for code, tag in CODES.items() if (language := default_language(tag))},
    **{country: language for country, tag in _SPOKEN_IN.items() if (language := default_language(tag))},
}
