"""The actions about what is being done for files that lack subtitles."""

from collections.abc import Callable, Iterable, Sequence

import voluptuous as vol

from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import slugify

from .const import DOMAIN, SERVICE_GET_REQUESTS, SERVICE_IGNORE, SERVICE_REPORT_RESULT, SERVICE_RETRY
from .engine.jellyfin import normalize_id
from .engine.ledger_models import Closed, Record, RecordState
from .failures import explained
from .services import LONGEST_PAGE, OF_SERVER, USUAL_PAGE, entry_of, language_of, lookup_of

ATTR_ALL_FAILED = "all_failed"
ATTR_ITEM_ID = "item_id"
ATTR_LANGUAGE = "language"
ATTR_LIMIT = "limit"
ATTR_REASON = "reason"
ATTR_REQUEST_ID = "request_id"
ATTR_START = "start"
ATTR_STATES = "states"
ATTR_SUCCESS = "success"

LONGEST_REASON = 64

OF_REQUESTS = {
    **OF_SERVER,
    vol.Optional(ATTR_REQUEST_ID): cv.string,
    vol.Optional(ATTR_ITEM_ID): cv.string,
    vol.Optional(ATTR_LANGUAGE): cv.string,
}
CHOICE_SCHEMA = vol.Schema(OF_REQUESTS)
RETRY_SCHEMA = vol.Schema({**OF_REQUESTS, vol.Optional(ATTR_ALL_FAILED, default=False): cv.boolean})
GET_REQUESTS_SCHEMA = vol.Schema(
    {
        **OF_REQUESTS,
        vol.Optional(ATTR_STATES): vol.All(cv.ensure_list, [vol.In([state.value for state in RecordState])]),
        vol.Optional(ATTR_LIMIT, default=USUAL_PAGE): vol.All(vol.Coerce(int), vol.Range(min=1, max=LONGEST_PAGE)),
        vol.Optional(ATTR_START, default=0): vol.All(vol.Coerce(int), vol.Range(min=0)),
    }
)
REPORT_RESULT_SCHEMA = vol.Schema(
    {
        **OF_REQUESTS,
        vol.Required(ATTR_SUCCESS): cv.boolean,
        vol.Optional(ATTR_REASON, default="reported"): cv.string,
    }
)


@callback
def async_setup_request_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    hass.services.async_register(
        DOMAIN,
        SERVICE_GET_REQUESTS,
        _async_get_requests,
        schema=GET_REQUESTS_SCHEMA,
        supports_response=SupportsResponse.ONLY,
    )
    hass.services.async_register(
        DOMAIN, SERVICE_IGNORE, _async_ignore, schema=CHOICE_SCHEMA, supports_response=SupportsResponse.OPTIONAL
    )
    hass.services.async_register(
        DOMAIN,
        SERVICE_REPORT_RESULT,
        _async_report_result,
        schema=REPORT_RESULT_SCHEMA,
        supports_response=SupportsResponse.OPTIONAL,
    )
    hass.services.async_register(
        DOMAIN, SERVICE_RETRY, _async_retry, schema=RETRY_SCHEMA, supports_response=SupportsResponse.OPTIONAL
    )


async def _async_get_requests(call: ServiceCall) -> ServiceResponse:
    """Tell what is being done, and what came of what is over: the newest first."""
    ledger = entry_of(call).runtime_data.ledger
    chosen = _chooser(call)
    states = call.data.get(ATTR_STATES)
    known: tuple[Record | Closed, ...] = (*ledger.all_closed(), *ledger.open.values())
    found = [one for one in known if chosen(one) and (states is None or one.state.value in states)]
    found.reverse()
    start, limit = call.data[ATTR_START], call.data[ATTR_LIMIT]
    end = start + limit
    return {
        "requests": [one.as_dict() for one in found[start:end]],
        "count": len(found),
        "next_start": end if end < len(found) else None,
    }


async def _async_ignore(call: ServiceCall) -> ServiceResponse:
    """Leave something alone: its subtitles are not looked for any more, and not asked for again by themselves."""
    records = _open(call)
    await entry_of(call).runtime_data.worker.ignore(one.record_id for one in records)
    return _named(records)


