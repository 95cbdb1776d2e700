"""How the simulator starts, ends, hides behind a base URL, and can be made to fail."""

import asyncio

import aiohttp
from aiohttp import web
import pytest

from jellyfin_simulator import JellyfinSimulator, SimLibrary, VirtualClock

from .visitor import Visitor


async def test_the_set_up_page_speaks_camel_case(server: JellyfinSimulator, visitor: Visitor) -> None:
    """And says that the wizard was never completed; everything else is a page with Retry-After."""
    await server.set_phase("A")
    answer = await visitor.get("/System/Info/Public", "f" * 32)
    assert answer.data["id"] == server.server_id
    assert answer.data["startupWizardCompleted"] is False
    assert (await visitor.get("/health")).text == "Degraded"
    for path in ("/System/Info", "/socket", "/Users"):
        answer = await visitor.get(path)
        assert (answer.status, answer.headers["Retry-After"]) == (503, "005")
        assert answer.headers["Content-Type"].startswith("text/html")
    with pytest.raises(aiohttp.WSServerHandshakeError) as error:
        await visitor.connect("f" * 32)
    assert error.value.status == 503


async def test_nobody_is_at_the_port_in_the_gap(server: JellyfinSimulator, visitor: Visitor) -> None:
    """Coming back is at the same port."""
    await visitor.get("/System/Ping")
    await server.set_phase("B")
    with pytest.raises(aiohttp.ClientConnectorError):
        await visitor.get("/System/Ping")
    await server.start()
    assert (await visitor.get("/System/Ping")).data == "Jellyfin Server"


async def test_a_loading_server_opens_sockets_and_little_else(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str
) -> None:
    """503 without Retry-After; a bad token is 401 even now."""
    await server.set_phase("C")
    answer = await visitor.get("/Users/Me", token)
    assert (answer.status, answer.text) == (503, "Jellyfin Server is loading. Please try again shortly.")
    assert "Retry-After" not in answer.headers
    assert "X-Response-Time-ms" in answer.headers
    assert (await visitor.get("/health")).status == 503
    assert (await visitor.get("/System/Ping")).status == 200
    assert (await visitor.get("/Users/Me")).status == 401
    ear = await visitor.connect(token)
    await clock.settle()
    assert ear.kinds == ["ForceKeepAlive"]


async def test_a_socket_opened_while_the_server_loads_hears_what_comes_later(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary
) -> None:
    """Of a file, too, that was written before the process died: nobody looks there until somebody asks."""
    film_id = server.write_film(films, "Night Ferry")
    await server.kill()
    await server.set_phase("C")
    ear = await visitor.connect(token)
    await server.set_phase("D")
    await ear.keep_alive()
    await clock.advance(50)
    await ear.keep_alive()
    await clock.advance(50)
    await ear.keep_alive()
    assert ear.of("RefreshProgress") == []
    await visitor.post(f"/Items/{films.library_id}/Refresh", token, metadataRefreshMode="Default")
    await clock.advance(31)
    assert ear.of("RefreshProgress")[-1] == {"ItemId": films.library_id, "Progress": "0"}
    [message] = ear.of("LibraryChanged")
    assert message["ItemsAdded"] == [film_id]


async def test_a_restart_goes_through_all_phases(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str
) -> None:
    """Asked for by REST; the answer comes first, and at the end everything works as before."""
    ear = await visitor.connect(token)
    assert (await visitor.post("/System/Restart", token)).status == 204
    phases = [server.phase.value]
    for _ in range(22):
        await clock.advance(0.1)
        if server.phase.value != phases[-1]:
            phases.append(server.phase.value)
    assert phases == ["D", "B", "A", "B", "C", "D"]
    assert await ear.ended() == 1000
    assert (await visitor.get("/Users/Me", token)).status == 200


