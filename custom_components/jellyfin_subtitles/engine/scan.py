"""Looking through libraries for what was there before: where a person wants that, or what was open is not known."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
import logging
import sys
from typing import Final

from .jellyfin import Library, MediaItem
from .known import KnownIds
from .ledger import Ledger
from .ledger_models import RecordState
from .libraries import Libraries
from .lookup import Lookup, kinds_of
from .models import Announcement, Needs, RequestReason
from .policy import Household
from .requests import SubtitleRequests

LOGGER = logging.getLogger(__name__)

# How many items of each library are read at once, and how far a page reaches into the one before it: what is removed
# meanwhile moves the others up.
PAGE: Final = 100
PAGE_OVERLAP: Final = 10

# So many of the newest items of each library are looked at for what was open in a ledger that is lost.
REBUILT: Final = 200


@dataclass(frozen=True, slots=True)
class Scan:
    """What a look through libraries has found: files that lack something nobody is asked for yet, the newest first.

    `is_complete` is false where there are items left that were not looked at.
    """

    wanting: tuple[tuple[Announcement, Needs], ...]
    looked_at: int
    is_complete: bool


class LibraryScan:
    """Finds what an existing library lacks, and asks for it after everything that is new."""

    def __init__(
        self,
        lookup: Lookup,
        household: Household,
        known: KnownIds,
        libraries: Libraries,
        requests: SubtitleRequests,
        ledger: Ledger,
    ) -> None:
        """Take whom to ask, what is wanted, what is news still to be said, and what is being done already."""
        self._lookup = lookup
        self._household = household
        self._known = known
        self._libraries = libraries
        self._requests = requests
        self._ledger = ledger
        self._rebuilding = asyncio.Lock()

    async def look(self, libraries: Sequence[Library], *, limit: int = sys.maxsize, depth: int = sys.maxsize) -> Scan:
        """Look for so many files that lack something; raises JellyfinError. Nothing is asked for yet.

        Each library is paged through from its newest item, by turns and for about `depth` items: a request for each
        hundred.
        """
        wanting: list[tuple[Announcement, Needs]] = []
        seen: set[str] = set()
        start, is_last = 0, False
        while not is_last and start < depth:
            page = await self._lookup.recent(libraries, start=start, limit=PAGE, kinds=kinds_of(self._household))
            asked = self._requests.files
            for item, library in page.items:
                if item.item_id in seen:
                    continue
                if len(wanting) >= limit:
                    return Scan(tuple(wanting[:limit]), len(seen), is_complete=False)
                seen.add(item.item_id)
                if item.item_id in asked or self._is_news(item, library):
                    continue
                assessed = self._lookup.assess(item, self._household, library)
                # By its own date: it is as old as that wherever the newest comes first.
                said = replace(assessed.item, announced_at=item.created or assessed.item.announced_at)
                wanting += [(said, left) for needs in assessed.lacking if (left := self._left(needs, asked))]
            start, is_last = start + PAGE - PAGE_OVERLAP, page.is_last
        return Scan(tuple(wanting[:limit]), len(seen), is_complete=is_last and len(wanting) <= limit)

    async def request(self, scan: Scan) -> tuple[str, ...]:
        """Ask for what was found; written when this returns. Returns the ids of the requests, the newest file first."""
        # Of what waits, the last one that was added has its turn first.
        request_ids = await self._requests.request(reversed(scan.wanting), RequestReason.LIBRARY_SCAN)
        return request_ids[::-1]

    async def rebuild(self) -> None:
        """Ask anew for what a lost ledger may have held; raises JellyfinError, and then it is still to be done.

        That happens once, and only for the newest items. After a crash in the middle, what is open already is left out.
        """
        async with self._rebuilding:
            if not self._ledger.is_lost:
                return
            found = await self.look(await self._lookup.watched(), depth=REBUILT)
            await self.request(found)
            await self._ledger.found_anew()
            LOGGER.info("The ledger of subtitles was lost: %s files are asked for anew", len(found.wanting))

    def _is_news(self, item: MediaItem, library: Library) -> bool:
        """Return whether an item is about to be announced, and then asked for by itself."""
        return self._libraries.watches(library.library_id) and item.item_id not in self._known

    def _left(self, needs: Needs, asked: Collection[str]) -> Needs | None:
        """Return what nobody is asked for yet, nor was in vain, nor is to be left alone; None if that is nothing."""
        wants = tuple([want for want in needs.wants if not self._is_known(f"{needs.source_id};{want.key}")])
        if needs.source_id in asked or not wants:
            return None
        return replace(needs, wants=wants, missing=tuple(dict.fromkeys([want.language.tag for want in wants])))

    def _is_known(self, record_id: str) -> bool:
        if record_id in self._ledger.open:
            return True
        end = self._ledger.closed(record_id)
        return end is not None and (end.state.is_in_vain or end.state is RecordState.IGNORED)
