"""What the listener makes of messages, hints and wishes; each test is a sentence about it."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC

import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import (
    JellyfinAuthenticationError,
    JellyfinConnectionError,
    JellyfinServerStartingError,
)
from custom_components.jellyfin_subtitles.engine.models import ListenerState, Sighting, Source

from .listening import QUICK, Scene, listening, scene

pytestmark = pytest.mark.usefixtures("socket_enabled")

type Call = tuple[str, tuple[tuple[str, bool], ...]]


def spy_on_pipeline(here: Scene, monkeypatch: pytest.MonkeyPatch) -> list[Call]:
    """Note what the pipeline is told: the method, and each id with whether the server called it new."""
    calls: list[Call] = []
    offer, removed = here.engine.pipeline.offer, here.engine.pipeline.removed

    def spy_on_offer(sightings: Iterable[Sighting]) -> tuple[str, ...]:
        sightings = list(sightings)
        if any(seen.source is Source.WEBSOCKET for seen in sightings):
            calls.append(("offer", tuple((seen.item_id, seen.added) for seen in sightings)))
        return offer(sightings)

    def spy_on_removed(item_ids: Iterable[str]) -> None:
        item_ids = list(item_ids)
        calls.append(("removed", tuple((item_id, False) for item_id in item_ids)))
        removed(item_ids)

    monkeypatch.setattr(here.engine.pipeline, "offer", spy_on_offer)
    monkeypatch.setattr(here.engine.pipeline, "removed", spy_on_removed)
    return calls


async def test_every_connect_is_followed_by_a_catch_up_and_an_echo() -> None:
    async with scene() as here, listening(here.listener):
        await here.connected()
        assert (here.sockets, len(here.results), here.echoes) == (1, 1, 1)

        here.simulator.drop_sockets()
        await here.connected(times=2)
        assert (here.sockets, len(here.results), here.echoes) == (2, 2, 2)


async def test_a_listener_is_stopped_then_connecting_then_connected_then_stopped() -> None:
    async with scene() as here:
        assert here.listener.status.state is ListenerState.STOPPED
        async with listening(here.listener):
            status = await here.connected()
            assert status.since.tzinfo is UTC
            assert (status.next_attempt, status.reconnects, status.reason) == (None, 0, None)

        assert here.states == [ListenerState.CONNECTING, ListenerState.CONNECTED, ListenerState.STOPPED]


async def test_when_cancelled_nothing_is_left_open_or_running() -> None:
    async with scene() as here:
        before = asyncio.all_tasks()
        async with listening(here.listener):
            await here.connected()
        await here.engine.until(lambda: here.simulator.journal.open_sockets == 0)

        assert {task for task in asyncio.all_tasks() - before if "jellyfin" in repr(task.get_coro())} == set()


async def test_what_a_message_names_is_offered_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene() as here, listening(here.listener):
        await here.connected()
        calls = spy_on_pipeline(here, monkeypatch)

        old, new = here.add_film("Old", announce=False), here.add_film("New")
        here.simulator.update(old)
        await here.engine.until(lambda: bool(calls))

        assert calls == [("offer", ((new.item_id, True), (old.item_id, False)))]


async def test_a_removal_is_told_before_what_is_new_in_the_same_message(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise a file that took another's place would not be recognised as such."""
    async with scene() as here, listening(here.listener):
        await here.connected()
        old = here.add_film("Film")
        await here.announced()
        calls = spy_on_pipeline(here, monkeypatch)

        new = here.simulator.replace(old, "Film - better")
        await here.engine.until(lambda: len(calls) > 1)

        assert calls == [("removed", ((old.item_id, False),)), ("offer", ((new.item_id, True),))]


async def test_what_was_removed_and_added_again_within_one_message_is_looked_at() -> None:
    """It may have come and gone, or have been written anew: only the server knows."""
    async with scene() as here, listening(here.listener):
        await here.connected()
        gone, back = here.add_film("Gone"), here.add_film("Back")
        here.simulator.remove(back)
        here.simulator.remove(gone)
        here.add_film("Back")
        await here.announced()
        await here.engine.until(lambda: here.engine.pipeline.pending == 0)

        assert here.engine.titles == ["Back (2020)"]


async def test_messages_are_read_while_a_catch_up_runs() -> None:
    async with scene() as here:
        here.simulator.delay(0.3, path_prefix="/UserViews")
        async with listening(here.listener):
            await here.until(ListenerState.CONNECTED)
            here.simulator.update(here.add_film("Film", announce=False))
            await here.engine.until(lambda: here.engine.pipeline.pending == 1)

            assert here.results == []