async def test_a_shutdown_is_for_good(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str
) -> None:
    """Until somebody starts the server again."""
    ear = await visitor.connect(token)
    assert (await visitor.post("/System/Shutdown", token)).status == 204
    await clock.advance(0.2)
    assert await ear.ended() == 1000
    assert ear.kinds == ["ForceKeepAlive", "ServerShuttingDown"]
    await clock.advance(60)
    with pytest.raises(aiohttp.ClientConnectorError):
        await visitor.get("/System/Ping")


async def test_a_killed_server_says_nothing(server: JellyfinSimulator, visitor: Visitor, token: str) -> None:
    """No message and no close frame; requests under way break off."""
    ear = await visitor.connect(token)
    server.delay(60, "/Users/Me")
    request = asyncio.create_task(visitor.get("/Users/Me", token))
    while not server.journal.count("GET", "/Users/Me"):
        await asyncio.sleep(0)
    await server.kill()
    assert await ear.ended() == 1006
    with pytest.raises(aiohttp.ClientError):
        await request
    assert server.journal.open_sockets == 0


async def test_stopping_in_the_middle_of_a_restart_leaves_nothing(
    server: JellyfinSimulator, clock: VirtualClock, visitor: Visitor, token: str
) -> None:
    """The restart is called off."""
    await visitor.post("/System/Restart", token)
    await clock.advance(0.2)
    await server.stop()
    await clock.advance(60)
    assert server.phase == "B"


async def test_a_base_url_redirects_everything_else(socket_enabled: None, version: str) -> None:
    """Relative to the path that was asked for; sockets and health too."""
    server = JellyfinSimulator(version=version, base_url="jellyfin/")
    await server.start()
    async with aiohttp.ClientSession() as session:
        visitor = Visitor(server, session)
        assert server.url.endswith("/jellyfin")
        info = await visitor.get("/System/Info/Public")
        assert info.data["LocalAddress"] == server.url
        assert server.journal.requests[-1].path == "/System/Info/Public"
        for path, location in (
            ("/System/Info/Public", "../../jellyfin/web/"),
            ("/socket", "jellyfin/web/"),
            ("/", "jellyfin/web/"),
            ("/health", "/jellyfin/health"),
            ("/jellyfin", "jellyfin/web/"),
            ("/jellyfin/", "web/"),
        ):
            url = f"http://127.0.0.1:{server.port}{path}"
            async with session.get(url, allow_redirects=False) as response:
                assert (response.status, response.headers["Location"]) == (302, location)
                assert "X-Response-Time-ms" not in response.headers
        async with session.post(f"http://127.0.0.1:{server.port}/Users/AuthenticateByName") as response:
            assert (response.status, response.content_type) == (200, "text/html")
        assert (await visitor.get("/health")).text == "Healthy"
        await server.set_phase("A")
        assert (await visitor.get("/System/Info/Public")).status == 503
    await server.stop()


async def test_without_a_base_url_only_the_root_redirects(visitor: Visitor) -> None:
    """To the page that people see."""
    answer = await visitor.get("/")
    assert (answer.status, answer.headers["Location"]) == (302, "web/")
    assert (await visitor.get("/web/")).headers["Content-Type"].startswith("text/html")
    assert (await visitor.get("/web/index.html")).status == 200


async def test_faults_are_put_in_and_taken_back(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str
) -> None:
    """A status, a response, or a function that decides; counted or for ever."""
    server.reject(401, "/Users/Me", times=1)
    assert (await visitor.get("/Users/Me", token)).text == ""
    assert (await visitor.get("/Users/Me", token)).status == 200
    fault = server.reject(503, method="GET")
    assert (await visitor.get("/System/Ping")).headers["Content-Type"].startswith("text/html")
    assert (await visitor.post("/System/Ping")).status == 200
    server.mend(fault)
    server.mend(fault)
    server.reject(web.Response(status=418, text="tea"), "/system/ping")
    assert [(await visitor.get("/System/Ping")).text for _ in range(2)] == ["tea", "tea"]
    server.mend()
    server.reject(lambda request: web.Response(status=500) if "x" in request.query else None)
    assert (await visitor.get("/System/Ping", x=1)).status == 500
    assert (await visitor.get("/System/Ping")).status == 200
    server.mend()
    server.reject(500, "/socket")
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await visitor.connect(token)
    server.delay(5, "/System/Ping", times=1)
    request = asyncio.create_task(visitor.get("/System/Ping"))
    await clock.advance(4.9)
    assert not request.done()
    await clock.advance(0.2)
    assert (await request).status == 200


