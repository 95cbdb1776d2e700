"""Whose webhook it is, and where: each entry has its own."""

import asyncio
from dataclasses import replace
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock, Mock

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events, async_fire_time_changed
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.jellyfin_subtitles.const import (
    CONF_DEVICE_ID,
    CONF_USER_ID,
    DOMAIN,
    EVENT_MEDIA_ADDED,
    WEBHOOK_SAVE_DELAY,
)
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from custom_components.jellyfin_subtitles.engine.webhook import Dialect
from custom_components.jellyfin_subtitles.webhook import WebhookAddresses, WebhookStatus, async_get_addresses
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from jellyfin_simulator import JellyfinSimulator, SimLibrary

from . import until
from .conftest import async_load, async_start_simulator
from .engine.webhook_bodies import RADARR
from .posting import Door, body_about

STAND_INS = Path(__file__).parent.parent / "real_home_assistant" / "stand_ins"

pytestmark = pytest.mark.usefixtures("no_gathering")


async def test_an_entry_keeps_its_webhook(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    assert CONF_WEBHOOK_ID not in entry.data
    assert async_get_addresses(hass, entry) == WebhookAddresses()

    await async_load(hass, entry)

    webhook_id = entry.data[CONF_WEBHOOK_ID]
    assert len(webhook_id) == 64
    await hass.config_entries.async_reload(entry.entry_id)
    assert entry.data[CONF_WEBHOOK_ID] == webhook_id


async def test_what_has_come_outlives_each_load(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    hass_storage: dict[str, Any],
    loaded: JellyfinSubtitlesConfigEntry,
) -> None:
    """But not the address: that is nobody's business who reads the file."""
    door = Door(await hass_client_no_auth(), loaded)
    await door.post(RADARR)
    await door.post(b"nonsense")
    before = door.status
    assert (before.count, before.refused) == (1, 1)

    await hass.config_entries.async_reload(loaded.entry_id)

    assert door.status == before
    assert loaded.data[CONF_WEBHOOK_ID] not in json.dumps(hass_storage[f"{DOMAIN}.{loaded.entry_id}.webhook"])
    await door.post(RADARR)
    assert (door.status.count, door.status.refused) == (2, 1)


async def test_what_has_come_is_written_once_nothing_more_comes(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    hass_storage: dict[str, Any],
    loaded: JellyfinSubtitlesConfigEntry,
) -> None:
    """So that a run that ends without warning has forgotten the last seconds at most."""
    door, key = Door(await hass_client_no_auth(), loaded), f"{DOMAIN}.{loaded.entry_id}.webhook"
    for _ in range(3):
        await door.post(RADARR)
    assert key not in hass_storage

    async_fire_time_changed(hass, dt_util.utcnow() + WEBHOOK_SAVE_DELAY)

    await until(lambda: key in hass_storage)
    assert WebhookStatus.from_dict(hass_storage[key]["data"]) == replace(door.status, registered=False)


async def test_where_nothing_came_nothing_is_written(
    hass: HomeAssistant, hass_storage: dict[str, Any], loaded: JellyfinSubtitlesConfigEntry
) -> None:
    await hass.config_entries.async_reload(loaded.entry_id)

    assert f"{DOMAIN}.{loaded.entry_id}.webhook" not in hass_storage


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (["no", "document"], WebhookStatus()),
        ({"count": "many", "last_call": 5, "last_dialect": ["radarr"], "refused": None}, WebhookStatus()),
        ({"count": 2, "last_dialect": "radarr"}, WebhookStatus(count=2, last_dialect=Dialect.RADARR)),
        ({"count": 2, "last_dialect": "of tomorrow"}, WebhookStatus(count=2)),
    ],
    ids=["list", "types", "part", "dialect"],
)
async def test_what_makes_no_sense_is_forgotten(
    hass: HomeAssistant, hass_storage: dict[str, Any], entry: MockConfigEntry, data: object, status: WebhookStatus
) -> None:
    key = f"{DOMAIN}.{entry.entry_id}.webhook"
    hass_storage[key] = {"version": 1, "minor_version": 1, "key": key, "data": data}

    await async_load(hass, entry)

    running: JellyfinSubtitlesConfigEntry = entry
    assert running.runtime_data.webhook.status == replace(status, registered=True)


