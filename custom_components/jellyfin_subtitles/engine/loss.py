"""Why there is no connection; pure."""

from dataclasses import dataclass
from typing import Final, Self

from .jellyfin import (
    JellyfinAuthenticationError,
    JellyfinConnectionError,
    JellyfinConnectionTimeoutError,
    JellyfinError,
    JellyfinForbiddenError,
    JellyfinRedirectError,
    JellyfinServerStartingError,
    JellyfinTlsError,
    SocketEnd,
)

_ENDS: Final = {
    SocketEnd.RESTARTING: ("restarting", "the server restarts"),
    SocketEnd.SHUTTING_DOWN: ("shutting_down", "the server shuts down"),
    SocketEnd.TOKEN_REVOKED: ("closed", "the server closed it"),
    SocketEnd.LOST: ("lost", "it broke"),
    SocketEnd.PROTOCOL: ("protocol", "a message could not be understood"),
}

# In this order: the first class that fits names the reason.
_ERRORS: Final[tuple[tuple[type[JellyfinError], str], ...]] = (
    (JellyfinServerStartingError, "starting"),
    (JellyfinConnectionTimeoutError, "timeout"),
    (JellyfinTlsError, "tls"),
    (JellyfinConnectionError, "unreachable"),
    (JellyfinAuthenticationError, "forbidden"),
    (JellyfinForbiddenError, "forbidden"),
    (JellyfinRedirectError, "redirected"),
    (JellyfinError, "unexpected_answer"),
)


@dataclass(frozen=True, slots=True)
class Loss:
    """A word for machines, a sentence for the log, and whether the server is on its way up."""

    reason: str
    text: str
    starting: bool = False

    @classmethod
    def by_end(cls, end: SocketEnd) -> Self:
        """The loss of a socket that was open."""
        reason, text = _ENDS[end]
        return cls(reason, text, starting=end is SocketEnd.RESTARTING)

    @classmethod
    def by_error(cls, err: JellyfinError) -> Self:
        """The loss of a socket that could not be opened."""
        reason = next(word for kind, word in _ERRORS if isinstance(err, kind))
        return cls(reason, str(err), starting=isinstance(err, JellyfinServerStartingError))


# It is our own: what it was stands in the log.
UNEXPECTED: Final = Loss("unexpected_error", "an unexpected error ended it")
