"""REST: items, their pictures and what users did with them."""

from collections import Counter
from typing import Final

from aiohttp import web

from .accounts import SimUser, UserData
from .answers import Json, RefusalError, error_text, json_string, no_content, ok, page, problem
from .items import ALL_FIELDS, describe_item
from .library import SimItem
from .monitor import Refresh
from .pictures import poster
from .query import ItemQuery, clean_name
from .routing import Call, Policy, Route
from .user_data import describe_user_data

_ORDERS: Final = ("ascending", "descending")
_COUNTED_KINDS: Final = {
    "Movie": "Movie",
    "Series": "Series",
    "Episode": "Episode",
    "Artist": "MusicArtist",
    "Program": "Program",
    "Trailer": "Trailer",
    "Song": "Audio",
    "Album": "MusicAlbum",
    "MusicVideo": "MusicVideo",
    "BoxSet": "BoxSet",
    "Book": "Book",
}


def _lower(values: list[str]) -> frozenset[str]:
    return frozenset(value.lower() for value in values)


def _read_query(call: Call, user: SimUser | None) -> ItemQuery:
    parameters = call.parameters
    search = parameters.text("searchTerm")
    collapses = parameters.flag("collapseBoxSetItems")
    orders = [word.lower() for word in parameters.words("sortOrder")]
    return ItemQuery(
        user=user,
        item_ids=tuple(parameters.ids("ids")),
        parent_id=parameters.guid("parentId"),
        recursive=bool(parameters.flag("recursive")),
        include_kinds=_lower(parameters.words("includeItemTypes")),
        exclude_kinds=_lower(parameters.words("excludeItemTypes")),
        is_missing=parameters.flag("isMissing"),
        min_saved=parameters.date("minDateLastSaved"),
        has_subtitles=parameters.flag("hasSubtitles"),
        subtitle_languages=_lower(parameters.words("subtitleLanguages")),
        search_term=clean_name(search) if search else None,
        location_types=_lower(parameters.words("locationTypes")),
        exclude_location_types=_lower(parameters.words("excludeLocationTypes")),
        media_types=_lower(parameters.words("mediaTypes")),
        sort_by=tuple(name.lower() for name in parameters.words("sortBy")),
        descending=tuple(order == "descending" for order in orders if order in _ORDERS),
        collapses=collapses is not False,
    )


def _check_parent(call: Call, query: ItemQuery) -> ItemQuery:
    """Return the query with its parent folder, or refuse it because of that folder."""
    if query.parent_id is None or query.item_ids:
        return query
    item = call.core.shelves.items.get(query.parent_id)
    if item is None:
        raise RefusalError(error_text(400))
    if query.user is not None and not query.user.sees(item.library.library_id):
        text = f"{query.user.name} is not permitted to access Library {item.name}."
        raise RefusalError(json_string(401, text))
    return query


async def list_items(call: Call) -> web.Response:
    """Answer a query for items."""
    user = call.user()
    query = _check_parent(call, _read_query(call, user))
    for item_id in query.item_ids:
        call.check_reserved(item_id)
    start, limit = call.parameters.number("startIndex") or 0, call.parameters.number("limit")
    counts = call.parameters.flag("enableTotalRecordCount") is not False
    options = call.dto_options(user)
    rows = call.core.librarian.find(query)
    if query.asks_for_views:
        return page([_describe(call, item, user) for item in rows])
    shown = rows[start:] if limit is None else rows[start : start + limit]
    items = [describe_item(item, options, child_count=_child_count(call, item)) for item in shown]
    return page(items, total=len(rows) if counts else len(items), start=start)


def _child_count(call: Call, item: SimItem) -> int:
    if not item.is_folder:
        return 0
    return len(call.core.shelves.children.get(item.item_id, ()))


def _describe(call: Call, item: SimItem, user: SimUser | None, fields: frozenset[str] | None = None) -> Json:
    return describe_item(item, call.dto_options(user, fields), child_count=_child_count(call, item))


async def list_views(call: Call) -> web.Response:
    """Return the user's libraries."""
    if (user := call.user()) is None:
        return error_text(400)
    return page([_describe(call, item, user, ALL_FIELDS) for item in call.core.librarian.views(user)])


async def get_item(call: Call) -> web.Response:
    """Return one item with everything; a user must be looking."""
    item_id = call.item_id()
    if (user := call.user()) is None:
        return error_text(400)
    item = call.core.librarian.visible(item_id, user)
    return problem(404) if item is None else ok(_describe(call, item, user, ALL_FIELDS))


