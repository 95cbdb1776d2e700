"""What a household wants, and what a file lacks of it: pure decisions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .jellyfin import MediaItem, MediaStream, StreamKind
from .languages import Language, parse_language, satisfies
from .models import Needs
from .wants import Want


@dataclass(frozen=True, slots=True)
class Household:
    """What the people want: in which languages they read, and of which kinds of media they want to hear."""

    languages: tuple[Language, ...] = ()
    films: bool = True
    episodes: bool = True


def assess(item: MediaItem, wanted: Sequence[Language]) -> tuple[Needs, ...]:
    """Say for each version of an item, its own file first, which of the wanted languages its subtitles lack.

    A forced track translates a few signs and foreign words only, and images can be neither restyled nor translated, so
    that neither counts; one for the hard of hearing has all that is spoken. A language that is not stated counts for
    nothing: it may be any.
    """
    needs = {item.item_id: _needs(item.item_id, item.path, item.streams, wanted)}
    for source in item.sources:
        if source.source_id not in needs:
            needs[source.source_id] = _needs(source.source_id, source.path, source.streams, wanted)
    return tuple(needs.values())


def _needs(source_id: str, path: str | None, streams: Iterable[MediaStream], wanted: Sequence[Language]) -> Needs:
    """Return what one file has, and what it lacks."""
    languages = dict.fromkeys(
        language
        for stream in streams
        if _is_readable(stream) and (language := parse_language(stream.language)) is not None
    )
    present = tuple([language.tag for language in languages])
    missing = dict.fromkeys(
        [want.tag for want in wanted if not any(satisfies(language, want) for language in languages)]
    )
    wants = tuple([Want(want) for want in wanted if want.tag in missing])
    return Needs(source_id, path, tuple(missing), present, translatable_from=present, wants=wants)


def _is_readable(stream: MediaStream) -> bool:
    """Return whether a stream is what people mean by subtitles: all that is spoken, as text."""
    return stream.kind is StreamKind.SUBTITLE and stream.is_text and not stream.is_forced
