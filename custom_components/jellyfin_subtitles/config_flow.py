"""The dialogs: sign in, choose libraries, sign in again."""

from collections.abc import Mapping
from typing import Any, override
from uuid import uuid4

import voluptuous as vol
from yarl import URL

from homeassistant.config_entries import SOURCE_REAUTH, ConfigFlow, ConfigFlowResult
from homeassistant.const import CONF_PASSWORD, CONF_TOKEN, CONF_URL, CONF_USERNAME, CONF_VERIFY_SSL
from homeassistant.core import callback
from homeassistant.data_entry_flow import UnknownFlow
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from .address import addresses_to_try
from .connection import async_create_client, async_log_out
from .const import CONF_ALL_LIBRARIES, CONF_DEVICE_ID, CONF_LIBRARIES, CONF_USER_ID, DOMAIN, LOGGER, SIGN_IN_TIMEOUT
from .engine.jellyfin import (
    JellyfinAuthenticationError,
    JellyfinClient,
    JellyfinConnectionError,
    JellyfinError,
    JellyfinForbiddenError,
    JellyfinNotJellyfinError,
    JellyfinRedirectError,
    JellyfinServerStartingError,
    JellyfinTlsError,
    Library,
    ServerInfo,
)

CREDENTIALS_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_USERNAME): TextSelector(TextSelectorConfig(autocomplete="username")),
        vol.Optional(CONF_PASSWORD, default=""): TextSelector(
            TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="current-password")
        ),
    }
)
USER_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_URL): TextSelector(TextSelectorConfig(autocomplete="url")),
        vol.Required(CONF_VERIFY_SSL, default=True): BooleanSelector(),
        **CREDENTIALS_SCHEMA.schema,
    }
)
EXAMPLES = {"example_address": "http://192.168.1.5:8096", "example_proxy": "https://jellyfin.example.com/jellyfin"}

# What each error is called in the dialog; the first class that fits counts.
ERRORS: tuple[tuple[type[JellyfinError], str], ...] = (
    (JellyfinServerStartingError, "server_starting"),
    (JellyfinRedirectError, "base_url_missing"),
    (JellyfinTlsError, "tls_failed"),
    (JellyfinConnectionError, "cannot_connect"),
    (JellyfinNotJellyfinError, "not_jellyfin"),
    (JellyfinAuthenticationError, "invalid_auth"),
    (JellyfinForbiddenError, "user_disabled"),
    (JellyfinError, "server_error"),
)

# Of several addresses that were tried, the one that is shown: where nothing answers, the address was a guess of ours.
TELLING = {"cannot_connect": 0, "tls_failed": 1, "not_jellyfin": 1}


class _Refused(Exception):
    """The form cannot be accepted: the name of the error, and what its text mentions."""

    def __init__(self, error: str, **placeholders: str) -> None:
        super().__init__(error)
        self.error = error
        self.placeholders = placeholders


