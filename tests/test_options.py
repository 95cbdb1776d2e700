"""What the options mean, chosen or not."""

from datetime import time, timedelta
from types import MappingProxyType
from typing import Any

import pytest

from custom_components.jellyfin_subtitles.engine.ladder import RUNGS, Ladder, QuietHours, rungs_from
from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.listener import ListenerTimings
from custom_components.jellyfin_subtitles.engine.policy import Household
from custom_components.jellyfin_subtitles.engine.profiles import Profile
from custom_components.jellyfin_subtitles.engine.wants import Want
from custom_components.jellyfin_subtitles.options import (
    chosen_libraries,
    fallback_interval,
    flood_limit,
    household,
    listener_timings,
    profiles,
    with_defaults,
    work_timings,
)
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

ENGLISH = Language("en")


async def test_whoever_has_chosen_nothing_wants_everything_in_home_assistants_language(hass: HomeAssistant) -> None:
    assert household(hass, {}) == Household((ENGLISH,), films=True, episodes=True)


@pytest.mark.parametrize(
    ("used", "wanted"),
    [
        ("de", (Language("de"),)),
        ("en-GB", (ENGLISH,)),
        ("pt-BR", (Language("pt", "BR"),)),
        ("zh-Hans", (Language("zh", "Hans"),)),
        ("tlh", ()),
        ("", ()),
    ],
)
async def test_the_language_follows_home_assistants_until_one_is_chosen(
    hass: HomeAssistant, used: str, wanted: tuple[Language, ...]
) -> None:
    hass.config.language = used

    assert household(hass, {}).languages == wanted
    assert household(hass, {"languages": ["fr"]}).languages == (Language("fr"),)


async def test_the_wanted_languages_keep_their_order_and_what_is_none_is_left_out(hass: HomeAssistant) -> None:
    options = {"languages": ["pt-BR", "und", "en", "zh-Hant"], "films": False}

    assert household(hass, options) == Household(
        (Language("pt", "BR"), ENGLISH, Language("zh", "Hant")), films=False, episodes=True
    )
    assert household(hass, {"languages": [], "episodes": False}) == Household((), films=True, episodes=False)


def test_libraries_that_nobody_named_are_all_of_them() -> None:
    assert chosen_libraries({}) is None
    assert chosen_libraries({"libraries": ["a", "b", "a"]}) == frozenset({"a", "b"})
    assert chosen_libraries({"libraries": []}) == frozenset()


def test_the_waits_of_the_listener_are_its_own_unless_they_were_chosen() -> None:
    assert listener_timings({}) == ListenerTimings()
    assert listener_timings({"reconnect_minimum": 10, "reconnect_maximum": 60}) == ListenerTimings(
        reconnect_minimum=10.0, reconnect_maximum=60.0
    )


@pytest.mark.parametrize(
    ("options", "interval"),
    [
        ({}, timedelta(days=1)),
        ({"fallback_sync_hours": 6}, timedelta(hours=6)),
        ({"fallback_sync": False, "fallback_sync_hours": 6}, None),
    ],
)
def test_the_fallback_comes_once_a_day_or_as_chosen_or_never(
    options: dict[str, Any], interval: timedelta | None
) -> None:
    assert fallback_interval(options) == interval


def test_subtitles_are_looked_for_at_any_hour_and_for_months_unless_it_was_said_otherwise() -> None:
    assert work_timings({}).ladder == Ladder(RUNGS)
    chosen = {"quiet_hours": True, "quiet_start": "22:30:00", "quiet_end": "06:00:00", "give_up_after": 1}
    ladder = work_timings(chosen).ladder
    assert ladder.quiet == QuietHours(time(22, 30), time(6), dt_util.get_default_time_zone())
    assert tuple(ladder.rungs) == RUNGS[:5]
    assert work_timings({"waits": "10m, 2x3d"}).ladder == Ladder(rungs_from("10m 3d 3d"))


def test_a_flood_is_more_than_twenty_a_minute_unless_it_was_said_otherwise() -> None:
    assert flood_limit({}) == 20
    assert flood_limit({"flood_limit": 2}) == 2


async def test_what_was_chosen_stands_before_the_defaults(hass: HomeAssistant) -> None:
    options = {"flood_limit": 5, "libraries": ["a"]}

    assert with_defaults(hass, options) == {
        "languages": ["en"],
        "films": True,
        "episodes": True,
        "fallback_sync": True,
        "fallback_sync_hours": 24,
        "reconnect_minimum": 2,
        "reconnect_maximum": 300,
        "quiet_hours": False,
        "quiet_start": "23:00:00",
        "quiet_end": "07:00:00",
        "waits": "1m 5m 30m 2h 6h 21x1d 13x1w",
        "give_up_after": 120,
        "flood_limit": 5,
        "libraries": ["a"],
    }


@pytest.mark.parametrize(("cutoff", "key"), [("fr", "fr"), ("und", None), (None, None)])
def test_a_profile_of_another_time_means_what_can_be_understood_of_it(cutoff: str | None, key: str | None) -> None:
    data = {
        "libraries": [],
        "languages": ["und", "fr", "fr"],
        "kind": "normal",
        "hearing_impaired": "accepted",
        "unless_spoken": False,
        "lenient": False,
        "images": False,
        "machines": True,
        "backends": ["jellyfin"],
        "ignored_paths": [],
        "ignores_watched": False,
    } | ({"cutoff": cutoff} if cutoff else {})
    subentry = ConfigSubentry(data=MappingProxyType(data), subentry_type="profile", title="Ours", unique_id=None)

    assert profiles([subentry]) == (Profile("Ours", (Want(Language("fr")),), cutoff=key),)
