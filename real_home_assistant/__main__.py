"""The command line of the demo; scripts/demo calls it."""

import argparse
import asyncio
from pathlib import Path
import signal
import sys

from .configuration import ROOT
from .demo import HomeAssistantEndedError, Options, run
from .process import HomeAssistantNotStartedError
from .socket import HomeAssistantApiError

# What a person can do something about; everything else is shown with its traceback.
REASONS = (HomeAssistantEndedError, HomeAssistantNotStartedError, HomeAssistantApiError, OSError)


def parse(arguments: list[str]) -> Options:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="scripts/demo",
        description="Starts a real Home Assistant with the integration set up against a simulated Jellyfin server.",
    )
    parser.add_argument(
        "--server", metavar="URL", help="a Jellyfin server of your own; adding the integration is then left to you"
    )
    parser.add_argument(
        "--every", type=float, default=30.0, metavar="SECONDS", help="how often a film arrives (default: %(default)g)"
    )
    parser.add_argument(
        "--season-after",
        type=float,
        default=60.0,
        metavar="SECONDS",
        help="when a whole season arrives at once, and then another one every ten minutes; 0: never "
        "(default: %(default)g)",
    )
    parser.add_argument(
        "--mass-after",
        type=float,
        default=180.0,
        metavar="SECONDS",
        help="when hundreds of films arrive at once, so that a repair asks what to do; 0: never (default: %(default)g)",
    )
    parser.add_argument(
        "--port", type=int, default=0, help="of Home Assistant (default: 8123, or the next one that is free)"
    )
    parser.add_argument(
        "--jellyfin",
        choices=["10.11.11", "12.0.0"],
        default="10.11.11",
        help="the version to simulate (default: %(default)s)",
    )
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FOLDER",
        help="where Home Assistant lives; a second start finds everything again (default: .demo/ in the checkout)",
    )
    values = parser.parse_args(arguments)
    folder = values.config or ROOT / ".demo" / ("simulated" if values.server is None else "own-server")
    return Options(
        folder.resolve(),
        values.port,
        values.every,
        values.server,
        values.jellyfin,
        values.season_after,
        values.mass_after,
    )


async def main(options: Options) -> int:
    """Run the demo until Ctrl-C; return the exit code."""
    demo = asyncio.create_task(run(options))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Only the first one counts: a second Ctrl-C would leave something running.
        loop.add_signal_handler(number, lambda: demo.cancelling() or demo.cancel())
    try:
        await demo
    except asyncio.CancelledError:
        return 0
    except (ExceptionGroup, *REASONS) as err:
        reasons = reasons_in(err)
        if not all(isinstance(reason, REASONS) for reason in reasons):
            raise
    for reason in reasons:
        print(f"demo: {reason}", file=sys.stderr)
    return 1


def reasons_in(err: Exception) -> list[Exception]:
    """Return what a group holds, also in the groups within it; anything else is its own reason."""
    if isinstance(err, ExceptionGroup):
        return [reason for one in err.exceptions for reason in reasons_in(one)]
    return [err]


if __name__ == "__main__":
    sys.exit(asyncio.run(main(parse(sys.argv[1:]))))
