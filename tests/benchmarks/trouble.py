"""Subtitles for many files while both sides restart, connections drop, and the provider lets everybody down."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
import random

import aiohttp
from aiohttp import web

from custom_components.jellyfin_subtitles.engine.backends.jellyfin_search import JellyfinSearch
from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinClient, JellyfinError
from custom_components.jellyfin_subtitles.engine.judge import announcement
from custom_components.jellyfin_subtitles.engine.ladder import Ladder
from custom_components.jellyfin_subtitles.engine.languages import Language, parse_language
from custom_components.jellyfin_subtitles.engine.ledger import Ledger
from custom_components.jellyfin_subtitles.engine.ledger_models import Outcome
from custom_components.jellyfin_subtitles.engine.libraries import Libraries
from custom_components.jellyfin_subtitles.engine.models import Sighting, Source
from custom_components.jellyfin_subtitles.engine.policy import Household, assess
from custom_components.jellyfin_subtitles.engine.requests import RequestTimings, SubtitleRequests
from custom_components.jellyfin_subtitles.engine.worker import SubtitleWorker, WorkTimings
from jellyfin_simulator import JellyfinSimulator, SimItem
from jellyfin_simulator.subtitle_providers import Behaviour, SubtitleProvider
from tests.engine.memory import MemoryStorage

GERMAN = Household(languages=(Language("de"),))
TEXT = "1\n00:00:01,000 --> 00:00:03,000\nDie Fähre legt um neun ab, und wir sind nicht an Bord.\n"

# Nothing is ever given up, so that whatever does not end is lost.
WORK = WorkTimings(retry_first=0.002, retry_longest=0.01, ladder=Ladder((timedelta(milliseconds=1),) * 10_000))
ASKING = RequestTimings(interval=0.0, retry_first=0.002, retry_longest=0.01)

# Only for what hangs.
PATIENCE = 120


class HastySearch(JellyfinSearch):
    """The server's own search, on a server that needs no time."""

    looks: Sequence[float] = (0.001, 0.003, 0.01, 0.05)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of the files of one schedule."""

    lost: int
    doubled: int
    surplus: int
    repeated: int
    requests: int
    happened: Counter[str]


@dataclass
class Life:
    """One run of the engine, from one start to the next."""

    client: JellyfinClient
    requests: SubtitleRequests
    ledger: Ledger
    worker: SubtitleWorker
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def has_rest(self) -> bool:
        """Whether there is nothing left to do."""
        return not (self.requests.waiting or self.ledger.open or self.ledger.untold)

    async def arrive(self, item: SimItem) -> None:
        """Ask for what a film lacks, as the corridor does: again, until it is known to be written."""
        now = datetime.now(UTC)
        while True:
            try:
                found = await self.client.get_item(item.item_id)
                break
            except JellyfinError:
                await asyncio.sleep(0.001)
        sighting = Sighting(item.item_id, Source.WEBSOCKET, now)
        said = announcement(found, sighting, library_id=None, library_name=None, now=now)
        await self.requests.queue([(said, assess(found, GERMAN.profiles_for(None), now))])

    async def end(self) -> None:
        """End; what is still written is of no use to anybody."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


