"""The one corridor from a sighting to an announcement.

offer -> known? -> fetch -> judge -> (look again) -> journal -> announce -> journal. Whoever saw an id, and however
often, it goes through here once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
import logging

from .backoff import Backoff
from .fetch import Findings, ItemReader, is_hidden
from .identity import NO_IDENTITY, identities
from .jellyfin import (
    JellyfinAuthenticationError,
    JellyfinClient,
    JellyfinConnectionError,
    JellyfinError,
    JellyfinServerStartingError,
    MediaItem,
)
from .judge import Circumstances, Verdict, announcement, judge, other_versions
from .known import KnownIds
from .libraries import Libraries
from .models import Announcement, Sighting, Source
from .waiting import Entry, PipelineTimings

LOGGER = logging.getLogger(__name__)

# What is announced between two writes of the journal: a flood costs tens of writes, a crash repeats no more than this.
BATCH = 500

# How many announcements are made before others get their turn on the loop.
IN_ONE_GO = 25

TIMINGS = PipelineTimings()

_AWAY = (JellyfinAuthenticationError, JellyfinConnectionError, JellyfinServerStartingError)


@dataclass(frozen=True, slots=True)
class _Ready:
    """An entry with what is to be said of it."""

    entry: Entry
    said: Announcement
    identity: int
    versions: tuple[str, ...]


class SubtitlePipeline:
    """Takes sightings from every door and announces each new film and episode once."""

    def __init__(
        self,
        client: JellyfinClient,
        known: KnownIds,
        libraries: Libraries,
        *,
        now: Callable[[], datetime],
        timings: PipelineTimings = TIMINGS,
    ) -> None:
        """Make a corridor that is closed until `open`; `run` works in it."""
        self._known = known
        self._libraries = libraries
        self._now = now
        self._timings = timings
        self._reader = ItemReader(client, known, libraries, now=now)
        self._entries: dict[str, Entry] = {}
        self._held: list[Sighting] | None = None
        self._failing = False
        self._retry = Backoff(timings.retry_first, timings.retry_longest)
        self._opened = asyncio.Event()
        self._work = asyncio.Event()
        self._idle = asyncio.Event()
        self._subscribers: list[Callable[[Announcement], None]] = []
        self.locate: Callable[[], Awaitable[Mapping[str, str]]] = _nowhere
        self.on_recovery: Callable[[], None] = _nothing

    @property
    def pending(self) -> int:
        """How many ids are on their way."""
        return len(self._entries)

    def subscribe(self, callback: Callable[[Announcement], None]) -> Callable[[], None]:
        """Call back with each announcement; returns the way out."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    def open(self) -> None:
        """From now on somebody listens: announce."""
        self._opened.set()

    def close(self) -> None:
        """Nobody listens any more: announce nothing further."""
        self._opened.clear()

    def hold(self) -> None:
        """Put sightings aside while the library is being learnt: what is new can be told only afterwards."""
        self._held = []

    def release(self) -> tuple[str, ...]:
        """Take up the sightings put aside; returns the ids that are new. What turned out to be known ends here."""
        held, self._held = self._held or [], None
        now = _time()
        self._entries = {item_id: entry for item_id, entry in self._entries.items() if item_id not in self._known}
        for entry in self._entries.values():
            entry.due = now
        return self.offer(held)

    def offer(self, sightings: Iterable[Sighting]) -> tuple[str, ...]:
        """Take in what a door has seen; returns the ids that nobody knew. Known ones end here, at no request."""
        if self._held is not None:
            self._held.extend(sightings)
            return ()
        sightings = list(sightings)
        taken = self._known.take([seen.item_id for seen in sightings if seen.added], added=True)
        taken += self._known.take(seen.item_id for seen in sightings if not seen.added)
        now, unknown = _time(), frozenset(taken)
        for seen in sightings:
            if entry := self._entries.get(seen.item_id):
                entry.seen_again(now, seen.library_id)
            elif seen.item_id in unknown:
                self._entries[seen.item_id] = Entry(seen, seen.library_id, now)
        self._rouse()
        return taken

    def may_be_news(self, item_id: str) -> bool:
        """Return whether it is worth offering an id: of what a refresh of a library names, most is known."""
        return self._held is not None or self._known.may_be_news(item_id)

    def removed(self, item_ids: Iterable[str]) -> None:
        """Take note of what the server has removed."""
        now = self._now()
        for item_id in item_ids:
            self._entries.pop(item_id, None)
            self._known.remove(item_id, now)
        self._rouse()

    async def drain(self) -> None:
        """Wait until nothing is left that could be dealt with at once."""
        await self._idle.wait()

    async def run(self) -> None:
        """Work until cancelled; then everything is written."""
        self._take_up_interrupted()
        try:
            while True:
                await self._opened.wait()
                self._work.clear()
                if batch := self._due():
                    await self._process_safely(batch)
                else:
                    await self._known.flush()
                    await self._rest()
        finally:
            await self._known.save(self._now())

    def _take_up_interrupted(self) -> None:
        now, interrupted = _time(), self._known.interrupted
        self._known.take(interrupted)
        for item_id in interrupted:
            self._entries[item_id] = Entry(Sighting(item_id, Source.JOURNAL, self._now()), None, now, repeated=True)

    def _rouse(self) -> None:
        self._idle.clear()
        self._work.set()

    def _due(self) -> list[Entry]:
        now = _time()
        return [entry for entry in self._entries.values() if entry.due <= now][:BATCH]

    async def _rest(self) -> None:
        """Wait for something to do: a sighting, or the time to look at an entry again."""
        if not self._work.is_set():
            self._idle.set()
        with suppress(TimeoutError):
            async with asyncio.timeout_at(min((entry.due for entry in self._entries.values()), default=None)):
                await self._work.wait()
        self._idle.clear()

    # One batch

    async def _process_safely(self, batch: Sequence[Entry]) -> None:
        """Deal with a batch; whatever goes wrong, it is tried again, and the others have their turn."""
        try:
            await self._process(batch)
        except JellyfinError as err:
            # Of a server that is away, the listener speaks.
            level = logging.DEBUG if self._failing or isinstance(err, _AWAY) else logging.INFO
            LOGGER.log(level, "New items cannot be read: %s", err)
        except Exception:
            # Said once: it is tried again every minute.
            if not self._failing:
                LOGGER.exception("New items could not be dealt with")
        else:
            if self._failing:
                LOGGER.debug("New items can be read again")
                self._failing = False
                self._retry.reset()
                self.on_recovery()
            return
        self._failing = True
        due = _time() + self._retry.next()
        for entry in batch:
            entry.due = due

    async def _process(self, batch: Sequence[Entry]) -> None:
        found = await self._reader.read(batch, self.locate)
        ready: list[_Ready] = []
        for entry in batch:
            if self._entries.get(entry.item_id) is not entry:
                continue
            if item := found.items.get(entry.item_id):
                ready += self._decide(entry, item, found)
            elif not entry.wait_to_appear(_time(), self._timings):
                self._forget(entry, "the server does not show it")
        if ready:
            await self._announce(ready)

    def _decide(self, entry: Entry, item: MediaItem, found: Findings) -> list[_Ready]:
        """Judge an item and carry the verdict out; returns what is to be announced."""
        now, others = _time(), other_versions(item)
        primary = next((found.primaries[other] for other in others if other in found.primaries), item)
        library_id = (
            entry.library_id
            or self._libraries.place(primary)
            or next((found.places[key] for key in (item.item_id, *others) if key in found.places), None)
        )
        watched = None if library_id is None else self._libraries.watches(library_id)
        if library_id and watched and not self._known.has_learnt(library_id):
            # Nobody can tell yet what is new there; `release` ends the waiting.
            entry.due = now + self._timings.retry_longest
            return []
        verdict = judge(
            item,
            Circumstances(
                watched=watched,
                first_scan=bool(library_id and watched) and self._known.in_first_scan(library_id or "", self._now()),
                of_known=any(other in self._known for other in others),
                of_pending=is_hidden(entry, item) and any(other in self._entries for other in others),
                patient=entry.is_patient(now, self._timings),
            ),
        )
        if library_id:
            self._libraries.learn(primary, library_id)
            if verdict in (Verdict.ANNOUNCE, Verdict.ANNOUNCE_VERSION):
                version = item if verdict is Verdict.ANNOUNCE_VERSION else None
                return [self._ready(entry, primary, library_id, version, found.gone)]
        if verdict is Verdict.LOOK_AGAIN:
            entry.wait_for_streams(now, self._timings)
        elif verdict is Verdict.KNOW:
            self._entries.pop(entry.item_id)
            self._known.learn(entry.item_id, next(identities(item), NO_IDENTITY))
        elif verdict is Verdict.FORGET or not entry.wait_for_place(now, self._timings):
            self._forget(entry, "there is nothing to announce, or no library to announce it from")
        return []

    def _ready(
        self, entry: Entry, item: MediaItem, library_id: str, version: MediaItem | None, gone: dict[int, str]
    ) -> _Ready:
        replaces = None
        if gone and version is None:
            replaces = next((gone.pop(digest) for digest in identities(item) if digest in gone), None)
        said = announcement(
            item,
            entry.sighting,
            library_id=library_id,
            library_name=self._libraries.name(library_id),
            now=self._now(),
            version=version,
            replaces=replaces,
            repeated=entry.repeated,
        )
        return _Ready(entry, said, next(identities(item), NO_IDENTITY), other_versions(version or item))

    async def _announce(self, ready: Sequence[_Ready]) -> None:
        """Say it to everyone, between two lines of the journal."""
        await self._known.announcing(one.entry.item_id for one in ready)
        try:
            for number, one in enumerate(ready, 1):
                if self._opened.is_set() and self._entries.get(one.entry.item_id) is one.entry:
                    self._say(one)
                if number % IN_ONE_GO == 0:
                    await asyncio.sleep(0)
        finally:
            # What was not said after all has nothing to repeat: removed meanwhile, or this ends here.
            for one in ready:
                self._known.spare(one.entry.item_id)

    def _say(self, one: _Ready) -> None:
        for callback in tuple(self._subscribers):
            try:
                callback(one.said)
            except Exception:
                LOGGER.exception("A listener failed over %s", one.said.title)
        self._entries.pop(one.entry.item_id)
        self._known.announced(one.entry.item_id, one.identity, one.said)
        for version in one.versions:
            self._entries.pop(version, None)
            if version not in self._known:
                self._known.learn(version)

    def _forget(self, entry: Entry, reason: str) -> None:
        LOGGER.debug("Leaving %s: %s", entry.item_id, reason)
        self._entries.pop(entry.item_id)
        self._known.let_go(entry.item_id)


def _time() -> float:
    return asyncio.get_running_loop().time()


def _nothing() -> None:
    """Nobody waits for the server."""


async def _nowhere() -> Mapping[str, str]:
    return {}
