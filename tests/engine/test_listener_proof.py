"""How the listener makes sure that messages arrive; each test is a sentence about it."""

from dataclasses import replace
import logging

from aiohttp import web
import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinClient
from custom_components.jellyfin_subtitles.engine.models import ListenerState

from .corridor import DEVICE_ID
from .listening import QUICK, Scene, listening, scene

pytestmark = pytest.mark.usefixtures("socket_enabled")

# An echo is waited for so shortly that a test can let three sockets fail.
IMPATIENT = replace(QUICK, echo_timeout=0.1)


def swallow_echoes(here: Scene, *, times: int | None = None) -> None:
    """Let the server take echoes (204) and send none: no verdict on what else it would send."""
    here.simulator.reject(lambda request: web.Response(status=204), path_prefix="/Sessions/", times=times)


def keep_echoes(here: Scene, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keep the echoes back that the listener asks for; returns their texts."""
    kept: list[str] = []

    async def keep(text: str) -> None:
        kept.append(text)

    monkeypatch.setattr(here.engine.client, "echo", keep)
    return kept


async def raise_a_doubt(here: Scene, name: str, *, echoes: int) -> None:
    """Let a sync find a film that no message names, and wait until so many echoes were asked for because of that."""
    here.add_film(name, announce=False)
    await here.listener.sync_now()
    await here.engine.until(lambda: here.echoes == echoes)


async def test_an_echo_that_comes_back_is_proof() -> None:
    async with scene() as here, listening(here.listener):
        await here.connected()

        assert here.echoes == 1


async def test_any_broadcast_is_proof_too() -> None:
    async with scene() as here:
        swallow_echoes(here)
        async with listening(here.listener):
            await here.engine.until(lambda: here.echoes == 1)
            assert here.states == [ListenerState.CONNECTING]
            here.add_film("Film")
            await here.connected()


async def test_an_echo_that_we_did_not_ask_for_is_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene() as here:
        echo = here.engine.client.echo
        kept = keep_echoes(here, monkeypatch)
        async with listening(here.listener):
            await here.engine.until(lambda: bool(kept))
            await echo("somebody else's")
            await here.engine.until(lambda: here.echoes == 1 and bool(here.results))
            assert here.states == [ListenerState.CONNECTING]
            await echo(kept[0])
            await here.connected()


async def test_a_socket_that_opens_and_never_hears_anything_is_closed_and_opened_again() -> None:
    async with scene(timings=IMPATIENT) as here:
        here.simulator.deafen_sockets("next")
        async with listening(here.listener):
            status = await here.until(ListenerState.WAITING)
            await here.connected()

        assert status.reason == "deaf"
        assert here.sockets == 2


async def test_an_echo_is_repeated_once_on_the_same_socket() -> None:
    async with scene(timings=IMPATIENT) as here:
        swallow_echoes(here, times=1)
        async with listening(here.listener):
            await here.connected()

        assert (here.sockets, here.echoes) == (1, 2)


async def test_there_are_two_echoes_per_socket_and_no_more() -> None:
    async with scene(timings=IMPATIENT) as here:
        swallow_echoes(here)
        async with listening(here.listener):
            await here.until(ListenerState.WAITING, times=2)

        assert (here.sockets, here.echoes) == (2, 4)


@pytest.mark.parametrize("times", [1, 5])
async def test_a_server_that_is_not_ready_passes_no_verdict_on_the_socket(times: int) -> None:
    async with scene(timings=IMPATIENT) as here:
        here.simulator.reject(503, path_prefix="/Sessions/", times=times)
        async with listening(here.listener):
            await here.connected()

        assert (here.sockets, here.echoes) == (1, times + 1)


async def test_an_echo_that_takes_too_long_to_send_passes_no_verdict_either(monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene(timings=IMPATIENT) as here:
        client = here.engine.client
        hasty = JellyfinClient(
            client._session, client.url, device_id=DEVICE_ID, version="1.0", token=client.token, timeout=0.1
        )
        monkeypatch.setattr(client, "echo", hasty.echo)
        here.simulator.delay(0.5, path_prefix="/Sessions/", times=3)
        async with listening(here.listener):
            await here.connected()

        assert here.states[:2] == [ListenerState.CONNECTING, ListenerState.CONNECTED]
        assert here.sockets == 1
        assert here.echoes >= 4


async def test_after_three_deaf_sockets_the_last_one_is_kept_unproven() -> None:
    async with scene(timings=IMPATIENT) as here:
        here.simulator.deafen_sockets(True)
        async with listening(here.listener):
            status = await here.until(ListenerState.UNPROVEN)

            assert status.reason == "deaf"
            assert here.states.count(ListenerState.WAITING) == 2
            assert (here.sockets, here.simulator.journal.open_sockets) == (3, 1)


async def test_an_unproven_socket_is_made_up_for_by_regular_catch_ups() -> None:
    async with scene(timings=replace(IMPATIENT, unproven_catch_up=0.05)) as here:
        here.simulator.deafen_sockets(True)
        async with listening(here.listener):
            await here.until(ListenerState.UNPROVEN)
            film = here.add_film("Film")
            await here.announced()

        assert here.engine.said[0].item_id == film.item_id


async def test_a_later_broadcast_proves_an_unproven_socket() -> None:
    async with scene(timings=IMPATIENT) as here:
        swallow_echoes(here)
        async with listening(here.listener):
            await here.until(ListenerState.UNPROVEN)
            here.add_film("Film")
            await here.until(ListenerState.CONNECTED)

        assert here.sockets == 3


async def test_a_late_echo_proves_an_unproven_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene(timings=IMPATIENT) as here:
        echo = here.engine.client.echo
        kept = keep_echoes(here, monkeypatch)
        async with listening(here.listener):
            await here.until(ListenerState.UNPROVEN)
            await echo(kept[-2])
            await here.until(ListenerState.CONNECTED)

        assert here.sockets == 3


async def test_after_proof_three_sockets_may_fail_again() -> None:
    async with scene(timings=IMPATIENT) as here:
        swallow_echoes(here, times=4)
        async with listening(here.listener):
            await here.connected()
            swallow_echoes(here, times=4)
            here.simulator.drop_sockets()
            await here.connected(times=2)

        assert ListenerState.UNPROVEN not in here.states
        assert here.sockets == 6


async def test_a_server_that_refuses_echoes_leaves_the_socket_unproven_but_open() -> None:
    """Another socket would not help: the refusal says nothing about this one."""
    async with scene(timings=IMPATIENT) as here:
        here.simulator.reject(404, path_prefix="/Sessions/")
        async with listening(here.listener):
            status = await here.until(ListenerState.UNPROVEN)

            assert status.reason == "echo_refused"
            assert (here.sockets, here.echoes) == (1, 3)


async def test_an_echo_that_is_refused_for_the_sign_in_shows_a_dead_token() -> None:
    async with scene() as here:
        here.simulator.reject(401, path_prefix="/Sessions/")
        here.simulator.reject(401, path_prefix="/Users/Me")
        async with listening(here.listener) as task:
            await task

        assert here.states == [ListenerState.CONNECTING, ListenerState.SIGN_IN_NEEDED]


async def test_an_echo_that_is_refused_while_the_sign_in_holds_is_just_refused() -> None:
    async with scene() as here:
        here.simulator.reject(401, path_prefix="/Sessions/")
        async with listening(here.listener):
            status = await here.until(ListenerState.UNPROVEN)

            assert status.reason == "echo_refused"
            assert here.echoes == 1


async def test_what_a_sync_found_first_and_no_message_names_in_time_makes_the_socket_doubtful() -> None:
    async with scene(timings=replace(IMPATIENT, named_within=0.05)) as here, listening(here.listener):
        await here.connected()
        here.add_film("Film", announce=False)
        await here.listener.sync_now()
        await here.engine.until(lambda: here.echoes == 2)

        assert here.states == [ListenerState.CONNECTING, ListenerState.CONNECTED]


async def test_a_doubtful_socket_without_an_echo_is_replaced() -> None:
    async with scene(timings=replace(IMPATIENT, named_within=0.05)) as here, listening(here.listener):
        await here.connected()
        swallow_echoes(here, times=2)
        here.add_film("Film", announce=False)
        await here.listener.sync_now()
        await here.connected(times=2)

        assert here.sockets == 2


async def test_what_a_message_names_in_time_raises_no_doubt() -> None:
    async with scene() as here, listening(here.listener):
        await here.connected()
        proof = here.listener._proof
        assert proof is not None
        film, unnamed = here.add_film("Named", announce=False), here.add_film("Unnamed", announce=False)
        await here.listener.sync_now()
        assert proof._deadlines.keys() == {film.item_id, unnamed.item_id}

        here.simulator.update(film)
        await here.engine.until(lambda: proof._deadlines.keys() == {unnamed.item_id})


async def test_what_was_missed_before_the_socket_raises_no_doubt() -> None:
    """No message will ever name it."""
    async with scene(timings=replace(QUICK, named_within=0.02)) as here:
        here.add_film("Film", announce=False)
        async with listening(here.listener):
            await here.connected()
            assert here.results[0].found
            assert here.listener._proof is not None
            assert not here.listener._proof._deadlines
            found = here.add_film("Found later", announce=False)
            await here.announced()
            assert here.echoes == 1
            result = await here.listener.sync_now()
            assert result.found == (found.item_id,)
            await here.engine.until(lambda: here.echoes == 2)


async def test_without_a_reason_there_is_no_second_echo() -> None:
    timings = replace(QUICK, named_within=0.001, unproven_catch_up=0.001)
    async with scene(timings=timings) as here, listening(here.listener):
        await here.connected()
        for number in range(5):
            here.add_film(f"Film {number}")
            await here.announced(number + 1)

        assert here.echoes == 1


async def test_an_unproven_socket_that_stays_so_is_no_news() -> None:
    async with scene(timings=replace(IMPATIENT, named_within=0.02)) as here:
        here.simulator.reject(401, path_prefix="/Sessions/")
        async with listening(here.listener):
            status = await here.until(ListenerState.UNPROVEN)
            await here.engine.until(lambda: bool(here.results))
            await raise_a_doubt(here, "Film", echoes=2)
            await raise_a_doubt(here, "Another film", echoes=3)

            assert here.listener.status is status
            assert here.states == [ListenerState.CONNECTING, ListenerState.UNPROVEN]


async def test_an_unproven_socket_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    async with scene(timings=IMPATIENT) as here:
        here.simulator.reject(404, path_prefix="/Sessions/")
        async with listening(here.listener):
            await here.until(ListenerState.UNPROVEN)

    assert [
        record.getMessage().partition(": ")[2]
        for record in caplog.records
        if record.name.endswith(".listener") and record.levelno >= logging.INFO
    ] == ["it is open, but nothing shows that messages arrive"]


async def test_a_proven_socket_that_became_doubtful_is_proven_again_by_a_broadcast() -> None:
    async with scene(timings=replace(IMPATIENT, named_within=0.02)) as here, listening(here.listener):
        await here.connected()
        here.simulator.reject(404, path_prefix="/Sessions/")
        here.add_film("Film", announce=False)
        await here.listener.sync_now()
        await here.until(ListenerState.UNPROVEN)
        here.add_film("Another film")
        status = await here.until(ListenerState.CONNECTED, times=2)

        assert (status.reconnects, here.sockets) == (0, 1)
