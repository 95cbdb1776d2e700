"""Who speaks for which library, and who is asked for what it lacks."""

import pytest

from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.policy import Household
from custom_components.jellyfin_subtitles.engine.profiles import Profile
from custom_components.jellyfin_subtitles.engine.wants import Want

GERMAN, ENGLISH = Want(Language("de")), Want(Language("en"))
SIGNS = Want.from_text("de;forced")
PICTURES = Want.from_text("de;images")

FILMS = Profile("Films", (SIGNS, GERMAN), frozenset({"films", "both"}), backends=("jellyfin", "automation"))
SERIES = Profile("Series", (PICTURES, ENGLISH), frozenset({"series", "both"}), backends=("automation", "other"))
REST = Profile("Rest", (ENGLISH,))


def test_without_profiles_the_languages_are_wanted_everywhere() -> None:
    household = Household((Language("de"), Language("en"), Language("de")))

    assert household.wants_for("any") == household.wants_for(None) == (GERMAN, ENGLISH)
    assert not household.tells_libraries_apart


@pytest.mark.parametrize(
    ("library_id", "names", "wants"),
    [
        ("films", ["Films"], (SIGNS, GERMAN)),
        ("series", ["Series"], (PICTURES, ENGLISH)),
        ("both", ["Films", "Series"], (SIGNS, GERMAN, ENGLISH)),
        ("another", ["Rest"], (ENGLISH,)),
        (None, [], ()),
    ],
)
def test_a_library_has_the_profiles_that_name_it_and_else_the_rest(
    library_id: str | None, names: list[str], wants: tuple[Want, ...]
) -> None:
    household = Household((Language("fr"),), profiles=(FILMS, SERIES, REST))

    assert household.tells_libraries_apart
    assert [profile.name for profile in household.profiles_for(library_id)] == names
    assert household.wants_for(library_id) == wants


def test_what_no_profile_names_is_left_to_the_languages() -> None:
    household = Household((Language("fr"),), profiles=(FILMS,))

    assert household.wants_for("another") == (Want(Language("fr")),)
    assert household.wants_for("films") == FILMS.wants


def test_a_profile_of_every_library_needs_to_know_none() -> None:
    household = Household((Language("fr"),), profiles=(REST,))

    assert household.wants_for(None) == household.wants_for("any") == (ENGLISH,)
    assert not household.tells_libraries_apart


@pytest.mark.parametrize(
    ("household", "wants_nothing"),
    [
        (Household(), True),
        (Household((Language("de"),)), False),
        (Household(profiles=(FILMS,)), False),
        (Household(profiles=(REST,)), False),
        (Household((Language("de"),), profiles=(Profile("Silent", ()),)), True),
    ],
)
def test_a_household_wants_nothing_where_nobody_in_it_does(household: Household, wants_nothing: bool) -> None:
    assert household.wants_nothing is wants_nothing


@pytest.mark.parametrize(
    ("library_id", "key", "chain"),
    [
        ("films", "de", ("jellyfin", "automation")),
        ("series", "de", ("automation", "other")),
        ("both", "de", ("jellyfin", "automation", "other")),
        ("both", "de;forced", ("jellyfin", "automation")),
        ("films", "en", ("jellyfin",)),
        ("another", "en", ("jellyfin",)),
        (None, "de", ("jellyfin",)),
    ],
)
def test_those_who_want_it_say_who_is_asked(library_id: str | None, key: str, chain: tuple[str, ...]) -> None:
    household = Household(profiles=(FILMS, SERIES, REST))

    assert household.backends_for(library_id, key) == chain


def test_a_want_that_a_person_names_is_meant_as_a_profile_has_it() -> None:
    """Whichever library that profile is of; what none of them has is meant plainly."""
    household = Household((Language("fr"),), profiles=(SERIES, FILMS))
    assert household.want_of("de") is PICTURES
    assert household.want_of("de;forced") is SIGNS
    assert household.want_of("it;sdh") == Want.from_text("it;sdh")
    with pytest.raises(ValueError, match="not a"):
        household.want_of("it;loud")


def test_a_language_that_is_wanted_in_several_ways_and_places_is_one() -> None:
    household = Household(profiles=(SERIES, FILMS, REST))

    assert household.wanted_languages == (Language("de"), Language("en"))
