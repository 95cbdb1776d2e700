"""The simulator on its own: its clock, its scenarios and its command."""

import asyncio
import itertools

import pytest

from jellyfin_simulator import JellyfinSimulator, LoopClock, VirtualClock
from jellyfin_simulator.__main__ import main, parse_arguments, run
from jellyfin_simulator.clock import ProcessClock, sleep
from jellyfin_simulator.scenarios import SCENARIOS, Arrivals, titles


async def test_the_virtual_clock_fires_in_order_and_not_before() -> None:
    """A callback may set others; one that was called off does not come."""
    clock, fired = VirtualClock(0), list[tuple[str, float]]()

    def note(name: str) -> None:
        fired.append((name, clock.time()))

    def chain() -> None:
        note("first")
        clock.call_later(1, lambda: note("second"))

    clock.call_later(3, lambda: note("last"))
    clock.call_later(1, chain)
    clock.call_later(2, lambda: note("never")).cancel()
    await clock.advance(0.5)
    assert fired == []
    await clock.advance(10)
    assert fired == [("first", 1), ("second", 2), ("last", 3)]
    assert clock.time() == 10.5


async def test_all_timers_of_a_process_end_with_it() -> None:
    """Those that already fired do no harm."""
    clock, fired = VirtualClock(0), list[int]()
    process = ProcessClock(clock)
    process.call_later(1, lambda: fired.append(1))
    process.call_later(2, lambda: fired.append(2))
    await clock.advance(1)
    process.cancel_all()
    await clock.advance(9)
    assert fired == [1]
    assert process.time() == 10


async def test_the_real_clock_is_the_loops() -> None:
    """Waiting for nothing takes one turn; whoever gives up waiting leaves no timer."""
    clock = LoopClock()
    await sleep(clock, 0)
    waiting = asyncio.create_task(sleep(clock, 3600))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


def test_servers_of_different_names_have_different_ids() -> None:
    """The same name and seed give the same one, so that a second start finds its clients again."""
    first, again = JellyfinSimulator(name="a"), JellyfinSimulator(name="a")
    assert first.server_id == again.server_id
    assert first.server_id != JellyfinSimulator(name="b").server_id
    assert JellyfinSimulator(server_id="0" * 32).server_id == "0" * 32


def test_titles_never_end_and_never_repeat() -> None:
    """The second round counts."""
    some = list(itertools.islice(titles(1), 250))
    assert len(set(some)) == 250


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_every_scenario_can_be_set_up(name: str) -> None:
    """All but the first run have a user to sign in as."""
    server = JellyfinSimulator(clock=VirtualClock())
    SCENARIOS[name](server)
    assert bool(server.core.accounts.users) == (name != "first-run")


async def test_files_arrive_films_and_episodes() -> None:
    """Each is new; without a library of films nothing arrives."""
    clock = VirtualClock()
    server = JellyfinSimulator(clock=clock)
    SCENARIOS["demo"](server)
    before = set(server.core.shelves.items)
    arrivals = Arrivals(server)
    brought = []
    for _ in range(6):
        brought.append(arrivals.bring())
        await clock.advance(70)
    added = [item for item_id, item in server.core.shelves.items.items() if item_id not in before]
    assert sorted(item.kind for item in added) == ["Episode"] * 2 + ["Movie"] * 4
    assert len(set(brought)) == 6
    assert all(item.streams for item in added)
    assert Arrivals(JellyfinSimulator(clock=clock)).bring() is None


async def test_the_command_serves_until_it_is_stopped(socket_enabled: None, capsys: pytest.CaptureFixture[str]) -> None:
    """It prints its address, who may sign in, and what arrives."""
    stopped = asyncio.Event()
    arguments = ["--port", "0", "--version", "12.0", "--every", "0.01", "--monitor-delay", "0", "--update-delay", "0"]
    running = asyncio.create_task(run(parse_arguments(arguments), stopped))
    printed = ""
    async with asyncio.timeout(10):
        while "New file: " not in printed:
            await asyncio.sleep(0.01)
            printed += capsys.readouterr().out
    stopped.set()
    await running
    assert "Jellyfin 12.0.0 simulator: http://127.0.0.1:" in printed
    assert "User demo, password demo" in printed


async def test_the_command_waits_where_there_is_no_place_for_a_file(
    socket_enabled: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """A server without libraries gets nothing."""
    stopped = asyncio.Event()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Arrivals, "bring", lambda arrivals: stopped.set())
        await run(parse_arguments(["--port", "0", "--scenario", "empty", "--every", "0.001"]), stopped)
    assert "New file" not in capsys.readouterr().out


async def test_the_command_ends_with_a_signal(socket_enabled: None, capsys: pytest.CaptureFixture[str]) -> None:
    """As a supervisor sends it; a server without users names none."""
    loop = asyncio.get_running_loop()
    handlers: list[object] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            loop, "add_signal_handler", lambda number, handler: handlers.append(loop.call_later(0.05, handler))
        )
        await main(["--port", "0", "--scenario", "first-run"])
    assert len(handlers) == 2
    assert "User" not in capsys.readouterr().out
