"""Looking through what was there before: page by page, and no further than is wanted."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from custom_components.jellyfin_subtitles.engine.known import KnownIds
from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.ledger import Ledger
from custom_components.jellyfin_subtitles.engine.ledger_models import RecordState
from custom_components.jellyfin_subtitles.engine.libraries import Libraries
from custom_components.jellyfin_subtitles.engine.lookup import Lookup
from custom_components.jellyfin_subtitles.engine.policy import Household
from custom_components.jellyfin_subtitles.engine.profiles import Profile
from custom_components.jellyfin_subtitles.engine.scan import PAGE, REBUILT, LibraryScan
from custom_components.jellyfin_subtitles.engine.wants import Want
from jellyfin_simulator import JellyfinSimulator, SimLibrary

from .asking import Asking, asking
from .memory import MemoryStorage
from .recording import closed, opened

GERMAN = Household((Language("de"),))


@dataclass
class Scanning:
    """The parts of one scan; nobody listens to the requests, so that they stay open."""

    house: Asking
    lookup: Lookup
    ledger: Ledger
    scan: LibraryScan


def scan_of(house: Asking, lookup: Lookup, household: Household, ledger: Ledger) -> LibraryScan:
    """Return a scan of libraries in which nothing is about to be announced."""
    nothing_watched, nothing_known = Libraries(None), KnownIds(MemoryStorage())
    return LibraryScan(lookup, household, nothing_known, nothing_watched, house.requests, ledger)


@pytest.fixture
async def films(simulator: JellyfinSimulator) -> SimLibrary:
    """Return a library with nothing in it yet."""
    return simulator.add_library("Films", "movies", announce=False)


@pytest.fixture
async def here(simulator: JellyfinSimulator, films: SimLibrary) -> AsyncIterator[Scanning]:
    """Return what scans."""
    async with asking(simulator, opened=False) as house:
        lookup = Lookup(house.client, Libraries(None), now=lambda: datetime.now(UTC))
        ledger = Ledger(MemoryStorage())
        yield Scanning(house, lookup, ledger, scan_of(house, lookup, GERMAN, ledger))


async def test_a_large_library_is_read_page_by_page_and_each_item_counts_once(
    simulator: JellyfinSimulator, films: SimLibrary, here: Scanning
) -> None:
    simulator.add_many(films, 2 * PAGE + 30)
    found = await here.scan.look(await here.lookup.watched())
    assert (len(found.wanting), found.looked_at, found.is_complete) == (2 * PAGE + 30, 2 * PAGE + 30, True)
    assert len({said.item_id for said, _ in found.wanting}) == 2 * PAGE + 30


async def test_no_page_is_read_that_nobody_needs(
    simulator: JellyfinSimulator, films: SimLibrary, here: Scanning
) -> None:
    simulator.add_many(films, 2 * PAGE)
    libraries = await here.lookup.watched()
    simulator.journal.clear()
    found = await here.scan.look(libraries, limit=5)
    assert (len(found.wanting), found.is_complete) == (5, False)
    assert simulator.journal.count() == 1


@pytest.mark.parametrize(("limit", "is_complete"), [(9, False), (10, True)])
async def test_it_is_complete_if_nothing_is_left(
    simulator: JellyfinSimulator, films: SimLibrary, here: Scanning, limit: int, is_complete: bool
) -> None:
    simulator.add_many(films, 10)
    found = await here.scan.look(await here.lookup.watched(), limit=limit)
    assert (len(found.wanting), found.is_complete) == (limit, is_complete)


async def test_of_one_film_more_files_are_not_asked_for_than_was_said(
    simulator: JellyfinSimulator, films: SimLibrary, here: Scanning
) -> None:
    film = simulator.add_film(films, "Night Ferry")
    simulator.add_version(film, "4K")
    found = await here.scan.look(await here.lookup.watched(), limit=1)
    assert (len(found.wanting), found.is_complete) == (1, False)


@pytest.mark.parametrize(
    ("state", "is_asked_for"),
    [
        (RecordState.IGNORED, False),
        (RecordState.NOT_FOUND, False),
        (RecordState.FAILED, False),
        (RecordState.ARRIVED, True),
        (RecordState.SATISFIED_ELSEWHERE, True),
        (RecordState.GONE, True),
    ],
)
async def test_what_was_in_vain_or_unwanted_is_left_alone_and_what_vanished_is_not(
    simulator: JellyfinSimulator, films: SimLibrary, here: Scanning, state: RecordState, is_asked_for: bool
) -> None:
    film = simulator.add_film(films, "Night Ferry")
    closed(here.ledger, film.item_id, state)
    found = await here.scan.look(await here.lookup.watched())
    assert bool(found.wanting) is is_asked_for


async def test_of_what_a_file_lacks_only_what_is_new_is_asked_for(
    simulator: JellyfinSimulator, films: SimLibrary, here: Scanning
) -> None:
    film = simulator.add_film(films, "Night Ferry")
    opened(here.ledger, film.item_id, "de")
    household = Household((Language("de"), Language("fr")))
    scan = scan_of(here.house, here.lookup, household, here.ledger)
    ((_, needs),) = (await scan.look(await here.lookup.watched())).wanting
    assert (needs.missing, [want.key for want in needs.wants]) == (("fr",), ["fr"])


async def test_what_waits_for_its_turn_already_is_not_asked_for_twice(
    simulator: JellyfinSimulator, films: SimLibrary, here: Scanning
) -> None:
    simulator.add_many(films, 4)
    found = await here.scan.look(await here.lookup.watched(), limit=3)
    request_ids = await here.scan.request(found)
    assert len(request_ids) == here.house.requests.waiting == 3
    assert len((await here.scan.look(await here.lookup.watched())).wanting) == 1


async def test_of_a_film_that_waits_for_the_end_of_a_flood_no_file_is_asked_for(
    simulator: JellyfinSimulator, films: SimLibrary, here: Scanning
) -> None:
    film = simulator.add_film(films, "Night Ferry")
    simulator.add_version(film, "4K")
    await here.house.requests.hold(await here.house.announced(film.item_id), 3)
    assert (await here.scan.look(await here.lookup.watched())).wanting == ()


async def test_what_is_wanted_in_several_ways_is_one_language_and_no_other_kind_of_media(
    simulator: JellyfinSimulator, films: SimLibrary, here: Scanning
) -> None:
    film = simulator.add_film(films, "Night Ferry")
    show = simulator.add_series(simulator.add_library("Series", "tvshows", announce=False), "Harbor Lights")
    simulator.add_episode(show, 1, 1)
    wants = (Want.from_text("de"), Want.from_text("de;forced"))
    household = Household(episodes=False, profiles=(Profile("", wants),))
    scan = scan_of(here.house, here.lookup, household, here.ledger)
    ((said, needs),) = (await scan.look(await here.lookup.watched())).wanting
    assert (said.item_id, needs.missing, needs.wants) == (film.item_id, ("de",), wants)


async def test_a_lost_ledger_is_rebuilt_once_from_the_newest_items(
    simulator: JellyfinSimulator, films: SimLibrary, here: Scanning
) -> None:
    simulator.add_many(films, 2 * REBUILT)
    await here.scan.rebuild()
    assert here.house.requests.waiting == 0
    storage = MemoryStorage()
    storage.ledger = '{"open": 1}'
    lost = Ledger(storage)
    await lost.load()
    scan = scan_of(here.house, here.lookup, GERMAN, lost)
    simulator.journal.clear()
    await asyncio.gather(scan.rebuild(), scan.rebuild())
    assert simulator.journal.count() == 1 + 3, "whoever wants that meanwhile waits"
    assert REBUILT <= here.house.requests.waiting < REBUILT + PAGE
    assert not lost.is_lost
    simulator.journal.clear()
    await scan.rebuild()
    assert simulator.journal.count() == 0
