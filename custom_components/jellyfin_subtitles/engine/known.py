"""The ids ever seen, and the journal of what is being announced.

Two documents on the disk. *Known* holds every id with its identity and is written seldom: it is large. The *journal*
holds what happened since and is written before and after each announcement: it is small. An id counts as known if
either names it, so the two may be of different age; whatever happens in between, nothing known is ever new again.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
import logging
from typing import Any

from .identity import NO_IDENTITY
from .known_storage import KnownStorage, stored_id, stored_moment
from .models import Announcement

LOGGER = logging.getLogger(__name__)

# A file that is back within this time was moved or restored, it is not new; one of the same identity replaces it.
REMOVED_KEPT = timedelta(days=7)

# A library that has just appeared is still being scanned: what turns up in it is its contents, not news, until nothing
# unknown has turned up for this long - and not for ever, should something turn up all the time.
FIRST_SCAN_QUIET = timedelta(hours=1)
FIRST_SCAN_AT_MOST = timedelta(hours=24)

# A message names what was saved within its debounce before, half a minute; behind a long scan it comes later.
CONTESTED_KEPT = timedelta(minutes=10)


class KnownIds:
    """What was seen, what is on its way, and since when the server must be asked again."""

    def __init__(self, storage: KnownStorage) -> None:
        """Begin empty; `load` reads what is stored."""
        self._storage = storage
        self._ids: dict[str, int] = {}
        self._since: dict[str, int] = {}
        self._removed: dict[str, tuple[datetime, int]] = {}
        self._in_flight: dict[str, datetime | None] = {}
        self._only_updated: set[str] = set()
        self._announcing: dict[str, None] = {}
        self._contested: dict[str, datetime] = {}
        self._news: set[str] = set()
        self._named: set[str] = set()
        self._mark: datetime | None = None
        self._libraries: dict[str, tuple[datetime, datetime]] = {}
        self._unwatched: dict[str, datetime] = {}
        self._out_of_sight: set[str] = set()
        self._unsaved = True
        self._unwritten = False
        self.settled = False
        self.last: Announcement | None = None

    def __contains__(self, item_id: str) -> bool:
        """Return whether an id is known, removed lately or not."""
        return item_id in self._ids or item_id in self._removed

    def __len__(self) -> int:
        """Return how many ids are known."""
        return len(self._ids)

    @property
    def mark(self) -> datetime | None:
        """The server's time up to which everything saved has been dealt with; None before the first baseline began."""
        marks = [mark for mark in self._in_flight.values() if mark is not None]
        return self._mark if self._mark is None else min([self._mark, *marks])

    @property
    def named(self) -> tuple[str, ...]:
        """The ids that the server called new while a library was being learnt, and that were not dealt with since."""
        return tuple(self._named)

    @property
    def interrupted(self) -> tuple[str, ...]:
        """The ids that were being announced when the last run ended, and still are not."""
        return tuple(self._announcing)

    async def load(self) -> None:
        """Take up where the last run ended; what makes no sense is kept aside and everything begins anew."""
        known, journal = await self._storage.load_known(), await self._storage.load_journal()
        try:
            if journal is not None:
                self._read_journal(journal)
            if known is not None:
                self._read_known(known)
        except (AttributeError, KeyError, TypeError, ValueError) as err:
            LOGGER.debug("What is stored makes no sense: %r", err)
            await self._storage.keep_aside()
            known = journal = None
        if known is None or journal is None:
            # Half of the memory is not enough to tell what is new: the libraries are learnt again, silently.
            self._libraries = {}
            self.settled = False
        self._mark = None if journal is None else self._mark

    def _read_journal(self, journal: Mapping[str, Any]) -> None:
        mark, last = journal["mark"], journal["last"]
        since = {stored_id(item_id): int(digest) for item_id, digest in journal["since"].items()}
        removed = {
            stored_id(item_id): (stored_moment(when), int(digest))
            for item_id, (when, digest) in journal["removed"].items()
        }
        self._mark = stored_moment(mark) if mark is not None else None
        self._news = set(map(stored_id, journal["news"]))
        self._named = set(map(stored_id, journal.get("named", ())))
        self.last = Announcement.from_dict(last) if last is not None else None
        self._announcing = dict.fromkeys(map(stored_id, journal["announcing"]))
        self._removed = removed
        self._since = since
        self._ids |= since

    def _read_known(self, known: Mapping[str, Any]) -> None:
        ids = known["ids"]
        if not all(len(item_id) == 32 and type(digest) is int for item_id, digest in ids.items()):
            raise ValueError("not an id with its identity")
        self._libraries = {
            key: (stored_moment(until), stored_moment(most)) for key, (until, most) in known["libraries"].items()
        }
        self._unwatched = {key: stored_moment(until) for key, until in known.get("unwatched", {}).items()}
        self._out_of_sight = set(known.get("out_of_sight", ()))
        self.settled = bool(known["settled"])
        self._since = {item_id: digest for item_id, digest in self._since.items() if ids.get(item_id) != digest}
        self._ids = ids | self._since
        for item_id in (*self._removed, *self._news, *self._named):
            self._ids.pop(item_id, None)

    async def save(self, now: datetime) -> None:
        """Write everything: the known document if it has changed, then a journal that need not repeat it."""
        removed = {key: value for key, value in self._removed.items() if now - value[0] < REMOVED_KEPT}
        self._unsaved |= len(removed) < len(self._removed)
        self._removed = removed
        self._contested = {key: since for key, since in self._contested.items() if now - since < CONTESTED_KEPT}
        if self._unsaved:
            self._unsaved, saved = False, False
            # Those removed lately too: only the journal, written later, says that they are.
            ids = self._ids | {key: digest for key, (_, digest) in self._removed.items()}
            news = frozenset(self._news)
            document = {
                "ids": ids,
                "libraries": {key: [until.isoformat() for until in scan] for key, scan in self._libraries.items()},
                "unwatched": {key: until.isoformat() for key, until in self._unwatched.items()},
                "out_of_sight": list(self._out_of_sight),
                "settled": self.settled,
            }
            try:
                saved = await self._storage.save_known(document)
            finally:
                self._unsaved |= not saved
            if saved:
                self._since = {key: value for key, value in self._since.items() if ids.get(key) != value}
                self._news -= news
        await self._write()

    async def flush(self) -> None:
        """Write the journal if it has something new to say."""
        if self._unwritten:
            await self._write()

    async def _write(self) -> None:
        self._unwritten = False
        document = {
            "mark": mark.isoformat() if (mark := self.mark) else None,
            "announcing": list(self._announcing),
            "since": self._since | {},
            "news": list(self._news),
            "named": list(self._named),
            "removed": {key: [when.isoformat(), digest] for key, (when, digest) in self._removed.items()},
            "last": self.last.as_dict() if self.last else None,
        }
        try:
            await self._storage.save_journal(document)
        except BaseException:
            self._unwritten = True
            raise

    def take(self, item_ids: Iterable[str], *, added: bool = False) -> tuple[str, ...]:
        """Return those ids that are new to us; they are in flight from now on, and hold the mark where it stands.

        `added` says that the server itself called them new: that settles it for the ids in doubt (see `contest`).
        """
        mark = self.mark
        taken = []
        for item_id in item_ids:
            if item_id in self._removed:
                self.learn(item_id, self._removed.pop(item_id)[1])
            if added and item_id in self._contested:
                del self._contested[item_id]
                # The document on the disk may hold it.
                self._ids.pop(item_id, None)
                self._news.add(item_id)
                self._unsaved = self._unwritten = True
            if added:
                self._only_updated.discard(item_id)
            if item_id not in self._ids and item_id not in self._in_flight:
                self._in_flight[item_id] = mark
                taken.append(item_id)
                if not added:
                    self._only_updated.add(item_id)
        return tuple(taken)

    def name(self, item_ids: Iterable[str]) -> None:
        """The server calls these new, and what they are can be told only once a library is learnt: outlive a crash."""
        self._named.update(item_ids)
        self._unwritten = True

    def drop_named(self) -> None:
        """The library is learnt: what is not in flight now was nothing new."""
        self._unwritten |= bool(nothing := self._named - self._in_flight.keys())
        self._named -= nothing

    def may_be_news(self, item_id: str) -> bool:
        """Return whether it is worth taking an id: most of what a refresh of a library names is known."""
        return item_id not in self._ids or item_id in self._contested

    def let_go(self, item_id: str) -> None:
        """Forget an id in flight: it was nothing, but it may be something the next time."""
        self._in_flight.pop(item_id, None)
        self._only_updated.discard(item_id)
        self._named.discard(item_id)
        self.spare(item_id)

    def spare(self, item_id: str) -> None:
        """It was about to be announced, and was not: there is nothing to repeat."""
        if item_id in self._announcing:
            del self._announcing[item_id]
            self._unwritten = True

    def learn(self, item_id: str, identity: int = NO_IDENTITY) -> None:
        """Know an id from now on, without a word to anyone."""
        self.let_go(item_id)
        self._contested.pop(item_id, None)
        self._news.discard(item_id)
        self._ids[item_id] = self._since[item_id] = identity
        self._unsaved = self._unwritten = True

    async def announcing(self, item_ids: Iterable[str]) -> None:
        """Write down what is about to be announced: a run that ends before `announced` is written repeats it."""
        self._announcing |= dict.fromkeys(item_ids)
        await self._write()

    def announced(self, item_id: str, identity: int, announcement: Announcement) -> None:
        """Take note of what was said; `flush` or the next `announcing` writes it."""
        self.learn(item_id, identity)
        self.last = announcement
        if announcement.replaces in self._removed:
            self._removed[announcement.replaces] = (self._removed[announcement.replaces][0], NO_IDENTITY)

    def remove(self, item_id: str, now: datetime) -> None:
        """The server says an item is gone; it stays known for a while."""
        self.let_go(item_id)
        self._contested.pop(item_id, None)
        if item_id in self._ids:
            self._removed[item_id] = (now, self._ids.pop(item_id))
            self._since.pop(item_id, None)
            self._unsaved = self._unwritten = True

    def removed_lately(self, now: datetime) -> dict[int, str]:
        """Return the files removed lately that nothing has replaced yet: identity -> id."""
        return {
            identity: item_id
            for item_id, (when, identity) in self._removed.items()
            if identity != NO_IDENTITY and now - when < REMOVED_KEPT
        }

    def with_identity(self, identities: Iterable[int]) -> tuple[str, ...]:
        """Return the known ids that have one of these identities; goes through all of them."""
        wanted = frozenset(identities)
        return tuple(item_id for item_id, identity in self._ids.items() if identity in wanted)

    def begin(self, server_time: datetime) -> None:
        """The first baseline begins: from now on, what the server saves is looked at."""
        self._mark = server_time
        self._unwritten = True

    def advance(self, server_time: datetime) -> None:
        """Everything saved up to this time of the server has been offered; should its clock go back, so do we."""
        if self._mark is not None and server_time != self._mark:
            self._mark = server_time
            self._unwritten = True

    def has_learnt(self, library_id: str) -> bool:
        """Return whether the contents of a library are known, so that an unknown id in it is news."""
        return library_id in self._libraries

    @property
    def libraries(self) -> frozenset[str]:
        """The ids of the libraries whose contents are known."""
        return frozenset(self._libraries)

    def learn_existing(self, ids: Mapping[str, int]) -> set[str]:
        """Know these ids of a library that is being read; returns those that this taught us.

        An id in flight that the server called new is news, whatever the listing says; one that was just updated is not.
        """
        for item_id in self._removed.keys() & ids.keys():
            self.learn(item_id, self._removed.pop(item_id)[1])
        taught = {item_id for item_id in ids if item_id not in self._ids}
        taught -= self._in_flight.keys() - self._only_updated
        for item_id in taught & self._only_updated:
            self.let_go(item_id)
        self._ids |= {item_id: ids[item_id] for item_id in taught}
        self._unsaved = True
        return taught

    def contest(self, item_ids: Iterable[str], now: datetime) -> None:
        """Doubt ids just learnt: they were saved while the library was read, so they are either old or brand-new."""
        self._contested |= dict.fromkeys(item_ids, now)

    def pass_by(self, library_ids: Iterable[str], now: datetime) -> None:
        """These libraries are there and not watched: chosen later, they are learnt again, but not as just made."""
        filled = now + FIRST_SCAN_QUIET if self.settled else now
        for library_id in library_ids:
            until, _ = self._libraries.pop(library_id, (self._unwatched.get(library_id, filled), now))
            self._unsaved |= self._unwatched.get(library_id) != until
            self._unwatched[library_id] = until

    def may_be_filling(self, library_id: str, now: datetime) -> bool:
        """Return whether a library that is about to be learnt may have just been made: it joins others."""
        return self.settled and self._unwatched.get(library_id, now + FIRST_SCAN_QUIET) > now

    def was_there(self, library_id: str) -> bool:
        """Return whether a library was known before it went out of sight; or one of its name, and made anew since."""
        return library_id in self._out_of_sight

    async def learnt(self, library_id: str, now: datetime, *, first_scan: bool) -> None:
        """All of a library was read; write it."""
        quiet, at_most = (FIRST_SCAN_QUIET, FIRST_SCAN_AT_MOST) if first_scan else (timedelta(), timedelta())
        self._libraries[library_id] = (now + quiet, now + at_most)
        self._unwatched.pop(library_id, None)
        self._out_of_sight.discard(library_id)
        self._named -= {key for key in self._named if key in self._ids and key not in self._contested}
        self._unsaved = True
        await self.save(now)

    def forget_libraries(self, library_ids: Iterable[str]) -> None:
        """These libraries are not visible any more; should they come back, they are learnt again."""
        for library_id in library_ids:
            self._libraries.pop(library_id, None)
            self._out_of_sight.add(library_id)
            self._unsaved = True

    def in_first_scan(self, library_id: str, now: datetime) -> bool:
        """Return whether a library is so new that what turns up in it is its contents; asking means something did."""
        until, at_most = self._libraries.get(library_id, (now, now))
        if until <= now:
            return False
        self._libraries[library_id] = (min(now + FIRST_SCAN_QUIET, at_most), at_most)
        self._unsaved = True
        return True
