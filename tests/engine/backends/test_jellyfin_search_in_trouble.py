"""The server's own search when the server, the account or the way to it is the trouble."""

from collections.abc import Awaitable

import aiohttp
from aiohttp import web
import pytest

from custom_components.jellyfin_subtitles.engine.backends import (
    BackendError,
    BackendUnavailableError,
    Candidate,
    CandidateRefusedError,
    FailureReason,
    Subtitle,
)
from custom_components.jellyfin_subtitles.engine.backends.jellyfin_search import JellyfinSearch
from custom_components.jellyfin_subtitles.engine.jellyfin import (
    JellyfinAuthenticationError,
    JellyfinClient,
    JellyfinConnectionError,
    JellyfinConnectionTimeoutError,
    JellyfinError,
    JellyfinNotJellyfinError,
    JellyfinRedirectError,
    JellyfinServerStartingError,
)
from jellyfin_simulator import SUBTITLE_TEXT, JellyfinSimulator, SimItem, SubtitleProvider

from .bringing import a_client, a_task, brought, files

CANDIDATE = Candidate("1", "Shelf", "Release", "srt")
WHOLE = Subtitle(CANDIDATE, "srt", SUBTITLE_TEXT.encode())


def steps(backend: JellyfinSearch, film: SimItem) -> list[Awaitable[object]]:
    """Return all that a backend can be asked, not yet begun."""
    task = a_task(film)
    return [
        backend.search(task),
        backend.fetch(task, CANDIDATE),
        backend.deliver(task, WHOLE),
        backend.deliver(task, Subtitle(CANDIDATE, "srt", None)),
    ]


async def test_who_may_not_manage_subtitles_is_told_at_every_step(
    simulator: JellyfinSimulator, film: SimItem, provider: SubtitleProvider
) -> None:
    provider.offer("eng")
    simulator.add_user("guest", "guest")
    async with aiohttp.ClientSession() as session:
        for step in steps(JellyfinSearch(a_client(simulator, session, "guest")), film):
            with pytest.raises(BackendUnavailableError) as caught:
                await step
            assert caught.value.reason is FailureReason.NO_RIGHT


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (web.Response(status=503), JellyfinServerStartingError),
        (web.Response(status=500), JellyfinServerStartingError),
        (web.Response(status=502), JellyfinConnectionError),
        (web.Response(status=504), JellyfinConnectionTimeoutError),
        (web.Response(status=401), JellyfinAuthenticationError),
        (web.Response(status=401, text="<html>"), JellyfinNotJellyfinError),
        (web.Response(status=302), JellyfinRedirectError),
    ],
)
async def test_what_is_wrong_with_the_server_is_left_to_whoever_waits_for_it(
    simulator: JellyfinSimulator,
    film: SimItem,
    backend: JellyfinSearch,
    answer: web.Response,
    error: type[JellyfinError],
) -> None:
    simulator.reject(answer)
    for step in steps(backend, film):
        with pytest.raises(error) as raised:
            await step
        assert type(raised.value) is error


async def test_a_token_that_died_meanwhile_is_no_fault_of_the_provider(
    simulator: JellyfinSimulator, film: SimItem, client: JellyfinClient, backend: JellyfinSearch
) -> None:
    simulator.revoke_token(client.token or "")
    for step in steps(backend, film):
        with pytest.raises(JellyfinAuthenticationError):
            await step


async def test_a_film_that_is_gone_has_no_subtitles(
    simulator: JellyfinSimulator, film: SimItem, provider: SubtitleProvider, backend: JellyfinSearch
) -> None:
    provider.offer("eng")
    [found] = await backend.search(a_task(film))
    fetched = await backend.fetch(a_task(film), found)
    simulator.remove(film)
    assert await backend.search(a_task(film)) == ()
    with pytest.raises(BackendError) as caught:
        await backend.deliver(a_task(film), fetched)
    assert caught.value.reason is FailureReason.NOT_ACCEPTED


