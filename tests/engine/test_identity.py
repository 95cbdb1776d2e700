"""Who an item is, whatever its file is called."""

from hypothesis import given, strategies as st

from custom_components.jellyfin_subtitles.engine.identity import NO_IDENTITY, identities, identity
from custom_components.jellyfin_subtitles.engine.jellyfin import ItemRef, MediaItem

ID = "1" * 32
SERIES = "2" * 32


def test_a_row_of_a_listing_and_the_whole_item_agree() -> None:
    film = MediaItem(ID, "Movie", "Night Ferry", year=2020, provider_ids={"Imdb": "tt1"})
    assert identity(ItemRef(ID, "Movie", "night ferry", year=2020)) in identities(film)
    episode = MediaItem(ID, "Episode", "Pilot", series_id=SERIES, season_number=1, episode_number=2)
    row = ItemRef(ID, "Episode", "TBA", series_id=SERIES, season_number=1, episode_number=2)
    assert tuple(identities(episode)) == (identity(row),)


def test_provider_ids_tell_most_and_come_first() -> None:
    one = MediaItem(ID, "Movie", "Night Ferry", year=2020, provider_ids={"Imdb": "tt1", "Tmdb": "5", "Other": "x"})
    other = MediaItem(ID, "Movie", "Nachtfähre", year=2021, provider_ids={"IMDB": "TT1"})
    found, others = tuple(identities(one)), tuple(identities(other))
    assert found[0] == others[0]
    assert len(found) == 3
    assert found[-1] != others[-1]


def test_different_films_and_episodes_differ() -> None:
    rows = [
        ItemRef(ID, "Movie", "Twice", year=2015),
        ItemRef(ID, "Movie", "Twice", year=2016),
        ItemRef(ID, "Movie", "Twice"),
        ItemRef(ID, "Episode", "Twice", series_id=SERIES, season_number=1, episode_number=1),
        ItemRef(ID, "Episode", "Twice", series_id=SERIES, season_number=1, episode_number=2),
        ItemRef(ID, "Episode", "Twice", series_id=SERIES, season_number=2, episode_number=1),
        ItemRef(ID, "Episode", "Twice", series_id=ID, season_number=1, episode_number=1),
    ]
    assert len({identity(row) for row in rows}) == len(rows)


def test_folders_and_episodes_without_a_number_have_none() -> None:
    assert identity(ItemRef(ID, "Series", "Night Ferry", year=2020)) == NO_IDENTITY
    assert identity(ItemRef(ID, "Episode", "Special", series_id=SERIES, season_number=0)) == NO_IDENTITY
    assert tuple(identities(MediaItem(ID, "Episode", "Special"))) == ()
    trailer = ItemRef(ID, "Trailer", "Pilot", series_id=SERIES, season_number=1, episode_number=1)
    assert identity(trailer) == NO_IDENTITY


@given(st.text(), st.none() | st.integers())
def test_an_identity_fits_into_the_smallest_integer_and_is_never_none_by_chance(name: str, year: int | None) -> None:
    assert 0 < identity(ItemRef(ID, "Movie", name, year=year)) < 1 << 30


@given(st.text(), st.integers(0, 9999), st.integers(0, 9999))
def test_where_a_name_ends_and_a_year_begins_is_told_apart(name: str, first: int, second: int) -> None:
    one = ItemRef(ID, "Movie", f"{name}{first}", year=second)
    assert identity(one) != identity(ItemRef(ID, "Movie", name, year=int(f"{first}{second}")))
