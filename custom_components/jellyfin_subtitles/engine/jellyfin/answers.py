"""What an HTTP answer of a Jellyfin server means."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
import json
from typing import Any, Final, Self

import aiohttp

from .errors import (
    JellyfinAuthenticationError,
    JellyfinConnectionError,
    JellyfinConnectionTimeoutError,
    JellyfinError,
    JellyfinForbiddenError,
    JellyfinLibraryError,
    JellyfinNotFoundError,
    JellyfinNotJellyfinError,
    JellyfinQuickConnectOffError,
    JellyfinRedirectError,
    JellyfinResponseError,
    JellyfinRouteError,
    JellyfinServerStartingError,
)
from .reading import Loads, entries, members_of

# What the server says when a password is wrong, or a code; of a dead token it says nothing at all.
_REFUSED_CREDENTIALS: Final = b"Error processing request."


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, read to its end."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    loads: Loads = json.loads

    @classmethod
    async def read(cls, response: aiohttp.ClientResponse, limit: int, loads: Loads) -> Self:
        """Read an answer of at most this many bytes, unpacked."""
        chunks: list[bytes] = []
        size = 0
        while not response.content.at_eof():
            chunks.append(await response.content.readany())
            size += len(chunks[-1])
            if size > limit:
                raise JellyfinResponseError(f"The answer is larger than {limit} bytes", response.status)
        return cls(response.status, response.headers, b"".join(chunks), loads)

    @property
    def content_type(self) -> str:
        """What the content is said to be, without parameters."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    @property
    def server_time(self) -> datetime | None:
        """The server's clock, as far as it said what time it is."""
        try:
            moment = parsedate_to_datetime(self.headers.get("Date", ""))
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except ValueError, OverflowError:
            return None

    def json(self) -> Any:
        """Decode the content; something that is not JSON where Jellyfin would write it is not Jellyfin."""
        try:
            return self.loads(self.content)
        except (ValueError, RecursionError) as err:
            raise JellyfinNotJellyfinError("The answer is not JSON", self.status) from err

    def rows(self) -> list[Any]:
        """Decode a list of items."""
        members = members_of(self.json())
        if not isinstance(members.get("Items"), list):
            raise JellyfinResponseError("The answer holds no list of items", self.status)
        return entries(members, "Items")

    def require[T](self, result: T | None) -> T:
        """Return what was made of the content, if anything could be made of it."""
        if result is None:
            raise JellyfinResponseError("The answer lacks what it should hold", self.status)
        return result

    def refusal(self, *, of_library: bool = False, of_quick_connect: bool = False) -> JellyfinError | None:
        """Return what the status means at Jellyfin, where the body has a say too; `None` for success.

        `of_library` tells that the request named a library, so that a refusal may be about that library alone;
        `of_quick_connect` that the server answers it only if that is switched on.
        """
        status = self.status
        match status:
            case _ if 200 <= status < 300:
                return None
            case _ if 300 <= status < 400:
                return redirect(status, self.headers)
            case 503:
                return JellyfinServerStartingError("The server is not ready yet (503)")
            # A running server puts its failures into words; only in the first moments of a restart it has none.
            case 500 if not self.content:
                return JellyfinServerStartingError("The server is not ready yet (500)")
            case 502:
                return JellyfinConnectionError("A proxy does not reach the server (502)")
            # As if it were our own patience: proxies have less of it than some of the server's answers take.
            case 504:
                return JellyfinConnectionTimeoutError("The server did not answer a proxy in time (504)")
            case 400 if of_library:
                return JellyfinLibraryError("There is no such library", status)
            # A dead token is refused without a word.
            case 401 if of_quick_connect and self.content.startswith((b'"', _REFUSED_CREDENTIALS)):
                return JellyfinQuickConnectOffError("Quick Connect is switched off", status)
            # What is not shown to this user is refused in a JSON string.
            case 401 if self.content.startswith(b'"'):
                error = JellyfinLibraryError if of_library else JellyfinForbiddenError
                return error("The server does not show this to the user", status)
            case 401 if self.content not in (b"", _REFUSED_CREDENTIALS):
                return JellyfinNotJellyfinError("A proxy asks for a sign-in of its own", status)
            case 401:
                return JellyfinAuthenticationError("The sign-in is not accepted", status)
            case 403:
                return JellyfinForbiddenError("The user may not do this", status)
            # The server says in words or in JSON that something is not there; of a path that it does not know, nothing.
            case 404 if not self.content or self.content_type == "text/html":
                return JellyfinRouteError("There is no such path", status)
            case 404:
                return JellyfinNotFoundError("There is no such thing", status)
            case _:
                return JellyfinResponseError(f"The server answered with {status}", status)


def redirect(status: int, headers: Mapping[str, str]) -> JellyfinRedirectError:
    """Return the error for an answer that points elsewhere."""
    location = headers.get("Location", "")
    return JellyfinRedirectError(f"The server points to {location or 'nowhere'}", status, location)
