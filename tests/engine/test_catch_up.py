"""Baseline and catch-up: the existing library is never news, and what the socket missed is found."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import AsyncMock

from aiohttp import web
import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import ItemPage, JellyfinConnectionError, JellyfinError
from custom_components.jellyfin_subtitles.engine.known import FIRST_SCAN_QUIET
from custom_components.jellyfin_subtitles.engine.models import CatchUpResult
from jellyfin_simulator import JellyfinSimulator, SimItem

from .corridor import FAST, corridor
from .memory import MemoryStorage

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
PATIENT = replace(FAST, settle_first=60, settle_longest=60, settle_at_most=600)


def hiding(library_id: str) -> Callable[[web.BaseRequest], web.Response | None]:
    """Refuse what is asked of one library, as the server does for a user who may not see it."""

    def refuse(request: web.BaseRequest) -> web.Response | None:
        return web.json_response("Not yours", status=401) if request.query.get("parentId") == library_id else None

    return refuse


async def test_the_existing_library_is_learnt_and_not_announced(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    shows = simulator.add_library("Series", "tvshows")
    simulator.add_library("Music", "music")
    existing = [simulator.add_film(films, f"Film {number}", year=2020) for number in range(30)]
    episode = simulator.add_episode(simulator.add_series(shows, "Harbour Lights"), 1, 1, "Fog")
    storage = MemoryStorage()
    async with corridor(simulator, storage=storage, learnt=False) as house:
        result = await house.catch_up.run()
        assert result.baseline
        assert result.found == result.failed == ()
        assert all(film.item_id in house.known for film in (*existing, episode))
        assert house.known.libraries == {films.library_id, shows.library_id}
        assert result.requests == simulator.journal.count(method="GET")
        await house.pipeline.drain()
    assert house.said == []
    async with corridor(simulator, storage=storage.after_a_crash(), learnt=False) as again:
        assert not (await again.catch_up.run()).baseline


async def test_what_arrived_while_nobody_listened_is_found(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    simulator.add_film(films, "Old", year=1999)
    storage = MemoryStorage()
    async with corridor(simulator, storage=storage):
        pass
    missed = [simulator.add_film(films, f"Missed {number}", year=2020) for number in range(3)]
    simulator.update_all(films)
    results: list[CatchUpResult] = []
    async with corridor(simulator, storage=storage, learnt=False) as house:
        stop = house.catch_up.subscribe(results.append)
        result = await house.catch_up.run()
        await house.until(lambda: len(house.said) == 3)
        stop()
        assert (await house.catch_up.run()).found == ()
        assert house.catch_up.last is not result
    assert results == [result]
    assert set(result.found) == {film.item_id for film in missed}
    assert {one.item_id for one in house.said} == set(result.found)
    assert {one.library_name for one in house.said} == {"Films"}


async def test_with_nothing_new_a_catch_up_costs_one_request_for_each_library(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    shows = simulator.add_library("Series", "tvshows")
    simulator.add_many(films, 2500)
    async with corridor(simulator) as house:
        house.known.advance(datetime.now(UTC) + timedelta(hours=1))
        await house.catch_up.run()
        asked = [request.query.get("parentId") for request in simulator.journal.requests if request.path == "/Items"]
    assert asked == [films.library_id, shows.library_id]


async def test_refreshing_the_whole_library_announces_nothing(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    simulator.add_many(films, 1500)
    async with corridor(simulator) as house:
        simulator.update_all(films)
        result = await house.catch_up.run()
        await house.pipeline.drain()
        assert not any("ids" in request.query for request in simulator.journal.requests), "none has several files"
    assert result.found == ()
    assert house.said == []


async def test_a_large_library_is_read_in_pages(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    simulator.add_many(films, 2100)
    async with corridor(simulator, learnt=False) as house:
        await house.catch_up.run()
        assert len(house.known) >= 2100


async def test_the_mark_is_the_servers_time_when_it_was_asked(simulator: JellyfinSimulator) -> None:
    simulator.add_library("Films", "movies")
    before = datetime.now(UTC) - timedelta(seconds=2)
    async with corridor(simulator) as house:
        first = house.known.mark
        assert first is not None
        assert before < first <= datetime.now(UTC)
        later = first + timedelta(hours=1)
        house.known.begin(first - timedelta(hours=1))
        await house.catch_up.run()
        assert house.known.mark is not None
        assert first <= house.known.mark < later


async def test_the_mark_is_the_time_before_the_first_page_was_read(
    simulator: JellyfinSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator.add_film(simulator.add_library("Films", "movies"), "Old", year=1999)
    async with corridor(simulator) as house:
        get_page, times = house.client.get_page, [NOW, NOW + timedelta(hours=1)]

        async def get_slowly(library_id: str, **arguments: Any) -> ItemPage:
            return replace(await get_page(library_id, **arguments), server_time=times.pop(0))

        monkeypatch.setattr(house.client, "get_page", get_slowly)
        await house.catch_up.run()
        assert house.known.mark == NOW
        assert times == []


async def test_a_server_that_does_not_say_what_time_it_is_has_ours(
    simulator: JellyfinSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = datetime.now(UTC)
    async with corridor(simulator, learnt=False) as house:
        info = replace(await house.client.get_info(), server_time=None)
        monkeypatch.setattr(house.client, "get_info", AsyncMock(return_value=info))
        await house.catch_up.run()
        assert house.known.mark
        assert before <= house.known.mark <= datetime.now(UTC)


async def test_an_item_that_lands_while_the_library_is_read_is_news_once_the_socket_names_it(
    simulator: JellyfinSimulator,
) -> None:
    films = simulator.add_library("Films", "movies")
    simulator.add_many(films, 1000)
    landed: list[SimItem] = []

    def land(request: web.BaseRequest) -> None:
        """Put a film into the library right before its last page is read."""
        if request.query.get("startIndex") == "980" and not landed:
            landed.append(simulator.add_film(films, "Meanwhile", year=2020))

    async with corridor(simulator, learnt=False) as house:
        simulator.reject(land, path_prefix="/Items")
        assert (await house.catch_up.run()).found == ()
        item_id = landed[0].item_id
        assert house.see(item_id, added=False) == ()
        assert house.see(item_id, added=True) == (item_id,)
        await house.until(lambda: bool(house.said))
        assert house.see(item_id, added=True) == ()
    assert house.titles == ["Meanwhile (2020)"]


async def test_what_is_seen_while_the_library_is_read_waits_until_that_is_done(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    old = simulator.add_film(films, "Old", year=1999)
    new: list[SimItem] = []

    def land(request: web.BaseRequest) -> None:
        """Let the socket see an old and a new film while the library is read."""
        if not new:
            new.append(simulator.add_film(films, "New", year=2020))
            assert house.see(old.item_id, new[0].item_id, added=False) == ()

    async with corridor(simulator, learnt=False) as house:
        simulator.reject(land, path_prefix="/Items", method="GET")
        await house.catch_up.run()
        assert house.pipeline.pending == 0
        assert house.see(new[0].item_id) == (new[0].item_id,)


async def test_a_library_that_appears_is_learnt_in_silence_until_its_scan_is_over(
    simulator: JellyfinSimulator,
) -> None:
    simulator.add_library("Films", "movies")
    async with corridor(simulator) as house:
        more = simulator.add_library("More", "movies")
        early = simulator.add_film(more, "Contents One", year=2020)
        assert not house.catch_up.knows_libraries([more.library_id])
        assert (await house.catch_up.run()).baseline
        assert house.catch_up.knows_libraries([more.library_id])
        late = simulator.add_film(more, "Contents Two", year=2020)
        house.see(early.item_id, late.item_id)
        await house.until(lambda: house.pipeline.pending == 0)
        assert house.said == []
        assert late.item_id in house.known
        await house.known.learnt(more.library_id, datetime.now(UTC) - 2 * FIRST_SCAN_QUIET, first_scan=True)
        house.see(simulator.add_film(more, "News", year=2020).item_id)
        await house.until(lambda: bool(house.said))
    assert house.titles == ["News (2020)"]


async def test_a_library_that_is_chosen_later_is_learnt_in_silence_and_then_news(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    shows = simulator.add_library("Series", "tvshows")
    storage = MemoryStorage()
    async with corridor(simulator, storage=storage):
        pass
    async with corridor(simulator, storage=storage.after_a_crash(), chosen=frozenset({shows.library_id})) as house:
        assert house.known.libraries == {shows.library_id}
        await house.known.save(datetime.now(UTC))
        storage = house.storage
    old = simulator.add_film(films, "Meanwhile", year=2020)
    async with corridor(simulator, storage=storage.after_a_crash()) as house:
        assert house.known.libraries == {films.library_id, shows.library_id}
        assert old.item_id in house.known
        assert house.see(simulator.add_film(films, "News", year=2020).item_id)
        await house.until(lambda: bool(house.said))
        assert house.titles == ["News (2020)"]


async def test_a_library_that_went_and_came_back_is_learnt_again(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    shows = simulator.add_library("Series", "tvshows")
    child = simulator.add_user("child", "child", libraries=[films.library_id, shows.library_id])
    async with corridor(simulator, user="child") as house:
        simulator.set_policy(child, EnabledFolders=[films.library_id])
        await house.catch_up.run()
        assert house.known.libraries == {films.library_id, shows.library_id}
        await house.catch_up.run()
        assert house.known.libraries == {films.library_id}
        episode = simulator.add_episode(simulator.add_series(shows, "Harbour Lights"), 1, 1, "Fog")
        simulator.set_policy(child, EnabledFolders=[films.library_id, shows.library_id])
        assert (await house.catch_up.run()).baseline
        assert episode.item_id in house.known
        await house.pipeline.drain()
    assert house.said == []


async def test_a_library_that_cannot_be_read_does_not_hold_up_the_others(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    shows = simulator.add_library("Series", "tvshows")
    async with corridor(simulator, learnt=False) as house:
        fault = simulator.reject(hiding(shows.library_id))
        result = await house.catch_up.run()
        assert result.failed == ("Series",)
        assert house.known.libraries == {films.library_id}
        simulator.mend(fault)
        assert (await house.catch_up.run()).failed == ()
        fault = simulator.reject(hiding(films.library_id))
        mark = house.known.mark
        film = simulator.add_film(films, "Late", year=2020)
        assert (await house.catch_up.run()).failed == ("Films",)
        assert house.known.mark == mark
        simulator.mend(fault)
        assert (await house.catch_up.run()).found == (film.item_id,)


async def test_if_the_server_cannot_be_asked_the_mark_stays(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    async with corridor(simulator) as house:
        mark, last = house.known.mark, house.catch_up.last
        fault = simulator.reject(502, path_prefix="/Items")
        with pytest.raises(JellyfinConnectionError):
            await house.catch_up.run()
        assert (house.known.mark, house.catch_up.last) == (mark, last)
        simulator.mend(fault)
        film = simulator.add_film(films, "Late", year=2020)
        assert (await house.catch_up.run()).found == (film.item_id,)


async def test_a_baseline_that_fails_gives_back_what_was_put_aside(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    async with corridor(simulator, learnt=False) as house:
        fault = simulator.reject(502, path_prefix="/Items", times=1)
        with pytest.raises(JellyfinError):
            await house.catch_up.run()
        simulator.mend(fault)
        film = simulator.add_film(films, "Seen", year=2020)
        assert house.see(film.item_id) == (film.item_id,)
        await house.catch_up.run()
        await house.until(lambda: bool(house.said))
    assert house.titles == ["Seen (2020)"]


async def test_versions_of_the_existing_library_are_no_news(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    film = simulator.add_film(films, "Twin Cut", year=2016)
    version = simulator.add_version(film, "4K")
    async with corridor(simulator) as house:
        assert house.see(version.item_id, film.item_id, added=False) == ()
        simulator.update_all(films)
        assert (await house.catch_up.run()).found == ()
    assert house.said == []


async def test_a_version_added_while_nobody_listened_is_found(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    film = simulator.add_film(films, "Late Cut", year=2017)
    async with corridor(simulator) as house:
        version = simulator.add_version(film, "4K")
        assert (await house.catch_up.run()).found == (version.item_id,)
        await house.until(lambda: bool(house.said))
    assert [(one.item_id, one.new_version) for one in house.said] == [(film.item_id, version.item_id)]


async def test_items_are_placed_by_what_was_saved_lately_in_any_visible_library(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    other = simulator.add_library("Other", "movies")
    async with corridor(simulator, chosen=frozenset({films.library_id})) as house:
        one, two = simulator.add_film(films, "One", year=2020), simulator.add_film(other, "Two", year=2020)
        places = await house.catch_up.locate()
        assert places == {one.item_id: films.library_id, two.item_id: other.library_id}
        simulator.reject(hiding(other.library_id))
        assert await house.catch_up.locate() == {one.item_id: films.library_id}
