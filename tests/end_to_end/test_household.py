"""What a household chooses and what its user may see, while things go on."""

import json
from pathlib import Path

import pytest

from jellyfin_simulator import JellyfinSimulator, SimLibrary, video

from .real_home import home_assistant, set_up, stored, until

pytestmark = pytest.mark.timeout(300)


async def test_a_restricted_user_hears_of_what_they_may_see_and_of_nothing_else(
    simulator: JellyfinSimulator, films: SimLibrary, tmp_path: Path
) -> None:
    others = simulator.add_library("Others", "movies", announce=False)
    simulator.add_many(others, 50)
    child = simulator.add_user("child", "child", libraries=[films.library_id])
    async with home_assistant(simulator, tmp_path) as run:
        await set_up(run, simulator, user="child")
        for number in range(3):
            simulator.add_film(others, f"Hidden {number}", year=2020)
        seen = [simulator.add_film(films, f"Seen {number}", year=2020) for number in range(3)]
        await until(lambda: len(run.announced) >= 3)
        assert (await run.sync_now())["found"] == 0
        assert {event["library_name"] for event in run.events} == {"Films"}
        assert "Others" not in json.dumps(await run.diagnostics())

        # What is there when a library becomes visible is no news.
        simulator.set_policy(child, EnableAllFolders=True)
        assert (await run.sync_now())["baseline"]
        simulator.update_all(others)
        assert (await run.sync_now())["found"] == 0
        assert sorted(run.announced) == sorted(film.item_id for film in seen)
        assert run.complaints() == []


async def test_options_that_change_while_films_settle_lose_none_and_repeat_none(
    simulator: JellyfinSimulator, films: SimLibrary, tmp_path: Path
) -> None:
    async with home_assistant(simulator, tmp_path) as run:
        await set_up(run, simulator)
        settling = [simulator.add_film(films, f"Settling {number}", year=2020, probed=False) for number in range(3)]
        read = simulator.journal.count(path_prefix="/Items")
        await until(lambda: simulator.journal.count(path_prefix="/Items") > read)
        assert run.announced == []

        sockets = simulator.journal.opened_sockets
        await run.choose(languages=["de"])
        between = simulator.add_film(films, "Between", year=2020, probed=False)
        await until(lambda: simulator.journal.opened_sockets > sockets)
        await run.settled()
        assert run.announced == []
        for film in (*settling, between):
            simulator.probe(film)

        await until(lambda: len(run.announced) >= 4 and len(run.requests) >= 4)
        simulator.update_all(films)
        assert (await run.sync_now())["found"] == 0
        assert sorted(run.announced) == sorted(film.item_id for film in (*settling, between))
        # They were still on their way when somebody wanted another language.
        assert all(event["missing_languages"] == ["de"] for event in run.events)
        assert sorted(request["item_id"] for request in run.requests) == sorted(run.announced)
        assert all((request["missing"], request["present"]) == (["de"], ["en"]) for request in run.requests)
        assert run.complaints() == []


async def test_requests_that_wait_outlive_a_kill_and_are_said_once_or_say_that_they_are_repeated(
    simulator: JellyfinSimulator, films: SimLibrary, tmp_path: Path
) -> None:
    async with home_assistant(simulator, tmp_path) as run:
        await set_up(run, simulator)
        added = [simulator.add_film(films, f"Film {number}", streams=(video(),)).item_id for number in range(13)]
        await until(lambda: len(run.announced) == 13 and len(run.requests) >= 2)
        await run.process.kill()
    before = run.requests
    # What may have been said is written ahead, and that is not all of it.
    ahead = set(stored(tmp_path, "requests")["said_ahead"])
    assert len(ahead) <= 10

    async with home_assistant(simulator, tmp_path) as run:
        await until(lambda: {request["item_id"] for request in (*before, *run.requests)} == set(added))
        await until(lambda: not stored(tmp_path, "requests")["open"])
        said = {request["request_id"] for request in before}
        assert len(run.requests) == len({request["request_id"] for request in run.requests})
        for request in run.requests:
            assert request["repeated"] == (request["request_id"] in ahead)
            assert request["repeated"] or request["request_id"] not in said
        assert run.announced == []
        assert (await run.sync_now())["found"] == 0
        assert run.complaints() == []
