"""Requests: each file that lacks something is asked for once, the newest first."""

import asyncio
from dataclasses import replace
import json
import logging
from typing import Any
from unittest.mock import patch

from aiohttp.web import BaseRequest, Response, json_response
import pytest

from custom_components.jellyfin_subtitles.engine import flood, requests as module
from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.models import RequestReason
from custom_components.jellyfin_subtitles.engine.policy import Household
from custom_components.jellyfin_subtitles.engine.requests import SAID_AHEAD, RequestTimings
from jellyfin_simulator import JellyfinSimulator, SimItem
from jellyfin_simulator.streams import audio, subtitle, video

from .asking import Asking, asking
from .memory import MemoryStorage


def films(simulator: JellyfinSimulator, count: int) -> list[SimItem]:
    """Return films without German subtitles."""
    library = simulator.add_library("Films", "movies")
    return [simulator.add_film(library, f"Film {number}", year=2020) for number in range(count)]


async def queue(house: Asking, *items: SimItem) -> None:
    """Let these films arrive together."""
    await house.requests.queue(await house.read(*[item.item_id for item in items]))


async def test_a_file_that_lacks_something_is_asked_for(simulator: JellyfinSimulator) -> None:
    (film,) = films(simulator, 1)
    async with asking(simulator) as house:
        await queue(house, film)
        assert film.item_id in str(house.storage.requests), "written before anybody hears of it"
        await house.until(lambda: bool(house.said) and house.requests.waiting == 0)
        (request,) = house.said
        assert request.needs.source_id == film.item_id
        assert request.needs.missing == ("de",)
        assert request.reason is RequestReason.NEW_MEDIA
        assert not request.repeated
        assert house.simulator.journal.requests[-1].path.endswith(film.item_id), "nothing was asked for it again"
        await house.until(lambda: json.loads(str(house.storage.requests))["open"] == [])


async def test_a_file_that_has_everything_is_not(simulator: JellyfinSimulator) -> None:
    library = simulator.add_library("Films", "movies")
    streams = (video(), audio("deu"), subtitle("ger"))
    film = simulator.add_film(library, "Complete", year=2020, streams=streams)
    async with asking(simulator) as house:
        await queue(house, film)
        assert house.requests.waiting == 0
        assert house.storage.request_writes == 0


async def test_the_newest_is_asked_for_first_and_one_at_a_time(simulator: JellyfinSimulator) -> None:
    items = films(simulator, 3)
    async with asking(simulator, opened=False) as house:
        await queue(house, *items)
        house.requests.open()
        await house.until(lambda: len(house.said) == 3)
        assert house.titles == ["Film 2", "Film 1", "Film 0"]


async def test_there_is_a_pause_between_two_of_them(simulator: JellyfinSimulator) -> None:
    items = films(simulator, 3)
    loop, pause, times = asyncio.get_running_loop(), 0.02, []
    async with asking(simulator, timings=RequestTimings(interval=pause)) as house:
        house.requests.subscribe(lambda _request: times.append(loop.time()))
        await queue(house, *items)
        await house.until(lambda: len(times) == 3)
    assert times[1] - times[0] >= pause
    assert times[2] - times[1] >= pause


async def test_what_was_not_said_is_said_after_a_restart_as_it_is_then(simulator: JellyfinSimulator) -> None:
    first, second, third = films(simulator, 3)
    async with asking(simulator, opened=False) as house:
        await queue(house, first, second, third)
        wanting = [(said, needs[0]) for said, needs in await house.read(third.item_id)]
        await house.requests.request(wanting, RequestReason.ACTION)
        storage = house.storage.after_a_crash()
    simulator.probe(second, (video(), audio("eng"), subtitle("deu")))
    simulator.remove(first)
    async with asking(simulator, storage=storage) as house:
        house.simulator.journal.clear()
        await house.until(lambda: len(house.said) == 2 and house.requests.waiting == 0)
        assert house.titles == ["Film 2", "Film 2"]
        assert [one.reason for one in house.said] == [RequestReason.ACTION, RequestReason.NEW_MEDIA]
        assert len(house.simulator.journal.requests) == 2, "all of them at once, and the one that is gone"
        assert house.said[0].item.library_id == "1" * 32


async def test_a_new_version_that_waited_asks_for_no_other(simulator: JellyfinSimulator) -> None:
    (film,) = films(simulator, 1)
    version = simulator.add_version(film, "4K", streams=(video(), audio("eng")))
    async with asking(simulator, opened=False) as house:
        ((said, needs),) = await house.read(film.item_id)
        of_version = [one for one in needs if one.source_id == version.item_id]
        await house.requests.queue([(said, of_version)])
        storage = house.storage.after_a_crash()
    async with asking(simulator, storage=storage) as house:
        await house.until(lambda: bool(house.said) and house.requests.waiting == 0)
        assert [one.needs.source_id for one in house.said] == [version.item_id]


