"""The last item, and when the server was last asked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorEntityDescription
from homeassistant.const import MAX_LENGTH_STATE_STATE, EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import JellyfinSubtitlesConfigEntry, JellyfinSubtitlesCoordinator
from .entity import JellyfinSubtitlesEntity

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class JellyfinSubtitlesSensorDescription(SensorEntityDescription):
    """A sensor, and what it reads from the coordinator."""

    value_fn: Callable[[JellyfinSubtitlesCoordinator], str | datetime | None]
    attributes_fn: Callable[[JellyfinSubtitlesCoordinator], dict[str, Any]]


def _last_title(coordinator: JellyfinSubtitlesCoordinator) -> str | None:
    item = coordinator.data.last_item
    return item.title[:MAX_LENGTH_STATE_STATE] if item else None


def _last_item(coordinator: JellyfinSubtitlesCoordinator) -> dict[str, Any]:
    item = coordinator.data.last_item
    return coordinator.payload(item) if item else {}


def _last_sync(coordinator: JellyfinSubtitlesCoordinator) -> datetime | None:
    result = coordinator.data.last_sync
    return result.finished_at if result else None


def _last_result(coordinator: JellyfinSubtitlesCoordinator) -> dict[str, Any]:
    result = coordinator.data.last_sync
    return {"found": len(result.found), "failed_libraries": list(result.failed)} if result else {}


SENSORS = (
    JellyfinSubtitlesSensorDescription(
        key="last_detected_item",
        translation_key="last_detected_item",
        value_fn=_last_title,
        attributes_fn=_last_item,
    ),
    JellyfinSubtitlesSensorDescription(
        key="last_sync",
        translation_key="last_sync",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=_last_sync,
        attributes_fn=_last_result,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: JellyfinSubtitlesConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors."""
    async_add_entities(JellyfinSubtitlesSensor(entry.runtime_data.coordinator, description) for description in SENSORS)


class JellyfinSubtitlesSensor(JellyfinSubtitlesEntity, SensorEntity):
    """Shows what the coordinator last heard."""

    entity_description: JellyfinSubtitlesSensorDescription

    @property
    @override
    def native_value(self) -> str | datetime | None:
        """Return the state."""
        return self.entity_description.value_fn(self.coordinator)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return what belongs to the state."""
        return self.entity_description.attributes_fn(self.coordinator)
