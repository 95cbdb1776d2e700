"""From a config entry's data to a client, and out again."""

from collections.abc import Mapping
from datetime import timedelta
import json
from typing import Any

from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.loader import async_get_integration
from homeassistant.util.json import json_loads

from .const import CONF_DEVICE_ID, DOMAIN, LOGGER, REQUEST_TIMEOUT
from .engine.jellyfin import JellyfinClient, JellyfinError, QuickConnectCode


async def async_create_client(
    hass: HomeAssistant, data: Mapping[str, Any], timeout: timedelta = REQUEST_TIMEOUT
) -> JellyfinClient:
    """Return a client for an entry's data, signed in if there is a token."""
    integration = await async_get_integration(hass, DOMAIN)
    return JellyfinClient(
        async_get_clientsession(hass, data[CONF_VERIFY_SSL]),
        data[CONF_URL],
        device_id=data[CONF_DEVICE_ID],
        version=str(integration.version),
        token=data.get(CONF_TOKEN),
        timeout=timeout.total_seconds(),
        loads=_loads,
    )


def _loads(content: bytes | str) -> Any:
    """Decode JSON as fast as Home Assistant can; what is too odd for that, such as half a surrogate pair, slowly."""
    try:
        return json_loads(content)
    except ValueError:
        return json.loads(content)


@callback
def async_log_out(hass: HomeAssistant, data: Mapping[str, Any]) -> None:
    """Give a token back that nobody needs any longer; nobody waits for it, and a server out of reach keeps it."""
    hass.async_create_background_task(_async_log_out(hass, data), f"{DOMAIN} log out")


@callback
def async_discard_code(hass: HomeAssistant, data: Mapping[str, Any], code: QuickConnectCode) -> None:
    """Give back the token that a code has led to, if somebody has allowed it and nobody has fetched it."""
    hass.async_create_background_task(_async_discard_code(hass, data, code), f"{DOMAIN} discard code")


async def _async_log_out(hass: HomeAssistant, data: Mapping[str, Any]) -> None:
    client = await async_create_client(hass, data)
    try:
        await client.log_out()
    except JellyfinError as err:
        LOGGER.debug("The token was not given back: %s", err)


async def _async_discard_code(hass: HomeAssistant, data: Mapping[str, Any], code: QuickConnectCode) -> None:
    client = await async_create_client(hass, data)
    try:
        signed_in = await client.quick_connect.sign_in(code.secret)
    except JellyfinError as err:
        LOGGER.debug("The code had led to no token: %s", err)
    else:
        await _async_log_out(hass, {**data, CONF_TOKEN: signed_in.token})
