"""Going through the dialog that changes the options, page by page."""

from typing import Any

from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType


async def open_page(hass: HomeAssistant, entry: JellyfinSubtitlesConfigEntry, page: str) -> ConfigFlowResult:
    """Open the dialog and choose from its menu."""
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert (result["type"], result["step_id"]) == (FlowResultType.MENU, "init")
    assert page in result["menu_options"]
    result = await submit(hass, result, {"next_step_id": page})
    assert (result["type"], result["errors"]) == (FlowResultType.FORM, {})
    return result


async def submit(hass: HomeAssistant, result: ConfigFlowResult, values: dict[str, Any]) -> ConfigFlowResult:
    """Fill in the page that is shown."""
    return await hass.config_entries.options.async_configure(result["flow_id"], values)


async def save(hass: HomeAssistant, entry: JellyfinSubtitlesConfigEntry, page: str, values: dict[str, Any]) -> None:
    """Go through the dialog to its end."""
    await end(hass, entry, await open_page(hass, entry, page), values)


async def end(
    hass: HomeAssistant, entry: JellyfinSubtitlesConfigEntry, result: ConfigFlowResult, values: dict[str, Any]
) -> None:
    """Submit what is right, and wait until it counts."""
    result = await submit(hass, result, values)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
