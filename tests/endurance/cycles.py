"""What happens again and again in the life of an entry."""

import asyncio

from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from custom_components.jellyfin_subtitles.engine.listener import ListenerTimings
from custom_components.jellyfin_subtitles.engine.models import CatchUpResult, ListenerState
from homeassistant.core import HomeAssistant

# A listener that comes back at once.
AT_ONCE = ListenerTimings(reconnect_minimum=0.001, reconnect_maximum=0.001, pause_before_reconnect=0)

# Only for what hangs.
_PATIENCE = 60


async def reload(hass: HomeAssistant, entry: JellyfinSubtitlesConfigEntry) -> None:
    """Load the entry anew, as whoever changes an option does."""
    assert await hass.config_entries.async_reload(entry.entry_id)
    await connected(entry)


async def connected(entry: JellyfinSubtitlesConfigEntry, since: CatchUpResult | None = None) -> None:
    """Wait until the socket is proven and, after `since`, what it may have missed is known."""
    engine = entry.runtime_data
    async with asyncio.timeout(_PATIENCE):
        while engine.catch_up.last is since or engine.listener.status.state is not ListenerState.CONNECTED:
            await asyncio.sleep(0.001)
