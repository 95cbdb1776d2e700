"""What ends the command, in words that say what to do."""

from typing import Final

from yarl import URL

from custom_components.jellyfin_subtitles.engine.jellyfin import (
    JellyfinAuthenticationError,
    JellyfinConnectionError,
    JellyfinError,
    JellyfinForbiddenError,
    JellyfinNotFoundError,
    JellyfinNotJellyfinError,
    JellyfinQuickConnectOffError,
    JellyfinRedirectError,
    JellyfinServerStartingError,
    JellyfinTlsError,
)

# The first class that fits counts.
ADVICE: Final[dict[type[JellyfinError], str]] = {
    JellyfinServerStartingError: (
        "The Jellyfin server is still starting. Wait until its web client opens, then start this again."
    ),
    JellyfinRedirectError: (
        "The server points to {location} instead. If that is your Jellyfin server, give the part before /web as --url."
    ),
    JellyfinTlsError: (
        "No secure connection to {url}. If the certificate was not accepted, give the name it was issued for, or add "
        "--insecure if you trust your network. If the server does not use TLS at that port, begin the address with "
        "http://. ({reason})"
    ),
    JellyfinConnectionError: (
        "No connection to {url}. Check that the server is running, that the address and the port are right (8096 "
        "unless it was changed), and that this machine may reach it. ({reason})"
    ),
    JellyfinNotJellyfinError: (
        "Something answers at {url}, but it is not a Jellyfin server. Check the port and the path."
    ),
    JellyfinQuickConnectOffError: (
        "Quick Connect is off. Switch it on in the dashboard of Jellyfin, under General, or sign in with --user."
    ),
    JellyfinNotFoundError: (
        "The code is not valid any more: nobody confirmed it within ten minutes, or the server was restarted. Start "
        "this again for a new one."
    ),
    JellyfinAuthenticationError: (
        "The user name or the password is wrong. Jellyfin may lock a user after several wrong passwords: try them in "
        "its web client first."
    ),
    JellyfinForbiddenError: (
        "Jellyfin knows this user but does not let them in: the user is disabled, may not connect from here or not at "
        "this time, may use certain devices only, or has as many sessions as allowed. Change that in the dashboard of "
        "Jellyfin, under Users."
    ),
    JellyfinError: (
        "The Jellyfin server answered with an error. Try again in a moment; if it stays, look into the log of the "
        "Jellyfin server. ({reason})"
    ),
}

TAKEN_BACK: Final = (
    "Jellyfin let the user in and took it back at once. Look in the dashboard of Jellyfin, under Users, whether the "
    "user is disabled."
)
REVOKED: Final = "Jellyfin does not accept the sign-in any more. Start this again to sign in anew."
NO_LIBRARIES: Final = (
    "This user sees no library with films or series. In Jellyfin, give the user access to at least one, or sign in as "
    "another user."
)
NOT_SET_UP: Final = "This Jellyfin server has not been set up yet. Finish its setup wizard in a browser first."
UNSUPPORTED: Final = "This server runs Jellyfin {version}; at least 10.11 is needed. Update the server first."


class Failure(Exception):
    """What a person can do something about; the text says what."""

    exit_code = 1


class WrongInput(Failure):
    """What was asked for makes no sense."""

    exit_code = 2


def failure(err: JellyfinError, url: str) -> Failure:
    """Return what a person is told about an error of the server at that address, in one line."""
    advice = next(text for kind, text in ADVICE.items() if isinstance(err, kind))
    location = ""
    if isinstance(err, JellyfinRedirectError):
        location = str(URL(f"{url}/System/Info/Public").join(URL(err.location)))
    return Failure(" ".join(advice.format(url=url, location=location, reason=err).split()))
