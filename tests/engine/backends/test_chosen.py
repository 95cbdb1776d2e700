"""What a person has chosen."""

from custom_components.jellyfin_subtitles.engine.backends import Backend
from custom_components.jellyfin_subtitles.engine.backends.chosen import Chosen
from custom_components.jellyfin_subtitles.engine.backends.jellyfin_search import JellyfinSearch
from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinClient


async def test_it_is_known_as_the_backend_that_brings_it(client: JellyfinClient) -> None:
    """So that it is looked for as often, and not brought twice by the same."""
    search = JellyfinSearch(client)
    chosen: Backend = Chosen(search, "1")
    assert (chosen.name, chosen.looks) == (search.name, search.looks)