class Troubled:
    """A server, its provider, and one life of the engine after the other."""

    def __init__(
        self, simulator: JellyfinSimulator, provider: SubtitleProvider, session: aiohttp.ClientSession
    ) -> None:
        self.simulator = simulator
        self.provider = provider
        self.session = session
        account = simulator.add_user("admin", "admin", administrator=True)
        self.token = simulator.issue_token(account, "0123456789abcdef")
        self.storage = MemoryStorage()
        self.said: list[Outcome] = []
        self.happened: Counter[str] = Counter()
        self.life: Life
        self.film: SimItem
        self.arriving: asyncio.Task[None]

    def arrive(self, film: SimItem) -> None:
        """Let the corridor bring a film."""
        self.film = film
        self.arriving = asyncio.create_task(self.life.arrive(film))

    async def begin(self) -> None:
        """Start the engine with what the disk holds."""
        client = JellyfinClient(
            self.session, self.simulator.url, device_id="0123456789abcdef", version="1", token=self.token
        )
        ledger, libraries = Ledger(self.storage), Libraries(None)
        requests = SubtitleRequests(client, libraries, self.storage, GERMAN, now=_now, timings=ASKING)
        backend = HastySearch(client)
        worker = SubtitleWorker(client, ledger, lambda record: (backend,), now=_now, timings=WORK)
        await requests.load()
        await ledger.load()
        requests.subscribe(worker.take)
        requests.save_first(worker.save)
        said = self.said
        worker.subscribe(lambda outcome: said.append(outcome) if outcome.next_attempt is None else None)
        requests.open()
        worker.open()
        tasks = [asyncio.create_task(worker.run()), asyncio.create_task(requests.run())]
        self.life = Life(client, requests, ledger, worker, tasks)

    async def crash(self) -> None:
        """End the engine without warning, and start it again with what it had written.

        A film whose request was not written yet is brought once more: the corridor sees to that.
        """
        is_cut_off = not self.arriving.done()
        self.arriving.cancel()
        self.storage = self.storage.after_a_crash()
        # What the old one would say and write from here on, nobody hears and nobody reads.
        self.life.worker.close()
        self.life.requests.close()
        self.said, old = list(self.said), self.life
        await old.end()
        await self.begin()
        if is_cut_off:
            self.arrive(self.film)

    async def restart(self) -> None:
        """Restart the server, which then scans its libraries."""
        await self.simulator.kill()
        await asyncio.sleep(0.003)
        await self.simulator.start()
        self.scan()

    def scan(self) -> None:
        """Let the server look at every film beside which something has changed."""
        core = self.simulator.core
        for item in tuple(core.shelves.items.values()):
            if not item.is_folder and core.subtitle_files.has_changed(item):
                core.monitor.look(item)

    async def go_wrong(self, chance: random.Random) -> None:
        """Let something happen."""
        what = chance.choice(("crash", "restart", "drop", "5xx", "slow", "quota", "provider"))
        self.happened[what] += 1
        simulator, provider = self.simulator, self.provider
        match what:
            case "crash":
                await self.crash()
            case "restart":
                await self.restart()
            case "drop":
                simulator.reject(chance.choice((drop_before, drop_after)), times=chance.randint(1, 3))
            case "5xx":
                simulator.reject(chance.choice((500, 502, 503)), times=chance.randint(1, 4))
            case "slow":
                simulator.delay(0.01, times=3)
            case "quota":
                provider.quota = None if provider.quota is not None else chance.randint(0, 3)
            case _:
                provider.behave(chance.choice(tuple(Behaviour)))


def drop_before(request: web.BaseRequest) -> web.Response | None:
    """Break the connection before anything is done."""
    drop_after(request)
    return web.Response(status=500)


def drop_after(request: web.BaseRequest) -> web.Response | None:
    """Break the connection; the server does what it was asked for, as far as it gets."""
    if request.transport is not None:
        request.transport.abort()
    return None


@asynccontextmanager
async def troubled(version: str) -> AsyncIterator[Troubled]:
    """Run a server and the engine until the block ends."""
    simulator = JellyfinSimulator(version=version, library_update_duration=0)
    simulator.core.monitor.pace.queue = simulator.core.monitor.pace.subtitle = 0.0
    provider = simulator.add_subtitle_provider()
    provider.offer("ger", text=TEXT)
    provider.slowness = 0.002
    await simulator.start()
    async with aiohttp.ClientSession() as session:
        house = Troubled(simulator, provider, session)
        await house.begin()
        try:
            yield house
        finally:
            await house.life.end()
            await simulator.stop()


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.001)


async def calm(items: int) -> list[int]:
    """Let films arrive one by one, and count what is asked for each."""
    async with troubled("10.11.11") as house:
        library = house.simulator.add_library("Films", "movies")
        counts = []
        for number in range(items):
            await house.life.arrive(house.simulator.add_film(library, f"Film {number}"))
            house.simulator.journal.clear()
            await until(lambda: house.life.has_rest)
            counts.append(house.simulator.journal.count())
        return counts


async def endure(seed: int, items: int) -> Fate:
    """Let films arrive while all kinds of things happen, then let everything end."""
    chance = random.Random(seed)
    async with troubled(chance.choice(("10.11.11", "12.0.0"))) as house:
        library = house.simulator.add_library("Films", "movies")
        films = []
        for number in range(items):
            films.append(house.simulator.add_film(library, f"Film {number}"))
            house.arrive(films[-1])
            if chance.random() < 0.3:
                for _ in range(chance.randint(0, 40)):
                    await asyncio.sleep(0)
                await house.go_wrong(chance)
            await house.arriving
        house.simulator.mend()
        house.provider.behave(Behaviour.OK)
        house.provider.quota = None
        house.scan()
        await until(lambda: house.life.has_rest)
        return _fate(house, films)


def _fate(house: Troubled, films: Sequence[SimItem]) -> Fate:
    ends = Counter(one.record.source_id for one in house.said if not one.repeated)
    again = Counter(one.record.source_id for one in house.said if one.repeated)
    tracks = {
        film.item_id: sum(parse_language(one.language) == Language("de") for one in film.streams) for film in films
    }
    return Fate(
        lost=sum(not tracks[film.item_id] or film.item_id not in ends | again for film in films),
        doubled=sum(count > 1 for count in ends.values()),
        surplus=sum(count > 1 for count in tracks.values()),
        repeated=again.total(),
        requests=house.simulator.journal.count(),
        happened=house.happened,
    )


def _now() -> datetime:
    return datetime.now(UTC)
