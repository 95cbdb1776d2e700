"""The way to a server and back: addresses, redirects, and the one place where failures get their names."""

import ssl
from typing import Final

import aiohttp
from yarl import URL

from .answers import redirect
from .errors import (
    JellyfinAuthenticationError,
    JellyfinConnectionError,
    JellyfinConnectionTimeoutError,
    JellyfinError,
    JellyfinServerStartingError,
    JellyfinTlsError,
)


def base_url(url: str) -> URL | None:
    """Return the address without what is no part of a server's, such as a query; `None` if it is no address at all."""
    try:
        base = URL(url.strip())
        if base.scheme not in {"http", "https"} or not base.host:
            return None
        return base.with_user(None).with_path(base.raw_path.rstrip("/"), encoded=True)
    except ValueError:
        return None


async def refuse_redirect(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Raise where aiohttp would go on to wherever the server points."""
    response = await handler(request)
    if 300 <= response.status < 400:
        response.close()
        raise redirect(response.status, response.headers)
    return response


def _handshake_refusal(err: aiohttp.WSServerHandshakeError) -> JellyfinError:
    """Return what a refused handshake means; a dead token is 403 here, and the body cannot be had."""
    match err.status:
        case 401 | 403:
            return JellyfinAuthenticationError("The sign-in is not accepted", err.status)
        case 500 | 503:
            return JellyfinServerStartingError(f"The server is not ready yet ({err.status})")
        case _:
            return JellyfinConnectionError(f"The server, or a proxy before it, refused the websocket ({err.status})")


# Whatever goes wrong on the way to the server and back.
FAILURES: Final = (aiohttp.ClientError, OSError, ValueError)


def named(err: Exception) -> JellyfinError:
    """Return one of our own names for one of the failures."""
    match err:
        case TimeoutError():
            return JellyfinConnectionTimeoutError("The server did not answer in time")
        case aiohttp.ClientSSLError() | ssl.SSLError() | aiohttp.ServerFingerprintMismatch():
            return JellyfinTlsError(str(err))
        case aiohttp.WSServerHandshakeError():
            return _handshake_refusal(err)
        case aiohttp.ClientConnectorError():
            # Its text would name the address once more, and speak of TLS also where there is none.
            return JellyfinConnectionError(err.strerror or str(err))
        case _:
            return JellyfinConnectionError(str(err) or type(err).__name__)
