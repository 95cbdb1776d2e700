"""The actions about what is being done for files that lack subtitles."""

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.jellyfin_subtitles.const import (
    CONF_GIVE_UP_AFTER,
    CONF_LANGUAGES,
    EVENT_SUBTITLE_ARRIVED,
    EVENT_SUBTITLE_FAILED,
    SERVICE_GET_REQUESTS,
    SERVICE_IGNORE,
    SERVICE_REPORT_RESULT,
    SERVICE_RETRY,
)
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from homeassistant.core import HomeAssistant
from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary, SimUser, SubtitleProvider, audio, video

from . import until
from .actions import async_act, async_failure, async_mistake
from .conftest import async_load


@pytest.fixture
def provider(simulator: JellyfinSimulator, user: SimUser) -> SubtitleProvider:
    """Return a provider of subtitles that has none yet."""
    simulator.set_policy(user, EnableSubtitleManagement=True)
    return simulator.add_subtitle_provider()


@pytest.fixture
async def lacking(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    provider: SubtitleProvider,
    loaded: JellyfinSubtitlesConfigEntry,
) -> list[SimItem]:
    """Return films, the older one first, whose subtitles were looked for in vain."""
    failed = async_capture_events(hass, EVENT_SUBTITLE_FAILED)
    found = []
    for name in ("Night Ferry", "Day Ferry"):
        found.append(simulator.add_film(films, name, year=2021, streams=(video(), audio("eng"))))
        await until(lambda: len(failed) == len(found))
    return found


async def test_what_is_looked_for_is_told_the_newest_first_and_page_by_page(
    hass: HomeAssistant, lacking: list[SimItem]
) -> None:
    answer = await async_act(hass, SERVICE_GET_REQUESTS)
    assert [one["title"] for one in answer["requests"]] == ["Day Ferry (2021)", "Night Ferry (2021)"]
    assert (answer["count"], answer["next_start"]) == (2, None)
    (one, _) = answer["requests"]
    assert (one["state"], one["reason"], one["language"], one["attempts"]) == ("waiting", "not_found", "en", 1)
    assert one["next_attempt"] > one["requested_at"]

    answer = await async_act(hass, SERVICE_GET_REQUESTS, limit=1)
    assert (len(answer["requests"]), answer["count"], answer["next_start"]) == (1, 2, 1)
    for chosen in (
        {"start": 1},
        {"item_id": lacking[0].item_id},
        {"request_id": answer["requests"][0]["request_id"], "states": ["waiting"]},
    ):
        assert len((await async_act(hass, SERVICE_GET_REQUESTS, **chosen))["requests"]) == 1
    assert (await async_act(hass, SERVICE_GET_REQUESTS, language="ger"))["requests"] == []


async def test_what_waits_is_looked_for_at_once_when_somebody_says_so(
    hass: HomeAssistant, provider: SubtitleProvider, lacking: list[SimItem]
) -> None:
    arrived = async_capture_events(hass, EVENT_SUBTITLE_ARRIVED)
    provider.offer("eng")
    answer = await async_act(hass, SERVICE_RETRY, item_id=lacking[0].item_id)
    assert [one["item_id"] for one in answer["requests"]] == [lacking[0].item_id]
    await until(lambda: bool(arrived))
    assert [event.data["item_id"] for event in arrived] == [lacking[0].item_id]
    (over,) = (await async_act(hass, SERVICE_GET_REQUESTS, states=["arrived"]))["requests"]
    assert (over["title"], over["backend"], over["next_attempt"]) == ("Night Ferry (2021)", "jellyfin", None)
    assert over["ended_at"] == arrived[0].data["ended_at"]


async def test_all_that_has_failed_is_looked_for_at_once(
    hass: HomeAssistant, provider: SubtitleProvider, lacking: list[SimItem]
) -> None:
    arrived = async_capture_events(hass, EVENT_SUBTITLE_ARRIVED)
    provider.offer("eng")
    answer = await async_act(hass, SERVICE_RETRY, all_failed=True)
    assert len(answer["requests"]) == 2
    await until(lambda: len(arrived) == 2)
    error = await async_mistake(hass, SERVICE_RETRY, all_failed=True)
    assert error.translation_key == "nothing_to_retry"


