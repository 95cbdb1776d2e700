"""Jellyfin's own search: the server's providers find subtitles, and its own upload lays them beside the film.

The server answers a failed download like one that worked, so a file is fetched, looked at and uploaded instead.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ..jellyfin import (
    JellyfinAuthenticationError,
    JellyfinClient,
    JellyfinError,
    JellyfinForbiddenError,
    JellyfinNotFoundError,
    JellyfinNotJellyfinError,
    JellyfinRedirectError,
    JellyfinResponseError,
    JellyfinRouteError,
    RemoteSubtitle,
)
from ..languages import Language
from ..subtitle_check import checked_format
from ..wants import HearingImpaired, TrackKind, Want
from . import BackendError, BackendUnavailableError, Candidate, CandidateRefusedError, FailureReason, Subtitle, Task

NAME: Final = "jellyfin"

# A row that stands for a search under way, as some plugins have it, is no subtitle.
_PLACEHOLDER: Final = "search_in_progress"

# How variants are called where the server knows them: when a file is asked for, and in the name of one.
_TAGS: Final = {
    Language("es", "419"): "es-419",
    Language("fr", "CA"): "fr-ca",
    Language("pt", "BR"): "pt-br",
    Language("pt", "PT"): "pt-pt",
    Language("zh", "Hans"): "zh-cn",
    Language("zh", "Hant"): "zh-tw",
}

# Codes of three letters for variants, which servers before version 12 have.
_CODES_BEFORE_12: Final = {Language("pt", "BR"): "pob", Language("pt", "PT"): "pop"}

# Its ids cannot be read again where the language in them has a hyphen: such a file is found and cannot be fetched. What
# it makes of a name is the same as of the tag; two languages in general are to it the variant that most people read.
_SPLITS_AT_HYPHENS: Final = "Open Subtitles"
_WITHOUT_HYPHENS: Final = {
    Language("es", "419"): "Spanish (Latin America)",
    Language("fr", "CA"): "French (Canada)",
    Language("pt", "BR"): "Portuguese (Brazil)",
    Language("pt", "PT"): "por",
    Language("zh", "Hans"): "zho",
    Language("zh", "Hant"): "Chinese (Traditional)",
}

# Refusals of a request as such, before any provider was asked.
_NOT_THIS_WAY: Final = frozenset({400, 405, 415})


class JellyfinSearch:
    """Asks the providers that are installed on the server."""

    name = NAME

    # The server looks into the folder when it is this file's turn.
    looks: Sequence[float] = (1.0, 3.0, 10.0, 30.0, 120.0)

    def __init__(self, client: JellyfinClient) -> None:
        """Take the server."""
        self._client = client

    async def search(self, task: Task) -> Sequence[Candidate]:
        """Return what the providers have, the best first."""
        try:
            code = await self._code(task.want)
            rows = await self._rows(task, code)
            if not rows and not await self._client.subtitles.providers():
                raise BackendUnavailableError(FailureReason.NO_PROVIDER, "no provider of subtitles is installed")
            usable = [row for row in rows if "-" not in code or row.provider != _SPLITS_AT_HYPHENS]
            if rows and not usable:
                again = await self._rows(task, _WITHOUT_HYPHENS[task.want.language])
                usable = [row for row in again if row.provider == _SPLITS_AT_HYPHENS]
        except JellyfinForbiddenError as err:
            raise BackendUnavailableError(FailureReason.NO_RIGHT, str(err)) from err
        except JellyfinNotFoundError:
            # What has just been there is gone, or no video: the next look at the file shows which.
            return ()
        if rows and not usable:
            raise BackendUnavailableError(
                FailureReason.LANGUAGE_IMPOSSIBLE, f"{_SPLITS_AT_HYPHENS} finds {code} and cannot fetch it"
            )
        return rank([row for row in usable if _PLACEHOLDER not in row.subtitle_id], task.want)

    async def fetch(self, task: Task, candidate: Candidate) -> Subtitle:
        """Get a file through the server, and look at it."""
        try:
            data = await self._client.subtitles.fetch(candidate.subtitle_id)
        except JellyfinResponseError as err:
            # Whatever went wrong with the provider is a 500 in words. A route that is not there says nothing about the
            # provider, so that the server may fetch what cannot be handed to us.
            if isinstance(err, JellyfinRouteError) or err.status in _NOT_THIS_WAY:
                return Subtitle(candidate, "", None)
            raise _refusal(err, CandidateRefusedError(_why_not_fetched(err), str(err))) from err
        return Subtitle(candidate, checked_format(data, task.want.language), data)

    async def deliver(self, task: Task, subtitle: Subtitle) -> None:
        """Lay a file beside the film, or have the server fetch it."""
        candidate, language = subtitle.candidate, task.want.language
        try:
            if subtitle.data is None:
                await self._client.subtitles.download(task.item_id, candidate.subtitle_id)
                return
            await self._client.subtitles.upload(
                task.item_id,
                subtitle.data,
                language=language.iso_639_2 if task.want.lenient else _TAGS.get(language, language.iso_639_2),
                format=subtitle.format,
                is_forced=candidate.is_forced,
                is_hearing_impaired=candidate.is_hearing_impaired,
            )
        except JellyfinResponseError as err:
            raise _refusal(err, BackendError(FailureReason.NOT_ACCEPTED, str(err))) from err

    async def _rows(self, task: Task, code: str) -> Sequence[RemoteSubtitle]:
        """Ask the providers; of a further version of a film, servers before version 12 know too little to do that.

        What is found for the film itself may be used for it then, but was not made for this very file.
        """
        rows = await self._client.subtitles.search(task.item_id, code)
        if rows or task.primary_id == task.item_id or not await self._is_before_12():
            return rows
        rows = await self._client.subtitles.search(task.primary_id, code)
        return [replace(row, is_hash_match=False) for row in rows]

    async def _code(self, want: Want) -> str:
        """Return what the server calls a language when it searches."""
        language = want.language
        if language.variant is None or want.lenient:
            if len(language.code) == 2:
                return language.iso_639_2
            if await self._is_before_12():
                # It would not read the language in the name of the file either.
                raise BackendUnavailableError(FailureReason.LANGUAGE_IMPOSSIBLE, f"the server lacks {language.tag}")
            return language.code
        if language not in _TAGS:
            raise BackendUnavailableError(FailureReason.LANGUAGE_IMPOSSIBLE, f"the server lacks {language.tag}")
        if (code := _CODES_BEFORE_12.get(language)) and await self._is_before_12():
            return code
        return _TAGS[language]

    async def _is_before_12(self) -> bool:
        """Ask the server itself, which may have been brought up to date meanwhile."""
        return (await self._client.get_public_info()).version_info < (12,)


def rank(rows: Sequence[RemoteSubtitle], want: Want) -> Sequence[Candidate]:
    """Return what may be used for a want, the best first: made for this very file, as wanted, well rated, popular."""
    usable = [
        Candidate(
            subtitle_id=row.subtitle_id,
            provider=row.provider,
            name=row.name,
            format=row.format,
            is_hash_match=row.is_hash_match,
            is_forced=row.is_forced,
            is_hearing_impaired=row.is_hearing_impaired,
            is_machine_made=row.is_machine_made,
            rating=row.rating,
            downloads=row.downloads,
        )
        for row in rows
        if _may_be_used(row, want)
    ]
    return sorted(usable, key=lambda one: _merit(one, want), reverse=True)


def _may_be_used(row: RemoteSubtitle, want: Want) -> bool:
    if row.is_machine_made and not want.machines:
        return False
    if want.kind is not TrackKind.EITHER and row.is_forced is not (want.kind is TrackKind.FORCED):
        return False
    if want.hearing_impaired is HearingImpaired.ACCEPTED:
        return True
    return row.is_hearing_impaired is (want.hearing_impaired is HearingImpaired.WANTED)


def _merit(one: Candidate, want: Want) -> tuple[bool, bool, bool, bool, float, int]:
    return (
        one.is_hash_match,
        not one.is_machine_made,
        # Whoever takes either takes the whole text first.
        not one.is_forced or want.kind is TrackKind.FORCED,
        one.is_hearing_impaired is (want.hearing_impaired is HearingImpaired.WANTED),
        one.rating or 0.0,
        one.downloads or 0,
    )


def _why_not_fetched(err: JellyfinResponseError) -> FailureReason:
    """Return what was wrong: an answer of success is one without an end."""
    is_success = err.status is not None and 200 <= err.status < 300
    return FailureReason.TOO_LARGE if is_success else FailureReason.PROVIDER_FAILED


def _refusal(err: JellyfinResponseError, otherwise: BackendError) -> JellyfinError | BackendError:
    """Return what an answer means to a backend; what it says of the sign-in or the address, it says to everybody."""
    match err:
        case JellyfinForbiddenError():
            return BackendUnavailableError(FailureReason.NO_RIGHT, str(err))
        case JellyfinAuthenticationError() | JellyfinRedirectError() | JellyfinNotJellyfinError():
            return err
        case _:
            return otherwise
