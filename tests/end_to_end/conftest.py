"""The Jellyfin of the end-to-end tests, which lives in the process of the test."""

from collections.abc import AsyncGenerator

import pytest

from jellyfin_simulator import JellyfinSimulator, SimLibrary

from .real_home import LOGIN, ShiftedClock


@pytest.fixture
def clock() -> ShiftedClock:
    """Return the server's clock."""
    return ShiftedClock()


@pytest.fixture
async def simulator(socket_enabled: None, clock: ShiftedClock) -> AsyncGenerator[JellyfinSimulator]:
    """Run a Jellyfin that is as quick as it is patient."""
    server = JellyfinSimulator(version="12.0.0", clock=clock, library_monitor_delay=0.1, library_update_duration=0.2)
    server.add_user(LOGIN, LOGIN, administrator=True)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def films(simulator: JellyfinSimulator) -> SimLibrary:
    """Return a library in which there already is something."""
    library = simulator.add_library("Films", "movies", announce=False)
    simulator.add_many(library, 200)
    return library
