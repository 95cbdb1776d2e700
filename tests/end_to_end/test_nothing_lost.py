"""The whole thing: a real Home Assistant process, its REST and socket API, and a simulated Jellyfin."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import json
from pathlib import Path
from typing import Any, override

import pytest

from jellyfin_simulator import JellyfinSimulator, LoopClock, SimLibrary
from jellyfin_simulator.accounts import SimUser
from real_home_assistant import Event, HomeAssistantApi, HomeAssistantProcess

DOMAIN = "jellyfin_subtitles"
LOGIN = "demo"

pytestmark = pytest.mark.timeout(300)


class ShiftedClock(LoopClock):
    """The real time, on another day."""

    shift = 0.0

    @override
    def time(self) -> float:
        """Return the time in seconds since 1970, UTC."""
        return super().time() + self.shift


@dataclass
class Run:
    """One run of Home Assistant, and the announcements that it made."""

    process: HomeAssistantProcess
    api: HomeAssistantApi
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def titles(self) -> list[str]:
        """What was announced, in order."""
        return [event["title"] for event in self.events]

    async def hear(self, announcements: AsyncIterator[Event]) -> None:
        """Note what is announced until the connection ends."""
        async for event in announcements:
            self.events.append(event.data)

    async def state(self, key: str) -> dict[str, Any]:
        """Return the state of the entity with this translation key."""
        return await self.api.state((await self.api.entity_ids(DOMAIN))[key])

    async def sync_now(self) -> dict[str, Any]:
        """Perform the action and return its response."""
        async with await self.api.socket() as socket:
            response: dict[str, Any] = await socket.call_service(DOMAIN, "sync_now", return_response=True)
        return response

    def complaints(self) -> list[str]:
        """Return the warnings and errors in the log that are ours."""
        lines = self.process.output.read_text("utf-8").splitlines()
        ours = [line for line in lines if DOMAIN in line and (" WARNING " in line or " ERROR " in line)]
        return [line for line in ours if "has not been tested by Home Assistant" not in line]


async def until(condition: Callable[[], bool], timeout: float = 60.0) -> None:
    """Wait until something in another process is so."""
    async with asyncio.timeout(timeout):
        while not condition():
            await _turn()


async def _turn() -> None:
    """Let a moment pass that costs no processor time."""
    done = asyncio.Event()
    asyncio.get_running_loop().call_later(0.02, done.set)
    await done.wait()


@pytest.fixture
def clock() -> ShiftedClock:
    """Return the server's clock."""
    return ShiftedClock()


@pytest.fixture
async def simulator(socket_enabled: None, clock: ShiftedClock) -> AsyncGenerator[JellyfinSimulator]:
    """Run a Jellyfin that is as quick as it is patient."""
    server = JellyfinSimulator(version="12.0.0", clock=clock, library_monitor_delay=0.1, library_update_duration=0.2)
    server.add_user(LOGIN, LOGIN, administrator=True)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def films(simulator: JellyfinSimulator) -> SimLibrary:
    """Return a library in which there already is something."""
    library = simulator.add_library("Films", "movies", announce=False)
    simulator.add_many(library, 200)
    return library


@asynccontextmanager
async def home_assistant(simulator: JellyfinSimulator, folder: Path) -> AsyncGenerator[Run]:
    """Run Home Assistant; what it has to announce waits until its events are heard."""
    fault = simulator.reject(503, path_prefix="/Items")
    process = HomeAssistantProcess(folder)
    await process.start()
    listening: asyncio.Task[None] | None = None
    try:
        async with process.api() as api:
            if await api.is_onboarded():
                await api.log_in(LOGIN, LOGIN)
            else:
                await api.onboard(LOGIN, LOGIN)
            run = Run(process, api)
            async with await api.socket() as socket:
                announcements = await socket.events(f"{DOMAIN}_media_added")
                listening = asyncio.create_task(run.hear(announcements))
                await api.wait_until_running()
                simulator.mend(fault)
                yield run
            await listening
    finally:
        if listening:
            listening.cancel()
        await process.terminate()


