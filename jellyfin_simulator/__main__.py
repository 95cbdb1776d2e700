"""Run the simulator on its own: `python -m jellyfin_simulator`."""

import argparse
import asyncio
from collections.abc import Sequence
import contextlib
import signal
import sys
from typing import Final

from .scenarios import DEMO_NAME, DEMO_PASSWORD, SCENARIOS, Arrivals
from .server import JellyfinSimulator

_VERSIONS: Final = {"10.11": "10.11.11", "12.0": "12.0.0"}


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(prog="jellyfin_simulator", description="A Jellyfin server for tests and demos.")
    parser.add_argument("--port", type=int, default=8096, help="0 takes a free one (default: 8096)")
    parser.add_argument("--version", choices=sorted(_VERSIONS), default="10.11", help="default: 10.11")
    parser.add_argument("--scenario", choices=sorted(SCENARIOS), default="demo", help="default: demo")
    parser.add_argument("--every", type=float, metavar="SECONDS", help="a new file arrives that often")
    parser.add_argument("--name", default="Simulator", help="the server's name; its id depends on it")
    parser.add_argument("--base-url", default="", help="serve below this path")
    parser.add_argument("--monitor-delay", type=float, default=2.0, metavar="SECONDS", help="Jellyfin's default is 60")
    parser.add_argument("--update-delay", type=float, default=3.0, metavar="SECONDS", help="Jellyfin's default is 30")
    return parser.parse_args(arguments)


async def run(options: argparse.Namespace, stopped: asyncio.Event) -> None:
    """Serve until told to stop."""
    simulator = JellyfinSimulator(
        version=_VERSIONS[options.version],
        base_url=options.base_url,
        name=options.name,
        library_monitor_delay=options.monitor_delay,
        library_update_duration=options.update_delay,
    )
    SCENARIOS[options.scenario](simulator)
    await simulator.start(options.port)
    say(f"Jellyfin {simulator.core.version} simulator: {simulator.url}")
    if simulator.core.accounts.users:
        say(f"User {DEMO_NAME}, password {DEMO_PASSWORD}")
    try:
        if options.every:
            await bring_files(simulator, options.every, stopped)
        await stopped.wait()
    finally:
        await simulator.stop()


async def bring_files(simulator: JellyfinSimulator, every: float, stopped: asyncio.Event) -> None:
    """Let a file arrive every so often, until told to stop."""
    arrivals = Arrivals(simulator)
    while True:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), every)
            return
        if (title := arrivals.bring()) is not None:
            say(f"New file: {title}")


def say(text: str) -> None:
    """Print a line at once, also into a pipe."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def main(arguments: Sequence[str]) -> None:
    """Run with those arguments until interrupted."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    await run(parse_arguments(arguments), stopped)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
