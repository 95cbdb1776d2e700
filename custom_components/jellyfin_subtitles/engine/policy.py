"""What a household wants, and what a file lacks of it: pure decisions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from .jellyfin import MediaItem, MediaStream, StreamKind
from .languages import Language, parse_language
from .models import Needs
from .profiles import DEFAULT_BACKENDS, Profile, by_key, lacking
from .wants import Want


@dataclass(frozen=True, slots=True)
class Household:
    """What the people want: in which languages they read, and of which kinds of media they want to hear.

    The profiles say it more exactly, each of some libraries. What none of them names is left to those that name none,
    and where there is none of these either, to the languages.
    """

    languages: tuple[Language, ...] = ()
    films: bool = True
    episodes: bool = True
    profiles: tuple[Profile, ...] = ()
    _others: tuple[Profile, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Settle who speaks for the libraries that no profile names."""
        others = tuple(profile for profile in self.profiles if profile.libraries is None)
        object.__setattr__(self, "_others", others or (Profile("", tuple(map(Want, self.languages))),))

    @property
    def tells_libraries_apart(self) -> bool:
        """Whether what is wanted of a file depends on its library."""
        return any(profile.libraries is not None for profile in self.profiles)

    def profiles_for(self, library_id: str | None) -> tuple[Profile, ...]:
        """Return the profiles of a library; of one that is not known, none where that makes a difference."""
        named = tuple([one for one in self.profiles if one.libraries is not None and library_id in one.libraries])
        if named or (library_id is None and self.tells_libraries_apart):
            return named
        return self._others

    def wants_for(self, library_id: str | None) -> tuple[Want, ...]:
        """Return what is wanted of the files in a library, each key once."""
        return tuple(by_key(self.profiles_for(library_id)).values())

    def want_of(self, key: str) -> Want:
        """Return the want that has a key, as the first profile has it, or else plainly; raises ValueError if none can.

        That is for what a person has asked for: it does not have to be wanted of the library in question.
        """
        return by_key((*self.profiles, *self._others)).get(key) or Want.from_text(key)

    @property
    def wanted_languages(self) -> tuple[Language, ...]:
        """The languages in which somebody wants subtitles, wherever a file is."""
        wants = by_key((*self.profiles, *self._others)).values()
        return tuple(dict.fromkeys([want.language for want in wants]))

    @property
    def wants_nothing(self) -> bool:
        """Whether nobody wants any subtitles, wherever a file is."""
        return not self.wanted_languages

    def backends_for(self, library_id: str | None, want_key: str) -> tuple[str, ...]:
        """Return who is asked for a want, in order: the server's own search where no profile has it."""
        profiles = [one for one in self.profiles_for(library_id) if any(want.key == want_key for want in one.wants)]
        return tuple(dict.fromkeys(name for one in profiles for name in one.backends)) or DEFAULT_BACKENDS


def assess(item: MediaItem, profiles: Sequence[Profile], now: datetime) -> tuple[Needs, ...]:
    """Say for each version of an item, its own file first, which of the profiles' wants its subtitles do not serve.

    What is present is what can be read in full: a forced track translates a few signs and foreign words only, and
    images can be neither restyled nor translated; a track for the hard of hearing has all that is spoken. A language
    that is not stated counts for nothing: it may be any. Of a lean item nothing can be said.
    """
    if item.is_lean:
        return ()
    needs = {item.item_id: _needs(item, item.item_id, item.path, item.streams, profiles, now)}
    for source in item.sources:
        if source.source_id not in needs:
            needs[source.source_id] = _needs(item, source.source_id, source.path, source.streams, profiles, now)
    return tuple(needs.values())


def may_lack(needs: Sequence[Needs], profiles: Iterable[Profile]) -> bool:
    """Return whether it is worth asking for something; of what was not assessed, that is everything wanted."""
    return any(one.missing for one in needs) if needs else any(profile.wants for profile in profiles)


def _needs(
    item: MediaItem,
    source_id: str,
    path: str | None,
    streams: Sequence[MediaStream],
    profiles: Sequence[Profile],
    now: datetime,
) -> Needs:
    """Return what one file has, and what it lacks."""
    present = tuple(dict.fromkeys([language.tag for language in _readable(streams)]))
    wants = lacking([profile for profile in profiles if profile.covers(item, path, now)], streams)
    missing = tuple(dict.fromkeys([want.language.tag for want in wants]))
    return Needs(source_id, path, missing, present, translatable_from=present, wants=wants)


def _readable(streams: Iterable[MediaStream]) -> Iterable[Language]:
    """Return the languages of what people mean by subtitles: all that is spoken, as text."""
    return [
        language
        for stream in streams
        if stream.kind is StreamKind.SUBTITLE
        and stream.is_text
        and not stream.is_forced
        and (language := parse_language(stream.language)) is not None
    ]
