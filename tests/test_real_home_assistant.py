"""Talking to a Home Assistant of one's own, and starting and ending it: what happens when that does not go well."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
import pytest

from real_home_assistant import Dialog, HomeAssistantApi, HomeAssistantProcess, HomeAssistantSocket, demo
from real_home_assistant.process import HomeAssistantNotStartedError
from real_home_assistant.socket import HomeAssistantApiError

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

pytestmark = pytest.mark.usefixtures("socket_enabled")

# Stands where Python looks first, and answers at the port that was configured, whatever it is told.
STUBBORN = """\
import http.server, json, pathlib, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
port = json.loads(pathlib.Path(".storage/http").read_text())["data"]["stable"]["server_port"]
pathlib.Path("manifest.json").write_text("{}")
http.server.HTTPServer(("127.0.0.1", port), http.server.SimpleHTTPRequestHandler).serve_forever()
"""
# Answers at once, but has nothing to show before it was asked for it.
UNPREPARED = """\
import http.server, json, pathlib
port = json.loads(pathlib.Path(".storage/http").read_text())["data"]["stable"]["server_port"]
class Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        super().do_GET()
        pathlib.Path("manifest.json").write_text("{}")
http.server.HTTPServer(("127.0.0.1", port), Handler).serve_forever()
"""


def home_that_does(folder: Path, program: str) -> HomeAssistantProcess:
    """Return a Home Assistant that is another program."""
    (folder / "homeassistant.py").write_text(program, "utf-8")
    return HomeAssistantProcess(folder)


@asynccontextmanager
async def home_that_answers(*routes: web.RouteDef) -> AsyncGenerator[HomeAssistantApi]:
    """Run a Home Assistant that can do nothing else, and talk to it."""
    app = web.Application()
    app.add_routes(routes)
    async with (
        TestServer(app, host="127.0.0.1") as server,
        HomeAssistantApi(str(server.make_url("")).rstrip("/"), token="secret") as api,
    ):
        yield api


def says(body: Any, status: HTTPStatus = HTTPStatus.OK) -> Handler:
    """Answer always the same."""

    async def handle(_: web.Request) -> web.Response:
        return web.json_response(body, status=status)

    return handle


def on_the_socket(*answers: dict[str, Any]) -> web.RouteDef:
    """Say something first, answer each message with the next of the answers, and hang up instead of a further one."""

    async def handle(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "auth_required"})
        for answer in answers:
            await socket.receive_json()
            await socket.send_json(answer)
        await socket.receive()
        await socket.close()
        return socket

    return web.get("/api/websocket", handle)


async def give_up(socket: HomeAssistantSocket) -> None:
    """Ask something, and do not wait for the answer."""
    asking = asyncio.create_task(socket.command("get_states"))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_a_home_assistant_that_ends_at_once_is_quoted(tmp_path: Path) -> None:
    home = home_that_does(tmp_path, "raise SystemExit('There is no room left')")
    assert home.last_words() == ""
    with pytest.raises(HomeAssistantNotStartedError, match="It ended before it answered:\nThere is no room left"):
        await home.start()
    assert not home.is_running


async def test_a_home_assistant_that_does_not_answer_is_ended(tmp_path: Path) -> None:
    home = home_that_does(tmp_path, "import signal; signal.pause()")
    with pytest.raises(HomeAssistantNotStartedError, match="No answer after 0 s"):
        await home.start(timeout=0.3)
    assert not home.is_running


async def test_a_home_assistant_that_does_not_show_anything_yet_is_asked_again(tmp_path: Path) -> None:
    home = home_that_does(tmp_path, UNPREPARED)
    await home.start()
    await home.terminate()
    asked = [line for line in home.last_words().splitlines() if "GET /manifest.json" in line]
    assert [line.split()[-2] for line in asked] == ["404", "200"]


async def test_a_home_assistant_that_does_not_want_to_end_is_ended(tmp_path: Path) -> None:
    home = home_that_does(tmp_path, STUBBORN)
    await home.start()
    killed = await home.terminate(timeout=0.1)
    assert killed < 0
    assert not home.is_running
    assert await home.terminate() == killed
    await home.kill()


async def test_who_has_no_valid_token_hears_it_from_the_socket() -> None:
    refusal = {"type": "auth_invalid", "message": "Invalid access token"}
    async with home_that_answers(on_the_socket(refusal)) as api:
        with pytest.raises(HomeAssistantApiError, match="Invalid access token"):
            await api.socket()


async def test_a_command_that_is_refused_says_why() -> None:
    error = {"code": "unknown_command", "message": "Unknown command."}
    refusal = {"id": 1, "type": "result", "success": False, "error": error}
    async with (
        home_that_answers(on_the_socket({"type": "auth_ok"}, refusal)) as api,
        await api.socket() as socket,
    ):
        with pytest.raises(HomeAssistantApiError, match="unknown_command: Unknown command"):
            await socket.command("dance")


async def test_whoever_waits_for_a_home_assistant_that_is_gone_hears_it() -> None:
    heard = {"id": 1, "type": "result", "success": True, "result": None}
    async with (
        home_that_answers(on_the_socket({"type": "auth_ok"}, heard)) as api,
        await api.socket() as socket,
    ):
        events = await socket.events("a_kind")
        with pytest.raises(HomeAssistantApiError, match="The connection was lost"):
            await socket.command("get_states")
        assert [event async for event in events] == []
        with pytest.raises(HomeAssistantApiError, match="The connection is closed"):
            await socket.command("get_states")


async def test_who_gives_up_waiting_for_an_answer_disturbs_nobody() -> None:
    """Whether the answer comes late, or not any more."""
    late = {"id": 1, "type": "result", "success": True, "result": "late"}
    wanted = {"id": 2, "type": "result", "success": True, "result": "wanted"}
    async with (
        home_that_answers(on_the_socket({"type": "auth_ok"}, late, wanted)) as api,
        await api.socket() as socket,
    ):
        await give_up(socket)
        assert await socket.command("get_states") == "wanted"
        await give_up(socket)


async def test_a_connection_on_which_nonsense_comes_is_lost() -> None:
    async def handle(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "auth_required"})
        await socket.receive_json()
        await socket.send_json({"type": "auth_ok"})
        await socket.receive_json()
        assert request.transport is not None
        # A frame with bits that mean nothing.
        request.transport.write(b"\xf0\x00")
        await socket.receive()
        return socket

    async with home_that_answers(web.get("/api/websocket", handle)) as api, await api.socket() as socket:
        with pytest.raises(HomeAssistantApiError, match="The connection was lost"):
            await socket.command("get_states")


async def test_a_home_assistant_that_still_starts_is_waited_for() -> None:
    states = ["NOT_RUNNING", "STARTING", "RUNNING"]

    async def handle(_: web.Request) -> web.Response:
        return web.json_response({"state": states.pop(0)})

    async with home_that_answers(web.get("/api/core/state", handle)) as api:
        await api.wait_until_running()
    assert states == []


async def test_a_home_assistant_that_no_longer_asks_for_its_first_user_has_one() -> None:
    gone = web.get("/api/onboarding", says({}, HTTPStatus.NOT_FOUND))
    async with home_that_answers(gone) as api:
        assert await api.is_onboarded()


async def test_a_home_assistant_with_an_error_is_not_taken_for_one_that_has_a_user() -> None:
    broken = web.get("/api/onboarding", says({}, HTTPStatus.INTERNAL_SERVER_ERROR))
    async with home_that_answers(broken) as api:
        with pytest.raises(HomeAssistantApiError) as raised:
            await api.is_onboarded()
    assert raised.value.status == HTTPStatus.INTERNAL_SERVER_ERROR


async def test_a_picture_that_is_not_there_is_said() -> None:
    async with home_that_answers() as api:
        with pytest.raises(HomeAssistantApiError, match="GET /picture: 404"):
            await api.read("/picture")


async def test_a_wrong_password_is_said_and_a_right_one_signs_in() -> None:
    begun = web.post("/auth/login_flow", says({"flow_id": "1"}))
    wrong = says({"type": "form", "errors": {"base": "invalid_auth"}})
    async with home_that_answers(begun, web.post("/auth/login_flow/1", wrong)) as api:
        with pytest.raises(HomeAssistantApiError, match="invalid_auth"):
            await api.log_in("demo", "wrong")
        assert api.token == "secret"
    right = says({"type": "create_entry", "result": "code"})
    token = web.post("/auth/token", says({"access_token": "new"}))
    async with home_that_answers(begun, web.post("/auth/login_flow/1", right), token) as api:
        await api.log_in("demo", "right")
        assert api.token == "new"


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ({"type": "form", "errors": {"base": "cannot_connect"}}, r": {'base': 'cannot_connect'}$"),
        ({"type": "abort", "reason": "already_configured"}, r": {.*already_configured"),
    ],
)
async def test_a_dialog_that_does_not_end_with_an_entry_says_why(page: dict[str, Any], reason: str) -> None:
    async with home_that_answers(web.post(Dialog.CONFIG, says(page))) as api:
        with pytest.raises(HomeAssistantApiError, match=f"The integration could not be set up{reason}"):
            await demo._set_up(api, "http://127.0.0.1:8096")
