"""Proof of service: whether the server's messages reach one open socket."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from enum import StrEnum
import logging
from secrets import token_hex
from typing import Final

from .jellyfin import (
    Echo,
    JellyfinAuthenticationError,
    JellyfinClient,
    JellyfinConnectionError,
    JellyfinError,
    JellyfinServerStartingError,
    NowPlaying,
    SocketMessage,
)

_LOGGER = logging.getLogger(__name__)

# One echo may get lost between two sockets of the same session; two do not.
_ECHOES_UNTIL_DEAF: Final = 2
# An error may be a passing one (a proxy, the first moments of a restart); three in a row are an answer.
_REFUSALS_UNTIL_REFUSED: Final = 3


class Verdict(StrEnum):
    """What a round of echoes showed."""

    PROVEN = "proven"
    DEAF = "deaf"
    REFUSED = "echo_refused"


class ProofOfService:
    """What is known about one socket: open and answering every KeepAlive, it may still never get a message.

    So the client writes to its own session and the message has to come out of this socket. Any message that the server
    sends by itself shows the same.
    """

    def __init__(self, client: JellyfinClient, *, echo_timeout: float, named_within: float) -> None:
        """Take the client whose session the socket belongs to."""
        self._client = client
        self._echo_timeout = echo_timeout
        self._named_within = named_within
        self._nonces: set[str] = set()
        self._heard = asyncio.Event()
        self._deadlines: dict[str, float] = {}
        self._expecting = asyncio.Event()

    def heard(self, message: SocketMessage) -> bool:
        """Take a message of the socket and return whether it proves something.

        A stranger's echo does not, nor does what comes because this very socket has asked for it.
        """
        if isinstance(message, NowPlaying) or (isinstance(message, Echo) and message.text not in self._nonces):
            return False
        self._heard.set()
        return True

    async def ask(self) -> Verdict:
        """Send echoes until something is heard or not hearing anything means something.

        An echo counts once the server took it (204) and had its time. A server that is starting, cannot be reached or
        is too slow shows nothing about the socket and is asked again for as long as it takes.
        Raises JellyfinAuthenticationError, which says more about the token than about the socket.
        """
        unanswered = refused = 0
        while unanswered < _ECHOES_UNTIL_DEAF and refused < _REFUSALS_UNTIL_REFUSED:
            nonce = token_hex(8)
            self._nonces.add(nonce)
            try:
                await self._client.echo(nonce)
            except JellyfinAuthenticationError:
                raise
            except (JellyfinConnectionError, JellyfinServerStartingError) as err:
                _LOGGER.debug("No echo could be sent yet: %s", err)
            except JellyfinError as err:
                _LOGGER.debug("The echo was refused: %s", err)
                refused += 1
            else:
                unanswered += 1
            with suppress(TimeoutError):
                async with asyncio.timeout(self._echo_timeout):
                    await self._heard.wait()
            if self._heard.is_set():
                return Verdict.PROVEN
        return Verdict.DEAF if unanswered == _ECHOES_UNTIL_DEAF else Verdict.REFUSED

    def expect(self, item_ids: Iterable[str]) -> None:
        """Remember what was found without the socket: a message has to name it in time."""
        deadline = asyncio.get_running_loop().time() + self._named_within
        for item_id in item_ids:
            self._deadlines.setdefault(item_id, deadline)
        self._expecting.set()

    def named(self, item_ids: Iterable[str]) -> None:
        """Forget what a message has named."""
        for item_id in item_ids:
            self._deadlines.pop(item_id, None)

    async def doubted(self) -> None:
        """Return when something expected was not named in time.

        What was heard and what is expected are forgotten then: only what comes now can be proof.
        """
        while not self._overdue():
            self._expecting.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout_at(self._earliest()):
                    await self._expecting.wait()
        self._deadlines.clear()
        self._heard.clear()

    def _earliest(self) -> float | None:
        # Every deadline is the same time ahead, so the first one in is the first one due.
        return next(iter(self._deadlines.values()), None)

    def _overdue(self) -> bool:
        earliest = self._earliest()
        return earliest is not None and earliest <= asyncio.get_running_loop().time()
