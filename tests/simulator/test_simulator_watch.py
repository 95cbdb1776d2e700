"""What the file monitor makes of reports: which of them wait together, and what is looked at in the end."""

from collections.abc import Sequence
from functools import partial

from hypothesis import given, strategies as st
import pytest

from jellyfin_simulator import DEFAULT_STREAMS, JellyfinSimulator, SimLibrary, VirtualClock
from jellyfin_simulator.configuration import Configuration
from jellyfin_simulator.steps import Steps
from jellyfin_simulator.watch import Watch

from .visitor import Ear, Visitor


def _watch(clock: VirtualClock, seen: list[tuple[str, ...]]) -> Watch:
    configuration = Configuration("here", 60.0, 30.0, False, True, True, {})

    def quiet(paths: Sequence[str]) -> None:
        seen.append(tuple(paths))

    return Watch(clock, configuration, quiet)


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("/m/a/1.mkv", "/m/a/1.mkv", [("/m/a/1.mkv",)]),
        ("/m/a", "/m/a/1.mkv", [("/m/a", "/m/a/1.mkv")]),
        ("/m/a/1.mkv", "/m/a", [("/m/a/1.mkv", "/m/a")]),
        ("/m/a", "/m/b", [("/m/a", "/m", "/m/b")]),
        ("/m/a/1.mkv", "/m/b/1.mkv", [("/m/a/1.mkv",), ("/m/b/1.mkv",)]),
        ("/m/a", "/m/ab/1.mkv", [("/m/a",), ("/m/ab/1.mkv",)]),
    ],
)
async def test_reports_of_one_folder_wait_together(
    clock: VirtualClock, first: str, second: str, told: list[tuple[str, ...]]
) -> None:
    """The later one begins the delay anew for both; elsewhere each has its own."""
    seen: list[tuple[str, ...]] = []
    watch = _watch(clock, seen)
    watch.note(first)
    await clock.advance(30)
    watch.note(second)
    await clock.advance(29)
    assert seen == []
    await clock.advance(1)
    assert seen == told[:-1]
    await clock.advance(30)
    assert seen == told


async def test_a_dropped_report_never_comes_up(clock: VirtualClock) -> None:
    """The next one does."""
    seen: list[tuple[str, ...]] = []
    watch = _watch(clock, seen)
    watch.note("/m/a")
    watch.drop()
    watch.note("/m/b")
    await clock.advance(60)
    assert seen == [("/m/b",)]


@given(st.lists(st.tuples(st.floats(0, 90), st.sampled_from(["/m/a", "/m/a/1", "/m/b/1", "/n/c", "/m"]))))
async def test_no_report_is_forgotten(reports: list[tuple[float, str]]) -> None:
    """However they come, a quiet minute after the last one everything was looked at."""
    clock = VirtualClock(0.0, turns=0)
    seen: list[tuple[str, ...]] = []
    watch = _watch(clock, seen)
    for pause, path in reports:
        await clock.advance(pause)
        watch.note(path)
    await clock.advance(60)
    assert {path for paths in seen for path in paths} >= {path for _, path in reports}


async def test_steps_take_their_time_one_after_the_other(clock: VirtualClock) -> None:
    """Those that take none are done on the way and are no progress."""
    done: list[object] = []
    steps = Steps(clock, done.append)
    for name, seconds in (("a", 0.0), ("b", 2.0), ("c", 0.0), ("d", 1.0)):
        steps.add(seconds, partial(done.append, name))
    assert steps.take_time
    steps.run(lambda: done.append("end"))
    assert done == ["a"]
    await clock.advance(2)
    assert done == ["a", "b", 50.0, "c"]
    await clock.advance(1)
    assert done[4:] == ["d", "end"]


def _progress(ear: Ear) -> list[tuple[str, str]]:
    return [(data["ItemId"], data["Progress"]) for data in ear.of("RefreshProgress")]


async def test_a_film_that_was_asked_for_is_looked_at_again_by_the_file_monitor(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary
) -> None:
    """First it is added; a minute after it was written its folder is refreshed, which names it as updated."""
    ear = await visitor.connect(token)
    film_id = server.write_film(films, "Night Ferry", year=2020)
    url = f"/Items/{films.library_id}/Refresh"
    await visitor.post(url, token, metadataRefreshMode="Default", imageRefreshMode="Default")
    await clock.advance(0.3)
    item = (await visitor.get(f"/Items/{film_id}", token)).data
    assert (len(item["MediaStreams"]), list(item["ImageTags"])) == (len(DEFAULT_STREAMS), ["Primary"])
    asked_for = _progress(ear)
    assert (asked_for[0], asked_for[-1]) == ((films.folder_id, "0"), (films.library_id, "0"))
    await ear.keep_alive()
    await clock.advance(59)
    assert _progress(ear) == asked_for
    await ear.keep_alive()
    await clock.advance(31)
    assert _progress(ear) > asked_for
    first, second = ear.of("LibraryChanged")
    assert (first["ItemsAdded"], first["ItemsUpdated"]) == ([film_id], [])
    assert (second["ItemsAdded"], second["ItemsUpdated"]) == ([], [film_id])


