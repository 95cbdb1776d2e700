"""Proof of service, to the second: what is heard, what was refused, and what is expected."""

import asyncio
from collections.abc import Sequence
from unittest.mock import create_autospec

import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import (
    Echo,
    JellyfinAuthenticationError,
    JellyfinClient,
    JellyfinConnectionError,
    JellyfinResponseError,
    JellyfinServerStartingError,
    OtherMessage,
)
from custom_components.jellyfin_subtitles.engine.proof import ProofOfService, Verdict

from .virtual_time import in_virtual_time

AWAY, STARTING, REFUSED = (
    JellyfinConnectionError("away"),
    JellyfinServerStartingError("no"),
    JellyfinResponseError("no"),
)
TAKEN = None


class Server:
    """Takes echoes, or not, and sends none back unless it is told to."""

    def __init__(self, *outcomes: Exception | None) -> None:
        self.echoes: list[str] = []
        client = create_autospec(JellyfinClient, instance=True)
        client.echo.side_effect = self._take
        self.proof = ProofOfService(client, echo_timeout=10, named_within=60)
        self._outcomes = list(outcomes)

    async def _take(self, text: str) -> None:
        self.echoes.append(text)
        if outcome := self._outcomes.pop(0):
            raise outcome


def now() -> float:
    """Return the loop's time."""
    return asyncio.get_running_loop().time()


@in_virtual_time
async def test_an_echo_that_is_heard_is_proof_at_once() -> None:
    server = Server(TAKEN)
    asyncio.get_running_loop().call_later(2, lambda: server.proof.heard(Echo(server.echoes[0])))

    assert await server.proof.ask() is Verdict.PROVEN
    assert (now(), len(server.echoes)) == (2, 1)


@in_virtual_time
async def test_somebody_elses_echo_is_no_proof_and_any_other_message_is() -> None:
    server = Server(TAKEN)
    asyncio.get_running_loop().call_later(2, lambda: answers.append(server.proof.heard(Echo("a stranger's"))))
    asyncio.get_running_loop().call_later(3, lambda: answers.append(server.proof.heard(OtherMessage("Sessions"))))
    answers: list[bool] = []

    assert await server.proof.ask() is Verdict.PROVEN
    assert (now(), answers) == (3, [False, True])


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        ([TAKEN, TAKEN], Verdict.DEAF),
        ([REFUSED, REFUSED, REFUSED], Verdict.REFUSED),
        ([TAKEN, REFUSED, TAKEN], Verdict.DEAF),
        ([REFUSED, TAKEN, REFUSED, REFUSED], Verdict.REFUSED),
        ([AWAY, STARTING, AWAY, STARTING, TAKEN, AWAY, TAKEN], Verdict.DEAF),
        ([STARTING, REFUSED, AWAY, REFUSED, AWAY, REFUSED], Verdict.REFUSED),
    ],
)
@in_virtual_time
async def test_two_unheard_echoes_or_three_refusals_are_a_verdict(
    outcomes: Sequence[Exception | None], verdict: Verdict
) -> None:
    server = Server(*outcomes)

    assert await server.proof.ask() is verdict
    assert len(set(server.echoes)) == len(outcomes), "each with a word of its own"
    assert now() == 10 * len(outcomes)


@in_virtual_time
async def test_a_refused_sign_in_is_no_verdict() -> None:
    with pytest.raises(JellyfinAuthenticationError):
        await Server(JellyfinAuthenticationError("no", 401)).proof.ask()


@in_virtual_time
async def test_what_is_not_named_in_time_raises_a_doubt_after_which_only_new_proof_counts() -> None:
    server = Server(TAKEN, TAKEN)
    server.proof.heard(OtherMessage("Sessions"))
    asyncio.get_running_loop().call_later(5, lambda: server.proof.expect(["1", "2"]))
    asyncio.get_running_loop().call_later(20, lambda: server.proof.expect(["2", "3"]))
    asyncio.get_running_loop().call_later(30, lambda: server.proof.named(["1", "4"]))

    await server.proof.doubted()
    assert now() == 65, "the second one is due when it was expected first"
    assert await server.proof.ask() is Verdict.DEAF
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1000):
            await server.proof.doubted()


@in_virtual_time
async def test_what_is_named_in_time_raises_no_doubt() -> None:
    proof = Server().proof
    proof.expect(["1", "2"])
    asyncio.get_running_loop().call_later(59, lambda: proof.named(["2", "1"]))

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1000):
            await proof.doubted()
