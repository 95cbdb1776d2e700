"""The server's own search as a backend: what it finds, refuses and delivers, on servers of both versions."""

from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
from hypothesis import given, strategies as st
import pytest

from custom_components.jellyfin_subtitles.engine.backends import (
    BackendError,
    BackendUnavailableError,
    Candidate,
    CandidateRefusedError,
    FailureReason,
    Subtitle,
    Task,
)
from custom_components.jellyfin_subtitles.engine.backends.jellyfin_search import JellyfinSearch, rank
from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinClient, RemoteSubtitle
from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.wants import HearingImpaired, TrackKind, Want
from jellyfin_simulator import SUBTITLE_TEXT, JellyfinSimulator, SimItem, SubtitleProvider

from .corridor import DEVICE_ID

ENGLISH = Want(Language("en"))
BRAZILIAN = Language("pt", "BR")


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
        yield a_client(simulator, session, "admin")


@pytest.fixture
def backend(client: JellyfinClient) -> JellyfinSearch:
    """Return what is tested."""
    return JellyfinSearch(client)


def a_client(simulator: JellyfinSimulator, session: aiohttp.ClientSession, name: str) -> JellyfinClient:
    """Return the client of a user."""
    account = simulator.core.accounts.by_name(name)
    assert account is not None
    token = simulator.issue_token(account, DEVICE_ID)
    return JellyfinClient(session, simulator.url, device_id=DEVICE_ID, version="1.0", token=token)


def a_task(film: SimItem, want: Want = ENGLISH) -> Task:
    """Return the wish for a subtitle."""
    return Task(film.item_id, film.name, want)


async def brought(backend: JellyfinSearch, task: Task) -> None:
    """Bring the best of what is found."""
    best, *_ = await backend.search(task)
    await backend.deliver(task, await backend.fetch(task, best))


def files(simulator: JellyfinSimulator, film: SimItem) -> list[str]:
    """Return how the files beside a film end."""
    beside = (film.path or "").rpartition(".")[0]
    return sorted(path.removeprefix(beside) for path in simulator.core.subtitle_files.beside(film))


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


async def test_who_may_not_manage_subtitles_is_told_at_every_step(
    simulator: JellyfinSimulator, film: SimItem, provider: SubtitleProvider
) -> None:
    provider.offer("eng")
    simulator.add_user("guest", "guest")
    async with aiohttp.ClientSession() as session:
        backend = JellyfinSearch(a_client(simulator, session, "guest"))
        candidate = Candidate("1", "Shelf", "Release", "srt")
        for step in (
            backend.search(a_task(film)),
            backend.fetch(a_task(film), candidate),
            backend.deliver(a_task(film), Subtitle(candidate, "srt", b"text")),
        ):
            with pytest.raises(BackendUnavailableError) as caught:
                await step
            assert caught.value.reason is FailureReason.NO_RIGHT


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


async def test_a_folder_that_cannot_be_written_is_no_fault_of_the_subtitle(
    simulator: JellyfinSimulator, film: SimItem, provider: SubtitleProvider, backend: JellyfinSearch
) -> None:
    provider.offer("eng")
    [found] = await backend.search(a_task(film))
    fetched = await backend.fetch(a_task(film), found)
    simulator.reject(400, "/Videos/")
    with pytest.raises(BackendError) as caught:
        await backend.deliver(a_task(film), fetched)
    assert caught.value.reason is FailureReason.NOT_ACCEPTED


async def test_what_the_server_cannot_hand_over_it_fetches_by_itself(
    simulator: JellyfinSimulator, film: SimItem, provider: SubtitleProvider, backend: JellyfinSearch
) -> None:
    provider.offer("eng")
    simulator.reject(404, "/Providers/")
    await brought(backend, a_task(film))
    assert files(simulator, film) == [".eng.srt"]
    assert simulator.journal.count("POST", "/Items/") == 1


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


async def test_a_variant_is_asked_for_as_each_version_knows_it(
    simulator: JellyfinSimulator, film: SimItem, provider: SubtitleProvider, backend: JellyfinSearch
) -> None:
    """And shows as the variant."""
    code = "pt-br" if simulator.core.is_twelve else "pob"
    provider.offer(code)
    await brought(backend, a_task(film, Want(BRAZILIAN)))
    assert files(simulator, film) == [".pt-br.srt"]
    assert simulator.journal.count("GET", f"/Items/{film.item_id}/RemoteSearch/Subtitles/{code}") == 1