async def set_up(run: Run, simulator: JellyfinSimulator, way: str = "password") -> None:
    """Go through the dialog, and wait until the library is known and the socket proven."""
    answers: dict[str, dict[str, Any]] = {
        "user": {"url": simulator.url, "verify_ssl": True},
        "sign_in": {"next_step_id": way},
        "password": {"username": LOGIN, "password": LOGIN},
        "api_key": {"api_key": simulator.add_api_key("Home Assistant")},
        "api_key_user": {"user_id": _user_of(simulator).user_id},
        "libraries": {"all_libraries": True, "libraries": []},
    }
    page = await run.api.flow(DOMAIN, answers)
    if page["type"] == "progress":
        page = await run.api.go_on(await _confirm(run, simulator, page), answers)
    assert page["type"] == "create_entry", page
    await _settled(run)
    # Home Assistant writes a new config entry after a second.
    entries = run.process.config_dir / ".storage" / "core.config_entries"
    await until(lambda: entries.exists() and DOMAIN in entries.read_text("utf-8"))


async def _confirm(run: Run, simulator: JellyfinSimulator, page: dict[str, Any]) -> dict[str, Any]:
    """Confirm the code that a dialog shows, and return the page to which it goes on by itself."""
    request = simulator.core.quick_connect.by_code(page["description_placeholders"]["code"])
    assert request is not None
    simulator.core.quick_connect.authorize(request, _user_of(simulator))
    async with asyncio.timeout(60):
        while page["type"] == "progress":
            await _turn()
            page = await run.api.page(page["flow_id"])
    return page


def _user_of(simulator: JellyfinSimulator) -> SimUser:
    user = simulator.core.accounts.by_name(LOGIN)
    assert user is not None
    return user


async def _settled(run: Run) -> None:
    async with asyncio.timeout(60):
        while (await run.state("connection"))["attributes"].get("state") != "connected":
            await _turn()
        while (await run.state("last_sync"))["state"] in ("unknown", "unavailable"):
            await _turn()


def journal_of(folder: Path) -> dict[str, Any]:
    """Return the journal as it stands on the disk."""
    path = next((folder / ".storage").glob(f"{DOMAIN}.*.journal"))
    document: dict[str, Any] = json.loads(path.read_text("utf-8"))["data"]
    return document


