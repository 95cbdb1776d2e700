"""What people, and changes of the library, do to what the worker is about."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from unittest.mock import patch

import pytest

from custom_components.jellyfin_subtitles.engine import worker as module
from custom_components.jellyfin_subtitles.engine.backends import FailureReason
from custom_components.jellyfin_subtitles.engine.jellyfin import MediaItem
from custom_components.jellyfin_subtitles.engine.ladder import Ladder, QuietHours
from custom_components.jellyfin_subtitles.engine.ledger_models import RecordState
from custom_components.jellyfin_subtitles.engine.models import RequestReason
from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary

from .working import SLOWLY, SmallBackend, Working, a_request, paced, tracks, working

PATIENT = paced(SLOWLY)
NIGHT = QuietHours(time(22, 0), time(7, 0), UTC)
MIDNIGHT = datetime(2026, 5, 4, 0, 0, tzinfo=UTC)


@pytest.fixture
async def library(simulator: JellyfinSimulator) -> SimLibrary:
    """Return a library with nothing in it yet."""
    return simulator.add_library("Films", "movies")


@pytest.fixture
async def film(simulator: JellyfinSimulator, library: SimLibrary) -> SimItem:
    """Return a film that lacks German."""
    return simulator.add_film(library, "Harbour Lights", year=2020)


def lay(simulator: JellyfinSimulator, film: SimItem, *tags: str) -> None:
    """Let somebody else lay a subtitle beside a film."""
    for tag in tags:
        simulator.core.subtitle_files.save(film, (tag,), "srt", b"1\n")
    simulator.core.monitor.look(film)


async def tried_in_vain(house: Working, film: SimItem, *tags: str) -> None:
    """Ask for what is not to be had yet."""
    house.backend.has_any = False
    house.worker.take(a_request(film, *tags))
    await house.until_said(len(tags) or 1)
    house.backend.has_any = True


# The library


async def test_what_comes_by_itself_ends_the_request_with_one_look(simulator: JellyfinSimulator, film: SimItem) -> None:
    async with working(simulator, timings=PATIENT) as house:
        await tried_in_vain(house, film, "de", "fr", "it")
        simulator.journal.clear()
        lay(simulator, film, "de", "fr")
        house.worker.updated([film.item_id, "f" * 32])
        await house.until_said(5)
        assert house.ends == [("de", "satisfied_elsewhere"), ("fr", "satisfied_elsewhere")]
        assert [one.is_ready for one in house.said[3:]] == [False, False]
        assert simulator.journal.count() == 1
        assert (house.said[3].record.backend, house.said[3].record.reason) == (None, None)


async def test_a_file_that_vanishes_ends_the_request(simulator: JellyfinSimulator, film: SimItem) -> None:
    async with working(simulator, timings=PATIENT) as house:
        await tried_in_vain(house, film, "de", "fr")
        simulator.remove(film)
        house.worker.updated([film.item_id])
        await house.until_said(4)
        assert house.ends == [("de", "gone"), ("fr", "gone")]
        assert not any(one.is_ready for one in house.said)


async def test_an_update_of_what_lacks_nothing_asks_nothing(simulator: JellyfinSimulator, film: SimItem) -> None:
    async with working(simulator) as house:
        house.worker.updated([film.item_id])
        await asyncio.sleep(0)
        assert simulator.journal.count() == 0


async def test_an_update_that_changes_nothing_is_no_attempt(simulator: JellyfinSimulator, film: SimItem) -> None:
    async with working(simulator, timings=PATIENT) as house:
        await tried_in_vain(house, film)
        before = house.record
        house.worker.updated([film.item_id])
        await house.until_resting()
        await house.until(lambda: simulator.journal.count() == 2)
        assert house.record is before


# People


async def test_a_retry_looks_at_once(simulator: JellyfinSimulator, film: SimItem) -> None:
    async with working(simulator, timings=PATIENT) as house:
        await tried_in_vain(house, film)
        house.worker.retry([house.record.record_id, "unknown"])
        await house.until_said(2)
        assert (house.said[1].state, house.said[1].record.attempts) == (RecordState.ARRIVED, 2)


async def test_what_is_hurried_while_its_file_is_read_is_asked_for_once(
    simulator: JellyfinSimulator, film: SimItem
) -> None:
    async with working(simulator) as house:
        get_item, reads = house.client.get_item, 0

        async def hurry_meanwhile(item_id: str) -> MediaItem:
            nonlocal reads
            reads += 1
            if reads == 1:
                house.worker.retry(list(house.ledger.open))
            return await get_item(item_id)

        with patch.object(house.client, "get_item", hurry_meanwhile):
            house.worker.take(a_request(film))
            await house.until_said()
        assert (house.ends, len(house.backend.searched), house.said[0].record.attempts) == ([("de", "arrived")], 1, 1)


async def test_a_retry_leaves_alone_what_is_being_worked_on(simulator: JellyfinSimulator, film: SimItem) -> None:
    async with working(simulator) as house:

        async def retry() -> None:
            house.worker.retry(list(house.ledger.open))

        house.backend.on_search = [retry]
        house.worker.take(a_request(film))
        await house.until_said()
        assert house.backend.delivered == ["Harbour Lights de"]


@pytest.mark.parametrize("when", ["on_search", "on_fetch", "on_deliver"])
async def test_what_is_ignored_in_the_middle_goes_no_further(
    simulator: JellyfinSimulator, film: SimItem, when: str
) -> None:
    async with working(simulator) as house:

        async def ignore() -> None:
            await house.worker.ignore(list(house.ledger.open))

        setattr(house.backend, when, [ignore])
        house.worker.take(a_request(film))
        await house.until_said()
        await house.until(lambda: house.ledger.next(datetime.now(UTC)) is None)
        assert house.ends == [("de", "ignored")]
        assert len(house.backend.delivered) == (when == "on_deliver")


async def test_what_is_ignored_while_that_is_written_is_not_delivered(
    simulator: JellyfinSimulator, film: SimItem
) -> None:
    async with working(simulator) as house:
        save = house.storage.save_ledger

        async def ignore_meanwhile(document: dict[str, object]) -> None:
            await save(document)
            if "verifying" in str(document["open"]):
                house.ledger.close(house.record, RecordState.IGNORED, datetime.now(UTC))

        with patch.object(house.storage, "save_ledger", ignore_meanwhile):
            house.worker.take(a_request(film))
            await house.until_said()
        assert (house.ends, house.backend.delivered) == ([("de", "ignored")], [])


async def test_what_was_left_alone_stays_so_until_a_person_asks(simulator: JellyfinSimulator, film: SimItem) -> None:
    async with working(simulator, timings=PATIENT) as house:
        await tried_in_vain(house, film)
        await house.worker.ignore([house.record.record_id, "unknown"])
        assert house.ends == [("de", "ignored")]
        house.worker.take(a_request(film))
        assert not house.ledger.open
        house.worker.take(a_request(film, reason=RequestReason.ACTION))
        await house.until_said(3)
        assert house.ends[1:] == [("de", "arrived")]


async def test_ignoring_nothing_writes_nothing(simulator: JellyfinSimulator) -> None:
    async with working(simulator) as house:
        await house.worker.ignore(["unknown"])
        assert (house.said, house.storage.ledger_writes) == ([], 0)


async def test_what_somebody_reports_to_have_brought_is_looked_for(simulator: JellyfinSimulator, film: SimItem) -> None:
    somebody = SmallBackend(simulator, "automation", looks=(3600.0,))
    somebody.shows = False
    async with working(simulator, somebody) as house:
        house.worker.take(a_request(film))
        await house.until(lambda: bool(somebody.delivered) and house.ledger.next(datetime.now(UTC)) is None)
        await house.worker.report([house.record.record_id], None)
        await house.until_resting()
        assert house.record.state is RecordState.VERIFYING, "it does not show yet"
        somebody.show(film)
        await house.worker.report([house.record.record_id], None)
        await house.until_said()
        assert (house.said[0].state, house.said[0].record.backend) == (RecordState.ARRIVED, "automation")


async def test_what_somebody_reports_not_to_have_leaves_the_next_backend(
    simulator: JellyfinSimulator, film: SimItem
) -> None:
    somebody = SmallBackend(simulator, "automation", looks=(3600.0,))
    somebody.shows = False
    other = SmallBackend(simulator, "other")
    other.has_any = False
    async with working(simulator, somebody, other, timings=PATIENT) as house:
        house.worker.take(a_request(film))
        await house.until(lambda: bool(somebody.delivered) and house.ledger.next(datetime.now(UTC)) is None)
        await house.worker.report([house.record.record_id, "unknown"], "no_voice")
        await house.until_said()
        assert len(other.searched) == 1
        assert (house.record.state, house.record.reason, house.record.attempts) == (RecordState.WAITING, "no_voice", 1)
        await house.worker.report([house.record.record_id], "no_voice")
        assert house.record.state is RecordState.WAITING, "nobody has asked for that"


async def test_what_is_asked_of_nobody_any_more_after_a_delivery_does_not_show(
    simulator: JellyfinSimulator, film: SimItem
) -> None:
    first, second = SmallBackend(simulator, "first", looks=(0.0, 3600.0)), SmallBackend(simulator, "second")
    first.shows = False
    backends = [first]
    async with working(simulator, first, timings=PATIENT, chain=lambda record: tuple(backends)) as house:
        house.worker.take(a_request(film))
        await house.until(lambda: bool(house.ledger.open) and house.record.looks == 1)
        backends[:] = [second]
        await house.worker.report([house.record.record_id], FailureReason.NOT_VISIBLE)
        await house.until_said()
        assert (house.record.reason, second.searched) == (FailureReason.NOT_VISIBLE, [])


# Quiet hours


async def test_nothing_is_looked_for_while_it_is_quiet_but_for_a_person(
    simulator: JellyfinSimulator, library: SimLibrary
) -> None:
    films = [simulator.add_film(library, f"Film {number}") for number in range(3)]
    now = MIDNIGHT - timedelta(hours=3)
    timings = paced(ladder=Ladder(SLOWLY, NIGHT))
    async with working(simulator, timings=timings, now=lambda: now, opened=False) as house:
        for film in films[:2]:
            house.worker.take(a_request(film))
        now = MIDNIGHT
        house.worker.take(a_request(films[2]))
        house.worker.open()
        await house.until(lambda: house.ledger.next(now) is None)
        assert {one.due for one in house.ledger.open.values()} == {MIDNIGHT + timedelta(hours=7)}
        house.worker.retry([f"{films[0].item_id};de"])
        house.worker.take(a_request(films[2], reason=RequestReason.ACTION))
        await house.until_said(2)
        assert {one.record.title for one in house.said} == {"Film 0", "Film 2"}
        now = MIDNIGHT + timedelta(hours=8)
        house.worker.prefer([])
        house.worker.retry([])
        await house.until_said(3)
        assert house.said[2].record.title == "Film 1"


async def test_what_was_delivered_is_looked_at_also_while_it_is_quiet(
    simulator: JellyfinSimulator, film: SimItem
) -> None:
    now = MIDNIGHT - timedelta(hours=3)

    def fall_asleep() -> datetime:
        return now

    async with working(simulator, timings=paced(ladder=Ladder(SLOWLY, NIGHT)), now=fall_asleep) as house:

        async def night_falls() -> None:
            nonlocal now
            now = MIDNIGHT

        house.backend.on_deliver = [night_falls]
        house.worker.take(a_request(film))
        await house.until_said()
        assert (house.ends, tracks(film)["de"]) == ([("de", "arrived")], 1)


async def test_a_clock_that_is_put_forward_is_noticed(
    simulator: JellyfinSimulator, film: SimItem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONGEST_REST", 0.001)
    ahead = timedelta()

    def clock() -> datetime:
        return datetime.now(UTC) + ahead

    async with working(simulator, timings=PATIENT, now=clock) as house:
        await tried_in_vain(house, film)
        ahead = timedelta(weeks=2)
        await house.until_said(2)
        assert house.ends == [("de", "arrived")]


# Beginning and end


async def test_nobody_hears_anything_before_it_is_opened_nor_after_it_is_closed(
    simulator: JellyfinSimulator, film: SimItem
) -> None:
    async with working(simulator, opened=False) as house:
        house.worker.take(a_request(film))
        await asyncio.sleep(0)
        assert simulator.journal.count() == 0
        house.worker.open()

        async def close() -> None:
            house.worker.close()

        house.backend.on_deliver = [close]
        await house.until(lambda: bool(house.backend.delivered) and house.record.due <= datetime.now(UTC))
        assert house.said == []
        house.worker.open()
        await house.until_said()
        assert house.ends == [("de", "arrived")]


@pytest.mark.parametrize("has_any", [True, False])
async def test_what_happens_while_it_is_closed_is_not_said(
    simulator: JellyfinSimulator, film: SimItem, has_any: bool
) -> None:
    async with working(simulator, timings=PATIENT) as house:
        house.backend.has_any = has_any
        save = house.storage.save_ledger

        async def close_meanwhile(document: dict[str, object]) -> None:
            await save(document)
            if document["ended"] or "not_found" in str(document["open"]):
                house.worker.close()

        with patch.object(house.storage, "save_ledger", close_meanwhile):
            house.worker.take(a_request(film))
            await house.until(lambda: not house.worker._outcomes.opened.is_set())
        await asyncio.sleep(0)
        assert house.said == []
        storage = house.storage
    async with working(simulator, storage=storage.after_a_crash(), timings=PATIENT) as house:
        await house.until(lambda: house.ledger.untold == ())
        assert [one.repeated for one in house.said] == ([True] if has_any else [])
