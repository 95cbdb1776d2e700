"""The replay itself, with a made-up server: it tells every deviation from a recording and nothing else."""

from collections.abc import AsyncIterator, Callable
import copy
import json
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
import pytest

from .compare import Difference, Kind, Tolerance, compare_json, shape, untolerated
from .recording import Recording
from .replay import Replay
from .sockets import Event, collapse
from .translation import Translation

BODY = {"Id": "a" * 32, "Name": "Here", "Items": [{"Type": "Movie", "Year": 1}, {"Type": "Movie", "Path": "/x"}]}
ECHO = {"MessageId": "1" * 32, "Data": {"Text": "hello"}, "MessageType": "Echo"}
ALIVE = {"MessageId": "2" * 32, "MessageType": "KeepAlive"}


class StillClock:
    """A clock for a server that does nothing by itself."""

    def __init__(self) -> None:
        """Start at zero."""
        self.passed = 0.0

    async def advance(self, seconds: float) -> None:
        """Only count."""
        self.passed += seconds


async def _info(request: web.Request) -> web.Response:
    if request.headers.get("Authorization", "").find('Token="secret"') < 0:
        return web.Response(status=401)
    return web.json_response(BODY, headers={"X-Response-Time-ms": "1.0"})


async def _socket(request: web.Request) -> web.StreamResponse:
    if "refuse" in request.query:
        return web.Response(status=403)
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    async for message in socket:
        told = json.loads(message.data)
        if told["MessageType"] == "KeepAlive":
            await socket.send_json(ALIVE | {"MessageId": "5" * 32})
        elif told["MessageType"] == "Say":
            await socket.send_json(ECHO | {"MessageId": "6" * 32})
        else:
            await socket.close(code=1000, message=b"Bye")
    return socket


@pytest.fixture
async def server(socket_enabled: None) -> AsyncIterator[TestServer]:
    """Return a server that answers as `recording` says."""
    app = web.Application()
    app.router.add_get("/info", _info)
    app.router.add_get("/socket", _socket)
    test_server = TestServer(app, host="127.0.0.1")
    await test_server.start_server()
    yield test_server
    await test_server.close()


def _recording() -> dict[str, Any]:
    """Return what a recorder would have written of the server."""
    json_headers = {"Content-Type": "application/json; charset=utf-8", "X-Response-Time-ms": "9.9"}
    answer = {"status": 200, "headers": json_headers, "body": BODY}
    info = {"method": "GET", "path": "/info"}

    def socket(t: float, event: str, **more: Any) -> dict[str, Any]:
        return {"t": t, "kind": "socket", "socket": "one", "event": event, **more}

    return {
        "version": "1",
        "scenario": "made up",
        "steps": [
            {"t": 0.0, "kind": "http", "as": None, "request": info, "response": {"status": 401, "body": None}},
            {"t": 0.1, "kind": "http", "as": "admin", "request": info, "response": answer},
            socket(1.0, "rejected", path="/socket?refuse", status=403),
            socket(2.0, "open", path="/socket", **{"as": "admin"}),
            socket(2.1, "frame", data=ALIVE),
            socket(3.0, "sent", data={"MessageType": "Say"}),
            socket(3.1, "frame", data=ECHO),
            socket(4.0, "sent", text='{"MessageType":"Nonsense"}'),
            socket(4.1, "close", code=1000, reason="Bye"),
            {"t": 5.0, "kind": "note", "text": "nothing happened"},
            socket(6.0, "closing"),
        ],
    }


async def _replay(server: TestServer, document: dict[str, Any]) -> list[Difference]:
    replay = Replay(Recording.from_dict(document), str(server.make_url("")).rstrip("/"), StillClock())
    replay.translation.placeholders["<admin>"] = "secret"
    return await replay.run()


async def test_a_faithful_server_differs_in_nothing(server: TestServer) -> None:
    """Not even in an id or a number of milliseconds."""
    assert await _replay(server, _recording()) == []


def _status(steps: list[dict[str, Any]]) -> None:
    steps[0]["response"]["status"] = 403


