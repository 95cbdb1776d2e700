"""The last item, what came today, when the server was last asked, and how far the subtitles are."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, override

from homeassistant.components.sensor import (
    RestoreSensor,
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorExtraStoredData,
    SensorStateClass,
)
from homeassistant.const import MAX_LENGTH_STATE_STATE, PERCENTAGE, EntityCategory, UnitOfTime
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from .const import EVENT_TYPE_MEDIA_ADDED, EVENT_TYPE_MEDIA_ADDED_BATCH, EVENT_TYPE_SUBTITLE_REQUESTED
from .coordinator import Happening, JellyfinSubtitlesConfigEntry, JellyfinSubtitlesCoordinator
from .engine.languages import Language
from .entity import JellyfinSubtitlesEntity
from .language_names import language_name

PARALLEL_UPDATES = 0

# With the tag of a language behind it, the key of its sensor.
COVERAGE = "coverage_"


@dataclass(frozen=True, kw_only=True)
class JellyfinSubtitlesSensorDescription(SensorEntityDescription):
    """A sensor, and what it reads from the coordinator."""

    value_fn: Callable[[JellyfinSubtitlesCoordinator], str | float | datetime | None]
    attributes_fn: Callable[[JellyfinSubtitlesCoordinator], dict[str, Any]] | None = None


@dataclass(frozen=True, kw_only=True)
class JellyfinSubtitlesCounterDescription(SensorEntityDescription):
    """A sensor that counts, and what it counts."""

    event_types: frozenset[str]


def _last_title(coordinator: JellyfinSubtitlesCoordinator) -> str | None:
    item = coordinator.data.last_item
    return item.title[:MAX_LENGTH_STATE_STATE] if item else None


def _last_item(coordinator: JellyfinSubtitlesCoordinator) -> dict[str, Any]:
    item = coordinator.data.last_item
    return coordinator.payload(item) if item else {}


def _delay(coordinator: JellyfinSubtitlesCoordinator) -> float | None:
    item = coordinator.data.last_item
    return (item.announced_at - item.seen_at).total_seconds() if item else None


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
        key="detection_delay",
        translation_key="detection_delay",
        device_class=SensorDeviceClass.DURATION,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
        value_fn=_delay,
    ),
    JellyfinSubtitlesSensorDescription(
        key="last_sync",
        translation_key="last_sync",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=_last_sync,
        attributes_fn=_last_result,
    ),
    JellyfinSubtitlesSensorDescription(
        key="subtitles_missing",
        translation_key="subtitles_missing",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda coordinator: len(coordinator.data.progress.missing),
    ),
    JellyfinSubtitlesSensorDescription(
        key="subtitles_in_progress",
        translation_key="subtitles_in_progress",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda coordinator: coordinator.data.progress.in_progress,
    ),
    JellyfinSubtitlesSensorDescription(
        key="subtitles_failed",
        translation_key="subtitles_failed",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda coordinator: coordinator.data.progress.failed,
    ),
    JellyfinSubtitlesSensorDescription(
        key="next_attempt",
        translation_key="next_attempt",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda coordinator: coordinator.data.progress.next_attempt,
    ),
)

COUNTERS = (
    JellyfinSubtitlesCounterDescription(
        key="announced_today",
        translation_key="announced_today",
        state_class=SensorStateClass.TOTAL,
        event_types=frozenset({EVENT_TYPE_MEDIA_ADDED, EVENT_TYPE_MEDIA_ADDED_BATCH}),
    ),
    JellyfinSubtitlesCounterDescription(
        key="requested_today",
        translation_key="requested_today",
        state_class=SensorStateClass.TOTAL,
        event_types=frozenset({EVENT_TYPE_SUBTITLE_REQUESTED}),
    ),
)


def _coverage(hass: HomeAssistant, language: Language) -> JellyfinSubtitlesSensorDescription:
    """Return the sensor of a language."""
    return JellyfinSubtitlesSensorDescription(
        key=f"{COVERAGE}{language.tag}",
        translation_key="coverage",
        translation_placeholders={"language": language_name(hass, language)},
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        value_fn=lambda coordinator: coordinator.data.progress.coverage.get(language.tag),
    )


async def async_setup_entry(
    hass: HomeAssistant, entry: JellyfinSubtitlesConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors."""
    coordinator = entry.runtime_data.coordinator
    async_add_entities(JellyfinSubtitlesSensor(coordinator, description) for description in SENSORS)
    async_add_entities(JellyfinSubtitlesCounter(coordinator, description) for description in COUNTERS)
    coverage = [
        JellyfinSubtitlesSensor(coordinator, _coverage(hass, language))
        for language in entry.runtime_data.household.wanted_languages
    ]
    _remove_coverage(hass, coordinator, {sensor.unique_id for sensor in coverage})
    async_add_entities(coverage)


