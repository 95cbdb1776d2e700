"""What can go wrong between us and a Jellyfin server."""


class JellyfinError(Exception):
    """Anything that a Jellyfin server, or the way to it, did not do for us."""


class JellyfinConnectionError(JellyfinError):
    """The server cannot be reached, or the connection broke."""


class JellyfinConnectionTimeoutError(JellyfinConnectionError):
    """The server did not answer in time."""


class JellyfinTlsError(JellyfinConnectionError):
    """No TLS came about: the certificate was not accepted, or what answers does not speak TLS at all."""


class JellyfinServerStartingError(JellyfinError):
    """The server is there and still starting (or restarting); nothing is known about credentials."""


class JellyfinResponseError(JellyfinError):
    """The server answered with something that is no use to us."""

    def __init__(self, message: str, status: int | None = None) -> None:
        """Keep the HTTP status, where there was one."""
        super().__init__(message)
        self.status = status


class JellyfinNotJellyfinError(JellyfinResponseError):
    """Something answers at the address, but it is not a Jellyfin server."""


class JellyfinRedirectError(JellyfinResponseError):
    """The server wants us elsewhere: most often its base URL is missing from the address."""

    def __init__(self, message: str, status: int, location: str) -> None:
        """Keep where the server pointed to."""
        super().__init__(message, status)
        self.location = location


class JellyfinAuthenticationError(JellyfinResponseError):
    """The user name and password, or the token, are not accepted."""


class JellyfinForbiddenError(JellyfinResponseError):
    """The user is known and may not do this (disabled, no remote access, right missing)."""


class JellyfinLibraryError(JellyfinResponseError):
    """The library asked about is gone or not shown to this user; the sign-in is fine."""


class JellyfinNotFoundError(JellyfinResponseError):
    """What was asked for is not there, or not shown to this user."""


class JellyfinRouteError(JellyfinNotFoundError):
    """Nobody at the server answers to such a path, or a proxy does in its place."""


class JellyfinQuickConnectOffError(JellyfinResponseError):
    """The server has Quick Connect switched off."""
