"""The dialogs: find the server, sign in, choose libraries, sign in again or as another user, change the address."""

from collections.abc import Mapping
from typing import Any, override

import voluptuous as vol

from homeassistant.components.webhook import async_generate_id
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntryState,
    ConfigFlowResult,
    ConfigSubentryFlow,
)
from homeassistant.const import CONF_NAME, CONF_URL, CONF_USERNAME, CONF_VERIFY_SSL, CONF_WEBHOOK_ID
from homeassistant.core import callback
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
)

from .address import addresses_to_try
from .connection import async_log_out
from .const import CONF_ALL_LIBRARIES, CONF_LIBRARIES, DOMAIN, SUBENTRY_PROFILE
from .coordinator import JellyfinSubtitlesConfigEntry
from .engine.jellyfin import User
from .engine.models import ListenerState
from .options_flow import JellyfinSubtitlesOptionsFlow, library_fields
from .profile_flow import JellyfinSubtitlesProfileFlow
from .server import Refused
from .sign_in_flow import WAYS, ConfigFlowWithSignIn
from .suggestions import async_look_around, suggestion, suggestions

EXAMPLES = {"example_address": "http://192.168.1.5:8096", "example_proxy": "https://jellyfin.example.com/jellyfin"}


class JellyfinSubtitlesConfigFlow(ConfigFlowWithSignIn, domain=DOMAIN):
    """Sign in to a Jellyfin server and choose its libraries."""

    VERSION = 1
    MINOR_VERSION = 1

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: JellyfinSubtitlesConfigEntry) -> JellyfinSubtitlesOptionsFlow:
        """Return the dialog that changes the options."""
        return JellyfinSubtitlesOptionsFlow()

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: JellyfinSubtitlesConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Return the dialog that makes and changes profiles."""
        return {SUBENTRY_PROFILE: JellyfinSubtitlesProfileFlow}

    def __init__(self) -> None:
        """Begin without having looked around."""
        super().__init__()
        self._suggestions: list[SelectOptionDict] = []
        self._found = ""

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the address."""
        refused = None
        if user_input is None:
            self._suggestions = suggestions(self.hass, await async_look_around(self.hass))
        else:
            addresses = addresses_to_try(user_input[CONF_URL])
            try:
                await self._async_find_server(addresses, verify_ssl=user_input[CONF_VERIFY_SSL])
            except Refused as err:
                refused = err
            else:
                return await self.async_step_sign_in()
        preset = {CONF_URL: self._suggestions[0]["value"]} if self._suggestions else {}
        return self._show_form("user", _address_schema(self._suggestions), user_input or preset, refused, EXAMPLES)

    @override
    async def async_step_signed_in(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Go on to the libraries, or end what was only about the sign-in."""
        if self.source == SOURCE_REAUTH:
            return self._replace_sign_in(self._get_reauth_entry())
        if self.source == SOURCE_RECONFIGURE:
            return self._replace_sign_in(self._get_reconfigure_entry())
        return await self._async_go_to(_libraries_step_for(self._sign_in.user))

    async def async_step_libraries(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask which libraries are watched."""
        return self._choose_libraries("libraries", user_input)

    async def async_step_libraries_without_hints(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask the same, and say what only an administrator is told."""
        return self._choose_libraries("libraries_without_hints", user_input)

    async def async_step_libraries_without_rights(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask the same, and say what the user may not do either."""
        return self._choose_libraries("libraries_without_rights", user_input)

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """The server does not accept our sign-in any more."""
        self._server = {key: entry_data[key] for key in (CONF_URL, CONF_VERIFY_SSL)}
        self._username = entry_data[CONF_USERNAME]
        self._title = self._get_reauth_entry().title
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Say so, and ask how to sign in again."""
        return self.async_show_menu(
            step_id="reauth_confirm", menu_options=WAYS, description_placeholders={CONF_NAME: self._title}
        )

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask what is to change."""
        return self.async_show_menu(
            step_id="reconfigure",
            menu_options=["reconfigure_address", "reconfigure_user"],
            description_placeholders={"server": self._get_reconfigure_entry().title},
        )

    async def async_step_reconfigure_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask how somebody else signs in at the same server; the libraries that were chosen stay."""
        entry = self._get_reconfigure_entry()
        self._server = {key: entry.data[key] for key in (CONF_URL, CONF_VERIFY_SSL)}
        self._title = entry.title
        return self._show_ways("reconfigure_user")

    async def async_step_reconfigure_address(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask where the server is now; the sign-in stays."""
        entry = self._get_reconfigure_entry()
        if user_input is None:
            stored = entry.data[CONF_URL]
            own = (server for server in await async_look_around(self.hass) if server.server_id == entry.unique_id)
            self._found = next((server.url for server in own if server.url != stored), "")
            if self._found:
                self._suggestions = [suggestion(url, entry.title) for url in (self._found, stored)]
                # An address that works is not to be changed by accident.
                preset = stored if _is_connected(entry) else self._found
                return await self.async_step_reconfigure_found(values={**entry.data, CONF_URL: preset})
        return await self._async_change_address("reconfigure_address", user_input, entry.data)

    async def async_step_reconfigure_found(
        self, user_input: dict[str, Any] | None = None, values: Mapping[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask the same, and say that the server answers at another address."""
        return await self._async_change_address("reconfigure_found", user_input, values or {})

    async def _async_change_address(
        self, step_id: str, user_input: dict[str, Any] | None, values: Mapping[str, Any]
    ) -> ConfigFlowResult:
        refused = None
        if user_input is not None:
            addresses = addresses_to_try(user_input[CONF_URL])
            try:
                await self._async_find_server(addresses, verify_ssl=user_input[CONF_VERIFY_SSL])
            except Refused as err:
                refused = err
            else:
                return self.async_update_reload_and_abort(self._get_reconfigure_entry(), data_updates=self._server)
        schema = _address_schema(self._suggestions)
        return self._show_form(step_id, schema, user_input or values, refused, {**EXAMPLES, "found": self._found})

    def _choose_libraries(self, step_id: str, user_input: dict[str, Any] | None) -> ConfigFlowResult:
        errors = {}
        if user_input is not None:
            # Someone else may have added the same server while this dialog was open.
            self._abort_if_unique_id_configured()
            chosen = user_input[CONF_LIBRARIES]
            if user_input[CONF_ALL_LIBRARIES] or chosen:
                options = {} if user_input[CONF_ALL_LIBRARIES] else {CONF_LIBRARIES: chosen}
                data = self._sign_in.take() | {CONF_WEBHOOK_ID: async_generate_id()}
                return self.async_create_entry(title=self._title, data=data, options=options)
            errors[CONF_LIBRARIES] = "no_library_chosen"
        names = {library.library_id: library.name for library in self._sign_in.libraries}
        schema = vol.Schema(library_fields(names))
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, user_input),
            errors=errors,
            description_placeholders={"server": self._title, "user": self._sign_in.user.name},
            last_step=True,
        )

    def _replace_sign_in(self, entry: JellyfinSubtitlesConfigEntry) -> ConfigFlowResult:
        old = entry.data
        # Whoever posts to the webhook knows its address.
        kept = {key: old[key] for key in (CONF_WEBHOOK_ID,) if key in old}
        # Should the old token still live, nobody may work with it any more when it dies: that would look as if the new
        # one had been refused.
        if entry.state is ConfigEntryState.LOADED:
            entry.async_on_unload(lambda: async_log_out(self.hass, old))
        else:
            async_log_out(self.hass, old)
        return self.async_update_reload_and_abort(entry, data=self._sign_in.take() | kept)


def _libraries_step_for(user: User) -> str:
    """Return the step whose text fits the user's rights."""
    if user.is_administrator:
        return "libraries"
    return "libraries_without_hints" if user.can_manage_subtitles else "libraries_without_rights"


def _address_schema(offered: list[SelectOptionDict]) -> vol.Schema:
    """Return the fields of an address; where there is something to choose from, another one can be typed as well."""
    select = SelectSelectorConfig(options=offered, custom_value=True, mode=SelectSelectorMode.DROPDOWN)
    field = SelectSelector(select) if offered else TextSelector(TextSelectorConfig(autocomplete="url"))
    return vol.Schema({vol.Required(CONF_URL): field, vol.Required(CONF_VERIFY_SSL, default=True): BooleanSelector()})


def _is_connected(entry: JellyfinSubtitlesConfigEntry) -> bool:
    if entry.state is not ConfigEntryState.LOADED:
        return False
    return entry.runtime_data.listener.status.state is ListenerState.CONNECTED
