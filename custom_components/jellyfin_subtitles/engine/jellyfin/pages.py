"""A page of items in full, each with the date that the server sorts it by."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self

from .models import MediaItem
from .reading import entries, members_of, unusable, whole_number

_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DatedItem:
    """An item and when it was created, which to most servers is the date of its file; undated ones are the oldest."""

    item: MediaItem
    created: datetime

    @classmethod
    def from_dict(cls, data: object) -> Self | None:
        """Read a row of a page."""
        if (item := MediaItem.from_dict(data)) is None:
            return None
        return cls(item, item.created or _LONG_AGO)


@dataclass(frozen=True, slots=True)
class DatedPage:
    """A page of items, and how many there are on all pages together (some of them may not be shown to the user)."""

    items: tuple[DatedItem, ...]
    total: int

    @classmethod
    def from_dict(cls, data: object) -> Self | None:
        """Read a page; it is unusable without its list and its total."""
        members = members_of(data)
        total = whole_number(members, "TotalRecordCount")
        if total is None or not isinstance(members.get("Items"), list):
            return unusable(cls, "Items and TotalRecordCount")
        return cls(tuple(item for row in entries(members, "Items") if (item := DatedItem.from_dict(row))), total)
