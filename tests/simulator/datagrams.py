"""Asking a server with a datagram, as the recorder did."""

import asyncio
import json
from typing import Any, override

# An answer on loopback needs two turns of the loop; what has not come after these will not come.
_TURNS = 25


class _Ear(asyncio.DatagramProtocol):
    """Keeps what arrives."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.heard: list[bytes] = []

    @override
    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        self.heard.append(data)


async def ask(port: int, datagram: str) -> Any:
    """Return what comes back, as JSON; None if nothing does."""
    loop = asyncio.get_running_loop()
    transport, ear = await loop.create_datagram_endpoint(_Ear, remote_addr=("127.0.0.1", port))
    try:
        transport.sendto(datagram.encode())
        for _ in range(_TURNS):
            await asyncio.sleep(0)
    finally:
        transport.close()
    return json.loads(ear.heard[0]) if ear.heard else None
