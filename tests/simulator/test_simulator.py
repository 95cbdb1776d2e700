"""What the simulator's socket says, to whom and when."""

import asyncio
import json

import aiohttp
import pytest

from jellyfin_simulator import JellyfinSimulator, SimLibrary, SimUser, VirtualClock

from .visitor import DEVICE_ID, Visitor


async def test_a_new_film_is_announced_after_half_a_minute_of_silence(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary
) -> None:
    """The message names the film, its folder and all libraries."""
    ear = await visitor.connect(token)
    film = server.add_film(films, "Night Ferry", year=2020)
    await clock.advance(29.9)
    assert ear.kinds == ["ForceKeepAlive"]
    await clock.advance(0.1)
    assert ear.of("LibraryChanged") == [
        {
            "FoldersAddedTo": [films.folder_id],
            "FoldersRemovedFrom": [],
            "ItemsAdded": [film.item_id],
            "ItemsRemoved": [],
            "ItemsUpdated": [],
            "CollectionFolders": [films.library_id, "1071671e7bffa0532e930debee501d2e"],
            "IsEmpty": False,
        }
    ]


async def test_every_event_begins_the_silence_anew(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary
) -> None:
    """An item that comes every 20 seconds keeps the message back; then all come at once."""
    ear = await visitor.connect(token)
    added = []
    for number in range(4):
        added.append(server.add_film(films, f"Film {number}").item_id)
        await clock.advance(20)
        await ear.keep_alive()
    assert ear.of("LibraryChanged") == []
    await clock.advance(10)
    [message] = ear.of("LibraryChanged")
    assert message["ItemsAdded"] == added


async def test_a_shorter_silence_applies_at_once(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary
) -> None:
    """The administrator may lower the delay while something waits."""
    ear = await visitor.connect(token)
    film = server.add_film(films, "Night Ferry")
    configuration = (await visitor.get("/System/Configuration", token)).data
    assert configuration["LibraryUpdateDuration"] == 30
    answer = await visitor.post("/System/Configuration", token, configuration | {"LibraryUpdateDuration": 1})
    assert answer.status == 204
    server.update(film)
    await clock.advance(1)
    [message] = ear.of("LibraryChanged")
    assert message["ItemsAdded"] == [film.item_id]
    assert message["ItemsUpdated"] == []


async def test_a_socket_of_an_api_key_never_hears_of_the_library(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary
) -> None:
    """It has no user: neither LibraryChanged nor RefreshProgress comes, but the server's farewell does."""
    ear = await visitor.connect(server.add_api_key("Key"), Client="", DeviceId="")
    user_ear = await visitor.connect(token)
    server.write_film(films, "Night Ferry")
    await clock.advance(40)
    await ear.keep_alive()
    await user_ear.keep_alive()
    await clock.advance(52)
    assert set(ear.kinds) == {"ForceKeepAlive", "KeepAlive"}
    assert {"RefreshProgress", "LibraryChanged"} <= set(user_ear.kinds)
    await server.shutdown()
    assert await ear.ended() == 1000
    assert ear.of("ServerShuttingDown") == [""]


async def test_users_hear_only_of_libraries_they_may_see(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, films: SimLibrary, shows: SimLibrary
) -> None:
    """But every removed id is told to everybody, and progress to administrators alone."""
    user = server.add_user("guest", "", libraries=[shows.library_id])
    ear = await visitor.connect(server.issue_token(user, DEVICE_ID))
    film = server.add_film(films, "Night Ferry")
    server.core.notifier.progress(films, 50.0)
    await clock.advance(30)
    assert ear.kinds == ["ForceKeepAlive"]
    server.remove(film)
    await clock.advance(30)
    [message] = ear.of("LibraryChanged")
    assert message["ItemsRemoved"] == [film.item_id]
    assert message["FoldersRemovedFrom"] == []
    assert message["CollectionFolders"] == [shows.library_id, "1071671e7bffa0532e930debee501d2e"]


async def test_a_message_to_ones_own_session_comes_back(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str
) -> None:
    """The arguments are all strings; an unknown session is 404, a message without text 400."""
    ear = await visitor.connect(token)
    [session] = (await visitor.get("/Sessions", token)).data
    body = {"Header": "echo", "Text": "one", "TimeoutMs": 1}
    assert (await visitor.post(f"/Sessions/{session['Id']}/Message", token, body)).status == 204
    await clock.settle()
    [command] = ear.of("GeneralCommand")
    assert command["Name"] == "DisplayMessage"
    assert command["Arguments"] == {"Header": "echo", "Text": "one", "TimeoutMs": "1"}
    assert (await visitor.post(f"/Sessions/{'0' * 32}/Message", token, body)).status == 404
    assert (await visitor.post(f"/Sessions/{session['Id']}/Message", token, {"Text": ""})).status == 400


