"""The sensors that count how far the subtitles are."""

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jellyfin_subtitles.const import CONF_LANGUAGES
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from homeassistant.const import STATE_UNKNOWN, EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from jellyfin_simulator import JellyfinSimulator, SimLibrary, SimUser, SubtitleProvider, audio, video

from . import until
from .conftest import async_load

WITHOUT = (video(), audio("eng"))


def value(hass: HomeAssistant, key: str) -> str:
    """Return what a sensor shows."""
    state = hass.states.get(f"sensor.simulator_{key}")
    assert state is not None
    return state.state


@pytest.fixture
def provider(simulator: JellyfinSimulator, user: SimUser) -> SubtitleProvider:
    """Return a provider of subtitles that is installed on the server, and that we may use."""
    simulator.set_policy(user, EnableSubtitleManagement=True)
    return simulator.add_subtitle_provider()


async def test_where_nothing_is_missing_nothing_is_counted(
    hass: HomeAssistant, wanting_german: JellyfinSubtitlesConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    for key in ("missing_subtitles", "subtitles_in_progress", "subtitles_in_trouble"):
        assert value(hass, key) == "0"
    assert value(hass, "next_attempt") == STATE_UNKNOWN
    assert value(hass, "coverage_in_german") == STATE_UNKNOWN
    registered = entity_registry.async_get("sensor.simulator_next_attempt")
    assert registered is not None
    assert registered.entity_category is EntityCategory.DIAGNOSTIC


async def test_subtitles_that_arrive_make_for_coverage(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    provider: SubtitleProvider,
    wanting_german: JellyfinSubtitlesConfigEntry,
) -> None:
    provider.offer("ger")
    simulator.add_film(films, "Night Ferry", year=2021, streams=WITHOUT)
    await until(lambda: value(hass, "coverage_in_german") == "100.0")
    assert value(hass, "missing_subtitles") == "0"
    state = hass.states.get("sensor.simulator_coverage_in_german")
    assert state is not None
    assert (state.attributes["unit_of_measurement"], state.attributes["state_class"]) == ("%", "measurement")


async def test_subtitles_are_in_progress_while_somebody_brings_them(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    provider: SubtitleProvider,
    wanting_german: JellyfinSubtitlesConfigEntry,
) -> None:
    provider.offer("ger")
    seen: list[str] = []
    wanting_german.runtime_data.coordinator.async_add_listener(
        lambda: seen.append(value(hass, "subtitles_in_progress"))
    )
    simulator.add_film(films, "Night Ferry", year=2021, streams=WITHOUT)
    await until(lambda: value(hass, "coverage_in_german") == "100.0")
    assert "1" in seen
    assert value(hass, "subtitles_in_progress") == "0"


@pytest.mark.parametrize(("quota", "in_trouble"), [(0, "1"), (None, "0")])
async def test_what_waits_after_a_failure_is_in_trouble_unless_it_was_only_not_found(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    provider: SubtitleProvider,
    wanting_german: JellyfinSubtitlesConfigEntry,
    quota: int | None,
    in_trouble: str,
) -> None:
    if quota is not None:
        provider.offer("ger")
        provider.quota = quota
    simulator.add_film(films, "Night Ferry", year=2021, streams=WITHOUT)
    ledger = wanting_german.runtime_data.ledger
    await until(lambda: any(one.reason for one in ledger.open.values()))
    await hass.async_block_till_done()

    [record] = ledger.open.values()
    assert (value(hass, "missing_subtitles"), value(hass, "subtitles_in_trouble")) == ("1", in_trouble)
    assert dt_util.parse_datetime(value(hass, "next_attempt")) == record.due.replace(microsecond=0)
    assert value(hass, "coverage_in_german") == "0.0"


async def test_each_wanted_language_has_its_sensor_as_long_as_it_is_wanted(
    hass: HomeAssistant, entry: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    def languages() -> set[str]:
        ids = [one.unique_id for one in er.async_entries_for_config_entry(entity_registry, entry.entry_id)]
        return {tag for one in ids for _, found, tag in [one.partition("_coverage_")] if found}

    await async_load(hass, entry, {CONF_LANGUAGES: ["de", "pt-BR"]})
    assert languages() == {"de", "pt-BR"}
    assert value(hass, "coverage_in_portuguese_brazil") == STATE_UNKNOWN

    hass.config_entries.async_update_entry(entry, options={CONF_LANGUAGES: ["fr", "de"]})
    await hass.config_entries.async_reload(entry.entry_id)
    assert languages() == {"de", "fr"}
    assert hass.states.get("sensor.simulator_coverage_in_portuguese_brazil") is None
    assert hass.states.get("sensor.simulator_missing_subtitles") is not None
