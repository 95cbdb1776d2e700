"""The client that an entry gets, with what Home Assistant has for it."""

import json

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.jellyfin_subtitles import connection
from custom_components.jellyfin_subtitles.const import EVENT_MEDIA_ADDED
from homeassistant.core import HomeAssistant
from homeassistant.util.json import json_loads
from jellyfin_simulator import JellyfinSimulator, SimLibrary

from . import until
from .conftest import async_load


async def test_it_decodes_as_fast_as_home_assistant_does(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, entry: MockConfigEntry
) -> None:
    decoded = list[bytes | str]()

    def loads(content: bytes | str) -> object:
        decoded.append(content)
        return json_loads(content)

    monkeypatch.setattr(connection, "json_loads", loads)
    await async_load(hass, entry)
    assert any(isinstance(content, bytes) for content in decoded), "answers"
    assert any(isinstance(content, str) for content in decoded), "and messages"


async def test_half_a_letter_in_a_name_costs_no_film(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: JellyfinSimulator, films: SimLibrary
) -> None:
    """What cannot be written as UTF-8 is too much for the fast way to decode."""
    await async_load(hass, entry)
    events = async_capture_events(hass, EVENT_MEDIA_ADDED)
    simulator.add_film(films, "Half \ud83d a moon", year=2021, path="/media/half.mkv")
    await until(lambda: bool(events))
    assert events[0].data["title"] == "Half ? a moon (2021)"
    with pytest.raises(ValueError, match="surrogate"):
        json_loads(json.dumps("\ud83d"))
