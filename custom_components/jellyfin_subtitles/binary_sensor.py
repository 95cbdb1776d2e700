"""Whether the server's messages are heard."""

from typing import Any, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import JellyfinSubtitlesConfigEntry
from .engine.models import ListenerState
from .entity import JellyfinSubtitlesEntity

PARALLEL_UPDATES = 0

CONNECTION = BinarySensorEntityDescription(
    key="connection",
    translation_key="connection",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)


async def async_setup_entry(
    hass: HomeAssistant, entry: JellyfinSubtitlesConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the connection."""
    async_add_entities([JellyfinSubtitlesConnection(entry.runtime_data.coordinator, CONNECTION)])


class JellyfinSubtitlesConnection(JellyfinSubtitlesEntity, BinarySensorEntity):
    """On while the socket is open and proven to deliver."""

    _unrecorded_attributes = frozenset({"next_attempt"})

    @property
    @override
    def is_on(self) -> bool:
        """Return whether messages are heard; an open socket that delivers nothing does not count."""
        return self.coordinator.data.status.state is ListenerState.CONNECTED

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return what is being done about it."""
        status = self.coordinator.data.status
        return {
            "state": status.state.value,
            "since": status.since,
            "next_attempt": status.next_attempt,
            "reconnects": status.reconnects,
            "reason": status.reason,
        }
