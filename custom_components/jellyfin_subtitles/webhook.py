"""The webhook: how others tell us at once that something is new, and at which addresses."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, Self

from aiohttp.hdrs import METH_POST, METH_PUT
from aiohttp.web import Request, RequestPayloadError, Response

from homeassistant.components.webhook import async_generate_id, async_generate_url, async_register, async_unregister
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.network import NoURLAvailableError
from homeassistant.util import dt as dt_util

from .const import DOMAIN, LOGGER, WEBHOOK_GATHER_FOR, WEBHOOK_SAVE_DELAY
from .engine.jellyfin.reading import moment, text, whole_number
from .engine.known import KnownIds
from .engine.listener import JellyfinSubtitlesListener
from .engine.pipeline import SubtitlePipeline
from .engine.webhook import Dialect, Refusal, read_post
from .engine.webhook_door import WebhookDoor
from .storage import JellyfinSubtitlesStorage

# What to paste into the Webhook plugin, for those who do not let it send all properties.
TEMPLATE: Final = """\
{
  "NotificationType": "{{NotificationType}}",
  "ItemId": "{{ItemId}}",
  "ItemType": "{{ItemType}}",
  "ServerId": "{{ServerId}}"
}"""

# The whole description of an item with hundreds of streams and people is a few hundred KiB.
LARGEST_BODY: Final = 1024 * 1024

# What whoever posts can read in his own log.
REASONS: Final = {
    Refusal.NOT_JSON: "The body is not JSON.",
    Refusal.NOT_AN_OBJECT: "The body is JSON, but not an object.",
    Refusal.FOREIGN_SERVER: "The body is about another Jellyfin server.",
    Refusal.UNRECOGNIZED: "The body names no item, and comes from no program that is known here.",
}


@dataclass(frozen=True, slots=True)
class WebhookStatus:
    """What has come since there is the entry; `count` is of what was accepted, 0 while the first call is awaited."""

    registered: bool = False
    count: int = 0
    last_call: datetime | None = None
    last_dialect: Dialect | None = None
    refused: int = 0
    last_refusal: str | None = None

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Return what was stored; whatever is not what it should be is left out."""
        dialect = text(stored, "last_dialect")
        return cls(
            count=whole_number(stored, "count") or 0,
            last_call=moment(stored, "last_call"),
            last_dialect=Dialect(dialect) if dialect in set(Dialect) else None,
            refused=whole_number(stored, "refused") or 0,
            last_refusal=text(stored, "last_refusal"),
        )

    def as_dict(self) -> dict[str, Any]:
        """Return what outlives a restart."""
        return {
            "count": self.count,
            "last_call": self.last_call.isoformat() if self.last_call else None,
            "last_dialect": self.last_dialect,
            "refused": self.refused,
            "last_refusal": self.last_refusal,
        }


@dataclass(frozen=True, slots=True)
class WebhookAddresses:
    """Where one and the same webhook can be reached; None where Home Assistant has no such address."""

    internal: str | None = None
    external: str | None = None
    cloudhook: str | None = None