async def test_two_entries_hear_only_their_own(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    servers: list[JellyfinSimulator],
    simulator: JellyfinSimulator,
    films: SimLibrary,
    loaded: JellyfinSubtitlesConfigEntry,
) -> None:
    other = await async_start_simulator(servers, server_id="f" * 32)
    user = other.add_user("robin", "battery staple")
    second = MockConfigEntry(
        domain=DOMAIN,
        unique_id=other.server_id,
        data=dict(loaded.data)
        | {
            CONF_URL: other.url,
            CONF_USER_ID: user.user_id,
            CONF_TOKEN: other.issue_token(user, "e" * 32),
            CONF_DEVICE_ID: "e" * 32,
            CONF_WEBHOOK_ID: "second",
        },
    )
    await async_load(hass, second)
    events = async_capture_events(hass, EVENT_MEDIA_ADDED)
    client = await hass_client_no_auth()
    door, other_door = Door(client, loaded), Door(client, second)
    film = simulator.add_film(films, "Night Ferry", year=2020, announce=False)

    assert (await other_door.post(body_about(simulator, film)))[0] == 403
    assert (await door.post(body_about(simulator, film)))[0] == 200

    await until(lambda: events)
    assert (door.status.count, other_door.status.count) == (1, 0)
    assert [event.data["config_entry_id"] for event in events] == [loaded.entry_id]


async def test_the_addresses_are_those_of_home_assistant(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    path = f"/api/webhook/{loaded.data[CONF_WEBHOOK_ID]}"
    assert async_get_addresses(hass, loaded) == WebhookAddresses(f"http://10.10.10.10:8123{path}")
    hass.config.api = None
    assert async_get_addresses(hass, loaded) == WebhookAddresses()

    await hass.config.async_update(internal_url="http://192.168.1.2:8123", external_url="https://ha.example.com")

    assert async_get_addresses(hass, loaded) == WebhookAddresses(
        f"http://192.168.1.2:8123{path}", f"https://ha.example.com{path}"
    )


async def test_an_address_at_the_cloud_is_shown_if_there_is_one_and_goes_with_the_entry(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    loaded: JellyfinSubtitlesConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The cloud's own code needs packages that are not everywhere.
    monkeypatch.syspath_prepend(str(STAND_INS))
    from homeassistant.components.cloud import DATA_CLOUD

    hooks: dict[str, dict[str, str]] = {}
    delete = AsyncMock()
    stand_in: Any = SimpleNamespace(client=SimpleNamespace(cloudhooks=hooks), cloudhooks=Mock(async_delete=delete))
    hass.config.components.add("cloud")
    assert async_get_addresses(hass, loaded).cloudhook is None

    hass.data[DATA_CLOUD] = stand_in
    assert async_get_addresses(hass, loaded).cloudhook is None

    hooks[loaded.data[CONF_WEBHOOK_ID]] = {"cloudhook_url": "https://hooks.example.com/1"}
    assert async_get_addresses(hass, loaded).cloudhook == "https://hooks.example.com/1"

    webhook_id = loaded.data[CONF_WEBHOOK_ID]
    await hass.config_entries.async_remove(loaded.entry_id)
    delete.assert_awaited_once_with(webhook_id)


async def test_an_entry_that_was_never_loaded_can_be_removed(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    entry.add_to_hass(hass)
    await hass.config_entries.async_remove(entry.entry_id)
    assert not hass.config_entries.async_entries(DOMAIN)


async def test_a_post_that_was_still_being_read_when_the_entry_went_leaves_nothing_behind(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    hass_storage: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    loaded: JellyfinSubtitlesConfigEntry,
) -> None:
    begun, removed = asyncio.Event(), asyncio.Event()

    async def read_slowly(_request: object) -> bytes:
        begun.set()
        await removed.wait()
        return b"no JSON"

    monkeypatch.setattr("custom_components.jellyfin_subtitles.webhook._async_read", read_slowly)
    client = await hass_client_no_auth()
    post = asyncio.create_task(client.post(f"/api/webhook/{loaded.data[CONF_WEBHOOK_ID]}", data=b"no JSON"))
    await begun.wait()
    await hass.config_entries.async_remove(loaded.entry_id)
    removed.set()
    await post
    async_fire_time_changed(hass, dt_util.utcnow() + 2 * WEBHOOK_SAVE_DELAY)
    await hass.async_block_till_done()
    assert not [name for name in hass_storage if name.startswith(DOMAIN)]
