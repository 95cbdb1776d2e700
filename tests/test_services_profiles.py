"""What actions ask for where profiles say what is wanted of each library."""

from types import MappingProxyType

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jellyfin_subtitles.const import (
    SERVICE_GET_ITEM,
    SERVICE_GET_MISSING,
    SERVICE_REQUEST_SUBTITLES,
    SUBENTRY_PROFILE,
)
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary, audio, subtitle, video

from . import until
from .actions import async_act
from .conftest import async_load

WITH_GERMAN = (video(), audio("eng"), subtitle("ger"))


@pytest.fixture
async def profiled(
    hass: HomeAssistant, entry: MockConfigEntry, series: SimLibrary, episode: SimItem
) -> JellyfinSubtitlesConfigEntry:
    """Return the entry of people who want only signs translated in series, and French elsewhere."""
    data = {
        "libraries": [series.library_id],
        "languages": ["de"],
        "kind": "forced",
        "hearing_impaired": "accepted",
        "unless_spoken": False,
        "lenient": False,
        "images": False,
        "machines": True,
        "backends": ["jellyfin"],
        "ignored_paths": [],
        "ignores_watched": False,
    }
    entry.add_to_hass(hass)
    subentry = ConfigSubentry(
        data=MappingProxyType(data), subentry_type=SUBENTRY_PROFILE, title="Signs", unique_id=None
    )
    hass.config_entries.async_add_subentry(entry, subentry)
    await async_load(hass, entry, {"languages": ["fr"]})
    return entry


@pytest.fixture
def episode(simulator: JellyfinSimulator, series: SimLibrary) -> SimItem:
    """Return an episode that is there before anybody looks, with German subtitles."""
    show = simulator.add_series(series, "Harbor Lights", announce=False)
    return simulator.add_episode(show, 1, 1, streams=WITH_GERMAN, announce=False)


async def test_an_item_lacks_what_the_profile_of_its_library_says(
    hass: HomeAssistant, profiled: JellyfinSubtitlesConfigEntry, episode: SimItem
) -> None:
    (version,) = (await async_act(hass, SERVICE_GET_ITEM, item_id=episode.item_id))["versions"]
    assert (version["missing"], version["present"]) == (["de"], ["de"])
    (found,) = (await async_act(hass, SERVICE_GET_MISSING))["items"]
    assert (found["item_id"], found["missing_languages"]) == (episode.item_id, ["de"])
    assert not (await async_act(hass, SERVICE_GET_MISSING, languages=["de"]))["items"]


@pytest.mark.parametrize("whole", [True, False])
async def test_what_is_requested_is_what_the_profile_says(
    hass: HomeAssistant, profiled: JellyfinSubtitlesConfigEntry, episode: SimItem, whole: bool
) -> None:
    item_id = episode.series.item_id if whole and episode.series else episode.item_id

    answer = await async_act(hass, SERVICE_REQUEST_SUBTITLES, item_id=item_id)

    assert [request["missing"] for request in answer["requests"]] == [["de"]]
    await until(lambda: profiled.runtime_data.ledger.open)
    (record,) = profiled.runtime_data.ledger.open.values()
    assert record.want.as_text() == "de;forced"


async def test_languages_that_are_named_are_plainly_wanted(
    hass: HomeAssistant, profiled: JellyfinSubtitlesConfigEntry, episode: SimItem
) -> None:
    answer = await async_act(hass, SERVICE_REQUEST_SUBTITLES, item_id=episode.item_id, languages=["de", "it"])

    assert [request["missing"] for request in answer["requests"]] == [["it"]]
