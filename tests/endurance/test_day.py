"""A whole day with all that happens to a server: what Home Assistant's log says of it, and what is announced."""

import asyncio
from collections import Counter
import logging
from pathlib import Path

import pytest

from custom_components.jellyfin_subtitles.const import (
    DOMAIN,
    ISSUE_LIBRARY_NOT_VISIBLE,
    ISSUE_MASS_ARRIVAL,
    ISSUE_UNPROVEN_CONNECTION,
)
from custom_components.jellyfin_subtitles.engine.models import ListenerState
from homeassistant.core import HomeAssistant
from tests.engine.webhook_bodies import PLUGIN
from tests.posting import body_about

from .hasty_time import hasty_loop
from .household import HOUR, Household, door_of, entry_of, household, issues_of, state_of

# Nothing that anybody could mend, and nothing of ours.
EXPECTED_WARNINGS = ("which has not been tested by Home Assistant", "zlib_ng and isal are not available")

# It takes seconds, but they are many events, and all of them are logged.
pytestmark = pytest.mark.timeout(120)

LOST = "Lost the connection to SERVER: "
BACK = "The connection to SERVER is back"


class Log:
    """What is written into Home Assistant's log from here on."""

    def __init__(self, caplog: pytest.LogCaptureFixture, server: str) -> None:
        self._caplog = caplog
        self._server = server
        self._read = 0

    def lines(self) -> list[str]:
        """Return what the integration has said to people since this was last called."""
        records, self._read = self._caplog.records[self._read :], len(self._caplog.records)
        said = [record for record in records if DOMAIN in record.name and record.levelno >= logging.INFO]
        return [record.getMessage().replace(self._server, "SERVER") for record in said]

    def complaints(self) -> list[str]:
        """Return all warnings and errors of the day, and whatever has a traceback, of whomever."""
        records = [record for record in self._caplog.records if record.levelno >= logging.WARNING or record.exc_info]
        messages = [f"{record.name}: {record.getMessage()}" for record in records]
        return [message for message in messages if not any(known in message for known in EXPECTED_WARNINGS)]

    def who_wrote(self, secret: str) -> set[str]:
        """Return who has written something into the log of the day, also for those who debug."""
        return {record.name for record in self._caplog.records if secret in record.getMessage()}


@pytest.mark.parametrize("version", ["10.11.11", "12.0.0"])
@pytest.mark.usefixtures("socket_enabled")
def test_a_day_is_announced_once_and_the_log_tells_only_what_a_person_wants_to_know(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, version: str
) -> None:
    caplog.set_level(logging.DEBUG)
    with hasty_loop() as loop:

        async def live() -> None:
            async with household(loop, tmp_path, version) as home:
                await a_day(home, Log(caplog, home.simulator.url))

        loop.run_until_complete(live())
        assert loop.time() > 24 * HOUR


async def a_day(home: Household, log: Log) -> None:
    """Live for a day, and a few hours more."""
    secrets: set[str] = set()
    async with home.home_assistant() as hass:
        await home.set_up(hass)
        secrets |= home.secrets(hass)
        await an_hour()
        assert log.lines() == []
        await a_night_of_losses(hass, home, log)
        await a_morning_of_sockets_that_say_nothing(hass, home, log)
        await floods_before_noon(hass, home, log)
        await an_afternoon_with_visitors(hass, home, log)
        secrets |= home.secrets(hass)
        webhook_id = entry_of(hass).data["webhook_id"]
    assert log.lines() == []
    await an_evening_of_restarts(home, log)
    assert log.complaints() == []
    assert [log.who_wrote(secret) for secret in secrets] == [set()] * len(secrets)
    # Whoever debugs Home Assistant reads the path of each request.
    assert not [name for name in log.who_wrote(webhook_id) if DOMAIN in name]
    assert home.announced == Counter(home.arrived)
    assert home.requested == Counter(home.lacking)


async def a_night_of_losses(hass: HomeAssistant, home: Household, log: Log) -> None:
    """Restart the server, break its connection, kill it for hours."""
    home.film("Before everything")
    await home.simulator.restart()
    home.film("After the restart")
    await an_hour()
    assert log.lines() == [f"{LOST}the server restarts", BACK]

    home.simulator.drop_sockets()
    home.film("While the connection was broken")
    await an_hour()
    assert log.lines() == [f"{LOST}it broke", BACK]

    await home.simulator.kill()
    home.film("While the server was away", announce=False)
    await an_hour()
    assert state_of(hass) is ListenerState.WAITING
    await an_hour()
    await home.simulator.start()
    await an_hour()
    assert log.lines() == [f"{LOST}it broke", BACK]

    await home.simulator.shutdown()
    await an_hour()
    await home.simulator.start()
    await an_hour()
    assert log.lines() == [f"{LOST}the server shuts down", BACK]


