"""Finding out anew what was open, where the file that said so cannot be read any more."""

from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN, LOGGER
from .coordinator import JellyfinSubtitlesConfigEntry
from .engine.jellyfin import JellyfinError
from .engine.models import ListenerState, ListenerStatus
from .engine.scan import LibraryScan
from .services import lookup_of


@callback
def async_rebuild_when_connected(hass: HomeAssistant, entry: JellyfinSubtitlesConfigEntry) -> None:
    """Look through the libraries once the server is there, and with each connection until that has worked."""
    running = entry.runtime_data
    if not running.ledger.is_lost:
        return
    scan = LibraryScan(lookup_of(running), running.household, running.requests, running.ledger)

    async def rebuild() -> None:
        try:
            await scan.rebuild()
        except JellyfinError as err:
            LOGGER.debug("What was open cannot be found out now: %s", err)

    @callback
    def hear_status(status: ListenerStatus) -> None:
        if status.state is ListenerState.CONNECTED:
            entry.async_create_background_task(hass, rebuild(), f"{DOMAIN} rebuild")

    entry.async_on_unload(running.listener.subscribe(hear_status))
