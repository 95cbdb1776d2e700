"""A season of four hundred episodes, as it came to a recorded server: the same ids in the same messages."""

from collections.abc import AsyncGenerator, Iterable, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from jellyfin_simulator import JellyfinSimulator, SimLibrary, hands, library
from jellyfin_simulator.hands import film_path
from jellyfin_simulator.ids import derived_id, item_id
from jellyfin_simulator.monitor import Refresh
from tests.engine.jellyfin.recorded import frames
from tests.simulator import media
from tests.simulator.library_stages import show_ids
from tests.simulator.sockets import collapse, frame_event
from tests.simulator.visitor import DEVICE_ID, Visitor

from .real_home import LOGIN, home_assistant, set_up, until, user_of

pytestmark = pytest.mark.timeout(300)

COUNT = 400

# The libraries of the recorded server, and their folders.
SERIES, SERIES_FOLDER = "5ddaa59a73205234890fdcfc683e14ed", "7601fc64e2164cff66b7de77c495c4c6"
FILMS, FILMS_FOLDER = "db4c1708cbb5dd1676284a40f2950aba", "c8a244c49dfbfd0ab02d0ad5d7ef6507"

FRAMES = list(frames("10.11", "season_flood", "user"))
ARRIVAL, ECHO = (frame["Data"] for frame in FRAMES if frame["MessageType"] == "LibraryChanged")


def words(told: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> list[str]:
    """Return what was told of the library in which order, at whatever speed; ids as they were recorded."""
    news = (frame for frame in told if frame["MessageType"] in ("LibraryChanged", "RefreshProgress"))
    return [event.word for event in collapse(frame_event(one, 0.0, lambda name: names.get(name, name)) for one in news)]


def change(data: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return what a message says of the library, its lists in an order of their own; ids as they were recorded."""
    return {
        key: sorted(names.get(one, one) for one in value) if isinstance(value, list) else value
        for key, value in data.items()
    }


@pytest.fixture
async def simulator(socket_enabled: None) -> AsyncGenerator[JellyfinSimulator]:
    """Run a server of the recorded version that is faster; what its file monitor does, the test does in time."""
    server = JellyfinSimulator(version="10.11.11", library_monitor_delay=86_400, library_update_duration=3)
    server.core.monitor.pace.probe = server.core.monitor.pace.save = 0.002
    server.add_user(LOGIN, LOGIN, administrator=True)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def libraries(simulator: JellyfinSimulator, monkeypatch: pytest.MonkeyPatch) -> tuple[SimLibrary, SimLibrary]:
    """Let everything have its recorded id; return films and series, in which lies what was saved again meanwhile."""
    films = simulator.add_library("Films", "movies", announce=False)
    shows = simulator.core.new_library("Series", "tvshows", path="/media/shows", announce=False)
    series, *others = ARRIVAL["ItemsUpdated"]
    titles = [f"Film {number}" for number in range(len(others))]
    simulated = show_ids(media.LONG_STORY, 1, *range(1, COUNT + 1), is_twelve=False)
    ids = dict(zip(simulated, ARRIVAL["ItemsAdded"], strict=True))
    # The season of which the placeholder's id is made has its recorded one by then.
    ids[derived_id(f"placeholder {ids[simulated[1]]}")] = ids[simulated[-1]]
    ids[item_id("Series", f"{shows.path}/{media.NIGHT_FERRY.folder}")] = series
    ids |= zip((item_id("Movie", film_path(films, title, None)) for title in titles), others, strict=True)
    for module in (hands, library):
        monkeypatch.setattr(module, "item_id", lambda kind, path: ids.get(found := item_id(kind, path), found))
    monkeypatch.setattr(hands, "derived_id", lambda text: ids.get(found := derived_id(text), found))
    media.add_episodes(simulator, shows)
    for title in titles:
        simulator.add_film(films, title, announce=False)
    return films, shows


async def test_the_recorded_season_is_announced_once_and_together(
    simulator: JellyfinSimulator, libraries: tuple[SimLibrary, SimLibrary], tmp_path: Path
) -> None:
    films, shows = libraries
    names = {
        shows.library_id: SERIES,
        shows.folder_id: SERIES_FOLDER,
        films.library_id: FILMS,
        films.folder_id: FILMS_FOLDER,
    }
    token = simulator.issue_token(user_of(simulator), DEVICE_ID)
    async with home_assistant(simulator, tmp_path) as run, aiohttp.ClientSession() as session:
        await set_up(run, simulator)
        visitor = Visitor(simulator, session)
        ear = await visitor.connect(token)

        for number in range(1, COUNT + 1):
            media.write_episode(simulator, shows, media.LONG_STORY, 1, number)
        await visitor.post(f"/Items/{shows.library_id}/Refresh", token, metadataRefreshMode="Default")
        # The films' folder had been changed shortly before, and the series' was looked at again after it was reported.
        monitor = simulator.core.monitor
        monitor.refresh(Refresh(films, is_watched=True))
        await until(lambda: len(ear.of("LibraryChanged")) == 1)
        series_id, _, *episodes, _ = ARRIVAL["ItemsAdded"]
        monitor.refresh(Refresh(shows, simulator.core.shelves.items[series_id], is_watched=True))
        await until(lambda: len(ear.of("LibraryChanged")) == 2)
        await until(lambda: len(run.announced) >= COUNT)

        # Home Assistant has heard what the recorded client heard.
        assert words(ear.messages, names) == words(FRAMES, {})
        assert [change(one, names) for one in ear.of("LibraryChanged")] == [change(ARRIVAL, {}), change(ECHO, {})]

        # And has made one announcement of it: of the series, the season and its placeholder nobody is told.
        assert run.events == []
        (batch,) = run.batches
        assert sorted(batch["item_ids"]) == sorted(episodes)
        assert (batch["count"], batch["part"], batch["parts"]) == (COUNT, 1, 1)
        assert (batch["item_type"], batch["series_id"]) == ("episode", series_id)
        assert batch["seasons"] == [{"season_number": 1, "episode_numbers": list(range(1, COUNT + 1))}]

        assert (await run.sync_now())["found"] == 0
        assert len(run.announced) == COUNT
        assert run.complaints() == []