async def test_the_servers_limits_are_kept(visitor: Visitor, token: str) -> None:
    """8 KiB for the request line, 32 KiB for the headers; unknown routes and methods are empty."""
    answer = await visitor.get("/Items", token, ids=",".join(["0" * 32] * 300))
    assert (answer.status, answer.text) == (414, "")
    assert (await visitor.ask("GET", "/System/Ping", headers={"X-Long": "x" * 40_000})).status == 431
    for method, path, status in (("GET", "/nothing", 404), ("GET", "/socket", 404), ("DELETE", "/System/Ping", 405)):
        answer = await visitor.ask(method, path)
        assert (answer.status, answer.text) == (status, "")
    assert (await visitor.post("/Users/AuthenticateByName")).status == 415
    headers = {"Content-Type": "application/json"}
    bodies: tuple[object, ...] = ([], "text")
    for body in bodies:
        assert (await visitor.ask("POST", "/Users/AuthenticateByName", body=body, headers=headers)).status == 400


async def test_json_that_is_none_is_a_bad_request(server: JellyfinSimulator) -> None:
    """As model validation says it."""
    headers = {"Content-Type": "application/json"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{server.url}/Users/AuthenticateByName", data="{") as response,
    ):
        assert response.status == 400
        assert (await response.json())["title"] == "One or more validation errors occurred."


async def test_a_client_may_ask_for_camel_case(visitor: Visitor) -> None:
    """Routes are found in any case, too."""
    headers = {"Accept": 'application/json; profile="CamelCase"'}
    answer = await visitor.ask("GET", "/system/INFO/public", headers=headers)
    assert "startupWizardCompleted" in answer.data


async def test_a_handler_that_fails_is_a_500(
    server: JellyfinSimulator, visitor: Visitor, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the exception handler of the real server answers."""
    monkeypatch.setattr(server.core.tasks, "describe", None)
    answer = await visitor.get("/ScheduledTasks", token)
    assert (answer.status, answer.text) == (500, "Error processing request.")


async def test_a_first_run_is_set_up_by_the_wizard(server: JellyfinSimulator, visitor: Visitor) -> None:
    """Nobody needs to sign in before it is complete; everybody afterwards."""
    server.core.configuration.wizard_completed = False
    assert (await visitor.get("/System/Info/Public")).data["StartupWizardCompleted"] is False
    assert (await visitor.get("/Startup/Configuration")).data["UICulture"] == "en-US"
    body = {"ServerName": "nas", "UICulture": "de"}
    assert (await visitor.post("/Startup/Configuration", None, body)).status == 204
    assert (await visitor.get("/Startup/User")).data == {"Name": "root"}
    assert (await visitor.post("/Startup/User", None, {"Name": "boss", "Password": "pw"})).status == 204
    assert (await visitor.post("/Startup/RemoteAccess", None, {"EnableRemoteAccess": True})).status == 204
    assert (await visitor.post("/Library/VirtualFolders", None, name="Films", collectionType="movies")).status == 204
    assert (await visitor.post("/Startup/Complete")).status == 204
    assert (await visitor.get("/Startup/User")).status == 401
    answer = await visitor.post("/Users/AuthenticateByName", None, {"Username": "boss", "Pw": "pw"})
    assert answer.data["User"]["Policy"]["IsAdministrator"] is True
    assert (await visitor.get("/Users/Public")).data == []
    assert (await visitor.get("/System/Info", answer.data["AccessToken"])).data["ServerName"] == "nas"
    assert (await visitor.get("/Branding/Configuration")).status == 200
