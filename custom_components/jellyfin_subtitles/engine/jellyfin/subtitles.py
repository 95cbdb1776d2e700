"""Subtitles of a server's providers: searched for, fetched, and files of one's own laid beside a video.

All of it needs the right to manage subtitles; without it JellyfinForbiddenError is raised. What a search, a fetch or a
download takes is up to the slowest provider.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol, Self
from urllib.parse import quote

from .answers import Answer
from .errors import JellyfinNotFoundError
from .reading import members_of, normalize_id, number, text, unusable, whole_number

# Providers wait out the limits of their own servers, several times if need be.
PROVIDER_TIMEOUT: Final = 150.0

# What is larger is no subtitle.
MAX_SUBTITLE_BYTES: Final = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RemoteSubtitle:
    """A subtitle that a provider offers; `subtitle_id` is opaque, and `rating` in the provider's own scale."""

    subtitle_id: str
    provider: str
    name: str
    format: str | None = None
    rating: float | None = None
    downloads: int | None = None
    is_hash_match: bool = False
    is_machine_made: bool = False
    is_forced: bool = False
    is_hearing_impaired: bool = False

    @classmethod
    def from_dict(cls, data: object) -> Self | None:
        """Read a row of the answer to a search."""
        members = members_of(data)
        if (subtitle_id := text(members, "Id")) is None:
            return unusable(cls, "Id")
        return cls(
            subtitle_id=subtitle_id,
            provider=text(members, "ProviderName") or "",
            name=text(members, "Name") or "",
            format=text(members, "Format"),
            rating=number(members, "CommunityRating"),
            downloads=whole_number(members, "DownloadCount"),
            is_hash_match=members.get("IsHashMatch") is True,
            is_machine_made=members.get("AiTranslated") is True or members.get("MachineTranslated") is True,
            is_forced=members.get("Forced") is True,
            is_hearing_impaired=members.get("HearingImpaired") is True,
        )


class Request(Protocol):
    """How a client asks."""

    async def __call__(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        limit: int = ...,
        timeout: float | None = None,
    ) -> Answer:
        """Send a request and return the answer."""


class Subtitles:
    """What a server's providers offer, and the way to give a video a subtitle."""

    def __init__(self, request: Request) -> None:
        """Ask through a client."""
        self._request = request

    async def search(self, item_id: str, language: str) -> tuple[RemoteSubtitle, ...]:
        """Return what all providers offer for a file; nothing also where they failed, the server does not say."""
        path = f"Items/{_item(item_id)}/RemoteSearch/Subtitles/{quote(language, safe='')}"
        answer = await self._request("GET", path, timeout=PROVIDER_TIMEOUT)
        rows = answer.json()
        answer.require(rows if isinstance(rows, list) else None)
        return tuple([found for row in rows if (found := RemoteSubtitle.from_dict(row))])

    async def fetch(self, subtitle_id: str) -> bytes:
        """Return a subtitle as the provider gives it; raises JellyfinResponseError where it does not."""
        path = f"Providers/Subtitles/Subtitles/{quote(subtitle_id, safe='')}"
        answer = await self._request("GET", path, limit=MAX_SUBTITLE_BYTES, timeout=PROVIDER_TIMEOUT)
        return answer.content

    async def download(self, item_id: str, subtitle_id: str) -> None:
        """Have the server fetch a subtitle by itself; it does not say whether anything came of that."""
        path = f"Items/{_item(item_id)}/RemoteSearch/Subtitles/{quote(subtitle_id, safe='')}"
        await self._request("POST", path, timeout=PROVIDER_TIMEOUT)

    async def upload(
        self,
        item_id: str,
        data: bytes,
        *,
        language: str,
        format: str,
        is_forced: bool = False,
        is_hearing_impaired: bool = False,
    ) -> None:
        """Lay a subtitle beside a file; the server takes a moment to see it there."""
        body = {
            "Language": language,
            "Format": format,
            "IsForced": is_forced,
            "IsHearingImpaired": is_hearing_impaired,
            "Data": base64.b64encode(data).decode(),
        }
        await self._request("POST", f"Videos/{_item(item_id)}/Subtitles", body=body)

    async def providers(self) -> tuple[str, ...]:
        """Return the names of the providers that the server has."""
        params = {"libraryContentType": "movies"}
        answer = await self._request("GET", "Libraries/AvailableOptions", params=params)
        rows: object = members_of(answer.json()).get("SubtitleFetchers")
        rows = answer.require(rows if isinstance(rows, list) else None)
        return tuple([name for row in rows if (name := text(members_of(row), "Name"))])


def _item(item_id: str) -> str:
    if (wanted := normalize_id(item_id)) is None:
        raise JellyfinNotFoundError("That is no item's id")
    return wanted
