"""The server that was meant: finding it, and what a dialog says if it, or a sign-in there, cannot be had."""

from yarl import URL

from homeassistant.const import CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant

from .connection import async_create_client
from .const import CONF_DEVICE_ID, LOGGER, SIGN_IN_TIMEOUT
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
    ServerInfo,
)

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


class Refused(Exception):
    """What was entered leads nowhere: the name of the error, and what its text mentions."""

    def __init__(self, error: str, **placeholders: str) -> None:
        """Keep what the dialog needs to say it."""
        super().__init__(error)
        self.error = error
        self.placeholders = placeholders


def refusal(err: Exception, client: JellyfinClient) -> Refused:
    """Return what the dialog says about an exception."""
    if isinstance(err, Refused):
        return err
    if not isinstance(err, JellyfinError):
        LOGGER.error("Unexpected exception while signing in to Jellyfin", exc_info=err)
        return Refused("unknown")
    name = next(name for kind, name in ERRORS if isinstance(err, kind))
    if isinstance(err, JellyfinRedirectError):
        return Refused(name, location=str(URL(f"{client.url}/System/Info/Public").join(URL(err.location))))
    LOGGER.debug("Signing in to Jellyfin failed: %s", err)
    return Refused(name, address=client.url, reason=str(err))


async def async_find_server(
    hass: HomeAssistant, addresses: tuple[str, ...], *, verify_ssl: bool
) -> tuple[str, ServerInfo]:
    """Return the first address where Jellyfin answers, and who it is; raise Refused with the most telling failure."""
    failures = [Refused("invalid_address")] if not addresses else []
    for address in addresses:
        # Nobody signs in with this device id: a server tells everybody who it is.
        data = {CONF_URL: address, CONF_VERIFY_SSL: verify_ssl, CONF_DEVICE_ID: ""}
        client = await async_create_client(hass, data, SIGN_IN_TIMEOUT)
        try:
            return client.url, await client.get_public_info()
        except Exception as err:  # noqa: BLE001 - the next address may be the right one; `refusal` logs surprises
            failures.append(refusal(err, client))
    raise max(failures, key=_how_telling)


def _how_telling(refused: Refused) -> int:
    """Return how likely the address was the one that was meant; the first of equals counts."""
    return TELLING.get(refused.error, 2)
