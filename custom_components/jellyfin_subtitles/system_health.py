"""How the connections are, for Home Assistant's system information.

People paste that into public reports, so it names no server. Where there are several, their values stand in one line,
in the order in which they were set up.
"""

import asyncio
from typing import Any

from homeassistant.components import system_health
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN
from .coordinator import JellyfinSubtitlesConfigEntry, JellyfinSubtitlesRuntimeData
from .server import Refused, async_find_server


@callback
def async_register(hass: HomeAssistant, register: system_health.SystemHealthRegistration) -> None:
    """Say who knows."""
    register.async_register_info(async_system_health_info)


async def async_system_health_info(hass: HomeAssistant) -> dict[str, Any]:
    """Return what is known already, and what finds out the rest."""
    entries: list[JellyfinSubtitlesConfigEntry] = hass.config_entries.async_entries(DOMAIN, include_disabled=False)
    if not entries:
        return {"servers": 0}
    running = [(entry, entry.runtime_data if entry.state is ConfigEntryState.LOADED else None) for entry in entries]
    known = [one for _, one in running if one]
    syncs = [one.coordinator.data.last_sync for one in known]
    return {
        "servers": len(entries),
        "can_reach_server": _async_can_reach(hass, entries),
        "connection": ", ".join(one.listener.status.state if one else entry.state.value for entry, one in running),
        "server_version": ", ".join(_version(one) for _, one in running),
        "known_items": sum(len(one.known) for one in known),
        "last_sync": min((sync.finished_at for sync in syncs if sync), default="never"),
    }


def _version(running: JellyfinSubtitlesRuntimeData | None) -> str:
    return (running.coordinator.server_version if running else None) or "unknown"


async def _async_can_reach(hass: HomeAssistant, entries: list[JellyfinSubtitlesConfigEntry]) -> str | dict[str, str]:
    """Return whether all servers answer, in the way system health says it.

    Its own check knows neither the choice to trust a certificate nor what answers; this one is that of the dialogs, and
    sends no token either.
    """
    answers = await asyncio.gather(*(_async_can_reach_one(hass, entry) for entry in entries))
    refused = next((answer for answer in answers if answer), None)
    return {"type": "failed", "error": refused.error} if refused else "ok"


async def _async_can_reach_one(hass: HomeAssistant, entry: JellyfinSubtitlesConfigEntry) -> Refused | None:
    try:
        await async_find_server(hass, (entry.data[CONF_URL],), verify_ssl=entry.data[CONF_VERIFY_SSL])
    except Refused as refused:
        return refused
    return None
