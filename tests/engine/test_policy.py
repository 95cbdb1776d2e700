"""What a file lacks of the languages that a household wants."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

from hypothesis import given, strategies as st
import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import MediaItem, MediaSource, MediaStream, StreamKind
from custom_components.jellyfin_subtitles.engine.languages import Language, parse_language
from custom_components.jellyfin_subtitles.engine.models import Needs
from custom_components.jellyfin_subtitles.engine.policy import Household, assess
from custom_components.jellyfin_subtitles.engine.wants import Want

from .jellyfin.recorded import VERSIONS, answers

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ID = "1" * 32
OTHER = "2" * 32
THIRD = "3" * 32
NOT_COUNTED = (
    MediaStream(StreamKind.AUDIO, "deu"),
    MediaStream(StreamKind.SUBTITLE, "deu", is_forced=True, is_text=True),
    MediaStream(StreamKind.SUBTITLE, "deu"),
    MediaStream(StreamKind.SUBTITLE, None, is_text=True),
    MediaStream(StreamKind.SUBTITLE, "und", is_text=True),
    MediaStream(StreamKind.OTHER, "deu", is_text=True),
)
CODES = ("deu", "en", "eng", "en-GB", "fra", "por", "pt-br", "pt-pt", "zh-tw", "zho", "zh-cn", "nor", "nob", "und", "x")
WANTED = ("de", "en", "en-GB", "fr", "pt", "pt-BR", "zh-Hant", "zh-Hans", "zh", "no", "nb", "fil")


def parsed(tags: Iterable[str]) -> tuple[Language, ...]:
    """Return the languages of the tags."""
    return tuple(language for tag in tags if (language := parse_language(tag)))


def a_text(language: str | None) -> MediaStream:
    """Return an ordinary subtitle."""
    return MediaStream(StreamKind.SUBTITLE, language, is_text=True)


def a_film(*streams: MediaStream) -> MediaItem:
    """Return a film of one file with these streams."""
    source = MediaSource(ID, "Film", "/media/Film.mkv", streams)
    return MediaItem(ID, "Movie", "Film", path="/media/Film.mkv", streams=streams, sources=(source,))


def assessed(item: MediaItem, wanted: tuple[Language, ...]) -> tuple[Needs, ...]:
    """Return what the files of an item need for people who read these languages."""
    return assess(item, Household(wanted).profiles_for(None), NOW)


def lacks(source_id: str, path: str | None, missing: tuple[str, ...], present: tuple[str, ...]) -> Needs:
    """Return what a file needs that lacks plain subtitles in these languages."""
    return Needs(source_id, path, missing, present, present, tuple(map(Want, parsed(missing))))


def needs_of(item: MediaItem, *tags: str) -> Needs:
    """Return what the item's own file needs of the wanted languages."""
    return assessed(item, parsed(tags))[0]


def recorded_items(version: str, scenario: str) -> dict[str, MediaItem]:
    """Return the last recorded form of each item with streams, by the name of its file."""
    bodies = [step.body for step in answers(version, scenario, "GET", "/Items") if isinstance(step.body, dict)]
    items = [MediaItem.from_dict(row) for body in bodies for row in body.get("Items", [body])]
    return {item.path.rpartition("/")[2]: item for item in items if item and item.path and item.streams}


streams = st.lists(
    st.builds(
        MediaStream,
        kind=st.sampled_from(StreamKind),
        language=st.none() | st.sampled_from(CODES),
        is_forced=st.booleans(),
        is_hearing_impaired=st.booleans(),
        is_text=st.booleans(),
    ),
    max_size=8,
)
wants = st.lists(st.sampled_from(WANTED), max_size=6).map(parsed)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("file", "wanted", "missing", "present"),
    [
        # Beside it: de.forced, en, en.sdh, fra.default, one without a language, pt-BR, "nonsense", zh-TW.
        ("Sidecars (2018).mkv", ("en", "fr"), (), ("en", "fr", "pt-BR", "zh-Hant")),
        ("Sidecars (2018).mkv", ("de", "en", "es"), ("de", "es"), ("en", "fr", "pt-BR", "zh-Hant")),
        ("Sidecars (2018).mkv", ("pt-PT", "pt-BR", "pt"), ("pt-PT",), ("en", "fr", "pt-BR", "zh-Hant")),
        ("Sidecars (2018).mkv", ("zh-Hans", "zh", "zh-Hant"), ("zh-Hans",), ("en", "fr", "pt-BR", "zh-Hant")),
        # Within it: de forced, en, en SDH; the sound is in German.
        ("Zwei Berge (2019).mkv", ("en", "de"), ("de",), ("en",)),
        # A subtitle without any language.
        ("No Tags (2010).mkv", ("en", "de"), ("en", "de"), ()),
        ("Night Ferry S01E01.mkv", ("en",), (), ("en",)),
        ("Night Ferry S01E02.mkv", ("en",), ("en",), ()),
        ("Quiet Harbor (2021).mkv", (), (), ()),
    ],
)
def test_recorded_files_need_what_they_lack(
    version: str, file: str, wanted: tuple[str, ...], missing: tuple[str, ...], present: tuple[str, ...]
) -> None:
    item = recorded_items(version, "items")[file]

    assert assessed(item, parsed(wanted)) == (lacks(item.item_id, item.path, missing, present),)


def test_each_recorded_version_of_a_film_needs_what_itself_lacks() -> None:
    film = recorded_items("10.11", "alternate_versions")["Twin Cut (2016) - 1080p.mkv"]

    own, other = assessed(film, parsed(["fr", "en"]))

    assert (own.source_id, own.path, own.missing, own.present) == (film.item_id, film.path, ("fr", "en"), ())
    assert (other.missing, other.present) == (("en",), ("fr",))
    assert other.path
    assert other.path.endswith("Twin Cut (2016) - 4K.mkv")


