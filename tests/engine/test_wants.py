"""Which tracks are what somebody wants."""

from itertools import product

from hypothesis import given, strategies as st
import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import MediaStream, StreamKind
from custom_components.jellyfin_subtitles.engine.languages import LANGUAGES, Language
from custom_components.jellyfin_subtitles.engine.wants import HearingImpaired, TrackKind, Want, fulfils, serves

GERMAN = Language("de")
BRAZILIAN = Language("pt", "BR")

WANTS = st.builds(
    Want,
    st.sampled_from(LANGUAGES),
    st.sampled_from(TrackKind),
    st.sampled_from(HearingImpaired),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


def track(language: str | None = "ger", **flags: bool) -> MediaStream:
    """Return a track of text."""
    return MediaStream(StreamKind.SUBTITLE, language, **{"is_text": True, **flags})


@given(WANTS)
def test_a_want_survives_being_stored(want: Want) -> None:
    assert Want.from_text(want.as_text()) == want


@pytest.mark.parametrize(
    ("want", "text"),
    [
        (Want(GERMAN), "de"),
        (Want(BRAZILIAN, TrackKind.FORCED, HearingImpaired.WANTED, lenient=True), "pt-BR;forced;sdh;lenient"),
        (Want(GERMAN, TrackKind.EITHER, HearingImpaired.REFUSED, images=True), "de;either;no_sdh;images"),
        (Want(GERMAN, machines=False, unless_spoken=True), "de;no_machines;unless_spoken"),
    ],
)
def test_it_is_stored_in_words_that_never_change(want: Want, text: str) -> None:
    """Files of former versions hold them."""
    assert want.as_text() == text
    assert Want.from_text(text) == want


@given(WANTS, WANTS)
def test_two_wants_share_a_key_only_where_they_differ_in_what_else_would_do(one: Want, other: Want) -> None:
    same = (one.language, one.kind, one.hearing_impaired) == (other.language, other.kind, other.hearing_impaired)
    assert (one.key == other.key) is same


@pytest.mark.parametrize("text", ["", "und", "de;", "de;forced;forced", "de;signs", "DE", "de;sdh;forced", "de;normal"])
def test_what_was_never_stored_is_no_want(text: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        Want.from_text(text)


@pytest.mark.parametrize(
    ("kind", "forced", "fits"),
    [
        (TrackKind.NORMAL, False, True),
        (TrackKind.NORMAL, True, False),
        (TrackKind.FORCED, False, False),
        (TrackKind.FORCED, True, True),
        (TrackKind.EITHER, False, True),
        (TrackKind.EITHER, True, True),
    ],
)
def test_a_forced_track_is_another_kind(kind: TrackKind, forced: bool, fits: bool) -> None:
    assert fulfils(track(is_forced=forced), Want(GERMAN, kind)) is fits


@pytest.mark.parametrize(("wish", "heard"), product(HearingImpaired, (True, False)))
def test_a_track_for_the_hard_of_hearing_may_be_wanted_accepted_or_refused(wish: HearingImpaired, heard: bool) -> None:
    fits = {HearingImpaired.WANTED: heard, HearingImpaired.ACCEPTED: True, HearingImpaired.REFUSED: not heard}[wish]
    assert fulfils(track(is_hearing_impaired=heard), Want(GERMAN, hearing_impaired=wish)) is fits


@pytest.mark.parametrize(
    ("language", "lenient", "fits"),
    [
        ("pob", False, True),
        ("pt-br", False, True),
        ("por", False, False),
        ("pt-pt", False, False),
        ("por", True, True),
        ("pt-pt", True, True),
        ("spa", True, False),
        ("und", True, False),
        (None, True, False),
    ],
)
def test_another_variant_does_only_where_that_was_said(language: str | None, lenient: bool, fits: bool) -> None:
    assert fulfils(track(language), Want(BRAZILIAN, lenient=lenient)) is fits


@pytest.mark.parametrize("images", [True, False])
def test_pictures_do_only_where_that_was_said(images: bool) -> None:
    assert fulfils(track(is_text=False), Want(GERMAN, images=images)) is images


def test_a_voice_is_no_track_of_subtitles() -> None:
    assert not fulfils(MediaStream(StreamKind.AUDIO, "ger", is_text=True), Want(GERMAN))


def test_what_is_spoken_makes_subtitles_needless_only_where_that_was_said() -> None:
    """And only if it is known to be this language, and is a voice at all."""
    spoken = MediaStream(StreamKind.AUDIO, "ger", is_text=False)
    unless_spoken = Want(GERMAN, unless_spoken=True)
    assert serves([spoken], unless_spoken)
    assert not serves([spoken], Want(GERMAN))
    for other in (MediaStream(StreamKind.AUDIO, "eng"), MediaStream(StreamKind.AUDIO, None)):
        assert not serves([other], unless_spoken)
    assert not serves([MediaStream(StreamKind.VIDEO, "ger")], unless_spoken)
    assert not serves([track("eng")], unless_spoken)
    assert serves([track("eng"), track()], Want(GERMAN))
    assert not serves([], unless_spoken)
