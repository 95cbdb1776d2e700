"""The poster."""

from http import HTTPStatus

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinClient
from homeassistant.components.image import async_get_image
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
from jellyfin_simulator import JellyfinSimulator, SimLibrary

from . import until

POSTER = "image.simulator_poster"
LAST_ITEM = "sensor.simulator_last_detected_item"


async def async_show(hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, name: str) -> str:
    """Add a film and wait until it is shown; returns its id."""
    film = simulator.add_film(films, name, year=2020)

    def shown() -> bool:
        state = hass.states.get(LAST_ITEM)
        return state is not None and state.attributes.get("item_id") == film.item_id

    await until(shown)
    return film.item_id


async def test_without_an_item_there_is_no_picture(hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry) -> None:
    with pytest.raises(HomeAssistantError):
        await async_get_image(hass, POSTER)
    state = hass.states.get(POSTER)
    assert state is not None
    assert "entity_picture" not in state.attributes


async def test_it_says_whose_picture_it_is(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    state = hass.states.get(POSTER)
    assert state is not None
    assert state.attributes["item_id"] is None

    item_id = await async_show(hass, simulator, films, "Night Ferry")

    state = hass.states.get(POSTER)
    assert state is not None
    assert state.attributes["item_id"] == item_id


async def test_the_picture_is_fetched_once_by_home_assistant(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    loaded: JellyfinSubtitlesConfigEntry,
    hass_client: ClientSessionGenerator,
) -> None:
    item_id = await async_show(hass, simulator, films, "Night Ferry")
    state = hass.states.get(POSTER)
    assert state is not None
    last_item = loaded.runtime_data.coordinator.data.last_item
    assert last_item is not None
    assert dt_util.parse_datetime(state.state) == last_item.announced_at

    browser = await hass_client()
    for _ in range(2):
        answer = await browser.get(state.attributes["entity_picture"])
        assert answer.status == HTTPStatus.OK
        assert answer.content_type.startswith("image/")
        assert await answer.read()

    assert simulator.journal.count("GET", f"/Items/{item_id}/Images/Primary") == 1


async def test_the_next_item_has_its_own_picture(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    first = await async_show(hass, simulator, films, "Night Ferry")
    await async_get_image(hass, POSTER)
    second = await async_show(hass, simulator, films, "Day Ferry")
    await async_get_image(hass, POSTER)

    for item_id in (first, second):
        assert simulator.journal.count("GET", f"/Items/{item_id}/Images/Primary") == 1


async def test_a_picture_that_cannot_be_fetched_is_asked_for_again(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    item_id = await async_show(hass, simulator, films, "Night Ferry")
    simulator.reject(404, path_prefix=f"/Items/{item_id}/Images", times=1)

    with pytest.raises(HomeAssistantError):
        await async_get_image(hass, POSTER)
    assert (await async_get_image(hass, POSTER)).content


async def test_a_picture_that_comes_too_late_is_not_shown_for_the_next_item(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    loaded: JellyfinSubtitlesConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await async_show(hass, simulator, films, "Night Ferry")
    get_image = JellyfinClient.get_image

    async def overtaken(client: JellyfinClient, item_id: str, tag: str | None) -> tuple[str, bytes]:
        monkeypatch.undo()
        picture = await get_image(client, item_id, tag)
        await async_show(hass, simulator, films, "Day Ferry")
        return picture

    monkeypatch.setattr(JellyfinClient, "get_image", overtaken)

    with pytest.raises(HomeAssistantError):
        await async_get_image(hass, POSTER)
    assert (await async_get_image(hass, POSTER)).content
