"""What happens, as events: new items, what is asked for, and what came of it."""

from typing import override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import (
    EVENT_TYPE_MEDIA_ADDED,
    EVENT_TYPE_MEDIA_ADDED_BATCH,
    EVENT_TYPE_MEDIA_READY,
    EVENT_TYPE_SUBTITLE_ARRIVED,
    EVENT_TYPE_SUBTITLE_FAILED,
    EVENT_TYPE_SUBTITLE_REQUESTED,
)
from .coordinator import Happening, JellyfinSubtitlesConfigEntry
from .entity import JellyfinSubtitlesEntity

PARALLEL_UPDATES = 0

EVENTS = (
    EventEntityDescription(
        key="media_added",
        translation_key="media_added",
        event_types=[EVENT_TYPE_MEDIA_ADDED, EVENT_TYPE_MEDIA_ADDED_BATCH],
    ),
    EventEntityDescription(
        key="subtitle_requested",
        translation_key="subtitle_requested",
        event_types=[EVENT_TYPE_SUBTITLE_REQUESTED],
    ),
    EventEntityDescription(
        key="subtitle_outcome",
        translation_key="subtitle_outcome",
        event_types=[EVENT_TYPE_SUBTITLE_ARRIVED, EVENT_TYPE_SUBTITLE_FAILED],
    ),
    EventEntityDescription(
        key="media_ready",
        translation_key="media_ready",
        event_types=[EVENT_TYPE_MEDIA_READY],
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: JellyfinSubtitlesConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the events."""
    async_add_entities(JellyfinSubtitlesEvent(entry.runtime_data.coordinator, description) for description in EVENTS)


class JellyfinSubtitlesEvent(JellyfinSubtitlesEntity, EventEntity):
    """Happens once for each item or batch that is announced, for each request, and for what came of it.

    Told by the coordinator one by one and not read from its data, which changes for other reasons as well.
    """

    @override
    async def async_added_to_hass(self) -> None:
        """Listen for what happens."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.async_subscribe_happenings(self._handle_happening))

    @callback
    def _handle_happening(self, happening: Happening) -> None:
        if happening.event_type in self.event_types:
            self._trigger_event(happening.event_type, happening.attributes)
            self.async_write_ha_state()
