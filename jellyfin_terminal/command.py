"""The command from its first word to its last; scripts/listen calls it."""

import asyncio
from collections.abc import Sequence
from getpass import getpass
import logging
import signal
import sys
from typing import Final

from custom_components.jellyfin_subtitles import engine
from custom_components.jellyfin_subtitles.engine.jellyfin import ServerInfo, SignIn
from custom_components.jellyfin_subtitles.engine.models import ListenerState

from . import records
from .failures import REVOKED, Failure, WrongInput
from .listening import listen
from .options import Options, parse
from .output import Output
from .signing_in import DEVICE, Door, choose_libraries, door, find, sign_in, sign_out, version

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_NOT_SIGNED_OUT: Final = (
    f"The server did not take the token back. Delete the device {DEVICE} in the dashboard of Jellyfin, under Devices."
)


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says and return the exit code."""
    options = parse(arguments)
    output = Output(sys.stdout, as_json=options.as_json, show_names=options.show_names)
    logging.getLogger(engine.__name__).addHandler(output)
    try:
        options, server = asyncio.run(find(options))
        password = "" if options.user is None else read_password(options.user)
        return asyncio.run(follow(options, server, password, output))
    except Failure as err:
        tell(str(err))
        return err.exit_code
    except KeyboardInterrupt:
        # Before anybody was signed in; later, the signal ends it in order.
        tell("stopped")
        return 0


def tell(text: str) -> None:
    """Say something to the person, apart from what is printed for a report."""
    print(f"listen: {text}", file=sys.stderr, flush=True)


def read_password(user: str) -> str:
    """Ask for the password where there is somebody to ask, else take the first line; raises WrongInput without one."""
    if sys.stdin.isatty():
        return getpass(f"Password of {user}: ")
    first = sys.stdin.readline()
    if not first:
        raise WrongInput("There is no password: start this in a terminal, or pass it as the first line of the input.")
    return first.removesuffix("\n").removesuffix("\r")


async def follow(options: Options, server: ServerInfo, password: str, output: Output) -> int:
    """Sign in, listen until a signal comes, and sign out; returns the exit code, raises Failure."""
    stopped = asyncio.Event()
    output.on_broken = stopped.set
    for number in _SIGNALS:
        # `nohup` has a meaning; that a shell starts jobs in the background deaf to Ctrl-C has none here.
        if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    way = door(options)
    async with way.session:
        signed_in = await sign_in(way, options.user, password, stopped, tell)
        if signed_in is None:
            tell("stopped, nobody was signed in")
            return 0
        reason = "failed"
        try:
            state = await _listen(options, server, way, signed_in, output, stopped)
            reason = "sign_in_needed" if state is ListenerState.SIGN_IN_NEEDED else "asked"
        finally:
            signed_out = await sign_out(way.client(signed_in.token))
            output.say(records.of_end(reason, signed_out=signed_out))
            if not signed_out:
                tell(_NOT_SIGNED_OUT)
    if reason == "sign_in_needed":
        raise Failure(REVOKED)
    if output.broken and not isinstance(output.broken, BrokenPipeError):
        raise Failure(f"The output cannot be written: {output.broken.strerror}")
    return 0 if signed_out else 1


async def _listen(
    options: Options, server: ServerInfo, way: Door, signed_in: SignIn, output: Output, stopped: asyncio.Event
) -> ListenerState:
    client = way.listener(signed_in.token)
    libraries = await choose_libraries(client, options.libraries)
    start = records.of_start(version(), server, signed_in.user, libraries, options.languages, redacted=output.redacted)
    output.say(start)
    chosen = frozenset(library.library_id for library in libraries) if options.libraries else None
    return await listen(client, chosen, options.languages, output.say, stopped)
