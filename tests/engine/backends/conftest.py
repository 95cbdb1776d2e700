"""A film without subtitles, a provider, and the server's own search."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from custom_components.jellyfin_subtitles.engine.backends.jellyfin_search import JellyfinSearch
from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinClient
from jellyfin_simulator import JellyfinSimulator, SimItem, SubtitleProvider

from .bringing import a_client


@pytest.fixture
async def film(simulator: JellyfinSimulator) -> SimItem:
    """Return a film without subtitles."""
    return simulator.add_film(simulator.add_library("Films", "movies"), "Night Ferry", year=2021, streams=())


@pytest.fixture
def provider(simulator: JellyfinSimulator) -> SubtitleProvider:
    """Return a provider that answers at once."""
    provider = simulator.add_subtitle_provider("Shelf")
    provider.slowness = 0.01
    return provider


@pytest.fixture
async def client(simulator: JellyfinSimulator) -> AsyncIterator[JellyfinClient]:
    """Return the client of an administrator."""
    async with aiohttp.ClientSession() as session:
        yield a_client(simulator, session)


@pytest.fixture
def backend(client: JellyfinClient) -> JellyfinSearch:
    """Return what is tested."""
    return JellyfinSearch(client)
