"""How a client says who it is."""

import hashlib
from typing import Final
from urllib.parse import quote
import uuid

_SCHEME: Final = "MediaBrowser"


def authorization(*, client: str, device: str, device_id: str, version: str, token: str | None = None) -> str:
    """Return the value of the `Authorization` header.

    The server strips quotes and then decodes percent signs, and knows no other escape: so every value is encoded whole.
    """
    pairs = {"Client": client, "Device": device, "DeviceId": device_id, "Version": version}
    if token is not None:
        pairs["Token"] = token
    return f"{_SCHEME} " + ", ".join(f'{key}="{quote(value, safe="")}"' for key, value in pairs.items())


def session_id(client: str, device_id: str) -> str:
    """Return the id of the session that the server keeps for this client on this device.

    The server computes it from the two names alone, so that it is known before the first request and stays the same.
    """
    digest = hashlib.md5((client + device_id).encode("utf-16-le"), usedforsecurity=False).digest()
    return uuid.UUID(bytes_le=digest).hex
