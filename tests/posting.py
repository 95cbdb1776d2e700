"""Posting to the webhook, from outside."""

from collections.abc import Mapping
import json
from typing import Any

from aiohttp.test_utils import TestClient

from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from custom_components.jellyfin_subtitles.webhook import WebhookStatus
from homeassistant.const import CONF_WEBHOOK_ID
from jellyfin_simulator import JellyfinSimulator, SimItem

from .engine.webhook_bodies import PLUGIN


class Door:
    """Somebody who knows an entry's webhook and nothing else."""

    def __init__(self, client: TestClient[Any, Any], entry: JellyfinSubtitlesConfigEntry) -> None:
        self.client = client
        self.entry = entry
        self.path = f"/api/webhook/{entry.data[CONF_WEBHOOK_ID]}"

    @property
    def status(self) -> WebhookStatus:
        """What the entry says of it."""
        return self.entry.runtime_data.webhook.status

    async def post(
        self, body: object, method: str = "POST", headers: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        """Post bytes as they are, anything else as JSON, without saying that it is; returns what comes back."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "text/plain; charset=utf-8"} | dict(headers or {})
        async with self.client.request(method, self.path, data=data, headers=headers) as response:
            return response.status, await response.text()


def body_about(simulator: JellyfinSimulator, item: SimItem, **more: Any) -> dict[str, Any]:
    """Return what the Webhook plugin posts about an item."""
    return PLUGIN | {"ServerId": simulator.server_id, "ItemId": item.item_id} | more
