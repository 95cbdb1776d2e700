"""Further files of films: Jellyfin 10.11 shows such a file without its film, so the film is looked for."""

from collections.abc import Callable
from datetime import UTC, datetime

from aiohttp import web

from custom_components.jellyfin_subtitles.engine.pipeline import SubtitlePipeline
from custom_components.jellyfin_subtitles.engine.policy import Household
from jellyfin_simulator import JellyfinSimulator

from .corridor import corridor


def hiding(library_id: str) -> Callable[[web.BaseRequest], web.Response | None]:
    """Refuse what is asked of one library."""

    def refuse(request: web.BaseRequest) -> web.Response | None:
        return web.json_response("Not yours", status=401) if request.query.get("parentId") == library_id else None

    return refuse


async def test_a_version_finds_its_film_in_whichever_library_it_is(simulator: JellyfinSimulator) -> None:
    other = simulator.add_library("A", "movies")
    films = simulator.add_library("B", "movies")
    simulator.add_version(simulator.add_film(other, "Twin Cut", year=2016), "4K")
    film = simulator.add_film(films, "Late Cut", year=2017)
    async with corridor(simulator) as house:
        simulator.reject(hiding(other.library_id))
        version = simulator.add_version(film, "4K")
        house.see(version.item_id, added=False)
        await house.until(lambda: bool(house.said))
    assert [(one.item_id, one.new_version, one.library_id) for one in house.said] == [
        (film.item_id, version.item_id, films.library_id)
    ]


async def test_a_version_that_comes_with_its_film_asks_for_nothing(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    async with corridor(simulator) as house:
        film = simulator.add_film(films, "Twin Cut", year=2016)
        version = simulator.add_version(film, "4K")
        house.see(film.item_id, version.item_id)
        await house.until(lambda: house.pipeline.pending == 0)
        pages = [request for request in simulator.journal.requests if "parentId" in request.query]
    assert [(one.item_id, one.new_version) for one in house.said] == [(film.item_id, None)]
    # One look tells where the film is; none was needed to tell whose the version is.
    assert len(pages) == 2


async def test_a_version_whose_film_nobody_can_name_is_no_news(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    film = simulator.add_film(films, "Late Cut", year=2017)
    async with corridor(simulator) as house:
        alone = SubtitlePipeline(
            house.client, house.known, house.libraries, house.requests, Household(), now=lambda: datetime.now(UTC)
        )
        house.pipeline.find_films = alone.find_films
        version = simulator.add_version(film, "4K")
        house.see(version.item_id, added=False)
        await house.until(lambda: house.pipeline.pending == 0)
    # 12.0 shows the film's files on each of them.
    assert [one.new_version for one in house.said] == ([version.item_id] if simulator.core.is_twelve else [])


async def test_before_the_first_baseline_no_film_is_looked_for(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    version = simulator.add_version(simulator.add_film(films, "Late Cut", year=2017), "4K")
    async with corridor(simulator, learnt=False) as house:
        assert await house.catch_up.find_films([version.item_id]) == {}
        await house.catch_up.run()
        found = await house.catch_up.find_films([version.item_id])
    assert [item.name for item in found.values()] == ["Late Cut"]
