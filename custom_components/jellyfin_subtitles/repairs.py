"""What a person decides in a repair issue."""

import voluptuous as vol

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_USERNAME
from homeassistant.core import HomeAssistant

from .const import ISSUE_MASS_ARRIVAL
from .coordinator import JellyfinSubtitlesConfigEntry
from .engine.requests import SubtitleRequests
from .engine.rights import Right, named_rights


class RepairsFlowWithEntry(RepairsFlow):
    """A dialog about an entry, which may be unloaded or removed while the dialog is open."""

    def __init__(self, entry_id: str) -> None:
        """Remember which entry."""
        self._entry_id = entry_id

    @property
    def _loaded_entry(self) -> JellyfinSubtitlesConfigEntry | None:
        entry: JellyfinSubtitlesConfigEntry | None = self.hass.config_entries.async_get_entry(self._entry_id)
        return entry if entry and entry.state is ConfigEntryState.LOADED else None

    def _abort(self) -> RepairsFlowResult:
        return self.async_abort(reason="not_loaded")


class MassArrivalRepairFlow(RepairsFlowWithEntry):
    """Asks what to do with the files of a mass arrival."""

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Ask."""
        if (entry := self._loaded_entry) is None:
            return self._abort()
        return self.async_show_menu(
            step_id="init",
            menu_options=["request_all", "ignore_all"],
            description_placeholders={"server": entry.title, "count": str(entry.runtime_data.requests.mass)},
        )

    async def async_step_request_all(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Ask for their subtitles after all."""
        if (entry := self._loaded_entry) is None:
            return self._abort()
        requests = entry.runtime_data.requests
        await requests.request_all()
        return await self._async_end(requests)

    async def async_step_ignore_all(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Leave them alone."""
        if (entry := self._loaded_entry) is None:
            return self._abort()
        requests = entry.runtime_data.requests
        await requests.ignore_all()
        return await self._async_end(requests)

    async def _async_end(self, requests: SubtitleRequests) -> RepairsFlowResult:
        """End the issue, unless more has arrived while this was written down: nobody has decided about that."""
        return await self.async_step_init() if requests.mass else self.async_create_entry(data={})


class RightsReducedRepairFlow(RepairsFlowWithEntry):
    """Says what does not work any more, and stops saying so."""

    def __init__(self, entry_id: str, lost: frozenset[Right]) -> None:
        """Remember which rights are gone."""
        super().__init__(entry_id)
        self._lost = lost

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Go on to the text that fits."""
        if Right.ADMINISTRATOR not in self._lost:
            return await self.async_step_subtitles()
        if Right.MANAGE_SUBTITLES not in self._lost:
            return await self.async_step_hints()
        return await self.async_step_hints_and_subtitles()

    async def async_step_hints(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """The user is no administrator any more."""
        return self._confirm("hints", user_input)

    async def async_step_subtitles(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """The user may not manage subtitles any more."""
        return self._confirm("subtitles", user_input)

    async def async_step_hints_and_subtitles(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """The user was an administrator, and may not even manage subtitles now."""
        return self._confirm("hints_and_subtitles", user_input)

    def _confirm(self, step_id: str, user_input: dict[str, str] | None) -> RepairsFlowResult:
        if (entry := self._loaded_entry) is None:
            return self._abort()
        if user_input is not None:
            entry.runtime_data.issues.async_accept_loss(self._lost)
            return self.async_create_entry(data={})
        return self.async_show_form(
            step_id=step_id,
            data_schema=vol.Schema({}),
            description_placeholders={"server": entry.title, "user": entry.data[CONF_USERNAME]},
        )


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the dialog of an issue; the issues about files are only to be read and closed."""
    if data is None:
        return ConfirmRepairFlow()
    entry_id = str(data["entry_id"])
    if issue_id.startswith(ISSUE_MASS_ARRIVAL):
        return MassArrivalRepairFlow(entry_id)
    return RightsReducedRepairFlow(entry_id, named_rights(str(data["lost"]).split()))
