"""When a catch-up runs, to the second."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
import logging
from typing import override

import pytest

from custom_components.jellyfin_subtitles.engine.catch_up import CatchUp
from custom_components.jellyfin_subtitles.engine.catch_up_worker import CatchUpPace, CatchUpWorker
from custom_components.jellyfin_subtitles.engine.jellyfin import (
    JellyfinAuthenticationError,
    JellyfinConnectionError,
    JellyfinResponseError,
    JellyfinServerStartingError,
)
from custom_components.jellyfin_subtitles.engine.models import CatchUpResult

from .virtual_time import in_virtual_time

PACE = CatchUpPace(delay=0.5, interval=5, quiet_interval=60, quiet_after=3, retry_maximum=30)

EMPTY = CatchUpResult(datetime(2026, 1, 1, tzinfo=UTC))
FOUND = CatchUpResult(datetime(2026, 1, 1, tzinfo=UTC), found=("1",))
PARTIAL = CatchUpResult(datetime(2026, 1, 1, tzinfo=UTC), failed=("Films",))

type Outcome = CatchUpResult | Exception


class TimedCatchUp(CatchUp):
    """Notes when it ran; gives what the test told it to, and nothing found after that."""

    def __init__(self, *outcomes: Outcome, takes: float = 0) -> None:
        self.times: list[float] = []
        self.outcomes = list(outcomes)
        self.takes = takes

    @override
    async def run(self) -> CatchUpResult:
        self.times.append(asyncio.get_running_loop().time())
        outcome = self.outcomes.pop(0) if self.outcomes else EMPTY
        await asyncio.sleep(self.takes)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@asynccontextmanager
async def working(catch_up: CatchUp, *, refusals: list[float] | None = None) -> AsyncIterator[CatchUpWorker]:
    """Let a worker do its work meanwhile."""

    async def note_refusal() -> None:
        if refusals is not None:
            refusals.append(asyncio.get_running_loop().time())

    worker = CatchUpWorker(catch_up, PACE, on_refused=note_refusal)
    task = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def hint_at(worker: CatchUpWorker, *times: float) -> None:
    """Give a hint at each of these times."""
    for time in times:
        await asyncio.sleep(time - asyncio.get_running_loop().time())
        worker.hint()


@in_virtual_time
async def test_nothing_runs_that_nobody_asked_for() -> None:
    catch_up = TimedCatchUp()
    async with working(catch_up):
        await asyncio.sleep(86_400)

    assert catch_up.times == []


@in_virtual_time
async def test_hints_within_half_a_second_are_one() -> None:
    catch_up = TimedCatchUp()
    async with working(catch_up) as worker:
        await hint_at(worker, 0, 0.1, 0.4)
        await asyncio.sleep(300)

    assert catch_up.times == [0.5]


@in_virtual_time
async def test_hints_are_followed_every_five_seconds_at_most() -> None:
    catch_up = TimedCatchUp(FOUND, FOUND)
    async with working(catch_up) as worker:
        await hint_at(worker, 0, 1, 2, 3, 4)
        await asyncio.sleep(300)

    assert catch_up.times == [0.5, 5.5]


@in_virtual_time
async def test_after_three_empty_ones_hints_are_followed_once_a_minute() -> None:
    catch_up = TimedCatchUp()
    async with working(catch_up) as worker:
        await hint_at(worker, *range(100))
        await asyncio.sleep(300)

    assert catch_up.times == [0.5, 5.5, 10.5, 70.5, 130.5]


@pytest.mark.parametrize("failure", [JellyfinConnectionError("refused"), PARTIAL], ids=["refused", "partial"])
def test_a_failed_one_is_not_an_empty_one(failure: Outcome) -> None:
    """It did not find that there is nothing."""
    catch_up = TimedCatchUp(EMPTY, failure, EMPTY, EMPTY)

    @in_virtual_time
    async def follow_hints() -> None:
        async with working(catch_up) as worker:
            await hint_at(worker, *range(100))
            await asyncio.sleep(300)

    follow_hints()

    # The repetition of the failed one comes no later than the next hint would be followed.
    assert catch_up.times == [0.5, 5.5, 10.5, 15.5, 75.5, 135.5]


@pytest.mark.parametrize("failure", [JellyfinConnectionError("refused"), PARTIAL], ids=["refused", "partial"])
def test_a_failed_one_does_not_make_the_empty_ones_before_it_forgotten(failure: Outcome) -> None:
    catch_up = TimedCatchUp(EMPTY, EMPTY, EMPTY, failure, EMPTY)

    @in_virtual_time
    async def follow_hints() -> None:
        async with working(catch_up) as worker:
            await hint_at(worker, *range(100))
            await asyncio.sleep(300)

    follow_hints()

    assert catch_up.times == [0.5, 5.5, 10.5, 70.5, 75.5, 135.5]


@in_virtual_time
async def test_after_a_long_silence_a_hint_is_followed_soon_even_so() -> None:
    catch_up = TimedCatchUp()
    async with working(catch_up) as worker:
        await hint_at(worker, 0, 10, 20, 1000)
        await asyncio.sleep(300)

    assert catch_up.times == [0.5, 10.5, 20.5, 1000.5]


@in_virtual_time
async def test_a_finding_brings_the_five_seconds_back() -> None:
    catch_up = TimedCatchUp(EMPTY, EMPTY, EMPTY, FOUND)
    async with working(catch_up) as worker:
        await hint_at(worker, *range(80))
        await asyncio.sleep(300)

    assert catch_up.times == [0.5, 5.5, 10.5, 70.5, 75.5, 80.5]


@in_virtual_time
async def test_a_catch_up_after_a_connect_begins_at_once_whatever_the_pace_of_hints() -> None:
    catch_up = TimedCatchUp()
    async with working(catch_up) as worker:
        await hint_at(worker, 0, 1)
        worker.at_once()
        await asyncio.sleep(300)

    assert catch_up.times == [0.5, 1]


@in_virtual_time
async def test_a_catch_up_that_nobody_hinted_at_does_not_count_as_a_vain_hint() -> None:
    catch_up = TimedCatchUp()
    async with working(catch_up) as worker:
        for _ in range(3):
            worker.at_once()
            await asyncio.sleep(1)
        await hint_at(worker, 3, 4)
        await asyncio.sleep(300)

    assert catch_up.times == [0, 1, 2, 7]


@in_virtual_time
async def test_a_wish_during_a_catch_up_is_for_another_one() -> None:
    """The one that runs may have asked already when the socket was opened."""
    catch_up = TimedCatchUp(takes=10)
    async with working(catch_up) as worker:
        worker.at_once()
        await asyncio.sleep(1)
        worker.at_once()
        await asyncio.sleep(10)
        owing = [worker.owing]
        await asyncio.sleep(10)
        owing.append(worker.owing)

    assert catch_up.times == [0, 10]
    assert owing == [True, False]


@in_virtual_time
async def test_a_hint_during_a_catch_up_is_followed_after_it() -> None:
    catch_up = TimedCatchUp(takes=10)
    async with working(catch_up) as worker:
        await hint_at(worker, 0, 3)
        await asyncio.sleep(300)

    assert catch_up.times == [0.5, 10.5]


@in_virtual_time
async def test_a_failed_catch_up_is_repeated_ever_more_slowly_until_it_succeeds() -> None:
    catch_up = TimedCatchUp(*[JellyfinConnectionError("refused")] * 5)
    async with working(catch_up) as worker:
        worker.at_once()
        await asyncio.sleep(60)
        owing = [worker.owing]
        await asyncio.sleep(300)
        owing.append(worker.owing)

    assert catch_up.times == [0, 5, 15, 35, 65, 95]
    assert owing == [True, False]


@in_virtual_time
async def test_a_catch_up_that_missed_a_library_is_repeated_too() -> None:
    catch_up = TimedCatchUp(PARTIAL, PARTIAL)
    async with working(catch_up) as worker:
        worker.hint()
        await asyncio.sleep(300)

    assert catch_up.times == [0.5, 5.5, 15.5]


@in_virtual_time
async def test_a_new_connect_does_not_wait_for_the_repetition() -> None:
    catch_up = TimedCatchUp(JellyfinConnectionError("refused"), takes=1)
    async with working(catch_up) as worker:
        worker.at_once()
        await asyncio.sleep(3)
        worker.at_once()
        await asyncio.sleep(300)

    assert catch_up.times == [0, 3]


@in_virtual_time
async def test_a_connect_during_a_failing_catch_up_is_not_put_off_either() -> None:
    catch_up = TimedCatchUp(JellyfinConnectionError("refused"), takes=1)
    async with working(catch_up) as worker:
        worker.at_once()
        await asyncio.sleep(0.5)
        worker.at_once()
        await asyncio.sleep(300)

    assert catch_up.times == [0, 1]


@in_virtual_time
async def test_a_refused_token_is_reported_and_nothing_else_is() -> None:
    refusals: list[float] = []
    catch_up = TimedCatchUp(JellyfinConnectionError("refused"), JellyfinAuthenticationError("no", 401))
    async with working(catch_up, refusals=refusals) as worker:
        worker.at_once()
        await asyncio.sleep(300)

    assert refusals == [5]


def test_a_failure_is_said_once_until_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    """That a server is away, or still starting, the listener says."""
    away = JellyfinConnectionError("refused")
    failure, starting = JellyfinResponseError("nonsense"), JellyfinServerStartingError("loading")

    @in_virtual_time
    async def fail_twice_then_once() -> None:
        async with working(TimedCatchUp(starting, away, failure, failure, starting, EMPTY, failure)) as worker:
            worker.at_once()
            await asyncio.sleep(300)
            worker.at_once()
            await asyncio.sleep(300)

    with caplog.at_level(logging.INFO):
        fail_twice_then_once()

    failed, again = (
        "Could not ask Jellyfin what is new, trying again: nonsense",
        "Jellyfin can be asked again what is new",
    )
    # What failed last is tried once more, which then works.
    assert [record.getMessage() for record in caplog.records] == [failed, again] * 2


def test_what_nobody_has_thought_of_is_tried_again_as_well_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    disk, failure = OSError("the disk is full"), JellyfinResponseError("nonsense")
    catch_up = TimedCatchUp(disk, disk, failure, disk, EMPTY, disk)

    @in_virtual_time
    async def fail() -> None:
        async with working(catch_up) as worker:
            worker.at_once()
            await asyncio.sleep(300)
            assert not worker.owing
            worker.at_once()
            await asyncio.sleep(300)

    with caplog.at_level(logging.INFO):
        fail()

    assert catch_up.times == [0, 5, 15, 35, 65, 300, 305]
    failed, again = "Looking for what is new failed, trying again", "Jellyfin can be asked again what is new"
    assert [line for line in caplog.messages if "nonsense" not in line] == [failed, again] * 2


@in_virtual_time
async def test_what_goes_wrong_over_a_refused_token_is_tried_again_as_well() -> None:
    catch_up = TimedCatchUp(JellyfinAuthenticationError("no", 401))

    async def fail() -> None:
        raise ValueError("nobody has thought of that")

    task = asyncio.create_task((worker := CatchUpWorker(catch_up, PACE, on_refused=fail)).run())
    worker.at_once()
    await asyncio.sleep(300)
    task.cancel()

    assert catch_up.times == [0, 5]
