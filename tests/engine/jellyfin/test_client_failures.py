"""The client before servers that are none, or that break off: every failure has one of our own names."""

import asyncio
import gzip

import aiohttp
from aiohttp import web
from aiohttp.test_utils import unused_port
import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import (
    JellyfinClient,
    JellyfinConnectionError,
    JellyfinConnectionTimeoutError,
    JellyfinNotJellyfinError,
    JellyfinRedirectError,
    JellyfinResponseError,
)

from .conftest import MakeClient, Serve, ServeBytes
from .examples import ID
from .serving import CALLS, Asked

WORDLESS_CALLS = {"echo", "log_out", "get_image", "quick_connect.authorize"} | {
    f"subtitles.{name}" for name in ("fetch", "download", "upload")
}
JSON_CALLS = [name for name in CALLS if name not in WORDLESS_CALLS]
# An empty list of users or of what was found is one, and `false` says whether Quick Connect is on.
LIST_CALLS = {"get_users", "quick_connect.is_enabled", "subtitles.search"}
OBJECT_CALLS = [name for name in JSON_CALLS if name not in LIST_CALLS]
NO_JSON = {
    "nothing": b"",
    "a page": b"<!DOCTYPE html><html><body>Welcome</body></html>",
    "broken off": b'{"Id": "2c04',
    "another charset": '{"Name": "Café"}'.encode("latin-1"),
    "bottomless": b"[" * 200_000,
    "a number without end": b'{"Id": ' + b"9" * 5000 + b"}",
}
NO_HTTP = {
    "silence": b"",
    "another protocol": b"SSH-2.0-OpenSSH_9.9\r\n\r\n",
    "no status": b"HTTP/1.1 fine\r\n\r\n",
    "less than announced": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}",
    "a chunk broken off": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{",
    "packed wrongly": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n{} {",
    "a header without end": b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100_000 + b"\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
}


@pytest.mark.parametrize("content", NO_JSON.values(), ids=NO_JSON)
@pytest.mark.parametrize("call", JSON_CALLS)
async def test_what_is_no_json_is_no_jellyfin(content: bytes, call: str, serve: Serve, make_client: MakeClient) -> None:
    client = make_client(await serve(Asked(content, Content_Type="application/json; charset=utf-8")))

    with pytest.raises(JellyfinNotJellyfinError):
        await CALLS[call](client)


@pytest.mark.parametrize("body", [[], "Jellyfin Server", {}, {"Items": {}}, 5, False, {"Items": None, "Id": 5}])
@pytest.mark.parametrize("call", OBJECT_CALLS)
async def test_json_of_another_form_is_no_answer(
    body: object, call: str, serve: Serve, make_client: MakeClient
) -> None:
    client = make_client(await serve(Asked(body)))

    with pytest.raises(JellyfinResponseError) as raised:
        await CALLS[call](client)

    assert raised.value.status == 200
    assert (type(raised.value) is JellyfinNotJellyfinError) is (call == "get_public_info")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 418])
async def test_whoever_refuses_a_stranger_is_no_jellyfin(status: int, serve: Serve, make_client: MakeClient) -> None:
    client = make_client(await serve(Asked(status=status)))

    with pytest.raises(JellyfinNotJellyfinError) as raised:
        await client.get_public_info()

    assert raised.value.status == status


async def test_a_relative_of_jellyfin_is_no_jellyfin(serve: Serve, make_client: MakeClient) -> None:
    client = make_client(await serve(Asked({"Id": ID, "ServerName": "nas", "Version": "4.9.1.0"})))

    with pytest.raises(JellyfinNotJellyfinError):
        await client.get_public_info()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("call", CALLS)
async def test_a_redirect_is_told_and_not_followed(
    status: int, call: str, serve: Serve, make_client: MakeClient
) -> None:
    elsewhere = Asked({})
    location = f"{await serve(elsewhere)}/web/"
    client = make_client(await serve(Asked(status=status, Location=location)))

    with pytest.raises(JellyfinRedirectError) as raised:
        await CALLS[call](client)

    assert (raised.value.status, raised.value.location) == (status, location)
    assert elsewhere.requests == []