class JellyfinSubtitlesWebhookManager:
    """Registers the webhook of an entry, answers each call before anything comes of it, and counts."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        storage: JellyfinSubtitlesStorage,
        pipeline: SubtitlePipeline,
        known: KnownIds,
        listener: JellyfinSubtitlesListener,
    ) -> None:
        """Take whom to tell; nothing is registered yet."""
        self.status = WebhookStatus()
        self._hass = hass
        self._entry = entry
        self._storage = storage
        self._unsaved = False
        self._server_id = str(entry.unique_id)
        self._door = WebhookDoor(
            pipeline, known, listener.hint, now=dt_util.utcnow, gather_for=WEBHOOK_GATHER_FOR.total_seconds()
        )

    async def async_load(self) -> None:
        """Remember what came before."""
        self.status = WebhookStatus.from_dict(await self._storage.async_load_webhook())

    @callback
    def async_start(self) -> None:
        """Listen until the entry is unloaded; an entry that has no webhook yet gets one."""
        if CONF_WEBHOOK_ID not in self._entry.data:
            data = {**self._entry.data, CONF_WEBHOOK_ID: async_generate_id()}
            self._hass.config_entries.async_update_entry(self._entry, data=data)
        async_register(
            self._hass,
            DOMAIN,
            self._entry.title,
            webhook_id := self._entry.data[CONF_WEBHOOK_ID],
            self._async_handle,
            local_only=False,
            allowed_methods=(METH_POST, METH_PUT),
        )
        self.status = replace(self.status, registered=True)

        @callback
        def stop() -> None:
            async_unregister(self._hass, webhook_id)
            self._door.close()
            self.status = replace(self.status, registered=False)

        # The last one that is registered is the first one that is called.
        self._entry.async_on_unload(self._async_save)
        self._entry.async_on_unload(stop)

    async def _async_handle(self, _hass: HomeAssistant, _webhook_id: str, request: Request) -> Response:
        """Answer a call; what it leads to comes after the answer."""
        try:
            body = await _async_read(request)
        except (OSError, RequestPayloadError) as err:
            return self._refuse(HTTPStatus.BAD_REQUEST, f"The body cannot be read: {err}")
        if body is None:
            return self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body is larger than {LARGEST_BODY} bytes.")
        post = read_post(body, server_id=self._server_id)
        if isinstance(post, Refusal):
            status = HTTPStatus.FORBIDDEN if post is Refusal.FOREIGN_SERVER else HTTPStatus.BAD_REQUEST
            return self._refuse(status, REASONS[post])
        self._note(
            replace(self.status, count=self.status.count + 1, last_call=dt_util.utcnow(), last_dialect=post.dialect)
        )
        self._door.take(post)
        return Response(text="Accepted.")

    def _refuse(self, status: HTTPStatus, reason: str) -> Response:
        LOGGER.debug("Refused a call of the webhook: %s", reason)
        self._note(replace(self.status, refused=self.status.refused + 1, last_refusal=reason))
        return Response(status=status, text=reason)

    def _note(self, status: WebhookStatus) -> None:
        self.status = status
        if not status.registered:
            # Its post was still being read when the entry went: others may have its file now, or nobody.
            return
        self._unsaved = True
        self._storage.async_delay_save_webhook(self.status.as_dict, WEBHOOK_SAVE_DELAY.total_seconds())

    async def _async_save(self) -> None:
        """Write what came now, so that whoever loads the entry next finds it."""
        if self._unsaved:
            await self._storage.async_save_webhook(self.status.as_dict())


@callback
def async_get_addresses(hass: HomeAssistant, entry: ConfigEntry[Any]) -> WebhookAddresses:
    """Return the addresses at which an entry's webhook can be reached; none if it was never loaded."""
    webhook_id = entry.data.get(CONF_WEBHOOK_ID)
    if webhook_id is None:
        return WebhookAddresses()
    return WebhookAddresses(
        internal=_address(hass, webhook_id, allow_external=False),
        external=_address(hass, webhook_id, allow_internal=False),
        cloudhook=_cloudhook(hass, webhook_id),
    )


async def async_remove_cloudhook(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Delete the public address that Home Assistant Cloud may have given to an entry's webhook."""
    webhook_id = entry.data.get(CONF_WEBHOOK_ID)
    if webhook_id is not None and _cloudhook(hass, webhook_id) is not None:
        from homeassistant.components import cloud

        await cloud.async_delete_cloudhook(hass, webhook_id)


def _address(hass: HomeAssistant, webhook_id: str, **which: bool) -> str | None:
    try:
        return async_generate_url(hass, webhook_id, **which)
    except NoURLAvailableError:
        return None


def _cloudhook(hass: HomeAssistant, webhook_id: str) -> str | None:
    """Return the address at Home Assistant Cloud if there is one; whether there shall be one is not ours to decide."""
    if "cloud" not in hass.config.components:
        return None
    # Where it is set up, it has been imported; elsewhere this would import half of Home Assistant.
    from homeassistant.components import cloud

    if cloud.DATA_CLOUD not in hass.data:
        return None
    hook = hass.data[cloud.DATA_CLOUD].client.cloudhooks.get(webhook_id)
    return str(hook["cloudhook_url"]) if hook else None


async def _async_read(request: Request) -> bytes | None:
    """Return the body, read no further than it may be long; None if it is longer."""
    body = bytearray()
    content = request.content
    while chunk := await content.read(LARGEST_BODY + 1 - len(body)):
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)
