"""What the worker makes of a request: the way to each end."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.jellyfin_subtitles.engine.ledger_models import RecordState
from custom_components.jellyfin_subtitles.engine.models import RequestReason
from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary

from .working import SLOWLY, SmallBackend, a_request, paced, tracks, working


@pytest.fixture
async def library(simulator: JellyfinSimulator) -> SimLibrary:
    """Return a library with nothing in it yet."""
    return simulator.add_library("Films", "movies")


@pytest.fixture
async def film(simulator: JellyfinSimulator, library: SimLibrary) -> SimItem:
    """Return a film that lacks German."""
    return simulator.add_film(library, "Harbour Lights", year=2020)


async def test_what_is_found_is_fetched_delivered_and_seen(simulator: JellyfinSimulator, film: SimItem) -> None:
    async with working(simulator) as house:
        house.worker.take(a_request(film))
        await house.until_said()
        (outcome,) = house.said
        assert (outcome.state, outcome.is_ready, outcome.repeated) == (RecordState.ARRIVED, True, False)
        assert (outcome.record.backend, outcome.record.attempts, outcome.record.reason) == ("small", 1, None)
        assert tracks(film)["de"] == 1
        assert not house.ledger.open


async def test_each_state_is_passed_in_its_order(simulator: JellyfinSimulator, film: SimItem) -> None:
    states: list[RecordState] = []
    async with working(simulator) as house:
        house.worker.watch(lambda: states.extend(one.state for one in house.ledger.open.values()))
        house.worker.take(a_request(film))
        await house.until_said()
        (end,) = house.ledger.all_closed()
        passed = list(dict.fromkeys((*states, end.state)))
        assert passed == [
            RecordState.WAITING,
            RecordState.SEARCHING,
            RecordState.FETCHING,
            RecordState.VERIFYING,
            RecordState.ARRIVED,
        ]


async def test_nothing_is_asked_before_it_is_written(simulator: JellyfinSimulator, film: SimItem) -> None:
    async with working(simulator) as house:
        written = []

        async def note() -> None:
            written.append(house.storage.ledger or "")

        house.backend.on_search = [note]
        house.backend.on_deliver = [note]
        house.worker.take(a_request(film))
        await house.until_said()
        assert '"searching"' in written[0]
        assert '"verifying"' in written[1]


async def test_nothing_found_is_looked_for_again_until_it_is_given_up(
    simulator: JellyfinSimulator, film: SimItem
) -> None:
    async with working(simulator) as house:
        house.backend.has_any = False
        house.worker.take(a_request(film))
        await house.until_said(2)
        first, last = house.said
        assert (first.state, first.record.attempts) == (RecordState.NOT_FOUND, 1)
        assert first.next_attempt is not None
        assert (last.state, last.record.attempts, last.next_attempt) == (RecordState.NOT_FOUND, 4, None)
        assert len(house.backend.searched) == 4


async def test_a_file_is_ready_with_the_last_of_what_it_lacked(simulator: JellyfinSimulator, film: SimItem) -> None:
    async with working(simulator) as house:
        house.worker.take(a_request(film, "de", "fr", "it"))
        await house.until_said(3)
        assert [(one.record.want.key, one.is_ready) for one in house.said] == [
            ("de", False),
            ("fr", False),
            ("it", True),
        ]


async def test_a_file_of_which_something_was_given_up_is_not_ready(simulator: JellyfinSimulator, film: SimItem) -> None:
    async with working(simulator, timings=paced(())) as house:
        house.backend.has_any = False
        house.worker.take(a_request(film, "de"))
        await house.until_said()
        house.backend.has_any = True
        house.worker.take(a_request(film, "fr"))
        await house.until_said(2)
        assert house.ends == [("de", "not_found"), ("fr", "arrived")]
        assert [one.is_ready for one in house.said] == [False, False]


async def test_the_newest_item_comes_first_and_its_languages_in_order(
    simulator: JellyfinSimulator, library: SimLibrary
) -> None:
    films = [simulator.add_film(library, f"Film {number}") for number in range(3)]
    now = datetime.now(UTC)
    async with working(simulator, opened=False) as house:
        for number in (1, 0, 2):
            house.worker.take(a_request(films[number], "fr", "de", arrived_at=now + timedelta(hours=number)))
        house.worker.prefer([films[0].item_id])
        house.worker.open()
        await house.until_said(6)
        assert house.backend.searched == [
            "Film 0 fr",
            "Film 0 de",
            "Film 2 fr",
            "Film 2 de",
            "Film 1 fr",
            "Film 1 de",
        ]


async def test_what_was_delivered_is_looked_at_before_anything_else_is_searched(
    simulator: JellyfinSimulator, library: SimLibrary
) -> None:
    films = [simulator.add_film(library, f"Film {number}") for number in range(2)]
    async with working(simulator, opened=False) as house:
        for film in films:
            house.worker.take(a_request(film))
        house.worker.open()
        await house.until_said(2)
        assert [one.record.title for one in house.said] == ["Film 1", "Film 0"]


async def test_a_version_gets_its_own(simulator: JellyfinSimulator, film: SimItem) -> None:
    version = simulator.add_version(film, "4K")
    async with working(simulator) as house:
        house.worker.take(a_request(version))
        await house.until_said()
        assert (tracks(version)["de"], tracks(film)["de"]) == (1, 0)
        assert house.said[0].record.item_id == film.item_id


async def test_what_nobody_wants_any_more_is_dropped_and_not_even_read(
    simulator: JellyfinSimulator, library: SimLibrary, film: SimItem
) -> None:
    small, wanted = SmallBackend(simulator), simulator.add_film(library, "Night Ferry")
    async with working(
        simulator, chain=lambda record: (small,) if record.item_id == wanted.item_id else (), opened=False
    ) as house:
        house.worker.take(a_request(wanted))
        house.worker.take(a_request(film))
        house.worker.open()
        await house.until(lambda: not house.ledger.open)
        assert [one.record.item_id for one in house.said] == [wanted.item_id]
        assert simulator.journal.count(path_prefix=f"/Items/{film.item_id}") == 0


@pytest.mark.parametrize("is_wanted", [True, False])
async def test_who_watches_sees_the_end_too(simulator: JellyfinSimulator, film: SimItem, is_wanted: bool) -> None:
    small, left = SmallBackend(simulator), [1]
    async with working(simulator, chain=lambda record: (small,) if is_wanted else ()) as house:
        house.worker.watch(lambda: left.append(len(house.ledger.open)))
        house.worker.take(a_request(film))
        await house.until(lambda: left[-1] == 0)


async def test_however_long_a_delivery_takes_it_is_looked_for_after_that(
    simulator: JellyfinSimulator, film: SimItem
) -> None:
    small, now = SmallBackend(simulator, looks=(60.0,)), datetime.now(UTC)
    async with working(simulator, small, now=lambda: now) as house:

        async def dawdle() -> None:
            nonlocal now
            now += timedelta(hours=1)

        small.on_deliver = [dawdle]
        house.worker.take(a_request(film))
        await house.until(lambda: house.record.due == now + timedelta(seconds=60) and tracks(film)["de"] == 1)


async def test_a_request_that_lacks_nothing_is_nothing(simulator: JellyfinSimulator, film: SimItem) -> None:
    async with working(simulator) as house:
        calls: list[None] = []
        house.worker.watch(lambda: calls.append(None))
        house.worker.take(a_request(film, "xx"))
        assert (calls, dict(house.ledger.open)) == ([], {})


async def test_what_a_person_asks_for_is_looked_for_at_once_also_where_it_waits(
    simulator: JellyfinSimulator, film: SimItem
) -> None:
    async with working(simulator, timings=paced(SLOWLY)) as house:
        house.backend.has_any = False
        house.worker.take(a_request(film))
        await house.until_said()
        house.backend.has_any = True
        house.worker.take(a_request(film))
        await house.until_resting()
        assert house.record.attempts == 1
        house.worker.take(a_request(film, reason=RequestReason.ACTION))
        await house.until_said(2)
        assert house.ends == [("de", "arrived")]


async def test_what_is_taken_is_written_when_save_has_ended(simulator: JellyfinSimulator, film: SimItem) -> None:
    async with working(simulator, opened=False) as house:
        house.worker.take(a_request(film))
        await house.worker.save()
        assert film.item_id in str(house.storage.ledger)
        writes = house.storage.ledger_writes
        await house.worker.save()
        assert house.storage.ledger_writes == writes, "nothing has changed"


async def test_who_does_not_listen_any_more_hears_nothing(simulator: JellyfinSimulator, film: SimItem) -> None:
    changes: list[None] = []
    async with working(simulator) as house:
        house.worker.subscribe(house.said.append)()
        house.worker.watch(lambda: changes.append(None))()
        house.worker.take(a_request(film))
        await house.until_said()
        assert (len(house.said), changes) == (1, [])


async def test_while_nobody_listens_nothing_is_begun(simulator: JellyfinSimulator, film: SimItem) -> None:
    async with working(simulator) as house:
        await house.until_resting()
        house.worker.close()
        house.worker.take(a_request(film))
        for _ in range(50):
            await asyncio.sleep(0)
        assert house.backend.searched == []
        house.worker.open()
        await house.until_said(1)


async def test_a_listener_that_fails_keeps_nobody_from_hearing(
    simulator: JellyfinSimulator, film: SimItem, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(outcome: object) -> None:
        raise RuntimeError("deaf")

    async with working(simulator, opened=False) as house:
        said: list[object] = []
        house.worker.subscribe(fail)
        house.worker.subscribe(said.append)
        house.worker.take(a_request(film))
        house.worker.open()
        await house.until(lambda: bool(said))
    assert "A listener failed over an outcome" in caplog.text
