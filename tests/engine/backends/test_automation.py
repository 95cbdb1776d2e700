"""Automations as a backend: they are asked, and what they bring is seen in the file."""

from collections.abc import Sequence
from unittest.mock import patch

import pytest

from custom_components.jellyfin_subtitles.engine.asked import Asked
from custom_components.jellyfin_subtitles.engine.backends import (
    Backend,
    BackendUnavailableError,
    Candidate,
    FailureReason,
    Task,
)
from custom_components.jellyfin_subtitles.engine.backends.automation import Automation
from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinClient, MediaItem
from custom_components.jellyfin_subtitles.engine.ledger_models import RecordState
from jellyfin_simulator import JellyfinSimulator, SimItem
from tests.engine.working import SLOWLY, SmallBackend, a_request, paced, working

from .bringing import a_task, brought


@pytest.fixture
def automation(client: JellyfinClient) -> Automation:
    """Return what is tested."""
    return Automation(client)


async def test_they_are_asked_for_a_file_until_nobody_listens(automation: Automation, film: SimItem) -> None:
    asked: list[tuple[Task, MediaItem]] = []

    def hear(task: Task, file: MediaItem) -> None:
        asked.append((task, file))

    leave = automation.subscribe(hear)

    task = a_task(film)
    await brought(automation, task)
    leave()
    await brought(automation, task)

    ((heard, file),) = asked
    assert heard is task
    assert (file.item_id, file.path) == (film.item_id, film.path)


async def test_nothing_of_a_file_that_cannot_be_read_is_asked_for(
    automation: Automation, film: SimItem, simulator: JellyfinSimulator
) -> None:
    asked: list[Task] = []
    automation.subscribe(lambda task, _file: asked.append(task))
    simulator.reject(500, path_prefix="/Items")

    with pytest.raises(BackendUnavailableError) as error:
        await brought(automation, a_task(film))

    assert error.value.reason is FailureReason.UNREADABLE
    assert not asked


class Impatient(Automation):
    """Looks twice, at once."""

    looks: Sequence[float] = (0.0, 0.001)


async def test_what_an_automation_brings_has_arrived_once_it_is_seen(
    film: SimItem, simulator: JellyfinSimulator
) -> None:
    asked: list[Task] = []

    def bring(task: Task, file: MediaItem) -> None:
        simulator.write_subtitle(film, ".de.srt")
        simulator.core.monitor.look(film)
        asked.append(task)

    async with working(simulator, chain=lambda _record: (automations,), opened=False) as house:
        automations = Automation(house.client)
        automations.subscribe(bring)
        house.worker.open()
        house.worker.take(a_request(film))
        await house.until(lambda: bool(asked))
        await house.worker.report([house.record.record_id], None)
        await house.until_said()

    assert house.ends == [("de", "arrived")]
    assert house.said[0].record.backend == "automation"


async def test_where_automations_bring_nothing_the_next_one_is_asked(
    film: SimItem, simulator: JellyfinSimulator
) -> None:
    small = SmallBackend(simulator)
    async with working(simulator, chain=lambda _record: chain, timings=paced(SLOWLY), opened=False) as house:
        chain: tuple[Backend, ...] = (Impatient(house.client), small)
        house.worker.open()
        house.worker.take(a_request(film))
        await house.until_said()

    assert [one.record.backend for one in house.said] == ["small"]


async def test_that_they_could_not_bring_it_is_said_in_their_own_words(
    film: SimItem, simulator: JellyfinSimulator
) -> None:
    asked: list[Task] = []
    async with working(simulator, chain=lambda _record: (automations,), timings=paced(SLOWLY), opened=False) as house:
        automations = Automation(house.client)
        automations.subscribe(lambda task, _file: asked.append(task))
        house.worker.open()
        house.worker.take(a_request(film))
        await house.until(lambda: bool(asked))
        await house.worker.report([house.record.record_id], "out_of_words")
        await house.until_said()

    (outcome,) = house.said
    assert (outcome.state, outcome.record.reason) == (RecordState.FAILED, "out_of_words")
    assert outcome.next_attempt is not None


async def test_what_they_report_while_the_file_is_read_is_heard_at_once(
    film: SimItem, simulator: JellyfinSimulator
) -> None:
    automation = SmallBackend(simulator, "automation", looks=(0.0, 3600.0))
    automation.shows = False
    async with working(simulator, automation, timings=paced(SLOWLY)) as house:
        get_item = house.client.get_item

        async def report_meanwhile(item_id: str) -> MediaItem:
            if house.record.state is RecordState.VERIFYING and house.record.reason is None:
                await house.worker.report([house.record.record_id], "no_voice")
            return await get_item(item_id)

        with patch.object(house.client, "get_item", report_meanwhile):
            house.worker.take(a_request(film))
            await house.until_said()

    assert [(one.state, one.record.reason) for one in house.said] == [(RecordState.FAILED, "no_voice")]


async def test_what_they_are_told_says_all_of_the_want_and_of_the_file(
    film: SimItem, simulator: JellyfinSimulator
) -> None:
    chain: list[Backend] = []
    async with working(simulator, chain=lambda _record: chain) as house:
        chain.append(Automation(house.client))
        house.worker.take(a_request(film, "pt-BR"))
        await house.until(lambda: house.record.state is RecordState.VERIFYING)
        record = house.record

    said = Asked(record, MediaItem("f" * 32, "Movie", "Film", path="/f.mkv", provider_ids={"Imdb": "tt1"})).as_dict()

    assert (said["path"], said["language"], said["kind"], said["hearing_impaired"]) == (
        "/f.mkv",
        "pt-BR",
        "normal",
        "accepted",
    )
    assert (said["imdb_id"], said["tmdb_id"], said["attempts"]) == ("tt1", None, 1)
    assert said["request_id"] == record.request_id


async def test_they_promise_one_thing_that_has_no_format_yet(automation: Automation, film: SimItem) -> None:
    task = a_task(film)
    (candidate,) = await automation.search(task)
    assert candidate == Candidate("automation", "automation", "Night Ferry")
    assert (await automation.fetch(task, candidate)).data is None
