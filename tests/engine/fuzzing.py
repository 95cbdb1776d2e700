"""Bytes that nobody would send: at random, out of the pieces of JSON, and real ones with something wrong in them."""

from collections.abc import Iterator, Sequence
import json
from random import Random
from typing import Any

PIECES = (
    *rb'{ } [ ] : , " \ \u \ud83d null true NaN -Infinity 1e999 -0'.split(),
    *(b" ", b"\n", b"\x00", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", "😀".encode("utf-16"), b"9" * 5000),
    *(b'"MessageType"', b'"LibraryChanged"', b'"Data"', b'"ItemsAdded"', b'"NotificationType"', b'"ItemId"'),
)
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 0.5, 10**18, 10**400, float("nan"), float("inf"), [], {}, [[]], [None], {"": {}}),
    *("", "x", "\ud83d", "\x00", "0" * 32, "F" * 32, "ffffffff-ffff-ffff-ffff-ffffffffffff"),
    *("LibraryChanged", "RefreshProgress", "GeneralCommand", "DisplayMessage", "KeepAlive", "ForceKeepAlive"),
    *("ItemAdded", "ItemUpdated", "Download"),
)
DEEP = [b"[" * 50_000, b'{"Data":' * 20_000, b'{"MessageType":"LibraryChanged","Data":' + b"[" * 50_000]


def mutations(seeds: Sequence[bytes], count: int, random: Random) -> Iterator[bytes]:
    """Yield so many of them, always the same for one seed of `random`."""
    for number in range(count):
        if number % 500 == 0:
            yield random.choice(DEEP)
            continue
        match random.randrange(8):
            case 0:
                yield random.randbytes(random.randrange(200))
            case 1:
                yield b"".join(random.choices(PIECES, k=random.randrange(30)))
            case 2 | 3:
                yield _torn(random.choice(seeds), random)
            case _:
                yield _altered(random.choice(seeds), random)


def _torn(seed: bytes, random: Random) -> bytes:
    """Change bytes, cut pieces out, put others in."""
    torn = bytearray(seed)
    for _ in range(random.randrange(1, 6)):
        start = random.randrange(len(torn) + 1)
        end = min(start + random.randrange(20), len(torn))
        torn[start:end] = random.choice((b"", random.choice(PIECES), random.randbytes(3), torn[start:end] * 2))
    return bytes(torn)


def _altered(seed: bytes, random: Random) -> bytes:
    """Leave it JSON, and put wrong things into its places."""
    document = json.loads(seed)
    for _ in range(random.randrange(1, 4)):
        document = _replaced(document, random)
    return json.dumps(document, ensure_ascii=random.random() < 0.5).encode(errors="surrogatepass")


def _replaced(value: Any, random: Random) -> Any:
    """Go down to some place and change what is there."""
    if isinstance(value, dict) and value and random.random() < 0.85:
        key = random.choice(sorted(value))
        if random.random() < 0.1:
            other = random.choice(sorted(value))
            return value | {key: value[other], other: value[key]}
        return value | {key: _replaced(value[key], random)}
    if isinstance(value, list) and value and random.random() < 0.7:
        at = random.randrange(len(value))
        return [*value[:at], _replaced(value[at], random), *value[at + 1 :]]
    return random.choice(VALUES)