async def test_a_deaf_socket_answers_keepalive_and_nothing_else(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary
) -> None:
    """The echo gets its 204 all the same."""
    server.deafen_sockets("next")
    deaf = await visitor.connect(token)
    server.add_film(films, "Night Ferry")
    await deaf.keep_alive()
    assert (await visitor.echo(token)).status in (204, 404)
    await clock.advance(30)
    assert deaf.kinds == ["ForceKeepAlive", "KeepAlive"]
    healthy = await visitor.connect(token)
    assert (await visitor.echo(token)).status == 204
    await clock.settle()
    assert healthy.kinds == ["ForceKeepAlive", "GeneralCommand"]
    server.deafen_sockets(True)
    assert (await visitor.echo(token)).status == 204
    server.deafen_sockets(False)
    assert (await visitor.echo(token, "two")).status == 204
    await clock.settle()
    assert [command["Arguments"]["Text"] for command in healthy.of("GeneralCommand")] == ["anybody there?", "two"]


async def test_a_silent_socket_stays_open_and_says_nothing(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str
) -> None:
    """Not even a KeepAlive or a ping is answered, nor a goodbye."""
    server.silence_sockets()
    ear = await visitor.connect(token)
    await ear.keep_alive()
    await ear.socket.ping()
    await clock.advance(30)
    assert ear.kinds == []
    assert server.journal.open_sockets == 1
    server.silence_sockets(False)
    await ear.keep_alive()
    await clock.settle()
    assert ear.kinds == ["KeepAlive"]
    server.silence_sockets()
    await ear.socket.close()
    assert ear.socket.close_code == 1006


async def test_a_quiet_socket_is_reminded_twice_and_then_lost(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary
) -> None:
    """10.11 still delivers to it afterwards; 12.0 does not, and ends with the next text it gets."""
    ear = await visitor.connect(token)
    await clock.advance(47.9)
    assert ear.kinds == ["ForceKeepAlive"]
    await clock.advance(12.2)
    assert ear.of("ForceKeepAlive") == [60, 60, 60]
    server.add_film(films, "Night Ferry")
    await clock.advance(60)
    assert ear.kinds.count("LibraryChanged") == (0 if server.core.is_twelve else 1)
    assert not ear.socket.closed
    await ear.keep_alive()
    if server.core.is_twelve:
        assert await ear.ended() == 1006
    else:
        await clock.settle()
        assert ear.kinds[-1] == "KeepAlive"


async def test_only_the_last_talker_of_a_session_gets_messages(
    visitor: Visitor, clock: VirtualClock, token: str
) -> None:
    """Two sockets of one client and device share a session."""
    first, second = await visitor.connect(token), await visitor.connect(token)
    await visitor.echo(token)
    await clock.settle()
    assert (first.kinds.count("GeneralCommand"), second.kinds.count("GeneralCommand")) == (0, 1)
    await first.keep_alive()
    await clock.settle()
    await visitor.echo(token)
    await clock.settle()
    assert (first.kinds.count("GeneralCommand"), second.kinds.count("GeneralCommand")) == (1, 1)


async def test_an_api_key_can_take_a_session_over(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary
) -> None:
    """Whoever came last with the same client and device is the session's user."""
    ear = await visitor.connect(token)
    key = server.add_api_key("Home Assistant")
    await visitor.post(f"/Sessions/{'0' * 32}/Message", key, {"Text": "x"})
    server.add_film(films, "Night Ferry")
    await clock.advance(30)
    assert ear.of("LibraryChanged") == []


@pytest.mark.parametrize("text", ["no json", '"text"', "[]", '{"MessageType":"Nonsense"}'])
async def test_what_the_server_cannot_read_closes_the_socket(visitor: Visitor, token: str, text: str) -> None:
    """The close looks like any other."""
    ear = await visitor.connect(token)
    await ear.say(text)
    assert await ear.ended() == 1000


async def test_an_empty_message_closes_the_socket(visitor: Visitor, token: str) -> None:
    """It counts as the end of what the client has to say."""
    ear = await visitor.connect(token)
    await ear.say("")
    assert await ear.ended() == 1000


async def test_harmless_nonsense_is_ignored(visitor: Visitor, clock: VirtualClock, token: str) -> None:
    """Names in another case, no kind at all, more data than needed; and pings are answered."""
    ear = await visitor.connect(token)
    for text in ("{}", '{"messagetype":"KeepAlive"}', '{"MessageType":"SyncPlayCommand"}'):
        await ear.say(text)
    await ear.socket.ping()
    await ear.say(json.dumps({"MessageType": "KeepAlive", "Data": 1}))
    await clock.settle()
    assert ear.kinds == ["ForceKeepAlive", "KeepAlive"]


