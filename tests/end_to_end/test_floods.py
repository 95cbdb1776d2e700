"""Many at once: said together, asked for one by one, and left to a person where they are too many."""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from jellyfin_simulator import JellyfinSimulator, SimLibrary, audio, video
from real_home_assistant import Dialog

from .real_home import DOMAIN, SUBTITLE_REQUESTED, home_assistant, set_up, stored, until

pytestmark = pytest.mark.timeout(300)

WITHOUT_SUBTITLES = (video(), audio("eng"))


async def test_four_hundred_episodes_of_one_message_are_one_event_and_are_asked_for_slowly(
    simulator: JellyfinSimulator, films: SimLibrary, tmp_path: Path
) -> None:
    series = simulator.add_series(simulator.add_library("Series", "tvshows", announce=False), "Tides", announce=False)
    simulator.add_subtitle_provider()
    async with home_assistant(simulator, tmp_path) as run:
        await set_up(run, simulator)
        # Each season comes with a row of its own, which is no news.
        episodes = [
            simulator.add_episode(series, season, number, streams=WITHOUT_SUBTITLES).item_id
            for season in (1, 2)
            for number in range(1, 201)
        ]
        await until(lambda: len(run.requests) >= 4)

        assert run.events == []
        (batch,) = run.batches
        assert sorted(batch["item_ids"]) == sorted(episodes)
        assert (batch["series_name"], batch["count"], batch["parts"]) == ("Tides", 400, 1)
        assert [season["season_number"] for season in batch["seasons"]] == [1, 2]
        assert all(season["episode_numbers"] == list(range(1, 201)) for season in batch["seasons"])
        shown = (await run.state("media_added"))["attributes"]
        assert (shown["event_type"], shown["count"]) == ("media_added_batch", 400)
        assert "item_ids" not in shown

        # The newest first, and no more than one a second.
        assert [request["item_id"] for request in run.requests[:4]] == batch["item_ids"][:-5:-1]
        assert all(request["missing"] == ["en"] for request in run.requests)
        fired = [event.fired for event in run.heard if event.kind == SUBTITLE_REQUESTED]
        assert all(later - earlier >= timedelta(seconds=0.9) for earlier, later in pairwise(fired))
        simulator.update_all(series.library)
        assert (await run.sync_now())["found"] == 0
        assert len(run.announced) == 400
        assert await run.api.issues(DOMAIN) == []
        assert run.complaints() == []


async def test_ten_thousand_films_are_said_once_and_a_person_decides_whether_they_are_asked_for(
    simulator: JellyfinSimulator, films: SimLibrary, tmp_path: Path
) -> None:
    async with home_assistant(simulator, tmp_path) as run:
        await set_up(run, simulator)
        # From the first film on it is known which library their folder belongs to.
        simulator.write_film(films, "First", year=2020)
        await until(lambda: run.titles == ["First (2020)"])
        run.heard.clear()
        simulator.journal.clear()
        added = {
            simulator.add_film(films, f"Restored {number}", streams=WITHOUT_SUBTITLES).item_id
            for number in range(10_000)
        }
        await until(lambda: len(run.announced) >= 10_000, timeout=200)
        # A page of a hundred at a time, and next to nothing around it.
        assert simulator.journal.count() <= 105

        assert len(run.announced) == 10_000
        assert set(run.announced) == added
        assert run.events == []
        assert [(batch["part"], batch["parts"]) for batch in run.batches] == [(part, 20) for part in range(1, 21)]
        await until(lambda: len(stored(tmp_path, "requests").get("mass", ())) == 10_000)
        (issue,) = await run.api.issues(DOMAIN)
        assert issue["translation_key"] == "mass_arrival"
        assert issue["translation_placeholders"]["count"] == "10000"

        answers = {"init": {"next_step_id": "ignore_all"}}
        page = await run.api.flow(DOMAIN, answers, Dialog.REPAIR, issue_id=issue["issue_id"])
        assert page["type"] == "create_entry"
        assert await run.api.issues(DOMAIN) == []
        assert stored(tmp_path, "requests")["mass"] == []
        assert (await run.sync_now())["found"] == 0
        assert len(run.announced) == 10_000
        assert run.requests == []
        assert run.complaints() == []
