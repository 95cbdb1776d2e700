"""What the messages name is handed on in their order, and at once where nothing stands in the way."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from unittest.mock import Mock, create_autospec

from custom_components.jellyfin_subtitles.engine.catch_up import CatchUp
from custom_components.jellyfin_subtitles.engine.delivery import Delivery
from custom_components.jellyfin_subtitles.engine.jellyfin import LibraryChanged
from custom_components.jellyfin_subtitles.engine.models import Sighting
from custom_components.jellyfin_subtitles.engine.pipeline import SubtitlePipeline

FIRST, SECOND = "1" * 32, "2" * 32
STRANGER, KNOWN = "a" * 32, "b" * 32
NOW = datetime(2026, 1, 1, tzinfo=UTC)


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