async def test_after_a_crash_what_may_have_been_said_is_repeated_and_says_so(simulator: JellyfinSimulator) -> None:
    items = films(simulator, SAID_AHEAD + 2)
    crash: list[MemoryStorage] = []
    async with asking(simulator, opened=False) as house:
        house.requests.subscribe(lambda _one: crash.append(house.storage.after_a_crash()))
        await queue(house, *items)
        writes = house.storage.request_writes
        house.requests.open()
        await house.until(lambda: len(house.said) == SAID_AHEAD)
        assert house.storage.request_writes == writes + 1, "one write covers several"
        said = [one.request_id for one in house.said]
    async with asking(simulator, storage=crash[2]) as house:
        await house.until(lambda: house.requests.waiting == 0)
        assert [one.request_id for one in house.said if one.repeated] == said
        assert len(house.said) == len(items)


async def test_without_automatic_requests_only_what_somebody_asks_for_is_said(simulator: JellyfinSimulator) -> None:
    first, second, third = films(simulator, 3)
    async with asking(simulator, opened=False) as house:
        await queue(house, first)
        await house.requests.set_automatic(False)
        await queue(house, second)
        await house.requests.hold(await house.announced(second.item_id), 3)
        ((said, needs),) = await house.read(third.item_id)
        (request_id,) = await house.requests.request([(said, needs[0])], RequestReason.ACTION)
        house.requests.open()
        await house.until(lambda: bool(house.said))
        assert [one.request_id for one in house.said] == [request_id]
        assert (house.requests.automatic, house.requests.waiting) == (False, 1)
        await house.until(lambda: request_id not in str(house.storage.requests))
        storage = house.storage.after_a_crash()
    async with asking(simulator, storage=storage) as house:
        assert not house.requests.automatic, "a restart does not switch them on again"
        await house.requests.set_automatic(True)
        await house.until(lambda: house.titles == ["Film 0"])


async def test_who_asks_twice_is_answered_with_the_same_request(simulator: JellyfinSimulator) -> None:
    (film,) = films(simulator, 1)
    async with asking(simulator, opened=False) as house:
        wanting = [(said, needs[0]) for said, needs in await house.read(film.item_id)]
        nothing = [(said, replace(needs, missing=())) for said, needs in wanting]
        assert await house.requests.request(nothing, RequestReason.ACTION) == ()
        assert await house.requests.request(wanting, RequestReason.ACTION) == await house.requests.request(
            wanting, RequestReason.ACTION
        )
        assert house.requests.waiting == 1


async def test_a_small_flood_is_asked_for_when_it_is_over(simulator: JellyfinSimulator) -> None:
    items = films(simulator, 3)
    async with asking(simulator) as house:
        await house.requests.hold(await house.announced(*[item.item_id for item in items]), 3)
        assert house.requests.waiting == 0
        await house.requests.decide(3)
        await house.until(lambda: len(house.said) == 3)
        assert (house.requests.mass, house.masses) == (0, [])
        assert {one.reason for one in house.said} == {RequestReason.NEW_MEDIA}


async def test_a_crash_in_a_flood_loses_no_request(simulator: JellyfinSimulator) -> None:
    items = films(simulator, 2)
    async with asking(simulator) as house:
        await house.requests.hold(await house.announced(*[item.item_id for item in items]), 3)
        storage = house.storage.after_a_crash()
    async with asking(simulator, storage=storage) as house:
        assert house.requests.arrived == 3, "the corridor goes on with the flood"
        await house.requests.decide(3)
        await house.until(lambda: len(house.said) == 2)


async def test_a_mass_arrival_is_left_to_a_person(simulator: JellyfinSimulator) -> None:
    items = films(simulator, 3)
    with patch.object(flood, "MASS", 2):
        async with asking(simulator) as house:
            await house.requests.hold(await house.announced(*[item.item_id for item in items]), 3)
            await house.requests.decide(3)
            assert (house.requests.mass, house.masses, house.requests.waiting) == (3, [3], 0)
            house.requests.removed([items[0].item_id])
            assert house.masses == [3, 2]
            await house.until(lambda: items[0].item_id not in str(house.storage.requests))
            storage = house.storage.after_a_crash()
        async with asking(simulator, storage=storage) as house:
            assert house.requests.mass == 2
            await house.requests.request_all()
            assert house.masses == [0]
            await house.until(lambda: len(house.said) == 2)
            assert {one.reason for one in house.said} == {RequestReason.MASS_ARRIVAL}


async def test_a_mass_arrival_that_is_ignored_is_never_asked_for(simulator: JellyfinSimulator) -> None:
    items = films(simulator, 3)
    with patch.object(flood, "MASS", 2):
        async with asking(simulator) as house:
            await house.requests.hold(await house.announced(*[item.item_id for item in items]), 3)
            await house.requests.decide(3)
            await house.requests.ignore_all()
            assert (house.requests.mass, house.masses) == (0, [3, 0])
            storage = house.storage.after_a_crash()
        async with asking(simulator, storage=storage) as house:
            assert (house.requests.mass, house.requests.waiting) == (0, 0)