async def _async_retry(call: ServiceCall) -> ServiceResponse:
    """Look at once for what waits for its next attempt, and begin anew with what was given up or left alone."""
    entry = entry_of(call)
    running = entry.runtime_data
    waiting, ended = _failed(call) if call.data[ATTR_ALL_FAILED] else _chosen(call)
    if not (waiting or ended):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="nothing_to_retry",
            translation_placeholders={"action": f"{DOMAIN}.{SERVICE_GET_REQUESTS}"},
        )
    with explained(call.hass, entry):
        requests = await lookup_of(running).anew(ended, running.household) if ended else ()
    for request in requests:
        running.worker.take(request)
    running.worker.retry(one.record_id for one in waiting)
    await running.worker.save()
    begun = {request.request_id for request in requests}
    return _named([*waiting, *(one for one in running.ledger.open.values() if one.request_id in begun)])


def _failed(call: ServiceCall) -> tuple[Sequence[Record], Sequence[Closed]]:
    """Return what was looked for in vain so far, and what was given up."""
    ledger = entry_of(call).runtime_data.ledger
    is_meant = _chooser(call)
    waiting = [one for one in ledger.open.values() if one.reason is not None and is_meant(one)]
    return waiting, [one for one in ledger.all_closed() if one.state.is_in_vain and is_meant(one)]


def _chosen(call: ServiceCall) -> tuple[Sequence[Record], Sequence[Closed]]:
    """Return what is open of that which was chosen, and what has ended without the subtitles."""
    is_meant = _chosen_by(call)
    ledger = entry_of(call).runtime_data.ledger
    ended = [
        one
        for one in ledger.all_closed()
        if (one.state.is_in_vain or one.state is RecordState.IGNORED) and is_meant(one)
    ]
    return [one for one in ledger.open.values() if is_meant(one)], ended


async def _async_report_result(call: ServiceCall) -> ServiceResponse:
    """Take from an automation that it has brought subtitles, or why it has not."""
    records = _open(call)
    # In events it stands among others that are words for machines.
    reason = None if call.data[ATTR_SUCCESS] else slugify(call.data[ATTR_REASON])[:LONGEST_REASON]
    await entry_of(call).runtime_data.worker.report((one.record_id for one in records), reason)
    return _named(records)


def _open(call: ServiceCall) -> tuple[Record, ...]:
    """Return the open records that were chosen; a mistake if nothing was chosen, or nothing of that is open."""
    is_meant = _chosen_by(call)
    if not (found := tuple(one for one in entry_of(call).runtime_data.ledger.open.values() if is_meant(one))):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="no_open_request",
            translation_placeholders={"action": f"{DOMAIN}.{SERVICE_GET_REQUESTS}"},
        )
    return found


def _chosen_by(call: ServiceCall) -> Callable[[Record | Closed], bool]:
    """Return what tells the records that are meant from the others; a mistake if nothing was chosen."""
    if ATTR_REQUEST_ID not in call.data and ATTR_ITEM_ID not in call.data:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="request_or_item")
    return _chooser(call)


def _chooser(call: ServiceCall) -> Callable[[Record | Closed], bool]:
    """Return what tells the records that are meant from the others."""
    data = call.data
    request_id, item_id = data.get(ATTR_REQUEST_ID), data.get(ATTR_ITEM_ID)
    item = None if item_id is None else normalize_id(item_id)
    if item_id is not None and item is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="not_an_id", translation_placeholders={"item_id": item_id}
        )
    language = language_of(call.hass, data[ATTR_LANGUAGE]).tag if ATTR_LANGUAGE in data else None

    def is_meant(one: Record | Closed) -> bool:
        return (
            request_id in (None, one.request_id)
            and (item is None or item in (one.item_id, one.source_id))
            and language in (None, one.language)
        )

    return is_meant


def _named(records: Iterable[Record]) -> ServiceResponse:
    """Return which records were dealt with."""
    return {"requests": [one.as_dict() for one in records]}
