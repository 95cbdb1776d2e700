"""Finding out who answers, signing in, and giving the token back."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
import json
from pathlib import Path
from typing import Final
from uuid import uuid4

import aiohttp

from custom_components.jellyfin_subtitles.const import (
    QUICK_CONNECT_INTERVAL,
    QUICK_CONNECT_LIFETIME,
    REQUEST_TIMEOUT,
    SIGN_IN_TIMEOUT,
)
from custom_components.jellyfin_subtitles.engine.jellyfin import (
    JellyfinAuthenticationError,
    JellyfinClient,
    JellyfinConnectionError,
    JellyfinError,
    JellyfinNotJellyfinError,
    JellyfinTlsError,
    Library,
    ServerInfo,
    SignIn,
)
from custom_components.jellyfin_subtitles.engine.race import first_of

from .failures import NO_LIBRARIES, NOT_SET_UP, TAKEN_BACK, UNSUPPORTED, Failure, WrongInput, failure
from .options import Options

# What Jellyfin's dashboard shows, so that a person knows it again.
DEVICE: Final = "scripts/listen"

_MANIFEST: Final = Path(__file__).resolve().parent.parent / "custom_components" / "jellyfin_subtitles" / "manifest.json"


def version() -> str:
    """Return the version of the integration."""
    return str(json.loads(_MANIFEST.read_text("utf-8"))["version"])


@dataclass(frozen=True, slots=True)
class Door:
    """A way to one server, as one device that was never there before."""

    session: aiohttp.ClientSession
    url: str
    device_id: str

    def client(self, token: str | None = None, timeout: timedelta = SIGN_IN_TIMEOUT) -> JellyfinClient:
        """Return a client that uses it, a stranger without a token."""
        return JellyfinClient(
            self.session,
            self.url,
            device_id=self.device_id,
            version=version(),
            token=token,
            device=DEVICE,
            timeout=timeout.total_seconds(),
        )

    def listener(self, token: str) -> JellyfinClient:
        """Return a client with as much patience as the integration has."""
        return self.client(token, REQUEST_TIMEOUT)


def door(options: Options) -> Door:
    """Return the way to the server that was asked for; the caller closes its session."""
    connector = aiohttp.TCPConnector(ssl=options.verify_tls)
    return Door(aiohttp.ClientSession(connector=connector), options.url, uuid4().hex)


async def find(options: Options) -> tuple[Options, ServerInfo]:
    """Return who answers, and the options with the first address that leads there; raises the most telling Failure."""
    failures = []
    for url in (options.url, *options.other_urls):
        meant = replace(options, url=url, other_urls=())
        try:
            return meant, await look_at(meant)
        except Failure as err:
            failures.append(err)
    raise max(failures, key=_how_telling)


def _how_telling(failed: Failure) -> int:
    """Return how likely the address was the one that was meant: where nobody answers, it was a guess of ours."""
    match failed.__cause__:
        case JellyfinTlsError() | JellyfinNotJellyfinError():
            return 1
        case JellyfinConnectionError():
            return 0
        case _:
            return 2


async def look_at(options: Options) -> ServerInfo:
    """Return the server that answers, before anybody types a password for it; raises Failure."""
    way = door(options)
    async with way.session:
        try:
            server = await way.client().get_public_info()
        except JellyfinError as err:
            raise failure(err, options.url) from err
    if not server.supported:
        raise Failure(UNSUPPORTED.format(version=server.version))
    if not server.startup_completed:
        raise Failure(NOT_SET_UP)
    return server


async def sign_in(
    way: Door, user: str | None, password: str, stopped: asyncio.Event, tell: Callable[[str], None]
) -> SignIn | None:
    """Return a token, None if it was stopped before there was one; raises Failure.

    Where somebody stops it and confirms the code all the same, there is a token, which the caller gives back.
    """
    client = way.client()
    try:
        if user is not None:
            return await client.sign_in(user, password)
        code = await client.quick_connect.initiate()
        tell(
            f"Quick Connect code: {code.code}. Enter it where you are signed in to Jellyfin already: click your user "
            "picture and choose Quick Connect. It is good for ten minutes."
        )
        allowed = client.quick_connect.wait_until_authorized(
            code.secret, interval=QUICK_CONNECT_INTERVAL, lifetime=QUICK_CONNECT_LIFETIME
        )
        await first_of(allowed, stopped.wait())
        return await client.quick_connect.sign_in(code.secret)
    except JellyfinError as err:
        if stopped.is_set():
            return None
        raise failure(err, way.url) from err


async def choose_libraries(client: JellyfinClient, names: tuple[str, ...]) -> tuple[Library, ...]:
    """Return the libraries of these names, all of them without a name; raises Failure if there is none."""
    try:
        visible = [library for library in await client.get_libraries() if library.may_hold_video_items]
    except JellyfinAuthenticationError as err:
        raise Failure(TAKEN_BACK) from err
    except JellyfinError as err:
        raise failure(err, client.url) from err
    if not visible:
        raise Failure(NO_LIBRARIES)
    wanted = {name.casefold(): name for name in names}
    chosen = [library for library in visible if not wanted or library.name.casefold() in wanted]
    if unknown := wanted.keys() - {library.name.casefold() for library in chosen}:
        there = ", ".join(library.name for library in visible)
        raise WrongInput(f"There is no library {wanted[min(unknown)]} that this user sees, only: {there}.")
    return tuple(chosen)


async def sign_out(client: JellyfinClient) -> bool:
    """Give the token back; return whether the server holds it no longer."""
    try:
        await client.log_out()
    except JellyfinAuthenticationError:
        return True
    except JellyfinError:
        return False
    return True
