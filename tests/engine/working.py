"""The worker at work: real client, simulator, a disk in memory, and backends with hands on the server's own disk."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import aiohttp

from custom_components.jellyfin_subtitles.engine.backends import Backend, Candidate, Subtitle, Task
from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinClient
from custom_components.jellyfin_subtitles.engine.ladder import Ladder
from custom_components.jellyfin_subtitles.engine.languages import Language, parse_language
from custom_components.jellyfin_subtitles.engine.ledger import Ledger
from custom_components.jellyfin_subtitles.engine.ledger_models import Outcome, Record
from custom_components.jellyfin_subtitles.engine.models import (
    Announcement,
    Needs,
    RequestReason,
    Source,
    SubtitleRequest,
)
from custom_components.jellyfin_subtitles.engine.wants import Want
from custom_components.jellyfin_subtitles.engine.worker import SubtitleWorker, WorkTimings
from jellyfin_simulator import JellyfinSimulator, SimItem

from .corridor import DEVICE_ID
from .memory import MemoryStorage

# Three attempts after the first, so close that no test waits for them.
RUNGS = (timedelta(milliseconds=2),) * 3

# One attempt: what comes next is next week.
SLOWLY = (timedelta(weeks=1),)


def paced(rungs: Sequence[timedelta] = RUNGS, *, ladder: Ladder | None = None, fresh: float = 10.0) -> WorkTimings:
    """Return timings that make no test wait."""
    return WorkTimings(fresh=fresh, retry_first=0.005, retry_longest=0.01, ladder=ladder or Ladder(rungs))


PACE = paced()


class SmallBackend:
    """Has a subtitle for everything until told otherwise, and writes it beside the film with its own hands.

    What is in `on_search`, `on_fetch` and `on_deliver` is raised there, one for each call, or called if it can be.
    """

    def __init__(
        self, simulator: JellyfinSimulator, name: str = "small", looks: Sequence[float] = (0.0, 0.001)
    ) -> None:
        self.name = name
        self.looks = looks
        self.has_any = True
        self.shows = True
        self.on_search: list[Exception | Callable[[], Awaitable[None]]] = []
        self.on_fetch: list[Exception | Callable[[], Awaitable[None]]] = []
        self.on_deliver: list[Exception | Callable[[], Awaitable[None]]] = []
        self.searched: list[str] = []
        self.fetched: list[str] = []
        self.delivered: list[str] = []
        self._simulator = simulator

    async def search(self, task: Task) -> Sequence[Candidate]:
        """Find two candidates, or nothing."""
        self.searched.append(f"{task.title} {task.want.key}")
        await _next_of(self.on_search)
        count = len(self.searched)
        names = [f"{count}.1", f"{count}.2"] if self.has_any else []
        return [Candidate(name, "provider", name) for name in names]

    async def fetch(self, task: Task, candidate: Candidate) -> Subtitle:
        """Give any of them."""
        self.fetched.append(candidate.name)
        await _next_of(self.on_fetch)
        return Subtitle(candidate, "srt", b"1\n")

    async def deliver(self, task: Task, subtitle: Subtitle) -> None:
        """Write a file under the next name that is free, and have the server look, unless it does not show."""
        self.delivered.append(f"{task.title} {task.want.key}")
        await _next_of(self.on_deliver)
        item = self._simulator.core.shelves.items[task.item_id]
        self._simulator.core.subtitle_files.save(item, (task.want.language.tag,), "srt", b"1\n")
        if self.shows:
            self.show(item)

    def show(self, item: SimItem) -> None:
        """Have the server look what lies beside a film."""
        self._simulator.core.monitor.look(item)


async def _next_of(ways: list[Exception | Callable[[], Awaitable[None]]]) -> None:
    if not ways:
        return
    way = ways.pop(0)
    if isinstance(way, Exception):
        raise way
    await way()


@dataclass
class Working:
    """The parts of one run, and what came of it."""

    simulator: JellyfinSimulator
    client: JellyfinClient
    storage: MemoryStorage
    ledger: Ledger
    backend: SmallBackend
    worker: SubtitleWorker
    task: asyncio.Task[None] | None = None
    said: list[Outcome] = field(default_factory=list)

    @property
    def ends(self) -> list[tuple[str, str]]:
        """The ends that were said, in order."""
        return [(one.record.want.key, one.state.value) for one in self.said if one.next_attempt is None]

    @property
    def record(self) -> Record:
        """The only record that is open."""
        (record,) = self.ledger.open.values()
        return record

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so; looks again whenever the loop has turned."""
        async with asyncio.timeout(10):
            while not condition():
                await asyncio.sleep(0)

    async def until_said(self, count: int = 1) -> None:
        """Wait until so many outcomes were said and the worker rests."""
        await self.until(lambda: len(self.said) >= count and not self.ledger.untold)

    async def until_resting(self) -> None:
        """Wait until there is nothing to do now."""
        while ((due := self.ledger.next_due) is not None and due <= datetime.now(UTC)) or self.worker._to_read:
            await asyncio.sleep(0)


def a_request(
    item: SimItem,
    *tags: str,
    reason: RequestReason = RequestReason.NEW_MEDIA,
    repeated: bool = False,
    arrived_at: datetime | None = None,
    request_id: str | None = None,
) -> SubtitleRequest:
    """Return a request for languages of a file, German if none is named."""
    now = datetime.now(UTC)
    wants = tuple([Want(language) for tag in tags or ("de",) if (language := parse_language(tag))])
    main = item.primary or item
    said = Announcement(
        main.item_id, "movie", item.name, None, None, Source.WEBSOCKET, now, announced_at=arrived_at or now
    )
    needs = Needs(item.item_id, item.path, tuple(want.language.tag for want in wants), (), (), wants)
    return SubtitleRequest(request_id or f"request {item.item_id}", said, needs, reason, now, repeated)


def tracks(item: SimItem) -> Counter[str]:
    """Return how many subtitles a film has in each language."""
    languages = [parse_language(stream.language) for stream in item.streams if stream.kind == "Subtitle"]
    return Counter(language.tag for language in languages if isinstance(language, Language))


@asynccontextmanager
async def working(
    simulator: JellyfinSimulator,
    *backends: SmallBackend,
    storage: MemoryStorage | None = None,
    timings: WorkTimings = PACE,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    chain: Callable[[Record], Sequence[Backend]] | None = None,
    opened: bool = True,
    timeout: float = 30.0,
) -> AsyncIterator[Working]:
    """Run the worker until the block ends."""
    storage = storage or MemoryStorage()
    asked = backends or (SmallBackend(simulator),)
    async with aiohttp.ClientSession() as session:
        account = simulator.core.accounts.by_name("admin")
        assert account is not None
        token = simulator.issue_token(account, DEVICE_ID)
        client = JellyfinClient(
            session, simulator.url, device_id=DEVICE_ID, version="1.0", token=token, timeout=timeout
        )
        ledger = Ledger(storage)
        await ledger.load()
        worker = SubtitleWorker(client, ledger, chain or (lambda record: asked), now=now, timings=timings)
        running = Working(simulator, client, storage, ledger, asked[0], worker)
        worker.subscribe(running.said.append)
        if opened:
            worker.open()
        running.task = asyncio.create_task(worker.run())
        try:
            yield running
        finally:
            running.task.cancel()
            with suppress(asyncio.CancelledError):
                await running.task
