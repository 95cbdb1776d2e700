"""Signing in for a dialog: whatever the dialog does not lead to an entry with is given back to the server."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from homeassistant.const import CONF_TOKEN, CONF_USERNAME
from homeassistant.core import HomeAssistant, callback
from homeassistant.data_entry_flow import UnknownFlow

from .connection import async_create_client, async_discard_code, async_log_out
from .const import CONF_DEVICE_ID, CONF_USER_ID, QUICK_CONNECT_INTERVAL, QUICK_CONNECT_LIFETIME, SIGN_IN_TIMEOUT
from .engine.jellyfin import (
    JellyfinAuthenticationError,
    JellyfinClient,
    JellyfinForbiddenError,
    JellyfinQuickConnectOffError,
    Library,
    QuickConnectCode,
    SignIn,
    User,
)
from .server import Refused, refusal


class SignInKeeper:
    """Signs in, in one of three ways, and keeps the token until it is taken; every way raises Refused if it fails.

    The dialog says which server it is, as an entry's data without the sign-in.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Begin with nothing."""
        self.libraries: tuple[Library, ...] = ()
        self._hass = hass
        self._user: User | None = None
        self._data: dict[str, Any] = {}
        self._pending: tuple[dict[str, Any], QuickConnectCode] | None = None
        self._left = False

    @property
    def user(self) -> User:
        """Who is signed in, once somebody is."""
        assert self._user is not None
        return self._user

    @callback
    def take(self) -> dict[str, Any]:
        """Return an entry's data; the token is the caller's from now on."""
        data, self._data = self._data, {}
        return data

    @callback
    def leave(self) -> None:
        """Give back what was not taken, and whatever a sign-in under way still brings."""
        self._left = True
        self._give_back()

    async def async_with_password(self, server: dict[str, Any], username: str, password: str) -> None:
        """Sign in with user name and password."""
        data, client = await self._async_stranger(server)
        with self._all_or_nothing(client):
            await self._async_keep(data, await client.sign_in(username, password))

    async def async_ask_for_code(self, server: dict[str, Any]) -> str:
        """Return a code that somebody has to allow."""
        data, client = await self._async_stranger(server)
        with self._all_or_nothing(client):
            code = await client.quick_connect.initiate()
            self._pending = data, code
        return code.code

    async def async_wait_for_code(self) -> Refused | None:
        """Wait until the code is allowed and sign in; return, and do not raise, what came in between."""
        assert self._pending is not None
        data, code = self._pending
        client = await async_create_client(self._hass, data, SIGN_IN_TIMEOUT)
        try:
            with self._all_or_nothing(client):
                await client.quick_connect.wait_until_authorized(
                    code.secret, interval=QUICK_CONNECT_INTERVAL, lifetime=QUICK_CONNECT_LIFETIME
                )
                await self._async_keep(data, await client.quick_connect.sign_in(code.secret))
        except Refused as err:
            return err
        return None

    async def async_read_users(self, server: dict[str, Any], key: str) -> list[User]:
        """Return those whom an API key can let in, administrators first."""
        _, client = await self._async_stranger(server, key)
        with self._all_or_nothing(client), _with_key():
            users = await client.get_users()
            if not await client.quick_connect.is_enabled():
                raise JellyfinQuickConnectOffError("Quick Connect is switched off")
            # The server would give a disabled user a token, and refuse it ever after.
            able = [user for user in users if not user.is_disabled]
            if not able:
                raise Refused("no_users")
        return sorted(able, key=lambda user: (not user.is_administrator, user.name.casefold()))

    async def async_with_key(self, server: dict[str, Any], key: str, user_id: str) -> None:
        """Sign in as a user whom an API key lets in: the key allows the code that a stranger has asked for."""
        _, holder = await self._async_stranger(server, key)
        data, client = await self._async_stranger(server)
        with self._all_or_nothing(client):
            code = await client.quick_connect.initiate()
            self._pending = data, code
            with _with_key():
                await holder.quick_connect.authorize(code.code, user_id)
            await self._async_keep(data, await client.quick_connect.sign_in(code.secret))

    async def _async_stranger(
        self, server: dict[str, Any], token: str | None = None
    ) -> tuple[dict[str, Any], JellyfinClient]:
        """Return the data of a new sign-in with a client for it; the client may hold a token that is not kept."""
        # Signing in twice with one device id would revoke the first token.
        data = server | {CONF_DEVICE_ID: uuid4().hex}
        return data, await async_create_client(self._hass, data | {CONF_TOKEN: token}, SIGN_IN_TIMEOUT)

    async def _async_keep(self, data: dict[str, Any], signed_in: SignIn) -> None:
        """Keep the token, provided that its user sees something."""
        # From here on there is a token to give back if this leads nowhere.
        self._pending = None
        self._data = data | {
            CONF_USERNAME: signed_in.user.name,
            CONF_USER_ID: signed_in.user.user_id,
            CONF_TOKEN: signed_in.token,
        }
        client = await async_create_client(self._hass, self._data, SIGN_IN_TIMEOUT)
        try:
            libraries = await client.get_libraries()
        except JellyfinAuthenticationError as err:
            raise Refused("token_refused") from err
        self._user = signed_in.user
        self.libraries = tuple(library for library in libraries if library.may_hold_video_items)
        if not self.libraries:
            raise Refused("no_libraries", user=signed_in.user.name)

    @contextmanager
    def _all_or_nothing(self, client: JellyfinClient) -> Iterator[None]:
        """Give back what there is if anything goes wrong, or if nobody is there any more to go on."""
        self._stop_if_left()
        try:
            yield
        except Exception as err:
            self._give_back()
            raise refusal(err, client) from err
        self._stop_if_left()

    def _stop_if_left(self) -> None:
        if self._left:
            self._give_back()
            raise UnknownFlow

    def _give_back(self) -> None:
        if self._data:
            async_log_out(self._hass, self._data)
        elif self._pending:
            data, code = self._pending
            async_discard_code(self._hass, data, code)
        self._data, self._pending = {}, None


@contextmanager
def _with_key() -> Iterator[None]:
    """Say of a refusal that it is the API key's, or that of the user it was to let in."""
    try:
        yield
    except JellyfinAuthenticationError as err:
        raise Refused("invalid_api_key") from err
    except JellyfinForbiddenError as err:
        raise Refused("user_refused") from err
