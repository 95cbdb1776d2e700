"""Which of the subtitles that were found may be used, and which of them is tried first."""

from dataclasses import asdict, replace

from hypothesis import given, strategies as st
import pytest

from custom_components.jellyfin_subtitles.engine.backends.jellyfin_search import rank
from custom_components.jellyfin_subtitles.engine.jellyfin import RemoteSubtitle
from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.wants import HearingImpaired, TrackKind, Want

from .bringing import ENGLISH

BETTER = RemoteSubtitle("better", "Shelf", "")
WORSE = RemoteSubtitle("worse", "Shelf", "")
ROWS = st.builds(
    RemoteSubtitle,
    subtitle_id=st.text("abc", min_size=1),
    provider=st.just("Shelf"),
    name=st.just("Release"),
    format=st.sampled_from([None, "srt", "ass"]),
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


def test_who_refuses_machines_gets_what_people_have_made() -> None:
    rows = [replace(WORSE, is_machine_made=True, is_hash_match=True), BETTER]
    assert [one.subtitle_id for one in rank(rows, Want(Language("en"), machines=False))] == ["better"]


@given(ROWS)
def test_what_is_known_of_a_file_is_told_of_it(row: RemoteSubtitle) -> None:
    """People choose by that."""
    (candidate,) = rank([row], Want(Language("en"), TrackKind.EITHER))
    assert asdict(candidate) == asdict(row)
