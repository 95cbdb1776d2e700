"""Why there is no connection: a word for each cause."""

import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import (
    JellyfinAuthenticationError,
    JellyfinConnectionError,
    JellyfinConnectionTimeoutError,
    JellyfinError,
    JellyfinForbiddenError,
    JellyfinNotJellyfinError,
    JellyfinRedirectError,
    JellyfinServerStartingError,
    JellyfinTlsError,
    SocketEnd,
)
from custom_components.jellyfin_subtitles.engine.loss import UNEXPECTED, Loss


@pytest.mark.parametrize(
    ("err", "reason"),
    [
        (JellyfinServerStartingError("so"), "starting"),
        (JellyfinConnectionTimeoutError("so"), "timeout"),
        (JellyfinTlsError("so"), "tls"),
        (JellyfinConnectionError("so"), "unreachable"),
        (JellyfinAuthenticationError("so", 401), "forbidden"),
        (JellyfinForbiddenError("so", 403), "forbidden"),
        (JellyfinRedirectError("so", 302, "http://other"), "redirected"),
        (JellyfinNotJellyfinError("so", 200), "unexpected_answer"),
        (JellyfinError("so"), "unexpected_answer"),
    ],
)
def test_every_error_has_a_reason(err: JellyfinError, reason: str) -> None:
    assert Loss.by_error(err) == Loss(reason, "so", starting=reason == "starting")


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (SocketEnd.RESTARTING, "restarting"),
        (SocketEnd.SHUTTING_DOWN, "shutting_down"),
        (SocketEnd.TOKEN_REVOKED, "closed"),
        (SocketEnd.LOST, "lost"),
        (SocketEnd.PROTOCOL, "protocol"),
    ],
)
def test_every_end_has_a_reason_and_only_a_restart_promises_a_server(end: SocketEnd, reason: str) -> None:
    loss = Loss.by_end(end)

    assert (loss.reason, loss.starting) == (reason, reason == "restarting")
    assert loss.text


def test_every_end_is_accounted_for() -> None:
    assert len({Loss.by_end(end).reason for end in SocketEnd}) == len(SocketEnd)


def test_a_loss_promises_no_server_unless_it_says_so() -> None:
    assert not Loss("deaf", "it is open, but no message arrives").starting
    assert not UNEXPECTED.starting
