"""How the listener comes back: the waits, their end, what it says meanwhile; each test is a sentence about it."""

from collections.abc import Callable
from dataclasses import replace
import logging

import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinClient, JellyfinError, JellyfinTlsError
from custom_components.jellyfin_subtitles.engine.listener import ListenerTimings
from custom_components.jellyfin_subtitles.engine.models import ListenerState, ListenerStatus

from .listening import QUICK, Scene, listening, scene

pytestmark = pytest.mark.usefixtures("socket_enabled")

# The real waits, of which a test sees only the announcement: it wakes the listener each time.
REAL = replace(ListenerTimings(), pause_before_reconnect=0)


def wake_each_time(here: Scene) -> None:
    """Spare the listener its waits."""

    def wake(status: ListenerStatus) -> None:
        if status.next_attempt is not None:
            here.listener.wake()

    here.listener.subscribe(wake)


def said_of_the_connection(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what a person finds in the log."""
    return [
        record.getMessage().partition(" to http")[0]
        for record in caplog.records
        if record.name.endswith(".listener") and record.levelno >= logging.INFO
    ]


async def test_after_a_loss_the_waits_double_from_two_seconds_to_five_minutes() -> None:
    async with scene(timings=REAL, chance=0) as here:
        await here.simulator.stop()
        wake_each_time(here)
        async with listening(here.listener):
            await here.until(ListenerState.WAITING, times=10)

        capped = round(300 / 1.1, 3)
        assert here.waits[:10] == [2, 4, 8, 16, 32, 64, 128, 256, capped, capped]


async def test_no_two_clients_come_back_at_the_same_moment() -> None:
    async with scene(timings=REAL, chance=1) as here:
        await here.simulator.stop()
        wake_each_time(here)
        async with listening(here.listener):
            await here.until(ListenerState.WAITING, times=10)

        assert here.waits[:10] == [2.2, 4.4, 8.8, 17.6, 35.2, 70.4, 140.8, 281.6, 300, 300]


async def test_the_waits_begin_anew_after_proof_of_service() -> None:
    async with scene(timings=REAL, chance=0) as here:
        port = here.simulator.port
        await here.simulator.stop()
        async with listening(here.listener):
            for times in range(1, 4):
                await here.until(ListenerState.WAITING, times=times)
                here.listener.wake()
            await here.until(ListenerState.WAITING, times=4)
            await here.simulator.start(port)
            here.listener.wake()
            await here.connected()
            here.simulator.drop_sockets()
            await here.until(ListenerState.WAITING, times=5)

        assert here.waits == [2, 4, 8, 16, 2]


async def test_the_waits_do_not_begin_anew_with_an_open_socket_that_proves_nothing() -> None:
    async with scene(timings=replace(REAL, echo_timeout=0.01), chance=0) as here:
        here.simulator.deafen_sockets(True)
        wake_each_time(here)
        async with listening(here.listener):
            await here.until(ListenerState.UNPROVEN)

        assert here.waits == [2, 4]


async def test_between_the_end_of_a_socket_and_the_next_one_there_is_a_pause_even_if_woken() -> None:
    """One that is opened at the heels of another may hang on a session that is just being removed."""
    async with scene(timings=replace(QUICK, reconnect_minimum=0.001, pause_before_reconnect=0.05)) as here:
        wake_each_time(here)
        async with listening(here.listener):
            await here.connected()
            here.simulator.drop_sockets()
            status = await here.until(ListenerState.WAITING)
            await here.connected(times=2)

        assert here.waits == [0.05]
        assert (here.listener.status.since - status.since).total_seconds() >= 0.045


async def test_a_loss_is_waiting_with_the_next_attempt_then_connecting_then_connected() -> None:
    async with scene() as here, listening(here.listener):
        await here.connected()
        here.simulator.drop_sockets()
        status = await here.until(ListenerState.WAITING)
        assert status.next_attempt is not None
        assert status.next_attempt > status.since
        assert status.reason == "lost"
        status = await here.connected(times=2)

        assert (status.next_attempt, status.reconnects, status.reason) == (None, 1, None)
        assert here.states[2:] == [ListenerState.WAITING, ListenerState.CONNECTING, ListenerState.CONNECTED]


async def test_a_first_connection_that_came_late_is_no_reconnection() -> None:
    async with scene() as here:
        port = here.simulator.port
        await here.simulator.stop()
        async with listening(here.listener):
            await here.until(ListenerState.WAITING)
            await here.simulator.start(port)
            status = await here.connected()

        assert status.reconnects == 0


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        pytest.param(lambda here: here.simulator.drop_sockets(), "lost", id="connection broke"),
        pytest.param(lambda here: here.simulator.close_sockets(1002, "what?"), "protocol", id="not understood"),
        pytest.param(lambda here: here.simulator.close_sockets(), "closed", id="closed without a word"),
    ],
)
async def test_a_socket_that_ends_is_opened_again(end: Callable[[Scene], None], reason: str) -> None:
    async with scene() as here, listening(here.listener):
        await here.connected()
        end(here)
        status = await here.until(ListenerState.WAITING)
        await here.connected(times=2)

        assert status.reason == reason


async def test_a_server_that_restarts_is_starting_until_it_is_back() -> None:
    async with scene() as here, listening(here.listener):
        await here.connected()
        await here.simulator.restart(phases=False)
        await here.connected(times=2)

        status = here.statuses[2]
        assert (status.state, status.reason) == (ListenerState.SERVER_STARTING, "restarting")
        assert status.next_attempt is not None


async def test_a_server_that_shuts_down_is_waited_for() -> None:
    async with scene() as here, listening(here.listener):
        await here.connected()
        await here.simulator.shutdown()
        await here.until(ListenerState.WAITING)

        assert here.statuses[2].reason == "shutting_down"


async def test_a_server_that_is_starting_is_asked_at_least_every_ten_seconds() -> None:
    async with scene(timings=REAL, chance=0) as here:
        await here.simulator.set_phase("A")
        wake_each_time(here)
        async with listening(here.listener):
            status = await here.until(ListenerState.SERVER_STARTING, times=6)

        capped = round(10 / 1.1, 3)
        assert status.reason == "starting"
        assert here.waits[:6] == [2, 4, 8, capped, capped, capped]


async def test_a_server_still_loading_gets_no_verdict_and_the_catch_up_comes_when_it_runs() -> None:
    """It accepts sockets already, and refuses everything else."""
    async with scene(timings=replace(QUICK, echo_timeout=0.1)) as here:
        await here.simulator.set_phase("C")
        async with listening(here.listener):
            await here.engine.until(lambda: here.echoes >= 3)
            assert here.states == [ListenerState.CONNECTING]
            await here.simulator.set_phase("D")
            await here.connected()

        assert here.sockets == 1


async def test_a_revoked_token_is_confirmed_by_asking_who_we_are() -> None:
    async with scene() as here, listening(here.listener) as task:
        await here.connected()
        here.simulator.revoke_token(str(here.engine.client.token))
        await task

        assert here.listener.status.state is ListenerState.SIGN_IN_NEEDED
        assert here.listener.status.reason == "token_revoked"
        assert here.simulator.journal.count("GET", "/Users/Me") == 1
        assert here.sockets == 1


async def test_a_token_that_was_dead_before_is_confirmed_in_the_same_way() -> None:
    async with scene() as here:
        here.simulator.revoke_token(str(here.engine.client.token))
        async with listening(here.listener) as task:
            await task

        assert here.states == [ListenerState.CONNECTING, ListenerState.SIGN_IN_NEEDED]
        assert here.simulator.journal.count("GET", "/Users/Me") == 1


@pytest.mark.parametrize("answer", [200, 503, 500])
async def test_a_refused_socket_is_not_a_dead_token_as_long_as_nobody_says_so(answer: int) -> None:
    async with scene() as here:
        here.simulator.reject(403, path_prefix="/socket", times=2)
        if answer != 200:
            here.simulator.reject(answer, path_prefix="/Users/Me")
        async with listening(here.listener):
            status = await here.until(ListenerState.WAITING)
            await here.connected()

        assert status.reason == "forbidden"


async def test_a_catch_up_that_is_refused_shows_a_dead_token_too() -> None:
    async with scene() as here:
        here.simulator.reject(401, path_prefix="/UserViews")
        here.simulator.reject(401, path_prefix="/Users/Me")
        async with listening(here.listener) as task:
            await task

        assert here.listener.status.state is ListenerState.SIGN_IN_NEEDED


async def test_a_dead_token_that_shows_while_waiting_ends_the_waiting() -> None:
    async with scene(timings=REAL) as here:
        here.simulator.reject(502, path_prefix="/socket")
        async with listening(here.listener) as task:
            await here.until(ListenerState.WAITING)
            here.simulator.reject(401, path_prefix="/UserViews")
            here.simulator.reject(401, path_prefix="/Users/Me")
            with pytest.raises(JellyfinError):
                await here.listener.sync_now()
            await task

        assert here.listener.status.state is ListenerState.SIGN_IN_NEEDED


async def test_after_a_new_sign_in_it_can_listen_again() -> None:
    async with scene() as here:
        here.simulator.reject(403, path_prefix="/socket", times=1)
        here.simulator.reject(401, path_prefix="/Users/Me", times=1)
        async with listening(here.listener) as task:
            await task
        async with listening(here.listener):
            await here.connected()


async def test_the_reason_is_that_of_the_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate that is not accepted, for one: not a matter of time."""

    async def refuse(self: JellyfinClient) -> None:
        raise JellyfinTlsError("self-signed certificate")

    monkeypatch.setattr(JellyfinClient, "connect", refuse)
    async with scene() as here, listening(here.listener):
        status = await here.until(ListenerState.WAITING)

        assert status.reason == "tls"


async def test_lost_is_logged_once_and_so_is_back(caplog: pytest.LogCaptureFixture) -> None:
    async with scene() as here, listening(here.listener):
        await here.connected()
        port = here.simulator.port
        await here.simulator.stop()
        await here.until(ListenerState.WAITING, times=4)
        await here.simulator.start(port)
        await here.connected(times=2)
        here.simulator.drop_sockets()
        await here.connected(times=3)

    assert said_of_the_connection(caplog) == ["Lost the connection", "The connection"] * 2


async def test_a_first_connection_that_fails_is_logged_once_too(caplog: pytest.LogCaptureFixture) -> None:
    async with scene() as here:
        await here.simulator.stop()
        async with listening(here.listener):
            await here.until(ListenerState.WAITING, times=4)

    assert said_of_the_connection(caplog) == ["Could not connect"]


async def test_the_end_of_the_sign_in_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    async with scene() as here, listening(here.listener) as task:
        await here.connected()
        here.simulator.revoke_token(str(here.engine.client.token))
        await task

        assert said_of_the_connection(caplog) == [f"{here.simulator.url} does not accept the sign-in any more"]
