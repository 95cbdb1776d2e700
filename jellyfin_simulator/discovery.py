"""The network discovery: whoever asks for Jellyfin servers with a datagram is told where this one is."""

import asyncio
import json
from typing import Any, Final, override

from .core import Core

_HOST: Final = "127.0.0.1"
_QUESTION: Final = "who is jellyfinserver?"


class Discovery:
    """A port for datagrams, open while the server's application runs; the real server's is always 7359."""

    def __init__(self, core: Core) -> None:
        """Begin with no port."""
        self.port = 0
        self._core = core
        self._transport: asyncio.DatagramTransport | None = None

    async def set_open(self, *, is_open: bool) -> None:
        """Listen, on the port of last time or a free one, or hear nothing any more."""
        if not is_open:
            transport, self._transport = self._transport, None
            if transport is not None:
                transport.close()
        elif self._transport is None:
            loop = asyncio.get_running_loop()
            self._transport, _ = await loop.create_datagram_endpoint(
                lambda: _Responder(self._core), local_addr=(_HOST, self.port)
            )
            self.port = self._transport.get_extra_info("sockname")[1]


class _Responder(asyncio.DatagramProtocol):
    """Answers the question to the one who asked, wherever in a datagram it stands."""

    _transport: asyncio.DatagramTransport

    def __init__(self, core: Core) -> None:
        """Speak for that server."""
        self._core = core

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.DatagramTransport)
        self._transport = transport

    @override
    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        core = self._core
        if not core.configuration.auto_discovery or _QUESTION not in data.decode(errors="replace").lower():
            return
        # Unlike everywhere else, a null is written out here.
        answer = {
            "Address": core.local_address,
            "Id": core.server_id,
            "Name": core.configuration.server_name,
            "EndpointAddress": None,
        }
        self._transport.sendto(json.dumps(answer, separators=(",", ":"), ensure_ascii=False).encode(), addr)
