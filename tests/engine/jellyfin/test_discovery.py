"""Finding servers by asking the whole network, in which anybody may answer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
import json
import logging
from typing import Any, override

from hypothesis import given, strategies as st
import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import DiscoveredServer, discover
from jellyfin_simulator import JellyfinSimulator
from tests.simulator.recording import DatagramStep

from .examples import ID, OTHER_ID, made
from .recorded import VERSIONS, steps

LOOPBACK = ("127.0.0.1",)
ANSWER = {"Address": "http://192.168.1.5:8096", "Id": ID, "Name": "nas", "EndpointAddress": None}
NAS = DiscoveredServer("http://192.168.1.5:8096", ID, "nas")

type Answer = Callable[..., Awaitable[int]]


class Chatterbox(asyncio.DatagramProtocol):
    """Answers any datagram with the same ones."""

    def __init__(self, answers: Sequence[bytes]) -> None:
        self.answers = answers

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.DatagramTransport)
        self.transport = transport

    @override
    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        for answer in self.answers:
            self.transport.sendto(answer, addr)


@pytest.fixture
async def answer(socket_enabled: None) -> AsyncIterator[Answer]:
    """Answer on loopback whatever is asked; returns the port."""
    transports: list[asyncio.DatagramTransport] = []

    async def start(*answers: object) -> int:
        told = [data if isinstance(data, bytes) else json.dumps(data).encode() for data in answers]
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: Chatterbox(told), local_addr=("127.0.0.1", 0))
        transports.append(transport)
        port: int = transport.get_extra_info("sockname")[1]
        return port

    yield start
    for transport in transports:
        transport.close()


async def test_a_server_in_the_network_is_found(socket_enabled: None) -> None:
    simulator = JellyfinSimulator(base_url="/jellyfin", discoverable=True)
    await simulator.start()
    try:
        found = await discover(LOOPBACK, port=simulator.discovery_port, wait=0)
        simulator.core.configuration.auto_discovery = False
        found_later = await discover(LOOPBACK, port=simulator.discovery_port, wait=0)
    finally:
        await simulator.stop()

    assert found == (DiscoveredServer(simulator.url, simulator.server_id, "simulator"),)
    assert found_later == ()


async def test_several_servers_are_found_and_each_of_them_once(answer: Answer) -> None:
    other = {"Address": "https://jellyfin.example.com/media/", "Id": OTHER_ID.upper(), "Name": "attic"}
    port = await answer(ANSWER, other, ANSWER | {"Address": "http://10.0.0.5:8096"})

    found = await discover(LOOPBACK * 2, port=port, wait=0)

    assert found == (NAS, DiscoveredServer("https://jellyfin.example.com/media", OTHER_ID, "attic"))


async def test_nonsense_hides_nobody(answer: Answer) -> None:
    no_json = (b"", b"\xff", b"[" * 4000, b'{"Id"')
    no_server: tuple[object, ...] = (None, [], {**ANSWER, "Id": "0" * 32}, {**ANSWER, "Name": "x" * 5000})

    assert await discover(LOOPBACK, port=await answer(*no_json, *no_server, ANSWER), wait=0) == (NAS,)


async def test_who_answers_for_a_thousand_servers_is_not_believed_all_of_them(answer: Answer) -> None:
    port = await answer(*({**ANSWER, "Id": f"{number:032x}"} for number in range(1, 101)))

    assert len(await discover(LOOPBACK, port=port, wait=0)) == 32


async def test_without_an_address_nobody_is_asked() -> None:
    """Not even a socket is opened, which these tests would notice."""
    assert await discover(()) == ()


async def test_a_network_that_cannot_be_asked_holds_nobody(
    socket_enabled: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def refuse(*_args: object, **_kwargs: object) -> None:
        raise OSError("no network")

    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(asyncio.get_running_loop(), "create_datagram_endpoint", refuse)

    assert await discover(LOOPBACK, wait=0) == ()

    assert [record.message for record in caplog.records if "no network" in record.message] == [
        "Nobody in the network can be asked: no network"
    ]


async def test_an_address_that_cannot_be_asked_hides_nobody_behind_the_others(
    answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    """It is said once, for those who debug."""
    caplog.set_level(logging.DEBUG)
    port = await answer(ANSWER)

    found = await discover(("::1", "::2", *LOOPBACK), port=port, wait=0)

    assert found == (NAS,)
    assert len([record for record in caplog.records if "can be asked" in record.message]) == 1


@pytest.mark.parametrize("version", VERSIONS)
def test_answers_read_as_recorded(version: str) -> None:
    told = [step.answer for step in steps(version, "discovery") if isinstance(step, DatagramStep) and step.answer]

    servers = [made(DiscoveredServer.from_dict(answer)) for answer in told]

    assert len(servers) == 3
    assert {(server.url, server.name) for server in servers} == {("http://127.0.0.1:8096", "vm")}


@pytest.mark.parametrize(
    "change",
    [
        {"Address": None},
        {"Address": "ftp://nas"},
        {"Address": "javascript:alert(1)"},
        {"Address": "http://"},
        {"Address": "nas"},
        {"Address": 8096},
        {"Id": None},
        {"Id": "nas"},
        {"Id": "0" * 32},
    ],
)
def test_without_an_address_of_the_web_and_an_id_it_is_no_server(change: dict[str, object]) -> None:
    assert DiscoveredServer.from_dict(ANSWER | change) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [(None, "Jellyfin"), ("", "Jellyfin"), (" \n ", "Jellyfin"), ("na\u202es\n", "nas"), ("x" * 99, "x" * 80)],
)
def test_a_name_is_something_that_can_be_shown(name: object, expected: str) -> None:
    assert made(DiscoveredServer.from_dict(ANSWER | {"Name": name})).name == expected


@given(st.text())
def test_an_address_carries_nothing_but_where_the_server_is(extra: str) -> None:
    server = DiscoveredServer.from_dict(ANSWER | {"Address": f"http://user:secret@nas:8096/base/?{extra}#{extra}"})

    assert server == DiscoveredServer("http://nas:8096/base", ID, "nas")


async def test_answers_are_waited_for_and_the_ear_is_closed_after_that(
    answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, loop, sleep = await answer(ANSWER), asyncio.get_running_loop(), asyncio.sleep
    create, ears, waits = loop.create_datagram_endpoint, list[asyncio.BaseTransport](), list[float]()

    async def note_ear(*args: Any, **kwargs: Any) -> tuple[asyncio.BaseTransport, asyncio.BaseProtocol]:
        made_here = await create(*args, **kwargs)
        ears.append(made_here[0])
        return made_here

    async def note_wait(delay: float) -> None:
        waits.append(delay)
        await sleep(0)

    monkeypatch.setattr(loop, "create_datagram_endpoint", note_ear)
    monkeypatch.setattr(asyncio, "sleep", note_wait)

    assert await discover(LOOPBACK, port=port) == (NAS,)

    assert max(waits) == waits[0] == 1.0
    assert [ear.is_closing() for ear in ears] == [True]
