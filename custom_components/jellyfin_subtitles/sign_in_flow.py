"""The steps in which somebody signs in: with a password, with a code that is allowed elsewhere, with an API key."""

from abc import abstractmethod
import asyncio
from collections.abc import Mapping
from typing import Any, override

import voluptuous as vol

from homeassistant.config_entries import SOURCE_USER, ConfigFlow, ConfigFlowResult
from homeassistant.const import CONF_API_KEY, CONF_PASSWORD, CONF_URL, CONF_USERNAME, CONF_VERIFY_SSL
from homeassistant.core import callback
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from .const import CONF_USER_ID, DOMAIN
from .engine.jellyfin import JellyfinNotFoundError, JellyfinQuickConnectOffError, User
from .server import Refused, async_find_server
from .sign_in import SignInKeeper

WAYS = ["password", "quick_connect", "api_key"]
PASSWORD_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_USERNAME): TextSelector(TextSelectorConfig(autocomplete="username")),
        vol.Optional(CONF_PASSWORD, default=""): TextSelector(
            TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="current-password")
        ),
    }
)
API_KEY_SCHEMA = vol.Schema(
    {vol.Required(CONF_API_KEY): TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off"))}
)


class ConfigFlowWithSignIn(ConfigFlow):
    """The part of a dialog that leads from a server's address to a token of one of its users."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._server: dict[str, Any] = {}
        self._title = ""
        self._username: str | None = None
        self._keeper: SignInKeeper | None = None
        self._code = ""
        self._waiting: asyncio.Task[Refused | None] | None = None
        self._failure: Refused | None = None
        self._key = ""
        self._users: list[User] = []

    @abstractmethod
    async def async_step_signed_in(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Go on: there is a token, and it is the dialog's to take."""

    async def async_step_sign_in(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask how to sign in."""
        return self._show_ways("sign_in")

    async def async_step_password(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for name and password."""
        refused = None
        if user_input is not None:
            username, password = user_input[CONF_USERNAME].strip(), user_input[CONF_PASSWORD]
            try:
                await self._async_check_server()
                await self._sign_in.async_with_password(self._server, username, password)
            except Refused as err:
                refused = err
            else:
                return await self.async_step_signed_in()
        values = user_input or {CONF_USERNAME: self._username}
        return self._show_form("password", PASSWORD_SCHEMA, values, refused)

    async def async_step_quick_connect(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show a code and wait until somebody allows it."""
        if self._waiting is None:
            try:
                await self._async_check_server()
                self._code = await self._sign_in.async_ask_for_code(self._server)
            except Refused as err:
                self._failure = err
                return await self._async_go_to(_step_after(err))
            self._waiting = self.hass.async_create_background_task(
                self._sign_in.async_wait_for_code(), f"{DOMAIN} quick connect"
            )
        elif self._waiting.done():
            self._failure, self._waiting = self._waiting.result(), None
            next_step = "signed_in" if self._failure is None else _step_after(self._failure)
            return self.async_show_progress_done(next_step_id=next_step)
        return self.async_show_progress(
            step_id="quick_connect",
            progress_action="wait_for_quick_connect",
            description_placeholders={"server": self._title, "code": self._code},
            progress_task=self._waiting,
        )

    async def async_step_quick_connect_off(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Say where Quick Connect is switched on, and what works without it."""
        return self._show_ways("quick_connect_off")

    async def async_step_quick_connect_expired(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Say that nobody has allowed the code in time."""
        return self._show_ways("quick_connect_expired")

    async def async_step_quick_connect_failed(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Say what went wrong, and go back to the ways to sign in."""
        if user_input is not None:
            return await self.async_step_sign_in()
        return self._show_form("quick_connect_failed", vol.Schema({}), {}, self._failure)

    async def async_step_api_key(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for an API key."""
        refused = None
        if user_input is not None:
            key = user_input[CONF_API_KEY].strip()
            try:
                await self._async_check_server()
                self._users = await self._sign_in.async_read_users(self._server, key)
            except Refused as err:
                if _step_after(err) == "quick_connect_off":
                    return await self.async_step_quick_connect_off()
                refused = err
            else:
                self._key = key
                return await self.async_step_api_key_user()
        return self._show_form("api_key", API_KEY_SCHEMA, user_input, refused)

    async def async_step_api_key_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask whom the API key shall let in."""
        refused = None
        if user_input is not None:
            try:
                await self._async_check_server()
                await self._sign_in.async_with_key(self._server, self._key, user_input[CONF_USER_ID])
            except Refused as err:
                if _step_after(err) == "quick_connect_off":
                    return await self.async_step_quick_connect_off()
                if err.error == "invalid_api_key":
                    return self._show_form("api_key", API_KEY_SCHEMA, None, err)
                refused = err
            else:
                self._key = ""
                return await self.async_step_signed_in()
        users = [SelectOptionDict(value=user.user_id, label=user.name) for user in self._users]
        schema = vol.Schema(
            {
                vol.Required(CONF_USER_ID, default=self._users[0].user_id): SelectSelector(
                    SelectSelectorConfig(options=users, mode=SelectSelectorMode.DROPDOWN)
                )
            }
        )
        administrators = ", ".join(user.name for user in self._users if user.is_administrator)
        placeholders = {"server": self._title, "administrators": administrators or "–"}
        return self._show_form("api_key_user", schema, user_input, refused, placeholders)

    @callback
    @override
    def async_remove(self) -> None:
        """Forget the API key, and give back the token of a dialog that was left before it came to anything."""
        self._key = ""
        self._sign_in.leave()

    @property
    def _sign_in(self) -> SignInKeeper:
        if self._keeper is None:
            self._keeper = SignInKeeper(self.hass)
        return self._keeper

    async def _async_find_server(self, addresses: tuple[str, ...], *, verify_ssl: bool) -> None:
        """Find the server, and see that it is one to sign in to; raise Refused if not."""
        url, info = await async_find_server(self.hass, addresses, verify_ssl=verify_ssl)
        await self.async_set_unique_id(info.server_id, raise_on_progress=False)
        if self.source == SOURCE_USER:
            self._abort_if_unique_id_configured()
        else:
            self._abort_if_unique_id_mismatch()
        if not info.supported:
            raise Refused("unsupported_version", version=info.version)
        if not info.startup_completed:
            raise Refused("not_set_up")
        self._server = {CONF_URL: url, CONF_VERIFY_SSL: verify_ssl}
        self._title = info.name

    async def _async_check_server(self) -> None:
        """See that the same server still answers, before it is told any secret."""
        await self._async_find_server((self._server[CONF_URL],), verify_ssl=self._server[CONF_VERIFY_SSL])

    async def _async_go_to(self, step_id: str) -> ConfigFlowResult:
        result: ConfigFlowResult = await getattr(self, f"async_step_{step_id}")()
        return result

    def _show_ways(self, step_id: str) -> ConfigFlowResult:
        return self.async_show_menu(
            step_id=step_id, menu_options=WAYS, description_placeholders={"server": self._title}
        )

    def _show_form(
        self,
        step_id: str,
        schema: vol.Schema,
        values: Mapping[str, Any] | None,
        refused: Refused | None,
        placeholders: Mapping[str, str] | None = None,
    ) -> ConfigFlowResult:
        """Show a form with what was entered, and with what is wrong with it."""
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, values),
            errors={"base": refused.error} if refused else {},
            description_placeholders={**(placeholders or {}), **(refused.placeholders if refused else {})},
            last_step=False,
        )


def _step_after(refused: Refused) -> str:
    """Return the step that says what became of Quick Connect."""
    match refused.__cause__:
        case JellyfinQuickConnectOffError():
            return "quick_connect_off"
        case JellyfinNotFoundError():
            return "quick_connect_expired"
        case _:
            return "quick_connect_failed"
