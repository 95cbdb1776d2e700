"""What arrives for people."""

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jellyfin_subtitles.const import CONF_DEVICE_ID, CONF_USER_ID, DOMAIN
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
from jellyfin_simulator import JellyfinSimulator, SimLibrary

from . import until
from .conftest import async_load, async_start_simulator


def take_for_mass(monkeypatch: pytest.MonkeyPatch, more_than: int) -> None:
    """Let so many new items at once be more than news."""
    monkeypatch.setattr("custom_components.jellyfin_subtitles.engine.flood.MASS", more_than)


async def async_let_arrive(
    simulator: JellyfinSimulator, entry: JellyfinSubtitlesConfigEntry, library: SimLibrary, count: int
) -> None:
    """Let films be found all at once; returns when they have been announced and it is known what becomes of them."""
    requests = entry.runtime_data.requests
    before = requests.mass + requests.waiting
    simulator.add_many(library, count)
    await entry.runtime_data.coordinator.async_sync_now()
    await until(lambda: requests.mass + requests.waiting > before)


async def async_add_server(
    hass: HomeAssistant, servers: list[JellyfinSimulator], first: JellyfinSubtitlesConfigEntry
) -> tuple[JellyfinSimulator, SimLibrary, JellyfinSubtitlesConfigEntry]:
    """Set up a second server beside the first; return it with its films and its entry."""
    other = await async_start_simulator(servers, name="other")
    user = other.add_user("robin", "")
    films = other.add_library("Films", "movies", announce=False)
    device_id = "e" * 32
    data = {
        CONF_URL: other.url,
        CONF_USER_ID: user.user_id,
        CONF_TOKEN: other.issue_token(user, device_id),
        CONF_DEVICE_ID: device_id,
        CONF_WEBHOOK_ID: "e" * 64,
    }
    entry = MockConfigEntry(domain=DOMAIN, title="other", unique_id=other.server_id, data=dict(first.data) | data)
    await async_load(hass, entry)
    return other, films, entry
