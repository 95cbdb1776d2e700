"""Somebody plays something: who is told, what is counted, and what is remembered."""

import pytest

from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary, SimUser, VirtualClock
from jellyfin_simulator.playback import TICKS_PER_SECOND

from .visitor import DEVICE_ID, Ear, Visitor

MINUTE = 60 * TICKS_PER_SECOND


@pytest.fixture
def film(server: JellyfinSimulator, films: SimLibrary) -> SimItem:
    """Return a film of an hour and a half."""
    return server.add_film(films, "Night Ferry", provider_ids={"Imdb": "tt1"}, announce=False)


@pytest.fixture
def viewer(server: JellyfinSimulator) -> SimUser:
    """Return somebody who only watches."""
    return server.add_user("viewer", "")


async def _listen(visitor: Visitor, clock: VirtualClock, token: str, interval: str = "0,1500") -> Ear:
    """Return a socket that subscribed to the sessions; the start of its own is told of already."""
    ear = await visitor.connect(token)
    await clock.advance(1)
    await ear.say(f'{{"MessageType":"SessionsStart","Data":"{interval}"}}')
    await clock.settle()
    return ear


def _positions(ear: Ear, device_id: str = "living-room") -> list[int | None]:
    """Return how far a device was in each message."""
    rows = [row for sessions in ear.of("Sessions") for row in sessions if row["DeviceId"] == device_id]
    return [row["PlayState"].get("PositionTicks") for row in rows]


async def test_whoever_subscribed_hears_of_an_episode_that_is_played(
    server: JellyfinSimulator,
    visitor: Visitor,
    clock: VirtualClock,
    token: str,
    viewer: SimUser,
    shows: SimLibrary,
) -> None:
    """At once when its session begins, when it begins, is reported on or ends; in between as often as was asked for."""
    episode = server.add_episode(server.add_series(shows, "Ferries", announce=False), 1, 2, announce=False)
    ear = await _listen(visitor, clock, token)
    session = server.start_playback(viewer, episode, position=60)
    await clock.advance(0.1)
    [_, playing] = sorted((await ear.hear("Sessions", 2))[0], key=lambda row: "NowPlayingItem" in row)
    item = playing["NowPlayingItem"]
    assert (item["Id"], item["SeriesId"], item["IndexNumber"], item["ParentIndexNumber"]) == (
        episode.item_id,
        episode.series.item_id if episode.series else None,
        2,
        1,
    )
    assert (playing["UserName"], playing["DeviceName"]) == ("viewer", "Living room")
    await clock.advance(4)
    assert _positions(ear)[2:] == [MINUTE + 2 * TICKS_PER_SECOND, MINUTE + 4 * TICKS_PER_SECOND]
    server.report_playback(session, position=120, is_paused=True)
    await clock.advance(10)
    assert _positions(ear)[4:] == [2 * MINUTE]
    server.stop_playback(session)
    server.stop_playback(session, position=1)
    server.report_playback(session, position=1)
    await clock.advance(10)
    assert _positions(ear)[5:] == [None, None]
    await ear.socket.close()


@pytest.mark.parametrize("interval", ["0,0", "nonsense"])
async def test_who_asks_for_no_distance_hears_each_second(
    server: JellyfinSimulator,
    visitor: Visitor,
    clock: VirtualClock,
    token: str,
    viewer: SimUser,
    film: SimItem,
    interval: str,
) -> None:
    """Until the film ends, or the server."""
    film.runtime_ticks = 4 * TICKS_PER_SECOND
    ear = await _listen(visitor, clock, token, interval)
    server.start_playback(viewer, film)
    await clock.advance(20)
    assert _positions(ear)[1:] == [second * TICKS_PER_SECOND for second in range(4)]
    server.start_playback(viewer, film)
    await server.kill()
    await clock.advance(20)
    assert len(_positions(ear)) <= 6


async def test_a_player_that_leaves_plays_no_longer(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, film: SimItem
) -> None:
    """Its session goes with its socket, and the counting ends."""
    ear = await visitor.connect(token)
    await visitor.post("/Sessions/Playing", token, {"ItemId": film.item_id, "CanSeek": True})
    [session] = (await visitor.get("/Sessions", token)).data
    assert session["NowPlayingItem"]["Id"] == film.item_id
    assert session["PlayState"]["CanSeek"]
    kept = next(iter(server.core.sessions))
    await ear.socket.close()
    await clock.advance(5)
    assert kept.playback is None
    assert (await visitor.get("/Sessions", token)).data == []