def is_on_disk(folder: Path, secret: str) -> bool:
    """Say whether something stands in any of the files that Home Assistant has written."""
    return any(secret.encode() in path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_a_person_signs_in_and_a_new_film_is_everywhere(
    simulator: JellyfinSimulator, films: SimLibrary, tmp_path: Path
) -> None:
    async with home_assistant(simulator, tmp_path) as run:
        await set_up(run, simulator)
        assert run.events == []
        item_id = simulator.write_film(films, "Night Ferry", year=2020, provider_ids={"Imdb": "tt9000001"})
        await until(lambda: bool(run.events))
        event = run.events[0]
        assert (event["item_id"], event["title"], event["library_name"]) == (item_id, "Night Ferry (2020)", "Films")
        assert event["complete"]
        assert event["web_link"].startswith(f"{simulator.url}/web/#/details?id={item_id}")
        assert event["server_id"] == simulator.server_id

        detected = await run.state("last_detected_item")
        assert detected["state"] == "Night Ferry (2020)"
        assert detected["attributes"]["audio_languages"] == event["audio_languages"]
        assert (await run.state("connection"))["state"] == "on"
        assert (await run.state("media_added"))["attributes"]["item_id"] == item_id
        poster = await run.state("poster")
        kind, content = await run.api.read(poster["attributes"]["entity_picture"])
        assert kind == "image/png"
        assert content

        # The message follows what the refresh already told: nothing is said twice.
        simulator.update_all(films)
        assert (await run.sync_now())["found"] == 0
        assert run.titles == ["Night Ferry (2020)"]
        assert run.complaints() == []
        entry = (await run.api.entries(DOMAIN))[0]
        diagnostics = json.dumps(await run.api.rest("GET", f"/api/diagnostics/config_entry/{entry['entry_id']}"))
    tokens = [device.token for device in simulator.core.accounts.devices.values()]
    assert tokens
    assert not any(token in diagnostics for token in tokens)


@pytest.mark.parametrize("way", ["quick_connect", "api_key"])
async def test_a_person_signs_in_without_a_password_and_nothing_but_a_token_is_kept(
    simulator: JellyfinSimulator, films: SimLibrary, tmp_path: Path, way: str
) -> None:
    async with home_assistant(simulator, tmp_path) as run:
        await set_up(run, simulator, way)
        simulator.write_film(films, "Night Ferry", year=2020)
        await until(lambda: run.titles == ["Night Ferry (2020)"])
        assert run.complaints() == []
    # Also as it stands on the disk after Home Assistant has ended.
    (key,) = simulator.core.accounts.api_keys
    (token,) = simulator.core.accounts.devices
    assert is_on_disk(tmp_path, token)
    assert not is_on_disk(tmp_path, key)


async def test_a_film_that_arrives_while_the_socket_is_down_is_announced_once(
    simulator: JellyfinSimulator, films: SimLibrary, tmp_path: Path
) -> None:
    async with home_assistant(simulator, tmp_path) as run:
        await set_up(run, simulator)
        simulator.drop_sockets()
        simulator.add_film(films, "Late Train", year=2022)
        await until(lambda: bool(run.events))
        await _settled(run)
        assert (await run.state("connection"))["attributes"]["reconnects"] == 1
        simulator.update_all(films)
        await run.sync_now()
        assert run.titles == ["Late Train (2022)"]
        assert run.complaints() == []


async def test_after_a_kill_at_any_moment_nothing_is_lost_and_a_repetition_says_so(
    simulator: JellyfinSimulator, films: SimLibrary, tmp_path: Path
) -> None:
    async with home_assistant(simulator, tmp_path) as run:
        await set_up(run, simulator)
        # Before: the message has come, the item has not been read.
        fault = simulator.reject(503, path_prefix="/Items")
        refused = simulator.journal.count(path_prefix="/Items")
        before = simulator.add_film(films, "Before", year=2020)
        await until(lambda: simulator.journal.count(path_prefix="/Items") > refused)
        await run.process.kill()
        simulator.mend(fault)
        assert run.events == []

    async with home_assistant(simulator, tmp_path) as run:
        await until(lambda: bool(run.events))
        assert [(event["item_id"], event["repeated"]) for event in run.events] == [(before.item_id, False)]
        await until(lambda: before.item_id in journal_of(tmp_path)["since"])
        # During: the journal says that it is being announced.
        during = simulator.add_film(films, "During", year=2020)
        await until(lambda: during.item_id in json.dumps(journal_of(tmp_path)))
        await run.process.kill()
        is_open = during.item_id in journal_of(tmp_path)["announcing"]

    async with home_assistant(simulator, tmp_path) as run:
        if is_open:
            await until(lambda: bool(run.events))
        # After: it was announced, and that is written.
        after = simulator.add_film(films, "After", year=2020)
        await until(lambda: "After (2020)" in run.titles)
        await until(lambda: after.item_id in journal_of(tmp_path)["since"])
        expected = [(during.item_id, True)] if is_open else []
        assert [(event["item_id"], event["repeated"]) for event in run.events] == [*expected, (after.item_id, False)]
        await run.process.kill()

    async with home_assistant(simulator, tmp_path) as run:
        await _settled(run)
        assert (await run.sync_now())["found"] == 0
        assert run.events == []


async def test_after_a_day_off_the_additions_are_announced_and_the_updates_are_not(
    simulator: JellyfinSimulator, films: SimLibrary, clock: ShiftedClock, tmp_path: Path
) -> None:
    simulator.add_many(films, 5000)
    async with home_assistant(simulator, tmp_path) as run:
        await set_up(run, simulator)
    clock.shift = 86_400
    simulator.update_all(films)
    added = {simulator.add_film(films, f"New {number}", year=2026).item_id for number in range(50)}
    async with home_assistant(simulator, tmp_path) as run:
        await until(lambda: len(run.events) >= 50)
        await _settled(run)
        assert (await run.sync_now())["found"] == 0
        assert {event["item_id"] for event in run.events} == added
        assert len(run.events) == 50
        assert run.complaints() == []
