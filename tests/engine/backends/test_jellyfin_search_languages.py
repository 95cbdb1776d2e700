"""What the server calls a language, when it is asked for a file and in the name of one."""

from urllib.parse import unquote

import pytest

from custom_components.jellyfin_subtitles.engine.backends import BackendUnavailableError, FailureReason
from custom_components.jellyfin_subtitles.engine.backends.jellyfin_search import JellyfinSearch
from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.wants import Want
from jellyfin_simulator import JellyfinSimulator, SimItem, SubtitleProvider

from .bringing import a_task, brought, files

BRAZILIAN = Language("pt", "BR")


@pytest.fixture
def open_subtitles(simulator: JellyfinSimulator) -> SubtitleProvider:
    """Return the provider whose ids are parted at hyphens."""
    return simulator.add_subtitle_provider("Open Subtitles")


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


@pytest.mark.parametrize(
    ("language", "code", "before_12", "ending"),
    [
        (Language("es", "419"), "es-419", "es-419", ".es-419.srt"),
        (Language("fr", "CA"), "fr-ca", "fr-ca", ".fr-ca.srt"),
        (Language("pt", "PT"), "pt-pt", "pop", ".pt-pt.srt"),
        (Language("zh", "Hans"), "zh-cn", "zh-cn", ".zh-cn.srt"),
        (Language("zh", "Hant"), "zh-tw", "zh-tw", ".zh-tw.srt"),
    ],
)
async def test_each_variant_that_the_server_knows_is_asked_for_by_its_code(
    simulator: JellyfinSimulator,
    film: SimItem,
    provider: SubtitleProvider,
    backend: JellyfinSearch,
    language: Language,
    code: str,
    before_12: str,
    ending: str,
) -> None:
    asked = code if simulator.core.is_twelve else before_12
    provider.offer(asked)
    await brought(backend, a_task(film, Want(language)))
    assert files(simulator, film) == [ending]
    assert simulator.journal.count("GET", f"/Items/{film.item_id}/RemoteSearch/Subtitles/{asked}") == 1


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


@pytest.mark.parametrize(
    ("language", "asked", "offered", "named"),
    [
        (Language("es", "419"), ["es-419", "Spanish (Latin America)"], "es-419", ".es-419.srt"),
        (Language("zh", "Hant"), ["zh-tw", "Chinese (Traditional)"], "zh-tw", ".zh-tw.srt"),
        (BRAZILIAN, ["pt-br", "Portuguese (Brazil)"], "pt-br", ".pt-br.srt"),
    ],
)
async def test_open_subtitles_is_asked_by_name_where_it_could_not_fetch_what_it_finds(
    simulator: JellyfinSimulator,
    film: SimItem,
    open_subtitles: SubtitleProvider,
    backend: JellyfinSearch,
    language: Language,
    asked: list[str],
    offered: str,
    named: str,
) -> None:
    """A server before version 12 has a code of its own for Brazil, so it is asked once."""
    open_subtitles.offer(offered)
    if language == BRAZILIAN and not simulator.core.is_twelve:
        asked = ["pob"]

    await brought(backend, a_task(film, Want(language)))

    assert files(simulator, film) == [named]
    searches = [one.path for one in simulator.journal.find("GET") if "/RemoteSearch/" in one.path]
    assert [unquote(path.rpartition("/")[2]) for path in searches] == asked


async def test_another_provider_than_open_subtitles_is_not_asked_by_name(
    simulator: JellyfinSimulator, film: SimItem, open_subtitles: SubtitleProvider, backend: JellyfinSearch
) -> None:
    open_subtitles.offer("zh-tw")
    simulator.add_subtitle_provider("Shelf").offer("zh-tw")
    found = await backend.search(a_task(film, Want(Language("zh", "Hant"))))
    assert [one.provider for one in found] == ["Shelf"]


async def test_what_open_subtitles_finds_and_cannot_fetch_is_impossible(
    simulator: JellyfinSimulator, film: SimItem, open_subtitles: SubtitleProvider, backend: JellyfinSearch
) -> None:
    """Asked for Chinese in general, another provider may have either way to write it."""
    open_subtitles.offer("zh-cn")
    simulator.add_subtitle_provider("Shelf").offer("zho")
    with pytest.raises(BackendUnavailableError) as caught:
        await backend.search(a_task(film, Want(Language("zh", "Hans"))))
    assert caught.value.reason is FailureReason.LANGUAGE_IMPOSSIBLE


@pytest.mark.parametrize(
    ("language", "variant", "general"),
    [(Language("zh", "Hans"), "zh-cn", "zho"), (Language("pt", "PT"), "pt-pt", "por")],
)
async def test_a_language_in_general_is_to_open_subtitles_what_most_people_read(
    simulator: JellyfinSimulator,
    film: SimItem,
    open_subtitles: SubtitleProvider,
    backend: JellyfinSearch,
    language: Language,
    variant: str,
    general: str,
) -> None:
    open_subtitles.offer(variant)
    open_subtitles.offer(general)
    await brought(backend, a_task(film, Want(language)))
    assert files(simulator, film) == [f".{variant}.srt"]
