"""The actions."""

import voluptuous as vol

from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.helpers import config_validation as cv, service

from .const import DOMAIN, SERVICE_SYNC_NOW
from .coordinator import JellyfinSubtitlesConfigEntry

SYNC_NOW_SCHEMA = vol.Schema({vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string})


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    hass.services.async_register(
        DOMAIN,
        SERVICE_SYNC_NOW,
        _async_sync_now,
        schema=SYNC_NOW_SCHEMA,
        supports_response=SupportsResponse.OPTIONAL,
    )


async def _async_sync_now(call: ServiceCall) -> ServiceResponse:
    """Look for new items at once; the answer says what was found and what it cost."""
    entry: JellyfinSubtitlesConfigEntry = service.async_get_config_entry(
        call.hass, DOMAIN, call.data.get(ATTR_CONFIG_ENTRY_ID)
    )
    result = await entry.runtime_data.coordinator.async_sync_now()
    return {
        "found": len(result.found),
        "item_ids": list(result.found),
        "requests": result.requests,
        "baseline": result.baseline,
        "failed_libraries": list(result.failed),
        "finished_at": result.finished_at.isoformat(),
    }
