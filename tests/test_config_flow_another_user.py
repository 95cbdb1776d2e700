"""Reconfiguring a server that is set up: what may change, and signing in there as another user."""

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jellyfin_subtitles.const import (
    CONF_DEVICE_ID,
    CONF_LIBRARIES,
    CONF_RIGHTS,
    CONF_USER_ID,
    DOMAIN,
    ISSUE_LIBRARY_NOT_VISIBLE,
    ISSUE_NO_SUBTITLE_RIGHT,
)
from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.const import CONF_API_KEY, CONF_PASSWORD, CONF_TOKEN, CONF_URL, CONF_USERNAME, CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from jellyfin_simulator import JellyfinSimulator, SimLibrary, audio, video
from jellyfin_simulator.accounts import SimUser

from . import until
from .conftest import async_load, async_start_simulator
from .dialog import LOG_OUT, SIGN_IN, allow, choose, go_on, submit, suggested
from .test_issues_subtitles import raised

ROBIN = {CONF_USERNAME: "robin", CONF_PASSWORD: "battery staple"}


@pytest.fixture
def robin(simulator: JellyfinSimulator, films: SimLibrary, series: SimLibrary) -> SimUser:
    """Return another user of the server, who sees only the films, and may manage subtitles."""
    robin = simulator.add_user("robin", ROBIN[CONF_PASSWORD], libraries=[films.library_id])
    simulator.set_policy(robin, EnableSubtitleManagement=True)
    return robin


async def another(hass: HomeAssistant, entry: MockConfigEntry, way: str = "password") -> ConfigFlowResult:
    """Go up to where one of the ways to sign in begins."""
    result = await choose(hass, await entry.start_reconfigure_flow(hass), "reconfigure_user")
    assert (result["step_id"], result["description_placeholders"]) == ("reconfigure_user", {"server": entry.title})
    return await choose(hass, result, way)


async def check_changed(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry, result: ConfigFlowResult, old: str
) -> None:
    """See that another user has taken over, and that the old token is given back."""
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert entry.data[CONF_USERNAME] == "robin"
    await until(lambda: simulator.journal.count("POST", LOG_OUT) == 1)
    await until(lambda: old not in simulator.core.accounts.devices)
    assert entry.data[CONF_TOKEN] in simulator.core.accounts.devices
    assert not hass.config_entries.flow.async_progress_by_handler(DOMAIN)


async def test_reconfiguring_asks_what_is_to_change(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)

    result = await entry.start_reconfigure_flow(hass)

    assert (result["type"], result["step_id"]) == (FlowResultType.MENU, "reconfigure")
    assert result["menu_options"] == ["reconfigure_address", "reconfigure_user"]
    assert result["description_placeholders"] == {"server": entry.title}
    assert simulator.journal.count() == 0


async def test_another_user_takes_over_and_nothing_else_changes(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry, robin: SimUser
) -> None:
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_WEBHOOK_ID: "w" * 64})
    assert await hass.config_entries.async_setup(entry.entry_id)
    old = dict(entry.data)
    result = await another(hass, entry)
    assert suggested(result) == {CONF_USERNAME: None}

    result = await submit(hass, result, ROBIN)

    await check_changed(hass, simulator, entry, result, old[CONF_TOKEN])
    assert entry.data[CONF_USER_ID] == robin.user_id
    assert entry.data[CONF_RIGHTS] == ["manage_subtitles"]
    changed = {CONF_USERNAME, CONF_USER_ID, CONF_TOKEN, CONF_DEVICE_ID, CONF_RIGHTS}
    assert {key for key in old if entry.data[key] != old[key]} == changed
    assert entry.title == "simulator"


@pytest.mark.usefixtures("impatience")
async def test_another_user_can_take_over_with_a_code(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry, robin: SimUser
) -> None:
    await async_load(hass, entry)
    old = entry.data[CONF_TOKEN]
    result = await another(hass, entry, "quick_connect")
    allow(simulator, result, robin)

    await check_changed(hass, simulator, entry, await go_on(hass, result), old)


async def test_an_administrator_can_let_another_user_take_over_with_an_api_key(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry, robin: SimUser, key: str
) -> None:
    await async_load(hass, entry)
    old = entry.data[CONF_TOKEN]
    result = await submit(hass, await another(hass, entry, "api_key"), {CONF_API_KEY: key})
    assert result["step_id"] == "api_key_user"

    result = await submit(hass, result, {CONF_USER_ID: robin.user_id})

    await check_changed(hass, simulator, entry, result, old)


