"""The demo: its parts, and all of it in a hurry."""

import asyncio
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
import socket

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
import pytest
import yaml

from jellyfin_simulator import JellyfinSimulator
from real_home_assistant import HomeAssistantApi, configuration, dashboard, demo, free_port
from real_home_assistant.__main__ import parse
from real_home_assistant.demo import Options
from real_home_assistant.library import Arrived, DemoLibrary
from real_home_assistant.socket import Event
from real_home_assistant.terminal import MEDIA_READY, SUBTITLE_FAILED, told

from .end_to_end.real_home import a_moment, until

ENTITIES = {key: f"sensor.demo_{key}" for key in dashboard.ENTITIES}


def a_library(so_far: Arrived) -> tuple[JellyfinSimulator, DemoLibrary]:
    """Return a server that is not started, and what is on it."""
    simulator = JellyfinSimulator(name="Demo")
    return simulator, DemoLibrary(simulator, so_far)


def ids_on(simulator: JellyfinSimulator) -> set[str]:
    """Return the ids of everything the server has."""
    return {item_id for library in simulator.core.shelves.libraries.values() for item_id in library.items}


@pytest.mark.parametrize("more", [Arrived(21), Arrived(20, seasons=1), Arrived(20, archive=True)])
def test_a_server_that_is_built_again_holds_the_same_items(more: Arrived) -> None:
    """Otherwise a second start of the demo would announce all of them."""
    again = Arrived.from_dict(more.as_dict())
    assert ids_on(a_library(more)[0]) == ids_on(a_library(again)[0])
    assert ids_on(a_library(Arrived(20))[0]) < ids_on(a_library(more)[0])


async def test_what_arrives_is_never_there_already() -> None:
    """However long the demo runs; a known id would not be announced."""
    simulator, library = a_library(Arrived())
    titles = [library.arrive() for _ in range(700)]
    titles += [library.arrive_as_a_season() for _ in range(30)]
    assert len(set(titles)) == 730
    assert library.so_far == Arrived(700, 30)
    await simulator.stop()


def test_the_dashboard_shows_every_entity(tmp_path: Path) -> None:
    """And is YAML that Home Assistant can read."""
    dashboard.write(tmp_path, ENTITIES)
    text = (tmp_path / dashboard.FILE).read_text("utf-8")
    assert yaml.safe_load(text)["views"][0]["type"] == "sections"
    assert all(entity_id in text for entity_id in ENTITIES.values())


def test_without_entities_the_dashboard_says_what_to_do(tmp_path: Path) -> None:
    """The first thing a person sees who has a server of their own."""
    dashboard.write(tmp_path, {}, "Add the integration")
    assert "Add the integration" in (tmp_path / dashboard.FILE).read_text("utf-8")


def test_a_folder_that_was_used_before_keeps_its_users(tmp_path: Path) -> None:
    """Only what depends on the start is written again."""
    configuration.prepare(tmp_path, 8123)
    (tmp_path / ".storage" / "onboarding").write_text("done")
    configuration.prepare(tmp_path, 8200)
    assert (tmp_path / ".storage" / "onboarding").read_text() == "done"
    assert '"server_port": 8200' in (tmp_path / ".storage" / "http").read_text()
    assert '"127.0.0.1"' in (tmp_path / ".storage" / "http").read_text()
    assert "http://127.0.0.1:8200" in (tmp_path / "configuration.yaml").read_text()


def test_a_taken_port_is_passed_over(socket_enabled: None) -> None:
    """The next one is used; with none to prefer, any."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert configuration.free_port(port) > port
        with pytest.raises(OSError, match="No free port"):
            configuration.free_port(port, tries=1)
    assert configuration.free_port() > 0


def failed(next_attempt: datetime | None) -> str:
    """Return what is said of an attempt in vain."""
    when = next_attempt.isoformat() if next_attempt else None
    outcome = {"title": "Fog", "language": "en", "reason": "not_found", "next_attempt": when}
    return told(Event(SUBTITLE_FAILED, outcome, datetime.now(UTC))).rpartition("  |  ")[2]


def test_the_next_attempt_is_told_as_a_clock_shows_it(freezer: FrozenDateTimeFactory) -> None:
    """With the day where it is another one."""
    freezer.move_to("2026-11-28 12:00:00")
    now = datetime.now().astimezone()
    later = now + timedelta(days=2)
    assert failed(now.astimezone(UTC)) == f"next attempt {now:%H:%M:%S}"
    assert failed(later.astimezone(UTC)) == f"next attempt {later:%Y-%m-%d %H:%M:%S}"
    assert failed(None) == "given up"


async def test_what_is_ready_at_once_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A season would fill the terminal."""
    ready = asyncio.Queue[Event]()
    telling = asyncio.create_task(demo.tell_what_is_ready(ready, 0))
    said = ""

    def has_said(lines: int) -> bool:
        nonlocal said
        said += capsys.readouterr().out
        return said.count("\n") == lines

    async def get_ready(*titles: str) -> None:
        for title in titles:
            ready.put_nowait(Event(MEDIA_READY, {"title": title}, datetime.now(UTC)))
        lines = said.count("\n")
        await until(lambda: has_said(lines + 1))

    await get_ready("Fog")
    await get_ready("Night Ferry", "Harbor Lights S01E01", "Harbor Lights S01E02")
    telling.cancel()
    assert [line.partition("Home Assistant   ")[2] for line in said.splitlines()] == [
        "ready to watch: Fog",
        "ready to watch: Night Ferry  |  and 2 more",
    ]


