"""What subtitles are asked for: each file that lacks some, once, the newest first, and one at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
import logging

from .backoff import Backoff
from .fetch import IDS_PER_REQUEST
from .flood import is_mass
from .jellyfin import JellyfinClient, JellyfinError, MediaItem
from .libraries import Libraries
from .models import AS_ASKED, Announcement, Needs, RequestReason, SubtitleRequest
from .policy import Household
from .request_book import Held, OpenRequest, RequestBook, RequestFile, RequestStorage
from .request_reader import RequestReader
from .subscribers import Subscribers

LOGGER = logging.getLogger(__name__)

# How many requests are written down as about to be said: a crash repeats no more than these.
SAID_AHEAD = 10


@dataclass(frozen=True, slots=True)
class RequestTimings:
    """Waits, in seconds: between two requests, and before the server is asked again after a failure."""

    interval: float = 1.0
    retry_first: float = 5.0
    retry_longest: float = 300.0


TIMINGS = RequestTimings()


class SubtitleRequests:
    """Takes files that lack something, and says each of them once; what was not said yet outlives a restart."""

    def __init__(
        self,
        client: JellyfinClient,
        libraries: Libraries,
        storage: RequestStorage,
        household: Household,
        *,
        now: Callable[[], datetime],
        timings: RequestTimings = TIMINGS,
    ) -> None:
        """Begin with nothing open; `load` reads what is stored, `run` says it once `open` was called."""
        self._reader = RequestReader(client, libraries, household, now=now)
        self._file = RequestFile(storage)
        self._now = now
        self._timings = timings
        self._book = RequestBook()
        self._ready: dict[str, SubtitleRequest] = {}
        self._repeated: frozenset[str] = frozenset()
        self._unsaved = False
        self._turn = 0.0
        self._failing = False
        self._retry = Backoff(timings.retry_first, timings.retry_longest)
        self._opened = asyncio.Event()
        self._woken = asyncio.Event()
        self._subscribers = Subscribers[[SubtitleRequest]]("a request")
        self._mass_subscribers = Subscribers[[int]]("a mass arrival")

    @property
    def automatic(self) -> bool:
        """Whether new items are asked for by themselves."""
        return self._book.automatic

    @property
    def waiting(self) -> int:
        """How many requests wait for their turn."""
        return len(self._book)

    @property
    def files(self) -> Collection[str]:
        """The files that wait for their turn, by their ids."""
        return self._book.files

    @property
    def arrived(self) -> int:
        """How many items a flood had brought when the former run ended in the middle of it."""
        return self._book.arrived

    @property
    def mass(self) -> int:
        """How many files of a mass arrival wait for a person to decide."""
        return len(self._book.mass)

    def subscribe(self, callback: Callable[[SubtitleRequest], None]) -> Callable[[], None]:
        """Call back with each request; returns the way out."""
        return self._subscribers.add(callback)

    def save_first(self, callback: Callable[[], Awaitable[None]]) -> Callable[[], None]:
        """Wait for that before it is written that requests were said: others write first; returns the way out."""
        return self._file.save_first(callback)

    def subscribe_mass(self, callback: Callable[[int], None]) -> Callable[[], None]:
        """Call back with how many files wait for a decision, whenever that changes; returns the way out."""
        return self._mass_subscribers.add(callback)

    def open(self) -> None:
        """From now on somebody listens."""
        self._opened.set()

    def close(self) -> None:
        """Nobody listens any more: say nothing further."""
        self._opened.clear()

    async def load(self, interrupted: Collection[str] = ()) -> None:
        """Take up what a former run left open; the items whose announcement it did not finish come again anyway."""
        if (document := await self._file.storage.load_requests()) is None:
            return
        try:
            self._book = RequestBook.from_document(document)
        except (KeyError, TypeError, ValueError) as err:
            LOGGER.debug("The open requests cannot be understood: %r", err)
            await self._file.storage.keep_requests_aside()
            return
        self._book.leave(interrupted)
        self._repeated = self._book.said_ahead

    async def set_automatic(self, on: bool) -> None:
        """Ask for new items by themselves, or stop that; what waits meanwhile goes on waiting."""
        self._book.automatic = on
        # What waited may have got what it lacked meanwhile.
        self._ready.clear()
        self._woken.set()
        await self._save()

    # What comes in

    async def queue(self, arrived: Iterable[tuple[Announcement, Sequence[Needs]]]) -> None:
        """Ask for what new files lack; all of it is written when this returns."""
        if not self._book.automatic:
            return
        for said, lacking in arrived:
            reason = RequestReason.NEW_VERSION if said.new_version else RequestReason.NEW_MEDIA
            for needs in lacking:
                if needs.missing:
                    self._add(said, needs, reason)
        if self._unsaved:
            await self._save()

    async def hold(self, arrived: Iterable[Announcement], total: int) -> None:
        """Keep files of a flood, which has brought `total` so far, until it is over; written when this returns."""
        if not self._book.automatic:
            return
        self._book.arrived = total
        for said in arrived:
            self._book.held[said.new_version or said.item_id] = Held(said.item_id, said.new_version, said.library_id)
            self._unsaved = True
        if self._unsaved:
            await self._save()

    async def decide(self, total: int) -> None:
        """Ask for the files of a flood that is over, or leave that to a person if too many came: `total` says."""
        self._book.arrived = 0
        if not self._book.held:
            return
        if is_mass(total):
            self._book.mass |= self._book.held
            self._tell_mass()
        else:
            self._book.open_held()
        self._book.held = {}
        self._woken.set()
        await self._save()

    async def request_all(self) -> None:
        """Ask for the files of a mass arrival after all."""
        self._book.open_mass()
        self._woken.set()
        await self.ignore_all()

    async def ignore_all(self) -> None:
        """Leave the files of a mass arrival alone."""
        self._book.mass = {}
        self._tell_mass()
        await self._save()

    async def request(self, wanting: Iterable[tuple[Announcement, Needs]], reason: RequestReason) -> tuple[str, ...]:
        """Ask for what somebody wants; written when this returns. Returns the ids of the requests, in order."""
        added = []
        for said, needs in wanting:
            if needs.missing:
                added.append(self._add(said, needs, reason).request_id)
                self._drop_from_mass({needs.source_id})
        await self._save()
        return tuple(added)

    def removed(self, item_ids: Iterable[str]) -> None:
        """Take note of what the server has removed: before it is asked for, somebody looks whether it is there."""
        gone = frozenset(item_ids)
        self._ready = {
            key: one for key, one in self._ready.items() if gone.isdisjoint((one.item.item_id, one.needs.source_id))
        }
        for key in self._book.held.keys() & gone:
            del self._book.held[key]
            self._unsaved = True
        self._drop_from_mass(gone)

    def _drop_from_mass(self, gone: Collection[str]) -> None:
        if left := self._book.mass.keys() & gone:
            for key in left:
                del self._book.mass[key]
            self._unsaved = True
            self._woken.set()
            self._tell_mass()

    def _add(self, said: Announcement, needs: Needs, reason: RequestReason) -> OpenRequest:
        asked = tuple(want.as_text() for want in needs.wants) if reason in AS_ASKED else None
        one = self._book.add(said.item_id, needs.source_id, said.library_id, reason, asked)
        self._ready[one.request_id] = SubtitleRequest(
            one.request_id, said, needs, reason, self._now(), repeated=said.repeated
        )
        self._unsaved = True
        self._woken.set()
        return one

    # What goes out

    async def run(self) -> None:
        """Say the open requests one at a time, until cancelled; then everything is written."""
        self._woken.set()
        try:
            await self._opened.wait()
            await self._look_at_mass()
            while True:
                await self._woken.wait()
                await self._opened.wait()
                await asyncio.sleep(self._turn - _time())
                if turn := self._book.next(1):
                    await self._say_safely(turn[0])
                    continue
                self._woken.clear()
                await self._save_safely()
        finally:
            # This is a clean end: of what was about to be said, nothing was.
            doubtful = self._book.still_open(self._repeated)
            self._unsaved |= doubtful != self._book.said_ahead
            self._book.said_ahead = doubtful
            await self._save_safely()

    async def _say_safely(self, one: OpenRequest) -> None:
        """Say a request, or first read what it is about; whatever goes wrong, its turn comes again."""
        try:
            if one.request_id in self._ready:
                await self._say(one)
            else:
                await self._read()
        except JellyfinError as err:
            if not self._failing:
                LOGGER.info("What subtitles are missing cannot be read, trying again: %s", err)
        except Exception:
            # Said once: it is tried again every few minutes, and nothing counts as written.
            self._book.said_ahead = frozenset()
            self._unsaved = True
            if not self._failing:
                LOGGER.exception("What subtitles are missing could not be said")
        else:
            if self._failing:
                self._failing = False
                self._retry.reset()
                LOGGER.info("What subtitles are missing can be read again")
            return
        self._failing = True
        self._turn = _time() + self._retry.next()

    async def _read(self) -> None:
        """Look at the files whose turn it is and of which nothing is known: what was stored is not what they lack."""
        unread = [one for one in self._book.next(IDS_PER_REQUEST) if one.request_id not in self._ready]
        items = await self._reader.read(one.item_id for one in unread)
        for one in reversed(unread):
            self._replace(one, items.get(one.item_id))

    async def _look_at_mass(self) -> None:
        """Leave out of a mass arrival what vanished while nobody listened: a path may have been changed back."""
        if held := self._book.mass:
            there = await self._reader.there(one.item_id for one in held.values())
            self._drop_from_mass({key for key, one in held.items() if one.item_id not in there})

    def _replace(self, one: OpenRequest, item: MediaItem | None) -> None:
        """Put what an item lacks in the place of a request that does not say it."""
        self._book.close(one)
        self._unsaved = True
        if item is None:
            LOGGER.debug("Not asking for %s: it is gone", one.item_id)
            return
        request_id: str | None = one.request_id
        said, lacking = self._reader.assess(one, item)
        for needs in lacking:
            new = self._book.add(
                item.item_id, needs.source_id, one.library_id, one.reason, one.wants, request_id=request_id
            )
            self._ready[new.request_id] = SubtitleRequest(new.request_id, said, needs, one.reason, self._now())
            request_id = None

    async def _say(self, one: OpenRequest) -> None:
        """Say a request, once it is written that this is about to happen."""
        if one.request_id not in self._book.said_ahead:
            ahead = frozenset(other.request_id for other in self._book.next(SAID_AHEAD))
            self._book.said_ahead = ahead | self._book.still_open(self._repeated)
            await self._save()
        request = self._ready.get(one.request_id)
        if request is None or not self._opened.is_set():
            return
        self._book.close(one)
        self._unsaved = True
        self._turn = _time() + self._timings.interval
        del self._ready[one.request_id]
        if one.request_id in self._repeated:
            request = replace(request, repeated=True)
        self._subscribers.tell(request)

    async def _save(self) -> None:
        self._unsaved = False
        try:
            await self._file.save(lambda: self._book)
        except BaseException:
            self._unsaved = True
            raise

    async def _save_safely(self) -> None:
        try:
            if self._unsaved:
                await self._save()
        except Exception:
            LOGGER.exception("The open requests could not be written")

    def _tell_mass(self) -> None:
        self._mass_subscribers.tell(self.mass)


def _time() -> float:
    return asyncio.get_running_loop().time()
