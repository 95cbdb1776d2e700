"""The demo's own parts; that all of it works together is what the end-to-end tests show."""

from pathlib import Path
import socket

import pytest
import yaml

from jellyfin_simulator import JellyfinSimulator
from real_home_assistant import configuration, dashboard
from real_home_assistant.__main__ import parse
from real_home_assistant.library import DemoLibrary

ENTITIES = {
    "connection": "binary_sensor.demo_connection",
    "last_detected_item": "sensor.demo_last_detected_item",
    "last_sync": "sensor.demo_last_sync",
    "media_added": "event.demo_media_added",
    "poster": "image.demo_poster",
    "sync_now": "button.demo_sync_now",
}


def a_library(arrived: int) -> tuple[JellyfinSimulator, DemoLibrary]:
    """Return a server that is not started, and what is on it."""
    simulator = JellyfinSimulator(name="Demo")
    return simulator, DemoLibrary(simulator, arrived)


def ids_on(simulator: JellyfinSimulator) -> set[str]:
    """Return the ids of everything the server has."""
    return {item_id for library in simulator.core.shelves.libraries.values() for item_id in library.items}


def test_a_server_that_is_built_again_holds_the_same_items() -> None:
    """Otherwise a second start of the demo would announce all of them."""
    assert ids_on(a_library(20)[0]) == ids_on(a_library(20)[0])
    assert ids_on(a_library(20)[0]) < ids_on(a_library(21)[0])


async def test_what_arrives_is_never_there_already() -> None:
    """However long the demo runs; a known id would not be announced."""
    simulator, library = a_library(0)
    titles = [library.arrive() for _ in range(700)]
    assert len(set(titles)) == 700
    assert library.arrived == 700
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


def test_an_own_server_has_a_folder_of_its_own() -> None:
    """Its Home Assistant shall not look for the simulated one."""
    assert parse([]).folder != parse(["--server", "http://192.168.1.5:8096"]).folder
    assert parse(["--config", "somewhere"]).folder == Path("somewhere").resolve()
