"""Ask the server what is new, by hand."""

from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import JellyfinSubtitlesConfigEntry
from .entity import JellyfinSubtitlesEntity

PARALLEL_UPDATES = 1

SYNC_NOW = ButtonEntityDescription(
    key="sync_now",
    translation_key="sync_now",
    entity_category=EntityCategory.DIAGNOSTIC,
)


async def async_setup_entry(
    hass: HomeAssistant, entry: JellyfinSubtitlesConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the button."""
    async_add_entities([JellyfinSubtitlesSyncButton(entry.runtime_data.coordinator, SYNC_NOW)])


class JellyfinSubtitlesSyncButton(JellyfinSubtitlesEntity, ButtonEntity):
    """Pressed, it looks for new items at once."""

    @override
    async def async_press(self) -> None:
        """Catch up."""
        await self.coordinator.async_sync_now()
