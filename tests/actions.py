"""Calling the actions as automations do."""

from typing import Any

import pytest

from custom_components.jellyfin_subtitles.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError


async def async_act(hass: HomeAssistant, action: str, **data: Any) -> dict[str, Any]:
    """Call an action and return its answer."""
    answer = await hass.services.async_call(DOMAIN, action, data, blocking=True, return_response=True)
    assert answer is not None
    return dict(answer)


async def async_mistake(hass: HomeAssistant, action: str, **data: Any) -> ServiceValidationError:
    """Call an action in a way that a person has to mend, and return what it says."""
    with pytest.raises(ServiceValidationError) as error:
        await async_act(hass, action, **data)
    assert error.value.translation_domain == DOMAIN
    # Home Assistant shows the key where a text or one of its placeholders is missing.
    assert str(error.value) != error.value.translation_key
    assert "{" not in str(error.value)
    return error.value


async def async_failure(hass: HomeAssistant, action: str, **data: Any) -> HomeAssistantError:
    """Call an action in vain, and return what it says of the server."""
    with pytest.raises(HomeAssistantError) as error:
        await async_act(hass, action, **data)
    assert not isinstance(error.value, ServiceValidationError)
    assert "{" not in str(error.value)
    return error.value
