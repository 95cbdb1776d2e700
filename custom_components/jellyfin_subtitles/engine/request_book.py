"""Which requests are open: plain bookkeeping, and the form in which it is written down."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Protocol
import uuid

from .models import BACKLOG, RequestReason


class RequestStorage(Protocol):
    """A durable document of JSON; `load` gives None where there is none, `save` ends once it is written."""

    async def load_requests(self) -> dict[str, Any] | None:
        """Return the document saved last."""

    async def save_requests(self, document: dict[str, Any]) -> None:
        """Write the document."""

    async def keep_requests_aside(self) -> None:
        """Put the file away, unchanged: it holds what nobody here understands."""


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A request that was not said yet.

    Without `source_id` it stands for whatever the item turns out to lack. `wants` are those that somebody asked for, as
    text (a language's tag is one), None for those of the household.
    """

    request_id: str
    item_id: str
    source_id: str | None
    library_id: str | None
    reason: RequestReason
    wants: tuple[str, ...] | None = None

    @property
    def key(self) -> tuple[str, str | None, tuple[str, ...] | None]:
        """What makes it the same request as another one."""
        return self.item_id, self.source_id, None if self.wants is None else tuple(sorted(self.wants))

    def as_list(self) -> list[Any]:
        """Return it as it is stored: there may be thousands."""
        wants = None if self.wants is None else list(self.wants)
        return [self.request_id, self.item_id, self.source_id, self.library_id, self.reason.value, wants]

    @classmethod
    def from_list(cls, data: Sequence[Any]) -> OpenRequest:
        """Make it again; raises TypeError or ValueError on anything else."""
        request_id, item_id, source_id, library_id, reason, wants = data
        return cls(
            request_id=_text(request_id),
            item_id=_text(item_id),
            source_id=_text_or_none(source_id),
            library_id=_text_or_none(library_id),
            reason=RequestReason(reason),
            wants=None if wants is None else tuple(map(_text, wants)),
        )


# What a person has asked for is said also while nothing is asked for by itself.
_CHOSEN = (RequestReason.ACTION, RequestReason.MASS_ARRIVAL)


@dataclass(frozen=True, slots=True)
class Held:
    """A file that arrived in a flood: whether it is asked for depends on how large the flood becomes."""

    item_id: str
    source_id: str | None
    library_id: str | None


class RequestBook:
    """The open requests, the oldest first; and the files that wait for a decision."""

    def __init__(self) -> None:
        """Begin with nothing open."""
        self.automatic = True
        self.said_ahead: frozenset[str] = frozenset()
        self.arrived = 0
        self.held: dict[str, Held] = {}
        self.mass: dict[str, Held] = {}
        self._open: dict[tuple[str, str | None, tuple[str, ...] | None], OpenRequest] = {}

    def __len__(self) -> int:
        """Return how many requests are open."""
        return len(self._open)

    @property
    def files(self) -> Collection[str]:
        """The files that are asked for, or that a flood has brought, also where a person is still to decide."""
        return {one.source_id or one.item_id for one in self._open.values()} | self.held.keys() | self.mass.keys()

    def add(
        self,
        item_id: str,
        source_id: str | None,
        library_id: str | None,
        reason: RequestReason,
        wants: tuple[str, ...] | None = None,
        *,
        request_id: str | None = None,
    ) -> OpenRequest:
        """Open a request; of the same file and wants there is only one, and that one is returned.

        What nobody has asked for happens once to a file: its id is the file's, so that a repetition can be told.
        """
        if request_id is None:
            own = blake2b((source_id or item_id).encode(), digest_size=16).hexdigest()
            request_id = own if wants is None else uuid.uuid4().hex
        one = OpenRequest(request_id, item_id, source_id, library_id, reason, wants)
        return self._open.setdefault(one.key, one)

    def close(self, one: OpenRequest) -> None:
        """Take a request out: it was said, or there is nothing to say."""
        self._open.pop(one.key, None)
        self.said_ahead -= {one.request_id}

    def leave(self, item_ids: Collection[str]) -> None:
        """Leave files to those who are about to announce them once more, and then ask for them anew."""
        for one in [one for one in self._open.values() if one.item_id in item_ids]:
            if one.reason is not RequestReason.ACTION:
                self.close(one)
        self.held = {key: one for key, one in self.held.items() if one.item_id not in item_ids}

    def still_open(self, request_ids: Iterable[str]) -> frozenset[str]:
        """Return those of the requests that were not said yet."""
        return frozenset(request_ids) & {one.request_id for one in self._open.values()}

    def next(self, count: int) -> list[OpenRequest]:
        """Return the requests whose turn it is, the newest first; without automatic requests, only those asked for.

        What was there before anybody asked comes last.
        """
        turn = [one for one in reversed(self._open.values()) if self.automatic or one.reason in _CHOSEN]
        turn.sort(key=lambda one: one.reason in BACKLOG)
        return turn[:count]

    def open_held(self) -> None:
        """Ask for the files that were held."""
        for one in self.held.values():
            reason = RequestReason.NEW_VERSION if one.source_id else RequestReason.NEW_MEDIA
            self.add(one.item_id, one.source_id, one.library_id, reason)

    def open_mass(self) -> None:
        """Ask for the files of a mass arrival."""
        for one in self.mass.values():
            self.add(one.item_id, one.source_id, one.library_id, RequestReason.MASS_ARRIVAL)

    def as_document(self) -> dict[str, Any]:
        """Return all of it, as JSON that is not changed afterwards."""
        return {
            "automatic": self.automatic,
            "open": [one.as_list() for one in self._open.values()],
            "said_ahead": sorted(self.said_ahead),
            "arrived": self.arrived,
            "held": _as_rows(self.held),
            "mass": _as_rows(self.mass),
        }

    @classmethod
    def from_document(cls, data: Mapping[str, Any]) -> RequestBook:
        """Make it again; raises KeyError, TypeError or ValueError on anything else."""
        book = cls()
        book.automatic = data["automatic"] is True
        for row in data["open"]:
            one = OpenRequest.from_list(row)
            book._open[one.key] = one
        book.said_ahead = frozenset(map(_text, data["said_ahead"]))
        book.arrived = int(data.get("arrived", 0))
        book.held, book.mass = _from_rows(data["held"]), _from_rows(data["mass"])
        return book


class RequestFile:
    """The book on the disk: one write after the other, so that an older one never replaces a newer one."""

    def __init__(self, storage: RequestStorage) -> None:
        """Take where it is written."""
        self.storage = storage
        self._saving = asyncio.Lock()
        self._first: list[Callable[[], Awaitable[None]]] = []

    def save_first(self, callback: Callable[[], Awaitable[None]]) -> Callable[[], None]:
        """Wait for that before each write; returns the way out."""
        self._first.append(callback)
        return lambda: self._first.remove(callback)

    async def save(self, current: Callable[[], RequestBook]) -> None:
        """Write the book as it is by then."""
        async with self._saving:
            # What is said from here on is still open in this document.
            document = current().as_document()
            for write in tuple(self._first):
                await write()
            await self.storage.save_requests(document)


def _as_rows(held: Mapping[str, Held]) -> list[list[str | None]]:
    return [[one.item_id, one.source_id, one.library_id] for one in held.values()]


def _from_rows(rows: Iterable[Sequence[Any]]) -> dict[str, Held]:
    held = [Held(_text(item), _text_or_none(source), _text_or_none(library)) for item, source, library in rows]
    return {one.source_id or one.item_id: one for one in held}


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value
