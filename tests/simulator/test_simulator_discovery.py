"""The simulator is found by whoever asks the whole network."""

from collections.abc import AsyncGenerator
import json

import pytest

from jellyfin_simulator import JellyfinSimulator

from .compare import Kind
from .datagrams import ask
from .recording import RECORDINGS, Recording
from .stages import play


@pytest.fixture
async def server(socket_enabled: None, version: str) -> AsyncGenerator[JellyfinSimulator]:
    """Run a simulator that can be found."""
    simulator = JellyfinSimulator(version=version, name="näs", base_url="/jellyfin", discoverable=True)
    await simulator.start()
    yield simulator
    await simulator.stop()


async def test_it_says_where_and_who_it_is(server: JellyfinSimulator) -> None:
    """The address is the one that it calls its own, with the base URL."""
    assert await ask(server.discovery_port, "xx WHO IS JellyfinServer? yy") == {
        "Address": server.url,
        "Id": server.server_id,
        "Name": "näs",
        "EndpointAddress": None,
    }
    assert server.url.endswith("/jellyfin")


async def test_other_questions_are_not_answered(server: JellyfinSimulator) -> None:
    """Neither are those for its ancestors."""
    assert await ask(server.discovery_port, "Who is EmbyServer?") is None


async def test_it_can_be_told_to_keep_quiet(server: JellyfinSimulator) -> None:
    """The setting applies at once."""
    server.core.configuration.auto_discovery = False
    assert await ask(server.discovery_port, "Who is JellyfinServer?") is None


@pytest.mark.parametrize(("phase", "answers"), [("A", False), ("B", False), ("C", True), ("D", True)])
async def test_only_its_application_answers(server: JellyfinSimulator, phase: str, answers: bool) -> None:
    """Not its set-up page; and it comes back at the same port."""
    await server.kill()
    await server.set_phase(phase)
    assert (await ask(server.discovery_port, "Who is JellyfinServer?") is not None) == answers


async def test_it_answers_at_one_port_from_loading_on(server: JellyfinSimulator) -> None:
    """Also when it has finished, and after a restart."""
    port = server.discovery_port
    await server.set_phase("C")
    await server.set_phase("D")
    await server.restart(phases=False)
    assert server.discovery_port == port
    assert await ask(port, "Who is JellyfinServer?") is not None


async def test_by_default_it_cannot_be_found(socket_enabled: None) -> None:
    """No port is open that nobody asked for."""
    simulator = JellyfinSimulator()
    await simulator.start()
    assert simulator.discovery_port == 0
    await simulator.stop()


@pytest.mark.parametrize("folder", ["10.11", "12.0"])
@pytest.mark.parametrize(
    ("step", "answer", "kinds"),
    [(0, {"Address": "x", "Id": "y", "Name": "z"}, {Kind.EXTRA}), (3, {"Address": "x"}, {Kind.TYPE, Kind.MISSING})],
)
async def test_an_altered_recording_of_datagrams_is_noticed(
    socket_enabled: None, folder: str, step: int, answer: object, kinds: set[Kind]
) -> None:
    """The replay can fail: by a member, and by an answer to what is not answered."""
    document = json.loads((RECORDINGS / folder / "discovery.json").read_text(encoding="utf-8"))
    document["steps"][step]["answer"] = answer
    assert {difference.kind for difference in await play(Recording.from_dict(document))} == kinds
