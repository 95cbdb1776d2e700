"""What a file lacks of what profiles want of it, and which files they leave out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given, strategies as st
import pytest

from custom_components.jellyfin_subtitles.engine.backends.jellyfin_search import NAME
from custom_components.jellyfin_subtitles.engine.jellyfin import MediaItem, MediaStream, StreamKind
from custom_components.jellyfin_subtitles.engine.policy import assess
from custom_components.jellyfin_subtitles.engine.profiles import (
    DEFAULT_BACKENDS,
    Profile,
    by_key,
    could_match,
    lacking,
    matches,
)
from custom_components.jellyfin_subtitles.engine.wants import Want, fulfils

from .jellyfin.recorded import VERSIONS
from .test_policy import CODES, recorded_items, streams

NOW = datetime(2026, 11, 24, tzinfo=UTC)
DAY = timedelta(days=1)
FILM = MediaItem("1" * 32, "Movie", "Film", path="/media/Kids/Film.mkv", created=NOW - 10 * DAY, is_watched=False)

WANTS = st.builds(
    lambda tag, flags: Want.from_text(";".join((tag, *flags))),
    st.sampled_from(["de", "en", "pt-BR", "zh"]),
    st.sampled_from([(), ("forced",), ("either", "no_sdh"), ("sdh",), ("lenient", "images"), ("unless_spoken",)]),
)


def profile(*wants: str, cutoff: str | None = None) -> Profile:
    """Return a profile that wants these, as they are stored."""
    return Profile("", tuple(map(Want.from_text, wants)), cutoff=cutoff)


@st.composite
def profiles(draw: st.DrawFn) -> list[Profile]:
    """Some profiles, a few of them cut off at one of their wants."""
    found = []
    for wants in draw(st.lists(st.lists(WANTS, max_size=4), max_size=3)):
        cutoff = draw(st.none() | st.sampled_from([want.key for want in wants])) if wants else None
        found.append(Profile("", tuple(wants), cutoff=cutoff))
    return found


def texts(wants: Sequence[Want]) -> list[str]:
    """Return wants as they are stored."""
    return [want.as_text() for want in wants]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("file", "wants", "missing"),
    [
        # Beside it: de.forced, en, en.sdh, fra.default, one without a language, pt-BR, "nonsense", zh-TW.
        ("Sidecars (2018).mkv", ["de"], ["de"]),
        ("Sidecars (2018).mkv", ["de;forced", "de;either", "en;forced"], ["en;forced"]),
        ("Sidecars (2018).mkv", ["en;sdh", "en;no_sdh", "fr;sdh", "fr;no_sdh"], ["fr;sdh"]),
        ("Sidecars (2018).mkv", ["pt-PT", "pt-BR", "zh-Hans"], ["pt-PT", "zh-Hans"]),
        ("Sidecars (2018).mkv", ["pt-PT;lenient", "zh-Hans;lenient"], []),
        # Within it: de forced, en, en SDH; the sound is in German.
        ("Zwei Berge (2019).mkv", ["de", "de;forced", "en"], ["de"]),
        ("Zwei Berge (2019).mkv", ["de;unless_spoken", "de-AT;unless_spoken"], ["de-AT;unless_spoken"]),
        ("Zwei Berge (2019).mkv", ["de-AT;lenient;unless_spoken", "fr;unless_spoken"], ["fr;unless_spoken"]),
        # Neither the subtitle nor the sound says its language: both may be any.
        ("No Tags (2010).mkv", ["de;unless_spoken", "en"], ["de;unless_spoken", "en"]),
        # The sound is in English, and there are no subtitles.
        ("Quiet Harbor (2021).mkv", ["en", "en;forced;unless_spoken", "de"], ["en", "de"]),
    ],
)
def test_recorded_files_lack_what_they_do_not_serve(
    version: str, file: str, wants: list[str], missing: list[str]
) -> None:
    item = recorded_items(version, "items")[file]

    assert texts(assess(item, [profile(*wants)], NOW)[0].wants) == missing


@pytest.mark.parametrize("images", [True, False])
def test_a_track_of_images_serves_who_takes_them(images: bool) -> None:
    want = Want.from_text("de;images" if images else "de")
    track = MediaStream(StreamKind.SUBTITLE, "ger")

    assert lacking([Profile("", (want,))], [track]) == (() if images else (want,))


@pytest.mark.parametrize(
    ("cutoff", "missing"),
    [(None, ["de", "es"]), ("en", ["de"]), ("de", ["de", "es"]), ("fr", ["de", "es"]), ("pt", ["de", "es"])],
)
@pytest.mark.parametrize("version", VERSIONS)
def test_what_comes_after_a_served_cutoff_is_not_wanted(version: str, cutoff: str | None, missing: list[str]) -> None:
    item = recorded_items(version, "items")["Sidecars (2018).mkv"]

    assert texts(assess(item, [profile("de", "en", "es", "fr", cutoff=cutoff)], NOW)[0].wants) == missing


def test_who_hears_the_cutoff_reads_nothing_after_it() -> None:
    item = recorded_items("12.0", "items")["Zwei Berge (2019).mkv"]

    assert not assess(item, [profile("de;unless_spoken", "fr", cutoff="de")], NOW)[0].wants


def test_several_profiles_want_what_any_of_them_wants_and_the_first_says_how() -> None:
    track = MediaStream(StreamKind.SUBTITLE, "eng", is_text=True)
    image = MediaStream(StreamKind.SUBTITLE, "ger")
    first, second = profile("en", "de;images", cutoff="en"), profile("fr;forced", "de", "en")

    assert texts(lacking([first, second], [])) == ["en", "de;images", "fr;forced"]
    assert texts(lacking([second, first], [])) == ["fr;forced", "de", "en"]
    assert texts(lacking([first], [track])) == []
    assert texts(lacking([first, second], [track])) == ["fr;forced", "de;images"]
    assert texts(lacking([first, second], [track, image])) == ["fr;forced"]


def test_the_languages_that_are_missing_are_named_once_each() -> None:
    (needs,) = assess(FILM, [profile("de", "de;forced", "en")], NOW)

    assert (needs.missing, len(needs.wants)) == (("de", "en"), 3)


@pytest.mark.parametrize(
    ("pattern", "path", "is_meant"),
    [
        ("/media/Kids", "/media/kids/Film.mkv", True),
        ("/media/kids/", "/media/Kids/a/b/Film.mkv", True),
        ("/media/kid", "/media/kids/Film.mkv", False),
        ("*/kids/*", "/media/Kids/Film.mkv", True),
        ("*trailer*", "/media/Film-TRAILER.mkv", True),
        ("*.strm", "/media/Film.strm", True),
        ("/media/Film.mkv", "/media/film.mkv", True),
        ("/media/Film.mkv", "/media/film_mkv", False),
        (r"D:\Media\Kids", r"d:\media\kids\Film.mkv", True),
        ("d:/media/k?ds/*", r"D:\media\Kids\Film.mkv", True),
        ("*/[k-m]ids/*", "/media/kids/Film.mkv", True),
        ("*/[unclosed/*", "/media/[unclosed/Film.mkv", True),
    ],
)
def test_a_pattern_means_paths_and_all_that_lies_below(pattern: str, path: str, is_meant: bool) -> None:
    assert could_match(pattern)
    assert matches(path, pattern) is is_meant
    ignoring = replace(profile("de"), ignored_paths=("/nowhere", pattern))
    assert ignoring.covers(FILM, path, NOW) is not is_meant


@pytest.mark.parametrize("pattern", ["", " ", "*", "**/*", "/", "?", "kids", "media/kids", r"\*", "kids/*"])
def test_a_pattern_that_means_nothing_or_everything_is_none(pattern: str) -> None:
    assert not could_match(pattern)


@pytest.mark.parametrize(
    ("watched", "is_covered"),
    [(False, True), (True, False), (None, False)],
)
def test_what_may_have_been_watched_is_left_out(watched: bool | None, is_covered: bool) -> None:
    film = replace(FILM, is_watched=watched)

    assert replace(profile("de"), ignores_watched=True).covers(film, film.path, NOW) is is_covered
    assert profile("de").covers(film, film.path, NOW)


@pytest.mark.parametrize(
    ("created", "is_covered"),
    [(NOW - 10 * DAY, True), (NOW - 10 * DAY - timedelta(seconds=1), False), (NOW + DAY, True), (None, False)],
)
def test_what_may_be_too_old_is_left_out(created: datetime | None, is_covered: bool) -> None:
    film = replace(FILM, created=created)

    assert replace(profile("de"), ignored_after=10 * DAY).covers(film, film.path, NOW) is is_covered
    assert profile("de").covers(film, film.path, NOW)


def test_what_has_no_path_is_left_out_by_who_leaves_out_paths() -> None:
    assert not replace(profile("de"), ignored_paths=("*/kids/*",)).covers(FILM, None, NOW)
    assert profile("de").covers(FILM, None, NOW)


def test_a_profile_that_leaves_a_file_out_leaves_it_to_the_others() -> None:
    strict = replace(profile("de;images", "fr"), ignored_paths=("*/kids/*",))

    assert texts(assess(FILM, [strict, profile("de", "en")], NOW)[0].wants) == ["de", "en"]
    (needs,) = assess(FILM, [strict], NOW)
    assert (needs.missing, needs.wants) == ((), ())


@pytest.mark.parametrize("version", VERSIONS)
def test_recorded_items_say_when_they_came_and_some_whether_they_were_watched(version: str) -> None:
    items = recorded_items(version, "items")
    careful = replace(profile("it"), ignores_watched=True, ignored_after=2 * DAY)

    lacks = {name: assess(item, [careful], NOW)[0].missing for name, item in items.items()}

    # Of the episodes this was not asked.
    assert {name for name, missing in lacks.items() if not missing} == {f"Night Ferry S01E0{n}.mkv" for n in (1, 2, 3)}
    assert not any(assess(item, [careful], NOW + 3 * DAY)[0].missing for item in items.values())


def test_the_servers_own_search_is_what_is_asked_by_itself() -> None:
    assert DEFAULT_BACKENDS == (NAME,) == Profile("", ()).backends


@given(profiles(), streams)
def test_what_is_missing_is_wanted_and_is_missing(some: list[Profile], tracks: list[MediaStream]) -> None:
    missing = lacking(some, tracks)

    assert set(missing) <= {want for one in some for want in one.wants}
    assert len({want.key for want in missing}) == len(missing)
    assert not any(fulfils(track, want) for track in tracks for want in missing)


@given(profiles(), streams, st.sampled_from(CODES), st.booleans(), st.booleans(), st.booleans())
def test_one_more_track_never_makes_more_missing(
    some: list[Profile], tracks: list[MediaStream], language: str, forced: bool, heard: bool, text: bool
) -> None:
    more = [*tracks, MediaStream(StreamKind.SUBTITLE, language, forced, heard, text)]

    assert set(lacking(some, more)) <= set(lacking(some, tracks))


@given(st.lists(WANTS, max_size=5, unique_by=lambda want: want.key), streams, st.randoms(use_true_random=False))
def test_without_a_cutoff_the_order_makes_nothing_missing(
    wants: list[Want], tracks: list[MediaStream], random: Random
) -> None:
    shuffled = random.sample(wants, len(wants))

    assert set(lacking([Profile("", tuple(shuffled))], tracks)) == set(lacking([Profile("", tuple(wants))], tracks))


@given(profiles(), streams)
def test_a_cutoff_only_ever_takes_away(some: list[Profile], tracks: list[MediaStream]) -> None:
    open_ended = [replace(one, cutoff=None) for one in some]

    assert set(lacking(some, tracks)) <= set(lacking(open_ended, tracks)) <= set(by_key(some).values())
