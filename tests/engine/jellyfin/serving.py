"""Everything a client can be asked to do, and handlers for the servers it meets."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any
from urllib.parse import unquote_plus

from aiohttp import web

from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinClient
from tests.simulator.recording import HttpStep

from .examples import ID

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
type Call = Callable[[JellyfinClient], Coroutine[Any, Any, Any]]

CALLS: dict[str, Call] = {
    "get_public_info": lambda client: client.get_public_info(),
    "get_info": lambda client: client.get_info(),
    "sign_in": lambda client: client.sign_in("admin", "secret-password"),
    "get_user": lambda client: client.get_user(),
    "get_users": lambda client: client.get_users(),
    "quick_connect.is_enabled": lambda client: client.quick_connect.is_enabled(),
    "quick_connect.initiate": lambda client: client.quick_connect.initiate(),
    "quick_connect.is_authorized": lambda client: client.quick_connect.is_authorized("secret"),
    "quick_connect.authorize": lambda client: client.quick_connect.authorize("123456", ID),
    "quick_connect.sign_in": lambda client: client.quick_connect.sign_in("secret"),
    "get_libraries": lambda client: client.get_libraries(),
    "get_items": lambda client: client.get_items([ID]),
    "get_item": lambda client: client.get_item(ID),
    "get_page": lambda client: client.get_page(ID),
    "get_paths": lambda client: client.get_paths(ID),
    "get_episodes": lambda client: client.get_episodes(ID),
    "get_recent": lambda client: client.get_recent(ID),
    "echo": lambda client: client.echo("nonce"),
    "log_out": lambda client: client.log_out(),
    "get_image": lambda client: client.get_image(ID, "tag"),
    "subtitles.search": lambda client: client.subtitles.search(ID, "eng"),
    "subtitles.fetch": lambda client: client.subtitles.fetch("shelf_srt-eng-1"),
    "subtitles.download": lambda client: client.subtitles.download(ID, "shelf_srt-eng-1"),
    "subtitles.upload": lambda client: client.subtitles.upload(ID, b"text", language="eng", format="srt"),
    "subtitles.providers": lambda client: client.subtitles.providers(),
}


def read_by_the_server(pairs: str) -> dict[str, str]:
    """Read the pairs of a header as Jellyfin does.

    Commas part the pairs except within quotes, the first equals sign outside of quotes ends the name; the value loses
    the quotes around it and is decoded like a query. There is no other escape.
    """
    found: dict[str, str] = {}
    name, start, quoted = "", 0, False
    for position, character in enumerate(f"{pairs},"):
        if character == '"':
            quoted = not quoted
        elif character == "," and not quoted:
            found[name] = unquote_plus(pairs[start:position].strip('"'))
            name, start = "", position + 1
        elif character == "=" and not quoted and not name:
            name, start = pairs[start:position].strip(), position + 1
    return found


class Asked:
    """A handler that remembers what it was asked and always answers the same."""

    def __init__(self, body: object = None, *, status: int = 200, **headers: str) -> None:
        """Answer with this."""
        self.requests: list[web.Request] = []
        self.bodies: list[Any] = []
        self._body, self._status = body, status
        self._headers = {name.replace("_", "-"): value for name, value in headers.items()}

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        """Remember and answer."""
        self.requests.append(request)
        self.bodies.append(await request.json() if request.can_read_body else None)
        if self._body is None or isinstance(self._body, bytes):
            return web.Response(body=self._body, status=self._status, headers=self._headers)
        return web.json_response(self._body, status=self._status, headers=self._headers)

    @property
    def request(self) -> web.Request:
        """The only request there was."""
        (request,) = self.requests
        return request

    @property
    def credentials(self) -> dict[str, str]:
        """What the only request said about who asked."""
        scheme, _, pairs = self.request.headers["Authorization"].partition(" ")
        assert scheme == "MediaBrowser"
        return read_by_the_server(pairs)


def replay(step: HttpStep) -> Handler:
    """Answer as a real server did."""

    async def handler(request: web.Request) -> web.StreamResponse:
        headers = {name: value for name, value in step.response_headers.items() if name != "Server"}
        if isinstance(step.body, dict | list) or headers.get("Content-Type", "").startswith("application/json"):
            headers.pop("Content-Type")
            return web.json_response(step.body, status=step.status or 0, headers=headers)
        body = step.body.encode() if isinstance(step.body, str) else None
        return web.Response(body=body, status=step.status or 0, headers=headers)

    return handler
