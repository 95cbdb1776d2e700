"""The listener when something goes wrong that nobody has thought of; each test is a sentence about it."""

from collections.abc import Callable
from dataclasses import replace
import logging

import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinClient, JellyfinWebsocket
from custom_components.jellyfin_subtitles.engine.listener import ListenerTimings
from custom_components.jellyfin_subtitles.engine.models import CatchUpResult, ListenerState

from .listening import QUICK, Scene, listening, scene

pytestmark = pytest.mark.usefixtures("socket_enabled")


def fail(*args: object) -> None:
    """Fail as nobody has expected."""
    raise ValueError("an entity whose state cannot be written")


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what was logged with a traceback, and loudly."""
    return [one.getMessage() for one in caplog.records if one.exc_info and one.levelno == logging.ERROR]


@pytest.mark.parametrize(
    "subscribe",
    [
        pytest.param(lambda here: here.listener.subscribe(fail), id="of the state"),
        pytest.param(lambda here: here.listener.subscribe_changes(fail), id="of changes"),
        pytest.param(lambda here: here.listener.subscribe_playing(fail), id="of what is played"),
        pytest.param(lambda here: here.engine.catch_up.subscribe(fail), id="of catch-ups"),
    ],
)
async def test_a_subscriber_that_fails_costs_nobody_else_anything(
    subscribe: Callable[[Scene], object], caplog: pytest.LogCaptureFixture
) -> None:
    async with scene() as here:
        subscribe(here)
        changes: list[object] = []
        playing: list[object] = []
        here.listener.subscribe_changes(changes.append)
        here.listener.subscribe_playing(playing.append)
        async with listening(here.listener):
            await here.connected()
            here.listener.hint()
            await here.engine.until(lambda: len(here.results) == 2)
            here.add_film("News")
            await here.announced()
            await here.engine.until(lambda: bool(changes and playing))

    assert here.states == [ListenerState.CONNECTING, ListenerState.CONNECTED, ListenerState.STOPPED]
    assert len(errors(caplog)) == 1


async def test_a_catch_up_that_fails_unexpectedly_is_repeated_and_the_socket_stays(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failures = [OSError("the disk is full"), OSError("the disk is full")]

    caplog.set_level(logging.INFO)
    async with scene() as here:
        run = here.engine.catch_up.run

        async def fail_twice() -> CatchUpResult:
            if failures:
                raise failures.pop()
            return await run()

        monkeypatch.setattr(here.engine.catch_up, "run", fail_twice)
        async with listening(here.listener):
            await here.connected()

    assert here.states[:2] == [ListenerState.CONNECTING, ListenerState.CONNECTED]
    assert errors(caplog) == ["Looking for what is new failed, trying again"]
    assert caplog.messages.count("Jellyfin can be asked again what is new") == 1


async def test_a_message_that_breaks_something_costs_its_socket_and_no_more(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with scene() as here, listening(here.listener):
        await here.connected()
        with monkeypatch.context() as broken:
            broken.setattr(here.engine.pipeline, "removed", fail)
            here.add_film("There", announce=False)
            here.simulator.remove(here.add_film("Gone", announce=False))
            status = await here.until(ListenerState.WAITING)
        await here.connected(times=2)
        here.add_film("News")
        await here.announced(2)

    assert status.reason == "unexpected_error"
    assert sorted(here.engine.titles) == ["News (2020)", "There (2020)"]
    assert errors(caplog) == ["Following the messages of Jellyfin failed"]


async def test_what_breaks_again_and_again_is_waited_for_ever_longer_and_said_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Also where the socket is proven each time, which otherwise ends the growing of the waits."""
    timings = replace(ListenerTimings(), pause_before_reconnect=0, hint_delay=0)
    async with scene(timings=timings, chance=0) as here, listening(here.listener):
        await here.connected()
        monkeypatch.setattr(here.engine.pipeline, "removed", fail)
        for times in range(1, 5):
            here.simulator.remove(here.add_film("Gone", announce=False))
            await here.until(ListenerState.WAITING, times=times)
            here.listener.wake()
            await here.connected(times=times + 1)
        monkeypatch.undo()
        for times in range(5, 7):
            here.simulator.drop_sockets()
            await here.until(ListenerState.WAITING, times=times)
            here.listener.wake()
            await here.connected(times=times + 1)

    assert here.waits == [2, 4, 8, 16, 2, 2]
    assert len(errors(caplog)) == 1


async def test_a_connect_that_fails_unexpectedly_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failures = [ValueError("so"), ValueError("so")]
    connect = JellyfinClient.connect

    async def fail_twice(self: JellyfinClient) -> JellyfinWebsocket:
        if failures:
            raise failures.pop()
        return await connect(self)

    monkeypatch.setattr(JellyfinClient, "connect", fail_twice)
    async with scene(timings=QUICK) as here, listening(here.listener):
        await here.connected()

    assert [status.reason for status in here.statuses if status.next_attempt] == ["unexpected_error"] * 2
    assert len(errors(caplog)) == 1
