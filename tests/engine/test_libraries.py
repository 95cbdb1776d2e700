"""Which libraries are watched, and where an item belongs."""

from custom_components.jellyfin_subtitles.engine.jellyfin import Library, MediaItem
from custom_components.jellyfin_subtitles.engine.libraries import PLAYLISTS_FOLDER, Libraries

FILMS = Library("a" * 32, "Films", "movies")
SERIES = Library("b" * 32, "Series", "tvshows")
MUSIC = Library("c" * 32, "Music", "music")
MIXED = Library("d" * 32, "Mixed", None)


def test_all_libraries_that_may_hold_films_or_episodes_are_watched_those_to_come_too() -> None:
    libraries = Libraries(None)
    libraries.update([FILMS, MUSIC])
    assert libraries.watched == (FILMS,)
    libraries.update([FILMS, SERIES, MUSIC, MIXED])
    assert libraries.watched == libraries.visible == (FILMS, SERIES, MIXED)


def test_only_chosen_libraries_are_watched() -> None:
    libraries = Libraries(frozenset({SERIES.library_id}))
    libraries.update([FILMS, SERIES])
    assert libraries.visible == (FILMS, SERIES)
    assert libraries.watched == (SERIES,)
    assert not libraries.watches(FILMS.library_id)


def test_a_chosen_library_that_is_not_visible_is_not_watched() -> None:
    libraries = Libraries(frozenset({SERIES.library_id}))
    libraries.update([FILMS])
    assert libraries.watched == ()
    assert not libraries.watches(SERIES.library_id)


def test_a_library_is_named_as_the_server_names_it() -> None:
    libraries = Libraries(None)
    libraries.update([FILMS])
    assert libraries.name(FILMS.library_id) == "Films"
    assert libraries.name(SERIES.library_id) == SERIES.library_id
    assert libraries.seen_name(FILMS.library_id) == "Films"
    assert libraries.seen_name(SERIES.library_id) is None
    assert libraries.seen_name(None) is None


def test_what_is_no_library_is_worth_asking_once() -> None:
    libraries = Libraries(None)
    libraries.update([FILMS])
    assert libraries.knows([FILMS.library_id])
    assert libraries.knows([PLAYLISTS_FOLDER])
    assert not libraries.knows([FILMS.library_id, "e" * 32])
    assert not libraries.knows(["e" * 32])
    libraries.update([FILMS])
    assert libraries.knows(["e" * 32])
    libraries.update([FILMS, Library("e" * 32, "New", "movies")])
    assert libraries.knows(["e" * 32])


def test_a_library_that_came_and_went_is_worth_asking_again() -> None:
    libraries = Libraries(None)
    libraries.update([FILMS])
    assert not libraries.knows([SERIES.library_id])
    libraries.update([FILMS, SERIES])
    libraries.update([FILMS])
    assert not libraries.knows([SERIES.library_id])


def test_one_film_places_the_others_of_its_folder_and_one_episode_those_of_its_series() -> None:
    libraries = Libraries(None)
    libraries.update([FILMS, SERIES])
    libraries.learn(MediaItem("1" * 32, "Movie", "One", parent_id="f" * 32), FILMS.library_id)
    libraries.learn(MediaItem("2" * 32, "Episode", "Two", parent_id="9" * 32, series_id="8" * 32), SERIES.library_id)
    assert libraries.place(MediaItem("3" * 32, "Movie", "Three", parent_id="f" * 32)) == FILMS.library_id
    assert libraries.place(MediaItem("4" * 32, "Episode", "Four", series_id="8" * 32)) == SERIES.library_id
    assert libraries.place(MediaItem("5" * 32, "Episode", "Five", parent_id="9" * 32, series_id="7" * 32)) is None
    homeless = MediaItem("6" * 32, "Movie", "Six")
    libraries.learn(homeless, FILMS.library_id)
    assert libraries.place(homeless) is None


def test_what_was_learnt_of_a_library_goes_with_it() -> None:
    libraries = Libraries(None)
    libraries.update([FILMS, SERIES])
    film = MediaItem("1" * 32, "Movie", "One", parent_id="f" * 32)
    libraries.learn(film, FILMS.library_id)
    libraries.update([SERIES])
    libraries.update([FILMS, SERIES])
    assert libraries.place(film) is None


def test_what_was_chosen_and_is_not_visible_is_known_after_the_first_look() -> None:
    libraries = Libraries(frozenset({FILMS.library_id, SERIES.library_id, MUSIC.library_id}))
    assert libraries.not_visible == frozenset()
    libraries.update([FILMS, MUSIC, MIXED])
    assert libraries.not_visible == {SERIES.library_id}
    libraries.update([])
    assert libraries.not_visible == {FILMS.library_id, SERIES.library_id, MUSIC.library_id}
    libraries.update([FILMS, SERIES, MUSIC])
    assert libraries.not_visible == frozenset()


def test_who_chose_nothing_misses_nothing() -> None:
    libraries = Libraries(None)
    libraries.update([FILMS])
    libraries.update([])
    assert libraries.not_visible == frozenset()


def test_a_library_keeps_its_name_when_it_is_gone() -> None:
    libraries = Libraries(None)
    libraries.update([FILMS])
    libraries.update([])
    assert libraries.name(FILMS.library_id) == "Films"
