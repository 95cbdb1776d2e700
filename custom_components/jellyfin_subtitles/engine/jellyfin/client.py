"""Asking a Jellyfin server: one request, one place where failures get their names."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
import json
from typing import Any, Final, override
from urllib.parse import quote

import aiohttp
from yarl import URL

from . import queries
from .answers import Answer
from .auth import authorization, session_id
from .const import CLIENT_NAME, LOGGER, MAX_ANSWER_BYTES, MAX_IDS, MAX_IMAGE_BYTES, MAX_MESSAGE_BYTES
from .errors import (
    JellyfinAuthenticationError,
    JellyfinConnectionError,
    JellyfinLibraryError,
    JellyfinNotFoundError,
    JellyfinNotJellyfinError,
    JellyfinRedirectError,
    JellyfinResponseError,
    JellyfinServerStartingError,
)
from .models import Library, MediaItem, ServerInfo, SignIn, User
from .pages import DatedPage, ItemPage
from .quick_connect import QuickConnect
from .reading import Loads, members_of, normalize_id
from .subtitles import Subtitles
from .transport import FAILURES, base_url, named, refuse_redirect
from .websocket import JellyfinWebsocket

_SOCKET_CLOSE_TIMEOUT: Final = 2.0


class JellyfinClient:
    """A Jellyfin server as one user of it, or as a stranger where there is no token yet.

    Every coroutine raises JellyfinError and nothing else. The session is the caller's, and with it the verification of
    certificates. A redirect is never followed: it would carry the token to where nobody decided to send it.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        *,
        device_id: str,
        version: str,
        token: str | None = None,
        device: str = "Home Assistant",
        timeout: float = 30.0,
        loads: Loads = json.loads,
    ) -> None:
        """Take an address as it is; whether there is anything at it shows with the first request."""
        self._session = session
        self._base = base_url(url)
        self._url = url.strip() if self._base is None else str(self._base)
        self._token = token
        self._loads = loads
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session_id = session_id(CLIENT_NAME, device_id)
        self._signed = {
            "Authorization": authorization(
                client=CLIENT_NAME, device=device, device_id=device_id, version=version, token=token
            )
        }
        # Called with each request that succeeds: with when it began, by the loop's clock.
        self.on_success: Callable[[float], None] = _nothing
        self._quick_connect = QuickConnect(self._request)
        self._subtitles = Subtitles(self._request)

    @override
    def __repr__(self) -> str:
        return f"<JellyfinClient {self._url}>"

    @property
    def url(self) -> str:
        """The server's address, without a slash at its end."""
        return self._url

    @property
    def session_id(self) -> str:
        """The id that our session has at the server."""
        return self._session_id

    @property
    def token(self) -> str | None:
        """The token that requests carry."""
        return self._token

    @property
    def quick_connect(self) -> QuickConnect:
        """The way to sign in without a password."""
        return self._quick_connect

    @property
    def subtitles(self) -> Subtitles:
        """What the server's providers of subtitles have."""
        return self._subtitles

    def web_link(self, item_id: str, server_id: str) -> str:
        """Return the address of an item's page, for people."""
        return f"{self._url}/web/#/details?id={quote(item_id, safe='')}&serverId={quote(server_id, safe='')}"

    async def get_public_info(self) -> ServerInfo:
        """Return who the server is, as it tells everybody."""
        try:
            answer = await self._request("GET", "System/Info/Public", signed=False)
        except JellyfinRedirectError:
            raise
        except JellyfinResponseError as err:
            raise JellyfinNotJellyfinError(f"No Jellyfin server answers there: {err}", err.status) from err
        members = members_of(answer.json())
        # While the server starts, a stand-in answers in its place: in camel case, and not all of it is true.
        if "id" in members and "serverName" in members:
            raise JellyfinServerStartingError("The server is starting")
        info = ServerInfo.from_dict(members, server_time=answer.server_time)
        # Emby, from which Jellyfin descends, answers here too, and names no product.
        if info is None or "jellyfin" not in str(members.get("ProductName")).lower():
            raise JellyfinNotJellyfinError("What answers there is not a Jellyfin server", answer.status)
        return info

    async def get_info(self) -> ServerInfo:
        """Return who the server is, as it tells those who are signed in."""
        answer = await self._request("GET", "System/Info")
        return answer.require(ServerInfo.from_dict(answer.json(), server_time=answer.server_time))

    async def sign_in(self, username: str, password: str) -> SignIn:
        """Return a new token; it ends every earlier one of the same user with the same device id."""
        try:
            answer = await self._request(
                "POST", "Users/AuthenticateByName", body={"Username": username, "Pw": password}
            )
        except JellyfinResponseError as err:
            # A name of blanks is a bad request to the server: to people it is a wrong name like any other.
            if err.status == 400:
                raise JellyfinAuthenticationError("The user name is not accepted", err.status) from err
            raise
        return answer.require(SignIn.from_dict(answer.json()))

    async def get_user(self) -> User:
        """Return who we are: the way to find out whether the token still lives."""
        answer = await self._request("GET", "Users/Me")
        return answer.require(User.from_dict(answer.json()))

    async def get_users(self) -> tuple[User, ...]:
        """Return the users of the server; an API key may ask this too."""
        answer = await self._request("GET", "Users")
        rows = answer.json()
        answer.require(rows if isinstance(rows, list) else None)
        return tuple(user for row in rows if (user := User.from_dict(row)))

    async def get_libraries(self) -> tuple[Library, ...]:
        """Return the user's libraries, those too that are kept off the start page."""
        answer = await self._request("GET", "UserViews", params={"includeHidden": "true"})
        return tuple(library for row in answer.rows() if (library := Library.from_dict(row)))

    async def get_items(self, item_ids: Sequence[str], *, lean: bool = False) -> tuple[MediaItem, ...]:
        """Return the items with these ids, at most 100; those that are gone or hidden are just absent.

        Lean ones tell how many files they have and nothing of them, at a fifth of the size.
        """
        if len(item_ids) > MAX_IDS:
            raise ValueError(f"At most {MAX_IDS} ids fit into one request")
        wanted = dict.fromkeys([item_id for value in item_ids if (item_id := normalize_id(value))])
        # Without a single usable id the server would forget the filter and answer with the libraries.
        if not wanted:
            return ()
        answer = await self._request("GET", "Items", params=queries.with_ids(wanted, lean=lean))
        return tuple([item for row in answer.rows() if (item := MediaItem.from_dict(row, lean=lean))])

    async def get_item(self, item_id: str) -> MediaItem:
        """Return one item, even one that lists leave out."""
        if (wanted := normalize_id(item_id)) is None:
            raise JellyfinNotFoundError("That is no item's id")
        answer = await self._request("GET", f"Items/{wanted}")
        return answer.require(MediaItem.from_dict(answer.json()))

    async def get_page(
        self,
        library_id: str,
        *,
        start: int = 0,
        limit: int = 1000,
        since: datetime | None = None,
        kinds: Sequence[str] = (),
    ) -> ItemPage:
        """Return a page of what is in a library, lean; with `since`, of what was saved since then.

        Sorted by date, so that what arrives while the pages are turned comes after them.
        """
        params = queries.page(_library(library_id), start=start, limit=limit, kinds=kinds, since=since)
        return await self._page(params)

    async def get_paths(
        self, library_id: str, *, start: int = 0, limit: int = 1000, kinds: Sequence[str] = ()
    ) -> ItemPage:
        """Return a page of what is in a library, lean but with paths, newest first.

        What arrives while the pages are turned moves the others down, so that they are seen again.
        """
        fields = "Path,MediaSourceCount"
        params = queries.page(
            _library(library_id), start=start, limit=limit, kinds=kinds, fields=fields, newest_first=True
        )
        return await self._page(params)

    async def get_episodes(self, folder_id: str, *, start: int = 0, limit: int = 1000) -> ItemPage:
        """Return a page of the episodes below a series or a season, lean; those that have no file are left out."""
        if (parent_id := normalize_id(folder_id)) is None:
            raise JellyfinNotFoundError("That is no item's id")
        try:
            return await self._page(queries.episodes(parent_id, start=start, limit=limit))
        except JellyfinLibraryError as err:
            raise JellyfinNotFoundError("There is no such series or season", err.status) from err

    async def get_recent(
        self, library_id: str, *, start: int = 0, limit: int = 50, kinds: Sequence[str] = ("Movie", "Episode")
    ) -> DatedPage:
        """Return a page of what is in a library, in full, newest first: 4 kB for each item."""
        params = queries.recent(_library(library_id), start=start, limit=limit, kinds=kinds)
        answer = await self._request("GET", "Items", params=params, of_library=True)
        return answer.require(DatedPage.from_dict(answer.json()))

    async def get_named(
        self, term: str, *, kinds: Sequence[str] = ("Movie", "Series"), start: int = 0, limit: int = 100
    ) -> tuple[MediaItem, ...]:
        """Return a page of what has a term in its name, in full; case makes no difference."""
        answer = await self._request("GET", "Items", params=queries.named(term, kinds=kinds, start=start, limit=limit))
        return tuple([item for row in answer.rows() if (item := MediaItem.from_dict(row))])

    async def _page(self, params: Mapping[str, str]) -> ItemPage:
        answer = await self._request("GET", "Items", params=params, of_library=True)
        return answer.require(ItemPage.from_dict(answer.json(), server_time=answer.server_time))

    async def echo(self, text: str) -> None:
        """Send a message to our own session: it comes back on our socket, if that is served."""
        body = {"Header": "echo", "Text": text, "TimeoutMs": 1}
        await self._request("POST", f"Sessions/{self._session_id}/Message", body=body)

    async def log_out(self) -> None:
        """Give the token back."""
        await self._request("POST", "Sessions/Logout")

    async def get_image(self, item_id: str, tag: str | None, *, max_width: int = 600) -> tuple[str, bytes]:
        """Return an item's poster, as content type and bytes. The server shows it to everybody, so no token is sent."""
        if (wanted := normalize_id(item_id)) is None:
            raise JellyfinNotFoundError("That is no item's id")
        params = {"maxWidth": str(max_width)} | ({"tag": tag} if tag else {})
        path = f"Items/{wanted}/Images/Primary"
        answer = await self._request("GET", path, params=params, signed=False, limit=MAX_IMAGE_BYTES)
        if not answer.content_type.startswith("image/"):
            raise JellyfinResponseError("The answer is not an image", answer.status)
        return answer.content_type, answer.content

    async def connect(self) -> JellyfinWebsocket:
        """Open a websocket; the caller closes it."""
        base = self._reachable()
        url = base.with_scheme("wss" if base.scheme == "https" else "ws") / "socket"
        # `ws_connect` follows redirects and cannot be told not to. A middleware sees a redirect before it is followed,
        # but belongs to a session: so the handshake has a session of its own, with the connector, the cookies and the
        # headers of the given one. An open socket needs no session any more, and the connector stays where it belongs.
        handshake = aiohttp.ClientSession(
            connector=self._session.connector,
            connector_owner=False,
            cookie_jar=self._session.cookie_jar,
            headers=self._session.headers,
            trust_env=self._session.trust_env,
            timeout=aiohttp.ClientTimeout(total=None),
            middlewares=(refuse_redirect,),
        )
        try:
            async with asyncio.timeout(self._timeout.total):
                socket = await handshake.ws_connect(
                    url,
                    headers=self._signed,
                    max_msg_size=MAX_MESSAGE_BYTES,
                    timeout=aiohttp.ClientWSTimeout(ws_close=_SOCKET_CLOSE_TIMEOUT),
                )
        except FAILURES as err:
            raise named(err) from err
        finally:
            handshake.detach()
        return JellyfinWebsocket(socket, loads=self._loads)

    def _reachable(self) -> URL:
        if self._base is None:
            raise JellyfinConnectionError("The address does not begin with http:// or https:// and a host")
        if self._session.closed:
            raise JellyfinConnectionError("The session is closed")
        return self._base

    async def _request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        signed: bool = True,
        of_library: bool = False,
        of_quick_connect: bool = False,
        limit: int = MAX_ANSWER_BYTES,
        timeout: float | None = None,
    ) -> Answer:
        """Send a request and return the answer, if it is one of success."""
        # Some ids are percent-encoded already: each of them is one segment of the path.
        url = self._reachable().joinpath(path, encoded=True)
        began = asyncio.get_running_loop().time()
        try:
            async with self._session.request(
                method,
                url,
                params=params,
                json=body,
                headers=self._signed if signed else None,
                allow_redirects=False,
                raise_for_status=False,
                timeout=self._timeout if timeout is None else aiohttp.ClientTimeout(total=timeout),
            ) as response:
                answer = await Answer.read(response, limit, self._loads)
        except FAILURES as err:
            raise named(err) from err
        if error := answer.refusal(of_library=of_library, of_quick_connect=of_quick_connect):
            LOGGER.debug("%s %s: %s", method, path, error)
            raise error
        self.on_success(began)
        return answer


def _nothing(began: float) -> None:
    """Nobody waits for the server."""


def _library(library_id: str) -> str:
    if (normalized := normalize_id(library_id)) is None:
        raise JellyfinLibraryError("That is no library's id")
    return normalized
