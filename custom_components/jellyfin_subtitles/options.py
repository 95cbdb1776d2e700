"""An entry's options, with the defaults of those that were never chosen."""

from collections.abc import Iterable, Mapping
from datetime import time, timedelta
from typing import Any, Final

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .const import (
    CONF_BACKENDS,
    CONF_CUTOFF,
    CONF_EPISODES,
    CONF_FALLBACK_SYNC,
    CONF_FALLBACK_SYNC_HOURS,
    CONF_FILMS,
    CONF_FLOOD_LIMIT,
    CONF_GIVE_UP_AFTER,
    CONF_HEARING_IMPAIRED,
    CONF_IGNORED_AFTER_DAYS,
    CONF_IGNORED_PATHS,
    CONF_IGNORES_WATCHED,
    CONF_IMAGES,
    CONF_KIND,
    CONF_LANGUAGES,
    CONF_LENIENT,
    CONF_LIBRARIES,
    CONF_MACHINES,
    CONF_QUIET_END,
    CONF_QUIET_HOURS,
    CONF_QUIET_START,
    CONF_RECONNECT_MAXIMUM,
    CONF_RECONNECT_MINIMUM,
    CONF_UNLESS_SPOKEN,
    CONF_WAITS,
    SUBENTRY_PROFILE,
)
from .engine.ladder import WAITS, Ladder, QuietHours, rungs_from, rungs_within
from .engine.languages import default_language, parse_language
from .engine.listener import ListenerTimings
from .engine.policy import Household
from .engine.profiles import Profile
from .engine.wants import HearingImpaired, TrackKind, Want
from .engine.worker import WorkTimings

# Everything is pushed, and every reconnect catches up: the fallback is for what neither of them noticed. More than the
# limit of single items within a minute is no longer news of each of them.
_DEFAULTS: Final = {
    CONF_FILMS: True,
    CONF_EPISODES: True,
    CONF_FALLBACK_SYNC: True,
    CONF_FALLBACK_SYNC_HOURS: 24,
    CONF_RECONNECT_MINIMUM: 2,
    CONF_RECONNECT_MAXIMUM: 300,
    CONF_FLOOD_LIMIT: 20,
    CONF_QUIET_HOURS: False,
    CONF_QUIET_START: "23:00:00",
    CONF_QUIET_END: "07:00:00",
    CONF_WAITS: WAITS,
    CONF_GIVE_UP_AFTER: 120,
}


@callback
def with_defaults(hass: HomeAssistant, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return all options but the libraries, which are all of them where none are named."""
    language = default_language(hass.config.language)
    return {CONF_LANGUAGES: [language.tag] if language else [], **_DEFAULTS, **options}


@callback
def household(hass: HomeAssistant, options: Mapping[str, Any], subentries: Iterable[ConfigSubentry] = ()) -> Household:
    """Return what the people want; nobody has said in which languages they read, it is Home Assistant's own."""
    chosen = with_defaults(hass, options)
    languages = [language for tag in chosen[CONF_LANGUAGES] if (language := parse_language(tag))]
    return Household(
        tuple(languages), films=chosen[CONF_FILMS], episodes=chosen[CONF_EPISODES], profiles=profiles(subentries)
    )


def profiles(subentries: Iterable[ConfigSubentry]) -> tuple[Profile, ...]:
    """Return the profiles that were made, the oldest first."""
    return tuple(_profile(one.title, one.data) for one in subentries if one.subentry_type == SUBENTRY_PROFILE)


def _profile(name: str, data: Mapping[str, Any]) -> Profile:
    wants = {
        tag: Want(
            language,
            TrackKind(data[CONF_KIND]),
            HearingImpaired(data[CONF_HEARING_IMPAIRED]),
            lenient=data[CONF_LENIENT],
            images=data[CONF_IMAGES],
            machines=data[CONF_MACHINES],
            unless_spoken=data[CONF_UNLESS_SPOKEN],
        )
        for tag in data[CONF_LANGUAGES]
        if (language := parse_language(tag))
    }
    cutoff, days = wants.get(data.get(CONF_CUTOFF)), data.get(CONF_IGNORED_AFTER_DAYS)
    return Profile(
        name,
        tuple(wants.values()),
        frozenset(data[CONF_LIBRARIES]) or None,
        cutoff=cutoff.key if cutoff else None,
        ignored_paths=tuple(data[CONF_IGNORED_PATHS]),
        ignores_watched=data[CONF_IGNORES_WATCHED],
        ignored_after=None if days is None else timedelta(days=days),
        backends=tuple(data[CONF_BACKENDS]),
    )


def chosen_libraries(options: Mapping[str, Any]) -> frozenset[str] | None:
    """Return the ids of the libraries to watch, None for all of them."""
    chosen = options.get(CONF_LIBRARIES)
    return None if chosen is None else frozenset(chosen)


def listener_timings(options: Mapping[str, Any]) -> ListenerTimings:
    """Return how long the listener waits for what."""
    chosen = {**_DEFAULTS, **options}
    return ListenerTimings(
        reconnect_minimum=float(chosen[CONF_RECONNECT_MINIMUM]), reconnect_maximum=float(chosen[CONF_RECONNECT_MAXIMUM])
    )


def work_timings(options: Mapping[str, Any]) -> WorkTimings:
    """Return when subtitles are looked for again, and when not; the hours are those of Home Assistant's time zone."""
    chosen = {**_DEFAULTS, **options}
    quiet = None
    if chosen[CONF_QUIET_HOURS]:
        start, end = (time.fromisoformat(chosen[key]) for key in (CONF_QUIET_START, CONF_QUIET_END))
        quiet = QuietHours(start, end, dt_util.get_default_time_zone())
    rungs = rungs_within(rungs_from(chosen[CONF_WAITS]), timedelta(days=chosen[CONF_GIVE_UP_AFTER]))
    return WorkTimings(ladder=Ladder(rungs, quiet))


def fallback_interval(options: Mapping[str, Any]) -> timedelta | None:
    """Return how often the server is asked without a reason, None for never."""
    chosen = {**_DEFAULTS, **options}
    return timedelta(hours=chosen[CONF_FALLBACK_SYNC_HOURS]) if chosen[CONF_FALLBACK_SYNC] else None


def flood_limit(options: Mapping[str, Any]) -> int:
    """Return how many items a minute are announced one by one."""
    limit: int = {**_DEFAULTS, **options}[CONF_FLOOD_LIMIT]
    return limit