async def test_a_redirect_to_nowhere_is_one(serve: Serve, make_client: MakeClient) -> None:
    client = make_client(await serve(Asked(status=302)))

    with pytest.raises(JellyfinRedirectError, match="nowhere"):
        await client.get_public_info()


@pytest.mark.parametrize("content", NO_HTTP.values(), ids=NO_HTTP)
@pytest.mark.parametrize("call", ["get_public_info", "sign_in", "log_out"])
async def test_a_connection_that_breaks_is_a_connection_that_broke(
    content: bytes, call: str, serve_bytes: ServeBytes, make_client: MakeClient
) -> None:
    client = make_client(await serve_bytes(content))

    with pytest.raises(JellyfinConnectionError) as raised:
        await CALLS[call](client)

    assert "secret" not in f"{raised.value!r}"


@pytest.mark.parametrize("call", ["get_public_info", "connect"])
async def test_a_server_that_is_not_there_is_not_reached(call: str, make_client: MakeClient) -> None:
    with pytest.raises(JellyfinConnectionError, match="Connect call failed"):
        await getattr(make_client(f"http://127.0.0.1:{unused_port()}"), call)()


@pytest.mark.parametrize("before_the_headers", [True, False])
async def test_a_server_that_takes_too_long_did_not_answer(
    before_the_headers: bool, serve: Serve, make_client: MakeClient
) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        if not before_the_headers:
            await response.prepare(request)
        await asyncio.Event().wait()
        return response

    client = make_client(await serve(handler), timeout=0.1)

    with pytest.raises(JellyfinConnectionTimeoutError):
        await client.get_user()


async def test_whoever_cancels_a_request_is_obeyed(serve: Serve, make_client: MakeClient) -> None:
    arrived = asyncio.Event()

    async def handler(request: web.Request) -> web.StreamResponse:
        arrived.set()
        await asyncio.Event().wait()
        return web.Response()

    task = asyncio.create_task(make_client(await serve(handler)).get_user())
    await arrived.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize(
    "url", ["", "nas:8096", "//nas", "ftp://nas", "http://", "http://nas:99999", "http://[::1", "http://x\ud800"]
)
@pytest.mark.parametrize("call", ["get_public_info", "connect"])
async def test_what_is_no_address_is_not_reached(url: str, call: str, make_client: MakeClient) -> None:
    with pytest.raises(JellyfinConnectionError, match="address"):
        await getattr(make_client(url), call)()


@pytest.mark.parametrize("call", ["get_public_info", "connect"])
async def test_an_address_that_cannot_be_resolved_is_not_reached(call: str, make_client: MakeClient) -> None:
    with pytest.raises(JellyfinConnectionError):
        await getattr(make_client("http://a..b"), call)()


@pytest.mark.parametrize("call", ["get_public_info", "connect"])
async def test_a_closed_session_reaches_nothing(
    call: str, session: aiohttp.ClientSession, make_client: MakeClient
) -> None:
    await session.close()

    with pytest.raises(JellyfinConnectionError, match="closed"):
        await getattr(make_client("http://127.0.0.1"), call)()


async def test_what_a_session_forbids_is_not_reached(serve: Serve) -> None:
    async def forbid(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
        raise aiohttp.ClientError

    async with aiohttp.ClientSession(middlewares=(forbid,)) as session:
        client = JellyfinClient(session, await serve(Asked({})), device_id="1", version="1")

        with pytest.raises(JellyfinConnectionError, match="ClientError"):
            await client.get_public_info()


@pytest.mark.parametrize("headers", [{}, {"Content-Encoding": "gzip"}])
async def test_an_image_larger_than_images_are_is_not_read(
    headers: dict[str, str], serve: Serve, make_client: MakeClient
) -> None:
    content = bytes(10 * 1024 * 1024 + 1)

    async def handler(request: web.Request) -> web.StreamResponse:
        body = gzip.compress(content, 1) if headers else content
        return web.Response(body=body, headers=headers, content_type="image/png")

    with pytest.raises(JellyfinResponseError, match="larger"):
        await make_client(await serve(handler)).get_image(ID, None)


async def test_what_is_no_image_is_no_poster(serve: Serve, make_client: MakeClient) -> None:
    client = make_client(await serve(Asked(b"<html>", Content_Type="text/html")))

    with pytest.raises(JellyfinResponseError, match="image"):
        await client.get_image(ID, None)
