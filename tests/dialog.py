"""Filling in the dialogs, as a person would."""

from typing import Any

from custom_components.jellyfin_subtitles.const import CONF_ALL_LIBRARIES, CONF_LIBRARIES, DOMAIN
from homeassistant.config_entries import SOURCE_USER, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

ALL = {CONF_ALL_LIBRARIES: True, CONF_LIBRARIES: []}
LOG_OUT = "/Sessions/Logout"
SIGN_IN = "/Users/AuthenticateByName"


async def start(hass: HomeAssistant) -> ConfigFlowResult:
    """Open the dialog."""
    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "user"
    assert not result["errors"]
    return result


async def submit(hass: HomeAssistant, result: ConfigFlowResult, values: dict[str, Any]) -> ConfigFlowResult:
    """Fill in the form that is shown."""
    return await hass.config_entries.flow.async_configure(result["flow_id"], values)


async def finish(hass: HomeAssistant, result: ConfigFlowResult, form: dict[str, Any]) -> None:
    """Show that the dialog leads to an entry from where it is now."""
    result = await submit(hass, result, form)
    assert (result["type"], result.get("step_id"), result.get("errors")) == (FlowResultType.FORM, "libraries", {})
    result = await submit(hass, result, ALL)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


def suggested(result: ConfigFlowResult) -> dict[str, Any]:
    """Return what stands in the fields of a form."""
    schema = result["data_schema"]
    assert schema is not None
    return {key.schema: key.description["suggested_value"] for key in schema.schema if key.description}
