"""Whether what was fetched is a subtitle, and in the language it is said to be: pure, and in doubt for the file."""

from collections import Counter
from collections.abc import Mapping
import re
from typing import Final
import unicodedata

from .languages import Language

# A film's worth of text is a tenth of a megabyte.
LARGEST: Final = 10 * 1024 * 1024

_BYTE_ORDER_MARKS: Final = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}

# By then the first cue has come: styles and fonts may stand before it.
_HEAD: Final = 512 * 1024

# What only a cue of each format looks like; the first one that fits decides.
_FORMATS: Final = {
    "vtt": re.compile(r"\s*WEBVTT\b.*?-->", re.DOTALL),
    "ass": re.compile(r".*?\[Script Info\].*?^Dialogue:", re.DOTALL | re.IGNORECASE | re.MULTILINE),
    "smi": re.compile(r".*?<SAMI>.*?<SYNC\b", re.DOTALL | re.IGNORECASE),
    "srt": re.compile(r".*?^[ \t]*\d+:\d\d:\d\d[,.]\d{1,3}[ \t]*-->[ \t]*\d+:\d\d:\d\d", re.DOTALL | re.MULTILINE),
    "sub": re.compile(r"\s*\{\d+\}\{\d+\}.*\S"),
}

# The script in which a language is written, where that is not the Latin one; of some, more than one is in use.
_SCRIPTS: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(("be", "bg", "kk", "ky", "mk", "mn", "ru", "tg", "uk"), frozenset({"CYRILLIC"})),
    **dict.fromkeys(("ar", "fa", "ps", "ur"), frozenset({"ARABIC"})),
    **dict.fromkeys(("he", "yi"), frozenset({"HEBREW"})),
    **dict.fromkeys(("hi", "mr", "ne"), frozenset({"DEVANAGARI"})),
    "bn": frozenset({"BENGALI"}),
    "el": frozenset({"GREEK"}),
    "hy": frozenset({"ARMENIAN"}),
    "ja": frozenset({"CJK", "HIRAGANA", "KATAKANA"}),
    "ka": frozenset({"GEORGIAN"}),
    "ko": frozenset({"HANGUL"}),
    "ta": frozenset({"TAMIL"}),
    "te": frozenset({"TELUGU"}),
    "th": frozenset({"THAI"}),
    "zh": frozenset({"CJK"}),
}
_LATIN: Final = frozenset({"LATIN"})
_OF_SEVERAL_SCRIPTS: Final = frozenset({"az", "bs", "ku", "pa", "sd", "sr", "ug", "uz"})

# Words that hardly a minute of speech goes without, and that few other languages have.
_WORDS: Final[Mapping[str, frozenset[str]]] = {
    code: frozenset(words.split())
    for code, words in {
        "de": "und ich nicht das ist sie wir ein mit auf auch aber haben",
        "en": "the you and that this what have with for not are was your",
        "es": "que el los por una para con está pero como más muy usted",
        "fr": "je vous est pas les une que pour dans mais c'est avec nous",
        "it": "che non è di una per sono mi questo ho della gli anche",
        "nl": "het een niet ik je van dat zijn maar wat voor heb ook",
        "pl": "nie się że jest na co tak jak ale mnie czy już tylko",
        "pt": "que não um uma para com você mas está isso muito ele por",
        "sv": "och det är jag inte att på som har med för den vad",
    }.items()
}

# So much text, in letters and in words, says which language it is in.
_ENOUGH_LETTERS: Final = 400
_ENOUGH_WORDS: Final = 100

_MARKUP: Final = re.compile(r"<[^>]*>|\{[^}]*\}|&\w+;")
_WORD: Final = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def format_of(data: bytes) -> str | None:
    """Return the format of a subtitle, as the ending of its file; None for anything else."""
    text = _decoded(data[:_HEAD])
    return next((name for name, cue in _FORMATS.items() if cue.match(text)), None)


def may_be_in(data: bytes, language: Language) -> bool:
    """Return whether a subtitle may be in a language; only what is clearly in another one is not."""
    try:
        text = _MARKUP.sub(" ", data.decode(_encoding(data) or "utf-8"))
    except UnicodeDecodeError:
        # One of the old encodings: which one, only the language would tell.
        return True
    return _is_written_like(text, language) and _is_worded_like(text, language)


def _is_written_like(text: str, language: Language) -> bool:
    if language.code in _OF_SEVERAL_SCRIPTS:
        return True
    letters = [letter for letter in text[: _ENOUGH_LETTERS * 50] if letter.isalpha()]
    if len(letters) < _ENOUGH_LETTERS:
        return True
    scripts = Counter(unicodedata.name(letter, "").partition(" ")[0] for letter in letters)
    own = sum(scripts[script] for script in _SCRIPTS.get(language.code, _LATIN))
    return own * 5 >= len(letters)


def _is_worded_like(text: str, language: Language) -> bool:
    words = _WORD.findall(text.lower())
    if language.code not in _WORDS or len(words) < _ENOUGH_WORDS:
        return True
    shares = {code: sum(word in known for word in words) / len(words) for code, known in _WORDS.items()}
    most = max(shares.values())
    return most < 0.1 or shares[language.code] * 4 >= most


def _decoded(data: bytes) -> str:
    """Return the text well enough to see its form: what is not Unicode has the same digits and signs."""
    return data.decode(_encoding(data) or "latin-1", errors="replace")


def _encoding(data: bytes) -> str | None:
    return next((name for mark, name in _BYTE_ORDER_MARKS.items() if data.startswith(mark)), None)
