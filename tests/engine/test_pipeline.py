"""The corridor: each film and episode is announced once, complete, and nothing on its way is lost."""

import asyncio
from datetime import UTC, datetime
from typing import Any, override
from unittest.mock import patch

from aiohttp import web

from custom_components.jellyfin_subtitles.engine.models import Sighting, Source
from custom_components.jellyfin_subtitles.engine.pipeline import SubtitlePipeline
from custom_components.jellyfin_subtitles.engine.policy import Household
from jellyfin_simulator import JellyfinSimulator

from .corridor import corridor
from .memory import MemoryStorage

EMPTY: tuple[str, ...] = ()


async def test_a_new_film_is_announced_with_all_that_is_known_of_it(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    async with corridor(simulator) as house:
        film = simulator.add_film(films, "Night Ferry", year=2020, provider_ids={"Imdb": "tt9000001"})
        assert house.see(film.item_id) == (film.item_id,)
        await house.until(lambda: bool(house.said))
        said = house.said[0]
    assert (said.item_id, said.item_type, said.name, said.year) == (film.item_id, "movie", film.name, 2020)
    assert (said.library_id, said.library_name) == (films.library_id, "Films")
    assert said.path == film.path
    assert (said.imdb_id, said.tmdb_id) == ("tt9000001", None)
    assert said.source is Source.WEBSOCKET
    assert said.complete
    assert said.image_tag
    assert said.audio_languages
    assert not said.repeated
    assert said.replaces is None
    assert said.new_version is None


async def test_a_new_episode_names_its_series_and_place(simulator: JellyfinSimulator) -> None:
    shows = simulator.add_library("Series", "tvshows")
    async with corridor(simulator) as house:
        series = simulator.add_series(shows, "Harbour Lights")
        episode = simulator.add_episode(series, 1, 2, "Fog")
        house.see(episode.item_id, series.item_id)
        await house.until(lambda: bool(house.said))
        await house.pipeline.drain()
    assert house.titles == ["Harbour Lights S01E02 · Fog"]
    assert house.said[0].series_id == series.item_id


async def test_known_ids_cost_no_request(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    film = simulator.add_film(films, "Night Ferry", year=2020)
    async with corridor(simulator) as house:
        assert house.see(film.item_id, added=False) == EMPTY
        new = simulator.add_film(films, "Late Train", year=2022)
        house.see(new.item_id)
        await house.until(lambda: bool(house.said))
        simulator.journal.clear()
        assert house.see(new.item_id) == EMPTY
        await house.pipeline.drain()
        assert simulator.journal.requests == []
    assert house.titles == ["Late Train (2022)"]


async def test_the_second_film_of_a_folder_costs_one_request(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    async with corridor(simulator) as house:
        house.see(simulator.add_film(films, "One", year=2020).item_id)
        await house.until(lambda: len(house.said) == 1)
        simulator.journal.clear()
        house.see(simulator.add_film(films, "Two", year=2020).item_id)
        await house.until(lambda: len(house.said) == 2)
        assert len(simulator.journal.requests) == 1


async def test_a_film_without_streams_is_looked_at_again_until_it_has_them(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    async with corridor(simulator) as house:
        film = simulator.add_film(films, "Slow Probe", year=2021, probed=False)
        house.see(film.item_id)
        await house.until(lambda: simulator.journal.count(path_prefix="/Items") >= 3)
        assert house.said == []
        simulator.probe(film)
        house.see(film.item_id, added=False)
        await house.until(lambda: bool(house.said))
    assert house.said[0].complete


async def test_a_film_that_never_gets_streams_is_announced_as_incomplete(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    async with corridor(simulator) as house:
        house.see(simulator.add_film(films, "Broken File", year=2021, probed=False).item_id)
        await house.until(lambda: bool(house.said))
    assert not house.said[0].complete


async def test_a_link_is_announced_at_once(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    async with corridor(simulator) as house:
        link = simulator.add_film(films, "Link", year=2021, is_strm=True)
        house.pipeline.offer([Sighting(link.item_id, Source.SYNC, datetime.now(UTC), library_id=films.library_id)])
        await house.until(lambda: bool(house.said))
        assert simulator.journal.count(path_prefix="/Items") == 1
    assert not house.said[0].complete


async def test_an_id_that_the_server_does_not_show_is_asked_for_alone_twice_and_then_dropped(
    simulator: JellyfinSimulator,
) -> None:
    simulator.add_library("Films", "movies")
    async with corridor(simulator) as house:
        house.see("9" * 32)
        await house.until(lambda: house.pipeline.pending == 0)
        assert [request.path for request in simulator.journal.requests] == ["/Items", *[f"/Items/{'9' * 32}"] * 2]
        assert house.see("9" * 32) == ("9" * 32,)


async def test_fresh_films_that_hide_each_other_are_all_announced(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    async with corridor(simulator) as house:
        fresh = [
            simulator.add_film(films, f"Fresh {number}", year=2020, probed=False, fresh=True) for number in range(8)
        ]
        house.see(*(film.item_id for film in fresh))
        await house.until(lambda: simulator.journal.count(path_prefix="/Items/") >= 7)
        for film in fresh:
            simulator.probe(film)
        await house.until(lambda: len(house.said) == 8)
    assert sorted(house.titles) == [f"Fresh {number} (2020)" for number in range(8)]


async def test_a_film_that_is_removed_on_its_way_is_not_announced(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    async with corridor(simulator) as house:
        film = simulator.add_film(films, "Gone", year=2021, probed=False)
        house.see(film.item_id)
        await house.until(lambda: simulator.journal.count(path_prefix="/Items") >= 1)
        house.pipeline.removed([film.item_id])
        assert house.pipeline.pending == 0
        await house.pipeline.drain()
    assert house.said == []


async def test_a_film_that_is_removed_while_the_journal_is_written_is_not_announced(
    simulator: JellyfinSimulator,
) -> None:
    class Removing(MemoryStorage):
        @override
        async def save_journal(self, document: dict[str, Any]) -> None:
            await super().save_journal(document)
            if document["announcing"]:
                house.pipeline.removed([film.item_id])

    films = simulator.add_library("Films", "movies")
    async with corridor(simulator, storage=Removing()) as house:
        film = simulator.add_film(films, "Gone", year=2021)
        house.see(film.item_id)
        await house.until(lambda: house.pipeline.pending == 0)
    assert house.said == []


async def test_folders_extras_and_other_kinds_are_read_once_and_never_announced(simulator: JellyfinSimulator) -> None:
    shows = simulator.add_library("Series", "tvshows")
    async with corridor(simulator) as house:
        series = simulator.add_series(shows, "Harbour Lights")
        assert house.see(series.item_id) == (series.item_id,)
        await house.until(lambda: house.pipeline.pending == 0)
        assert house.see(series.item_id) == EMPTY
    assert house.said == []


async def test_what_arrives_in_a_library_that_is_not_watched_is_not_announced(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    other = simulator.add_library("Home", "movies")
    async with corridor(simulator, chosen=frozenset({films.library_id})) as house:
        film = simulator.add_film(other, "Not Ours", year=2020)
        house.see(film.item_id)
        await house.until(lambda: house.pipeline.pending == 0)
        assert house.see(film.item_id) == EMPTY
    assert house.said == []


async def test_an_item_that_is_in_no_visible_library_is_looked_up_again_and_never_announced(
    simulator: JellyfinSimulator,
) -> None:
    films = simulator.add_library("Films", "movies")
    secret = simulator.add_library("Secret", "movies")
    simulator.add_user("child", "child", libraries=[films.library_id])
    async with corridor(simulator, user="child") as house:
        house.see(simulator.add_film(secret, "Not For You", year=2020).item_id)
        await house.until(lambda: house.pipeline.pending == 0)
        assert simulator.journal.count(path_prefix="/UserViews") == 3
    assert house.said == []


async def test_a_file_that_takes_anothers_place_is_announced_once_and_says_so(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    old = simulator.add_film(films, "Short Wait", year=2024)
    async with corridor(simulator) as house:
        new = simulator.replace(old, "Short Wait Bluray")
        house.pipeline.removed([old.item_id])
        house.see(new.item_id)
        await house.until(lambda: bool(house.said))
        await house.pipeline.drain()
    assert [(one.item_id, one.replaces) for one in house.said] == [(new.item_id, old.item_id)]


async def test_a_file_that_is_back_within_a_week_is_not_news(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    film = simulator.add_film(films, "Moved", year=2024)
    async with corridor(simulator) as house:
        house.pipeline.removed([film.item_id])
        assert house.see(film.item_id) == EMPTY
    assert house.said == []


async def test_a_version_added_later_is_announced_as_one(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    film = simulator.add_film(films, "Late Cut", year=2017)
    async with corridor(simulator) as house:
        version = simulator.add_version(film, "4K")
        house.see(film.item_id, version.item_id, added=False)
        await house.until(lambda: bool(house.said))
        await house.until(lambda: house.pipeline.pending == 0)
        assert house.see(version.item_id, added=False) == EMPTY
    assert [(one.item_id, one.new_version, one.path) for one in house.said] == [
        (film.item_id, version.item_id, version.path)
    ]
    assert house.said[0].title == "Late Cut (2017)"


async def test_a_film_that_has_two_versions_from_the_start_is_announced_once(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    async with corridor(simulator) as house:
        film = simulator.add_film(films, "Twin Cut", year=2016)
        version = simulator.add_version(film, "4K")
        house.see(film.item_id)
        house.see(version.item_id, film.item_id, added=False)
        await house.until(lambda: house.pipeline.pending == 0)
        assert house.see(version.item_id, film.item_id, added=False) == EMPTY
    assert [(one.item_id, one.new_version) for one in house.said] == [(film.item_id, None)]


async def test_with_a_film_all_of_its_versions_are_known(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    async with corridor(simulator) as house:
        film = simulator.add_film(films, "Twin Cut", year=2016)
        version = simulator.add_version(film, "4K")
        house.see(film.item_id)
        await house.until(lambda: bool(house.said))
        assert version.item_id in house.known
        assert house.see(version.item_id, added=False) == EMPTY


async def test_a_version_takes_nobodys_place(simulator: JellyfinSimulator) -> None:
    film = simulator.add_film(simulator.add_library("Films", "movies"), "Late Cut", year=2017)
    namesake = simulator.add_film(simulator.add_library("Other", "movies"), "Late Cut", year=2017)
    async with corridor(simulator) as house:
        simulator.remove(namesake, announce=False)
        house.pipeline.removed([namesake.item_id])
        version = simulator.add_version(film, "4K")
        house.see(film.item_id, version.item_id, added=False)
        await house.until(lambda: bool(house.said))
    assert (house.said[0].new_version, house.said[0].replaces) == (version.item_id, None)


async def test_a_file_that_listings_hide_has_not_been_replaced(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    hidden = simulator.add_film(films, "Twin Cut", year=2016)

    def hide(request: web.BaseRequest) -> web.Response | None:
        return web.json_response({"Items": []}) if request.query.get("ids") == hidden.item_id else None

    async with corridor(simulator) as house:
        simulator.reject(hide, path_prefix="/Items")
        namesake = simulator.add_film(simulator.add_library("Other", "movies"), "Twin Cut", year=2016)
        await house.catch_up.run()
        house.known.let_go(namesake.item_id)
        house.pipeline.offer(
            [Sighting(namesake.item_id, Source.WEBHOOK, datetime.now(UTC), library_id=films.library_id)]
        )
        await house.until(lambda: house.pipeline.pending == 0)
        assert house.known.removed_lately(datetime.now(UTC)) == {}
        assert hidden.item_id in house.known


async def test_a_version_waits_for_its_film_that_is_not_ready(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    async with corridor(simulator) as house:
        film = simulator.add_film(films, "Twin Cut", year=2016, probed=False)
        version = simulator.add_version(film, "4K")
        house.see(version.item_id, added=False)
        house.see(film.item_id)
        await house.until(lambda: simulator.journal.count(path_prefix="/Items") >= 4)
        simulator.probe(film)
        await house.until(lambda: house.pipeline.pending == 0)
    assert [(one.item_id, one.new_version) for one in house.said] == [(film.item_id, None)]


async def test_a_missing_episode_is_no_news_until_its_file_is_there(simulator: JellyfinSimulator) -> None:
    shows = simulator.add_library("Series", "tvshows")
    async with corridor(simulator) as house:
        missing = simulator.add_episode(simulator.add_series(shows, "Harbour Lights"), 1, 2, "Fog", virtual=True)
        house.see(missing.item_id)
        await house.until(lambda: house.pipeline.pending == 0)
        assert house.see(missing.item_id) == (missing.item_id,)
    assert house.said == []


async def test_without_a_way_to_ask_the_libraries_nothing_is_placed(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    async with corridor(simulator) as house:
        alone = SubtitlePipeline(
            house.client, house.known, house.libraries, house.requests, Household(), now=lambda: datetime.now(UTC)
        )
        house.pipeline.locate = alone.locate
        house.see(simulator.add_film(films, "Somewhere", year=2020).item_id)
        await house.until(lambda: house.pipeline.pending == 0)
    assert house.said == []


async def test_what_an_end_has_kept_from_being_said_is_not_said_to_be_repeated(simulator: JellyfinSimulator) -> None:
    films = simulator.add_library("Films", "movies")
    storage = MemoryStorage()
    writing, ended = asyncio.Event(), asyncio.Event()
    async with corridor(simulator, storage=storage) as house:
        save = storage.save_journal

        async def save_slowly(document: dict[str, Any]) -> None:
            if document["announcing"]:
                writing.set()
                await ended.wait()
            await save(document)

        with patch.object(storage, "save_journal", save_slowly):
            house.see(simulator.add_film(films, "Night Ferry", year=2020).item_id)
            await writing.wait()
            house.pipeline.close()
            ended.set()
    assert house.said == []
    async with corridor(simulator, storage=storage, learnt=False) as again:
        await again.catch_up.run()
        await again.until(lambda: bool(again.said))
        assert [one.repeated for one in again.said] == [False]
