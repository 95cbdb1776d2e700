"""What the worker makes of backends, and a disk, that let it down."""

from typing import Any
from unittest.mock import patch

import pytest

from custom_components.jellyfin_subtitles.engine.backends import (
    BackendError,
    BackendUnavailableError,
    CandidateRefusedError,
    FailureReason,
)
from custom_components.jellyfin_subtitles.engine.jellyfin import (
    JellyfinConnectionTimeoutError,
    JellyfinError,
    JellyfinResponseError,
)
from custom_components.jellyfin_subtitles.engine.ledger_models import NOT_FOUND, RecordState
from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary

from .working import PACE, SLOWLY, SmallBackend, a_request, paced, tracks, working

PATIENT = paced(SLOWLY)


@pytest.fixture
async def library(simulator: JellyfinSimulator) -> SimLibrary:
    """Return a library with nothing in it yet."""
    return simulator.add_library("Films", "movies")


@pytest.fixture
async def film(simulator: JellyfinSimulator, library: SimLibrary) -> SimItem:
    """Return a film that lacks German."""
    return simulator.add_film(library, "Harbour Lights", year=2020)


# Backends


@pytest.mark.parametrize("reason", [reason for reason in FailureReason if reason is not FailureReason.NOT_VISIBLE])
@pytest.mark.parametrize("kind", [BackendError, BackendUnavailableError])
async def test_a_failing_search_is_an_attempt_that_says_why(
    simulator: JellyfinSimulator, film: SimItem, kind: type[BackendError], reason: FailureReason
) -> None:
    async with working(simulator, timings=PATIENT) as house:
        house.backend.on_search = [kind(reason)]
        house.worker.take(a_request(film))
        await house.until_said()
        (outcome,) = house.said
        assert (outcome.state, outcome.record.reason) == (RecordState.FAILED, reason)
        assert outcome.next_attempt == house.record.due
        assert (house.record.state, house.record.attempts) == (RecordState.WAITING, 1)


async def test_what_was_in_vain_for_a_reason_that_is_gone_is_looked_for_again_and_nothing_else_is(
    simulator: JellyfinSimulator, film: SimItem
) -> None:
    async with working(simulator, timings=PATIENT) as house:
        house.backend.on_search = [BackendUnavailableError(FailureReason.NO_RIGHT)]
        house.backend.has_any = False
        house.worker.take(a_request(film, "de", "fr"))
        await house.until_said(2)
        assert {one.reason for one in house.ledger.open.values()} == {FailureReason.NO_RIGHT, NOT_FOUND}
        house.backend.has_any = True

        house.worker.unblock(FailureReason.NO_RIGHT)

        assert {one.reason for one in house.ledger.open.values()} == {None, NOT_FOUND}
        await house.until_said(3)
        assert house.said[2].state is RecordState.ARRIVED
        assert [one.reason for one in house.ledger.open.values()] == [NOT_FOUND]


async def test_a_candidate_that_is_no_good_leaves_the_next_one(simulator: JellyfinSimulator, film: SimItem) -> None:
    async with working(simulator) as house:
        house.backend.on_fetch = [CandidateRefusedError(FailureReason.EMPTY_FILE)]
        house.worker.take(a_request(film))
        await house.until_said()
        assert (house.ends, house.backend.fetched) == ([("de", "arrived")], ["1.1", "1.2"])


async def test_candidates_that_are_no_good_leave_the_reason_of_the_best(
    simulator: JellyfinSimulator, film: SimItem
) -> None:
    async with working(simulator, timings=PATIENT) as house:
        house.backend.on_fetch = [
            CandidateRefusedError(FailureReason.WRONG_LANGUAGE),
            CandidateRefusedError(FailureReason.EMPTY_FILE),
        ]
        house.worker.take(a_request(film))
        await house.until_said()
        assert house.record.reason == FailureReason.WRONG_LANGUAGE
        assert len(house.backend.searched) == 1


