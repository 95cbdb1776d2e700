"""A simulated server of each version, for the engine's tests, and who asks it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinClient
from custom_components.jellyfin_subtitles.engine.libraries import Libraries
from custom_components.jellyfin_subtitles.engine.lookup import Lookup
from jellyfin_simulator import JellyfinSimulator, SimLibrary

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture(params=["10.11.11", "12.0.0"])
async def simulator(request: pytest.FixtureRequest, socket_enabled: None) -> AsyncIterator[JellyfinSimulator]:
    """Return a running server that sends its messages without delay and has an administrator, "admin"."""
    server = JellyfinSimulator(version=request.param, library_update_duration=0)
    server.add_user("admin", "admin", administrator=True)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


@pytest.fixture
async def client(simulator: JellyfinSimulator) -> AsyncIterator[JellyfinClient]:
    """Return a client of the administrator."""
    account = simulator.core.accounts.by_name("admin")
    assert account is not None
    token = simulator.issue_token(account, "device")
    async with aiohttp.ClientSession() as session:
        yield JellyfinClient(session, simulator.url, device_id="device", version="1.0", token=token)


@pytest.fixture
def libraries() -> Libraries:
    """Return the libraries before anybody asked for them."""
    return Libraries(None)


@pytest.fixture
def lookup(client: JellyfinClient, libraries: Libraries) -> Lookup:
    """Return what is tested."""
    return Lookup(client, libraries, now=lambda: NOW)


@pytest.fixture
async def films(simulator: JellyfinSimulator) -> SimLibrary:
    """Return a library of films."""
    return simulator.add_library("Films", "movies")


@pytest.fixture
async def shows(simulator: JellyfinSimulator) -> SimLibrary:
    """Return a library of series."""
    return simulator.add_library("Shows", "tvshows")
