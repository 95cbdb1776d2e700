"""The websocket's life: it answers by itself, passes on what is news, and ends with the cause."""

import asyncio
import json
from typing import Any

import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import (
    Echo,
    JellyfinWebsocket,
    LibraryChanged,
    OtherMessage,
    RefreshProgress,
    SocketEnd,
)

from .examples import ID
from .far_end import Messages, OpenSocket
from .recorded import VERSIONS, frames

KEEP_ALIVE = {"MessageType": "KeepAlive"}
ECHO = {
    "MessageType": "GeneralCommand",
    "Data": {"Name": "DisplayMessage", "Arguments": {"Header": "echo", "Text": "x"}},
}


async def received(socket: JellyfinWebsocket) -> list[Any]:
    """Return all messages up to the end."""
    async with asyncio.timeout(10):
        return [message async for message in Messages(socket)]


async def test_the_servers_question_is_answered_at_once(open_socket: OpenSocket) -> None:
    _, end = await open_socket()

    for _ in range(3):
        await end.send({"MessageType": "ForceKeepAlive", "Data": 60, "MessageId": ID})
        assert await end.next() == KEEP_ALIVE
        await end.send(KEEP_ALIVE | {"MessageId": ID})


async def test_half_of_the_told_time_passes_between_two_signs_of_life(open_socket: OpenSocket) -> None:
    _, end = await open_socket()
    loop = asyncio.get_running_loop()
    await end.send({"MessageType": "ForceKeepAlive", "Data": 1})
    await end.next()
    await end.send(KEEP_ALIVE)
    answered = loop.time()

    assert await end.next() == KEEP_ALIVE

    assert 0.4 < loop.time() - answered < 5


@pytest.mark.parametrize(
    "told", ["60", None, True, -1, 0, 0.5, pytest.param(10**400, id="huge"), [60], {"Seconds": 60}]
)
async def test_a_time_that_makes_no_sense_changes_nothing(told: object, open_socket: OpenSocket) -> None:
    socket, end = await open_socket()
    before = socket._interval

    await end.send(json.dumps({"MessageType": "ForceKeepAlive", "Data": told}))

    assert await end.next() == KEEP_ALIVE
    assert socket._interval == before


async def test_no_time_is_so_long_that_the_server_goes_deaf(open_socket: OpenSocket) -> None:
    socket, end = await open_socket()

    await end.send({"MessageType": "ForceKeepAlive", "Data": 3600})
    await end.next()

    assert socket._interval == 30


async def test_a_sign_of_life_without_an_answer_means_that_the_connection_is_lost(open_socket: OpenSocket) -> None:
    socket, end = await open_socket(keep_alive_timeout=0.05)
    await end.send({"MessageType": "ForceKeepAlive", "Data": 60}, ECHO)

    assert await received(socket) == [Echo("x")]

    assert socket.end is SocketEnd.LOST


async def test_a_sign_of_life_with_an_answer_means_nothing_more(open_socket: OpenSocket) -> None:
    socket, end = await open_socket(keep_alive_timeout=5)
    messages = Messages(socket)
    await end.send({"MessageType": "ForceKeepAlive", "Data": 60})
    await end.next()
    await end.send(KEEP_ALIVE, ECHO)

    assert await anext(messages) == Echo("x")
    await asyncio.wait_for(end.send(ECHO), 10)
    assert await anext(messages) == Echo("x")
    assert socket.end is None


async def test_a_busy_owner_keeps_nobody_waiting(open_socket: OpenSocket) -> None:
    """Nothing is taken off the socket by its owner here, and the server gets its answers all the same."""
    socket, end = await open_socket(keep_alive_timeout=5)

    await end.send(ECHO, {"MessageType": "ForceKeepAlive", "Data": 60})
    assert await end.next() == KEEP_ALIVE
    await end.send(KEEP_ALIVE, {"MessageType": "ForceKeepAlive", "Data": 60})
    assert await end.next() == KEEP_ALIVE

    assert await anext(Messages(socket)) == Echo("x")


@pytest.mark.parametrize(
    ("goodbye", "cause"),
    [
        (["ServerRestarting"], SocketEnd.RESTARTING),
        (["ServerShuttingDown"], SocketEnd.SHUTTING_DOWN),
        ([], SocketEnd.TOKEN_REVOKED),
    ],
)
async def test_a_goodbye_tells_what_a_close_means(
    goodbye: list[str], cause: SocketEnd, open_socket: OpenSocket
) -> None:
    socket, end = await open_socket()

    await end.send(ECHO, *({"MessageType": kind, "Data": "", "MessageId": ID} for kind in goodbye))
    await end.socket.close(code=1000, message=b"System Shutdown")

    assert await received(socket) == [Echo("x")]
    assert socket.end is cause


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (1001, SocketEnd.LOST),
        (1002, SocketEnd.PROTOCOL),
        (1003, SocketEnd.PROTOCOL),
        (1007, SocketEnd.PROTOCOL),
        (1008, SocketEnd.PROTOCOL),
        (1009, SocketEnd.PROTOCOL),
        (1010, SocketEnd.PROTOCOL),
        (1011, SocketEnd.LOST),
        (1012, SocketEnd.LOST),
        (4000, SocketEnd.LOST),
    ],
)
async def test_a_code_tells_what_a_close_means(code: int, cause: SocketEnd, open_socket: OpenSocket) -> None:
    socket, end = await open_socket()

    await end.socket.close(code=code)

    assert await received(socket) == []
    assert socket.end is cause


