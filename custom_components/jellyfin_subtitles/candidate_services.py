"""The actions about what the server's providers have: to look at it, and to choose from it."""

import asyncio
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Any

import voluptuous as vol

from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util.json import JsonValueType

from .const import DOMAIN, SERVICE_DOWNLOAD, SERVICE_SEARCH
from .coordinator import JellyfinSubtitlesRuntimeData
from .engine.backends import BackendError, Task
from .engine.backends.chosen import Chosen
from .engine.backends.jellyfin_search import JellyfinSearch
from .engine.jellyfin import normalize_id
from .engine.ledger_models import RecordState
from .engine.lookup import requested
from .engine.policy import Household
from .engine.profiles import Profile
from .engine.wants import Want
from .failures import explained
from .services import (
    ATTR_LANGUAGES,
    OF_ITEM,
    REQUEST_SUBTITLES_SCHEMA,
    async_film_or_episode,
    entry_of,
    language_of,
    lookup_of,
    wanted_of,
)

ATTR_LANGUAGE = "language"
ATTR_MEDIA_SOURCE_ID = "media_source_id"
ATTR_SUBTITLE_ID = "subtitle_id"

# How long somebody who has chosen is kept waiting for what comes of it, in seconds.
LONGEST_WAIT = 60.0

DOWNLOAD_SCHEMA = vol.Schema(
    {
        **OF_ITEM,
        vol.Required(ATTR_LANGUAGE): cv.string,
        vol.Required(ATTR_SUBTITLE_ID): cv.string,
        vol.Optional(ATTR_MEDIA_SOURCE_ID): cv.string,
    }
)


@callback
def async_setup_candidate_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    hass.services.async_register(
        DOMAIN,
        SERVICE_DOWNLOAD,
        _async_download,
        schema=DOWNLOAD_SCHEMA,
        supports_response=SupportsResponse.OPTIONAL,
    )
    hass.services.async_register(
        DOMAIN, SERVICE_SEARCH, _async_search, schema=REQUEST_SUBTITLES_SCHEMA, supports_response=SupportsResponse.ONLY
    )


async def _async_search(call: ServiceCall) -> ServiceResponse:
    """Tell what the server's providers have for a film or an episode, the best first; nothing of it is fetched."""
    entry = entry_of(call)
    running = entry.runtime_data
    wanted = wanted_of(call.data, running)
    lookup = lookup_of(running)
    searches: list[JsonValueType] = []
    with explained(call.hass, entry):
        assessed = lookup.assess(await async_film_or_episode(lookup, call.data, wanted), wanted)
        for needs in assessed.needs:
            # Who names a language may look for something better than what is there.
            named = wanted.wants_for(assessed.item.library_id) if call.data.get(ATTR_LANGUAGES) else needs.wants
            for want in named:
                task = Task(needs.source_id, assessed.item.item_id, assessed.item.title, want)
                found = await _async_found(running, task)
                searches.append({"media_source_id": needs.source_id, "language": want.key, **found})
    return {"item_id": assessed.item.item_id, "title": assessed.item.title, "searches": searches}


async def _async_found(running: JellyfinSubtitlesRuntimeData, task: Task) -> dict[str, Any]:
    try:
        found = await JellyfinSearch(running.client).search(task)
    except BackendError as err:
        return {"candidates": [], "reason": err.reason.value}
    return {"candidates": [asdict(one) for one in found], "reason": None}


async def _async_download(call: ServiceCall) -> ServiceResponse:
    """Bring one of the subtitles that were found, and tell what came of it."""
    entry = entry_of(call)
    running = entry.runtime_data
    want = _want(call.hass, call.data[ATTR_LANGUAGE], running.household)
    household = Household(profiles=(Profile("", (want,)),))
    lookup = lookup_of(running)
    with explained(call.hass, entry):
        assessed = lookup.assess(await async_film_or_episode(lookup, call.data, running.household), household)
    named = call.data.get(ATTR_MEDIA_SOURCE_ID, assessed.item.item_id)
    needs = next((one for one in assessed.needs if one.source_id == normalize_id(named)), None)
    if needs is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="no_such_file",
            translation_placeholders={
                "media_source_id": named,
                "name": assessed.item.title,
                "files": ", ".join(f"{one.source_id} ({one.path})" for one in assessed.needs),
            },
        )
    if not needs.missing:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="language_is_there",
            translation_placeholders={"name": assessed.item.title, "language": want.key},
        )
    record_id = f"{needs.source_id};{want.key}"
    record = running.ledger.open.get(record_id)
    if record is not None and record.state is not RecordState.WAITING:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="under_way",
            translation_placeholders={"name": assessed.item.title, "language": want.key},
        )
    chosen = Chosen(JellyfinSearch(running.client), call.data[ATTR_SUBTITLE_ID])
    running.worker.choose(record_id, chosen, requested(assessed, needs))
    await running.worker.save()
    await _async_end_of_attempt(running, record_id)
    now = running.ledger.open.get(record_id) or running.ledger.closed(record_id)
    return None if now is None else now.as_dict()


async def _async_end_of_attempt(running: JellyfinSubtitlesRuntimeData, record_id: str) -> None:
    """Wait until what was chosen is there, or is not to be had; not for ever: others may be served first."""
    is_over = asyncio.Event()

    @callback
    def look() -> None:
        if not running.worker.is_chosen(record_id):
            is_over.set()

    unsubscribe = running.worker.watch(look)
    # It may be over by now: it was written down in between.
    look()
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_WAIT):
                await is_over.wait()
    finally:
        unsubscribe()


def _want(hass: HomeAssistant, written: str, household: Household) -> Want:
    """Return what a search named as its language: a code, and where it is of a special kind, that with it.

    Who has chosen what is to be brought wants it, also where that language is spoken in the file.
    """
    code, *words = written.split(";")
    key = ";".join((language_of(hass, code).tag, *words))
    try:
        return replace(household.want_of(key), unless_spoken=False)
    except ValueError as err:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="unknown_kind",
            translation_placeholders={"language": written, "action": f"{DOMAIN}.{SERVICE_SEARCH}"},
        ) from err