def _content_type(steps: list[dict[str, Any]]) -> None:
    steps[1]["response"]["headers"]["Content-Type"] = "text/plain"


def _no_answer(steps: list[dict[str, Any]]) -> None:
    del steps[1]["response"]
    steps[1]["error"] = "ClientConnectorError"


def _missing_key(steps: list[dict[str, Any]]) -> None:
    steps[1]["response"]["body"]["Items"][0]["Container"] = "mkv"


def _extra_key(steps: list[dict[str, Any]]) -> None:
    del steps[1]["response"]["body"]["Items"][1]["Path"]


def _type(steps: list[dict[str, Any]]) -> None:
    steps[1]["response"]["body"]["Items"][0]["Year"] = "1"


def _swapped_frames(steps: list[dict[str, Any]]) -> None:
    steps[4]["data"], steps[6]["data"] = steps[6]["data"], steps[4]["data"]


def _lost_frame(steps: list[dict[str, Any]]) -> None:
    steps.insert(7, steps[6] | {"t": 3.2})


def _frame_key(steps: list[dict[str, Any]]) -> None:
    steps[6]["data"]["Data"]["Header"] = "echo"


def _late_frame(steps: list[dict[str, Any]]) -> None:
    for step in steps[6:]:
        step["t"] += 6


def _close_code(steps: list[dict[str, Any]]) -> None:
    steps[8]["code"] = 1006


def _accepted(steps: list[dict[str, Any]]) -> None:
    steps[2]["event"] = "open"


def _message_ids(steps: list[dict[str, Any]]) -> None:
    steps[6]["data"]["MessageId"] = ALIVE["MessageId"]


@pytest.mark.parametrize(
    ("alter", "kind"),
    [
        (_status, Kind.STATUS),
        (_content_type, Kind.HEADER),
        (_no_answer, Kind.STATUS),
        (_missing_key, Kind.MISSING),
        (_extra_key, Kind.EXTRA),
        (_type, Kind.TYPE),
        (_swapped_frames, Kind.FRAMES),
        (_lost_frame, Kind.FRAMES),
        (_frame_key, Kind.MISSING),
        (_late_frame, Kind.TIME),
        (_close_code, Kind.FRAMES),
        (_accepted, Kind.FRAMES),
        (_message_ids, Kind.VALUE),
    ],
)
async def test_an_altered_recording_is_told(
    server: TestServer, alter: Callable[[list[dict[str, Any]]], None], kind: Kind
) -> None:
    """Each way in which a server can deviate is found, and called what it is."""
    document = copy.deepcopy(_recording())
    alter(document["steps"])
    differences = await _replay(server, document)
    assert {difference.kind for difference in differences} == {kind}


async def test_a_server_that_is_gone_is_an_answer(socket_enabled: None) -> None:
    """A refused connection is compared like any other answer."""
    gone = {
        "t": 0,
        "kind": "http",
        "as": None,
        "request": {"method": "GET", "path": "/"},
        "error": "ClientConnectorError",
    }
    try_ = {"t": 0, "kind": "socket", "socket": "try", "event": "failed", "error": "ClientConnectorError"}
    recording = Recording.from_dict({"version": "1", "scenario": "gone", "steps": [gone, try_]})
    server = TestServer(web.Application(), host="127.0.0.1")
    await server.start_server()
    url = str(server.make_url("")).rstrip("/")
    await server.close()
    assert await Replay(recording, url, StillClock()).run() == []


async def test_the_clock_passes_as_recorded(server: TestServer) -> None:
    """The server's time moves on with the scenario's."""
    clock = StillClock()
    replay = Replay(Recording.from_dict(_recording()), str(server.make_url("")).rstrip("/"), clock)
    await replay.run()
    assert clock.passed == pytest.approx(6.0)


def test_a_lists_shape_is_the_union_of_its_elements_by_type() -> None:
    """Elements of one type share their keys, elements of another do not."""
    found = shape({"Items": [{"Type": "Movie", "A": 1}, {"Type": "Movie", "B": None}, {"Type": "Series", "C": True}]})
    assert found["Items[Movie].A"] == {"number"}
    assert found["Items[Movie].B"] == {"null"}
    assert found["Items[Series].C"] == {"boolean"}
    assert "Items[Series].A" not in found


