"""What a person has chosen."""

from dataclasses import replace

from custom_components.jellyfin_subtitles.engine.backends import Backend
from custom_components.jellyfin_subtitles.engine.backends.chosen import Chosen
from custom_components.jellyfin_subtitles.engine.backends.jellyfin_search import JellyfinSearch
from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinClient
from jellyfin_simulator import SUBTITLE_TEXT, JellyfinSimulator, SimItem, SubtitleProvider

from .bringing import ENGLISH, a_task, brought, files


async def test_it_is_known_as_the_backend_that_brings_it(client: JellyfinClient) -> None:
    """So that it is looked for as often, and not brought twice by the same."""
    search = JellyfinSearch(client)
    chosen: Backend = Chosen(search, "1")
    assert (chosen.name, chosen.looks) == (search.name, search.looks)


async def test_nothing_else_is_found_or_brought(
    simulator: JellyfinSimulator, film: SimItem, provider: SubtitleProvider, backend: JellyfinSearch
) -> None:
    text = f"{SUBTITLE_TEXT}\n\n2\n00:01:00,000 --> 00:01:02,000\nThis one.\n"
    provider.offer("eng", rating=9.0)
    provider.offer("eng", rating=1.0, text=text)
    task = a_task(film)
    _, worse = await backend.search(task)
    chosen = Chosen(backend, worse.subtitle_id)
    assert await chosen.search(task) == [worse]
    await brought(chosen, task)
    (ending,) = files(simulator, film)
    assert simulator.core.subtitle_files.read(f"{(film.path or '').rpartition('.')[0]}{ending}") == text.encode()
    assert await Chosen(backend, "gone").search(task) == []


async def test_what_a_machine_has_made_may_be_chosen(
    film: SimItem, provider: SubtitleProvider, backend: JellyfinSearch
) -> None:
    """Whoever has chosen it has seen that."""
    provider.offer("eng", is_machine_translated=True)
    task = a_task(film, replace(ENGLISH, machines=False))
    (made,) = await backend.search(a_task(film))
    assert await backend.search(task) == []
    assert await Chosen(backend, made.subtitle_id).search(task) == [made]
