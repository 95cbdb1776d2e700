"""A server for the command: one user, one library, and a film that was there before."""

from collections.abc import AsyncGenerator

import pytest

from jellyfin_simulator import JellyfinSimulator, SimLibrary

from .script import PASSWORD, USER


@pytest.fixture
async def simulator(socket_enabled: None) -> AsyncGenerator[JellyfinSimulator]:
    """Run a server that says at once what changes."""
    server = JellyfinSimulator(version="12.0.0", library_monitor_delay=0, library_update_duration=0)
    server.add_user(USER, PASSWORD, administrator=True)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def films(simulator: JellyfinSimulator) -> SimLibrary:
    """Return a library that holds something already."""
    library = simulator.add_library("Secret Cinema", "movies", announce=False)
    simulator.add_film(library, "Old Acquaintance", year=1999, announce=False)
    return library
