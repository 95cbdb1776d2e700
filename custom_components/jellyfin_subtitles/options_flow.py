"""The dialog that changes the options: a menu of pages, each of which saves what stands on it and nothing else."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import voluptuous as vol

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult, OptionsFlowWithReload
from homeassistant.const import UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TimeSelector,
)
from homeassistant.util import dt as dt_util

from .connection import async_create_client
from .const import (
    CONF_ALL_LIBRARIES,
    CONF_EPISODES,
    CONF_FALLBACK_SYNC,
    CONF_FALLBACK_SYNC_HOURS,
    CONF_FILMS,
    CONF_FLOOD_LIMIT,
    CONF_GIVE_UP_AFTER,
    CONF_LANGUAGES,
    CONF_LIBRARIES,
    CONF_QUIET_END,
    CONF_QUIET_HOURS,
    CONF_QUIET_START,
    CONF_RECONNECT_MAXIMUM,
    CONF_RECONNECT_MINIMUM,
    CONF_WAITS,
    SIGN_IN_TIMEOUT,
)
from .coordinator import JellyfinSubtitlesConfigEntry
from .engine.jellyfin import JellyfinError
from .engine.ladder import LONGEST_RUNG, MOST_RUNGS, WAITS, rungs_from
from .language_names import LanguageSelector, as_offered
from .options import with_defaults
from .webhook import TEMPLATE, WebhookStatus, async_get_addresses

type Fields = dict[vol.Marker, Any]


def library_fields(names: Mapping[str, str]) -> Fields:
    """Return the fields in which libraries are chosen; they are given as ids with their names."""
    offered = [SelectOptionDict(value=library_id, label=name) for library_id, name in names.items()]
    libraries = SelectSelectorConfig(options=offered, multiple=True, mode=SelectSelectorMode.LIST)
    return {
        vol.Required(CONF_ALL_LIBRARIES, default=True): BooleanSelector(),
        vol.Optional(CONF_LIBRARIES, default=list): SelectSelector(libraries),
    }


def number(lowest: int, highest: int, unit: str | None = None) -> NumberSelector:
    """Return a field for a whole number."""
    config = NumberSelectorConfig(min=lowest, max=highest, step=1, mode=NumberSelectorMode.BOX)
    if unit:
        config["unit_of_measurement"] = unit
    return NumberSelector(config)


async def async_read_libraries(
    hass: HomeAssistant, entry: JellyfinSubtitlesConfigEntry, chosen: Iterable[str]
) -> dict[str, str]:
    """Return the names of the libraries that can be watched, and of those chosen that cannot be seen any more."""
    client = await async_create_client(hass, entry.data, SIGN_IN_TIMEOUT)
    libraries = await client.get_libraries()
    names = {library.library_id: library.name for library in libraries if library.may_hold_video_items}
    return names | {library_id: library_id for library_id in chosen if library_id not in names}


_MEDIA_FIELDS: Final[Fields] = {
    vol.Optional(CONF_LANGUAGES, default=list): LanguageSelector(multiple=True),
    vol.Required(CONF_FILMS): BooleanSelector(),
    vol.Required(CONF_EPISODES): BooleanSelector(),
}
_PACE_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_FLOOD_LIMIT): number(2, 500),
        vol.Required(CONF_FALLBACK_SYNC): BooleanSelector(),
        vol.Required(CONF_FALLBACK_SYNC_HOURS): number(1, 168, UnitOfTime.HOURS),
        vol.Required(CONF_RECONNECT_MINIMUM): number(1, 60, UnitOfTime.SECONDS),
        vol.Required(CONF_RECONNECT_MAXIMUM): number(30, 3600, UnitOfTime.SECONDS),
    }
)
_SEARCH_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_QUIET_HOURS): BooleanSelector(),
        vol.Required(CONF_QUIET_START): TimeSelector(),
        vol.Required(CONF_QUIET_END): TimeSelector(),
        vol.Required(CONF_WAITS): TextSelector(),
        vol.Required(CONF_GIVE_UP_AFTER): number(1, 365, UnitOfTime.DAYS),
    }
)


# Home Assistant has no such address.
_NO_ADDRESS: Final = "–"


def _webhook_status(entry: JellyfinSubtitlesConfigEntry) -> WebhookStatus | None:
    """Return what came through the webhook; None while nobody listens there."""
    return entry.runtime_data.webhook.status if entry.state is ConfigEntryState.LOADED else None


class JellyfinSubtitlesOptionsFlow(OptionsFlowWithReload):
    """Change what is watched, and how patiently."""

    def __init__(self) -> None:
        """Begin without having asked for the libraries."""
        self._libraries: dict[str, str] = {}
        self._reason = ""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask what to change."""
        return self.async_show_menu(step_id="init", menu_options=["media", "search", "pace", "webhook"])

    async def async_step_media(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask which libraries, languages and kinds of media are wanted."""
        if user_input is None:
            try:
                chosen = self.config_entry.options.get(CONF_LIBRARIES, ())
                self._libraries = await async_read_libraries(self.hass, self.config_entry, chosen)
            except JellyfinError as err:
                self._reason = str(err)
                return await self.async_step_media_without_libraries()
        return self._choose_media("media", library_fields(self._libraries), user_input)

    async def async_step_media_without_libraries(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask the same but for the libraries, which the server does not tell now."""
        return self._choose_media("media_without_libraries", {}, user_input)

    async def async_step_search(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask when subtitles are looked for, and for how long."""
        errors = {}
        if user_input is not None:
            if user_input[CONF_QUIET_HOURS] and user_input[CONF_QUIET_START] == user_input[CONF_QUIET_END]:
                errors[CONF_QUIET_END] = "quiet_hours_empty"
            try:
                rungs_from(user_input[CONF_WAITS])
            except ValueError:
                errors[CONF_WAITS] = "waits_unreadable"
            if not errors:
                return self._save(user_input)
        return self._show_page("search", _SEARCH_SCHEMA, user_input, errors)

    async def async_step_pace(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask how often, how soon and how much at once."""
        errors = {}
        if user_input is not None:
            if user_input[CONF_RECONNECT_MAXIMUM] >= user_input[CONF_RECONNECT_MINIMUM]:
                return self._save(user_input)
            errors[CONF_RECONNECT_MAXIMUM] = "maximum_below_minimum"
        return self._show_page("pace", _PACE_SCHEMA, user_input, errors)

    async def async_step_webhook(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show where the webhook is, and that its first call is awaited; else go on to what came of it."""
        if user_input is None:
            status = _webhook_status(self.config_entry)
            if status is None:
                return await self.async_step_webhook_unloaded()
            if status.count:
                return await self.async_step_webhook_called()
            if status.refused:
                return await self.async_step_webhook_refused()
        return await self._async_show_webhook("webhook", user_input)

    async def async_step_webhook_called(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show the same, and when the last call came."""
        return await self._async_show_webhook("webhook_called", user_input)

    async def async_step_webhook_refused(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show the same, and why no call was accepted yet."""
        return await self._async_show_webhook("webhook_refused", user_input)

    async def async_step_webhook_unloaded(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Say that nobody listens at the webhook now."""
        return await self._async_show_webhook("webhook_unloaded", user_input)

    async def _async_show_webhook(self, step_id: str, user_input: dict[str, Any] | None) -> ConfigFlowResult:
        """Show what there is to read; nothing is saved, so that it ends in the menu."""
        if user_input is not None:
            return await self.async_step_init()
        addresses = async_get_addresses(self.hass, self.config_entry)
        status = _webhook_status(self.config_entry) or WebhookStatus()
        last_call = dt_util.as_local(status.last_call) if status.last_call else None
        return self.async_show_form(
            step_id=step_id,
            data_schema=vol.Schema({}),
            description_placeholders={
                "server": self.config_entry.title,
                "internal": addresses.internal or _NO_ADDRESS,
                "external": addresses.external or _NO_ADDRESS,
                "cloudhook": addresses.cloudhook or _NO_ADDRESS,
                "template": TEMPLATE,
                "count": str(status.count),
                "last_call": f"{last_call:%Y-%m-%d %H:%M:%S}" if last_call else "",
                "refused": str(status.refused),
                "refusal": status.last_refusal or "",
            },
            last_step=False,
        )

    def _choose_media(self, step_id: str, libraries: Fields, user_input: dict[str, Any] | None) -> ConfigFlowResult:
        errors = {}
        if user_input is not None:
            if libraries and not user_input[CONF_ALL_LIBRARIES] and not user_input[CONF_LIBRARIES]:
                errors[CONF_LIBRARIES] = "no_library_chosen"
            if not user_input[CONF_FILMS] and not user_input[CONF_EPISODES]:
                errors["base"] = "no_kind_chosen"
            if not errors:
                return self._save(user_input)
        return self._show_page(step_id, vol.Schema(libraries | _MEDIA_FIELDS), user_input, errors)

    def _show_page(
        self, step_id: str, schema: vol.Schema, user_input: dict[str, Any] | None, errors: dict[str, str]
    ) -> ConfigFlowResult:
        """Show a page with what was entered on it, else with what counts now."""
        options = self.config_entry.options
        now = with_defaults(self.hass, options) | {CONF_ALL_LIBRARIES: CONF_LIBRARIES not in options}
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, as_offered(user_input or now)),
            errors=errors,
            description_placeholders={
                "server": self.config_entry.title,
                "reason": self._reason,
                "waits": WAITS,
                "most_waits": str(MOST_RUNGS),
                "longest_weeks": str(LONGEST_RUNG.days // 7),
            },
            last_step=True,
        )

    def _save(self, chosen: Mapping[str, Any]) -> ConfigFlowResult:
        """End the dialog with what was chosen on a page; what stands on the others stays."""
        whole = {key: int(value) if isinstance(value, float) else value for key, value in chosen.items()}
        options = {**self.config_entry.options, **whole}
        if options.pop(CONF_ALL_LIBRARIES, False):
            options.pop(CONF_LIBRARIES, None)
        return self.async_create_entry(data=options)
