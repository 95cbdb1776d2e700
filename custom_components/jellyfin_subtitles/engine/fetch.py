"""Reading items by their ids, with what has to be known around them to decide about them."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import batched
import logging

from .identity import identities
from .jellyfin import JellyfinClient, JellyfinNotFoundError, JellyfinResponseError, MediaItem
from .judge import EPISODE, FILM, VERSION, other_versions
from .known import KnownIds
from .libraries import Libraries
from .models import Source
from .waiting import Entry

LOGGER = logging.getLogger(__name__)

type Locate = Callable[[], Awaitable[Mapping[str, str]]]
type FindFilms = Callable[[Collection[str]], Awaitable[Mapping[str, MediaItem]]]

# The server reads at most 8 KiB of request line, proxies often 4.
IDS_PER_REQUEST = 100


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found for a batch.

    `items` by their ids; `places`: ids with library ids, asked only if some item's library was unknown; `primaries`:
    the known films and episodes of which some items are further versions; `gone`: files whose place an item may take,
    by identity - who takes one pops it.
    """

    items: Mapping[str, MediaItem]
    places: Mapping[str, str]
    primaries: Mapping[str, MediaItem]
    gone: dict[int, str]


class ItemReader:
    """Reads a batch of entries; raises JellyfinError if the server cannot be asked."""

    def __init__(
        self, client: JellyfinClient, known: KnownIds, libraries: Libraries, *, now: Callable[[], datetime]
    ) -> None:
        """Take what to ask and what is known."""
        self._client = client
        self._known = known
        self._libraries = libraries
        self._now = now

    async def read(
        self, batch: Sequence[Entry], locate: Locate, find_films: FindFilms, *, lean: bool = False
    ) -> Findings:
        """Read the items, and around them no more than needed: most often that is nothing.

        Lean ones are enough to announce most of what nobody will ask for; the others are read in full nevertheless.
        """
        items: dict[str, MediaItem] = {}
        listed = [entry.item_id for entry in batch if not entry.absent]
        if lean:
            shown = await read_listed(self._client, [entry.item_id for entry in batch if entry.is_fresh], lean=True)
            items = {item_id: item for item_id, item in shown.items() if _says_enough(item)}
            listed = [entry.item_id for entry in batch if not (entry.absent or entry.is_fresh)]
            listed += shown.keys() - items.keys()
        # Asked for alone is what was absent before: fresh items hide each other in a listing, versions always.
        items |= await read_listed(self._client, listed)
        if absent := [entry.item_id for entry in batch if entry.absent]:
            items |= await read_alone(self._client, absent)
        if versions := [item for item in items.values() if item.kind == VERSION]:
            items |= await _reunited(versions, items, find_films)
        pairs = [(entry, items[entry.item_id]) for entry in batch if entry.item_id in items]
        places = await locate() if any(self._is_unplaced(entry, item) for entry, item in pairs) else {}
        hidden = {other for entry, item in pairs if is_hidden(entry, item) for other in other_versions(item)}
        primaries = await read_listed(self._client, [other for other in hidden if other in self._known])
        if queried := [item for entry, item in pairs if entry.sighting.source in (Source.SYNC, Source.WEBHOOK)]:
            await self._find_gone(queried)
        return Findings(items, places, primaries, self._known.removed_lately(self._now()))

    def _is_unplaced(self, entry: Entry, item: MediaItem) -> bool:
        return (
            item.kind in (FILM, EPISODE, VERSION) and entry.library_id is None and self._libraries.place(item) is None
        )

    async def _find_gone(self, queried: Iterable[MediaItem]) -> None:
        """Find out which files the queried items may have replaced.

        The socket tells of a removal together with what came instead; a query finds, and a post names, only the latter,
        and the file that it replaced still counts as known.
        """
        wanted = [digest for item in queried for digest in identities(item)]
        candidates = self._known.with_identity(wanted) if wanted else ()
        if len(candidates) > IDS_PER_REQUEST:
            # A path was changed, and with it every file: of so many nobody is told which took whose place.
            return
        there = await read_listed(self._client, candidates)
        there |= await read_alone(self._client, (item_id for item_id in candidates if item_id not in there))
        for item_id in candidates:
            if item_id not in there:
                self._known.remove(item_id, self._now())


def is_hidden(entry: Entry, item: MediaItem) -> bool:
    """Return whether a listing does not show an item, or not as what it is: it stands behind another version."""
    return item.kind == VERSION or entry.absent > 0


def _says_enough(item: MediaItem) -> bool:
    """Return whether a lean item can be judged as it is: it is none of ours, or has one file that was looked into."""
    if item.kind == VERSION:
        return False
    return item.kind not in (FILM, EPISODE) or item.is_virtual or (item.has_video and item.source_count == 1)


async def _reunited(
    versions: Iterable[MediaItem], items: Mapping[str, MediaItem], find_films: FindFilms
) -> dict[str, MediaItem]:
    """Return those of the versions that show nothing but themselves, each with all files of its film.

    Jellyfin 10.11 shows the versions on the film alone; on the version nothing says whose it is.
    """
    lonely = {item.item_id: item for item in versions if item.extra_type is None and not other_versions(item)}
    films = {other: item for item in items.values() for other in other_versions(item) if other in lonely}
    if wanted := lonely.keys() - films.keys():
        films |= await find_films(wanted)
    return {item_id: replace(lonely[item_id], sources=film.sources) for item_id, film in films.items()}


async def read_listed(client: JellyfinClient, item_ids: Iterable[str], *, lean: bool = False) -> dict[str, MediaItem]:
    """Return the items that a listing of these ids shows, by id; raises JellyfinError if the server cannot be asked."""
    return {
        item.item_id: item
        for ids in batched(item_ids, IDS_PER_REQUEST, strict=False)
        for item in await _read_some(client, ids, lean=lean)
    }


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


async def _read_some(client: JellyfinClient, ids: Sequence[str], *, lean: bool) -> tuple[MediaItem, ...]:
    try:
        return await client.get_items(ids, lean=lean)
    except JellyfinResponseError as err:
        _raise_unless_about_an_item(err)
        # One bad row fails the whole answer: halve until it stands alone.
        if len(ids) == 1:
            LOGGER.debug("The server cannot show %s: %s", ids[0], err)
            return ()
        half = len(ids) // 2
        return await _read_some(client, ids[:half], lean=lean) + await _read_some(client, ids[half:], lean=lean)


def _raise_unless_about_an_item(err: JellyfinResponseError) -> None:
    """Let pass what a single row can cause; sign-in, proxies and redirects concern every request."""
    if type(err) is not JellyfinResponseError:
        raise err