async def test_candidates_that_are_gone_are_searched_for_once_more_and_then_not_found(
    simulator: JellyfinSimulator, film: SimItem
) -> None:
    async with working(simulator, timings=PATIENT) as house:

        async def withdraw() -> None:
            house.backend.has_any = False
            raise CandidateRefusedError(FailureReason.PROVIDER_FAILED)

        house.backend.on_fetch = [withdraw, CandidateRefusedError(FailureReason.PROVIDER_FAILED)]
        house.worker.take(a_request(film))
        await house.until_said()
        assert house.said[0].state is RecordState.NOT_FOUND
        assert (len(house.backend.searched), house.record.attempts) == (2, 1)


async def test_candidates_that_are_found_again_and_cannot_be_fetched_are_the_failure_of_who_has_them(
    simulator: JellyfinSimulator, film: SimItem
) -> None:
    async with working(simulator, timings=PATIENT) as house:
        house.backend.on_fetch = [CandidateRefusedError(FailureReason.PROVIDER_FAILED)] * 4
        house.worker.take(a_request(film))
        await house.until_said()
        assert (house.record.reason, len(house.backend.searched)) == (FailureReason.PROVIDER_FAILED, 2)


@pytest.mark.parametrize(
    "failure",
    [None, BackendUnavailableError(FailureReason.NO_PROVIDER), BackendError(FailureReason.PROVIDER_FAILED)],
)
async def test_the_chain_goes_on_where_one_has_nothing_or_cannot(
    simulator: JellyfinSimulator, film: SimItem, failure: BackendError | None
) -> None:
    first, second = SmallBackend(simulator, "first"), SmallBackend(simulator, "second")
    first.has_any = failure is not None
    first.on_search = [failure] if failure else []
    async with working(simulator, first, second) as house:
        house.worker.take(a_request(film))
        await house.until_said()
        assert (house.said[0].state, house.said[0].record.backend) == (RecordState.ARRIVED, "second")
        assert house.said[0].record.attempts == 1


async def test_a_delivery_that_is_refused_leaves_the_next_backend(simulator: JellyfinSimulator, film: SimItem) -> None:
    first, second = SmallBackend(simulator, "first"), SmallBackend(simulator, "second")
    first.on_deliver = [BackendError(FailureReason.NOT_ACCEPTED)]
    async with working(simulator, first, second) as house:
        house.worker.take(a_request(film))
        await house.until_said()
        assert house.said[0].record.backend == "second"
        assert tracks(film)["de"] == 1


async def test_what_never_shows_leaves_the_next_backend_and_is_no_success(
    simulator: JellyfinSimulator, film: SimItem
) -> None:
    first, second = SmallBackend(simulator, "first"), SmallBackend(simulator, "second")
    first.shows, second.has_any = False, False
    async with working(simulator, first, second, timings=PATIENT) as house:
        house.worker.take(a_request(film))
        await house.until_said()
        (outcome,) = house.said
        assert (outcome.state, outcome.record.reason) == (RecordState.FAILED, FailureReason.NOT_VISIBLE)
        assert simulator.journal.count(path_prefix="/Items") == 1 + len(first.looks)
        assert len(second.searched) == 1


async def test_what_shows_late_was_brought_all_the_same(simulator: JellyfinSimulator, film: SimItem) -> None:
    async with working(simulator, timings=PATIENT) as house:
        house.backend.shows = False
        house.worker.take(a_request(film))
        await house.until_said()
        house.backend.show(film)
        house.worker.updated([film.item_id])
        await house.until_said(2)
        assert (house.said[1].state, house.said[1].record.backend) == (RecordState.ARRIVED, "small")
        assert house.backend.delivered == ["Harbour Lights de"]


async def test_a_slow_provider_is_an_attempt_and_the_others_have_their_turn(
    simulator: JellyfinSimulator, library: SimLibrary
) -> None:
    films = [simulator.add_film(library, f"Film {number}") for number in range(2)]
    async with working(simulator, timings=PATIENT, opened=False) as house:
        house.backend.on_search = [JellyfinConnectionTimeoutError("too slow")]
        for film in films:
            house.worker.take(a_request(film))
        house.worker.open()
        await house.until_said(2)
        assert [(one.record.title, one.record.reason) for one in house.said] == [
            ("Film 1", FailureReason.TIMED_OUT),
            ("Film 0", None),
        ]


