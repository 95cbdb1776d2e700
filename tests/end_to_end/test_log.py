"""What stands in the log of a real Home Assistant after much has gone wrong with its server."""

import asyncio
from pathlib import Path

import pytest

from jellyfin_simulator import JellyfinSimulator, SimLibrary

from .real_home import DOMAIN, LOGIN, Run, a_moment, home_assistant, set_up, until

pytestmark = pytest.mark.timeout(300)

LOGGING = f"""
logger:
  default: info
  logs:
    custom_components.{DOMAIN}: debug
"""


def told(run: Run) -> list[str]:
    """Return what the integration says in the log to people, without when and where."""
    lines = run.process.output.read_text("utf-8").splitlines()
    return [
        line.partition("] ")[2] for line in lines if f"[custom_components.{DOMAIN}" in line and " DEBUG " not in line
    ]


async def sign_in_again(run: Run) -> None:
    """Go through the dialog that Home Assistant has opened."""
    async with asyncio.timeout(60):
        while not (flows := await run.api.waiting_flows(DOMAIN)):
            await a_moment()
    (flow,) = flows
    answers = {"reauth_confirm": {"next_step_id": "password"}, "password": {"username": LOGIN, "password": LOGIN}}
    page = await run.api.go_on(await run.api.page(flow["flow_id"]), answers)
    assert (page["type"], page["reason"]) == ("abort", "reauth_successful")


async def test_each_loss_is_told_once_and_once_that_it_is_over_and_nothing_else_is(
    simulator: JellyfinSimulator, films: SimLibrary, tmp_path: Path
) -> None:
    lost, back = f"Lost the connection to {simulator.url}: ", f"The connection to {simulator.url} is back"
    async with home_assistant(simulator, tmp_path, more=LOGGING) as run:
        await set_up(run, simulator)
        assert told(run) == []
        await simulator.restart()
        simulator.add_film(films, "After the restart", year=2020)
        await until(lambda: len(told(run)) == 2 and len(run.announced) == 1)
        simulator.drop_sockets()
        await until(lambda: len(told(run)) == 4)
        await simulator.kill()
        simulator.add_film(films, "Meanwhile", year=2020)
        await until(lambda: len(told(run)) == 5)
        await simulator.start()
        await until(lambda: len(told(run)) == 6 and len(run.announced) == 2)
        flood = [simulator.add_film(films, f"Film {number}", year=2020).item_id for number in range(30)]
        await until(lambda: len(run.announced) == 2 + len(flood))
        (token,) = simulator.core.accounts.devices
        simulator.revoke_token(token)
        await sign_in_again(run)
        await run.settled()

    assert told(run) == [
        f"{lost}the server restarts",
        back,
        f"{lost}it broke",
        back,
        f"{lost}it broke",
        back,
        f"{simulator.url} does not accept the sign-in any more",
    ]
    assert run.complaints() == []
    output = run.process.output.read_text("utf-8")
    assert f" DEBUG (MainThread) [custom_components.{DOMAIN}" in output
    assert not [secret for secret in (token, *simulator.core.accounts.devices) if secret in output]
    assert not [line for line in output.splitlines() if line.startswith("  ") and f"custom_components/{DOMAIN}" in line]
