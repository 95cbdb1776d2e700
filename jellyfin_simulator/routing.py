"""Routes, who may use them, and what a handler is given."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
import json
from typing import Any, Final

from aiohttp import web

from .accounts import Caller, SimUser
from .answers import Json, RefusalError, empty, error_text, problem
from .core import Core
from .ids import parse_id
from .items import DtoOptions
from .parameters import Parameters

_RESERVED_ID: Final = f"{1:032x}"


class Policy(StrEnum):
    """Who may use a route."""

    ANYBODY = "anybody"
    SIGNED_IN = "signed_in"
    ELEVATED = "elevated"
    SUBTITLES = "subtitles"
    SETUP_OR_SIGNED_IN = "setup_or_signed_in"
    SETUP_OR_ELEVATED = "setup_or_elevated"


@dataclass(slots=True)
class Call:
    """One request on its way through a handler."""

    core: Core
    request: web.BaseRequest
    caller: Caller
    parameters: Parameters
    parts: dict[str, str] = field(default_factory=dict)

    def guid(self, name: str) -> str:
        """Return an id from the path; nonsense is refused with 400."""
        text = self.parts[name.lower()]
        if (parsed := parse_id(text)) is None:
            raise RefusalError(problem(400, {name: [f"The value '{text}' is not valid."]}))
        return parsed

    def item_id(self) -> str:
        """Return the item's id from the path."""
        return self.check_reserved(self.guid("itemId"))

    def check_reserved(self, item_id: str) -> str:
        """Return the id, or fail as 10.11 does on the one that it keeps a placeholder under."""
        if item_id == _RESERVED_ID and not self.core.is_twelve:
            raise RefusalError(error_text(500))
        return item_id

    def user(self) -> SimUser | None:
        """Return the user that the query is about: `userId` if it may be named, else the caller."""
        wanted = self.parameters.guid("userId") or self._legacy_user_id()
        if wanted is None:
            return self.caller.user
        if wanted != self.caller.user_id and not self.caller.is_elevated:
            raise RefusalError(error_text(403))
        if (user := self.core.accounts.users.get(wanted)) is None:
            raise RefusalError(problem(404))
        return user

    def _legacy_user_id(self) -> str | None:
        return self.guid("userId") if "userid" in self.parts else None

    def dto_options(self, user: SimUser | None, fields: frozenset[str] | None = None) -> DtoOptions:
        """Return what the query wants to see of items."""
        wanted = frozenset(name.lower() for name in self.parameters.words("fields")) if fields is None else fields
        return DtoOptions(
            self.core.server_id,
            self.core.is_twelve,
            wanted,
            images=self.parameters.flag("enableImages") is not False,
            user=user,
            user_data=self.parameters.flag("enableUserData") is not False,
        )

    async def body(self) -> Json:
        """Return the JSON object of the body, its names folded to lower case."""
        data = await self.json()
        return {key.lower(): value for key, value in data.items()}

    async def json(self) -> Json:
        """Return the JSON object of the body as it was sent."""
        if "json" not in self.request.content_type:
            raise RefusalError(problem(415))
        try:
            data: Any = json.loads(await self.request.read())
        except ValueError:
            raise RefusalError(problem(400, {"$": ["The JSON value could not be converted."]})) from None
        if not isinstance(data, dict):
            raise RefusalError(problem(400, {"$": ["The JSON value could not be converted."]}))
        return data


type Handler = Callable[[Call], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path with `{parts}`, in any case."""

    method: str
    path: str
    handler: Handler
    policy: Policy = Policy.SIGNED_IN


class Router:
    """Finds the route for a path: whole words win over `{parts}`."""

    def __init__(self, routes: Iterable[Route]) -> None:
        """Sort the routes."""
        self._routes = [(route, tuple(route.path.strip("/").split("/"))) for route in routes]
        self._routes.sort(key=lambda entry: entry[0].path.count("{"))

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | web.Response:
        """Return the route and the parts of its path, or an empty 404 or 405."""
        segments = path.strip("/").split("/")
        allowed: list[str] = []
        for route, pattern in self._routes:
            if (parts := _match(pattern, segments)) is None:
                continue
            if route.method == method:
                return route, parts
            allowed.append(route.method)
        response = empty(405 if allowed else 404)
        if allowed:
            response.headers["Allow"] = ", ".join(dict.fromkeys(allowed))
        return response


def _match(pattern: tuple[str, ...], segments: list[str]) -> dict[str, str] | None:
    if len(pattern) != len(segments):
        return None
    parts: dict[str, str] = {}
    for expected, segment in zip(pattern, segments, strict=True):
        if expected.startswith("{"):
            parts[expected[1:-1].lower()] = segment
        elif expected.lower() != segment.lower():
            return None
    return parts


def refusal(policy: Policy, caller: Caller, *, is_set_up: bool) -> web.Response | None:
    """Return why the caller may not use a route, None if it may."""
    if policy is Policy.ANYBODY:
        return None
    if not is_set_up and policy in (Policy.SETUP_OR_SIGNED_IN, Policy.SETUP_OR_ELEVATED):
        return None
    if not caller.is_known:
        return empty(401)
    if caller.is_elevated or policy in (Policy.SIGNED_IN, Policy.SETUP_OR_SIGNED_IN):
        return None
    if policy is Policy.SUBTITLES and caller.user is not None and caller.user.can_manage_subtitles:
        return None
    return empty(403)
