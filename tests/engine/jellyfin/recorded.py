"""What real servers said, picked out of the recordings."""

from collections.abc import Iterator
from typing import Any

from tests.simulator.recording import RECORDINGS, HttpStep, Recording, SocketStep, WebhookStep

VERSIONS = ("10.11", "12.0")


def steps(version: str, scenario: str) -> tuple[Any, ...]:
    """Return the steps of a scenario."""
    return Recording.load(RECORDINGS / version / f"{scenario}.json").steps


def answers(version: str, scenario: str, method: str, path: str) -> Iterator[HttpStep]:
    """Yield the exchanges whose path begins so."""
    for step in steps(version, scenario):
        if isinstance(step, HttpStep) and step.method == method and step.path.startswith(path):
            yield step


def answer(version: str, scenario: str, method: str, path: str, *, status: int = 200) -> HttpStep:
    """Return the first exchange whose path begins so and that ended with this status."""
    return next(step for step in answers(version, scenario, method, path) if step.status == status)


def frames(version: str, scenario: str, socket: str | None = None, kind: str | None = None) -> Iterator[Any]:
    """Yield what a socket received, in order; of one kind, or of all."""
    for step in steps(version, scenario):
        if isinstance(step, SocketStep) and step.event == "frame" and socket in {None, step.socket}:
            if kind in {None, step.data["MessageType"]}:
                yield step.data


def posts(version: str, scenario: str, path: str = "") -> Iterator[WebhookStep]:
    """Yield what the Webhook plugin posted, to one of the addresses that it was given, or to all."""
    for step in steps(version, scenario):
        if isinstance(step, WebhookStep) and step.path.startswith(path):
            yield step