async def test_a_new_show_is_looked_at_again_without_its_library(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, shows: SimLibrary
) -> None:
    """The nearest row is the series by then: no progress is told, and only the series is saved again."""
    old = server.add_series(shows, "Day Trip", announce=False)
    ear = await visitor.connect(token)
    [episode_id] = server.write_season(shows, "Night Ferry", 1, 1, year=2020)
    await visitor.post(f"/Items/{shows.library_id}/Refresh", token, metadataRefreshMode="Default")
    await clock.advance(31)
    await ear.keep_alive()
    told = _progress(ear)
    await clock.advance(59.1)
    assert _progress(ear) == told
    first, second = ear.of("LibraryChanged")
    series_id = (await visitor.get(f"/Items/{episode_id}", token)).data["SeriesId"]
    assert {series_id, episode_id} <= set(first["ItemsAdded"])
    assert first["ItemsUpdated"] == [old.item_id]
    assert (second["ItemsAdded"], second["ItemsUpdated"]) == ([], [series_id])


async def test_an_episode_of_a_known_season_is_looked_at_again_in_silence(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, shows: SimLibrary
) -> None:
    """The nearest row is the episode, or the season if nobody had asked; neither is saved again."""
    series = server.add_series(shows, "Night Ferry", announce=False)
    season_id = server.add_episode(series, 1, 1, announce=False).parent_id
    ear = await visitor.connect(token)
    second = server.write_episode(series, 1, 2)
    await visitor.post(f"/Items/{season_id}/Refresh", token, metadataRefreshMode="Default")
    await clock.advance(31)
    third = server.write_episode(series, 1, 3)
    await ear.keep_alive()
    for _ in range(3):
        await clock.advance(31)
        await ear.keep_alive()
    assert [message["ItemsAdded"] for message in ear.of("LibraryChanged")] == [[second], [third]]
    assert all(message["ItemsUpdated"] == [] for message in ear.of("LibraryChanged"))
    assert _progress(ear) == []


async def test_a_refresh_waits_for_the_one_before(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary, shows: SimLibrary
) -> None:
    """Whoever asked for it; what is gone by its turn is passed over."""
    series = server.add_series(shows, "Night Ferry")
    server.write_film(films, "Day Trip")
    await clock.advance(58.9)
    server.core.monitor.pace.probe = 5.0
    server.write_season(shows, "Low Water", 1, 2)
    for item_id in (shows.library_id, series.item_id, shows.library_id):
        await visitor.post(f"/Items/{item_id}/Refresh", token, metadataRefreshMode="Default")
    server.remove(series)
    ear = await visitor.connect(token)
    await clock.advance(2)
    assert {item_id for item_id, _ in _progress(ear)} == {shows.folder_id, shows.library_id}
    server.remove_library(shows)
    await clock.advance(12)
    told = _progress(ear)
    assert told.index((shows.library_id, "0"), 2) < told.index((films.folder_id, "0"))
    assert told.count((shows.folder_id, "0")) == 1


async def test_rows_that_are_saved_again_take_the_time_of_the_machine(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary
) -> None:
    """So the refresh ends later, and so does the message; a film removed meanwhile is left out."""
    server.core.monitor.pace.save = 0.5
    rows = [server.add_film(films, f"Film {number}", announce=False) for number in range(4)]
    ear = await visitor.connect(token)
    await visitor.post(f"/Items/{films.library_id}/Refresh", token, metadataRefreshMode="Default")
    await clock.advance(0.1)
    server.remove(rows.pop(), announce=False)
    await clock.advance(31.4)
    assert ear.of("LibraryChanged") == []
    await clock.advance(0.1)
    [message] = ear.of("LibraryChanged")
    assert set(message["ItemsUpdated"]) == {row.item_id for row in rows}


async def test_a_picture_is_only_made_if_the_refresh_asks_for_it(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary
) -> None:
    """Without `imageRefreshMode` a new film has streams and no picture."""
    film_id = server.write_film(films, "Night Ferry")
    await visitor.post(f"/Items/{films.library_id}/Refresh", token, metadataRefreshMode="Default")
    await clock.advance(0.3)
    item = (await visitor.get(f"/Items/{film_id}", token)).data
    assert (len(item["MediaStreams"]), item["ImageTags"]) == (len(DEFAULT_STREAMS), {})


async def test_reports_of_a_library_that_is_gone_come_to_nothing(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary
) -> None:
    """Nor do those of a path outside of all libraries."""
    server.write_film(films, "Night Ferry")
    await visitor.post("/Library/Media/Updated", token, {"Updates": [{"Path": "/elsewhere/film.mkv"}]})
    server.remove_library(films)
    ear = await visitor.connect(token)
    await clock.advance(29)
    await ear.keep_alive()
    await clock.advance(40)
    assert _progress(ear) == []