def test_an_own_server_has_a_folder_of_its_own() -> None:
    """Its Home Assistant shall not look for the simulated one."""
    assert parse([]).folder != parse(["--server", "http://192.168.1.5:8096"]).folder
    assert parse(["--config", "somewhere"]).folder == Path("somewhere").resolve()


def test_what_a_person_has_made_of_the_first_files_is_kept(tmp_path: Path) -> None:
    demo._write_first_files(tmp_path, "http://127.0.0.1:8096")
    for name in (dashboard.FILE, dashboard.AUTOMATIONS):
        (tmp_path / name).write_text("changed", "utf-8")
    demo._write_first_files(tmp_path, "http://127.0.0.1:8096")
    assert [path.read_text("utf-8") for path in tmp_path.iterdir()] == ["changed", "changed"]


async def test_who_wants_neither_seasons_nor_the_archive_gets_one_file_after_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = Options(tmp_path, 0, 0.001, None, "12.0.0", season_after=0, mass_after=0)
    simulator, library = a_library(Arrived())
    demo._remember(tmp_path, library, 8096)
    arriving = asyncio.create_task(demo._let_files_arrive(library, options))
    await until(lambda: library.so_far.arrived >= 3)
    arriving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await arriving
    assert {line.split("  ", 1)[1].split(":")[0] for line in capsys.readouterr().out.splitlines()} == {
        "Jellyfin   a file was written"
    }
    remembered = json.loads((tmp_path / "demo.json").read_text("utf-8"))
    assert remembered == {**library.so_far.as_dict(), "jellyfin_port": 8096}
    assert library.so_far == Arrived(library.so_far.arrived)
    await simulator.stop()


async def lets_in_whom_it_knew(options: Options) -> bool:
    """Start the server again, and say whether it is where it was and takes what Home Assistant has stored."""
    (entry,) = demo._stored_entries(options.folder)
    headers = {"Authorization": f'MediaBrowser Token="{entry["token"]}"'}
    async with AsyncExitStack() as stack, ClientSession() as session:
        simulator, library = await demo._start_jellyfin(options, stack)
        assert library.so_far.archive
        async with session.get(f"{entry['url']}/Users/Me", headers=headers) as response:
            return response.ok and simulator.url == entry["url"]


@pytest.mark.timeout(300)
async def test_a_demo_shows_a_batch_a_request_and_the_repair_for_a_mass_arrival(
    socket_enabled: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On its dashboard, in the terminal and in the settings; the person at home wants English.

    The dashboard follows when an entity is renamed, and the next start finds everything again.
    """
    options = Options(tmp_path, free_port(), 4.0, None, "12.0.0", season_after=0.1, mass_after=12.0)
    running = asyncio.create_task(demo.run(options))
    said = ""

    def has_said(*words: str) -> bool:
        nonlocal said
        said += capsys.readouterr().out
        return running.done() or all(word in said for word in words)

    try:
        await until(lambda: has_said("24 episodes  |  The Tidekeepers", "subtitles wanted: The Tidekeepers"))
        await until(lambda: has_said("500 films  |  Films  |  part 1 of 2", "100 films  |  Films  |  part 2 of 2"))
        assert not running.done()
        async with HomeAssistantApi(f"http://127.0.0.1:{options.port}", token=(tmp_path / "token").read_text()) as api:
            # The provider's downloads may be used up by then, which is an issue of its own.
            async with asyncio.timeout(30):
                while "mass_arrival" not in {one["translation_key"] for one in await api.issues("jellyfin_subtitles")}:
                    await a_moment()
            entities = await api.entity_ids("jellyfin_subtitles")
            states = {key: (await api.state(entities[key]))["state"] for key in dashboard.ENTITIES}
            batch = await api.state("sensor.last_batch")
            renamed = {"entity_id": entities["poster"], "new_entity_id": "image.of_another_name"}
            async with await api.socket() as connection:
                await connection.command("config/entity_registry/update", **renamed)
        entities["poster"] = "image.of_another_name"
        assert (batch["state"], batch["attributes"]["item_type"]) == ("600", "movie")
        assert int(states["announced_today"]) >= 624
        assert int(states["requested_today"]) >= 1
        assert states["automatic_requests"] == "on"
        shows = ["sensor.last_batch", *(entities[key] for key in dashboard.ENTITIES)]
        await until(lambda: all(one in (tmp_path / dashboard.FILE).read_text("utf-8") for one in shows))
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
    assert await lets_in_whom_it_knew(options)