class JellyfinSubtitlesConfigFlow(ConfigFlow, domain=DOMAIN):
    """Sign in to a Jellyfin server and choose its libraries."""

    VERSION = 1
    MINOR_VERSION = 1

    def __init__(self) -> None:
        """Begin with nothing."""
        self._title = ""
        self._data: dict[str, Any] = {}
        self._libraries: tuple[Library, ...] = ()
        self._left = False

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the address and the credentials."""
        refused = None
        if user_input is not None:
            try:
                await self._async_sign_in(addresses_to_try(user_input[CONF_URL]), user_input)
            except _Refused as err:
                refused = err
            else:
                return await self.async_step_libraries()
        return self._show_sign_in("user", USER_SCHEMA, user_input, refused)

    async def async_step_libraries(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask which libraries are watched."""
        errors = {}
        if user_input is not None:
            # Someone else may have added the same server while this dialog was open.
            self._abort_if_unique_id_configured()
            chosen = user_input[CONF_LIBRARIES]
            if user_input[CONF_ALL_LIBRARIES] or chosen:
                data, self._data = self._data, {}
                options = {} if user_input[CONF_ALL_LIBRARIES] else {CONF_LIBRARIES: chosen}
                return self.async_create_entry(title=self._title, data=data, options=options)
            errors[CONF_LIBRARIES] = "no_library_chosen"
        options_offered = [
            SelectOptionDict(value=library.library_id, label=library.name) for library in self._libraries
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
            step_id="libraries",
            data_schema=self.add_suggested_values_to_schema(schema, user_input),
            errors=errors,
            description_placeholders={"server": self._title},
            last_step=True,
        )

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """The server does not accept our sign-in any more."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the credentials again."""
        entry = self._get_reauth_entry()
        refused = None
        if user_input is not None:
            try:
                await self._async_sign_in((entry.data[CONF_URL],), entry.data | user_input)
            except _Refused as err:
                refused = err
            else:
                old, data, self._data = entry.data, self._data, {}
                result = self.async_update_reload_and_abort(entry, data=data)
                # Only now: should the old token still live, nobody may listen with it any more when it dies.
                async_log_out(self.hass, old)
                return result
        known = {CONF_USERNAME: entry.data[CONF_USERNAME]}
        return self._show_sign_in("reauth_confirm", CREDENTIALS_SCHEMA, user_input or known, refused)

    @callback
    @override
    def async_remove(self) -> None:
        """Give back the token of a dialog that was left before it came to anything."""
        self._left = True
        self._give_back()

    def _show_sign_in(
        self, step_id: str, schema: vol.Schema, values: Mapping[str, Any] | None, refused: _Refused | None
    ) -> ConfigFlowResult:
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, values),
            errors={"base": refused.error} if refused else {},
            description_placeholders=EXAMPLES | (refused.placeholders if refused else {}),
            last_step=step_id != "user",
        )

    async def _async_sign_in(self, addresses: tuple[str, ...], form: Mapping[str, Any]) -> None:
        """Find the server, sign in and read its libraries; raise _Refused with the reason if any of it fails."""
        data = {
            CONF_URL: "",
            CONF_VERIFY_SSL: form[CONF_VERIFY_SSL],
            CONF_USERNAME: form[CONF_USERNAME].strip(),
            # Signing in twice with one device id would revoke the first token.
            CONF_DEVICE_ID: uuid4().hex,
        }
        client, info = await self._async_find_server(addresses, data)
        data[CONF_URL] = client.url
        await self.async_set_unique_id(info.server_id, raise_on_progress=False)
        if self.source == SOURCE_REAUTH:
            self._abort_if_unique_id_mismatch()
        else:
            self._abort_if_unique_id_configured()
        if not info.supported:
            raise _Refused("unsupported_version", version=info.version)
        if not info.startup_completed:
            raise _Refused("not_set_up")
        try:
            signed_in = await client.sign_in(data[CONF_USERNAME], form[CONF_PASSWORD])
            # From here on there is a token to give back if this leads nowhere.
            self._data = data | {CONF_TOKEN: signed_in.token, CONF_USER_ID: signed_in.user.user_id}
            client = await async_create_client(self.hass, self._data, SIGN_IN_TIMEOUT)
            libraries = await client.get_libraries()
        except Exception as err:
            self._give_back()
            raise _refused(err, client) from err
        self._libraries = tuple(library for library in libraries if library.may_hold_video_items)
        if not self._libraries:
            self._give_back()
            raise _Refused("no_libraries")
        if self._left:
            # The dialog was closed while the server took its time; nobody is there to go on.
            self._give_back()
            raise UnknownFlow
        self._title = info.name

    async def _async_find_server(
        self, addresses: tuple[str, ...], data: dict[str, Any]
    ) -> tuple[JellyfinClient, ServerInfo]:
        """Return the client of the first address where Jellyfin answers."""
        failures = [_Refused("invalid_address")] if not addresses else []
        for address in addresses:
            client = await async_create_client(self.hass, data | {CONF_URL: address}, SIGN_IN_TIMEOUT)
            try:
                return client, await client.get_public_info()
            except Exception as err:  # noqa: BLE001 - the next address may be the right one; `_refused` logs surprises
                failures.append(_refused(err, client))
        raise max(failures, key=_how_telling)

    def _give_back(self) -> None:
        if self._data:
            async_log_out(self.hass, self._data)
        self._data = {}


def _refused(err: Exception, client: JellyfinClient) -> _Refused:
    """Return what the dialog says about an exception."""
    if not isinstance(err, JellyfinError):
        LOGGER.exception("Unexpected exception while signing in to Jellyfin")
        return _Refused("unknown")
    name = next(name for kind, name in ERRORS if isinstance(err, kind))
    if isinstance(err, JellyfinRedirectError):
        return _Refused(name, location=str(URL(f"{client.url}/System/Info/Public").join(URL(err.location))))
    LOGGER.debug("Signing in to Jellyfin failed: %s", err)
    return _Refused(name, address=client.url, reason=str(err))


def _how_telling(refused: _Refused) -> int:
    """Return how likely the address was the one that was meant; the first of equals counts."""
    return TELLING.get(refused.error, 2)
