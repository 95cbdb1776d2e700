"""Reading items by their ids, so that one that cannot be read does not hide the others."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import batched
import logging

from .jellyfin import JellyfinClient, JellyfinNotFoundError, JellyfinResponseError, MediaItem

LOGGER = logging.getLogger(__name__)

# The server reads at most 8 KiB of request line, proxies often 4.
IDS_PER_REQUEST = 100


async def read_listed(client: JellyfinClient, item_ids: Iterable[str]) -> dict[str, MediaItem]:
    """Return the items that a listing of these ids shows, by id; raises JellyfinError if the server cannot be asked."""
    found: dict[str, MediaItem] = {}
    for ids in batched(item_ids, IDS_PER_REQUEST, strict=False):
        found |= {item.item_id: item for item in await _read_some(client, ids)}
    return found


async def read_alone(client: JellyfinClient, item_ids: Iterable[str]) -> dict[str, MediaItem]:
    """Return the items, each asked for alone: this also shows further versions, and fresh rows that hide each other."""
    found: dict[str, MediaItem] = {}
    for item_id in item_ids:
        try:
            with suppress(JellyfinNotFoundError):
                found[item_id] = await client.get_item(item_id)
        except JellyfinResponseError as err:
            _raise_unless_about_an_item(err)
    return found


async def _read_some(client: JellyfinClient, ids: Sequence[str]) -> tuple[MediaItem, ...]:
    try:
        return await client.get_items(ids)
    except JellyfinResponseError as err:
        _raise_unless_about_an_item(err)
        # One bad row fails the whole answer: halve until it stands alone.
        if len(ids) == 1:
            LOGGER.debug("The server cannot show %s: %s", ids[0], err)
            return ()
        half = len(ids) // 2
        return await _read_some(client, ids[:half]) + await _read_some(client, ids[half:])


def _raise_unless_about_an_item(err: JellyfinResponseError) -> None:
    """Let pass what a single row can cause; sign-in, proxies and redirects concern every request."""
    if type(err) is not JellyfinResponseError:
        raise err
