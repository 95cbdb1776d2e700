"""What the logbook says of the events.

The event entities bring lines of their own, which no integration can turn off, and which tell only of what kind an
event was. These say what is new, which subtitles are wanted, and what came of that. They stand under the same entity,
so that a click leads there and on to the device.
"""

from collections.abc import Callable
from typing import Any

from homeassistant.components.logbook import (
    LOGBOOK_ENTRY_ENTITY_ID,
    LOGBOOK_ENTRY_MESSAGE,
    LOGBOOK_ENTRY_NAME,
    LazyEventPartialState,
)
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .const import (
    DOMAIN,
    EVENT_MEDIA_ADDED,
    EVENT_MEDIA_ADDED_BATCH,
    EVENT_MEDIA_READY,
    EVENT_SUBTITLE_ARRIVED,
    EVENT_SUBTITLE_FAILED,
    EVENT_SUBTITLE_REQUESTED,
    EVENT_TYPE_MEDIA_ADDED,
    EVENT_TYPE_MEDIA_READY,
    EVENT_TYPE_SUBTITLE_REQUESTED,
)
from .wording import Wording

# The event entity that tells what came of a request, however it ended.
OUTCOME = "subtitle_outcome"

# Each event on the bus, the event entity that it belongs to, and the sentence.
SENTENCES = {
    EVENT_MEDIA_ADDED: (EVENT_TYPE_MEDIA_ADDED, Wording.added),
    EVENT_MEDIA_ADDED_BATCH: (EVENT_TYPE_MEDIA_ADDED, Wording.added_together),
    EVENT_SUBTITLE_REQUESTED: (EVENT_TYPE_SUBTITLE_REQUESTED, Wording.wanted),
    EVENT_SUBTITLE_ARRIVED: (OUTCOME, Wording.arrived),
    EVENT_SUBTITLE_FAILED: (OUTCOME, Wording.failed),
    EVENT_MEDIA_READY: (EVENT_TYPE_MEDIA_READY, Wording.ready),
}


@callback
def async_describe_events(
    hass: HomeAssistant,
    async_describe_event: Callable[[str, str, Callable[[LazyEventPartialState], dict[str, Any]]], None],
) -> None:
    """Tell the logbook how to write down each event."""

    @callback
    def describe(event: LazyEventPartialState) -> dict[str, Any]:
        key, sentence = SENTENCES[str(event.event_type)]
        device = dr.async_get(hass).async_get(event.data["device_id"])
        # What a server said that was removed since has no entity any more.
        entities = er.async_get(hass)
        return {
            LOGBOOK_ENTRY_NAME: (device.name_by_user or device.name) if device else "Jellyfin",
            LOGBOOK_ENTRY_MESSAGE: sentence(Wording(hass), event.data),
            LOGBOOK_ENTRY_ENTITY_ID: entities.async_get_entity_id(
                Platform.EVENT, DOMAIN, f"{event.data['server_id']}_{key}"
            ),
        }

    for event_type in SENTENCES:
        async_describe_event(DOMAIN, event_type, describe)