async def test_a_key_without_a_name_gets_a_socket_that_closes_at_once(
    server: JellyfinSimulator, visitor: Visitor
) -> None:
    """The handshake succeeds, the session does not."""
    ear = await visitor.connect(server.add_api_key(""))
    assert await ear.ended() == 1000
    assert ear.messages == []


@pytest.mark.parametrize("token", [None, "f" * 32])
async def test_a_socket_without_a_good_token_is_refused_with_403(visitor: Visitor, token: str | None) -> None:
    """Unlike REST, which says 401."""
    with pytest.raises(aiohttp.WSServerHandshakeError) as error:
        await visitor.connect(token)
    assert error.value.status == 403


async def test_sockets_can_be_dropped_and_closed_by_hand(
    server: JellyfinSimulator, visitor: Visitor, token: str
) -> None:
    """Dropped: no close frame. Closed: the code and reason that were given."""
    ear = await visitor.connect(token)
    server.drop_sockets()
    assert await ear.ended() == 1006
    ear = await visitor.connect(token)
    server.close_sockets(1009, "too big")
    assert await ear.ended() == 1009


async def test_a_restart_says_goodbye_to_everybody_with_one_message_id(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, admin: SimUser
) -> None:
    """Then the close frame comes; tokens live on, sessions do not."""
    first = await visitor.connect(token)
    second = await visitor.connect(server.issue_token(admin, "other"), DeviceId="other")
    await server.restart(phases=False)
    assert (await first.ended(), await second.ended()) == (1000, 1000)
    [left] = [message for message in first.messages if message["MessageType"] == "ServerRestarting"]
    [right] = [message for message in second.messages if message["MessageType"] == "ServerRestarting"]
    assert left == right
    assert (await visitor.get("/Sessions", token)).data == []


async def test_what_waited_to_be_told_dies_with_the_server(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary
) -> None:
    """Nobody hears of the film after a crash, but it is there."""
    server.add_film(films, "Night Ferry")
    await server.kill()
    await server.start()
    ear = await visitor.connect(token)
    await clock.advance(59)
    assert ear.of("LibraryChanged") == []
    assert (await visitor.get("/Items", token, recursive=True)).data["TotalRecordCount"] == 1


async def test_any_message_can_be_broadcast_by_hand(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str
) -> None:
    """For kinds that the simulator itself never sends."""
    ear = await visitor.connect(token)
    server.broadcast("PackageInstalling", {"Name": "Plugin"})
    await clock.settle()
    assert ear.of("PackageInstalling") == [{"Name": "Plugin"}]


async def test_subscribers_are_told_of_tasks_as_often_as_they_asked(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock
) -> None:
    """A plain user too, without a first snapshot; the activity log is not for it."""
    user = server.add_user("guest", "")
    ear = await visitor.connect(server.issue_token(user, DEVICE_ID))
    for subject in ("ScheduledTasksInfo", "ScheduledTasksInfo", "ActivityLogEntry"):
        await ear.say(json.dumps({"MessageType": f"{subject}Start", "Data": "0,1000"}))
    await clock.settle()
    assert ear.kinds == ["ForceKeepAlive"]
    await visitor.post("/Library/Refresh", server.add_api_key("Key"))
    await clock.advance(5)
    tasks = ear.of("ScheduledTasksInfo")
    assert len(tasks) == 4
    assert [info[0]["State"] for info in tasks] == ["Running", "Running", "Idle", "Idle"]
    assert tasks[-1][0]["LastExecutionResult"]["Status"] == "Completed"
    await ear.say('{"MessageType":"ScheduledTasksInfoStop"}')
    await clock.settle()
    await visitor.post("/Library/Refresh", server.add_api_key("Key"))
    await clock.advance(5)
    assert len(ear.of("ScheduledTasksInfo")) == 6
    assert "ActivityLogEntry" not in ear.kinds


async def test_subscribers_are_told_of_sessions(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str
) -> None:
    """An administrator hears of all sessions and that the activity log grew, a plain user only of its own session."""
    guest = server.add_user("guest", "")
    boss = await visitor.connect(token)
    plain = await visitor.connect(server.issue_token(guest, "other"), DeviceId="other")
    await clock.advance(1)
    for ear in (boss, plain):
        await ear.say('{"MessageType":"SessionsStart","Data":"0,1000"}')
    await boss.say('{"MessageType":"ActivityLogEntryStart","Data":"0,1000"}')
    await clock.settle()
    third = await visitor.connect(server.issue_token(guest, "third"), DeviceId="third")
    await clock.advance(0.01)
    assert [len(sessions) for sessions in boss.of("Sessions")] == [3]
    assert [len(sessions) for sessions in plain.of("Sessions")] == [2]
    assert boss.of("ActivityLogEntry") == [[]]
    await asyncio.gather(third.socket.close(), clock.settle())
    log = (await visitor.get("/System/ActivityLog/Entries", token, limit=1)).data
    assert log["Items"][0]["Type"] == "SessionEnded"
