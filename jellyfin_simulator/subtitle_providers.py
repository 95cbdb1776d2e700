"""Providers of subtitles: what they offer, and all the ways in which they let people down."""

from dataclasses import dataclass
from enum import StrEnum
import re
from typing import Final

from .answers import Json
from .clock import Clock, sleep
from .cultures import find_culture
from .ids import derived_id
from .library import SimItem

SUBTITLE_TEXT: Final = "1\n00:00:01,000 --> 00:00:03,000\nThe ferry leaves at nine.\n"
_SPLITS_AT_HYPHENS: Final = "Open Subtitles"
_ID: Final = re.compile(r"\w+-(?P<language>.+?)-(?P<number>\d+)(-sdh)?(-forced)?")


class ProviderError(Exception):
    """The provider did not do what it was asked for; the server tells nobody why."""


class Behaviour(StrEnum):
    """How a provider behaves.

    `EMPTY` finds nothing, `THROW` and `RATELIMIT` fail at everything, `GETFAIL` finds and fails to fetch (as without
    quota), `NULLSTREAM` fetches a file of no bytes, `SLOW` does everything in its own time.
    """

    OK = "ok"
    EMPTY = "empty"
    THROW = "throw"
    RATELIMIT = "ratelimit"
    GETFAIL = "getfail"
    NULLSTREAM = "nullstream"
    SLOW = "slow"


_FINDS: Final = frozenset({Behaviour.OK, Behaviour.GETFAIL, Behaviour.NULLSTREAM, Behaviour.SLOW})
_FETCHES: Final = frozenset({Behaviour.OK, Behaviour.NULLSTREAM, Behaviour.SLOW})


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A subtitle that a provider has for one item, or for every one; `row_id` replaces the id it would have."""

    number: int
    language: str
    item_id: str | None
    name: str
    content: bytes
    format: str = "srt"
    rating: float = 8.0
    downloads: int = 100
    is_hash_match: bool = False
    is_ai_translated: bool = False
    is_machine_translated: bool = False
    is_forced: bool = False
    is_hearing_impaired: bool = False
    row_id: str | None = None

    def provider_id(self, language: str) -> str:
        """Return the provider's id of it, which holds the language as it was asked for."""
        flags = ("-sdh" if self.is_hearing_impaired else "") + ("-forced" if self.is_forced else "")
        return self.row_id or f"{self.format}-{language}-{self.number}{flags}"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file from a provider, in the language that its id names."""

    candidate: Candidate
    language: str
    content: bytes


class SubtitleProvider:
    """One provider. `quota` is how many more files it gives, None is no limit; `slowness` is in seconds."""

    def __init__(self, name: str, clock: Clock, *, is_twelve: bool) -> None:
        """Offer nothing yet."""
        self.name = name
        self.candidates: list[Candidate] = []
        self.quota: int | None = None
        self.slowness = 8.0
        self._clock = clock
        self._is_twelve = is_twelve
        self._count = 0
        self._behaviours: dict[str | Candidate | None, Behaviour] = {None: Behaviour.OK}

    @property
    def prefix(self) -> str:
        """What the ids of its candidates begin with."""
        return derived_id(self.name.lower())

    def offer(
        self,
        language: str,
        item: SimItem | None = None,
        *,
        name: str | None = None,
        text: str | bytes = SUBTITLE_TEXT,
        format: str = "srt",
        rating: float = 8.0,
        downloads: int = 100,
        is_hash_match: bool = False,
        is_ai_translated: bool = False,
        is_machine_translated: bool = False,
        is_forced: bool = False,
        is_hearing_impaired: bool = False,
        row_id: str | None = None,
    ) -> Candidate:
        """Have a subtitle in that language from now on, for that item or for every one."""
        self._count += 1
        candidate = Candidate(
            self._count,
            language,
            None if item is None else item.item_id,
            name or f"Release {self._count}",
            text.encode() if isinstance(text, str) else text,
            format,
            rating,
            downloads,
            is_hash_match,
            is_ai_translated,
            is_machine_translated,
            is_forced,
            is_hearing_impaired,
            row_id,
        )
        self.candidates.append(candidate)
        return candidate

    def withdraw(self, candidate: Candidate) -> None:
        """Have that subtitle no longer: it is not found, and cannot be fetched by an id from before."""
        self.candidates.remove(candidate)

    def behave(
        self, behaviour: Behaviour | str, *, language: str | None = None, candidate: Candidate | None = None
    ) -> None:
        """Behave like that: towards one candidate, else towards one language, else in general."""
        key = candidate if candidate is not None else None if language is None else self._key(language)
        self._behaviours[key] = Behaviour(behaviour)

    async def search(self, item: SimItem, language: str) -> list[Json]:
        """Return the `RemoteSubtitleInfo` of each candidate in that language, which may be given in any way."""
        behaviour = self._behaviours.get(key := self._key(language), self._behaviours[None])
        await self._take_time(behaviour)
        if behaviour is Behaviour.EMPTY:
            return []
        if behaviour not in _FINDS:
            raise ProviderError(behaviour)
        return [
            self._describe(candidate, language)
            for candidate in self.candidates
            if self._key(candidate.language) == key
            and candidate.item_id in (None, item.item_id)
            and self._behaviours.get(candidate) is not Behaviour.EMPTY
        ]

    async def fetch(self, provider_id: str) -> Fetched:
        """Return a file by the provider's id; Open Subtitles cannot take apart one whose language has a hyphen."""
        match = _ID.fullmatch(provider_id)
        if match is None or ("-" in match["language"] and self.name == _SPLITS_AT_HYPHENS):
            raise ProviderError(provider_id)
        language = match["language"]
        candidate = next((one for one in self.candidates if one.provider_id(language) == provider_id), None)
        if candidate is None:
            raise ProviderError(provider_id)
        general = self._behaviours.get(self._key(language), self._behaviours[None])
        behaviour = self._behaviours.get(candidate, general)
        await self._take_time(behaviour)
        if behaviour not in _FETCHES or self.quota == 0:
            raise ProviderError(behaviour)
        if self.quota is not None:
            self.quota -= 1
        return Fetched(candidate, language, b"" if behaviour is Behaviour.NULLSTREAM else candidate.content)

    async def _take_time(self, behaviour: Behaviour) -> None:
        if behaviour is Behaviour.SLOW:
            await sleep(self._clock, self.slowness)

    def _key(self, language: str) -> str:
        """Return one word for all the ways to name a language."""
        culture = find_culture(language, is_twelve=self._is_twelve)
        return language.lower() if culture is None else culture.name

    def _describe(self, candidate: Candidate, language: str) -> Json:
        return {
            "ThreeLetterISOLanguageName": language,
            "Id": f"{self.prefix}_{candidate.provider_id(language)}",
            "ProviderName": self.name,
            "Name": candidate.name,
            "Format": candidate.format,
            "Author": "somebody",
            "Comment": "",
            "DateCreated": "2024-01-01T12:00:00.0000000Z",
            "CommunityRating": candidate.rating,
            "FrameRate": 23.976,
            "DownloadCount": candidate.downloads,
            "IsHashMatch": candidate.is_hash_match,
            "AiTranslated": candidate.is_ai_translated,
            "MachineTranslated": candidate.is_machine_translated,
            "Forced": candidate.is_forced,
            "HearingImpaired": candidate.is_hearing_impaired,
        }
