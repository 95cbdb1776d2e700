"""One kind of subtitles that somebody wants of a file, and whether a track is that kind: pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from .jellyfin import MediaStream, StreamKind
from .languages import Language, parse_language, satisfies


class TrackKind(StrEnum):
    """What a track translates: all that is spoken, or only the signs and the few words in another language."""

    NORMAL = "normal"
    FORCED = "forced"
    EITHER = "either"


class HearingImpaired(StrEnum):
    """Whether a track should also write down what is heard besides speech."""

    WANTED = "wanted"
    ACCEPTED = "accepted"
    REFUSED = "refused"


_LENIENT = "lenient"
_IMAGES = "images"
_NO_MACHINES = "no_machines"
_UNLESS_SPOKEN = "unless_spoken"
_HEARING_IMPAIRED = {HearingImpaired.WANTED: "sdh", HearingImpaired.REFUSED: "no_sdh"}


@dataclass(frozen=True, slots=True)
class Want:
    """Subtitles as they are wanted.

    `lenient`: another variant of the language does as well. `images`: a track of pictures does as well. `machines`:
    what a machine has translated may be fetched; of a track that is there nobody can tell. `unless_spoken`: who hears
    this language in the file does not read it. `key` tells it from the other wants of a file: `de`, `pt-BR`,
    `en;forced`, `fr;sdh`.
    """

    language: Language
    kind: TrackKind = TrackKind.NORMAL
    hearing_impaired: HearingImpaired = HearingImpaired.ACCEPTED
    lenient: bool = False
    images: bool = False
    machines: bool = True
    unless_spoken: bool = False
    key: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make the key once: it is asked for with each of 100,000 files."""
        kind = () if self.kind is TrackKind.NORMAL else (self.kind.value,)
        heard = () if self.hearing_impaired is HearingImpaired.ACCEPTED else (_HEARING_IMPAIRED[self.hearing_impaired],)
        object.__setattr__(self, "key", ";".join((self.language.tag, *kind, *heard)))

    def as_text(self) -> str:
        """Return all of it in one word, as it is stored."""
        flags = (
            (self.lenient, _LENIENT),
            (self.images, _IMAGES),
            (not self.machines, _NO_MACHINES),
            (self.unless_spoken, _UNLESS_SPOKEN),
        )
        return ";".join((self.key, *(word for is_set, word in flags if is_set)))

    @classmethod
    def from_text(cls, value: str) -> Want:
        """Make it again from what `as_text` returned; raises ValueError on anything else."""
        tag, *words = value.split(";")
        language = parse_language(tag)
        if language is None:
            raise ValueError("not a language")
        want = cls(
            language,
            next((TrackKind(word) for word in words if word in _KINDS), TrackKind.NORMAL),
            next((heard for heard, word in _HEARING_IMPAIRED.items() if word in words), HearingImpaired.ACCEPTED),
            _LENIENT in words,
            _IMAGES in words,
            _NO_MACHINES not in words,
            _UNLESS_SPOKEN in words,
        )
        if want.as_text() != value:
            raise ValueError("not a want")
        return want


_KINDS = frozenset({TrackKind.FORCED.value, TrackKind.EITHER.value})


def fulfils(stream: MediaStream, want: Want) -> bool:
    """Return whether a track is what is wanted; one whose language is not stated may be in any, so it is not."""
    if stream.kind is not StreamKind.SUBTITLE or not (stream.is_text or want.images):
        return False
    if want.kind is not TrackKind.EITHER and stream.is_forced is not (want.kind is TrackKind.FORCED):
        return False
    if want.hearing_impaired is not HearingImpaired.ACCEPTED and (
        stream.is_hearing_impaired is not (want.hearing_impaired is HearingImpaired.WANTED)
    ):
        return False
    language = parse_language(stream.language)
    return language is not None and speaks(language, want)


def speaks(language: Language, want: Want) -> bool:
    """Return whether a language is the one that is wanted."""
    if want.lenient:
        return satisfies(language, Language(want.language.code))
    return satisfies(language, want.language)


def serves(streams: Iterable[MediaStream], want: Want) -> bool:
    """Return whether the streams of a file give what is wanted, or make it needless by what is spoken.

    A voice whose language is not stated may speak any: the subtitles are wanted nevertheless.
    """
    for stream in streams:
        if stream.kind is StreamKind.SUBTITLE:
            if fulfils(stream, want):
                return True
        elif want.unless_spoken and stream.kind is StreamKind.AUDIO:
            language = parse_language(stream.language)
            if language is not None and speaks(language, want):
                return True
    return False
