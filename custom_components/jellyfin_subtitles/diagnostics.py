"""What a bug report needs, without what it must not tell."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_PASSWORD, CONF_TOKEN, CONF_URL, CONF_USERNAME, CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant

from .const import CONF_DEVICE_ID, CONF_IGNORED_PATHS, CONF_USER_ID
from .coordinator import JellyfinSubtitlesConfigEntry
from .engine.ledger_models import Record

TO_REDACT = {
    CONF_DEVICE_ID,
    CONF_IGNORED_PATHS,
    CONF_PASSWORD,
    CONF_TOKEN,
    CONF_URL,
    CONF_USERNAME,
    CONF_USER_ID,
    CONF_WEBHOOK_ID,
    # The path tells how disks and people are named, the title is the server's name.
    "path",
    "title",
}


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: JellyfinSubtitlesConfigEntry
) -> dict[str, Any]:
    """Return states and counts; of an entry that is not loaded, what is stored of it."""
    stored = {"entry": async_redact_data(entry.as_dict(), TO_REDACT)}
    if entry.state is not ConfigEntryState.LOADED:
        return stored
    running = entry.runtime_data
    data = running.coordinator.data
    return stored | {
        "server_version": running.coordinator.server_version,
        "connection": asdict(running.listener.status),
        "libraries": {
            "visible": [library.collection_type for library in running.libraries.visible],
            "watched": [library.collection_type for library in running.libraries.watched],
        },
        "known": {
            "ids": len(running.known),
            "libraries": len(running.known.libraries),
            "mark": running.known.mark,
            "pending": running.pipeline.pending,
        },
        "requests": {
            "automatic": running.requests.automatic,
            "waiting": running.requests.waiting,
            "mass_arrival": running.requests.mass,
        },
        "subtitles": _counts(running.ledger.open.values()),
        "webhook": asdict(running.webhook.status),
        "last_item": async_redact_data(data.last_item.as_dict(), TO_REDACT) if data.last_item else None,
        "last_sync": {
            "finished_at": data.last_sync.finished_at,
            "found": len(data.last_sync.found),
            "requests": data.last_sync.requests,
            "baseline": data.last_sync.baseline,
            "failed": len(data.last_sync.failed),
        }
        if data.last_sync
        else None,
    }


def _counts(records: Iterable[Record]) -> dict[str, Any]:
    """Return how many records have come how far, why the last attempts led to nothing, and when the next one is due."""
    records = tuple(records)
    return {
        "states": dict(Counter(one.state.value for one in records)),
        "reasons": dict(Counter(one.reason for one in records if one.reason)),
        "next_due": min([one.due for one in records], default=None),
    }
