"""Signing in without a password: a code, and somebody who is signed in already and allows it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol, Self

from .answers import Answer
from .errors import JellyfinConnectionError, JellyfinServerStartingError
from .models import SignIn
from .reading import members_of, text, unusable


@dataclass(frozen=True, slots=True)
class QuickConnectCode:
    """A code for people, and the secret that fetches the token once the code is allowed; no log shows the secret."""

    code: str
    secret: str = field(repr=False)

    @classmethod
    def from_dict(cls, data: object) -> Self | None:
        """Read the answer to the wish to be let in."""
        members = members_of(data)
        code, secret = text(members, "Code"), text(members, "Secret")
        if code is None or secret is None:
            return unusable(cls, "Code and Secret")
        return cls(code, secret)


class Request(Protocol):
    """How a client asks."""

    async def __call__(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        of_quick_connect: bool = False,
    ) -> Answer:
        """Send a request and return the answer."""


class QuickConnect:
    """Jellyfin's Quick Connect, for the device that wants to get in and for whoever lets it in.

    Wherever the server has switched it off, JellyfinQuickConnectOffError is raised. Codes and secrets live for ten
    minutes and do not survive a restart of the server: after that, JellyfinNotFoundError is raised.
    """

    def __init__(self, request: Request) -> None:
        """Ask through a client."""
        self._request = request

    async def is_enabled(self) -> bool:
        """Return whether the server has switched it on."""
        answer = await self._request("GET", "QuickConnect/Enabled")
        is_enabled = answer.json()
        return answer.require(is_enabled if isinstance(is_enabled, bool) else None)

    async def initiate(self) -> QuickConnectCode:
        """Return a code for this device; with an API key as token, the device would bear the key's name."""
        answer = await self._request("POST", "QuickConnect/Initiate", of_quick_connect=True)
        return answer.require(QuickConnectCode.from_dict(answer.json()))

    async def is_authorized(self, secret: str) -> bool:
        """Return whether somebody has allowed the code that came with this secret."""
        answer = await self._request("GET", "QuickConnect/Connect", params={"secret": secret}, of_quick_connect=True)
        is_authorized = members_of(answer.json()).get("Authenticated")
        return answer.require(is_authorized if isinstance(is_authorized, bool) else None)

    async def wait_until_authorized(self, secret: str, *, interval: timedelta, lifetime: timedelta) -> None:
        """Ask again and again; while the code lives, a server out of reach for a moment is no reason to give up."""
        loop = asyncio.get_running_loop()
        end = loop.time() + lifetime.total_seconds()
        while True:
            try:
                if await self.is_authorized(secret):
                    return
            except JellyfinConnectionError, JellyfinServerStartingError:
                if loop.time() >= end:
                    raise
            await asyncio.sleep(interval.total_seconds())

    async def authorize(self, code: str, user_id: str) -> None:
        """Allow a code, as the user that is named: an API key may name anybody.

        The token is made here, and earlier ones of the same user on the same device end, whether or not it is fetched.
        """
        params = {"code": code, "userId": user_id}
        await self._request("POST", "QuickConnect/Authorize", params=params, of_quick_connect=True)

    async def sign_in(self, secret: str) -> SignIn:
        """Return the token that was made when the code was allowed, the same one each time."""
        body = {"Secret": secret}
        answer = await self._request("POST", "Users/AuthenticateWithQuickConnect", body=body, of_quick_connect=True)
        return answer.require(SignIn.from_dict(answer.json()))