async def test_a_search_that_took_long_is_followed_by_another_look(simulator: JellyfinSimulator, film: SimItem) -> None:
    async with working(simulator, timings=paced(fresh=0.0)) as house:

        async def lay() -> None:
            simulator.core.subtitle_files.save(film, ("de",), "srt", b"1\n")
            simulator.core.monitor.look(film)

        house.backend.on_fetch = [lay]
        house.worker.take(a_request(film))
        await house.until(lambda: not house.ledger.open)
        assert (house.ends, house.backend.delivered) == ([("de", "satisfied_elsewhere")], [])
        assert tracks(film)["de"] == 1


@pytest.mark.parametrize(
    "answer", [JellyfinConnectionTimeoutError("no answer"), JellyfinResponseError("I'm a teapot", 418)]
)
async def test_a_delivery_whose_answer_is_lost_is_no_reason_for_another(
    simulator: JellyfinSimulator, film: SimItem, answer: JellyfinError
) -> None:
    async with working(simulator) as house:

        async def lose() -> None:
            house.backend.show(film)
            raise answer

        simulator.core.subtitle_files.save(film, ("de",), "srt", b"1\n")
        house.backend.on_deliver = [lose]
        house.worker.take(a_request(film))
        await house.until_said()
        assert (house.ends, len(house.said), len(house.backend.delivered)) == ([("de", "arrived")], 1, 1)


async def test_a_backend_that_breaks_is_an_attempt(
    simulator: JellyfinSimulator, film: SimItem, caplog: pytest.LogCaptureFixture
) -> None:
    async with working(simulator, timings=PATIENT) as house:
        house.backend.on_search = [ValueError("broken")]
        house.worker.take(a_request(film))
        await house.until_said()
        assert house.record.reason == FailureReason.UNREADABLE
    assert "The subtitles of Harbour Lights could not be dealt with" in caplog.text


async def test_what_was_delivered_and_cannot_be_looked_at_does_not_show(
    simulator: JellyfinSimulator, film: SimItem
) -> None:
    async with working(simulator, timings=PATIENT) as house:

        async def spoil() -> None:
            simulator.reject(418, f"/Items/{film.item_id}", times=1)

        house.backend.on_deliver = [spoil]
        house.worker.take(a_request(film))
        await house.until_said()
        assert (house.record.reason, house.record.attempts) == (FailureReason.NOT_VISIBLE, 1)


async def test_what_breaks_after_it_was_ignored_is_over(simulator: JellyfinSimulator, film: SimItem) -> None:
    async with working(simulator) as house:

        async def ignore_and_break() -> None:
            await house.worker.ignore(list(house.ledger.open))
            raise ValueError("broken")

        house.backend.on_search = [ignore_and_break]
        house.worker.take(a_request(film))
        await house.until_said()
        await house.until_resting()
        assert (house.ends, dict(house.ledger.open)) == ([("de", "ignored")], {})


# The disk


async def test_an_end_that_cannot_be_written_is_said_once_it_is(
    simulator: JellyfinSimulator, film: SimItem, caplog: pytest.LogCaptureFixture
) -> None:
    async with working(simulator) as house:
        save = house.storage.save_ledger

        async def fail_at_ends(document: dict[str, Any]) -> None:
            if document["ended"] and not caplog.records:
                raise OSError("full")
            await save(document)

        with patch.object(house.storage, "save_ledger", fail_at_ends):
            house.worker.take(a_request(film))
            await house.until_said()
            assert house.ends == [("de", "arrived")]


async def test_what_cannot_be_written_is_not_asked(
    simulator: JellyfinSimulator, film: SimItem, caplog: pytest.LogCaptureFixture
) -> None:
    async with working(simulator, timings=PACE) as house:
        with patch.object(house.storage, "save_ledger", side_effect=OSError("full")):
            house.worker.take(a_request(film))
            await house.until(lambda: house.record.attempts > 1)
            assert house.backend.searched == []
        await house.until_said()
    assert "What is done about subtitles could not be written" in caplog.text
