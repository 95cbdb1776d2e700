"""The triggers: what the events say, to be chosen in the automation editor.

They listen to the bus and to no entry: that outlives its reload, hears all servers, and is there before they are.
"""

from typing import ClassVar, override

import voluptuous as vol

from homeassistant.const import ATTR_CONFIG_ENTRY_ID, CONF_OPTIONS
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.trigger import Trigger, TriggerActionRunner, TriggerConfig, TriggerNotTriggeredReporter
from homeassistant.helpers.typing import ConfigType

from .const import (
    DOMAIN,
    EVENT_AUTOMATION_ASKED,
    EVENT_MEDIA_ADDED,
    EVENT_MEDIA_ADDED_BATCH,
    EVENT_MEDIA_READY,
    EVENT_SUBTITLE_ARRIVED,
    EVENT_SUBTITLE_FAILED,
    EVENT_SUBTITLE_REQUESTED,
    EVENT_TYPE_AUTOMATION_ASKED,
    EVENT_TYPE_MEDIA_ADDED,
    EVENT_TYPE_MEDIA_ADDED_BATCH,
    EVENT_TYPE_MEDIA_READY,
    EVENT_TYPE_SUBTITLE_ARRIVED,
    EVENT_TYPE_SUBTITLE_FAILED,
    EVENT_TYPE_SUBTITLE_REQUESTED,
)
from .wording import Wording

ATTR_ITEM_TYPE = "item_type"
ITEM_TYPES = ["movie", "episode"]

# Each option is a key of the events: what is chosen is what they have to say.
SCHEMA = vol.Schema(
    {
        vol.Optional(CONF_OPTIONS, default=dict): {
            vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string,
            vol.Optional(ATTR_ITEM_TYPE): vol.In(ITEM_TYPES),
        }
    }
)


class JellyfinSubtitlesTrigger(Trigger):
    """Runs an automation once for each event that fits, with everything that the event says."""

    event: ClassVar[str]
    cause: ClassVar[str]

    @override
    @classmethod
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Refuse what would never happen, such as news of a server that is not set up."""
        valid: ConfigType = SCHEMA(config)
        chosen = valid[CONF_OPTIONS].get(ATTR_CONFIG_ENTRY_ID)
        servers = {entry.entry_id: entry.title for entry in hass.config_entries.async_entries(DOMAIN)}
        if chosen is not None and chosen not in servers:
            names = ", ".join(f"{entry_id} ({title})" for entry_id, title in servers.items()) or "none"
            raise vol.Invalid(
                f"No Jellyfin server is set up under the {ATTR_CONFIG_ENTRY_ID} {chosen}. What is set up: {names}. "
                "Choose one of these, or none to hear of all servers"
            )
        return valid

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Keep what was chosen."""
        super().__init__(hass, config)
        self._chosen = (config.options or {}).items()

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:
        """Run the action from now on, until what is returned is called."""

        @callback
        def handle_event(event: Event) -> None:
            if event.data.items() >= self._chosen:
                run_action(dict(event.data), Wording(self._hass).because(self.cause, event.data), event.context)

        return self._hass.bus.async_listen(self.event, handle_event)


class AutomationAsked(JellyfinSubtitlesTrigger):
    """It is the automations' turn to bring subtitles."""

    event = EVENT_AUTOMATION_ASKED
    cause = EVENT_TYPE_AUTOMATION_ASKED


class MediaAdded(JellyfinSubtitlesTrigger):
    """A film or an episode is new."""

    event = EVENT_MEDIA_ADDED
    cause = EVENT_TYPE_MEDIA_ADDED


class MediaAddedBatch(JellyfinSubtitlesTrigger):
    """Many films or episodes are new."""

    event = EVENT_MEDIA_ADDED_BATCH
    cause = EVENT_TYPE_MEDIA_ADDED_BATCH


class SubtitleRequested(JellyfinSubtitlesTrigger):
    """A file lacks subtitles."""

    event = EVENT_SUBTITLE_REQUESTED
    cause = EVENT_TYPE_SUBTITLE_REQUESTED


class SubtitleArrived(JellyfinSubtitlesTrigger):
    """Subtitles were seen in the file that lacked them."""

    event = EVENT_SUBTITLE_ARRIVED
    cause = EVENT_TYPE_SUBTITLE_ARRIVED


class SubtitleFailed(JellyfinSubtitlesTrigger):
    """Subtitles are not to be had, for now or at all."""

    event = EVENT_SUBTITLE_FAILED
    cause = EVENT_TYPE_SUBTITLE_FAILED


class MediaReady(JellyfinSubtitlesTrigger):
    """A new file has all the subtitles that are wanted."""

    event = EVENT_MEDIA_READY
    cause = EVENT_TYPE_MEDIA_READY


TRIGGERS: dict[str, type[Trigger]] = {
    EVENT_TYPE_AUTOMATION_ASKED: AutomationAsked,
    EVENT_TYPE_MEDIA_ADDED: MediaAdded,
    EVENT_TYPE_MEDIA_ADDED_BATCH: MediaAddedBatch,
    EVENT_TYPE_SUBTITLE_REQUESTED: SubtitleRequested,
    EVENT_TYPE_SUBTITLE_ARRIVED: SubtitleArrived,
    EVENT_TYPE_SUBTITLE_FAILED: SubtitleFailed,
    EVENT_TYPE_MEDIA_READY: MediaReady,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers."""
    return TRIGGERS