@callback
def _remove_coverage(
    hass: HomeAssistant, coordinator: JellyfinSubtitlesCoordinator, but: Collection[str | None]
) -> None:
    """Remove the sensors of languages that nobody wants any more."""
    registry = er.async_get(hass)
    for registered in er.async_entries_for_config_entry(registry, coordinator.config_entry.entry_id):
        is_coverage = registered.unique_id.startswith(f"{coordinator.server_id}_{COVERAGE}")
        if is_coverage and registered.unique_id not in but:
            registry.async_remove(registered.entity_id)


class JellyfinSubtitlesSensor(JellyfinSubtitlesEntity, SensorEntity):
    """Shows what the coordinator last heard."""

    entity_description: JellyfinSubtitlesSensorDescription

    @property
    @override
    def native_value(self) -> str | float | datetime | None:
        """Return the state."""
        return self.entity_description.value_fn(self.coordinator)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        """Return what belongs to the state."""
        attributes_fn = self.entity_description.attributes_fn
        return attributes_fn(self.coordinator) if attributes_fn else None


@dataclass
class CountOfDay(SensorExtraStoredData):
    """A count, and the day to which it belongs."""

    day: str

    @override
    def as_dict(self) -> dict[str, Any]:
        """Return what is stored."""
        return {**super().as_dict(), "day": self.day}


class JellyfinSubtitlesCounter(JellyfinSubtitlesEntity, RestoreSensor):
    """Counts what happens from one local midnight to the next; a restart in between loses nothing."""

    entity_description: JellyfinSubtitlesCounterDescription
    _cancel_midnight: CALLBACK_TYPE

    def __init__(
        self, coordinator: JellyfinSubtitlesCoordinator, description: JellyfinSubtitlesCounterDescription
    ) -> None:
        """Begin with nothing; of which day shows when the entity is added."""
        super().__init__(coordinator, description)
        self._day = date.min
        self._count = 0

    @override
    async def async_added_to_hass(self) -> None:
        """Take up the count of today, if one is stored, and go on counting."""
        await super().async_added_to_hass()
        stored = await self.async_get_last_extra_data()
        restored = stored.as_dict() if stored else {}
        self._begin_day()
        if restored.get("day") == self._day.isoformat():
            self._count = int(restored["native_value"])
        self._wait_for_midnight()
        self.async_on_remove(self.coordinator.async_subscribe_happenings(self._handle_happening))

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Wait for no midnight any more."""
        self._cancel_midnight()
        await super().async_will_remove_from_hass()

    @property
    @override
    def native_value(self) -> int:
        """Return the count."""
        return self._count

    @property
    @override
    def last_reset(self) -> datetime:
        """Return when the day began."""
        return dt_util.start_of_local_day(self._day)

    @property
    @override
    def extra_restore_state_data(self) -> CountOfDay:
        """Return what is stored."""
        return CountOfDay(self._count, None, self._day.isoformat())

    @callback
    def _handle_happening(self, happening: Happening) -> None:
        if happening.event_type in self.entity_description.event_types:
            self._begin_day()
            self._count += happening.count
            self.async_write_ha_state()

    @callback
    def _handle_midnight(self, _now: datetime) -> None:
        self._begin_day()
        self._wait_for_midnight()
        self.async_write_ha_state()

    def _begin_day(self) -> None:
        """Count anew if this is another day than the last one: clocks and time zones change also at other times."""
        today = dt_util.now().date()
        if today != self._day:
            self._day, self._count = today, 0

    def _wait_for_midnight(self) -> None:
        midnight = dt_util.start_of_local_day(self._day + timedelta(days=1))
        # Should that be a moment too early, the rest is waited for.
        job = HassJob(self._handle_midnight, cancel_on_shutdown=True)
        self._cancel_midnight = async_call_later(self.hass, midnight - dt_util.utcnow(), job)
