"""The members of a JSON object, each taken only if it is what it should be."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
import re
from typing import Any, Final

from .const import LOGGER

# Decodes JSON as `json.loads` does; raises ValueError or RecursionError.
type Loads = Callable[[bytes | str], Any]

_ID: Final = re.compile(r"[0-9a-f]{32}")
_DASHED_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NO_ID: Final = "0" * 32


def normalize_id(value: object) -> str | None:
    """Return an id as 32 lower-case hex digits, whether it came with dashes or not; `None` if it is no id.

    All zeros is how the server writes that there is none.
    """
    if not isinstance(value, str):
        return None
    # Servers write ids like this, 100,000 of them in some answers, so that nothing else is tried first.
    if _ID.fullmatch(value):
        return None if value == _NO_ID else value
    lower = value.lower()
    if _DASHED_ID.fullmatch(lower):
        lower = lower.replace("-", "")
    return lower if _ID.fullmatch(lower) and lower != _NO_ID else None


def members_of(data: object) -> Mapping[str, Any]:
    """Return the members of an object; anything else has none."""
    return data if isinstance(data, dict) else {}


def storable(value: str) -> str:
    """Return the text as it can be written to a disk: JSON may hold half a surrogate pair, UTF-8 may not."""
    return value.encode(errors="replace").decode()


def text(data: Mapping[str, Any], key: str) -> str | None:
    """Return a text that is there and not empty."""
    value = data.get(key)
    if not isinstance(value, str) or not value:
        return None
    return value if value.isascii() else storable(value)


def whole_number(data: Mapping[str, Any], key: str) -> int | None:
    """Return a whole number of at most 64 bits, as the server's are; `true` is none."""
    value = data.get(key)
    return value if type(value) is int and abs(value) < 2**63 else None


def number(data: Mapping[str, Any], key: str) -> float | None:
    """Return a number, whole or not; `true` is none, and neither is what no number can be compared with."""
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if abs(value) < 2**63 else None


def moment(data: Mapping[str, Any], key: str) -> datetime | None:
    """Return a moment; one without a time zone is in UTC."""
    try:
        found = datetime.fromisoformat(text(data, key) or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def entries(data: Mapping[str, Any], key: str) -> list[Any]:
    """Return the entries of a list; anything else has none."""
    value = data.get(key)
    return value if isinstance(value, list) else []


def ids(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Return the ids of a list, without what is none."""
    return tuple([item_id for value in entries(data, key) if (item_id := normalize_id(value))])


def unusable[T](kind: type[T], lacking: str) -> T | None:
    """Say once that an object is skipped and what it lacks; nothing of its content, which may be secret."""
    LOGGER.debug("Skipped a %s without a usable %s", kind.__name__, lacking)
    return None
