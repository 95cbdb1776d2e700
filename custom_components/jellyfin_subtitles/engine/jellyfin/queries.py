"""What is asked about items, as the parameters of `GET /Items`.

Whatever matters is said, because the server's own choice differs between versions and users, or is none at all.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

# By itself the server would put collections in place of films, add what the user has watched, and count everything.
_LEAN: Final = {"collapseBoxSetItems": "false", "enableUserData": "false", "enableTotalRecordCount": "false"}

_POSTER: Final = {"enableImageTypes": "Primary", "imageTypeLimit": "1"}
_WITHOUT_FILES: Final = {"fields": "Path,ProviderIds,ParentId,MediaSourceCount", **_POSTER}

# The streams of an item's own file are given only where the sources are asked for as well.
_FULL: Final = {
    "fields": "Path,ProviderIds,ParentId,MediaStreams,MediaSources,DateCreated",
    # Who has watched it may not want subtitles for it any more.
    "enableUserData": "true",
    **_POSTER,
}


def with_ids(item_ids: Iterable[str], *, lean: bool = False) -> dict[str, str]:
    """Ask for these items in full; or lean, without their files, which are most of what the server has to look up."""
    return {**_LEAN, "ids": ",".join(item_ids), **(_WITHOUT_FILES if lean else _FULL)}


def page(
    folder_id: str,
    *,
    start: int,
    limit: int,
    kinds: Sequence[str] = (),
    since: datetime | None = None,
    fields: str = "MediaSourceCount",
    newest_first: bool = False,
) -> dict[str, str]:
    """Ask for a page of everything below a library, a series or a season, as lean as the fields are.

    Oldest first, what arrives while the pages are turned comes after them.
    """
    params = {
        **_LEAN,
        "parentId": folder_id,
        "recursive": "true",
        "isMissing": "false",
        "enableImages": "false",
        "fields": fields,
        "sortBy": "DateCreated,SortName",
        "sortOrder": "Descending" if newest_first else "Ascending",
        "startIndex": str(start),
        "limit": str(limit),
    }
    if kinds:
        params["includeItemTypes"] = ",".join(kinds)
    if since is not None:
        if since.tzinfo is None:
            raise ValueError("A moment without a time zone means nothing to a server")
        params["minDateLastSaved"] = f"{since.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"
    return params


def recent(library_id: str, *, start: int, limit: int, kinds: Sequence[str]) -> dict[str, str]:
    """Ask for what is newest in a library, in full and with its date, and for how much there is in all."""
    params = page(library_id, start=start, limit=limit, kinds=kinds, newest_first=True)
    return {**params, **_FULL, "enableTotalRecordCount": "true", "enableImages": "true"}


def episodes(folder_id: str, *, start: int, limit: int) -> dict[str, str]:
    """Ask for the episodes below a series or a season that have a file.

    What a user asks about a season is answered from memory, where `isMissing` is overlooked; the kind of place is not.
    """
    params = page(folder_id, start=start, limit=limit, kinds=("Episode",))
    return {**params, "excludeLocationTypes": "Virtual"}


def named(term: str, *, kinds: Sequence[str], start: int, limit: int) -> dict[str, str]:
    """Ask for a page of what has this in its name, in full."""
    return {
        **_LEAN,
        "searchTerm": term,
        "recursive": "true",
        "isMissing": "false",
        "includeItemTypes": ",".join(kinds),
        "sortBy": "SortName",
        "startIndex": str(start),
        "limit": str(limit),
        **_FULL,
    }
