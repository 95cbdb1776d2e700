"""The action that gets an existing library what it lacks."""

import voluptuous as vol

from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.helpers import config_validation as cv

from .const import DOMAIN, SERVICE_SCAN_LIBRARY
from .engine.scan import LibraryScan
from .failures import explained
from .services import (
    ATTR_LIBRARY_ID,
    ATTR_LIMIT,
    OF_SERVER,
    USUAL_PAGE,
    async_libraries,
    entry_of,
    lookup_of,
    requests_of,
    wanted_of,
)

ATTR_DRY_RUN = "dry_run"

# The downloads of a day are few: who wants more asks again.
MOST_FILES = 500

SCAN_LIBRARY_SCHEMA = vol.Schema(
    {
        **OF_SERVER,
        vol.Optional(ATTR_LIBRARY_ID): cv.string,
        vol.Optional(ATTR_LIMIT, default=USUAL_PAGE): vol.All(vol.Coerce(int), vol.Range(min=1, max=MOST_FILES)),
        vol.Optional(ATTR_DRY_RUN, default=True): cv.boolean,
    }
)


@callback
def async_setup_scan_services(hass: HomeAssistant) -> None:
    """Register the action."""
    hass.services.async_register(
        DOMAIN,
        SERVICE_SCAN_LIBRARY,
        _async_scan_library,
        schema=SCAN_LIBRARY_SCHEMA,
        supports_response=SupportsResponse.OPTIONAL,
    )


async def _async_scan_library(call: ServiceCall) -> ServiceResponse:
    """Tell what the newest files that were there before lack, and ask for it if that is wanted."""
    entry = entry_of(call)
    running = entry.runtime_data
    wanted = wanted_of(call.data, running)
    lookup = lookup_of(running)
    scan = LibraryScan(lookup, wanted, running.known, running.libraries, running.requests, running.ledger)
    with explained(call.hass, entry):
        libraries = await async_libraries(lookup, call.data.get(ATTR_LIBRARY_ID))
        found = await scan.look(libraries, limit=call.data[ATTR_LIMIT])
    is_dry = call.data[ATTR_DRY_RUN]
    request_ids = (None,) * len(found.wanting) if is_dry else await scan.request(found)
    return {
        "dry_run": is_dry,
        "requests": requests_of(request_ids, found.wanting),
        "looked_at": found.looked_at,
        "is_complete": found.is_complete,
        "is_paused": not running.requests.automatic,
    }
