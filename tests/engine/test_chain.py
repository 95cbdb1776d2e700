"""Who is asked for what a file lacks."""

from dataclasses import replace
from datetime import UTC, datetime
from unittest.mock import sentinel

from custom_components.jellyfin_subtitles.engine.chain import chain_of
from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.ledger_models import Record
from custom_components.jellyfin_subtitles.engine.models import RequestReason
from custom_components.jellyfin_subtitles.engine.policy import Household
from custom_components.jellyfin_subtitles.engine.profiles import Profile
from custom_components.jellyfin_subtitles.engine.wants import Want

NOW = datetime(2026, 11, 1, tzinfo=UTC)
GERMAN, FRENCH = Want(Language("de")), Want(Language("fr"))
FILMS, SERIES = "f" * 32, "5" * 32
BACKENDS = {"jellyfin": sentinel.jellyfin, "automation": sentinel.automation}
RECORD = Record("1", "1", FILMS, "movie", "", None, None, None, GERMAN, "r", RequestReason.NEW_MEDIA, NOW, NOW, NOW)


def test_the_servers_own_search_is_asked_where_nobody_has_chosen() -> None:
    assert chain_of(RECORD, Household((Language("de"),)), BACKENDS) == (sentinel.jellyfin,)


def test_those_that_a_profile_names_are_asked_in_its_order() -> None:
    """One that this version does not know any more is left out."""
    profile = Profile("Films", (GERMAN,), frozenset({FILMS}), backends=("automation", "gone", "jellyfin"))
    household = Household(profiles=(profile,))
    assert chain_of(RECORD, household, BACKENDS) == (sentinel.automation, sentinel.jellyfin)


def test_nobody_is_asked_for_what_is_not_wanted_any_more() -> None:
    assert chain_of(RECORD, Household((Language("fr"),)), BACKENDS) == ()
    elsewhere = Household(profiles=(Profile("Series", (GERMAN,), frozenset({SERIES})),))
    assert chain_of(RECORD, elsewhere, BACKENDS) == ()


def test_what_a_person_has_asked_for_does_not_have_to_be_wanted() -> None:
    asked = replace(RECORD, want=FRENCH, request_reason=RequestReason.ACTION)
    assert chain_of(asked, Household((Language("de"),)), BACKENDS) == (sentinel.jellyfin,)
