"""What goes into a bug report."""

from types import MappingProxyType
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_config_entry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.jellyfin_subtitles.const import CONF_LANGUAGES, CONF_LIBRARIES
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.json import json_dumps
from jellyfin_simulator import JellyfinSimulator, SimLibrary

from . import until
from .conftest import async_load
from .household import async_let_arrive, take_for_mass


async def async_report(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, entry: JellyfinSubtitlesConfigEntry
) -> dict[str, Any]:
    """Return what a person downloads."""
    report = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    assert isinstance(report, dict)
    return report


async def test_it_holds_states_and_counts_and_nothing_private(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    loaded: JellyfinSubtitlesConfigEntry,
) -> None:
    simulator.add_film(films, "Night Ferry", year=2020)
    await until(lambda: loaded.runtime_data.coordinator.data.last_item)

    report = await async_report(hass, hass_client, loaded)

    assert report["server_version"] == "10.11.11"
    assert report["connection"]["state"] == "connected"
    assert report["libraries"] == {"visible": ["movies"], "watched": ["movies"]}
    assert report["known"]["ids"] >= 1
    assert report["known"]["mark"]
    assert report["last_sync"]["requests"]
    assert report["last_item"]["item_type"] == "movie"
    assert report["requests"] == {"automatic": True, "waiting": 0, "mass_arrival": 0}
    assert report["subtitles"] == {"states": {}, "reasons": {}, "next_due": None}
    assert (report["webhook"]["registered"], report["webhook"]["count"]) == (True, 0)
    item = loaded.runtime_data.coordinator.data.last_item
    assert item is not None
    dump = json_dumps(report)
    for secret in (
        loaded.data["token"],
        loaded.data["url"],
        "127.0.0.1",
        loaded.data["username"],
        loaded.data["user_id"],
        loaded.data["device_id"],
        loaded.data["webhook_id"],
        item.path,
        item.title,
    ):
        assert secret
        assert secret not in dump


async def test_it_tells_what_was_chosen_and_what_waits_for_a_decision(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    options = {CONF_LANGUAGES: ["de"], CONF_LIBRARIES: [films.library_id]}
    await async_load(hass, entry, options)
    take_for_mass(monkeypatch, 25)
    await async_let_arrive(simulator, entry, films, 30)
    await entry.runtime_data.requests.set_automatic(False)

    report = await async_report(hass, hass_client, entry)

    assert report["entry"]["options"] == options
    assert report["entry"]["data"]["rights"] == []
    assert report["requests"] == {"automatic": False, "waiting": 0, "mass_arrival": 30}


async def test_it_can_be_had_before_anything_was_heard(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    simulator: JellyfinSimulator,
    entry: MockConfigEntry,
) -> None:
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)

    report = await async_report(hass, hass_client, entry)

    assert report["last_item"] is None
    assert report["last_sync"] is None


async def test_an_entry_that_is_not_loaded_tells_what_is_stored_of_it(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    """That is when somebody wants to report a bug."""
    assert await hass.config_entries.async_unload(loaded.entry_id)

    report = await async_report(hass, hass_client, loaded)

    assert set(report) == {"entry"}
    assert report["entry"]["data"]["token"] == "**REDACTED**"


async def test_a_profile_is_told_without_its_name_and_without_paths(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    data = {"languages": ["de"], "kind": "forced", "ignored_paths": ["/home/alex/private"]}
    subentry = ConfigSubentry(data=MappingProxyType(data), subentry_type="profile", title="Alex", unique_id=None)
    assert await hass.config_entries.async_unload(loaded.entry_id)
    hass.config_entries.async_add_subentry(loaded, subentry)

    report = await async_report(hass, hass_client, loaded)

    (told,) = report["entry"]["subentries"]
    assert (told["data"]["languages"], told["data"]["kind"]) == (["de"], "forced")
    assert (told["title"], told["data"]["ignored_paths"]) == ("**REDACTED**", "**REDACTED**")
    assert "private" not in json_dumps(report)
