"""Filling in the dialogs, as a person would."""

from collections.abc import Mapping
from typing import Any

from custom_components.jellyfin_subtitles.const import CONF_ALL_LIBRARIES, CONF_LIBRARIES, DOMAIN
from homeassistant.config_entries import SOURCE_USER, ConfigFlowResult
from homeassistant.const import CONF_API_KEY, CONF_PASSWORD, CONF_URL, CONF_USERNAME, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from jellyfin_simulator import JellyfinSimulator
from jellyfin_simulator.accounts import SimUser

from . import until

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


async def submit(hass: HomeAssistant, result: ConfigFlowResult, values: Mapping[str, Any]) -> ConfigFlowResult:
    """Fill in the form that is shown."""
    return await hass.config_entries.flow.async_configure(result["flow_id"], dict(values))


async def choose(hass: HomeAssistant, result: ConfigFlowResult, step_id: str) -> ConfigFlowResult:
    """Choose from the menu that is shown."""
    assert result["type"] is FlowResultType.MENU
    return await submit(hass, result, {"next_step_id": step_id})


async def find(hass: HomeAssistant, form: Mapping[str, Any]) -> ConfigFlowResult:
    """Open the dialog and say where the server is."""
    return await submit(hass, await start(hass), address_of(form))


async def begin(hass: HomeAssistant, form: Mapping[str, Any], way: str = "password") -> ConfigFlowResult:
    """Go up to where one of the ways to sign in begins."""
    return await choose(hass, await find(hass, form), way)


async def sign_in(hass: HomeAssistant, form: Mapping[str, Any]) -> ConfigFlowResult:
    """Go up to where the sign-in with a password leads to."""
    return await submit(hass, await begin(hass, form), credentials_of(form))


async def enter_key(hass: HomeAssistant, form: Mapping[str, Any], key: str) -> ConfigFlowResult:
    """Go up to where an API key leads to."""
    result = await begin(hass, form, "api_key")
    assert (result["type"], result["step_id"], result["errors"]) == (FlowResultType.FORM, "api_key", {})
    return await submit(hass, result, {CONF_API_KEY: key})


async def finish(hass: HomeAssistant, result: ConfigFlowResult, form: Mapping[str, Any]) -> None:
    """Show that the dialog leads to an entry from where it is now."""
    if result["step_id"] == "user":
        result = await submit(hass, result, address_of(form))
    if result["type"] is FlowResultType.MENU:
        result = await choose(hass, result, "password")
    if result["step_id"] == "password":
        result = await submit(hass, result, credentials_of(form))
    await finish_libraries(hass, result)


async def finish_libraries(hass: HomeAssistant, result: ConfigFlowResult) -> None:
    """Show that the dialog has come to its last step, and that this one leads to an entry."""
    assert (result["type"], result.get("errors")) == (FlowResultType.FORM, {})
    assert result["step_id"].startswith("libraries")
    result = await submit(hass, result, ALL)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


def address_of(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is asked first."""
    return {key: form[key] for key in (CONF_URL, CONF_VERIFY_SSL)}


def credentials_of(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is asked for a sign-in with a password."""
    return {key: form[key] for key in (CONF_USERNAME, CONF_PASSWORD)}


def suggested(result: ConfigFlowResult) -> dict[str, Any]:
    """Return what stands in the fields of a form."""
    schema = result["data_schema"]
    assert schema is not None
    return {key.schema: key.description["suggested_value"] for key in schema.schema if key.description}


def code_of(result: ConfigFlowResult) -> str:
    """Return the code that is shown."""
    assert (result["type"], result["step_id"]) == (FlowResultType.SHOW_PROGRESS, "quick_connect")
    placeholders = result["description_placeholders"]
    assert placeholders is not None
    return placeholders["code"]


def allow(simulator: JellyfinSimulator, result: ConfigFlowResult, user: SimUser) -> None:
    """Confirm the code that is shown, in another place."""
    request = simulator.core.quick_connect.by_code(code_of(result))
    assert request is not None
    simulator.core.quick_connect.authorize(request, user)


async def go_on(hass: HomeAssistant, result: ConfigFlowResult) -> ConfigFlowResult:
    """Return where the dialog goes on to by itself."""
    flow = hass.config_entries.flow._progress[result["flow_id"]]
    await until(lambda: flow.cur_step and flow.cur_step["type"] is not FlowResultType.SHOW_PROGRESS)
    return await hass.config_entries.flow.async_configure(result["flow_id"])