async def test_an_entry_that_is_not_loaded_can_be_taken_over(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry, robin: SimUser
) -> None:
    entry.add_to_hass(hass)
    old = entry.data[CONF_TOKEN]

    await check_changed(hass, simulator, entry, await submit(hass, await another(hass, entry), ROBIN), old)


async def test_a_request_to_sign_in_again_ends_when_another_user_has_taken_over(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry, robin: SimUser
) -> None:
    entry.add_to_hass(hass)
    simulator.core.accounts.devices.clear()
    assert not await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    [asked] = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert asked["context"]["source"] == "reauth"

    result = await submit(hass, await another(hass, entry), ROBIN)

    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert not hass.config_entries.flow.async_progress_by_handler(DOMAIN)


async def test_the_chosen_libraries_stay_and_those_that_are_not_seen_are_said(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    series: SimLibrary,
    entry: MockConfigEntry,
    robin: SimUser,
    issue_registry: ir.IssueRegistry,
) -> None:
    chosen = {CONF_LIBRARIES: [films.library_id, series.library_id]}
    await async_load(hass, entry, chosen)
    assert ISSUE_LIBRARY_NOT_VISIBLE not in raised(issue_registry)

    await submit(hass, await another(hass, entry), ROBIN)

    await until(lambda: ISSUE_LIBRARY_NOT_VISIBLE in raised(issue_registry))
    issue = issue_registry.async_get_issue(DOMAIN, f"{ISSUE_LIBRARY_NOT_VISIBLE}_{entry.entry_id}")
    assert issue is not None
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["user"] == "robin"
    assert entry.options == chosen
    await hass.async_block_till_done()


async def test_what_the_old_user_might_not_fetch_is_fetched_by_one_who_may(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    entry: MockConfigEntry,
    robin: SimUser,
    issue_registry: ir.IssueRegistry,
) -> None:
    simulator.add_subtitle_provider().offer("eng")
    await async_load(hass, entry)
    simulator.add_film(films, "Night Ferry", year=2021, streams=(video(), audio("eng")))
    await until(lambda: ISSUE_NO_SUBTITLE_RIGHT in raised(issue_registry))

    await submit(hass, await another(hass, entry), ROBIN)
    await hass.async_block_till_done()

    assert ISSUE_NO_SUBTITLE_RIGHT not in raised(issue_registry)
    await until(lambda: not entry.runtime_data.ledger.open)
    assert not raised(issue_registry)


async def test_who_mistypes_or_sees_nothing_can_correct_it_and_changes_nothing(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry, robin: SimUser
) -> None:
    await async_load(hass, entry)
    simulator.add_user("blind", "x", libraries=[])
    old = dict(entry.data)
    result = await another(hass, entry)

    result = await submit(hass, result, ROBIN | {CONF_PASSWORD: "wrong"})
    assert (result["step_id"], result["errors"]) == ("password", {"base": "invalid_auth"})
    result = await submit(hass, result, {CONF_USERNAME: "blind", CONF_PASSWORD: "x"})
    assert (result["step_id"], result["errors"]) == ("password", {"base": "no_libraries"})
    await until(lambda: simulator.journal.count("POST", LOG_OUT) == 1)
    assert dict(entry.data) == old
    assert old[CONF_TOKEN] in simulator.core.accounts.devices

    assert (await submit(hass, result, ROBIN))["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()


async def test_another_server_in_its_place_is_told_no_password(
    hass: HomeAssistant, servers: list[JellyfinSimulator], entry: MockConfigEntry, user: SimUser
) -> None:
    entry.add_to_hass(hass)
    other = await async_start_simulator(servers, name="other")
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_URL: other.url})
    old = dict(entry.data)

    result = await submit(hass, await another(hass, entry), ROBIN)

    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "unique_id_mismatch")
    assert other.journal.count("POST", SIGN_IN) == 0
    assert dict(entry.data) == old


@pytest.mark.usefixtures("impatience")
async def test_a_dialog_that_is_left_gives_back_what_its_code_has_led_to(
    hass: HomeAssistant, simulator: JellyfinSimulator, entry: MockConfigEntry, robin: SimUser
) -> None:
    await async_load(hass, entry)
    old = dict(entry.data)
    simulator.reject(502, path_prefix="/QuickConnect/Connect")
    result = await another(hass, entry, "quick_connect")
    allow(simulator, result, robin)
    assert len(simulator.core.accounts.devices) == 2

    hass.config_entries.flow.async_abort(result["flow_id"])

    await until(lambda: set(simulator.core.accounts.devices) == {old[CONF_TOKEN]})
    assert dict(entry.data) == old