async def test_a_variant_for_which_any_other_does_is_asked_for_as_its_language(
    simulator: JellyfinSimulator, film: SimItem, provider: SubtitleProvider, backend: JellyfinSearch
) -> None:
    provider.offer("por")
    await brought(backend, a_task(film, Want(BRAZILIAN, lenient=True)))
    assert files(simulator, film) == [".por.srt"]


async def test_what_open_subtitles_finds_and_cannot_fetch_is_impossible(
    simulator: JellyfinSimulator, film: SimItem, backend: JellyfinSearch
) -> None:
    """Another provider can."""
    simulator.add_subtitle_provider("Open Subtitles").offer("zh-tw")
    task = a_task(film, Want(Language("zh", "Hant")))
    with pytest.raises(BackendUnavailableError) as caught:
        await backend.search(task)
    assert caught.value.reason is FailureReason.LANGUAGE_IMPOSSIBLE
    simulator.add_subtitle_provider("Shelf").offer("zh-tw")
    assert [one.provider for one in await backend.search(task)] == ["Shelf"]


@pytest.mark.parametrize("language", [Language("en", "GB"), Language("fil")])
async def test_a_language_that_the_server_does_not_know_is_impossible(
    simulator: JellyfinSimulator, film: SimItem, provider: SubtitleProvider, backend: JellyfinSearch, language: Language
) -> None:
    """Version 12 knows more of them."""
    provider.offer("fil")
    if language.variant is None and simulator.core.is_twelve:
        await brought(backend, a_task(film, Want(language)))
        assert files(simulator, film) == [".fil.srt"]
        return
    with pytest.raises(BackendUnavailableError) as caught:
        await backend.search(a_task(film, Want(language)))
    assert caught.value.reason is FailureReason.LANGUAGE_IMPOSSIBLE


BETTER = RemoteSubtitle("better", "Shelf", "")
WORSE = RemoteSubtitle("worse", "Shelf", "")
ROWS = st.builds(
    RemoteSubtitle,
    subtitle_id=st.text("abc", min_size=1),
    provider=st.just("Shelf"),
    name=st.just("Release"),
    rating=st.none() | st.floats(0, 10),
    downloads=st.none() | st.integers(0, 9999),
    is_hash_match=st.booleans(),
    is_machine_made=st.booleans(),
    is_forced=st.booleans(),
    is_hearing_impaired=st.booleans(),
)
WANTS = st.builds(
    Want,
    language=st.just(Language("en")),
    kind=st.sampled_from(TrackKind),
    hearing_impaired=st.sampled_from(HearingImpaired),
    machines=st.booleans(),
)


@given(rows=st.lists(ROWS, unique_by=lambda row: row.subtitle_id), want=WANTS)
def test_nothing_refused_is_ever_offered_and_what_fits_the_file_comes_first(
    rows: list[RemoteSubtitle], want: Want
) -> None:
    ranked = rank(rows, want)
    for one in ranked:
        assert want.machines or not one.is_machine_made
        assert want.kind is not TrackKind.NORMAL or not one.is_forced
        assert want.kind is not TrackKind.FORCED or one.is_forced
        assert want.hearing_impaired is not HearingImpaired.WANTED or one.is_hearing_impaired
        assert want.hearing_impaired is not HearingImpaired.REFUSED or not one.is_hearing_impaired
    matches = [one.is_hash_match for one in ranked]
    assert matches == sorted(matches, reverse=True)
    everything = Want(Language("en"), TrackKind.EITHER)
    assert {one.subtitle_id for one in rank(rows, everything)} == {row.subtitle_id for row in rows}


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (replace(BETTER, is_hash_match=True), replace(WORSE, rating=10.0, downloads=9999)),
        (BETTER, replace(WORSE, is_machine_made=True, rating=10.0)),
        (BETTER, replace(WORSE, is_hearing_impaired=True, rating=10.0)),
        (replace(BETTER, rating=8.0), replace(WORSE, rating=7.0, downloads=9999)),
        (replace(BETTER, downloads=10), replace(WORSE, downloads=9)),
        (replace(BETTER, rating=1.0), WORSE),
    ],
)
def test_what_is_better_comes_first(better: RemoteSubtitle, worse: RemoteSubtitle) -> None:
    rows = [worse, better]
    assert [one.subtitle_id for one in rank(rows, ENGLISH)] == ["better", "worse"]


def test_who_takes_either_gets_the_whole_text_first() -> None:
    rows = [RemoteSubtitle("signs", "Shelf", "", is_forced=True), RemoteSubtitle("all", "Shelf", "")]
    assert [one.subtitle_id for one in rank(rows, Want(Language("en"), TrackKind.EITHER))] == ["all", "signs"]
