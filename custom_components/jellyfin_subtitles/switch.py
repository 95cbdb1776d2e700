"""Whether new files are asked for by themselves."""

from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import JellyfinSubtitlesConfigEntry
from .entity import JellyfinSubtitlesEntity

PARALLEL_UPDATES = 1

AUTOMATIC_REQUESTS = SwitchEntityDescription(
    key="automatic_requests",
    translation_key="automatic_requests",
    entity_category=EntityCategory.CONFIG,
)


async def async_setup_entry(
    hass: HomeAssistant, entry: JellyfinSubtitlesConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the switch."""
    async_add_entities([JellyfinSubtitlesAutomaticRequests(entry.runtime_data.coordinator, AUTOMATIC_REQUESTS)])


class JellyfinSubtitlesAutomaticRequests(JellyfinSubtitlesEntity, SwitchEntity):
    """Off, nothing is asked for but what somebody asks for; what waits then goes on waiting."""

    @property
    @override
    def is_on(self) -> bool:
        """Return whether new files are asked for; it is stored with the requests, not with the state."""
        return self.coordinator.config_entry.runtime_data.requests.automatic

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Ask for new files, and for those that waited."""
        await self._async_set(True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Stop asking."""
        await self._async_set(False)

    async def _async_set(self, on: bool) -> None:
        await self.coordinator.config_entry.runtime_data.requests.set_automatic(on)
        self.async_write_ha_state()