async def get_ancestors(call: Call) -> web.Response:
    """Return the folders above an item, up to the root."""
    item = call.core.librarian.visible(call.item_id(), call.caller.user)
    if item is None:
        return problem(404)
    above: list[SimItem] = []
    while (item := call.core.shelves.items.get(item.parent_id)) is not None:
        above.append(item)
    return ok([_describe(call, row, call.caller.user, ALL_FIELDS) for row in above])


async def count_items(call: Call) -> web.Response:
    """Return how many items there are of each kind."""
    user = call.user()
    rows = call.core.librarian.find(ItemQuery(user=user, recursive=True, is_missing=False))
    counts = Counter(row.kind for row in rows)
    return ok({**{f"{name}Count": counts[kind] for name, kind in _COUNTED_KINDS.items()}, "ItemCount": 0})


async def refresh_item(call: Call) -> web.Response:
    """Queue a refresh; without a mode nothing comes of it."""
    item = call.core.librarian.visible(call.item_id(), call.caller.user)
    if item is None:
        return problem(404)
    mode, pictures = (
        (call.parameters.text(name) or "None").lower() for name in ("metadataRefreshMode", "imageRefreshMode")
    )
    if mode != "none":
        row = None if item in item.library.folders else item
        call.core.monitor.refresh(
            Refresh(item.library, row, is_full=mode == "fullrefresh", with_pictures=pictures != "none")
        )
    return no_content()


def _own_item(call: Call) -> tuple[SimUser, SimItem]:
    """Return the user that the query is about and the item that it did something with."""
    user = call.user()
    item = call.core.librarian.visible(call.item_id(), user)
    if user is None or item is None:
        raise RefusalError(problem(404))
    return user, item


def _tell_user_data(call: Call, user: SimUser, item: SimItem) -> web.Response:
    call.core.sessions.see(call.caller)
    call.core.user_data.note(user, item)
    return ok(describe_user_data(item, user, is_twelve=call.core.is_twelve))


async def mark_played(call: Call) -> web.Response:
    """Mark an item as played; it may have been played before."""
    user, item = _own_item(call)
    data = user.data_of(item.item_id)
    data.is_played = True
    data.play_count = max(1, data.play_count)
    data.last_played = data.last_played or call.core.clock.time()
    return _tell_user_data(call, user, item)


async def mark_unplayed(call: Call) -> web.Response:
    """Forget that an item was played."""
    user, item = _own_item(call)
    user.item_data[item.item_id] = UserData(is_favorite=user.data_of(item.item_id).is_favorite)
    return _tell_user_data(call, user, item)


async def mark_favorite(call: Call) -> web.Response:
    """Make an item a favourite, or one no longer."""
    user, item = _own_item(call)
    user.data_of(item.item_id).is_favorite = call.request.method == "POST"
    return _tell_user_data(call, user, item)


async def get_image(call: Call) -> web.StreamResponse:
    """Return the picture of an item, to anybody."""
    item = call.core.librarian.visible(call.item_id(), call.caller.user)
    if item is None or item.image_tag is None:
        return problem(404)
    return web.Response(body=poster(item.item_id), content_type="image/png")


ROUTES: Final = (
    Route("GET", "/Items", list_items),
    Route("GET", "/Users/{userId}/Items", list_items),
    Route("GET", "/UserViews", list_views),
    Route("GET", "/Users/{userId}/Views", list_views),
    Route("GET", "/Items/Counts", count_items),
    Route("GET", "/Items/{itemId}", get_item),
    Route("GET", "/Users/{userId}/Items/{itemId}", get_item),
    Route("GET", "/Items/{itemId}/Ancestors", get_ancestors),
    Route("POST", "/Items/{itemId}/Refresh", refresh_item, Policy.ELEVATED),
    Route("POST", "/UserPlayedItems/{itemId}", mark_played),
    Route("DELETE", "/UserPlayedItems/{itemId}", mark_unplayed),
    Route("POST", "/UserFavoriteItems/{itemId}", mark_favorite),
    Route("DELETE", "/UserFavoriteItems/{itemId}", mark_favorite),
    Route("GET", "/Items/{itemId}/Images/Primary", get_image, Policy.ANYBODY),
    Route("HEAD", "/Items/{itemId}/Images/Primary", get_image, Policy.ANYBODY),
)
