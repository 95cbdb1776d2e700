"""Finding servers nobody has named: a question to the whole network, which each of them answers for itself."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
import json
from typing import Any, Final, Self, override

from .const import LOGGER
from .reading import members_of, normalize_id, text, unusable
from .transport import base_url

DISCOVERY_PORT: Final = 7359

_QUESTION: Final = b"Who is JellyfinServer?"

# Anybody in the network may answer, with anything and as often as they like.
_LARGEST_ANSWER: Final = 4096
_LONGEST_NAME: Final = 80
_MOST_SERVERS: Final = 32


@dataclass(frozen=True, slots=True)
class DiscoveredServer:
    """A server as it calls itself; nothing of it is proven before somebody asks at the address."""

    url: str
    server_id: str
    name: str

    @classmethod
    def from_dict(cls, data: object) -> Self | None:
        """Read an answer; the name holds nothing that cannot be seen."""
        members = members_of(data)
        url, server_id = base_url(text(members, "Address") or ""), normalize_id(members.get("Id"))
        if url is None or server_id is None:
            return unusable(cls, "Address and Id")
        name = "".join(filter(str.isprintable, text(members, "Name") or ""))[:_LONGEST_NAME].strip()
        return cls(str(url), server_id, name or "Jellyfin")


async def discover(
    addresses: Iterable[str], *, port: int = DISCOVERY_PORT, wait: float = 1.0
) -> tuple[DiscoveredServer, ...]:
    """Ask at each address, which may be a broadcast one, and return who answers within this many seconds.

    It never fails: where the network cannot be asked, nobody is found.
    """
    ear = _Ear()
    recipients = tuple(addresses)
    if not recipients:
        return ()
    loop = asyncio.get_running_loop()
    try:
        transport, _ = await loop.create_datagram_endpoint(lambda: ear, local_addr=("0.0.0.0", 0), allow_broadcast=True)
    except OSError as err:
        LOGGER.debug("Nobody in the network can be asked: %s", err)
        return ()
    try:
        for address in recipients:
            transport.sendto(_QUESTION, (address, port))
        await asyncio.sleep(wait)
        # If the loop was busy, what arrived in time still lies there; a turn of the loop reads one datagram.
        for _ in range(2 * _MOST_SERVERS):
            await asyncio.sleep(0)
    finally:
        transport.close()
    return tuple(ear.servers.values())


class _Ear(asyncio.DatagramProtocol):
    """Hears the answers, of each server the first one."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self.servers: dict[str, DiscoveredServer] = {}
        self._refused = False

    @override
    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        if len(self.servers) == _MOST_SERVERS or len(data) > _LARGEST_ANSWER:
            return
        try:
            answer = json.loads(data)
        except ValueError, RecursionError:
            answer = None
        if server := DiscoveredServer.from_dict(answer):
            self.servers.setdefault(server.server_id, server)

    @override
    def error_received(self, exc: Exception) -> None:
        if not self._refused:
            self._refused = True
            LOGGER.debug("Not everybody in the network can be asked: %s", exc)
