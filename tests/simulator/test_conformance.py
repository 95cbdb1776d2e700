"""The simulator answers as real servers did: recorded exchanges of both versions are replayed against it."""

from collections.abc import Callable
import json
from typing import Any

import pytest

from .compare import Kind, Tolerance, untolerated
from .recording import RECORDINGS, Recording
from .stages import STAGES, play
from .tolerances import TOLERATED

# The scenarios that were recorded of each version.
RECORDED = {
    "10.11": frozenset(
        {
            "alternate_versions",
            "big_library",
            "discovery",
            "early_socket",
            "echo",
            "fast_lane",
            "first_scan",
            "fresh_items",
            "items",
            "killed",
            "new_film_realtime",
            "playback",
            "quick_connect",
            "quick_reconnect",
            "remote_subtitles",
            "restart",
            "restricted_user",
            "saved_since",
            "season_flood",
            "short_delays",
            "shutdown",
            "sidecar_added_and_removed",
            "sign_in",
            "silent_socket",
            "silent_then_talks",
            "socket_sign_in",
            "startup_first_run",
            "subscriptions",
            "two_sockets",
            "webhook",
            "webhook_added",
        }
    ),
    "12.0": frozenset(
        {
            "base_url",
            "deaf_socket",
            "discovery",
            "early_socket",
            "echo",
            "fast_lane",
            "film_removed_and_replaced",
            "first_scan",
            "fresh_items",
            "items",
            "new_film_realtime",
            "playback",
            "quick_connect",
            "quick_reconnect",
            "remote_subtitles",
            "restart",
            "revoked",
            "saved_since",
            "short_delays",
            "shutdown",
            "sign_in",
            "silent_socket",
            "silent_then_talks",
            "socket_sign_in",
            "startup_first_run",
            "subscriptions",
            "two_sockets",
            "webhook",
            "webhook_added",
        }
    ),
}

# The scenarios that are not replayed, and why.
NOT_REPLAYED = {
    "big_library": "what it shows, times and sizes, belongs to the machine; season_flood has the same frames",
    "fresh_items": "what polls saw, in notes, at the machine's speed; test_simulator_items has what hides what",
    "quick_reconnect": "counts of reconnects in notes, none of which went wrong; deaf_socket has the one that did",
    "webhook": "posts of a plugin to somebody else; engine/test_webhook and test_webhook read every one of them",
    "webhook_added": "posts of a plugin to somebody else; engine/test_webhook reads every one of them",
}

# What must not silently move from the replayed scenarios to the others, in the versions of which it was recorded.
REQUIRED = {
    "10.11": frozenset(
        {
            "alternate_versions",
            "discovery",
            "early_socket",
            "echo",
            "fast_lane",
            "first_scan",
            "items",
            "killed",
            "new_film_realtime",
            "playback",
            "quick_connect",
            "remote_subtitles",
            "restart",
            "restricted_user",
            "saved_since",
            "season_flood",
            "short_delays",
            "shutdown",
            "sidecar_added_and_removed",
            "sign_in",
            "silent_then_talks",
            "socket_sign_in",
            "startup_first_run",
            "subscriptions",
            "two_sockets",
        }
    ),
    "12.0": frozenset(
        {
            "base_url",
            "discovery",
            "early_socket",
            "echo",
            "fast_lane",
            "film_removed_and_replaced",
            "first_scan",
            "items",
            "new_film_realtime",
            "playback",
            "quick_connect",
            "remote_subtitles",
            "restart",
            "revoked",
            "saved_since",
            "short_delays",
            "shutdown",
            "sign_in",
            "silent_then_talks",
            "socket_sign_in",
            "startup_first_run",
            "subscriptions",
            "two_sockets",
        }
    ),
}

CASES = [
    pytest.param(version, scenario, id=f"{scenario}-{version}")
    for version, scenarios in RECORDED.items()
    for scenario in sorted(scenarios & STAGES.keys())
]


def _load(version: str, scenario: str) -> Recording:
    return Recording.load(RECORDINGS / version / f"{scenario}.json")


@pytest.mark.parametrize(("version", "scenario"), CASES)
async def test_the_simulator_answers_as_recorded(socket_enabled: None, version: str, scenario: str) -> None:
    """Every exchange of the scenario has the recorded kind."""
    differences = untolerated(await play(_load(version, scenario)), TOLERATED)
    assert not differences, "\n".join(map(str, differences))


@pytest.mark.parametrize("version", RECORDED)
def test_every_recording_is_replayed_or_says_why_not(version: str) -> None:
    """A new recording cannot be forgotten, neither one that was made nor one that lies here."""
    files = {path.stem for path in (RECORDINGS / version).glob("*.json")}
    assert files <= RECORDED[version]
    unaccounted = {name for name in RECORDED[version] | files if (name in STAGES) == (name in NOT_REPLAYED)}
    assert not unaccounted


def test_nothing_is_listed_that_was_not_recorded() -> None:
    """The lists stay true when recordings are renamed or go."""
    assert STAGES.keys() | NOT_REPLAYED.keys() == frozenset[str]().union(*RECORDED.values())
    assert {path.name for path in RECORDINGS.iterdir() if path.is_dir()} == RECORDED.keys()


@pytest.mark.parametrize("version", RECORDED)
def test_what_was_promised_is_replayed_in_each_version(version: str) -> None:
    """Neither a reason, nor a recording that goes, takes one of these scenarios out unnoticed."""
    replayed = {case.values[1] for case in CASES if case.values[0] == version}
    assert replayed >= REQUIRED[version]


@pytest.mark.parametrize("version", RECORDED)
async def test_every_tolerance_is_needed(socket_enabled: None, version: str) -> None:
    """What no recording needs any more leaves the table."""
    used: set[Tolerance] = set()
    untolerated(await play(_load(version, "items")), TOLERATED, used)
    assert used == set(TOLERATED)


def _status(recording: dict[str, Any]) -> None:
    next(step for step in recording["steps"] if step["kind"] == "http")["response"]["status"] = 418


def _missing_key(recording: dict[str, Any]) -> None:
    sessions = next(step for step in recording["steps"] if step["kind"] == "http")["response"]["body"]
    sessions[0]["NewInThirteen"] = True


def _swapped_frames(recording: dict[str, Any]) -> None:
    frames = [step for step in recording["steps"] if step.get("event") == "frame" and step["socket"] == "first"]
    frames[1]["data"], frames[2]["data"] = frames[2]["data"], frames[1]["data"]
    frames[0]["data"], frames[1]["data"] = frames[1]["data"], frames[0]["data"]


@pytest.mark.parametrize(
    ("alter", "kind"), [(_status, Kind.STATUS), (_missing_key, Kind.MISSING), (_swapped_frames, Kind.FRAMES)]
)
@pytest.mark.parametrize("version", RECORDED)
async def test_an_altered_recording_is_noticed(
    socket_enabled: None, version: str, alter: Callable[[dict[str, Any]], None], kind: Kind
) -> None:
    """The replay can fail: a recording that no server made differs from the simulator in what was altered."""
    document = json.loads((RECORDINGS / version / "two_sockets.json").read_text(encoding="utf-8"))
    alter(document)
    differences = untolerated(await play(Recording.from_dict(document)), TOLERATED)
    assert {difference.kind for difference in differences} == {kind}
