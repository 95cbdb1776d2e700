"""Pages of what is in a library: lean ones, and full ones with the date that the server sorts by."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self

from .models import MediaItem
from .reading import entries, members_of, normalize_id, text, unusable, whole_number

_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ItemRef:
    """An item as a lean page names it: enough to know it again. The path is there only if it was asked for."""

    item_id: str
    kind: str
    name: str
    year: int | None = None
    series_id: str | None = None
    season_number: int | None = None
    episode_number: int | None = None
    source_count: int = 1
    path: str | None = None
    episode_number_end: int | None = None

    @classmethod
    def from_dict(cls, data: object) -> Self | None:
        """Read a row of a page."""
        members = members_of(data)
        item_id, kind = normalize_id(members.get("Id")), text(members, "Type")
        if item_id is None or kind is None:
            return unusable(cls, "Id and Type")
        return cls(
            item_id=item_id,
            kind=kind,
            name=text(members, "Name") or "",
            year=whole_number(members, "ProductionYear"),
            series_id=normalize_id(members.get("SeriesId")),
            season_number=whole_number(members, "ParentIndexNumber"),
            episode_number=whole_number(members, "IndexNumber"),
            source_count=whole_number(members, "MediaSourceCount") or 1,
            path=text(members, "Path"),
            episode_number_end=whole_number(members, "IndexNumberEnd"),
        )


@dataclass(frozen=True, slots=True)
class ItemPage:
    """A page of items; the list is at its end when `received`, which counts unusable rows too, is 0.

    `total` is what the server says, which is the size of the page where it was told not to count.
    """

    items: tuple[ItemRef, ...]
    total: int | None
    server_time: datetime | None
    received: int

    @classmethod
    def from_dict(cls, data: object, *, server_time: datetime | None = None) -> Self | None:
        """Read a page; it is unusable without its list."""
        members = members_of(data)
        rows = members.get("Items")
        if not isinstance(rows, list):
            return unusable(cls, "Items")
        items = tuple(item for row in rows if (item := ItemRef.from_dict(row)))
        return cls(items, whole_number(members, "TotalRecordCount"), server_time, len(rows))


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
