"""Finding out anew what was open, where the file that said so cannot be read any more."""

from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN, LOGGER
from .coordinator import JellyfinSubtitlesConfigEntry
from .engine.jellyfin import JellyfinError
from .engine.models import CatchUpResult
from .engine.scan import LibraryScan
from .services import lookup_of


@callback
def async_rebuild_when_connected(hass: HomeAssistant, entry: JellyfinSubtitlesConfigEntry) -> None:
    """Look through the libraries once it is known what is news, and after each catch-up until that has worked."""
    running = entry.runtime_data
    if not running.ledger.is_lost:
        return
    scan = LibraryScan(
        lookup_of(running), running.household, running.known, running.libraries, running.requests, running.ledger
    )

    async def rebuild() -> None:
        try:
            await scan.rebuild()
        except JellyfinError as err:
            LOGGER.debug("What was open cannot be found out now: %s", err)

    @callback
    def hear_catch_up(_result: CatchUpResult) -> None:
        entry.async_create_background_task(hass, rebuild(), f"{DOMAIN} rebuild")

    entry.async_on_unload(running.catch_up.subscribe(hear_catch_up))