async def test_a_player_reports(
    visitor: Visitor, clock: VirtualClock, token: str, admin: SimUser, film: SimItem
) -> None:
    """What is not there cannot be played, and a bad report is no report."""
    path = "/Sessions/Playing"
    for ending in ("", "/Progress", "/Stopped"):
        assert (await visitor.post(path + ending, token, {"ItemId": "0" * 32})).status == 404
        assert (await visitor.post(path + ending, token, {"ItemId": "garbage"})).status == 404
        body = {"ItemId": film.item_id, "PositionTicks": 30 * MINUTE, "IsMuted": True}
        assert (await visitor.post(path + ending, token, body)).status == 204
    data = admin.item_data[film.item_id]
    assert (data.play_count, data.is_played, data.position_ticks) == (1, False, 30 * MINUTE)


@pytest.mark.parametrize(("minutes", "is_played", "kept"), [(1, False, 0), (45, False, 45), (85, True, 0)])
async def test_where_it_stopped_decides_what_is_remembered(
    server: JellyfinSimulator,
    visitor: Visitor,
    clock: VirtualClock,
    viewer: SimUser,
    film: SimItem,
    minutes: int,
    is_played: bool,
    kept: int,
) -> None:
    """Nearly nothing, the place, or that it was seen; its player's user is told after half a second, nobody else."""
    token = server.issue_token(viewer, DEVICE_ID)
    ear = await visitor.connect(token)
    session = server.start_playback(viewer, film)
    server.stop_playback(session, position=60 * minutes)
    await clock.advance(0.5)
    [told] = await ear.hear("UserDataChanged")
    [about_film, about_folder] = told["UserDataList"]
    assert about_film["Key"] == ("tt1" if server.core.is_twelve else str(about_film["Key"]))
    assert (about_film["Played"], about_film["PlaybackPositionTicks"]) == (is_played, kept * MINUTE)
    assert about_folder["UnplayedItemCount"] == (not is_played)
    assert about_folder.get("PlayedPercentage") == (100 * is_played if server.core.is_twelve else None)
    await ear.socket.close()


async def test_what_has_no_length_is_never_seen_to_its_end(
    server: JellyfinSimulator, clock: VirtualClock, viewer: SimUser, film: SimItem
) -> None:
    """Nor does its counting end."""
    film.runtime_ticks = None
    session = server.start_playback(viewer, film)
    await clock.advance(3)
    server.stop_playback(session)
    assert not viewer.item_data[film.item_id].is_played


async def test_a_key_plays_for_nobody(
    server: JellyfinSimulator, visitor: Visitor, viewer: SimUser, film: SimItem
) -> None:
    """There is no user to remember anything."""
    key = server.add_api_key("Key")
    for ending in ("", "/Stopped"):
        assert (await visitor.post(f"/Sessions/Playing{ending}", key, {"ItemId": film.item_id})).status == 204
    assert viewer.item_data == {}


async def test_marks_come_and_go(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, admin: SimUser, film: SimItem
) -> None:
    """Having played it counts on; a favourite stays one."""
    await visitor.post(f"/UserFavoriteItems/{film.item_id}", token)
    server.start_playback(admin, film)
    started = clock.time()
    await clock.advance(100)
    marked = (await visitor.post(f"/UserPlayedItems/{film.item_id}", token)).data
    assert (marked["PlayCount"], marked["Played"], marked["IsFavorite"]) == (1, True, True)
    assert admin.item_data[film.item_id].last_played == started
    unmarked = (await visitor.ask("DELETE", f"/UserPlayedItems/{film.item_id}", token)).data
    assert (unmarked["PlayCount"], unmarked["Played"], unmarked["IsFavorite"]) == (0, False, True)
    assert "LastPlayedDate" not in unmarked
    assert not (await visitor.ask("DELETE", f"/UserFavoriteItems/{film.item_id}", token)).data["IsFavorite"]
