"""What the messages name is handed on in their order, and at once where nothing stands in the way."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
import logging
from unittest.mock import Mock, create_autospec

import pytest

from custom_components.jellyfin_subtitles.engine.catch_up import CatchUp
from custom_components.jellyfin_subtitles.engine.delivery import Delivery
from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinConnectionError, LibraryChanged
from custom_components.jellyfin_subtitles.engine.models import Sighting
from custom_components.jellyfin_subtitles.engine.pipeline import SubtitlePipeline

FIRST, SECOND = "1" * 32, "2" * 32
STRANGER, KNOWN = "a" * 32, "b" * 32
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Ears:
    """A pipeline that notes what it is offered, and a catch-up that knows one library."""

    def __init__(self) -> None:
        self.offered: list[tuple[str, bool]] = []
        self.pipeline = create_autospec(SubtitlePipeline, instance=True)
        self.pipeline.offer.side_effect = lambda some: self.offered.extend((one.item_id, one.added) for one in some)
        self.catch_up = create_autospec(CatchUp, instance=True)
        self.catch_up.knows_libraries.side_effect = {KNOWN}.issuperset
        self.on_learnt, self.on_missed = Mock(), Mock()
        self.delivery = Delivery(self.pipeline, self.catch_up, on_learnt=self.on_learnt, on_missed=self.on_missed)


def test_what_is_added_and_what_is_updated_is_offered_as_such() -> None:
    ears = Ears()
    ears.delivery.take(NOW, LibraryChanged(items_added=(FIRST,), items_updated=(SECOND,)))
    assert ears.offered == [(FIRST, True), (SECOND, False)]
    ears.pipeline.removed.assert_not_called()


def test_what_is_known_is_not_offered() -> None:
    ears = Ears()
    ears.pipeline.may_be_news.side_effect = FIRST.__eq__
    ears.delivery.take(NOW, LibraryChanged(items_added=(SECOND,), items_updated=(FIRST, SECOND)))
    assert ears.offered == [(FIRST, False)]
    ears.delivery.take(NOW, LibraryChanged(items_updated=(SECOND,)))
    assert ears.pipeline.offer.call_count == 1, "nothing is not offered at all"


def test_what_is_removed_is_gone_unless_it_is_added_again() -> None:
    ears = Ears()
    ears.delivery.take(
        NOW, LibraryChanged(items_added=(FIRST,), items_updated=(SECOND,), items_removed=(FIRST, SECOND))
    )
    ears.pipeline.removed.assert_called_once_with({SECOND})
    assert ears.offered == [(FIRST, True)]


@pytest.mark.parametrize("outcome", [None, JellyfinConnectionError("away")])
async def test_that_libraries_were_learnt_or_not_is_passed_on(outcome: Exception | None) -> None:
    ears = Ears()
    ears.catch_up.run.side_effect = outcome
    change = LibraryChanged(items_added=(FIRST,), collection_folders=(STRANGER,))
    task = asyncio.create_task(ears.delivery.run())
    ears.delivery.take(NOW, change)
    while not ears.offered:
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    ears.on_learnt.assert_called_once_with(change)
    assert ears.on_missed.call_count == (outcome is not None)


async def test_a_message_waits_for_the_one_before_it_even_if_its_own_library_is_known() -> None:
    known, learning = {KNOWN}, asyncio.Event()
    offered: list[str] = []

    def offer(sightings: Iterable[Sighting]) -> None:
        offered.extend(seen.item_id for seen in sightings)

    async def learn() -> None:
        await learning.wait()
        known.add(STRANGER)

    pipeline = create_autospec(SubtitlePipeline, instance=True)
    pipeline.offer.side_effect = offer
    catch_up = create_autospec(CatchUp, instance=True)
    catch_up.knows_libraries.side_effect = known.issuperset
    catch_up.run.side_effect = learn
    delivery = Delivery(pipeline, catch_up, on_learnt=Mock(), on_missed=Mock())
    task = asyncio.create_task(delivery.run())

    delivery.take(NOW, LibraryChanged(items_added=(FIRST,), collection_folders=(STRANGER,)))
    delivery.take(NOW, LibraryChanged(items_added=(SECOND,), collection_folders=(KNOWN,)))
    await asyncio.sleep(0)
    assert offered == []

    learning.set()
    while len(offered) < 2:
        await asyncio.sleep(0)
    assert offered == [FIRST, SECOND]
    assert catch_up.run.await_count == 1

    await asyncio.sleep(0)
    delivery.take(NOW, LibraryChanged(items_added=(FIRST,), collection_folders=(KNOWN,)))
    assert offered == [FIRST, SECOND, FIRST]

    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_what_breaks_over_one_message_is_left_to_a_catch_up_and_the_next_one_has_its_turn(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    ears = Ears()
    ears.catch_up.run.side_effect = [OSError("the disk is full"), OSError("the disk is full"), None, None]
    task = asyncio.create_task(ears.delivery.run())
    for item_id in (FIRST, FIRST, SECOND):
        ears.delivery.take(NOW, LibraryChanged(items_added=(item_id,), collection_folders=(STRANGER,)))
    async with asyncio.timeout(10):
        while not ears.offered:
            await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert ears.offered == [(SECOND, True)]
    assert ears.on_missed.call_count == 2
    assert caplog.messages == [
        "A message of Jellyfin could not be handed on",
        "Messages of Jellyfin are handed on again",
    ]
