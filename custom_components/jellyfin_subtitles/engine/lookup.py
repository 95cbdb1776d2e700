"""What people ask about: an item by its id or its path, the episodes of a series, what is newest in a library."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
import uuid

from .catch_up import PAGE, PAGE_OVERLAP
from .fetch import read_alone, read_listed
from .jellyfin import (
    DatedItem,
    ItemRef,
    JellyfinClient,
    JellyfinLibraryError,
    JellyfinNotFoundError,
    Library,
    MediaItem,
)
from .judge import EPISODE, FILM, VERSION, announcement, other_versions
from .ledger_models import Closed
from .libraries import Libraries
from .models import Announcement, Needs, RequestReason, Sighting, Source, SubtitleRequest
from .policy import Household, assess
from .profiles import Profile
from .wish import Wish

SERIES = "Series"
SEASON = "Season"

NAMED_PAGE = 100

_KINDS = (FILM, EPISODE, SEASON, SERIES)


@dataclass(frozen=True, slots=True)
class Assessment:
    """An item that somebody asked about, and what each of its files has and lacks, its own file first."""

    item: Announcement
    needs: tuple[Needs, ...]

    @property
    def lacking(self) -> tuple[Needs, ...]:
        """The files that lack a wanted language."""
        return tuple(needs for needs in self.needs if needs.missing)


@dataclass(frozen=True, slots=True)
class Recent:
    """The same page of several libraries, put together newest first; `is_last` if none of them has another."""

    items: tuple[tuple[MediaItem, Library], ...]
    is_last: bool


def is_film_or_episode(item: MediaItem) -> bool:
    """Return whether an item is what is announced, not a trailer, a home video or a folder."""
    return item.kind in (FILM, EPISODE) and item.extra_type is None


def can_have_subtitles(item: MediaItem) -> bool:
    """Return whether an item is a film, an episode, or a video that the server does not call either.

    That may be a further file of a film: Jellyfin 10.11 shows it alone, and does not say of which.
    """
    return is_film_or_episode(item) or (item.kind == VERSION and item.extra_type is None)


def has_episodes(item: MediaItem) -> bool:
    """Return whether an item is a series or a season."""
    return item.kind in (SERIES, SEASON)


def kinds_of(household: Household) -> tuple[str, ...]:
    """Return what a household wants to hear of: who wants neither, and asks nevertheless, means both."""
    wanted = tuple(kind for kind, is_wanted in ((FILM, household.films), (EPISODE, household.episodes)) if is_wanted)
    return wanted or (FILM, EPISODE)


def requested(assessed: Assessment, needs: Needs) -> SubtitleRequest:
    """Return the request of a person for what one of the files lacks."""
    said = assessed.item
    return SubtitleRequest(uuid.uuid4().hex, said, needs, RequestReason.ACTION, said.announced_at)


class Lookup:
    """Asks the server what somebody wants to know now; every coroutine raises JellyfinError if that fails."""

    def __init__(self, client: JellyfinClient, libraries: Libraries, *, now: Callable[[], datetime]) -> None:
        """Take what to ask, and what is known of the libraries."""
        self._client = client
        self._libraries = libraries
        self._now = now

    async def watched(self) -> tuple[Library, ...]:
        """Return the watched libraries, asked for where nobody has done that since the start."""
        if not self._libraries.visible:
            self._libraries.update(await self._client.get_libraries())
        return self._libraries.watched

    async def visible(self) -> tuple[Library, ...]:
        """Return the libraries that the user sees now and that may hold films or episodes."""
        return tuple(library for library in await self._client.get_libraries() if library.may_hold_video_items)

    async def item(self, item_id: str) -> MediaItem:
        """Return an item; by the id of one of its versions, the film or the episode that has them all, if it says so.

        Raises JellyfinNotFoundError if there is no such item for this user.
        """
        item = await self._client.get_item(item_id)
        if not (others := other_versions(item)):
            return item
        # A listing leaves out what is only a version of something else, or shows one row for all of them.
        listed = await read_listed(self._client, (item.item_id, *others))
        if not (item.item_id in listed and is_film_or_episode(item)):
            candidates = (*listed.values(), item, *(await read_alone(self._client, others)).values())
            return next(filter(is_film_or_episode, candidates), item)
        return item

    async def item_at(self, path: str) -> MediaItem | None:
        """Return the item with this path, None if no watched library has it; only white space at the end is forgiven.

        The server cannot be asked for a path. So the watched libraries are paged through, newest first and by turns: a
        request for each thousand items (200 bytes each), up to the page that has it, and one more for each hundred
        items on these pages that have several files. A path that is nowhere costs all pages of all watched libraries.
        """
        wanted, start = path.rstrip(), 0
        left = list(await self.watched())
        while left:
            for library in tuple(left):
                refs, is_over = await self._paths(library, start)
                if (item_id := await self._having(wanted, refs)) is not None:
                    return await self._item_of(library, item_id)
                if is_over:
                    left.remove(library)
            start += PAGE - PAGE_OVERLAP
        return None

    async def _paths(self, library: Library, start: int) -> tuple[tuple[ItemRef, ...], bool]:
        """Return a page of a library, and whether it is beyond the library's end."""
        try:
            page = await self._client.get_paths(library.library_id, start=start, limit=PAGE, kinds=_KINDS)
        except JellyfinLibraryError:
            return (), True
        return page.items, not page.received

    async def _item_of(self, library: Library, item_id: str) -> MediaItem | None:
        """Return an item that was just seen in a library, and remember that it is there."""
        try:
            item = await self.item(item_id)
        except JellyfinNotFoundError:
            return None
        self._libraries.learn(item, library.library_id)
        return item

    async def _having(self, path: str, refs: Sequence[ItemRef]) -> str | None:
        """Return the id of the one with this path; of several files of an item, a lean row names only one."""
        for ref in refs:
            if ref.path == path:
                return ref.item_id
        several = await read_listed(self._client, (ref.item_id for ref in refs if ref.source_count > 1))
        for item in several.values():
            if any(source.path == path for source in item.sources):
                return item.item_id
        return None

    async def with_files(self, item: MediaItem) -> tuple[MediaItem, ...]:
        """Return what can have subtitles: the item itself, or the episodes of a series or a season that have files."""
        items: Sequence[MediaItem] = (item,)
        if has_episodes(item):
            ids = dict.fromkeys(ref.item_id for ref in await self._episodes(item.item_id))
            items = tuple((await read_listed(self._client, ids)).values())
        return tuple(one for one in items if not one.is_virtual)

    async def _episodes(self, folder_id: str) -> list[ItemRef]:
        """Return the episodes of a series or a season that have files, some of them twice where the pages meet."""
        refs: list[ItemRef] = []
        start = 0
        while (page := await self._client.get_episodes(folder_id, start=start, limit=PAGE)).received:
            refs += page.items
            start += PAGE - PAGE_OVERLAP
        return refs

    async def wished(self, wish: Wish) -> tuple[MediaItem, ...]:
        """Return the films, series or episodes that somebody may mean; of a season, all its episodes.

        That is a request for each hundred that have it in their names, and of a series one for each thousand episodes.
        """
        kinds = (SERIES,) if wish.is_part else (FILM, SERIES)
        meant: list[MediaItem] = []
        start = 0
        while page := await self._client.get_named(wish.term, kinds=kinds, start=start, limit=NAMED_PAGE):
            meant += [item for item in page if item.extra_type is None and wish.means(item.name, item.year)]
            start += NAMED_PAGE
        if not wish.is_part:
            return tuple(meant)
        ids: dict[str, None] = {}
        for series in meant:
            refs = await self._episodes(series.item_id)
            ids |= {
                ref.item_id: None
                for ref in refs
                if wish.counts(ref.season_number, ref.episode_number, ref.episode_number_end)
            }
        return tuple((await read_listed(self._client, ids)).values())

    async def assessed(self, item: MediaItem, household: Household) -> tuple[Assessment, ...]:
        """Return what the files of a film or an episode, of a season or a series lack; nothing if it has none."""
        items = await self.with_files(item)
        for one in items[:1]:
            await self.place(one, household)
        return tuple([self.assess(one, household) for one in items])

    async def recent(self, libraries: Sequence[Library], *, start: int, limit: int, kinds: Sequence[str]) -> Recent:
        """Return one page of each library, one request each; a library that is not visible any more has nothing."""
        found: dict[str, tuple[DatedItem, Library]] = {}
        is_last = True
        for library in libraries:
            with suppress(JellyfinLibraryError):
                page = await self._client.get_recent(library.library_id, start=start, limit=limit, kinds=kinds)
                is_last = is_last and start + limit >= page.total
                found |= {row.item.item_id: (row, library) for row in page.items if row.item.extra_type is None}
        newest = sorted(found.values(), key=lambda pair: pair[0].created, reverse=True)
        return Recent(tuple((row.item, library) for row, library in newest), is_last)

    async def anew(self, ended: Sequence[Closed], household: Household) -> tuple[SubtitleRequest, ...]:
        """Return what of the things that are over is still lacking, as requests of a person."""
        ids = dict.fromkeys(one.item_id for one in ended)
        items = await read_listed(self._client, ids)
        items |= await read_alone(self._client, [item_id for item_id in ids if item_id not in items])
        found = []
        for one in ended:
            if (item := items.get(one.item_id)) is not None:
                profile = Profile("", (household.want_of(one.want),))
                assessed = self.assess(item, Household(profiles=(profile,)))
                found += [requested(assessed, needs) for needs in assessed.lacking if needs.source_id == one.source_id]
        return tuple(found)

    async def place(self, item: MediaItem, household: Household) -> None:
        """Find out in which library an item is, where that makes a difference and is not known.

        The server says so of no item. So its libraries are paged through: a request for each thousand films or series.
        """
        if not household.tells_libraries_apart or self._libraries.place(item):
            return
        item_id, kind = (item.series_id, SERIES) if item.series_id else (item.item_id, item.kind)
        await self.watched()
        for library in self._libraries.visible:
            if await self._has(library, item_id, kind):
                self._libraries.learn(item, library.library_id)
                return

    async def _has(self, library: Library, item_id: str, kind: str) -> bool:
        start = 0
        with suppress(JellyfinLibraryError):
            while (
                page := await self._client.get_page(library.library_id, start=start, limit=PAGE, kinds=(kind,))
            ).received:
                if any(ref.item_id == item_id for ref in page.items):
                    return True
                start += PAGE - PAGE_OVERLAP
        return False

    def assess(self, item: MediaItem, household: Household, library: Library | None = None) -> Assessment:
        """Say what there is to say about a film or an episode; its library is looked up where it is not given."""
        now = self._now()
        library_id = self._libraries.place(item) if library is None else library.library_id
        name = library.name if library else self._libraries.name(library_id) if library_id else None
        needs = assess(item, household.profiles_for(library_id), now)
        sighting = Sighting(item.item_id, Source.ACTION, now)
        said = announcement(item, sighting, library_id=library_id, library_name=name, now=now, missing=needs[0].missing)
        return Assessment(said, needs)
