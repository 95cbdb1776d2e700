"""Posters that nobody drew: a PNG in colours of its own for each item."""

from functools import lru_cache
import struct
from typing import Final
import zlib

WIDTH: Final = 200
HEIGHT: Final = 300


@lru_cache(maxsize=64)
def poster(item_id: str) -> bytes:
    """Return the picture of that item, the same one each time: one colour fades into another behind a bright band."""
    above, below = bytes.fromhex(item_id[:6]), bytes.fromhex(item_id[6:12])
    band = int(item_id[12:14], 16) * (HEIGHT - 40) // 255
    rows = b"".join(
        b"\x00" + _colour(above, below, row, bright=band <= row < band + 40) * WIDTH for row in range(HEIGHT)
    )
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _colour(above: bytes, below: bytes, row: int, *, bright: bool) -> bytes:
    mixed = [(first * (HEIGHT - row) + last * row) // HEIGHT for first, last in zip(above, below, strict=True)]
    return bytes((part + 2 * 255) // 3 if bright else part for part in mixed)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
