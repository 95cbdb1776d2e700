"""The command line."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from custom_components.jellyfin_subtitles.address import addresses_to_try
from custom_components.jellyfin_subtitles.engine.languages import Language, nearest, parse_language


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for; without a user it is Quick Connect, without names of libraries all of them.

    Where no scheme was typed, `other_urls` may be meant as well, the most likely first.
    """

    url: str
    user: str | None = None
    verify_tls: bool = True
    as_json: bool = False
    show_names: bool = False
    languages: tuple[Language, ...] = ()
    libraries: tuple[str, ...] = ()
    other_urls: tuple[str, ...] = ()


def parse(arguments: Sequence[str]) -> Options:
    """Read the command line; ends the process with 2 and a message if it makes no sense."""
    parser = argparse.ArgumentParser(
        prog="scripts/listen",
        description="Listens to a Jellyfin server and says what the integration would see and announce. Ctrl-C ends it "
        "and signs out. Nothing is written to disk.",
        epilog="The password is asked for, or is the first line of the input. What is printed can be attached to a "
        "report: titles, paths, libraries and ids are replaced by placeholders, unless --show-names is given.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--url",
        required=True,
        type=_addresses,
        help="where the server is, such as http://192.168.1.5:8096; mostly a bare host name or IP address will do",
    )
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--user", metavar="NAME", help="sign in as this user, with the password")
    who.add_argument("--quick-connect", action="store_true", help="sign in with a code that is confirmed in Jellyfin")
    parser.add_argument("--insecure", action="store_true", help="do not verify the TLS certificate")
    parser.add_argument("--json", action="store_true", help="print one JSON object per line")
    parser.add_argument("--show-names", action="store_true", help="print titles, paths, libraries and ids as they are")
    parser.add_argument(
        "--language",
        type=_language,
        action="extend",
        nargs="+",
        default=[],
        metavar="CODE",
        help="a wanted language of subtitles, such as de or pt-BR",
    )
    parser.add_argument(
        "--library",
        action="extend",
        nargs="+",
        default=[],
        metavar="NAME",
        help="watch only the libraries of these names (default: all that the user sees)",
    )
    values = parser.parse_args(arguments)
    return Options(
        values.url[0],
        values.user,
        not values.insecure,
        values.json,
        values.show_names,
        tuple(dict.fromkeys(values.language)),
        tuple(values.library),
        values.url[1:],
    )


def _addresses(typed: str) -> tuple[str, ...]:
    """Return what may be meant; what was typed is not repeated where it makes no sense, it may hold a password."""
    if addresses := addresses_to_try(typed):
        return addresses
    raise argparse.ArgumentTypeError("it is no address, such as 192.168.1.5 or http://192.168.1.5:8096")


def _language(written: str) -> Language:
    if (language := parse_language(written)) is not None:
        return language
    meant = nearest(written)
    hint = f"; {meant.name} is {meant.tag}" if meant else ""
    raise argparse.ArgumentTypeError(f"{written} is not the code of a language, such as de or pt-BR{hint}")
