"""The page of the options that says when subtitles are looked for."""

from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from homeassistant.core import HomeAssistant

from .dialog import suggested
from .option_pages import end, open_page, save, submit


async def test_quiet_hours_are_shown_and_saved(hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry) -> None:
    shown = suggested(await open_page(hass, loaded, "search"))
    assert shown == {
        "quiet_hours": False,
        "quiet_start": "23:00:00",
        "quiet_end": "07:00:00",
        "waits": "1m 5m 30m 2h 6h 21x1d 13x1w",
        "give_up_after": 120,
    }

    await save(hass, loaded, "search", shown | {"quiet_hours": True, "give_up_after": 30.0})

    assert loaded.options == shown | {"quiet_hours": True, "give_up_after": 30}


async def test_quiet_hours_without_a_length_can_be_corrected(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    """Switched off, they may have any."""
    shown = suggested(await open_page(hass, loaded, "search")) | {"quiet_end": "23:00:00"}

    result = await submit(hass, await open_page(hass, loaded, "search"), shown | {"quiet_hours": True})

    assert (result["step_id"], result["errors"]) == ("search", {"quiet_end": "quiet_hours_empty"})
    await end(hass, loaded, result, shown)
    assert loaded.options == shown


async def test_waits_that_cannot_be_read_can_be_corrected(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    shown = suggested(await open_page(hass, loaded, "search"))

    result = await submit(hass, await open_page(hass, loaded, "search"), shown | {"waits": "5 minutes"})

    assert (result["step_id"], result["errors"]) == ("search", {"waits": "waits_unreadable"})
    await end(hass, loaded, result, shown | {"waits": "5m, 3x2h"})
    assert loaded.options == shown | {"waits": "5m, 3x2h"}
