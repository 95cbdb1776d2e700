"""The listener when something goes wrong that nobody has thought of; each test is a sentence about it."""

from collections.abc import Callable
import logging

import pytest

from custom_components.jellyfin_subtitles.engine.models import ListenerState

from .listening import Scene, listening, scene

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