def test_a_missing_branch_is_told_once() -> None:
    """Not once for each leaf below it."""
    differences = compare_json(0, "x", {"User": {"Policy": {"A": 1, "B": [{"C": 2}]}}}, {"User": {}})
    assert [(difference.kind, difference.path) for difference in differences] == [(Kind.MISSING, "User.Policy")]


def test_a_fact_is_compared_by_its_value() -> None:
    """How many items there are is not a matter of the machine."""
    differences = compare_json(0, "x", {"TotalRecordCount": 3, "Size": 1}, {"TotalRecordCount": 4, "Size": 2})
    assert [(difference.kind, difference.path) for difference in differences] == [(Kind.VALUE, "TotalRecordCount")]


def test_a_tolerance_covers_what_it_names_and_nothing_else() -> None:
    """A kind, a request and a path must all agree."""
    entry = Tolerance(Kind.EXTRA, r"GET /Items", r"Items\[Movie\]\.Width", "because")
    covered = Difference(1, "GET /Items?a", Kind.EXTRA, "Items[Movie].Width", None, "number")
    others = [
        Difference(1, "GET /Items?a", Kind.MISSING, "Items[Movie].Width", "number", None),
        Difference(1, "GET /Users", Kind.EXTRA, "Items[Movie].Width", None, "number"),
        Difference(1, "GET /Items?a", Kind.EXTRA, "Items[Movie].Width.Deep", None, "number"),
    ]
    used: set[Tolerance] = set()
    assert untolerated([covered, *others], [entry], used) == others
    assert used == {entry}
    assert "#1 GET /Items?a: extra at Items[Movie].Width" in str(covered)


def test_only_the_begin_and_the_end_of_a_refresh_count() -> None:
    """How often its progress is told in between depends on the machine."""

    def progress(text: str) -> Event:
        frame = {"MessageType": "RefreshProgress", "Data": {"ItemId": "x", "Progress": text}}
        return Event(f"RefreshProgress x {text}", 0.0, frame)

    told = [progress(text) for text in ("0", "33.3", "91.7", "100", "100")]
    assert [event.progress for event in collapse(told)] == ["0", "100"]


def test_whether_a_library_is_told_100_before_its_last_0_does_not_count() -> None:
    """The folder's end is what clients look at; the library's is a race inside the server."""

    def progress(item: str, text: str) -> Event:
        frame = {"MessageType": "RefreshProgress", "Data": {"ItemId": item, "Progress": text}}
        return Event(f"RefreshProgress {item} {text}", 0.0, frame)

    short = [progress("folder", "100"), progress("library", "0")]
    long = [progress("folder", "100"), progress("library", "100"), progress("library", "0")]
    twice = [*long[:2], progress("folder", "100"), long[2]]
    assert collapse(short) == collapse(long) == collapse(twice) == short
    again = [progress("folder", "0"), *short]
    assert collapse([*again, *again]) == [*again, *again]


def test_ids_and_credentials_are_translated() -> None:
    """Dashed ids stay dashed, unknown ones stay as they are."""
    translation = Translation()
    translation.learn(
        {"AccessToken": "<admin>", "Items": [{"Id": "a" * 32, "Name": "One"}, {"Id": "b" * 32, "Name": "Two"}]},
        {"AccessToken": "secret", "Items": [{"Id": "2" * 32, "Name": "Two"}, {"Id": "1" * 32, "Name": "One"}]},
    )
    assert (
        translation.request(f"/x?ApiKey=<admin>&ids={'a' * 32},{'b' * 32}")
        == f"/x?ApiKey=secret&ids={'1' * 32},{'2' * 32}"
    )
    dashed = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"
    assert translation.request(dashed) == dashed.replace("a", "1")
    assert translation.request(f"<other>/{'c' * 32}") == f"<other>/{'c' * 32}"
    assert translation.recorded("1" * 32) == "a" * 32
    assert translation.recorded("3" * 32) == "3" * 32
    assert translation.knows("a" * 32)
