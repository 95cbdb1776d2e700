"""From a film that lacks subtitles to one that is ready to be watched, as Home Assistant tells it."""

import pytest
from pytest_homeassistant_custom_component.common import async_capture_events
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_config_entry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.jellyfin_subtitles.const import (
    EVENT_MEDIA_ADDED_BATCH,
    EVENT_MEDIA_READY,
    EVENT_SUBTITLE_ARRIVED,
    EVENT_SUBTITLE_FAILED,
    EVENT_SUBTITLE_REQUESTED,
)
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from custom_components.jellyfin_subtitles.engine.ledger_models import RecordState
from homeassistant.core import HomeAssistant
from jellyfin_simulator import JellyfinSimulator, SimLibrary, SimUser, SubtitleProvider, audio, subtitle, video

from . import until

WITHOUT = (video(), audio("eng"))


@pytest.fixture
def provider(simulator: JellyfinSimulator, user: SimUser) -> SubtitleProvider:
    """Return a provider of subtitles that is installed on the server, and that we may use."""
    simulator.set_policy(user, EnableSubtitleManagement=True)
    return simulator.add_subtitle_provider()


async def test_a_film_without_subtitles_gets_them_and_is_ready(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    provider: SubtitleProvider,
    loaded: JellyfinSubtitlesConfigEntry,
) -> None:
    provider.offer("eng")
    requested = async_capture_events(hass, EVENT_SUBTITLE_REQUESTED)
    arrived = async_capture_events(hass, EVENT_SUBTITLE_ARRIVED)
    ready = async_capture_events(hass, EVENT_MEDIA_READY)

    film = simulator.add_film(films, "Night Ferry", year=2021, streams=WITHOUT)
    await until(lambda: bool(ready))

    assert [stream.language for stream in film.streams if stream.kind == "Subtitle"] == ["eng"]
    [event] = arrived
    assert event.data["request_id"] == requested[0].data["request_id"]
    assert (event.data["title"], event.data["language"]) == ("Night Ferry (2021)", "en")
    assert (event.data["state"], event.data["backend"], event.data["attempts"]) == ("arrived", "jellyfin", 1)
    assert ready[0].data["media_source_id"] == film.item_id
    assert not loaded.runtime_data.ledger.open
    for key, kind in (("subtitle_outcome", "subtitle_arrived"), ("media_ready", "media_ready")):
        state = hass.states.get(f"event.simulator_{key}")
        assert state is not None
        assert state.attributes["event_type"] == kind


async def test_a_film_that_comes_with_its_subtitles_is_ready_at_once(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    ready = async_capture_events(hass, EVENT_MEDIA_READY)
    film = simulator.add_film(films, "Night Ferry", year=2021, streams=(*WITHOUT, subtitle("eng")))
    await until(lambda: bool(ready))
    assert (ready[0].data["item_id"], ready[0].data["title"]) == (film.item_id, "Night Ferry (2021)")


async def test_what_cannot_be_had_stays_with_its_reason_and_its_next_attempt(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    provider: SubtitleProvider,
    loaded: JellyfinSubtitlesConfigEntry,
) -> None:
    provider.offer("eng")
    provider.quota = 0
    failed = async_capture_events(hass, EVENT_SUBTITLE_FAILED)

    simulator.add_film(films, "Night Ferry", year=2021, streams=WITHOUT)
    await until(lambda: bool(failed))

    [event] = failed
    assert (event.data["state"], event.data["reason"]) == ("failed", "provider_failed")
    [record] = loaded.runtime_data.ledger.open.values()
    assert record.state is RecordState.WAITING
    assert event.data["next_attempt"] == record.due.isoformat()


async def test_somebody_else_may_lay_the_subtitles_beside_the_film(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    provider: SubtitleProvider,
    loaded: JellyfinSubtitlesConfigEntry,
) -> None:
    failed = async_capture_events(hass, EVENT_SUBTITLE_FAILED)
    arrived = async_capture_events(hass, EVENT_SUBTITLE_ARRIVED)

    film = simulator.add_film(films, "Night Ferry", year=2021, streams=WITHOUT)
    await until(lambda: bool(failed))
    assert (failed[0].data["state"], failed[0].data["reason"]) == ("not_found", "not_found")
    simulator.write_subtitle(film, ".en.srt")
    simulator.core.monitor.look(film)
    await until(lambda: bool(arrived))

    assert (arrived[0].data["state"], arrived[0].data["backend"]) == ("satisfied_elsewhere", None)


async def test_who_plays_an_episode_is_served_the_next_ones_first(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    series: SimLibrary,
    user: SimUser,
    provider: SubtitleProvider,
    loaded: JellyfinSubtitlesConfigEntry,
) -> None:
    running = loaded.runtime_data
    show = simulator.add_series(series, "Harbor Lights")
    episodes = [simulator.add_episode(show, 1, number, streams=WITHOUT) for number in (3, 1, 2)]
    await until(lambda: len(running.ledger.open) == 3)

    session = simulator.start_playback(user, episodes[1])
    await until(lambda: [*running.worker._turns] == [episodes[1].item_id, episodes[2].item_id, episodes[0].item_id])
    simulator.stop_playback(session)
    await until(lambda: not running.worker._turns)


async def test_the_diagnostics_tell_how_far_everything_is_and_of_what(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    provider: SubtitleProvider,
    loaded: JellyfinSubtitlesConfigEntry,
) -> None:
    """But not of which film."""
    failed = async_capture_events(hass, EVENT_SUBTITLE_FAILED)
    simulator.add_film(films, "Night Ferry", year=2021, streams=WITHOUT)
    await until(lambda: bool(failed))
    report = await get_diagnostics_for_config_entry(hass, hass_client, loaded)
    assert report["subtitles"] == {
        "states": {"waiting": 1},
        "reasons": {"not_found": 1},
        "next_due": failed[0].data["next_attempt"],
    }


@pytest.mark.parametrize(("mass", "count"), [(500, 30), (29, 0)])
async def test_what_comes_at_once_is_ready_film_by_film_unless_it_is_no_news(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    loaded: JellyfinSubtitlesConfigEntry,
    mass: int,
    count: int,
) -> None:
    monkeypatch.setattr("custom_components.jellyfin_subtitles.engine.flood.MASS", mass)
    batches = async_capture_events(hass, EVENT_MEDIA_ADDED_BATCH)
    ready = async_capture_events(hass, EVENT_MEDIA_READY)
    simulator.add_many(films, 30)
    await loaded.runtime_data.coordinator.async_sync_now()
    await until(lambda: bool(batches))
    await hass.async_block_till_done()
    assert len(ready) == count
