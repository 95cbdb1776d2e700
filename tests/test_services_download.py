"""The action that brings what somebody has chosen among the subtitles that were found."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.jellyfin_subtitles.const import (
    EVENT_SUBTITLE_ARRIVED,
    EVENT_SUBTITLE_FAILED,
    SERVICE_DOWNLOAD,
    SERVICE_REQUEST_SUBTITLES,
    SERVICE_SEARCH,
)
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from homeassistant.core import HomeAssistant
from jellyfin_simulator import (
    Behaviour,
    JellyfinSimulator,
    SimItem,
    SimLibrary,
    SimUser,
    SubtitleProvider,
    audio,
    subtitle,
    video,
)

from . import until
from .actions import async_act, async_failure, async_mistake


@pytest.fixture
def provider(simulator: JellyfinSimulator, user: SimUser) -> SubtitleProvider:
    """Return a provider that has two files in English."""
    simulator.set_policy(user, EnableSubtitleManagement=True)
    provider = simulator.add_subtitle_provider()
    provider.offer("eng", name="often", downloads=900)
    provider.offer("eng", name="seldom", downloads=2)
    return provider


@pytest.fixture
def film(simulator: JellyfinSimulator, films: SimLibrary, loaded: JellyfinSubtitlesConfigEntry) -> SimItem:
    """Return a film of which nobody has heard yet."""
    return simulator.add_film(films, "Night Ferry", year=2021, streams=(video(), audio("eng")), announce=False)


async def async_choose(hass: HomeAssistant, film: SimItem, name: str, **data: Any) -> dict[str, Any]:
    """Return what has to be said to have the candidate of that name."""
    (search, *_) = (await async_act(hass, SERVICE_SEARCH, item_id=film.item_id, languages=["en"], **data))["searches"]
    (chosen,) = [one["subtitle_id"] for one in search["candidates"] if one["name"] == name]
    return {"item_id": film.item_id, "language": search["language"], "subtitle_id": chosen}


def fetched(simulator: JellyfinSimulator) -> list[str]:
    """Return the ids of what was fetched from the providers, in order."""
    return [one.path.rpartition("/")[2] for one in simulator.journal.find("GET", "/Providers/Subtitles/Subtitles/")]


async def test_what_was_chosen_is_brought_and_not_what_is_best(
    hass: HomeAssistant, simulator: JellyfinSimulator, provider: SubtitleProvider, film: SimItem
) -> None:
    arrived = async_capture_events(hass, EVENT_SUBTITLE_ARRIVED)
    chosen = await async_choose(hass, film, "seldom")
    answer = await async_act(hass, SERVICE_DOWNLOAD, **chosen)
    assert (answer["state"], answer["backend"], answer["reason"]) == ("arrived", "jellyfin", None)
    assert (answer["media_source_id"], answer["language"]) == (film.item_id, "en")
    assert fetched(simulator) == [chosen["subtitle_id"]]
    assert [event.data["request_id"] for event in arrived] == [answer["request_id"]]


async def test_what_arrives_before_anybody_waits_for_it_is_not_waited_for(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    loaded: JellyfinSubtitlesConfigEntry,
    provider: SubtitleProvider,
    film: SimItem,
) -> None:
    """Writing down what was chosen may take longer than bringing it."""
    running = loaded.runtime_data
    chosen = await async_choose(hass, film, "often")

    async def save_slowly() -> None:
        await until(lambda: running.ledger.closed(f"{film.item_id};en"))

    monkeypatch.setattr(running.worker, "save", save_slowly)
    assert (await async_act(hass, SERVICE_DOWNLOAD, **chosen))["state"] == "arrived"


async def test_what_is_there_is_not_brought_a_second_time(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, provider: SubtitleProvider, film: SimItem
) -> None:
    have = simulator.add_film(films, "Day Ferry", streams=(video(), subtitle("eng")), announce=False)
    error = await async_mistake(hass, SERVICE_DOWNLOAD, **await async_choose(hass, have, "often"))
    assert error.translation_key == "language_is_there"
    assert fetched(simulator) == []


async def test_a_request_that_waits_is_served_with_what_was_chosen(
    hass: HomeAssistant, simulator: JellyfinSimulator, provider: SubtitleProvider, film: SimItem
) -> None:
    """It stays the same request."""
    failed = async_capture_events(hass, EVENT_SUBTITLE_FAILED)
    for candidate in provider.candidates:
        provider.behave(Behaviour.GETFAIL, candidate=candidate)
    await async_act(hass, SERVICE_REQUEST_SUBTITLES, item_id=film.item_id)
    await until(lambda: bool(failed))
    provider.behave(Behaviour.OK, candidate=provider.candidates[1])
    before = len(fetched(simulator))
    chosen = await async_choose(hass, film, "seldom")
    answer = await async_act(hass, SERVICE_DOWNLOAD, **chosen)
    assert (answer["state"], answer["request_id"]) == ("arrived", failed[0].data["request_id"])
    assert fetched(simulator)[before:] == [chosen["subtitle_id"]]


async def test_why_what_was_chosen_is_of_no_use_is_told_and_the_search_goes_on_later(
    hass: HomeAssistant, simulator: JellyfinSimulator, provider: SubtitleProvider, film: SimItem
) -> None:
    """Nothing else was fetched in its stead."""
    chosen = await async_choose(hass, film, "seldom")
    provider.behave(Behaviour.NULLSTREAM, candidate=provider.candidates[1])
    answer = await async_act(hass, SERVICE_DOWNLOAD, **chosen)
    assert (answer["state"], answer["reason"], answer["attempts"]) == ("waiting", "empty_file", 1)
    assert answer["next_attempt"] is not None
    assert set(fetched(simulator)) == {chosen["subtitle_id"]}


async def test_what_is_not_to_be_had_any_more_is_not_found(
    hass: HomeAssistant, simulator: JellyfinSimulator, provider: SubtitleProvider, film: SimItem
) -> None:
    chosen = await async_choose(hass, film, "seldom")
    provider.withdraw(provider.candidates[1])
    answer = await async_act(hass, SERVICE_DOWNLOAD, **chosen)
    assert (answer["state"], answer["reason"]) == ("waiting", "not_found")
    assert fetched(simulator) == []


async def test_of_several_files_the_one_that_was_named_gets_it(
    hass: HomeAssistant, simulator: JellyfinSimulator, provider: SubtitleProvider, film: SimItem
) -> None:
    version = simulator.add_version(film, "4K", streams=(video(3840), audio("eng")), announce=False)
    chosen = await async_choose(hass, film, "often")
    answer = await async_act(hass, SERVICE_DOWNLOAD, **chosen, media_source_id=version.item_id)
    assert (answer["state"], answer["reason"], answer["media_source_id"]) == ("arrived", None, version.item_id)
    error = await async_mistake(hass, SERVICE_DOWNLOAD, **chosen, media_source_id="f" * 32)
    assert error.translation_key == "no_such_file"
    assert film.item_id in str(error)


async def test_subtitles_of_a_kind_are_brought_as_such(
    hass: HomeAssistant, simulator: JellyfinSimulator, provider: SubtitleProvider, film: SimItem
) -> None:
    """Even those that a machine has made: somebody has seen that, and chosen them."""
    provider.offer("eng", name="signs", is_forced=True, is_machine_translated=True)
    rows = await async_choose(hass, film, "often")
    prefix = provider.prefix
    wanted = provider.candidates[-1].provider_id("eng")
    answer = await async_act(
        hass, SERVICE_DOWNLOAD, **(rows | {"language": "en;forced", "subtitle_id": f"{prefix}_{wanted}"})
    )
    assert answer["state"] == "arrived"
    assert [stream.is_forced for stream in film.streams if stream.kind == "Subtitle"] == [True]


async def test_nobody_is_kept_waiting_for_ever(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    loaded: JellyfinSubtitlesConfigEntry,
    provider: SubtitleProvider,
    film: SimItem,
) -> None:
    """What is under way meanwhile cannot be chosen once more."""
    monkeypatch.setattr("custom_components.jellyfin_subtitles.candidate_services.LONGEST_WAIT", 0.01)
    chosen = await async_choose(hass, film, "often")
    provider.behave(Behaviour.SLOW)
    answer = await async_act(hass, SERVICE_DOWNLOAD, **chosen)
    assert answer["state"] in ("waiting", "searching")
    ledger = loaded.runtime_data.ledger
    await until(lambda: [one.state.value for one in ledger.open.values()] == ["searching"])
    error = await async_mistake(hass, SERVICE_DOWNLOAD, **chosen)
    assert error.translation_key == "under_way"


async def test_mistakes_and_a_server_that_is_away_are_said(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, film: SimItem
) -> None:
    named = {"item_id": film.item_id, "subtitle_id": "1"}
    error = await async_mistake(hass, SERVICE_DOWNLOAD, **named, language="en;loud")
    assert error.translation_key == "unknown_kind"
    error = await async_mistake(hass, SERVICE_DOWNLOAD, **named, language="germn;forced")
    assert error.translation_key == "misspelt_language"
    await simulator.stop()
    away = await async_failure(hass, SERVICE_DOWNLOAD, **named, language="en")
    assert away.translation_key == "server_away"
