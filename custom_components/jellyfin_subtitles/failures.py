"""What people are told when the server does not do what they asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from .const import DOMAIN
from .engine.jellyfin import (
    JellyfinAuthenticationError,
    JellyfinConnectionError,
    JellyfinError,
    JellyfinServerStartingError,
)


@contextmanager
def explained(hass: HomeAssistant, entry: ConfigEntry[Any]) -> Iterator[None]:
    """Say in the words of Home Assistant why the server did not answer; who is refused is asked to sign in again."""
    try:
        yield
    except JellyfinAuthenticationError as err:
        entry.async_start_reauth(hass)
        raise HomeAssistantError(translation_domain=DOMAIN, translation_key="sign_in_needed") from err
    except JellyfinServerStartingError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="server_starting",
            translation_placeholders={"server": entry.title},
        ) from err
    except JellyfinConnectionError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="server_away",
            translation_placeholders={"server": entry.title, "reason": str(err)},
        ) from err
    except JellyfinError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="server_error",
            translation_placeholders={"server": entry.title, "reason": str(err)},
        ) from err
