"""The actions."""

from collections.abc import Mapping, Sequence
from typing import Any

import voluptuous as vol

from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, service
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonValueType

from .const import DOMAIN, SERVICE_GET_ITEM, SERVICE_GET_MISSING, SERVICE_REQUEST_SUBTITLES, SERVICE_SYNC_NOW
from .coordinator import JellyfinSubtitlesConfigEntry, JellyfinSubtitlesRuntimeData
from .engine.jellyfin import JellyfinNotFoundError, Library, MediaItem, normalize_id
from .engine.languages import Language
from .engine.lookup import Assessment, Lookup, can_have_subtitles, has_episodes, kinds_of
from .engine.models import Announcement, Needs, RequestReason
from .engine.policy import Household
from .failures import explained
from .language_names import language_like, language_meant, language_name

ATTR_ITEM_ID = "item_id"
ATTR_LANGUAGES = "languages"
ATTR_LIBRARY_ID = "library_id"
ATTR_LIMIT = "limit"
ATTR_PATH = "path"
ATTR_START = "start"

LONGEST_PAGE = 100
USUAL_PAGE = 50

OF_SERVER = {vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string}
OF_ITEM = {**OF_SERVER, vol.Optional(ATTR_ITEM_ID): cv.string, vol.Optional(ATTR_PATH): cv.string}
OF_LANGUAGES = {vol.Optional(ATTR_LANGUAGES): vol.All(cv.ensure_list, [cv.string])}

SYNC_NOW_SCHEMA = vol.Schema(OF_SERVER)
GET_ITEM_SCHEMA = vol.Schema(OF_ITEM)
REQUEST_SUBTITLES_SCHEMA = vol.Schema({**OF_ITEM, **OF_LANGUAGES})
GET_MISSING_SCHEMA = vol.Schema(
    {
        **OF_SERVER,
        **OF_LANGUAGES,
        vol.Optional(ATTR_LIBRARY_ID): cv.string,
        vol.Optional(ATTR_LIMIT, default=USUAL_PAGE): vol.All(vol.Coerce(int), vol.Range(min=1, max=LONGEST_PAGE)),
        vol.Optional(ATTR_START, default=0): vol.All(vol.Coerce(int), vol.Range(min=0)),
    }
)


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    hass.services.async_register(
        DOMAIN,
        SERVICE_GET_ITEM,
        _async_get_item,
        schema=GET_ITEM_SCHEMA,
        supports_response=SupportsResponse.ONLY,
    )
    hass.services.async_register(
        DOMAIN,
        SERVICE_GET_MISSING,
        _async_get_missing,
        schema=GET_MISSING_SCHEMA,
        supports_response=SupportsResponse.ONLY,
    )
    hass.services.async_register(
        DOMAIN,
        SERVICE_REQUEST_SUBTITLES,
        _async_request_subtitles,
        schema=REQUEST_SUBTITLES_SCHEMA,
        supports_response=SupportsResponse.OPTIONAL,
    )
    hass.services.async_register(
        DOMAIN,
        SERVICE_SYNC_NOW,
        _async_sync_now,
        schema=SYNC_NOW_SCHEMA,
        supports_response=SupportsResponse.OPTIONAL,
    )


async def _async_sync_now(call: ServiceCall) -> ServiceResponse:
    """Look for new items at once; the answer says what was found and what it cost."""
    result = await entry_of(call).runtime_data.coordinator.async_sync_now()
    return {
        "found": len(result.found),
        "item_ids": list(result.found),
        "requests": result.requests,
        "baseline": result.baseline,
        "failed_libraries": list(result.failed),
        "finished_at": result.finished_at.isoformat(),
    }


async def _async_get_item(call: ServiceCall) -> ServiceResponse:
    """Tell what the server has: a film or an episode with all its files."""
    entry = entry_of(call)
    running = entry.runtime_data
    lookup = lookup_of(running)
    with explained(call.hass, entry):
        item = await async_film_or_episode(lookup, call.data, running.household)
    return _described(running, lookup.assess(item, running.household))


async def _async_get_missing(call: ServiceCall) -> ServiceResponse:
    """Tell which of the newest films and episodes lack a language; one page of each library."""
    entry = entry_of(call)
    running = entry.runtime_data
    wanted = wanted_of(call.data, running)
    start, limit = call.data[ATTR_START], call.data[ATTR_LIMIT]
    lookup = lookup_of(running)
    with explained(call.hass, entry):
        libraries = await async_libraries(lookup, call.data.get(ATTR_LIBRARY_ID))
        page = await lookup.recent(libraries, start=start, limit=limit, kinds=kinds_of(running.household))
    assessed = [lookup.assess(item, wanted, library) for item, library in page.items]
    return {
        "items": [_described(running, one) for one in assessed if one.lacking],
        "start": start,
        "next_start": None if page.is_last else start + limit,
        "looked_at": len(assessed),
    }


