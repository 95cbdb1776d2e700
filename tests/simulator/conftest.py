"""A simulator on a virtual clock, of both versions, and somebody who visits it."""

from collections.abc import AsyncGenerator

import aiohttp
import pytest

from jellyfin_simulator import JellyfinSimulator, SimLibrary, SimUser, VirtualClock

from .visitor import DEVICE_ID, Visitor

START = 1_800_000_000.0


@pytest.fixture(params=["10.11.11", "12.0.0"])
def version(request: pytest.FixtureRequest) -> str:
    """Return each version in turn."""
    return str(request.param)


@pytest.fixture
def clock() -> VirtualClock:
    """Return a time that only moves when it is told to."""
    return VirtualClock(START)


@pytest.fixture
async def server(socket_enabled: None, version: str, clock: VirtualClock) -> AsyncGenerator[JellyfinSimulator]:
    """Run a simulator with Jellyfin's own delays."""
    simulator = JellyfinSimulator(version=version, clock=clock)
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest.fixture
async def visitor(server: JellyfinSimulator) -> AsyncGenerator[Visitor]:
    """Visit the simulator."""
    async with aiohttp.ClientSession() as session:
        yield Visitor(server, session)


@pytest.fixture
async def admin(server: JellyfinSimulator) -> SimUser:
    """Return an administrator."""
    return server.add_user("admin", "secret", administrator=True)


@pytest.fixture
async def token(server: JellyfinSimulator, admin: SimUser) -> str:
    """Return the administrator's token."""
    return server.issue_token(admin, DEVICE_ID)


@pytest.fixture
async def films(server: JellyfinSimulator) -> SimLibrary:
    """Return a library of films."""
    return server.add_library("Films", "movies", announce=False)


@pytest.fixture
async def shows(server: JellyfinSimulator) -> SimLibrary:
    """Return a library of shows."""
    return server.add_library("Shows", "tvshows", announce=False)
