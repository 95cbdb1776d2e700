"""What the demo tells in the terminal about what the integration says."""

from collections.abc import Callable
from datetime import datetime

import pytest

from custom_components.jellyfin_subtitles.const import EVENT_MEDIA_ADDED_BATCH, EVENT_SUBTITLE_FAILED
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from homeassistant.core import Event, HomeAssistant, callback
from jellyfin_simulator import JellyfinSimulator, SimLibrary, SimUser, SubtitleProvider, audio, subtitle, video
from real_home_assistant import Event as HeardEvent
from real_home_assistant.terminal import EVENTS, told

from . import until

WITHOUT = (video(), audio("eng"))

type Heard = list[HeardEvent]


@pytest.fixture
def heard(hass: HomeAssistant) -> Heard:
    """Return what has come over the bus, as somebody outside hears it."""
    heard: Heard = []

    @callback
    def hear(event: Event) -> None:
        heard.append(HeardEvent(str(event.event_type), dict(event.data), event.time_fired))

    for kind in EVENTS:
        hass.bus.async_listen(kind, hear)
    return heard


@pytest.fixture
def provider(simulator: JellyfinSimulator, user: SimUser) -> SubtitleProvider:
    """Return a provider of subtitles that we may use."""
    simulator.set_policy(user, EnableSubtitleManagement=True)
    return simulator.add_subtitle_provider()


def lines(heard: Heard) -> list[str]:
    """Return what is told, without who says it."""
    return [told(event).removeprefix("Home Assistant   ") for event in heard]


def says(heard: Heard, *words: str) -> Callable[[], bool]:
    """Return whether each of these stands somewhere in what is told."""
    return lambda: all(any(word in line for line in lines(heard)) for word in words)


async def test_the_way_of_a_film_to_its_subtitles_is_told(
    simulator: JellyfinSimulator,
    films: SimLibrary,
    provider: SubtitleProvider,
    heard: Heard,
    loaded: JellyfinSubtitlesConfigEntry,
) -> None:
    provider.offer("eng")
    simulator.add_film(films, "Night Ferry", year=2021, streams=WITHOUT)
    await until(says(heard, "ready to watch"))
    assert lines(heard) == [
        "announced: Night Ferry (2021)  |  Films  |  audio eng  |  subtitles none  |  through websocket",
        "subtitles wanted: Night Ferry (2021)  |  missing en  |  present none",
        "subtitles arrived: Night Ferry (2021)  |  en  |  through jellyfin",
        "ready to watch: Night Ferry (2021)",
    ]


async def test_what_nobody_offers_is_told_with_its_next_attempt_and_what_another_brings_as_that(
    simulator: JellyfinSimulator,
    films: SimLibrary,
    provider: SubtitleProvider,
    heard: Heard,
    loaded: JellyfinSubtitlesConfigEntry,
) -> None:
    film = simulator.add_film(films, "Night Ferry", year=2021, streams=(video(), audio(None), subtitle("ger")))
    await until(says(heard, "no subtitles"))
    (failed,) = [event for event in heard if event.kind == EVENT_SUBTITLE_FAILED]
    simulator.write_subtitle(film, ".en.srt")
    simulator.core.monitor.look(film)
    await until(says(heard, "ready to watch"))
    next_attempt = told(failed).rpartition("next attempt ")[2]
    assert f"{datetime.fromisoformat(failed.data['next_attempt']).astimezone():%H:%M:%S}" in next_attempt
    assert lines(heard) == [
        "announced: Night Ferry (2021)  |  Films  |  audio –  |  subtitles deu  |  through websocket",
        "subtitles wanted: Night Ferry (2021)  |  missing en  |  present de",
        f"no subtitles: Night Ferry (2021)  |  en  |  not_found  |  next attempt {next_attempt}",
        "subtitles arrived: Night Ferry (2021)  |  en  |  through others",
        "ready to watch: Night Ferry (2021)",
    ]
    last = HeardEvent(failed.kind, {**failed.data, "next_attempt": None}, failed.fired)
    assert lines([last]) == ["no subtitles: Night Ferry (2021)  |  en  |  not_found  |  given up"]


async def test_what_is_announced_together_is_counted(
    simulator: JellyfinSimulator, films: SimLibrary, heard: Heard, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    simulator.add_many(films, 30)
    await loaded.runtime_data.coordinator.async_sync_now()
    await until(says(heard, "announced together"))
    (batch,) = [event for event in heard if event.kind == EVENT_MEDIA_ADDED_BATCH]
    assert lines([batch]) == ["announced together: 30 films  |  Films"]
    last = {**batch.data, "item_type": "episode", "series_name": "Harbor Lights", "count": 1, "part": 2, "parts": 2}
    assert lines([HeardEvent(batch.kind, last, batch.fired)]) == [
        "announced together: 1 episode  |  Harbor Lights  |  part 2 of 2"
    ]
