"""The dialogs: find the server, sign in, choose libraries, sign in again, change the address."""

from collections.abc import Mapping
from typing import Any, override

import voluptuous as vol

from homeassistant.components.webhook import async_generate_id
from homeassistant.config_entries import SOURCE_REAUTH, ConfigFlowResult
from homeassistant.const import CONF_NAME, CONF_URL, CONF_USERNAME, CONF_VERIFY_SSL, CONF_WEBHOOK_ID
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
from .const import CONF_ALL_LIBRARIES, CONF_LIBRARIES, DOMAIN
from .engine.jellyfin import User
from .server import Refused
from .sign_in_flow import WAYS, ConfigFlowWithSignIn

ADDRESS_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_URL): TextSelector(TextSelectorConfig(autocomplete="url")),
        vol.Required(CONF_VERIFY_SSL, default=True): BooleanSelector(),
    }
)
EXAMPLES = {"example_address": "http://192.168.1.5:8096", "example_proxy": "https://jellyfin.example.com/jellyfin"}


class JellyfinSubtitlesConfigFlow(ConfigFlowWithSignIn, domain=DOMAIN):
    """Sign in to a Jellyfin server and choose its libraries."""

    VERSION = 1
    MINOR_VERSION = 1

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the address."""
        refused = None
        if user_input is not None:
            addresses = addresses_to_try(user_input[CONF_URL])
            try:
                await self._async_find_server(addresses, verify_ssl=user_input[CONF_VERIFY_SSL])
            except Refused as err:
                refused = err
            else:
                return await self.async_step_sign_in()
        return self._show_form("user", ADDRESS_SCHEMA, user_input, refused, EXAMPLES)

    @override
    async def async_step_signed_in(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Go on to the libraries, or end what was only about signing in again."""
        if self.source == SOURCE_REAUTH:
            return self._end_reauth()
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
        """Ask where the server is now; the sign-in stays."""
        entry = self._get_reconfigure_entry()
        refused = None
        if user_input is not None:
            addresses = addresses_to_try(user_input[CONF_URL])
            try:
                await self._async_find_server(addresses, verify_ssl=user_input[CONF_VERIFY_SSL])
            except Refused as err:
                refused = err
            else:
                return self.async_update_reload_and_abort(entry, data_updates=self._server)
        return self._show_form("reconfigure", ADDRESS_SCHEMA, user_input or entry.data, refused, EXAMPLES)

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
        options_offered = [
            SelectOptionDict(value=library.library_id, label=library.name) for library in self._sign_in.libraries
        ]
        schema = vol.Schema(
            {
                vol.Required(CONF_ALL_LIBRARIES, default=True): BooleanSelector(),
                vol.Optional(CONF_LIBRARIES, default=list): SelectSelector(
                    SelectSelectorConfig(options=options_offered, multiple=True, mode=SelectSelectorMode.LIST)
                ),
            }
        )
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, user_input),
            errors=errors,
            description_placeholders={"server": self._title, "user": self._sign_in.user.name},
            last_step=True,
        )

    def _end_reauth(self) -> ConfigFlowResult:
        entry = self._get_reauth_entry()
        old = entry.data
        # Whoever posts to the webhook knows its address.
        kept = {key: old[key] for key in (CONF_WEBHOOK_ID,) if key in old}
        result = self.async_update_reload_and_abort(entry, data=self._sign_in.take() | kept)
        # Only now: should the old token still live, nobody may listen with it any more when it dies.
        async_log_out(self.hass, old)
        return result


def _libraries_step_for(user: User) -> str:
    """Return the step whose text fits the user's rights."""
    if user.is_administrator:
        return "libraries"
    return "libraries_without_hints" if user.can_manage_subtitles else "libraries_without_rights"
