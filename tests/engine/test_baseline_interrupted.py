"""The first look at a library is interrupted: what was named meanwhile is news nevertheless."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from aiohttp import web
import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinServerStartingError
from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary

from .corridor import Corridor, corridor
from .memory import MemoryStorage

# More than a page.
MANY = 1500


@pytest.fixture(name="films")
async def _films(simulator: JellyfinSimulator) -> SimLibrary:
    films = simulator.add_library("Films", "movies", announce=False)
    simulator.add_many(films, MANY)
    return films


@asynccontextmanager
async def amid_the_baseline(
    simulator: JellyfinSimulator, storage: MemoryStorage, *, opened: bool = True
) -> AsyncIterator[Corridor]:
    """Read the first page of a library, and end before the last one."""
    async with corridor(simulator, storage=storage, learnt=False, opened=opened) as house:
        baseline = asyncio.create_task(house.catch_up.run())
        await house.until(lambda: simulator.journal.count(path_prefix="/Items") >= 1)
        yield house
        assert not house.known.libraries, "it is not over yet"
        house.pipeline.close()
        baseline.cancel()
        with suppress(asyncio.CancelledError):
            await baseline


async def then_announced(simulator: JellyfinSimulator, storage: MemoryStorage, film: SimItem) -> None:
    """Look at the libraries again: the film is announced once, in one run or another."""
    for times in (1, 0):
        async with corridor(simulator, storage=storage, learnt=False) as house:
            await house.catch_up.run()
            await house.catch_up.run()
            await house.until(lambda: house.pipeline.pending == 0)
            await house.pipeline.drain()
            assert [one.item_id for one in house.said] == [film.item_id] * times
            assert not any(one.repeated for one in house.said)
            assert len(house.known) >= MANY + 1


@pytest.mark.parametrize("opened", [True, False], ids=["started", "before Home Assistant has started"])
async def test_a_crash_loses_nothing(simulator: JellyfinSimulator, films: SimLibrary, opened: bool) -> None:
    storage = MemoryStorage()
    async with amid_the_baseline(simulator, storage, opened=opened) as house:
        film = simulator.add_film(films, "Meanwhile", year=2020)
        house.see(film.item_id)
        await house.until(lambda: film.item_id in (storage.journal or ""))
        crash = storage.after_a_crash()
    await then_announced(simulator, crash, film)


async def test_nor_does_a_reload(simulator: JellyfinSimulator, films: SimLibrary) -> None:
    storage = MemoryStorage()
    async with amid_the_baseline(simulator, storage) as house:
        film = simulator.add_film(films, "Meanwhile", year=2020)
        house.see(film.item_id)
    await then_announced(simulator, storage, film)


async def test_what_the_server_has_merely_updated_meanwhile_is_no_news(
    simulator: JellyfinSimulator, films: SimLibrary
) -> None:
    storage = MemoryStorage()
    old = next(item for item in simulator.core.shelves.items.values() if item.kind == "Movie")
    async with amid_the_baseline(simulator, storage) as house:
        house.see(old.item_id, added=False)
    async with corridor(simulator, storage=storage, learnt=False) as house:
        await house.catch_up.run()
        await house.until(lambda: house.pipeline.pending == 0)
        assert house.said == []


async def test_what_turned_out_to_be_known_is_not_remembered_as_news(
    simulator: JellyfinSimulator, films: SimLibrary
) -> None:
    """The server calls a film new that it had long before."""
    storage = MemoryStorage()
    old = simulator.add_film(films, "Old", year=1999, saved=0.0)
    async with corridor(simulator, storage=storage, learnt=False) as house:
        baseline = asyncio.create_task(house.catch_up.run())
        await house.until(lambda: simulator.journal.count(path_prefix="/Items") >= 1)
        house.see(old.item_id)
        await house.until(lambda: old.item_id in house.known.named)
        await baseline
        await house.pipeline.drain()
        assert house.known.named == ()
        assert storage.journals[-1]["named"] == []


async def test_what_a_look_that_was_broken_off_has_read_is_news_when_the_message_comes(
    simulator: JellyfinSimulator, films: SimLibrary
) -> None:
    """The film stood on a page that was read; its message comes half a minute later."""
    landed: list[SimItem] = []
    pages = 0

    def break_off(request: web.BaseRequest) -> web.Response | None:
        nonlocal pages
        pages += 1
        if pages == 1:
            landed.append(simulator.add_film(films, "AAA Meanwhile", year=2020))
        return web.Response(status=503) if pages == 3 else None

    async with corridor(simulator, learnt=False) as house:
        simulator.reject(break_off, path_prefix="/Items")
        with pytest.raises(JellyfinServerStartingError):
            await house.catch_up.run()
        assert landed[0].item_id in house.known
        await house.catch_up.run()
        house.see(landed[0].item_id)
        await house.until(lambda: house.pipeline.pending == 0)
        await house.pipeline.drain()
        assert [one.item_id for one in house.said] == [landed[0].item_id]
