"""What hardly ever happens to a server, and has to end well."""

import asyncio
from collections.abc import Callable
from typing import override
from urllib.parse import urlsplit

from aiohttp import web

from jellyfin_simulator import JellyfinSimulator, SimLibrary, VirtualClock, video
from jellyfin_simulator.clock import Timer, sleep
from jellyfin_simulator.monitor import Refresh
from jellyfin_simulator.sockets import SimSocket
from jellyfin_simulator.streams import describe

from .visitor import Visitor, authorization

_PONG, _CLOSE = b"\x8a\x80\0\0\0\0", b"\x88\x80\0\0\0\0"


async def test_a_client_may_say_goodbye_and_stay(
    server: JellyfinSimulator, visitor: Visitor, token: str, clock: VirtualClock
) -> None:
    """An unasked-for pong means nothing, and the server closes in its turn."""
    address = urlsplit(server.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    headers = authorization(token) | {
        "Connection": "Upgrade",
        "Host": "simulator",
        "Sec-WebSocket-Key": "bm90IGEgc2VjcmV0IGF0IQ==",
        "Sec-WebSocket-Version": "13",
        "Upgrade": "websocket",
    }
    lines = ["GET /socket HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    writer.write("\r\n".join(lines).encode())
    await reader.readuntil(b"\r\n\r\n")
    writer.write(_PONG + _CLOSE)
    async with asyncio.timeout(5):
        assert b"ForceKeepAlive" in await reader.read()
    assert server.journal.open_sockets == 0
    writer.close()


async def test_a_socket_that_was_never_heard_of_can_be_ended(clock: VirtualClock) -> None:
    """By breaking it, or in peace."""
    socket = SimSocket(web.WebSocketResponse(), clock)
    socket.abort()
    await socket.end()
    assert not socket.is_open


class _Gone(web.WebSocketResponse):
    """A socket whose client is no longer there, which nobody noticed yet."""

    @override
    async def send_str(self, data: str, compress: int | None = None) -> None:
        raise ConnectionResetError


async def test_what_is_sent_to_a_client_that_left_is_lost(clock: VirtualClock) -> None:
    """Nobody waits for it."""
    socket = SimSocket(_Gone(), clock)
    socket.start(None)
    socket.answer({"MessageType": "KeepAlive"})
    await clock.settle()
    socket.close()
    async with asyncio.timeout(1):
        await socket.end()


class _Held:
    """A clock whose callback is in the test's hand."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        self.callback: Callable[[], None] = lambda: None

    def time(self) -> float:
        """Return the time."""
        return 0.0

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        """Hold the callback."""
        self.callback = callback
        return asyncio.get_running_loop().call_later(60, callback)


async def test_waking_whoever_was_just_cancelled_does_no_harm() -> None:
    """Both may fall into one moment."""
    clock = _Held()
    waiting = asyncio.create_task(sleep(clock, 1))
    await asyncio.sleep(0)
    waiting.cancel()
    clock.callback()
    await asyncio.wait([waiting])
    assert waiting.cancelled() or waiting.exception() is None


async def test_a_list_can_be_asked_for_in_the_other_case(visitor: Visitor, token: str) -> None:
    """Its elements are what changes."""
    headers = {"Accept": 'application/json; profile="CamelCase"'}
    [user] = (await visitor.ask("GET", "/Users", token, headers=headers)).data
    assert user["name"] == "admin"


async def test_a_file_without_streams_is_probed_in_vain(
    server: JellyfinSimulator, visitor: Visitor, token: str, films: SimLibrary
) -> None:
    """It has no length, and still none if there was one before."""
    film = server.add_film(films, "Night Ferry", probed=False, extra_type="Trailer", announce=False)
    server.probe(film, ())
    [item] = (await visitor.get("/Items", token, ids=film.item_id)).data["Items"]
    assert "RunTimeTicks" not in item
    assert item["ExtraType"] == "Trailer"


async def test_a_series_that_databases_know_tells_whether_it_goes_on(
    server: JellyfinSimulator, visitor: Visitor, token: str, shows: SimLibrary
) -> None:
    """One that nobody knows tells nothing."""
    series = server.add_series(shows, "Ferries", announce=False)
    assert "Status" not in (await visitor.get("/Items", token, ids=series.item_id)).data["Items"][0]
    series.has_metadata = True
    assert (await visitor.get("/Items", token, ids=series.item_id)).data["Items"][0]["Status"] == "Continuing"


async def test_a_server_that_does_not_run_yet_tells_no_progress(
    server: JellyfinSimulator, visitor: Visitor, token: str, clock: VirtualClock, films: SimLibrary
) -> None:
    """Though its sockets may still be there."""
    ear = await visitor.connect(token)
    await server.set_phase("A")
    server.core.monitor.refresh(Refresh(films))
    await clock.advance(1)
    await server.set_phase("D")
    server.core.monitor.refresh(Refresh(films))
    await clock.advance(1)
    assert [told["Progress"] for told in await ear.hear("RefreshProgress", 5)] == ["0", "0", "100", "100", "0"]
    await ear.socket.close()


async def test_the_log_is_read_from_a_date_on(
    server: JellyfinSimulator, visitor: Visitor, token: str, clock: VirtualClock
) -> None:
    """What is older is left out."""
    server.core.activity.add("SessionStarted", "long ago")
    await clock.advance(3600)
    server.core.activity.add("SessionStarted", "just now")
    since = "2027-01-15T08:30:00Z"
    found = (await visitor.get("/System/ActivityLog/Entries", token, minDate=since)).data["Items"]
    assert [entry["Name"] for entry in found] == ["just now"]


async def test_revoking_what_nobody_has_does_nothing(server: JellyfinSimulator, visitor: Visitor, token: str) -> None:
    """Who is there stays."""
    server.revoke_token("nobody's")
    assert (await visitor.get("/Users/Me", token)).status == 200


async def test_only_one_kind_of_picture_has_a_nal_length() -> None:
    """The one that nearly all have."""
    old, new = describe((video(), video(codec="hevc")), is_twelve=True)
    assert "NalLengthSize" in old
    assert "NalLengthSize" not in new


async def test_two_tasks_run_side_by_side(
    server: JellyfinSimulator, visitor: Visitor, token: str, clock: VirtualClock
) -> None:
    """Each comes to its own end."""
    server.core.monitor.pace.after_scan = 1.5
    ids = [task.task_id for task in server.core.tasks.tasks.values()][:2]
    for task_id in ids:
        assert (await visitor.post(f"/ScheduledTasks/Running/{task_id}", token)).status == 204
    await clock.advance(1)
    told = [(await visitor.get(f"/ScheduledTasks/{task_id}", token)).data for task_id in ids]
    assert [task["State"] for task in told] == ["Running", "Idle"]
    assert told[0]["CurrentProgressPercentage"] == 0
    await clock.advance(5)
    assert {task["State"] for task in (await visitor.get("/ScheduledTasks", token)).data} == {"Idle"}
