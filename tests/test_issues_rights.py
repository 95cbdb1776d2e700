"""A user who may do less than before: noticed, said, and forgotten when it is over."""

import asyncio
from datetime import timedelta

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.jellyfin_subtitles.const import CONF_RIGHTS
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from custom_components.jellyfin_subtitles.engine.jellyfin import User
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_PASSWORD, CONF_USERNAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
from jellyfin_simulator import JellyfinSimulator
from jellyfin_simulator.accounts import SimUser

from . import until
from .conftest import USERNAME, async_load
from .dialog import choose, submit

ME = "/Users/Me"
EVERYTHING = ["administrator", "manage_subtitles"]


async def async_reload(hass: HomeAssistant, entry: JellyfinSubtitlesConfigEntry) -> None:
    """Set the entry up again."""
    assert await hass.config_entries.async_reload(entry.entry_id)


def lost(issue_registry: ir.IssueRegistry) -> str | None:
    """Return which rights are said to be gone."""
    for issue in issue_registry.issues.values():
        assert issue.translation_key == "rights_reduced"
        assert issue.translation_placeholders == {"server": "simulator", "user": USERNAME}
        assert issue.data
        return str(issue.data["lost"])
    return None


@pytest.fixture
async def of_administrator(
    hass: HomeAssistant, simulator: JellyfinSimulator, user: SimUser, entry: MockConfigEntry
) -> JellyfinSubtitlesConfigEntry:
    """Return an entry whose user may do everything."""
    simulator.set_policy(user, IsAdministrator=True)
    await async_load(hass, entry)
    return entry


@pytest.mark.parametrize(
    ("policy", "rights"),
    [
        ({}, []),
        ({"EnableSubtitleManagement": True}, ["manage_subtitles"]),
        ({"IsAdministrator": True}, EVERYTHING),
    ],
)
async def test_what_the_user_may_do_is_remembered(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    user: SimUser,
    entry: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
    policy: dict[str, bool],
    rights: list[str],
) -> None:
    simulator.set_policy(user, **policy)

    await async_load(hass, entry)

    assert entry.data[CONF_RIGHTS] == rights
    assert simulator.journal.count(path_prefix=ME) == 1, "the setup asks anyway"
    assert lost(issue_registry) is None


@pytest.mark.parametrize(
    ("policy", "gone"),
    [({"EnableSubtitleManagement": True}, "administrator"), ({}, "administrator manage_subtitles")],
)
async def test_an_administrator_who_is_none_any_more_is_an_issue_until_they_are_one_again(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    user: SimUser,
    of_administrator: JellyfinSubtitlesConfigEntry,
    issue_registry: ir.IssueRegistry,
    policy: dict[str, bool],
    gone: str,
) -> None:
    simulator.set_policy(user, IsAdministrator=False, **policy)
    await async_reload(hass, of_administrator)
    assert lost(issue_registry) == gone

    simulator.set_policy(user, IsAdministrator=True)
    await async_reload(hass, of_administrator)
    assert lost(issue_registry) is None
    assert of_administrator.data[CONF_RIGHTS] == EVERYTHING


async def test_rights_that_are_given_later_are_missed_when_they_go(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    user: SimUser,
    loaded: JellyfinSubtitlesConfigEntry,
    issue_registry: ir.IssueRegistry,
) -> None:
    simulator.set_policy(user, EnableSubtitleManagement=True)
    await async_reload(hass, loaded)
    assert loaded.data[CONF_RIGHTS] == ["manage_subtitles"]

    simulator.set_policy(user, EnableSubtitleManagement=False)
    await async_reload(hass, loaded)

    assert lost(issue_registry) == "manage_subtitles"


async def test_after_each_reconnect_the_rights_are_looked_at_again(
    simulator: JellyfinSimulator,
    user: SimUser,
    of_administrator: JellyfinSubtitlesConfigEntry,
    issue_registry: ir.IssueRegistry,
) -> None:
    simulator.set_policy(user, IsAdministrator=False)
    simulator.drop_sockets()
    await until(lambda: simulator.journal.open_sockets == 0)
    of_administrator.runtime_data.listener.wake()
    await until(lambda: lost(issue_registry))

    simulator.set_policy(user, IsAdministrator=True)
    simulator.drop_sockets()
    await until(lambda: lost(issue_registry) is None)


async def test_a_look_that_fails_is_made_good_by_the_next_one(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    user: SimUser,
    of_administrator: JellyfinSubtitlesConfigEntry,
    issue_registry: ir.IssueRegistry,
) -> None:
    simulator.set_policy(user, IsAdministrator=False)
    simulator.reject(500, path_prefix=ME, times=1)
    simulator.journal.clear()
    simulator.drop_sockets()
    await until(lambda: [asked.status for asked in simulator.journal.find("GET", ME)] == [500])
    assert lost(issue_registry) is None

    simulator.drop_sockets()

    await until(lambda: lost(issue_registry))


async def test_once_a_day_the_rights_are_looked_at_again(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    user: SimUser,
    of_administrator: JellyfinSubtitlesConfigEntry,
    issue_registry: ir.IssueRegistry,
) -> None:
    simulator.set_policy(user, IsAdministrator=False)

    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(hours=25))

    await until(lambda: lost(issue_registry))


async def test_an_answer_that_comes_after_the_entry_was_unloaded_raises_nothing(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    user: SimUser,
    of_administrator: JellyfinSubtitlesConfigEntry,
    issue_registry: ir.IssueRegistry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    running = of_administrator.runtime_data
    asked, unloaded = asyncio.Event(), asyncio.Event()
    get_user = running.client.get_user

    async def get_user_slowly() -> User:
        asked.set()
        await unloaded.wait()
        return await get_user()

    monkeypatch.setattr(running.client, "get_user", get_user_slowly)
    simulator.set_policy(user, IsAdministrator=False)
    look = hass.async_create_task(running.coordinator.async_fallback_sync(dt_util.utcnow()))
    await asked.wait()

    assert await hass.config_entries.async_unload(of_administrator.entry_id)
    unloaded.set()
    await look

    assert lost(issue_registry) is None
    assert of_administrator.data[CONF_RIGHTS] == EVERYTHING


async def test_what_the_user_may_do_is_learnt_when_a_server_that_was_away_comes_back(
    hass: HomeAssistant, simulator: JellyfinSimulator, user: SimUser, entry: MockConfigEntry
) -> None:
    await simulator.set_phase("B")
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    assert CONF_RIGHTS not in entry.data

    await simulator.set_phase("D")
    entry.runtime_data.listener.wake()

    await until(lambda: CONF_RIGHTS in entry.data)


async def test_whoever_signs_in_again_brings_rights_of_their_own(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    of_administrator: JellyfinSubtitlesConfigEntry,
    entry: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
) -> None:
    simulator.add_user("robin", "battery staple")
    result = await choose(hass, await entry.start_reauth_flow(hass), "password")

    await submit(hass, result, {CONF_USERNAME: "robin", CONF_PASSWORD: "battery staple"})
    await hass.async_block_till_done()

    assert entry.state is ConfigEntryState.LOADED
    assert entry.data[CONF_RIGHTS] == []
    assert lost(issue_registry) is None
