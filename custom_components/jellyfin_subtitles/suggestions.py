"""Addresses to choose from: of servers that answer in this network, and of those Home Assistant uses already."""

from collections.abc import Iterable

from homeassistant.components.network import async_get_ipv4_broadcast_addresses
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.selector import SelectOptionDict

from .address import addresses_to_try
from .const import CORE_JELLYFIN_DOMAIN, DISCOVERY_WAIT, DOMAIN
from .engine.jellyfin import DISCOVERY_PORT, DiscoveredServer, discover


async def async_look_around(hass: HomeAssistant) -> tuple[DiscoveredServer, ...]:
    """Return the servers that answer in this network; it takes a moment, and never fails."""
    addresses = await async_get_ipv4_broadcast_addresses(hass)
    return await discover(map(str, addresses), port=DISCOVERY_PORT, wait=DISCOVERY_WAIT.total_seconds())


@callback
def suggestions(hass: HomeAssistant, found: Iterable[DiscoveredServer]) -> list[SelectOptionDict]:
    """Return the addresses to suggest for a new entry; servers that have one are left out.

    An address that Home Assistant uses already comes first: it is known to work from here.
    """
    own = hass.config_entries.async_entries(DOMAIN)
    server_ids = {str(entry.unique_id) for entry in own}
    urls = {str(entry.data[CONF_URL]) for entry in own}
    names: dict[str, str] = {}
    for entry in hass.config_entries.async_entries(CORE_JELLYFIN_DOMAIN, include_ignore=False):
        if server_ids.isdisjoint(_server_ids_of(hass, entry.entry_id)):
            names |= dict.fromkeys(addresses_to_try(str(entry.data.get(CONF_URL, "")))[:1], entry.title)
    names |= {server.url: server.name for server in found if server.server_id not in server_ids}
    return [suggestion(url, name) for url, name in names.items() if url not in urls]


def suggestion(url: str, name: str) -> SelectOptionDict:
    """Return an address as it is shown."""
    return SelectOptionDict(value=url, label=url if name == url else f"{name} ({url})")


def _server_ids_of(hass: HomeAssistant, entry_id: str) -> set[str]:
    """Return which server an entry of core's integration is about: its device says so, the entry does not."""
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry_id)
    return {
        server_id for device in devices for domain, server_id in device.identifiers if domain == CORE_JELLYFIN_DOMAIN
    }
