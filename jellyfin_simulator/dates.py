"""Dates as Jellyfin writes and reads them."""

from datetime import UTC, datetime
from email.utils import formatdate
import re
from typing import Final

_ISO: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,7}))?\s*(Z|[+-]\d\d:?\d\d)?)?", re.IGNORECASE
)


def to_json(moment: float) -> str:
    """Return the time in UTC with seven fractional digits."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z"


def to_header(moment: float) -> str:
    """Return the time as the `Date` header wants it."""
    return formatdate(moment, usegmt=True)


def from_query(text: str) -> float | None:
    """Return the time that a query parameter names, None if it makes no sense."""
    match = _ISO.fullmatch(text.strip())
    if match is None:
        return None
    day, clock_time, fraction, zone = match.groups()
    zone = "+00:00" if zone is None or zone in "Zz" else zone
    try:
        moment = datetime.fromisoformat(f"{day}T{clock_time or '00:00:00'}{zone}")
    except ValueError:
        return None
    return moment.timestamp() + (float(f"0.{fraction}") if fraction else 0.0)