def test_the_own_file_comes_first_and_the_others_in_their_order() -> None:
    others = (MediaSource(THIRD, None, None, ()), MediaSource(OTHER, None, "/b", (a_text("eng"),)))
    film = a_film(a_text("ger"))
    film = replace(film, sources=(others[0], *film.sources, others[1], others[0]))

    assert assessed(film, parsed(["de", "en"])) == (
        lacks(ID, "/media/Film.mkv", ("en",), ("de",)),
        lacks(THIRD, None, ("de", "en"), ()),
        lacks(OTHER, "/b", ("de",), ("en",)),
    )


def test_the_own_file_is_told_once_and_by_the_item() -> None:
    film = replace(a_film(), streams=(a_text("ger"),))

    assert assessed(film, parsed(["de"])) == (lacks(ID, "/media/Film.mkv", (), ("de",)),)


def test_an_item_without_sources_is_its_own_file() -> None:
    film = MediaItem(ID, "Movie", "Film", path="/media/Film.mkv", streams=(a_text("fre"),))

    assert assessed(film, parsed(["fr", "it"])) == (lacks(ID, "/media/Film.mkv", ("it",), ("fr",)),)


@pytest.mark.parametrize("stream", NOT_COUNTED)
def test_forced_tracks_images_sound_and_the_unknown_satisfy_nothing(stream: MediaStream) -> None:
    needs = needs_of(a_film(stream), "de")

    assert (needs.missing, needs.present, needs.translatable_from) == (("de",), (), ())


def test_subtitles_for_the_hard_of_hearing_satisfy() -> None:
    needs = needs_of(a_film(replace(a_text("deu"), is_hearing_impaired=True)), "de")

    assert (needs.missing, needs.present) == ((), ("de",))


def test_each_language_is_named_once_whatever_its_code() -> None:
    needs = needs_of(a_film(a_text("ger"), a_text("en-gb"), a_text("de"), a_text("eng")), "it", "it", "ita", "en")

    assert (needs.missing, needs.present) == (("it",), ("de", "en-GB", "en"))


def test_who_wants_nothing_lacks_nothing() -> None:
    assert needs_of(a_film(a_text("eng"))) == lacks(ID, "/media/Film.mkv", (), ("en",))


def test_a_household_that_says_nothing_wants_no_language_and_all_media() -> None:
    assert Household() == Household(languages=(), films=True, episodes=True)


@given(streams, wants)
def test_what_is_missing_stands_in_the_wanted_order_and_the_rest_is_there(
    some: list[MediaStream], wanted: tuple[Language, ...]
) -> None:
    needs = assessed(a_film(*some), wanted)[0]
    tags = list(dict.fromkeys(language.tag for language in wanted))
    satisfied = [tag for tag in tags if not needs_of(a_film(*map(a_text, needs.present)), tag).missing]

    assert [tag for tag in tags if tag in needs.missing] == list(needs.missing)
    assert set(needs.missing) | set(satisfied) == set(tags)
    assert not set(needs.missing) & set(satisfied)
    assert not set(needs.missing) & set(needs.present)
    assert len(set(needs.present)) == len(needs.present)
    assert len(set(needs.missing)) == len(needs.missing)


@given(streams, wants, wants)
def test_who_wants_more_lacks_the_same_and_maybe_more(
    some: list[MediaStream], wanted: tuple[Language, ...], more: tuple[Language, ...]
) -> None:
    alone, together = assessed(a_film(*some), wanted)[0], assessed(a_film(*some), wanted + more)[0]

    assert together.missing[: len(alone.missing)] == alone.missing
    assert together.present == alone.present


@given(streams, wants, st.randoms(use_true_random=False))
def test_the_order_of_the_streams_makes_nothing_missing(
    some: list[MediaStream], wanted: tuple[Language, ...], random: Random
) -> None:
    shuffled = random.sample(some, len(some))

    assert assessed(a_film(*shuffled), wanted)[0].missing == assessed(a_film(*some), wanted)[0].missing


@given(streams, st.sampled_from(CODES), wants)
def test_one_more_subtitle_never_makes_more_missing(
    some: list[MediaStream], language: str, wanted: tuple[Language, ...]
) -> None:
    before = assessed(a_film(*some), wanted)[0]
    after = assessed(a_film(*some, a_text(language)), wanted)[0]

    assert set(after.missing) <= set(before.missing)
    assert after.present[: len(before.present)] == before.present


@given(streams, st.sampled_from(NOT_COUNTED), st.integers(0, 8), wants)
def test_what_does_not_count_changes_nothing(
    some: list[MediaStream], stream: MediaStream, place: int, wanted: tuple[Language, ...]
) -> None:
    more = [*some[:place], stream, *some[place:]]

    assert assessed(a_film(*more), wanted) == assessed(a_film(*some), wanted)


@given(st.lists(streams, max_size=3), wants)
def test_a_version_is_assessed_as_if_it_were_alone(some: list[list[MediaStream]], wanted: tuple[Language, ...]) -> None:
    sources = tuple(
        MediaSource(f"{number:032x}", None, f"/{number}", tuple(each)) for number, each in enumerate(some, 1)
    )

    _, *others = assessed(replace(a_film(), sources=sources), wanted)

    assert [(needs.source_id, needs.path) for needs in others] == [(each.source_id, each.path) for each in sources]
    for needs, source in zip(others, sources, strict=True):
        alone = assessed(a_film(*source.streams), wanted)[0]
        assert replace(needs, source_id=ID, path=alone.path) == alone
