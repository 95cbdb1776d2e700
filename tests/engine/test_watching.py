"""Whose turn comes because somebody is watching."""

from datetime import UTC, datetime

from hypothesis import given, strategies as st

from custom_components.jellyfin_subtitles.engine.jellyfin import Played
from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.ledger_models import Record
from custom_components.jellyfin_subtitles.engine.models import RequestReason
from custom_components.jellyfin_subtitles.engine.wants import Want
from custom_components.jellyfin_subtitles.engine.watching import watched_next

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SERIES = "5" * 32


def lacking(item_id: str, season: int | None = None, episode: int | None = None, series: str | None = SERIES) -> Record:
    """Return something that lacks subtitles."""
    reason, want = RequestReason.NEW_MEDIA, Want(Language("de"))
    return Record(item_id, item_id, None, "episode", "", series, season, episode, want, "r", reason, NOW, NOW, NOW)


def test_the_episodes_that_come_next_have_their_turn_in_their_order() -> None:
    """Also those of the next season; what came before is no hurry."""
    records = [lacking("c", 2, 1), lacking("b", 1, 7), lacking("a", 1, 6), lacking("past", 1, 4)]
    assert watched_next([Played("played", SERIES, 1, 5)], records) == ("a", "b", "c")


def test_what_is_being_played_comes_before_what_comes_next() -> None:
    records = [lacking("next", 1, 6), lacking("film", series=None), lacking("played", 1, 5)]
    assert set(watched_next([Played("film"), Played("played", SERIES, 1, 5)], records)) == {"film", "played", "next"}
    assert watched_next([Played("played", SERIES, 1, 5)], records) == ("played", "next")


def test_what_has_no_place_in_a_series_cannot_come_next() -> None:
    records = [lacking("special"), lacking("other", 1, 6, series="6" * 32), lacking("film", series=None)]
    assert watched_next([Played("played", SERIES, 1, 5)], records) == ()
    assert watched_next([Played("played", SERIES, None, 5), Played("film too")], [lacking("next", 1, 6)]) == ()


def test_half_a_place_is_none() -> None:
    """Nor is that of something which belongs to no series."""
    played = [Played("played", SERIES, 1, 5)]
    assert watched_next(played, [lacking("no number", 2), lacking("no season", None, 6)]) == ()
    assert watched_next([Played("no number", SERIES, 1)], [lacking("next", 1, 6)]) == ()
    assert watched_next([Played("alone", None, 1, 5)], [lacking("alone too", 1, 6, series=None)]) == ()


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 9)), unique=True),
    st.tuples(st.integers(0, 3), st.integers(1, 9)),
)
def test_it_is_those_behind_the_place_and_no_others(places: list[tuple[int, int]], place: tuple[int, int]) -> None:
    records = [lacking(f"{season}x{episode}", season, episode) for season, episode in places]
    expected = tuple(f"{season}x{episode}" for season, episode in sorted(places) if (season, episode) > place)
    assert watched_next([Played("played", SERIES, *place)], records) == expected
