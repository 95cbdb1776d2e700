"""Every new item, as an event."""

from typing import Any, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import EVENT_TYPE_MEDIA_ADDED
from .coordinator import JellyfinSubtitlesConfigEntry
from .entity import JellyfinSubtitlesEntity

PARALLEL_UPDATES = 0

MEDIA_ADDED = EventEntityDescription(
    key="media_added",
    translation_key="media_added",
    event_types=[EVENT_TYPE_MEDIA_ADDED],
)


async def async_setup_entry(
    hass: HomeAssistant, entry: JellyfinSubtitlesConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the event."""
    async_add_entities([JellyfinSubtitlesMediaAdded(entry.runtime_data.coordinator, MEDIA_ADDED)])


class JellyfinSubtitlesMediaAdded(JellyfinSubtitlesEntity, EventEntity):
    """Happens once for each new film or episode.

    Told by the coordinator item by item and not read from its data, which changes for other reasons as well.
    """

    @override
    async def async_added_to_hass(self) -> None:
        """Listen for items."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.async_subscribe_media_added(self._handle_media_added))

    @callback
    def _handle_media_added(self, payload: dict[str, Any]) -> None:
        self._trigger_event(EVENT_TYPE_MEDIA_ADDED, payload)
        self.async_write_ha_state()
