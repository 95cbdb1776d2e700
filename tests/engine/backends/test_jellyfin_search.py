"""The server's own search as a backend: what it finds, refuses and delivers, on servers of both versions."""

import pytest

from custom_components.jellyfin_subtitles.engine.backends import (
    BackendUnavailableError,
    CandidateRefusedError,
    FailureReason,
)
from custom_components.jellyfin_subtitles.engine.backends.jellyfin_search import JellyfinSearch
from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.wants import TrackKind, Want
from jellyfin_simulator import SUBTITLE_TEXT, JellyfinSimulator, SimItem, SubtitleProvider

from .bringing import a_task, brought, files


async def test_what_a_provider_has_is_brought_to_the_film(
    simulator: JellyfinSimulator, film: SimItem, provider: SubtitleProvider, backend: JellyfinSearch
) -> None:
    provider.offer("eng")
    await brought(backend, a_task(film))
    assert files(simulator, film) == [".eng.srt"]
    path = f"{(film.path or '').rpartition('.')[0]}.eng.srt"
    assert simulator.core.subtitle_files.read(path) == SUBTITLE_TEXT.encode()
    assert simulator.journal.count("POST", "/Videos/") == 1


async def test_flags_stand_in_the_name_of_the_file(
    simulator: JellyfinSimulator, film: SimItem, provider: SubtitleProvider, backend: JellyfinSearch
) -> None:
    provider.offer("eng", is_forced=True, is_hearing_impaired=True)
    await brought(backend, a_task(film, Want(Language("en"), TrackKind.FORCED)))
    assert files(simulator, film) == [".eng.forced.sdh.srt"]


@pytest.mark.parametrize("behaviour", ["empty", "throw", "ratelimit"])
async def test_a_provider_that_fails_at_the_search_finds_nothing(
    film: SimItem, provider: SubtitleProvider, backend: JellyfinSearch, behaviour: str
) -> None:
    """The server does not tell the one from the other."""
    provider.offer("eng")
    provider.behave(behaviour)
    assert await backend.search(a_task(film)) == []


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [("getfail", FailureReason.PROVIDER_FAILED), ("nullstream", FailureReason.EMPTY_FILE)],
)
async def test_a_provider_that_fails_at_the_fetching_is_said_to_fail(
    simulator: JellyfinSimulator,
    film: SimItem,
    provider: SubtitleProvider,
    backend: JellyfinSearch,
    behaviour: str,
    reason: FailureReason,
) -> None:
    provider.offer("eng")
    provider.behave(behaviour)
    with pytest.raises(CandidateRefusedError) as caught:
        await brought(backend, a_task(film))
    assert caught.value.reason is reason
    assert files(simulator, film) == []


async def test_a_slow_provider_is_waited_for(
    simulator: JellyfinSimulator, film: SimItem, provider: SubtitleProvider, backend: JellyfinSearch
) -> None:
    provider.offer("eng")
    provider.behave("slow")
    await brought(backend, a_task(film))
    assert files(simulator, film) == [".eng.srt"]


async def test_without_a_provider_that_is_the_reason(film: SimItem, backend: JellyfinSearch) -> None:
    with pytest.raises(BackendUnavailableError) as caught:
        await backend.search(a_task(film))
    assert caught.value.reason is FailureReason.NO_PROVIDER


async def test_a_row_that_stands_for_a_search_is_no_subtitle(
    film: SimItem, provider: SubtitleProvider, backend: JellyfinSearch
) -> None:
    provider.offer("eng", row_id="search_in_progress")
    assert await backend.search(a_task(film)) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<html>Sign in</html>", FailureReason.NOT_A_SUBTITLE),
        (SUBTITLE_TEXT + "Всё это было давно. " * 100, FailureReason.WRONG_LANGUAGE),
        (SUBTITLE_TEXT + "x" * 10 * 1024 * 1024, FailureReason.TOO_LARGE),
    ],
    ids=["page", "language", "size"],
)
async def test_a_file_that_is_not_what_it_should_be_is_refused(
    film: SimItem, provider: SubtitleProvider, backend: JellyfinSearch, text: str, reason: FailureReason
) -> None:
    provider.offer("eng", text=text)
    [found] = await backend.search(a_task(film))
    with pytest.raises(CandidateRefusedError) as caught:
        await backend.fetch(a_task(film), found)
    assert caught.value.reason is reason


async def test_a_further_version_of_a_film_gets_what_is_found_for_the_film(
    simulator: JellyfinSimulator, film: SimItem, provider: SubtitleProvider, backend: JellyfinSearch
) -> None:
    """Before version 12 the server cannot search for a version, and what is found was made for another file."""
    provider.offer("eng", is_hash_match=True)
    version = simulator.add_version(film, "4K", streams=())
    (found,) = await backend.search(a_task(version))
    assert found.is_hash_match is simulator.core.is_twelve
    await brought(backend, a_task(version))
    assert (files(simulator, version), files(simulator, film)) == ([".eng.srt"], [])


async def test_a_film_of_one_file_is_searched_for_once(
    simulator: JellyfinSimulator, film: SimItem, provider: SubtitleProvider, backend: JellyfinSearch
) -> None:
    assert await backend.search(a_task(film)) == []
    assert simulator.journal.count("GET", f"/Items/{film.item_id}/RemoteSearch") == 1