@pytest.mark.parametrize("status", [400, 404, 413, 500])
async def test_a_file_that_is_not_accepted_is_no_fault_of_the_provider(
    simulator: JellyfinSimulator, film: SimItem, backend: JellyfinSearch, status: int
) -> None:
    simulator.reject(status, "/Videos/")
    with pytest.raises(BackendError) as caught:
        await backend.deliver(a_task(film), WHOLE)
    assert caught.value.reason is FailureReason.NOT_ACCEPTED
    assert not isinstance(caught.value, CandidateRefusedError | BackendUnavailableError)


async def test_a_folder_that_cannot_be_written_is_told_where_the_server_has_no_other(
    simulator: JellyfinSimulator, film: SimItem, backend: JellyfinSearch
) -> None:
    simulator.core.subtitle_files.media_is_read_only = True
    if not simulator.core.is_twelve:
        await backend.deliver(a_task(film), WHOLE)
        return
    with pytest.raises(BackendError) as caught:
        await backend.deliver(a_task(film), WHOLE)
    assert caught.value.reason is FailureReason.NOT_ACCEPTED


@pytest.mark.parametrize(
    "answer",
    [
        web.Response(status=404),
        web.Response(status=404, text="<html>", content_type="text/html"),
        web.Response(status=400, text="Error processing request."),
        web.Response(status=405),
        web.Response(status=415),
    ],
)
async def test_what_the_server_cannot_hand_over_it_fetches_by_itself(
    simulator: JellyfinSimulator,
    film: SimItem,
    provider: SubtitleProvider,
    backend: JellyfinSearch,
    answer: web.Response,
) -> None:
    provider.offer("eng")
    simulator.reject(answer, "/Providers/")
    await brought(backend, a_task(film))
    assert files(simulator, film) == [".eng.srt"]
    assert simulator.journal.count("POST", "/Videos/") == 0
    assert simulator.journal.count("POST", "/Items/") == 1


@pytest.mark.parametrize("status", [404, 414, 429, 500, 501])
async def test_what_a_provider_fails_at_the_server_is_not_asked_to_fetch(
    simulator: JellyfinSimulator, film: SimItem, provider: SubtitleProvider, backend: JellyfinSearch, status: int
) -> None:
    """It would fail the same way, and cost one more of the few downloads a day."""
    provider.offer("eng")
    simulator.reject(status, "/Providers/")
    with pytest.raises(CandidateRefusedError) as caught:
        await brought(backend, a_task(film))
    assert caught.value.reason is FailureReason.PROVIDER_FAILED
    assert simulator.journal.count("POST", "/") == 0


async def test_a_provider_out_of_quota_fails_and_its_next_file_does_too(
    simulator: JellyfinSimulator, film: SimItem, provider: SubtitleProvider, backend: JellyfinSearch
) -> None:
    provider.offer("eng")
    provider.quota = 1
    [found] = await backend.search(a_task(film))
    await backend.fetch(a_task(film), found)
    with pytest.raises(CandidateRefusedError) as caught:
        await backend.fetch(a_task(film), found)
    assert caught.value.reason is FailureReason.PROVIDER_FAILED


async def test_one_file_that_cannot_be_fetched_says_nothing_about_the_next(
    simulator: JellyfinSimulator, film: SimItem, provider: SubtitleProvider, backend: JellyfinSearch
) -> None:
    provider.behave("getfail", candidate=provider.offer("eng", rating=9.0))
    provider.offer("eng", rating=8.0)
    first, second = await backend.search(a_task(film))
    with pytest.raises(CandidateRefusedError) as caught:
        await backend.fetch(a_task(film), first)
    assert caught.value.reason is FailureReason.PROVIDER_FAILED
    await backend.deliver(a_task(film), await backend.fetch(a_task(film), second))
    assert files(simulator, film) == [".eng.srt"]


async def test_a_file_without_an_end_is_too_large(
    simulator: JellyfinSimulator, film: SimItem, provider: SubtitleProvider, backend: JellyfinSearch
) -> None:
    provider.offer("eng", text=b"x" * (10 * 1024 * 1024 + 1))
    with pytest.raises(CandidateRefusedError) as caught:
        await brought(backend, a_task(film))
    assert caught.value.reason is FailureReason.TOO_LARGE
