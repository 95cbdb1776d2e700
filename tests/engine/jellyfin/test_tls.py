"""Certificates: whether they are verified is the given session's, for requests and for the websocket alike."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
import ssl

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinClient, JellyfinTlsError

from .conftest import MakeClient, Serve
from .examples import ID
from .far_end import Messages
from .serving import Asked


def self_signed(directory: Path) -> ssl.SSLContext:
    """Return what a server needs whose certificate nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
    certificate = builder.sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = directory / "server.pem"
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return context


@pytest.fixture
async def url(socket_enabled: None, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a server with a certificate of its own making."""

    async def handler(request: web.Request) -> web.StreamResponse:
        if request.path != "/socket":
            return web.json_response({"Id": ID, "Name": "admin"})
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.close(code=1000)
        return socket

    app = web.Application()
    app.router.add_get("/{path:.*}", handler)
    server = TestServer(app, host="127.0.0.1", scheme="https")
    await server.start_server(ssl=self_signed(tmp_path))
    yield str(server.make_url("")).rstrip("/")
    await server.close()


@pytest.mark.parametrize("call", ["get_user", "connect"])
async def test_a_certificate_that_nobody_vouches_for_is_refused(call: str, url: str, make_client: MakeClient) -> None:
    with pytest.raises(JellyfinTlsError):
        await getattr(make_client(url), call)()


async def test_a_session_that_does_not_verify_reaches_the_server(url: str) -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=False)) as session:
        client = JellyfinClient(session, url, device_id="1", version="1", token="t")

        assert (await client.get_user()).name == "admin"

        socket = await client.connect()
        assert [message async for message in Messages(socket)] == []
        await socket.close()


@pytest.mark.parametrize("call", ["get_user", "connect"])
async def test_a_server_that_does_not_speak_tls_is_a_matter_of_tls(
    call: str, serve: Serve, make_client: MakeClient
) -> None:
    url = (await serve(Asked({}))).replace("http://", "https://")

    with pytest.raises(JellyfinTlsError):
        await getattr(make_client(url), call)()
