"""What the socket may have missed: the libraries as they are (baseline), and what was saved since (catch-up)."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
import logging

from .fetch import IDS_PER_REQUEST, read_listed
from .identity import NO_IDENTITY, identity
from .jellyfin import ItemPage, ItemRef, JellyfinClient, JellyfinLibraryError, Library, MediaItem
from .judge import EPISODE, FILM, other_versions
from .known import KnownIds
from .libraries import Libraries
from .models import CatchUpResult, Sighting, Source
from .pipeline import SubtitlePipeline
from .subscribers import Subscribers

LOGGER = logging.getLogger(__name__)

PAGE = 1000

# Pages are read one after the other while the library lives: should an item vanish, the ones behind it move up.
PAGE_OVERLAP = 20

# An item is saved a moment before the row can be seen, and clocks of proxies differ; known ids cost nothing.
OVERLAP = timedelta(minutes=5)


class CatchUp:
    """Asks the server, one run at a time, and offers the pipeline what it finds."""

    def __init__(
        self,
        client: JellyfinClient,
        known: KnownIds,
        libraries: Libraries,
        pipeline: SubtitlePipeline,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """Tie the parts together; from now on the pipeline can ask where an item is, and whose file."""
        self._client = client
        self._known = known
        self._libraries = libraries
        self._pipeline = pipeline
        self._now = now
        self._lock = asyncio.Lock()
        self._requests = 0
        self._missed: frozenset[str] = frozenset()
        self._taught: dict[str, set[str]] = {}
        self._subscribers = Subscribers[[CatchUpResult]]("a catch-up")
        self.last: CatchUpResult | None = None
        pipeline.locate = self.locate
        pipeline.find_films = self.find_films

    def subscribe(self, callback: Callable[[CatchUpResult], None]) -> Callable[[], None]:
        """Call back with the result of each run; returns the way out."""
        return self._subscribers.add(callback)

    def knows_libraries(self, library_ids: Iterable[str]) -> bool:
        """Return whether all of these were the user's libraries at the last run."""
        return self._libraries.knows(library_ids)

    async def run(self) -> CatchUpResult:
        """Look at the libraries, learn the new ones in silence, offer what was saved since the mark.

        Raises JellyfinError if the server cannot be asked; the mark then stays where it is.
        """
        async with self._lock:
            self._requests = 0
            if self._known.mark is None:
                self._known.begin((await self._client.get_info()).server_time or self._now())
                await self._known.flush()
                self._requests += 1
            known_before = self._known.libraries
            found, failed = await self._look_at_libraries()
            read = [library for library in self._libraries.watched if library.library_id in known_before]
            more = await self._look_for_saved(read, failed)
            learnt = bool(self._known.libraries - known_before)
            self.last = CatchUpResult(self._now(), (*found, *more), self._requests, learnt, tuple(failed))
        self._subscribers.tell(self.last)
        return self.last

    async def locate(self) -> Mapping[str, str]:
        """Return the library ids of the films and episodes that were saved since the mark, in any visible library."""
        places: dict[str, str] = {}
        async with self._lock:
            if self._known.mark is None:
                # Before the first baseline began, that would be the whole library.
                return places
            await self._look_at_libraries()
            # A folder may stand in two libraries: the watched one has the last word.
            for library in sorted(self._libraries.visible, key=lambda one: self._libraries.watches(one.library_id)):
                with suppress(JellyfinLibraryError):
                    async for page in self._saved_since(library):
                        places |= dict.fromkeys((ref.item_id for ref in page.items), library.library_id)
        return places

    async def find_films(self, version_ids: Collection[str]) -> Mapping[str, MediaItem]:
        """Return the films and episodes saved since the mark that these are further files of, by the files' ids."""
        films: dict[str, MediaItem] = {}
        async with self._lock:
            # Before the first baseline began, everything was saved since.
            for library in self._libraries.visible if self._known.mark else ():
                with suppress(JellyfinLibraryError):
                    async for page in self._saved_since(library):
                        for item in await self._read_several(page.items):
                            films |= dict.fromkeys(set(version_ids).intersection(other_versions(item)), item)
        return films

    async def _look_at_libraries(self) -> tuple[tuple[str, ...], list[str]]:
        """Take over which libraries there are, and learn those that are new.

        Returns the new ids that were seen meanwhile, and the names of libraries that could not be read.
        """
        self._libraries.update(await self._client.get_libraries())
        self._requests += 1
        watched = self._libraries.watched
        self._known.pass_by((one.library_id for one in self._libraries.visible if one not in watched), self._now())
        missing = self._known.libraries - {library.library_id for library in watched}
        # One look that misses a library may be a server in trouble; forgetting it would silence its news.
        self._known.forget_libraries(missing & self._missed)
        self._missed = missing
        unread = [library for library in watched if not self._known.has_learnt(library.library_id)]
        return await self._learn(unread) if unread else ((), [])

    # Baseline

    async def _learn(self, libraries: Iterable[Library]) -> tuple[tuple[str, ...], list[str]]:
        failed = []
        self._pipeline.hold()
        try:
            for library in libraries:
                try:
                    first_scan = await self._learn_one(library)
                except JellyfinLibraryError as err:
                    LOGGER.debug("The library %s cannot be read: %s", library.name, err)
                    failed.append(library.name)
                else:
                    await self._known.learnt(library.library_id, self._now(), first_scan=first_scan)
                    del self._taught[library.library_id]
            self._known.settled = True
        finally:
            found = self._pipeline.release()
        return found, failed

    async def _learn_one(self, library: Library) -> bool:
        """Learn what a library holds; returns whether more of its contents may turn up: then it has just been made.

        One that was out of sight for a while, and was not made anew, holds what was known before.
        """
        joins = self._known.may_be_filling(library.library_id, self._now())
        was_there = self._known.was_there(library.library_id)
        # What a look has taught that was broken off was no more known before than the rest.
        taught = self._taught.setdefault(library.library_id, set())
        known: set[str] = set()
        async for page in self._pages(library):
            known.update(ref.item_id for ref in page.items if ref.item_id in self._known)
            taught |= self._known.learn_existing({ref.item_id: identity(ref) for ref in page.items})
            self._known.learn_existing(dict.fromkeys(await self._versions(page.items), NO_IDENTITY))
            # What was named meanwhile outlives a crash, also before anybody may hear of it.
            await self._known.flush()
        old = known - taught
        first_scan = joins and not (was_there and old and len(old) >= len(taught))
        if not first_scan:
            async for page in self._pages(library, since=self._known.mark, kinds=(FILM, EPISODE)):
                self._known.contest(taught.intersection(ref.item_id for ref in page.items), self._now())
        return first_scan

    # Saved since

    async def _look_for_saved(self, libraries: Iterable[Library], failed: list[str]) -> tuple[str, ...]:
        """Offer what the libraries saved since the mark, all at once; only if none failed, the mark moves on."""
        sightings: list[Sighting] = []
        asked_at: datetime | None = None
        found: tuple[str, ...] = ()
        try:
            for library in libraries:
                try:
                    async for page in self._saved_since(library):
                        asked_at = asked_at or page.server_time or self._now()
                        known = [ref for ref in page.items if ref.item_id in self._known]
                        sightings += self._sightings(library, (ref.item_id for ref in page.items))
                        sightings += self._sightings(library, await self._versions(known))
                except JellyfinLibraryError as err:
                    LOGGER.debug("The library %s cannot be asked: %s", library.name, err)
                    failed.append(library.name)
        finally:
            # Whatever comes in between: what was found is found.
            found = self._pipeline.offer(sightings)
        if asked_at and not failed:
            self._known.advance(asked_at)
        return found

    def _sightings(self, library: Library, item_ids: Iterable[str]) -> list[Sighting]:
        """Return what is worth offering; all of a library may have been saved."""
        now = self._now()
        return [
            Sighting(item_id, Source.SYNC, now, library_id=library.library_id)
            for item_id in item_ids
            if self._pipeline.may_be_news(item_id)
        ]

    def _saved_since(self, library: Library) -> AsyncIterator[ItemPage]:
        mark = self._known.mark
        return self._pages(library, since=mark - OVERLAP if mark else None, kinds=(FILM, EPISODE))

    async def _pages(
        self, library: Library, *, since: datetime | None = None, kinds: Sequence[str] = ()
    ) -> AsyncIterator[ItemPage]:
        """Read to the first empty page: a user's pages may be shorter than asked for."""
        start = 0
        while True:
            page = await self._client.get_page(library.library_id, start=start, limit=PAGE, since=since, kinds=kinds)
            self._requests += 1
            yield page
            if not page.received:
                return
            start += PAGE - PAGE_OVERLAP

    async def _versions(self, refs: Iterable[ItemRef]) -> list[str]:
        """Return the ids of the further files of those films and episodes that have any."""
        return [version for item in await self._read_several(refs) for version in other_versions(item)]

    async def _read_several(self, refs: Iterable[ItemRef]) -> Collection[MediaItem]:
        """Return those of the films and episodes that have several files."""
        several = [ref.item_id for ref in refs if ref.source_count > 1]
        self._requests += -(-len(several) // IDS_PER_REQUEST)
        return (await read_listed(self._client, several)).values()