async def _async_request_subtitles(call: ServiceCall) -> ServiceResponse:
    """Ask for the subtitles that a film, an episode, or the episodes of a season or a series lack."""
    entry = entry_of(call)
    running = entry.runtime_data
    wanted = wanted_of(call.data, running)
    lookup = lookup_of(running)
    with explained(call.hass, entry):
        item = await _async_find(lookup, call.data)
        assessed = await lookup.assessed(item, wanted)
    if not assessed:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="item_without_file",
            translation_placeholders={"name": item.name},
        )
    wanting = [(one.item, needs) for one in assessed for needs in one.lacking]
    request_ids = await running.requests.request(wanting, RequestReason.ACTION)
    return {
        "requests": requests_of(request_ids, wanting),
        "items": len(assessed),
        "satisfied": sum(not one.lacking for one in assessed),
    }


def requests_of(
    request_ids: Sequence[str | None], wanting: Sequence[tuple[Announcement, Needs]]
) -> list[JsonValueType]:
    """Return what is asked for, or would be, file by file."""
    return [
        {
            "request_id": request_id,
            "item_id": said.item_id,
            "media_source_id": needs.source_id,
            "title": said.title,
            "missing": list(needs.missing),
        }
        for request_id, (said, needs) in zip(request_ids, wanting, strict=True)
    ]


def entry_of(call: ServiceCall) -> JellyfinSubtitlesConfigEntry:
    """Return the server that was named, or the only one."""
    entry: JellyfinSubtitlesConfigEntry = service.async_get_config_entry(
        call.hass, DOMAIN, call.data.get(ATTR_CONFIG_ENTRY_ID)
    )
    return entry


def lookup_of(running: JellyfinSubtitlesRuntimeData) -> Lookup:
    """Return what asks the server for people."""
    return Lookup(running.client, running.libraries, now=dt_util.utcnow)


def _described(running: JellyfinSubtitlesRuntimeData, assessed: Assessment) -> dict[str, Any]:
    """Return what the event of a new item would say, and what each file has and lacks."""
    versions = [
        {
            "media_source_id": needs.source_id,
            "path": needs.path,
            "missing": list(needs.missing),
            "present": list(needs.present),
            "translatable_from": list(needs.translatable_from),
        }
        for needs in assessed.needs
    ]
    return {**running.coordinator.payload(assessed.item), "versions": versions}


# What was asked for, or the mistake in it


async def _async_find(lookup: Lookup, data: Mapping[str, Any]) -> MediaItem:
    """Return the film, episode, season or series that was named by its id or its path."""
    item_id, path = data.get(ATTR_ITEM_ID), data.get(ATTR_PATH)
    if path is not None and item_id is None:
        item = await lookup.item_at(path)
        if item is None:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="path_not_found",
                translation_placeholders={"path": path},
            )
    elif item_id is not None and path is None:
        item = await _async_item(lookup, item_id)
    else:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="item_or_path")
    if not (can_have_subtitles(item) or has_episodes(item)):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="not_film_or_episode",
            translation_placeholders={"name": item.name, "kind": item.extra_type or item.kind},
        )
    return item


async def async_film_or_episode(lookup: Lookup, data: Mapping[str, Any], household: Household) -> MediaItem:
    """Return the film or episode that was named, once it is known in which library it is."""
    item = await _async_find(lookup, data)
    if has_episodes(item):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="item_has_episodes",
            translation_placeholders={"name": item.name, "action": f"{DOMAIN}.{SERVICE_REQUEST_SUBTITLES}"},
        )
    await lookup.place(item, household)
    return item


async def _async_item(lookup: Lookup, item_id: str) -> MediaItem:
    if normalize_id(item_id) is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="not_an_id",
            translation_placeholders={"item_id": item_id},
        )
    try:
        return await lookup.item(item_id)
    except JellyfinNotFoundError as err:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="item_not_found",
            translation_placeholders={"item_id": item_id},
        ) from err


async def async_libraries(lookup: Lookup, library_id: str | None) -> tuple[Library, ...]:
    """Return the library that was named, or those that are watched."""
    if library_id is None:
        return await lookup.watched()
    visible = await lookup.visible()
    named = tuple(library for library in visible if library.library_id == normalize_id(library_id))
    if not named:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="no_such_library",
            translation_placeholders={
                "library_id": library_id,
                "libraries": ", ".join(f"{library.name} ({library.library_id})" for library in visible) or "–",
            },
        )
    return named


def wanted_of(data: Mapping[str, Any], running: JellyfinSubtitlesRuntimeData) -> Household:
    """Return a household that wants the languages that were named, or the one there is."""
    hass = running.coordinator.hass
    named = tuple(dict.fromkeys(language_of(hass, written) for written in data.get(ATTR_LANGUAGES, ())))
    wanted = Household(named) if named else running.household
    if wanted.wants_nothing:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="no_language_wanted")
    return wanted


def language_of(hass: HomeAssistant, written: str) -> Language:
    """Return the language that a code or a name means; a mistake says which one may have been meant."""
    if (language := language_meant(hass, written)) is not None:
        return language
    if (meant := language_like(hass, written)) is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="unknown_language",
            translation_placeholders={"language": written},
        )
    raise ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="misspelt_language",
        translation_placeholders={"language": written, "code": meant.tag, "name": language_name(hass, meant)},
    )
