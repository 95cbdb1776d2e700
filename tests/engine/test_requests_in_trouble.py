"""Requests in trouble: a full disk, a row that cannot be shown, an end at the wrong moment."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
import json
from typing import Any, override
from unittest.mock import patch

from aiohttp.web import BaseRequest, Response
import pytest

from custom_components.jellyfin_subtitles.engine import flood
from custom_components.jellyfin_subtitles.engine.models import RequestReason, SubtitleRequest
from custom_components.jellyfin_subtitles.engine.policy import Household
from custom_components.jellyfin_subtitles.engine.request_reader import REFUSALS
from custom_components.jellyfin_subtitles.engine.requests import SAID_AHEAD, SubtitleRequests
from jellyfin_simulator import JellyfinSimulator

from .asking import asking
from .memory import MemoryStorage
from .test_requests import films, queue


async def test_a_failure_of_ours_is_said_once_and_loses_nothing(
    simulator: JellyfinSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    (film,) = films(simulator, 1)
    written: list[bool] = []
    async with asking(simulator, opened=False) as house:
        await queue(house, film)
        save, failures = house.storage.save_requests, 2

        async def fail(data: dict[str, Any]) -> None:
            nonlocal failures
            if failures:
                failures -= 1
                raise OSError("disk full")
            await save(data)

        with patch.object(house.storage, "save_requests", fail):
            house.requests.subscribe(lambda request: written.append(request.request_id in said_ahead(house.storage)))
            house.requests.open()
            await house.until(lambda: bool(house.said))
    assert caplog.text.count("could not be said") == 1
    assert written == [True], "it is said only once that is written"


async def test_a_listener_that_fails_does_not_keep_the_others_from_hearing(
    simulator: JellyfinSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    (film,) = films(simulator, 1)
    heard: list[SubtitleRequest] = []

    def fail(_request: SubtitleRequest) -> None:
        raise RuntimeError("not mine")

    async with asking(simulator, opened=False) as house:
        leave = house.requests.subscribe(fail)
        house.requests.subscribe(heard.append)
        await queue(house, film)
        house.requests.open()
        await house.until(lambda: bool(heard))
        leave()
    assert "A listener failed over a request" in caplog.text


async def test_nobody_listening_means_nothing_is_said(simulator: JellyfinSimulator) -> None:
    first, second = films(simulator, 2)
    async with asking(simulator) as house:
        house.requests.subscribe(lambda _request: house.requests.close())
        leave = house.requests.subscribe_mass(print)
        leave()
        await queue(house, first, second)
        await house.until(lambda: bool(house.said))
        assert house.requests.waiting == 1
        storage = house.storage
    assert len(json.loads(str(storage.requests))["open"]) == 1, "what is left is written in the end"


async def test_what_was_about_to_be_said_at_a_clean_end_is_no_repetition(simulator: JellyfinSimulator) -> None:
    items = films(simulator, 5)
    async with asking(simulator, opened=False) as house:
        await queue(house, *items)
        house.requests.subscribe(lambda _request: house.requests.close() if len(house.said) == 2 else None)
        house.requests.open()
        await house.until(lambda: len(house.said) == 2)
        storage = house.storage
    async with asking(simulator, storage=storage) as house:
        await house.until(lambda: len(house.said) == 3)
        assert not any(one.repeated for one in house.said)


async def test_what_is_in_doubt_stays_in_doubt_however_often_it_ends(simulator: JellyfinSimulator) -> None:
    crashes: list[MemoryStorage] = []
    async with asking(simulator, opened=False) as house:
        house.requests.subscribe(lambda _request: crashes.append(house.storage.after_a_crash()))
        await queue(house, *films(simulator, 3))
        house.requests.open()
        await house.until(lambda: len(house.said) == 3)
        doubtful = {one.request_id for one in house.said}
    more = [
        simulator.add_film(next(iter(simulator.core.shelves.libraries.values())), f"More {n}")
        for n in range(SAID_AHEAD + 2)
    ]
    async with asking(simulator, storage=crashes[2], opened=False) as house:
        await queue(house, *more)
        house.requests.subscribe(lambda _request: house.requests.close())
        house.requests.open()
        await house.until(lambda: len(house.said) == 1)
        storage = house.storage
    async with asking(simulator, storage=storage) as house:
        await house.until(lambda: house.requests.waiting == 0)
        assert {one.request_id for one in house.said if one.repeated} == doubtful


async def test_a_write_that_the_end_interrupts_is_made_good(simulator: JellyfinSimulator) -> None:
    storage = Busy()
    (film,) = films(simulator, 1)
    async with asking(simulator, storage=storage) as house:
        house.requests.subscribe(lambda _request: storage.be_busy())
        await queue(house, film)
        await house.until(lambda: storage.waited)
    assert json.loads(str(storage.requests))["open"] == []


async def test_a_full_disk_ends_nothing(simulator: JellyfinSimulator, caplog: pytest.LogCaptureFixture) -> None:
    first, second = films(simulator, 2)
    async with asking(simulator) as house:
        house.requests.subscribe(lambda _request: setattr(house.storage, "save_requests", fail_once(house.storage)))
        await queue(house, first)
        await house.until(lambda: "could not be written" in caplog.text)
        await queue(house, second)
        await house.until(lambda: len(house.said) == 2)


@pytest.mark.parametrize("count", [1, 3])
async def test_rows_that_the_server_cannot_show_hold_up_the_others_only_so_often(
    simulator: JellyfinSimulator, count: int
) -> None:
    good, *bad = films(simulator, 1 + count)
    async with asking(simulator, opened=False) as house:
        await queue(house, good, *bad)
        storage = house.storage.after_a_crash()
    refusals = 0

    def refuse(request: BaseRequest) -> Response | None:
        nonlocal refusals
        refusals += any(request.path.endswith(item.item_id) for item in bad)
        is_bad = any(item.item_id in str(request.url) for item in bad)
        return Response(status=500, text="Error processing request.") if is_bad else None

    simulator.reject(refuse, "/Items")
    async with asking(simulator, storage=storage) as house:
        await house.until(lambda: bool(house.said))
    assert refusals == REFUSALS * count


async def test_what_somebody_asked_for_is_left_out_when_all_of_a_mass_is(simulator: JellyfinSimulator) -> None:
    items = films(simulator, 3)
    with patch.object(flood, "MASS", 2):
        async with asking(simulator) as house:
            arrived = await house.read(*[item.item_id for item in items])
            await house.requests.hold([said for said, _ in arrived], 3)
            house.requests.removed([items[2].item_id])
            await house.requests.decide(3)
            assert house.requests.mass == 2, "what was removed meanwhile is nobody's business"
            said, needs = arrived[0]
            await house.requests.request([(said, needs[0])], RequestReason.ACTION)
            await house.requests.set_automatic(False)
            await house.requests.request_all()
            await house.until(lambda: len(house.said) == 2 and house.requests.waiting == 0)
            assert {one.needs.source_id for one in house.said} == {item.item_id for item in items[:2]}


async def test_whether_new_items_are_asked_for_is_written_at_once(simulator: JellyfinSimulator) -> None:
    async with asking(simulator) as house:
        await house.requests.set_automatic(False)
        storage = house.storage.after_a_crash()
    async with asking(simulator, storage=storage) as house:
        assert not house.requests.automatic


async def test_that_a_file_is_gone_is_written(simulator: JellyfinSimulator) -> None:
    (film,) = films(simulator, 1)
    async with asking(simulator, opened=False) as house:
        await queue(house, film)
        storage = house.storage.after_a_crash()
    simulator.remove(film)
    async with asking(simulator, storage=storage) as house:
        await house.until(lambda: json.loads(str(storage.requests))["open"] == [])
        assert house.said == []


async def test_what_was_held_and_is_announced_once_more_is_left_to_that(simulator: JellyfinSimulator) -> None:
    interrupted, other = films(simulator, 2)
    async with asking(simulator, opened=False) as house:
        await house.requests.hold(await house.announced(interrupted.item_id, other.item_id), 2)
        again = SubtitleRequests(
            house.client, house.libraries, house.storage, Household(), now=lambda: datetime.now(UTC)
        )
        await again.load([interrupted.item_id])
        await again.decide(2)
        assert again.waiting == 1


class Busy(MemoryStorage):
    """A disk that somebody else holds, for one write."""

    waited = False
    _is_busy = False

    def be_busy(self) -> None:
        """Let the next write wait for ever."""
        self._is_busy = True

    @override
    async def save_requests(self, document: dict[str, Any]) -> None:
        if self._is_busy:
            self._is_busy, self.waited = False, True
            await asyncio.Event().wait()
        await super().save_requests(document)


def fail_once(storage: MemoryStorage) -> Callable[[dict[str, Any]], Any]:
    """Return a way to write that fails the first time."""
    failures = [OSError("disk full")]

    async def save(document: dict[str, Any]) -> None:
        if failures:
            raise failures.pop()
        await MemoryStorage.save_requests(storage, document)

    return save


def said_ahead(storage: MemoryStorage) -> list[str]:
    """Return which requests are written as about to be said."""
    ahead: list[str] = json.loads(str(storage.requests))["said_ahead"]
    return ahead
