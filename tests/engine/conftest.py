"""A simulated server of each version, for the engine's tests."""

from collections.abc import AsyncIterator

import pytest

from jellyfin_simulator import JellyfinSimulator


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
