"""Whether what was fetched is a subtitle, and in the language it is said to be: pure, and in doubt for the file.

Everything here looks at each character a fixed number of times: what a provider gives may be made to be slow.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
import re
from typing import Final
import unicodedata

from .backends import CandidateRefusedError, FailureReason
from .languages import Language

# A film's worth of text is a tenth of a megabyte; the rest may be fonts.
LARGEST: Final = 10 * 1024 * 1024

_BYTE_ORDER_MARKS: Final = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}

_PAGES: Final = ("<!doctype", "<html", "<?xml")
_TIMING: Final = re.compile(
    r"(?:\d{1,3}:)?\d{1,2}:\d\d[,.]\d{1,3}\s*-->\s*(?:\d{1,3}:)?\d{1,2}:\d\d[,.]\d{1,3}", re.ASCII
)
_FRAMES: Final = re.compile(r"\{\d{1,9}\}\{\d{0,9}\}", re.ASCII)
_SYNC: Final = re.compile(r"<sync\b[^<>]*>", re.IGNORECASE)
_MARKUP: Final = re.compile(r"<[^<>]*>|\{[^{}]*\}|&\w+;|\\[Nnh]")

# A line of events has nine fields before its text, which may hold commas.
_FIELDS: Final = 9

# The script in which a language is written, where that is not the Latin one.
_SCRIPTS: Final[Mapping[str, frozenset[str]]] = {
    code: frozenset(scripts)
    for codes, *scripts in (
        ("ab av ba be bg ce cu cv kv ky mk os ru uk", "CYRILLIC"),
        ("ar fa ps ur", "ARABIC"),
        ("he yi", "HEBREW"),
        ("bh hi mr ne", "DEVANAGARI"),
        ("as bn", "BENGALI"),
        ("bo dz", "TIBETAN"),
        ("am ti", "ETHIOPIC"),
        ("dv", "THAANA"),
        ("el", "GREEK"),
        ("gu", "GUJARATI"),
        ("hy", "ARMENIAN"),
        ("ii", "YI"),
        ("ja", "HIRAGANA", "KATAKANA"),
        ("ka", "GEORGIAN"),
        ("km", "KHMER"),
        ("kn", "KANNADA"),
        ("ko", "HANGUL"),
        ("lo", "LAO"),
        ("ml", "MALAYALAM"),
        ("my", "MYANMAR"),
        ("or", "ORIYA"),
        ("si", "SINHALA"),
        ("ta", "TAMIL"),
        ("te", "TELUGU"),
        ("th", "THAI"),
        ("zh", "CJK"),
    )
    for code in codes.split()
}
_LATIN: Final = frozenset({"LATIN"})
_OF_SEVERAL_SCRIPTS: Final = frozenset(
    {"az", "bs", "cr", "iu", "kk", "ks", "ku", "mn", "oj", "pa", "pi", "sa", "sd", "sr", "tg", "tk", "tt", "ug", "uz"}
)

# Frequent characters that the other way to write Chinese does not have.
_CHARACTERS: Final = {
    "Hans": frozenset("这们来说时会对国个为过还没么后样开问间见现让给从发东长门车话认听谁吗"),
    "Hant": frozenset("這們來說時會對國個為過還沒麼後樣開問間見現讓給從發東長門車話認聽誰嗎"),
}

# Words that hardly a minute of speech goes without, and that few other languages have.
_WORDS: Final[Mapping[str, frozenset[str]]] = {
    code: frozenset(words.split())
    for code, words in {
        "cs": "se že jsem je není co tak jak jsi mě ale když už jen protože",
        "da": "og det er jeg ikke en på til har med for af hvad du kan vi",
        "de": "und ich nicht das ist sie wir ein mit auf auch aber haben",
        "en": "the you and that this what have with for not are was your",
        "es": "que el los por una para con está pero como más muy usted",
        "fi": "ja on ei se että en hän mitä olen minä niin sinä oli kun mutta",
        "fr": "je vous est pas les une que pour dans mais c'est avec nous",
        "hu": "a az nem és hogy egy is ez van de meg csak mit itt én",
        "it": "che non è di una per sono mi questo ho della gli anche",
        "nl": "het een niet ik je van dat zijn maar wat voor heb ook",
        "no": "og det er jeg ikke en på til har med for av hva du kan vi",
        "pl": "nie się że jest na co tak jak ale mnie czy już tylko",
        "pt": "que não um uma para com você mas está isso muito ele por",
        "ro": "și nu să este în pe ce la cu mai am dar pentru sunt un",
        "sv": "och det är jag inte att på som har med för den vad",
        "tr": "bir ve bu ne için çok ben mi ama var değil o da de",
    }.items()
}
_WORDED_LIKE: Final = {"nb": "no"}

# So much text says which language it is in; more of it need not be looked at.
_ENOUGH_CHARACTERS: Final = 20
_ENOUGH_LETTERS: Final = 400
_ENOUGH_WORDS: Final = 100
_LOOKED_AT: Final = 50_000

_WORD: Final = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def checked_format(data: bytes, language: Language) -> str:
    """Return the format of a subtitle, as the ending of its file; raises CandidateRefusedError if it is of no use."""
    if len(data) > LARGEST:
        raise CandidateRefusedError(FailureReason.TOO_LARGE, f"the file has {len(data)} bytes")
    text, is_unicode = _decoded(data)
    if not text.strip():
        raise CandidateRefusedError(FailureReason.EMPTY_FILE, "the file is empty")
    lines = [line.strip() for line in text.splitlines()]
    # No text has the character that fills archives and pictures; a file may lie in an archive as it is.
    if "\0" in text or (found := _format_of(lines)) is None:
        raise CandidateRefusedError(FailureReason.NOT_A_SUBTITLE, "the file is no subtitle")
    spoken = _MARKUP.sub(" ", "\n".join(_cues(lines, found))).strip()
    if not spoken:
        raise CandidateRefusedError(FailureReason.EMPTY_FILE, "the subtitle says nothing")
    if not _may_be_in(spoken[:_LOOKED_AT], language, is_unicode=is_unicode):
        raise CandidateRefusedError(FailureReason.WRONG_LANGUAGE, f"the subtitle is not in {language.name}")
    return found


def _decoded(data: bytes) -> tuple[str, bool]:
    """Return the text, and whether it is Unicode: what is not has the same digits, signs and letters of English."""
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding, errors="replace"), True
    try:
        return data.decode(), True
    except UnicodeDecodeError:
        return data.decode("latin-1"), False


def _format_of(lines: Sequence[str]) -> str | None:
    first = next(filter(None, lines)).lower()
    if first.startswith(_PAGES):
        return None
    if first.startswith("webvtt"):
        return "vtt"
    if first.startswith("<sami"):
        return "smi"
    if any(map(_TIMING.match, lines)):
        return "srt"
    sections = {line.lower() for line in lines if line.startswith("[")}
    if "[events]" in sections:
        return "ssa" if "[v4 styles]" in sections else "ass"
    return "sub" if any(map(_FRAMES.match, lines)) else None


def _cues(lines: Sequence[str], format: str) -> Iterable[str]:
    """Return what is said, one cue or line of it after the other."""
    match format:
        case "smi":
            return _SYNC.split("\n".join(lines))[1:]
        case "ass" | "ssa":
            events = (line.split(",", _FIELDS) for line in lines if line[:9].lower() == "dialogue:")
            return (fields[_FIELDS] for fields in events if len(fields) > _FIELDS)
        case "sub":
            return (line for line in lines if _FRAMES.match(line))
        case _:
            return _timed(lines)


def _timed(lines: Iterable[str]) -> Iterable[str]:
    is_cue = False
    for line in lines:
        if _TIMING.match(line):
            is_cue = True
        elif not line:
            is_cue = False
        elif is_cue and not line.isdecimal():
            yield line


def _may_be_in(text: str, language: Language, *, is_unicode: bool) -> bool:
    """Return whether a text may be in a language; only what is clearly in another one is not."""
    if len(language.code) > 2 or language.code in _OF_SEVERAL_SCRIPTS:
        return True
    letters = [letter for letter in text if letter.isalpha()]
    if len(letters) < _ENOUGH_LETTERS:
        return True
    scripts = _SCRIPTS.get(language.code, _LATIN)
    if not is_unicode:
        # Which of the old encodings it is cannot be seen, but how much of it is in the letters of English.
        plain = sum(map(str.isascii, letters)) / len(letters)
        return plain > 0.3 and _is_worded_like(text, language) if scripts is _LATIN else plain < 0.9
    if not _is_written_in(letters, scripts):
        return False
    return _is_worded_like(text, language) and _has_characters_of(text, language)


def _is_written_in(letters: Sequence[str], scripts: frozenset[str]) -> bool:
    found: Counter[str] = Counter()
    for letter, count in Counter(letters).items():
        found[unicodedata.name(letter, "").partition(" ")[0]] += count
    own = sum(found[script] for script in scripts)
    if "CJK" in scripts:
        # Japanese has the characters of Chinese, and more of its own.
        own -= found["HIRAGANA"] + found["KATAKANA"]
    return own * 5 >= len(letters)


def _is_worded_like(text: str, language: Language) -> bool:
    code, words = _WORDED_LIKE.get(language.code, language.code), _WORD.findall(text.lower())
    if code not in _WORDS or len(words) < _ENOUGH_WORDS:
        return True
    shares = {one: sum(word in known for word in words) / len(words) for one, known in _WORDS.items()}
    most = max(shares.values())
    return most < 0.1 or shares[code] * 4 >= most


def _has_characters_of(text: str, language: Language) -> bool:
    counts = {way: sum(letter in known for letter in text) for way, known in _CHARACTERS.items()}
    if language.variant not in counts or sum(counts.values()) < _ENOUGH_CHARACTERS:
        return True
    return counts[language.variant] * 4 >= max(counts.values())
