"""Baseline and catch-up in bad weather: libraries that come and go, crashes, things that happen in between."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from aiohttp import web
import pytest

from custom_components.jellyfin_subtitles.engine.fetch import IDS_PER_REQUEST
from custom_components.jellyfin_subtitles.engine.models import Sighting, Source
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


async def test_an_update_that_is_seen_before_the_library_is_known_is_no_news(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    old = simulator.add_film(films, "Old", year=1999)
    async with corridor(simulator, learnt=False) as house:
        house.see(old.item_id, added=False)
        await house.until(lambda: simulator.journal.count(path_prefix="/Items") > 0)
        await house.catch_up.run()
        await house.until(lambda: house.pipeline.pending == 0)
    assert house.said == []


async def test_what_is_in_a_library_that_is_not_known_yet_waits_for_that(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    shows = simulator.add_library("Series", "tvshows")
    child = simulator.add_user("child", "child", libraries=[films.library_id])
    async with corridor(simulator, user="child") as house:
        old = simulator.add_episode(simulator.add_series(shows, "Harbour Lights"), 1, 1, "Fog")
        simulator.set_policy(child, EnabledFolders=[films.library_id, shows.library_id])
        fault = simulator.reject(hiding(shows.library_id), path_prefix="/Items")
        house.pipeline.offer([Sighting(old.item_id, Source.WEBSOCKET, NOW, library_id=shows.library_id)])
        await house.catch_up.run()
        await house.pipeline.drain()
        assert house.pipeline.pending == 1
        simulator.mend(fault)
        await house.catch_up.run()
        await house.until(lambda: house.pipeline.pending == 0)
    assert house.said == []


async def test_before_the_first_baseline_nothing_is_placed(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    simulator.add_film(films, "Old", year=1999)
    async with corridor(simulator, learnt=False) as house:
        assert await house.catch_up.locate() == {}


async def test_what_lands_between_two_pages_is_announced_once(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    landed: list[SimItem] = []

    def land(request: web.BaseRequest) -> None:
        """Put a film into the library right after it was listed."""
        if "minDateLastSaved" in request.query and not landed:
            landed.append(simulator.add_film(films, "Meanwhile", year=2020))

    async with corridor(simulator, learnt=False) as house:
        simulator.reject(land, path_prefix="/Items")
        await house.catch_up.run()
        await house.catch_up.run()
        await house.until(lambda: bool(house.said))
        assert house.see(landed[0].item_id, added=True) == ()
    assert len(house.said) == 1


async def test_a_film_on_its_way_during_the_baseline_survives_a_crash(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    simulator.add_many(films, 1000)
    landed: list[SimItem] = []

    def land(request: web.BaseRequest) -> None:
        """Put a film into the library right before its last page is read, and let the socket name it."""
        if request.query.get("startIndex") == "980" and not landed:
            landed.append(simulator.add_film(films, "Meanwhile", year=2020, probed=False))
            house.see(landed[0].item_id)

    storage = MemoryStorage()
    async with corridor(simulator, storage=storage, learnt=False, timings=PATIENT) as house:
        fault = simulator.reject(land, path_prefix="/Items")
        await house.catch_up.run()
        await house.pipeline.drain()
        crashed = storage.after_a_crash()
    simulator.mend(fault)
    simulator.probe(landed[0])
    async with corridor(simulator, storage=crashed, learnt=False) as again:
        await again.catch_up.run()
        await again.until(lambda: bool(again.said))
    assert again.titles == ["Meanwhile (2020)"]


async def test_a_library_made_anew_does_not_announce_its_contents(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    async with corridor(simulator) as house:
        simulator.remove_library(films)
        await house.catch_up.run()
        await house.catch_up.run()
        again = simulator.add_library("Films", "movies")
        await house.catch_up.run()
        house.see(simulator.add_film(again, "Contents", year=2020).item_id)
        await house.until(lambda: house.pipeline.pending == 0)
    assert house.said == []


@pytest.mark.parametrize("meanwhile", [0, 1])
async def test_a_library_that_was_out_of_sight_has_news_as_soon_as_it_is_back(
    simulator: JellyfinSimulator, meanwhile: int
) -> None:
    films, other = (simulator.add_library(name, "movies") for name in ("Films", "Other"))
    simulator.add_film(films, "Old", year=1990)
    child = simulator.add_user("child", "child", libraries=[films.library_id, other.library_id])
    async with corridor(simulator, user="child") as house:
        simulator.set_policy(child, EnabledFolders=[other.library_id])
        for _ in range(2):
            await house.catch_up.run()
        assert house.known.libraries == {other.library_id}
        for number in range(meanwhile):
            simulator.add_film(films, f"While it was gone {number}", year=2019)
        simulator.set_policy(child, EnabledFolders=[films.library_id, other.library_id])
        await house.catch_up.run()
        house.see(simulator.add_film(films, "News", year=2020).item_id)
        await house.until(lambda: house.pipeline.pending == 0)
        assert house.titles == ["News (2020)"], "what came while it was gone belongs to what it holds"


async def test_a_library_read_in_two_goes_has_just_been_made_nevertheless(simulator: JellyfinSimulator) -> None:
    """What the first go has taught does not make it an old one."""
    simulator.add_library("Other", "movies")
    async with corridor(simulator) as house:
        films = simulator.add_library("Films", "movies")
        for number in range(3):
            simulator.add_film(films, f"Contents {number}", year=1990)
        pages = 0

        def refuse_the_second_page(request: web.BaseRequest) -> web.Response | None:
            nonlocal pages
            if request.query.get("parentId") != films.library_id:
                return None
            pages += 1
            return web.json_response("Not yours", status=401) if pages == 2 else None

        simulator.reject(refuse_the_second_page, path_prefix="/Items")
        assert (await house.catch_up.run()).failed == ("Films",)
        assert not (await house.catch_up.run()).failed
        house.see(simulator.add_film(films, "More of its contents", year=2020).item_id)
        await house.until(lambda: house.pipeline.pending == 0)
        assert house.said == []


async def test_a_look_that_shows_no_library_at_all_does_not_make_what_follows_old(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    async with corridor(simulator) as house:
        nothing = web.json_response({"Items": [], "TotalRecordCount": 0, "StartIndex": 0})
        fault = simulator.reject(nothing, path_prefix="/UserViews")
        await house.catch_up.run()
        simulator.mend(fault)
        film = simulator.add_film(films, "News", year=2020)
        assert (await house.catch_up.run()).found == (film.item_id,)


async def test_where_every_path_has_changed_nobody_looks_for_what_was_replaced(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    old = [simulator.add_film(films, f"Film {number}", year=2000) for number in range(IDS_PER_REQUEST + 1)]
    async with corridor(simulator) as house:
        for item in old:
            simulator.add_film(films, item.name, year=2000, path=f"/moved/{item.name}.mkv")
            simulator.remove(item)
        simulator.journal.clear()
        await house.catch_up.run()
        await house.until(lambda: len(house.said) == len(old))
        assert simulator.journal.count("GET", "/Items/") == 0, "one by one"
        assert not any(one.replaces for one in house.said)


async def test_a_file_replaced_while_nobody_listened_says_what_it_replaces(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    old, kept = (simulator.add_film(films, name, year=2024) for name in ("Short Wait", "Kept"))
    async with corridor(simulator) as house:
        new = simulator.replace(old, "Short Wait Bluray")
        twin = simulator.add_film(films, "Kept", year=2024, path="/media/Films/Kept again.mkv")
        await house.catch_up.run()
        await house.until(lambda: len(house.said) == 2)
    assert {one.item_id: one.replaces for one in house.said} == {new.item_id: old.item_id, twin.item_id: None}
    assert kept.item_id in house.known
