"""The one corridor from a sighting to an announcement.

offer -> known? -> fetch -> judge -> (look again) -> assess -> (gather) -> announce. Whoever saw an id, and however
often, it goes through here once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
import logging
import math

from .announcer import Announcer
from .backoff import Backoff
from .fence import Fence
from .fetch import FindFilms, Findings, ItemReader, Locate, is_hidden
from .flood import Flood, FloodTimings, Gathered, Wave, is_mass
from .identity import NO_IDENTITY, identities
from .jellyfin import (
    JellyfinAuthenticationError,
    JellyfinClient,
    JellyfinConnectionError,
    JellyfinError,
    JellyfinServerStartingError,
    MediaItem,
)
from .judge import EPISODE, Circumstances, Verdict, judge, other_versions
from .known import KnownIds
from .libraries import Libraries
from .models import Announcement, MediaBatch, Sighting, Source
from .policy import Household
from .ready import Ready, make_ready
from .requests import SubtitleRequests
from .waiting import Entry, PipelineTimings, WaitingRoom

LOGGER = logging.getLogger(__name__)

# How many items are dealt with at once: what one write of the journal covers where they come one by one.
BATCH = 500

TIMINGS = PipelineTimings()
FLOOD_TIMINGS = FloodTimings()

_AWAY = (JellyfinAuthenticationError, JellyfinConnectionError, JellyfinServerStartingError)


class SubtitlePipeline:
    """Takes sightings from every door and announces each new film and episode once."""

    def __init__(
        self,
        client: JellyfinClient,
        known: KnownIds,
        libraries: Libraries,
        requests: SubtitleRequests,
        household: Household,
        *,
        now: Callable[[], datetime],
        timings: PipelineTimings = TIMINGS,
        flood: FloodTimings = FLOOD_TIMINGS,
    ) -> None:
        """Make a corridor that is closed until `open`; `run` works in it."""
        self._known = known
        self._libraries = libraries
        self._requests = requests
        self._household = household
        self._now = now
        self._timings = timings
        self._reader = ItemReader(client, known, libraries, now=now)
        self._waiting = WaitingRoom()
        self._flood: Flood[Ready] = Flood(flood)
        self._flood_limit = flood.limit
        self._announcer = Announcer(known, self._waiting, requests)
        self._held: list[Sighting] | None = None
        self._failing = self._complained = False
        self._retry = Backoff(timings.retry_first, timings.retry_longest)
        self._fence = Fence(LOGGER, "The journal could not be written")
        self._work = asyncio.Event()
        self._idle = asyncio.Event()
        self.locate: Locate = _nowhere
        self.find_films: FindFilms = _of_no_film

    @property
    def pending(self) -> int:
        """How many ids are on their way."""
        return len(self._waiting)

    def subscribe(self, callback: Callable[[Announcement], None]) -> Callable[[], None]:
        """Call back with each item that is announced on its own; returns the way out."""
        return self._announcer.subscribe(callback)

    def subscribe_batches(self, callback: Callable[[MediaBatch], None]) -> Callable[[], None]:
        """Call back with the items of a flood, announced together; returns the way out."""
        return self._announcer.subscribe_batches(callback)

    def open(self) -> None:
        """From now on somebody listens: announce, and ask."""
        self._requests.open()
        self._announcer.opened.set()

    def close(self) -> None:
        """Nobody listens any more: announce nothing further."""
        self._requests.close()
        self._announcer.opened.clear()

    def hold(self) -> None:
        """Put sightings aside while the library is being learnt: what is new can be told only afterwards."""
        self._held = []

    def release(self) -> tuple[str, ...]:
        """Take up the sightings put aside; returns the ids that are new. What turned out to be known ends here."""
        held, self._held = self._held or [], None
        now = _time()
        for entry in tuple(self._waiting):
            if entry.item_id in self._known:
                self._waiting.drop(entry.item_id)
            elif not entry.is_gathered:
                entry.due = now
        taken = self.offer(held)
        self._known.drop_named()
        return taken

    def offer(self, sightings: Iterable[Sighting]) -> tuple[str, ...]:
        """Take in what a door has seen; returns the ids that nobody knew. Known ones end here, at no request."""
        sightings = list(sightings)
        if self._held is not None:
            self._held += sightings
            self._known.name(seen.item_id for seen in sightings if seen.added)
            self._rouse()
            return ()
        taken = self._known.take([seen.item_id for seen in sightings if seen.added], added=True)
        taken += self._known.take(seen.item_id for seen in sightings if not seen.added)
        now, unknown = _time(), set(taken)
        wave = Wave(unknown) if len(unknown) > self._flood_limit else None
        for seen in sightings:
            if entry := self._waiting.get(seen.item_id):
                entry.seen_again(now, seen)
            elif seen.item_id in unknown:
                self._waiting.add(Entry(seen, seen.library_id, now, wave))
        self._rouse()
        return taken

    def may_be_news(self, item_id: str) -> bool:
        """Return whether it is worth offering an id: of what a refresh of a library names, most is known."""
        return self._held is not None or self._known.may_be_news(item_id)

    def removed(self, item_ids: Collection[str]) -> None:
        """Take note of what the server has removed."""
        now = self._now()
        for item_id in item_ids:
            self._waiting.drop(item_id)
            self._known.remove(item_id, now)
        self._requests.removed(item_ids)
        self._rouse()

    async def drain(self) -> None:
        """Wait until nothing is left that could be dealt with at once."""
        await self._idle.wait()

    async def run(self) -> None:
        """Work until cancelled; then everything is written."""
        self._take_up_interrupted()
        try:
            await self._announcer.opened.wait()
            if arrived := self._requests.arrived:
                self._flood.resume(_time(), arrived)
            while True:
                await self._announcer.opened.wait()
                self._work.clear()
                if (due := self._flood.due) is not None and due <= _time():
                    gathered = self._flood.take(_time())
                    await self._safely([one.entry for one in gathered.members], self._say_gathered(gathered))
                elif batch := self._waiting.due(_time(), BATCH):
                    await self._safely(batch, self._process(batch))
                else:
                    with self._fence:
                        await self._known.flush()
                        self._fence.mend()
                    await self._rest()
        finally:
            await self._known.save(self._now())

    def _take_up_interrupted(self) -> None:
        now, interrupted = _time(), self._known.interrupted
        self._known.take(interrupted)
        wave = Wave(set(interrupted)) if len(interrupted) > self._flood_limit else None
        for item_id in interrupted:
            sighting = Sighting(item_id, Source.JOURNAL, self._now())
            self._waiting.add(Entry(sighting, None, now, wave, repeated=True))
        self.offer(Sighting(item_id, Source.JOURNAL, self._now(), added=True) for item_id in self._known.named)

    def _rouse(self) -> None:
        self._idle.clear()
        self._work.set()

    async def _rest(self) -> None:
        """Wait for something to do: a sighting, the time to look at an entry again, or the end of a flood."""
        if not self._work.is_set():
            self._idle.set()
        due = self._waiting.next_due if self._flood.due is None else min(self._waiting.next_due, self._flood.due)
        with suppress(TimeoutError):
            async with asyncio.timeout_at(due if due < math.inf else None):
                await self._work.wait()
        self._idle.clear()

    # One batch

    async def _safely(self, entries: Iterable[Entry], work: Awaitable[None]) -> None:
        """Deal with some entries; whatever goes wrong, they are tried again, and the others have their turn."""
        try:
            await work
        except JellyfinError as err:
            # Of a server that is away, the listener speaks.
            is_news = not (self._complained or isinstance(err, _AWAY))
            LOGGER.log(logging.INFO if is_news else logging.DEBUG, "New items cannot be read: %s", err)
            self._complained |= is_news
        except Exception:
            # Said once: it is tried again every minute.
            if not self._complained:
                LOGGER.exception("New items could not be dealt with")
            self._complained = True
        else:
            if self._failing:
                LOGGER.log(logging.INFO if self._complained else logging.DEBUG, "New items can be read again")
                self._failing = self._complained = False
                self._retry.reset()
            return
        self._failing = True
        due = _time() + self._retry.next()
        for entry in entries:
            entry.due = due

    async def _process(self, batch: Sequence[Entry]) -> None:
        # Where one more is one too many to ask for, what the files lack need not be looked up now.
        found = await self._reader.read(batch, self.locate, self.find_films, lean=is_mass(self._flood.total + 1))
        ready: list[Ready] = []
        for entry in batch:
            if self._waiting.get(entry.item_id) is not entry:
                continue
            if item := found.items.get(entry.item_id):
                ready += self._decide(entry, item, found)
            else:
                # One look is a look: nobody waits for it, should it come to something after all.
                entry.looked(arrives=False)
                if not entry.wait_to_appear(_time(), self._timings):
                    self._forget(entry, "the server does not show it")
        singles = []
        for one in ready:
            if self._flood.takes(_time(), one.entry.wave):
                one.entry.gather()
                self._flood.gather(_time(), one, one.entry.wave)
            else:
                singles.append(one)
        if singles:
            await self._announcer.say(singles)

    async def _say_gathered(self, gathered: Gathered[Ready]) -> None:
        """Say what a flood has brought: together, unless it turned out to be none."""
        # What cannot be said now, because nobody listens any more, is looked at again.
        for one in gathered.members:
            one.entry.due = _time()
        if gathered.few:
            await self._announcer.say(gathered.members)
        elif gathered.members:
            await self._announcer.say_together(gathered.members, gathered.total or self._flood.total)
        if gathered.total:
            await self._requests.decide(gathered.total)

    def _decide(self, entry: Entry, item: MediaItem, found: Findings) -> list[Ready]:
        """Judge an item and carry the verdict out; returns what is to be announced."""
        now, others = _time(), other_versions(item)
        primary = next((found.primaries[other] for other in others if other in found.primaries), item)
        library_id = (
            entry.library_id
            or self._libraries.place(primary)
            or next((found.places[key] for key in (item.item_id, *others) if key in found.places), None)
        )
        wanted = self._household.episodes if primary.kind == EPISODE else self._household.films
        watched = None if library_id is None else wanted and self._libraries.watches(library_id)
        if library_id and watched and not self._known.has_learnt(library_id):
            # Nobody can tell yet what is new there; `release` ends the waiting.
            entry.looked(arrives=True)
            entry.due = now + self._timings.retry_longest
            return []
        verdict = judge(
            item,
            Circumstances(
                watched=watched,
                first_scan=bool(library_id and watched) and self._known.in_first_scan(library_id or "", self._now()),
                of_known=any(other in self._known for other in others),
                of_pending=is_hidden(entry, item) and any(other in self._waiting for other in others),
                patient=entry.is_patient(now, self._timings),
            ),
        )
        entry.looked(arrives=verdict not in (Verdict.KNOW, Verdict.FORGET))
        if library_id:
            self._libraries.learn(primary, library_id)
            if verdict in (Verdict.ANNOUNCE, Verdict.ANNOUNCE_VERSION):
                return [
                    make_ready(
                        entry,
                        primary,
                        library=(library_id, self._libraries.name(library_id)),
                        profiles=self._household.profiles_for(library_id),
                        now=self._now(),
                        version=item if verdict is Verdict.ANNOUNCE_VERSION else None,
                        gone=found.gone,
                    )
                ]
        if verdict is Verdict.LOOK_AGAIN:
            entry.wait_for_streams(now, self._timings)
        elif verdict is Verdict.KNOW:
            self._waiting.drop(entry.item_id)
            self._known.learn(entry.item_id, next(identities(item), NO_IDENTITY))
        elif verdict is Verdict.FORGET or not entry.wait_for_place(now, self._timings):
            self._forget(entry, "there is nothing to announce, or no library to announce it from")
        return []

    def _forget(self, entry: Entry, reason: str) -> None:
        LOGGER.debug("Leaving %s: %s", entry.item_id, reason)
        self._waiting.drop(entry.item_id)
        self._known.let_go(entry.item_id)


def _time() -> float:
    return asyncio.get_running_loop().time()


async def _nowhere() -> Mapping[str, str]:
    return {}


async def _of_no_film(version_ids: Collection[str]) -> Mapping[str, MediaItem]:
    return {}
