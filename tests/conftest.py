"""A Home Assistant that finds this integration, and a Jellyfin server on the loopback interface."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from ipaddress import IPv4Address
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jellyfin_subtitles.const import CONF_DEVICE_ID, CONF_LANGUAGES, CONF_USER_ID, DOMAIN
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from custom_components.jellyfin_subtitles.engine.models import ListenerState, ListenerStatus
from homeassistant import loader
from homeassistant.const import CONF_PASSWORD, CONF_TOKEN, CONF_URL, CONF_USERNAME, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from jellyfin_simulator import JellyfinSimulator, SimLibrary
from jellyfin_simulator.accounts import SimUser

from . import until

USERNAME = "alex"
PASSWORD = "correct horse"
DEVICE_ID = "d" * 32


@pytest.fixture
async def servers() -> AsyncGenerator[list[JellyfinSimulator]]:
    """Stop the servers of a test, after Home Assistant has left them."""
    servers: list[JellyfinSimulator] = []
    yield servers
    for server in servers:
        await server.stop()


@pytest.fixture
def hass(servers: list[JellyfinSimulator], hass: HomeAssistant) -> HomeAssistant:
    """Let Home Assistant look for custom integrations."""
    hass.data.pop(loader.DATA_CUSTOM_COMPONENTS)
    return hass


@pytest.fixture(autouse=True)
def broadcast_addresses(monkeypatch: pytest.MonkeyPatch) -> set[IPv4Address]:
    """Return where a dialog asks the network for servers: nowhere, as long as nobody adds an address."""
    addresses: set[IPv4Address] = set()

    async def async_get(_hass: HomeAssistant) -> set[IPv4Address]:
        return addresses

    place = "custom_components.jellyfin_subtitles.suggestions.async_get_ipv4_broadcast_addresses"
    monkeypatch.setattr(place, async_get)
    return addresses


@pytest.fixture
def simulator_options() -> dict[str, Any]:
    """Return how the server differs from the usual one."""
    return {}


@pytest.fixture
async def simulator(
    socket_enabled: None, servers: list[JellyfinSimulator], simulator_options: dict[str, Any]
) -> JellyfinSimulator:
    """Run a Jellyfin server that says at once what changes."""
    return await async_start_simulator(servers, **simulator_options)


async def async_start_simulator(servers: list[JellyfinSimulator], **options: Any) -> JellyfinSimulator:
    """Run a Jellyfin server until the test ends."""
    simulator = JellyfinSimulator(**{"library_monitor_delay": 0, "library_update_duration": 0} | options)
    await simulator.start()
    servers.append(simulator)
    return simulator


@pytest.fixture
def user(simulator: JellyfinSimulator) -> SimUser:
    """Return the user we sign in as."""
    return simulator.add_user(USERNAME, PASSWORD)


@pytest.fixture
def form(simulator: JellyfinSimulator) -> dict[str, Any]:
    """Return what a person fills in who makes no mistake."""
    return {
        CONF_URL: simulator.url,
        CONF_VERIFY_SSL: True,
        CONF_USERNAME: USERNAME,
        CONF_PASSWORD: PASSWORD,
    }


@pytest.fixture
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask without a pause whether a code has been confirmed."""
    monkeypatch.setattr("custom_components.jellyfin_subtitles.sign_in.QUICK_CONNECT_INTERVAL", timedelta(0))


@pytest.fixture
def no_gathering(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for posts that do not come."""
    monkeypatch.setattr("custom_components.jellyfin_subtitles.webhook.WEBHOOK_GATHER_FOR", timedelta(0))


@pytest.fixture
def administrator(simulator: JellyfinSimulator) -> SimUser:
    """Return the server's administrator."""
    return simulator.add_user("zoe", "much too long", administrator=True)


@pytest.fixture
def key(simulator: JellyfinSimulator, user: SimUser, administrator: SimUser) -> str:
    """Return an API key of a server that has users; it bears the name that many would give it."""
    return simulator.add_api_key("Home Assistant")


@pytest.fixture
async def films(simulator: JellyfinSimulator) -> SimLibrary:
    """Return a library of films."""
    return simulator.add_library("Films", "movies", announce=False)


@pytest.fixture
async def series(simulator: JellyfinSimulator) -> SimLibrary:
    """Return a library of series."""
    return simulator.add_library("Series", "tvshows", announce=False)


@pytest.fixture
def entry(simulator: JellyfinSimulator, user: SimUser, films: SimLibrary) -> MockConfigEntry:
    """Return the entry as the flow makes it."""
    return MockConfigEntry(
        domain=DOMAIN,
        title="simulator",
        unique_id=simulator.server_id,
        data={
            CONF_URL: simulator.url,
            CONF_VERIFY_SSL: True,
            CONF_USERNAME: USERNAME,
            CONF_USER_ID: user.user_id,
            CONF_TOKEN: simulator.issue_token(user, DEVICE_ID),
            CONF_DEVICE_ID: DEVICE_ID,
        },
    )


@pytest.fixture
async def loaded(hass: HomeAssistant, entry: MockConfigEntry) -> JellyfinSubtitlesConfigEntry:
    """Return the entry once it has found its connection, and has learnt what there is."""
    await async_load(hass, entry)
    return entry


@pytest.fixture
async def wanting_german(hass: HomeAssistant, entry: MockConfigEntry) -> JellyfinSubtitlesConfigEntry:
    """Return the loaded entry of people who want German subtitles, which no file has by itself."""
    await async_load(hass, entry, {CONF_LANGUAGES: ["de"]})
    return entry


async def async_load(hass: HomeAssistant, entry: MockConfigEntry, options: dict[str, Any] | None = None) -> None:
    """Load the entry and wait until it is up to date."""
    entry.add_to_hass(hass)
    if options is not None:
        hass.config_entries.async_update_entry(entry, options=options)
    assert await hass.config_entries.async_setup(entry.entry_id)
    running: JellyfinSubtitlesConfigEntry = entry
    engine = running.runtime_data
    await until(lambda: engine.catch_up.last and engine.listener.status.state is ListenerState.CONNECTED)


def say(entry: JellyfinSubtitlesConfigEntry, status: ListenerStatus) -> None:
    """Let the listener say what it is doing."""
    entry.runtime_data.listener._subscribers.tell(status)
