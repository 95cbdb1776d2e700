"""The action."""

import pytest

from custom_components.jellyfin_subtitles.const import DOMAIN, SERVICE_SYNC_NOW
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util
from jellyfin_simulator import JellyfinSimulator, SimLibrary

from . import until


async def test_it_answers_what_was_found_and_what_it_cost(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    film = simulator.add_film(films, "Silent", year=2020, announce=False)
    simulator.journal.clear()

    answer = await hass.services.async_call(
        DOMAIN,
        SERVICE_SYNC_NOW,
        {ATTR_CONFIG_ENTRY_ID: loaded.entry_id},
        blocking=True,
        return_response=True,
    )

    assert answer is not None
    assert answer["found"] == 1
    assert answer["item_ids"] == [film.item_id]
    queries = [request for request in simulator.journal.requests if "ids" not in request.query]
    assert answer["requests"] == len(queries)
    assert answer["baseline"] is False
    assert answer["failed_libraries"] == []
    assert dt_util.parse_datetime(str(answer["finished_at"]))


async def test_with_one_server_it_needs_no_name_and_no_answer(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    before = loaded.runtime_data.catch_up.last

    await hass.services.async_call(DOMAIN, SERVICE_SYNC_NOW, blocking=True)

    assert loaded.runtime_data.catch_up.last is not before


async def test_it_does_not_know_what_is_not_loaded(hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry) -> None:
    await hass.config_entries.async_unload(loaded.entry_id)

    for data in ({ATTR_CONFIG_ENTRY_ID: loaded.entry_id}, {ATTR_CONFIG_ENTRY_ID: "unheard of"}, {}):
        with pytest.raises(ServiceValidationError) as error:
            await hass.services.async_call(DOMAIN, SERVICE_SYNC_NOW, data, blocking=True)
        assert error.value.translation_key


async def test_a_dead_token_is_named_and_asks_for_a_new_sign_in(
    hass: HomeAssistant, simulator: JellyfinSimulator, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    simulator.revoke_token(loaded.data["token"])

    with pytest.raises(HomeAssistantError) as error:
        await hass.services.async_call(DOMAIN, SERVICE_SYNC_NOW, blocking=True)

    assert error.value.translation_key == "sign_in_needed"
    await until(lambda: hass.config_entries.flow.async_progress_by_handler(DOMAIN))
    (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    assert flow["context"]["source"] == SOURCE_REAUTH