async def test_a_library_that_has_just_come_is_learnt_before_its_contents_are_offered() -> None:
    async with scene() as here, listening(here.listener):
        await here.connected()

        shows = here.simulator.add_library("More films", "movies")
        for number in range(3):
            here.simulator.add_film(shows, f"Old film {number}", year=1990)
        await here.engine.until(lambda: len(here.results) == 2)
        here.add_film("New film")
        await here.announced()
        await here.engine.pipeline.drain()

        assert here.results[1].baseline
        assert here.engine.titles == ["New film (2020)"]


async def test_what_a_message_named_is_offered_even_if_the_socket_is_gone_by_then() -> None:
    timings = replace(QUICK, reconnect_minimum=60, reconnect_maximum=60)
    async with scene(timings=timings) as here, listening(here.listener):
        await here.connected()
        here.simulator.delay(0.2, path_prefix="/UserViews", times=1)
        here.simulator.add_film(here.simulator.add_library("More films"), "Old film")
        await here.engine.until(lambda: here.simulator.journal.count("GET", "/UserViews") == 2)
        here.simulator.reject(502, path_prefix="/socket")
        here.simulator.drop_sockets()
        await here.until(ListenerState.WAITING)
        await here.engine.until(lambda: len(here.results) == 2)

        assert here.results[1].baseline
        assert here.engine.said == []


async def test_messages_behind_one_that_has_to_wait_keep_their_order() -> None:
    async with scene() as here, listening(here.listener):
        await here.connected()
        asked = here.simulator.journal.count("GET", "/UserViews")
        here.simulator.delay(0.2, path_prefix="/UserViews", times=1)
        here.simulator.add_film(here.simulator.add_library("More films"), "Old film")
        await here.engine.until(lambda: here.simulator.journal.count("GET", "/UserViews") > asked)
        here.add_film("New film")
        await here.announced()

        assert here.engine.titles == ["New film (2020)"]


async def test_what_messages_name_waits_as_long_as_their_library_cannot_be_learnt() -> None:
    async with scene() as here, listening(here.listener):
        await here.connected()
        here.simulator.reject(503, path_prefix="/UserViews")
        asked = here.simulator.journal.count("GET", "/UserViews")

        more = here.simulator.add_library("More films", "movies")
        here.simulator.add_film(more, "Old film", year=1990)
        await here.engine.until(lambda: here.engine.pipeline.pending > 0)
        assert here.simulator.journal.count("GET", "/UserViews") > asked
        here.simulator.mend()
        await here.engine.until(lambda: len(here.results) == 2)
        await here.engine.until(lambda: here.engine.pipeline.pending == 0)

        assert here.results[1].baseline
        assert here.engine.said == []


async def test_the_end_of_a_refresh_is_a_hint_for_one_catch_up() -> None:
    """Administrators are told of it half a minute before the message that names the film."""
    timings = replace(QUICK, hint_delay=0.05)
    async with scene(timings=timings) as here, listening(here.listener):
        await here.connected()
        here.simulator.core.configuration.library_update_duration = 60

        here.simulator.write_film(here.films, "Film (2020)")
        await here.announced()

        assert here.engine.said[0].source is Source.SYNC
        assert len(here.results) == 2


async def test_a_sync_can_be_had_at_once_without_any_socket() -> None:
    async with scene() as here:
        film = here.add_film("Film")

        result = await here.listener.sync_now()

        assert result.found == (film.item_id,)
        assert here.sockets == 0


async def test_a_sync_that_fails_says_so_to_whoever_asked() -> None:
    async with scene() as here:
        here.simulator.reject(503, path_prefix="/UserViews")
        with pytest.raises(JellyfinServerStartingError):
            await here.listener.sync_now()

        await here.simulator.stop()
        with pytest.raises(JellyfinConnectionError):
            await here.listener.sync_now()


async def test_a_sync_that_is_refused_shows_that_the_sign_in_is_needed() -> None:
    """Also where the socket did not notice: a deaf one is not closed either."""
    async with scene() as here, listening(here.listener) as task:
        await here.connected()
        here.simulator.reject(401, path_prefix="/Users/Me")
        here.simulator.reject(401, path_prefix="/UserViews")

        with pytest.raises(JellyfinAuthenticationError):
            await here.listener.sync_now()
        await task

        assert here.listener.status.state is ListenerState.SIGN_IN_NEEDED


async def test_a_subscriber_is_told_of_changes_only_and_of_none_after_it_left() -> None:
    async with scene() as here:
        heard: list[ListenerState] = []
        leave = here.listener.subscribe(lambda status: heard.append(status.state))
        async with listening(here.listener):
            await here.connected()
            for number in range(3):
                here.add_film(f"Film {number}")
                await here.announced(number + 1)
            leave()
            leave()

        assert heard == [ListenerState.CONNECTING, ListenerState.CONNECTED]