async def test_what_was_given_up_is_begun_anew(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    provider: SubtitleProvider,
    entry: MockConfigEntry,
) -> None:
    """But what is gone is not, nor what has come since."""
    await async_load(hass, entry, {CONF_LANGUAGES: ["en"], CONF_GIVE_UP_AFTER: 0})
    failed = async_capture_events(hass, EVENT_SUBTITLE_FAILED)
    arrived = async_capture_events(hass, EVENT_SUBTITLE_ARRIVED)
    lacking, gone, served = (
        simulator.add_film(films, name, streams=(video(), audio("eng"))) for name in ("Night", "Day", "Dusk")
    )
    await until(lambda: len(failed) == 3)
    over = (await async_act(hass, SERVICE_GET_REQUESTS))["requests"]
    assert {one["state"] for one in over} == {"not_found"}
    simulator.remove(gone)
    simulator.write_subtitle(served, ".en.srt")
    simulator.core.monitor.look(served)
    provider.offer("eng")
    answer = await async_act(hass, SERVICE_RETRY, all_failed=True)
    assert [(one["item_id"], one["state"]) for one in answer["requests"]] == [(lacking.item_id, "waiting")]
    assert answer["requests"][0]["request_id"] not in {one["request_id"] for one in over}
    await until(lambda: len(arrived) == 1)
    assert arrived[0].data["item_id"] == lacking.item_id


async def test_what_was_left_alone_is_begun_anew_when_somebody_names_it(
    hass: HomeAssistant, provider: SubtitleProvider, lacking: list[SimItem]
) -> None:
    arrived = async_capture_events(hass, EVENT_SUBTITLE_ARRIVED)
    for film in lacking:
        await async_act(hass, SERVICE_IGNORE, item_id=film.item_id)
    provider.offer("eng")
    error = await async_mistake(hass, SERVICE_RETRY, all_failed=True)
    assert error.translation_key == "nothing_to_retry"
    await async_act(hass, SERVICE_RETRY, item_id=lacking[0].item_id)
    await until(lambda: bool(arrived))
    assert [event.data["item_id"] for event in arrived] == [lacking[0].item_id]


async def test_what_was_given_up_cannot_be_begun_anew_while_the_server_is_away(
    hass: HomeAssistant, simulator: JellyfinSimulator, lacking: list[SimItem]
) -> None:
    await async_act(hass, SERVICE_IGNORE, item_id=lacking[0].item_id)
    await simulator.stop()
    error = await async_failure(hass, SERVICE_RETRY, item_id=lacking[0].item_id)
    assert error.translation_key == "server_away"


async def test_what_is_ignored_is_over(hass: HomeAssistant, lacking: list[SimItem]) -> None:
    await async_act(hass, SERVICE_IGNORE, item_id=lacking[1].item_id, language="en")
    left = (await async_act(hass, SERVICE_GET_REQUESTS))["requests"]
    assert {one["title"]: one["state"] for one in left} == {
        "Night Ferry (2021)": "waiting",
        "Day Ferry (2021)": "ignored",
    }


async def test_what_somebody_says_to_have_brought_is_looked_for(
    hass: HomeAssistant, simulator: JellyfinSimulator, lacking: list[SimItem]
) -> None:
    """And believed when it is seen."""
    arrived = async_capture_events(hass, EVENT_SUBTITLE_ARRIVED)
    (one,) = (await async_act(hass, SERVICE_GET_REQUESTS, item_id=lacking[0].item_id))["requests"]
    asked = simulator.journal.count("GET", f"/Items/{lacking[0].item_id}")
    await async_act(hass, SERVICE_REPORT_RESULT, request_id=one["request_id"], success=True)
    await until(lambda: simulator.journal.count("GET", f"/Items/{lacking[0].item_id}") > asked)
    assert arrived == []
    simulator.write_subtitle(lacking[0], ".en.srt")
    simulator.core.monitor.look(lacking[0])
    await async_act(hass, SERVICE_REPORT_RESULT, request_id=one["request_id"], success=True)
    await until(lambda: bool(arrived))


async def test_that_somebody_could_not_bring_it_changes_nothing_for_what_waits(
    hass: HomeAssistant, lacking: list[SimItem]
) -> None:
    answer = await async_act(
        hass, SERVICE_REPORT_RESULT, item_id=lacking[0].item_id, success=False, reason="Out of quota"
    )
    assert [one["state"] for one in answer["requests"]] == ["waiting"]


@pytest.mark.parametrize(
    ("action", "data", "key"),
    [
        (SERVICE_RETRY, {}, "request_or_item"),
        (SERVICE_RETRY, {"request_id": "nobody's"}, "nothing_to_retry"),
        (SERVICE_RETRY, {"all_failed": True}, "nothing_to_retry"),
        (SERVICE_IGNORE, {"item_id": "a title"}, "not_an_id"),
        (SERVICE_IGNORE, {"item_id": "1" * 32}, "no_open_request"),
        (SERVICE_REPORT_RESULT, {"request_id": "r", "success": True, "language": "klingon"}, "unknown_language"),
        (SERVICE_GET_REQUESTS, {"language": "germn"}, "misspelt_language"),
    ],
)
async def test_a_mistake_is_explained(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry, action: str, data: dict[str, str], key: str
) -> None:
    assert (await async_mistake(hass, action, **data)).translation_key == key