async def test_what_is_removed_before_its_turn_is_not_asked_for(simulator: JellyfinSimulator) -> None:
    gone, there = films(simulator, 2)
    async with asking(simulator, opened=False) as house:
        await queue(house, there, gone)
        simulator.remove(gone)
        house.requests.removed([gone.item_id])
        house.requests.open()
        await house.until(lambda: house.requests.waiting == 0)
        assert house.titles == ["Film 1"]


async def test_what_is_removed_at_the_last_moment_is_not_asked_for(
    simulator: JellyfinSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    (film,) = films(simulator, 1)
    async with asking(simulator, opened=False) as house:
        await queue(house, film)
        save = house.storage.save_requests

        async def remove_meanwhile(data: dict[str, Any]) -> None:
            await save(data)
            simulator.remove(film)
            house.requests.removed([film.item_id])

        with patch.object(house.storage, "save_requests", remove_meanwhile):
            house.requests.open()
            await house.until(lambda: house.requests.waiting == 0)
        assert house.said == []
    assert "could not" not in caplog.text


async def test_a_server_that_is_away_is_asked_again_and_said_once(
    simulator: JellyfinSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, module.__name__)
    (film,) = films(simulator, 1)
    async with asking(simulator, opened=False) as house:
        await queue(house, film)
        storage = house.storage.after_a_crash()
    simulator.reject(500, "/Items", times=3)
    async with asking(simulator, storage=storage) as house:
        await house.until(lambda: bool(house.said))
    ours = [record for record in caplog.records if record.name == module.__name__]
    assert [record.message.split(",")[0] for record in ours] == [
        "What subtitles are missing cannot be read",
        "What subtitles are missing can be read again",
    ]


async def test_a_row_that_the_server_cannot_show_does_not_block_the_others(simulator: JellyfinSimulator) -> None:
    good, bad = films(simulator, 2)
    async with asking(simulator, opened=False) as house:
        await queue(house, good, bad)
        storage = house.storage.after_a_crash()

    def refuse(request: BaseRequest) -> Response | None:
        is_bad = bad.item_id in str(request.url)
        return Response(status=500, text="Error processing request.") if is_bad else None

    simulator.reject(refuse, "/Items")
    async with asking(simulator, storage=storage) as house:
        await house.until(lambda: house.requests.waiting == 0)
        assert house.titles == ["Film 0"]


async def test_what_is_only_hidden_from_a_listing_is_asked_for_whatever_else_is_gone(
    simulator: JellyfinSimulator,
) -> None:
    items = films(simulator, 16)
    async with asking(simulator, opened=False) as house:
        await queue(house, *items)
        storage = house.storage.after_a_crash()
    for gone in items[1::2]:
        simulator.remove(gone)
    simulator.reject(json_response({"Items": []}), "/Items", times=1)
    async with asking(simulator, storage=storage) as house:
        await house.until(lambda: house.requests.waiting == 0)
        assert sorted(house.titles) == sorted(one.name for one in items[::2])


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"automatic": True, "open": [["a", 1, None, None, "action", None]], "said_ahead": [], "held": [], "mass": []},
        {"automatic": True, "open": [["a", "b", None, None, "whim", None]], "said_ahead": [], "held": [], "mass": []},
        {"automatic": True, "open": [], "said_ahead": [5], "held": [], "mass": []},
        {"automatic": True, "open": [], "said_ahead": [], "held": [["a"]], "mass": []},
    ],
)
async def test_requests_that_make_no_sense_are_kept_aside(
    simulator: JellyfinSimulator, document: dict[str, Any]
) -> None:
    storage = MemoryStorage(requests=json.dumps(document))
    async with asking(simulator, storage=storage, household=Household((Language("fr"),))) as house:
        assert house.requests.waiting == 0
        assert house.requests.automatic
        assert storage.requests_kept_aside == [json.dumps(document)]


async def test_what_was_asked_for_is_asked_for_as_it_was_even_where_only_languages_were_stored(
    simulator: JellyfinSimulator,
) -> None:
    ids = [film.item_id for film in films(simulator, 3)]
    stored = (["de", "pt-BR"], ["de;forced", "fr;sdh;unless_spoken"], ["of another time", "it"])
    rows = [[f"r{n}", ids[n], ids[n], None, "action", wants] for n, wants in enumerate(stored)]
    document = {"automatic": False, "open": rows, "said_ahead": [], "held": [], "mass": []}
    storage = MemoryStorage(requests=json.dumps(document))

    async with asking(simulator, storage=storage) as house:
        await house.until(lambda: len(house.said) == 3)

    wanted = {one.request_id: [want.as_text() for want in one.needs.wants] for one in house.said}
    assert wanted == {"r0": stored[0], "r1": stored[1], "r2": ["it"]}