async def a_morning_of_sockets_that_say_nothing(hass: HomeAssistant, home: Household, log: Log) -> None:
    """Let the server say nothing at all, and then nothing but that it is alive."""
    home.simulator.silence_sockets()
    home.film("In silence")
    await an_hour()
    assert state_of(hass) is not ListenerState.CONNECTED
    assert issues_of(hass) == [ISSUE_UNPROVEN_CONNECTION]
    home.simulator.silence_sockets(silent=False)
    await an_hour()
    assert (state_of(hass), issues_of(hass)) == (ListenerState.CONNECTED, [])
    assert log.lines() == [f"{LOST}it broke", BACK]

    home.simulator.deafen_sockets("next")
    home.simulator.drop_sockets()
    await an_hour()
    assert log.lines() == [f"{LOST}it broke", BACK]

    home.simulator.deafen_sockets()
    home.film("Unheard")
    await home.simulator.restart(phases=False)
    await an_hour()
    assert (state_of(hass), issues_of(hass)) == (ListenerState.UNPROVEN, [ISSUE_UNPROVEN_CONNECTION])
    home.simulator.deafen_sockets(deaf=False)
    home.simulator.drop_sockets()
    await an_hour()
    assert (state_of(hass), issues_of(hass)) == (ListenerState.CONNECTED, [])
    # That it restarts was said to nobody.
    assert log.lines() == [f"{LOST}the server closed it", BACK]


async def floods_before_noon(hass: HomeAssistant, home: Household, log: Log) -> None:
    """Let a season arrive, then so many films that a person has to say what becomes of them; then all is refreshed."""
    home.season(24)
    await an_hour()
    assert home.batches == [24]

    home.mass(600)
    await an_hour()
    assert sum(home.batches) == 624
    assert issues_of(hass) == [ISSUE_MASS_ARRIVAL]
    await entry_of(hass).runtime_data.requests.request_all()
    await an_hour()
    assert issues_of(hass) == []
    home.simulator.update_all(home.films)
    home.simulator.update_all(home.series)
    await an_hour()
    assert log.lines() == []


async def an_afternoon_with_visitors(hass: HomeAssistant, home: Household, log: Log) -> None:
    """Let others post, remove a library, take the token away, and let a proxy stand in the way."""
    async with door_of(hass) as door:
        nonsense = [
            await door.post(body) for body in (b"nonsense", b"[]", b"{}", PLUGIN, b" " * 2_000_000, b"\xff\xfe")
        ]
        assert [status for status, _ in nonsense] == [400, 400, 400, 403, 413, 400]
        assert (await door.post(body_about(home.simulator, home.film("Posted", announce=False))))[0] == 200
    await an_hour()

    home.simulator.remove_library(home.old)
    await an_hour()
    await entry_of(hass).runtime_data.coordinator.async_sync_now()
    assert issues_of(hass) == [ISSUE_LIBRARY_NOT_VISIBLE]
    assert log.lines() == []

    home.simulator.revoke_token(entry_of(hass).data["token"])
    home.film("While nobody was signed in")
    await an_hour()
    assert state_of(hass) is ListenerState.SIGN_IN_NEEDED
    await home.sign_in_again(hass)
    await an_hour()
    assert log.lines() == ["SERVER does not accept the sign-in any more"]

    fault = home.simulator.reject(502, path_prefix="/Items")
    home.film("Behind a proxy that does not find the server")
    await an_hour()
    home.simulator.mend(fault)
    await an_hour()
    assert log.lines() == []

    fault = home.simulator.reject(404, path_prefix="/Items")
    home.film("Behind a proxy that was set up in a wrong way")
    await an_hour()
    home.simulator.mend(fault)
    await an_hour()
    assert log.lines() == ["New items cannot be read: There is no such thing", "New items can be read again"]


async def an_evening_of_restarts(home: Household, log: Log) -> None:
    """Restart Home Assistant: while something arrives, and while the server is away."""
    home.film("While nobody was at home")
    async with home.home_assistant() as hass:
        await an_hour()
        home.film("Between two restarts")
        await an_hour()
        assert state_of(hass) is ListenerState.CONNECTED
    assert log.lines() == []

    await home.simulator.kill()
    async with home.home_assistant() as hass:
        await an_hour()
        assert state_of(hass) is ListenerState.WAITING
        await home.simulator.start()
        home.film("The last of the day")
        await an_hour()
        refused = f"Connect call failed ('127.0.0.1', {home.simulator.port})"
        assert log.lines() == [f"Could not connect to SERVER: {refused}", BACK]


async def an_hour() -> None:
    """Let an hour pass."""
    await asyncio.sleep(HOUR)
