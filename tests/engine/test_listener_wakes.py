"""What ends the listener's waiting before its time, and what does not; each test is a sentence about it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinClient, JellyfinWebsocket
from custom_components.jellyfin_subtitles.engine.listener import ListenerTimings
from custom_components.jellyfin_subtitles.engine.models import ListenerState

from .listening import Scene, listening, scene

pytestmark = pytest.mark.usefixtures("socket_enabled")

# The real waits, none of which a test waits for.
REAL = replace(ListenerTimings(), pause_before_reconnect=0, hint_delay=0)
LONG = replace(REAL, reconnect_minimum=300)


async def look_around(here: Scene) -> None:
    """Ask the server so much that whoever is woken by that has had the time to do something."""
    for _ in range(10):
        await here.engine.client.get_user()


async def let_the_time_pass(here: Scene) -> None:
    """Spare the listener the rest of its wait, and wait until it has begun the next one."""
    waits = len(here.waits)
    here.listener.wake()
    await here.engine.until(lambda: len(here.waits) > waits)


async def act(here: Scene) -> object:
    """Ask what an action asks."""
    return await here.engine.client.get_user()


async def sync(here: Scene) -> object:
    """Catch up for somebody who waits for it."""
    return await here.listener.sync_now()


async def hint(here: Scene) -> None:
    """Let a catch-up follow for which nobody waits."""
    here.listener.hint()


async def see(here: Scene) -> None:
    """Let the pipeline read an item."""
    here.engine.see(here.add_film("Night Ferry").item_id)


@pytest.mark.parametrize("reach", [act, sync, hint, see])
async def test_whatever_reaches_a_server_that_is_back_ends_the_waiting(
    reach: Callable[[Scene], Awaitable[object]],
) -> None:
    async with scene(timings=LONG) as here:
        port = here.simulator.port
        await here.simulator.stop()
        async with listening(here.listener):
            await here.until(ListenerState.WAITING)
            await here.simulator.start(port)
            await reach(here)
            await here.connected()

        assert len(here.waits) == 1


async def test_an_item_that_can_be_read_again_ends_the_waiting() -> None:
    async with scene(timings=LONG) as here:
        port = here.simulator.port
        await here.simulator.stop()
        async with listening(here.listener):
            await see(here)
            await here.until(ListenerState.WAITING)
            await here.simulator.start(port)
            await here.connected()
            await here.announced()


async def test_what_fails_ends_no_waiting() -> None:
    async with scene(timings=LONG) as here:
        here.simulator.reject(502)
        async with listening(here.listener):
            await here.until(ListenerState.WAITING)
            here.listener.hint()
            await here.engine.until(lambda: here.simulator.journal.count("GET", "/UserViews") == 1)
            here.simulator.mend()
            assert len(here.states) == 2
            await here.engine.client.get_user()
            await here.connected()


async def test_a_server_that_answers_and_refuses_sockets_is_tried_early_only_every_other_time() -> None:
    async with scene(timings=REAL, chance=0) as here:
        here.simulator.reject(502, path_prefix="/socket")
        async with listening(here.listener):
            await here.until(ListenerState.WAITING)
            await look_around(here)
            await look_around(here)
            assert here.waits == [2, 4]
            await let_the_time_pass(here)
            await look_around(here)
            await look_around(here)
            assert here.waits == [2, 4, 8, 16]
            await let_the_time_pass(here)
            here.simulator.mend()
            await here.engine.client.get_user()
            await here.connected()


async def test_a_socket_that_is_closed_at_once_is_not_opened_again_by_its_own_catch_up_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with scene(timings=REAL, chance=0) as here:
        connect = here.engine.client.connect

        async def connect_in_vain() -> JellyfinWebsocket:
            socket = await connect()
            here.simulator.drop_sockets()
            await here.engine.until(lambda: socket.end is not None)
            return socket

        monkeypatch.setattr(here.engine.client, "connect", connect_in_vain)
        async with listening(here.listener):
            await here.engine.until(lambda: len(here.results) == 2)
            await look_around(here)
            assert (here.waits, here.sockets) == ([2, 4], 2)
            await let_the_time_pass(here)
            assert here.waits[:3] == [2, 4, 8]


async def test_a_request_that_was_on_its_way_before_says_nothing_of_the_server_as_it_is_now() -> None:
    async with scene(timings=LONG) as here, listening(here.listener):
        await here.connected()
        here.simulator.delay(0.1, path_prefix="/Users/Me")
        asking = asyncio.create_task(here.engine.client.get_user())
        await here.engine.until(lambda: here.simulator.journal.count("GET", "/Users/Me") == 1)
        here.simulator.drop_sockets()
        await here.until(ListenerState.WAITING)
        await asking
        for _ in range(100):
            await asyncio.sleep(0)

        assert here.listener.status.state is ListenerState.WAITING


async def test_a_success_while_it_connects_does_not_count_for_the_next_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene(timings=LONG) as here:
        refusing = here.simulator.reject(502, path_prefix="/socket")
        connect = JellyfinClient.connect

        async def ask_and_connect(self: JellyfinClient) -> JellyfinWebsocket:
            await self.get_user()
            return await connect(self)

        monkeypatch.setattr(JellyfinClient, "connect", ask_and_connect)
        async with listening(here.listener):
            await here.until(ListenerState.WAITING)
            await let_the_time_pass(here)
            here.simulator.mend(refusing)
            await here.engine.client.get_user()
            await here.connected()


async def test_each_outage_may_end_early() -> None:
    async with scene(timings=LONG, chance=0) as here, listening(here.listener):
        await here.connected()
        for times in (1, 2):
            here.simulator.drop_sockets()
            await here.until(ListenerState.WAITING, times=times)
            await act(here)
            await here.connected(times=times + 1)