async def test_a_connection_that_breaks_is_lost(open_socket: OpenSocket) -> None:
    socket, end = await open_socket()
    await end.send(ECHO)
    assert await anext(Messages(socket)) == Echo("x")

    end.abort()

    assert await received(socket) == []
    assert socket.end is SocketEnd.LOST


async def test_a_connection_that_breaks_after_a_goodbye_was_said_goodbye_to(open_socket: OpenSocket) -> None:
    socket, end = await open_socket(keep_alive_timeout=0.05)

    await end.send({"MessageType": "ServerRestarting", "Data": ""}, {"MessageType": "ForceKeepAlive", "Data": 60})

    assert await received(socket) == []
    assert socket.end is SocketEnd.RESTARTING


async def test_a_message_that_is_too_large_is_a_matter_of_protocol(open_socket: OpenSocket) -> None:
    socket, end = await open_socket(max_msg_size=100)

    await end.send({"MessageType": "LibraryChanged", "Data": {"ItemsAdded": [ID] * 10}})

    assert await received(socket) == []
    assert socket.end is SocketEnd.PROTOCOL


async def test_what_is_no_message_is_skipped(open_socket: OpenSocket, caplog: pytest.LogCaptureFixture) -> None:
    socket, end = await open_socket()
    garbage = [
        "",
        "{",
        "[]",
        '"text"',
        "{}",
        "null",
        '{"MessageType":5}',
        '{"MessageType":""}',
        '{"messagetype":"KeepAlive"}',
    ]
    unusable = ['{"MessageType":"LibraryChanged"}', '{"MessageType":"RefreshProgress","Data":[]}']

    await end.send(*garbage, *unusable, "[" * 100_000, '{"MessageType":"LibraryChanged","Data":' + "9" * 5000 + "}")
    await end.socket.send_bytes(b"\xff\xfe\x00")
    await end.send(ECHO)

    assert await anext(Messages(socket)) == Echo("x")
    assert caplog.text.count("no message") == len(garbage) + 3
    assert caplog.text.count("without a usable") == len(unusable)


async def test_other_broadcasts_prove_the_service_and_no_more(open_socket: OpenSocket) -> None:
    socket, end = await open_socket()
    messages = Messages(socket)

    await end.send(
        {"MessageType": "UserDataChanged", "Data": {}},
        {"MessageType": "GeneralCommand", "Data": {"Name": "Mute"}},
        {"MessageType": "InventedLater"},
    )

    assert [await anext(messages) for _ in range(3)] == [
        OtherMessage("UserDataChanged"),
        OtherMessage("GeneralCommand"),
        OtherMessage("InventedLater"),
    ]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "scenario", ["first_scan", "new_film_realtime", "restart", "echo", "two_sockets", "saved_since"]
)
async def test_recorded_frames_are_the_messages_they_meant(
    version: str, scenario: str, open_socket: OpenSocket
) -> None:
    recorded = list(frames(version, scenario))
    silent = {"ForceKeepAlive", "KeepAlive", "ServerRestarting", "ServerShuttingDown"}
    kinds = {"LibraryChanged": LibraryChanged, "RefreshProgress": RefreshProgress, "GeneralCommand": Echo}
    socket, end = await open_socket()

    await end.send(*recorded)
    await end.socket.close()

    assert [type(message) for message in await received(socket)] == [
        kinds.get(frame["MessageType"], OtherMessage) for frame in recorded if frame["MessageType"] not in silent
    ]


@pytest.mark.parametrize("waiting", [True, False])
async def test_closing_ends_the_iteration_and_is_no_cause(waiting: bool, open_socket: OpenSocket) -> None:
    socket, end = await open_socket()
    reading = asyncio.create_task(received(socket))
    if waiting:
        await asyncio.sleep(0)

    await socket.close()
    await socket.close()

    assert await reading == []
    assert await received(socket) == []
    assert socket.end is None
    await asyncio.wait_for(end.gone.wait(), 10)


async def test_closing_after_the_end_keeps_the_cause(open_socket: OpenSocket) -> None:
    socket, end = await open_socket()
    await end.socket.close(code=1000)
    await received(socket)

    await socket.close()

    assert socket.end is SocketEnd.TOKEN_REVOKED
    assert await received(socket) == []


async def test_closing_a_broken_connection_says_nothing(open_socket: OpenSocket) -> None:
    socket, end = await open_socket()
    end.abort()
    await asyncio.wait_for(end.gone.wait(), 10)

    await socket.close()


async def test_nothing_is_left_running_after_the_end(open_socket: OpenSocket) -> None:
    before = asyncio.all_tasks()
    socket, end = await open_socket()
    await end.socket.close(code=1000)
    await received(socket)
    await socket.close()

    names = {task.get_name() for task in asyncio.all_tasks() - before}

    assert not {name for name in names if name.startswith("jellyfin websocket")}


async def test_what_its_follower_does_wrong_is_not_hidden(open_socket: OpenSocket) -> None:
    socket, end = await open_socket()

    def hear(message: object) -> None:
        raise LookupError(message)

    following = asyncio.create_task(socket.follow(hear))
    await asyncio.sleep(0)
    await end.send(ECHO)

    with pytest.raises(LookupError):
        await asyncio.wait_for(following, 10)
