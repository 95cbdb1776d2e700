"""One run of Home Assistant: what a person does there, and what is heard of the integration."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import json
from pathlib import Path
from typing import Any, override

from jellyfin_simulator import JellyfinSimulator, LoopClock
from jellyfin_simulator.accounts import SimUser
from real_home_assistant import Dialog, Event, HomeAssistantApi, HomeAssistantProcess

DOMAIN = "jellyfin_subtitles"
LOGIN = "demo"

MEDIA_ADDED = f"{DOMAIN}_media_added"
MEDIA_ADDED_BATCH = f"{DOMAIN}_media_added_batch"
SUBTITLE_REQUESTED = f"{DOMAIN}_subtitle_requested"
SUBTITLE_ARRIVED = f"{DOMAIN}_subtitle_arrived"
SUBTITLE_FAILED = f"{DOMAIN}_subtitle_failed"
MEDIA_READY = f"{DOMAIN}_media_ready"
HEARD = (MEDIA_ADDED, MEDIA_ADDED_BATCH, SUBTITLE_REQUESTED, SUBTITLE_ARRIVED, SUBTITLE_FAILED, MEDIA_READY)

# Before any run.
_LONG_AGO = "2000-01-01T00:00:00+00:00"


class ShiftedClock(LoopClock):
    """The real time, on another day."""

    shift = 0.0

    @override
    def time(self) -> float:
        """Return the time in seconds since 1970, UTC."""
        return super().time() + self.shift


@dataclass
class Run:
    """One run of Home Assistant, and what the integration said."""

    process: HomeAssistantProcess
    api: HomeAssistantApi
    heard: list[Event] = field(default_factory=list)

    @property
    def events(self) -> list[dict[str, Any]]:
        """What was announced item by item, in order."""
        return self._of(MEDIA_ADDED)

    @property
    def batches(self) -> list[dict[str, Any]]:
        """What was announced together, in order."""
        return self._of(MEDIA_ADDED_BATCH)

    @property
    def requests(self) -> list[dict[str, Any]]:
        """What subtitles were asked for, in order."""
        return self._of(SUBTITLE_REQUESTED)

    @property
    def arrived(self) -> list[dict[str, Any]]:
        """What subtitles arrived, in order."""
        return self._of(SUBTITLE_ARRIVED)

    @property
    def failed(self) -> list[dict[str, Any]]:
        """What subtitles were not to be had, in order."""
        return self._of(SUBTITLE_FAILED)

    @property
    def ready(self) -> list[dict[str, Any]]:
        """What has all its subtitles, in order."""
        return self._of(MEDIA_READY)

    @property
    def titles(self) -> list[str]:
        """What was announced item by item, as people name it."""
        return [event["title"] for event in self.events]

    @property
    def announced(self) -> list[str]:
        """The ids of all that was announced, alone or together."""
        return [event["item_id"] for event in self.events] + [
            item_id for batch in self.batches for item_id in batch["item_ids"]
        ]

    async def hear(self, events: AsyncIterator[Event]) -> None:
        """Note what is said until the connection ends."""
        async for event in events:
            self.heard.append(event)

    async def state(self, key: str) -> dict[str, Any]:
        """Return the state of the entity with this translation key."""
        return await self.api.state((await self.api.entity_ids(DOMAIN))[key])

    async def entry(self) -> dict[str, Any]:
        """Return the config entry."""
        (entry,) = await self.api.entries(DOMAIN)
        return entry

    async def sync_now(self) -> dict[str, Any]:
        """Perform the action and return its response."""
        async with await self.api.socket() as socket:
            response: dict[str, Any] = await socket.call_service(DOMAIN, "sync_now", return_response=True)
        return response

    async def diagnostics(self) -> dict[str, Any]:
        """Return what a person downloads."""
        entry_id = (await self.entry())["entry_id"]
        report: dict[str, Any] = await self.api.rest("GET", f"/api/diagnostics/config_entry/{entry_id}")
        return report

    async def choose(self, **media: Any) -> None:
        """Change what is watched in the dialog of the options; with that, the entry is loaded anew."""
        values = {"all_libraries": True, "libraries": [], "films": True, "episodes": True, **media}
        answers = {"init": {"next_step_id": "media"}, "media": values}
        page = await self.api.flow((await self.entry())["entry_id"], answers, Dialog.OPTIONS)
        assert page["type"] == "create_entry", page

    async def settled(self) -> None:
        """Wait until the socket is proven and the library known."""
        async with asyncio.timeout(60):
            while (await self.state("connection"))["attributes"].get("state") != "connected":
                await a_moment()
            while (await self.state("last_sync"))["state"] in ("unknown", "unavailable"):
                await a_moment()

    async def remembered(self, *beginnings: str) -> None:
        """Wait until the logbook has a sentence of ours with each of these beginnings.

        A page of the logbook that is opened just while the first event of a kind is written to the disk misses it:
        Home Assistant reads which kinds there are, and then, in another step, the events.
        """
        async with await self.api.socket() as socket, asyncio.timeout(60):
            while True:
                lines = await socket.command("logbook/get_events", start_time=_LONG_AGO)
                sentences = [line["message"] for line in lines if line.get("domain") == DOMAIN]
                if all(any(one.startswith(beginning) for one in sentences) for beginning in beginnings):
                    return
                await a_moment()

    def complaints(self) -> list[str]:
        """Return the warnings and errors in the log that are ours."""
        lines = self.process.output.read_text("utf-8").splitlines()
        ours = [line for line in lines if DOMAIN in line and (" WARNING " in line or " ERROR " in line)]
        return [line for line in ours if "has not been tested by Home Assistant" not in line]

    def _of(self, kind: str) -> list[dict[str, Any]]:
        return [event.data for event in self.heard if event.kind == kind]


async def until(condition: Callable[[], bool], timeout: float = 60.0) -> None:
    """Wait until something in another process is so."""
    async with asyncio.timeout(timeout):
        while not condition():
            await a_moment()


async def a_moment() -> None:
    """Let a moment pass that costs no processor time."""
    done = asyncio.Event()
    asyncio.get_running_loop().call_later(0.02, done.set)
    await done.wait()


@asynccontextmanager
async def home_assistant(simulator: JellyfinSimulator, folder: Path, more: str = "") -> AsyncGenerator[Run]:
    """Run Home Assistant; what it has to announce waits until its events are heard.

    `more` goes into configuration.yaml.
    """
    fault = simulator.reject(503, path_prefix="/Items")
    process = HomeAssistantProcess(folder, more=more)
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
                said = await socket.events(*HEARD)
                listening = asyncio.create_task(run.hear(said))
                await api.wait_until_running()
                simulator.mend(fault)
                yield run
            await listening
    finally:
        if listening:
            listening.cancel()
        await process.terminate()


async def set_up(run: Run, simulator: JellyfinSimulator, way: str = "password", user: str = LOGIN) -> None:
    """Go through the dialog, and wait until the library is known and the socket proven."""
    everything: dict[str, Any] = {"all_libraries": True, "libraries": []}
    answers: dict[str, dict[str, Any]] = {
        "user": {"url": simulator.url, "verify_ssl": True},
        "sign_in": {"next_step_id": way},
        "password": {"username": user, "password": user},
        "api_key": {"api_key": simulator.add_api_key("Home Assistant")},
        "api_key_user": {"user_id": user_of(simulator, user).user_id},
        "libraries": everything,
        # Who is no administrator is told what is missing.
        "libraries_without_rights": everything,
    }
    page = await run.api.flow(DOMAIN, answers)
    if page["type"] == "progress":
        page = await run.api.go_on(await _confirm(run, simulator, page), answers)
    assert page["type"] == "create_entry", page
    await run.settled()
    # Home Assistant writes a new config entry after a second.
    entries = run.process.config_dir / ".storage" / "core.config_entries"
    await until(lambda: entries.exists() and DOMAIN in entries.read_text("utf-8"))


async def _confirm(run: Run, simulator: JellyfinSimulator, page: dict[str, Any]) -> dict[str, Any]:
    """Confirm the code that a dialog shows, and return the page to which it goes on by itself."""
    request = simulator.core.quick_connect.by_code(page["description_placeholders"]["code"])
    assert request is not None
    simulator.core.quick_connect.authorize(request, user_of(simulator))
    async with asyncio.timeout(60):
        while page["type"] == "progress":
            await a_moment()
            page = await run.api.page(page["flow_id"])
    return page


def user_of(simulator: JellyfinSimulator, name: str = LOGIN) -> SimUser:
    """Return the user of that name."""
    user = simulator.core.accounts.by_name(name)
    assert user is not None
    return user


def stored(folder: Path, name: str) -> dict[str, Any]:
    """Return one of the documents of the integration (`journal`, `requests`) as it stands on the disk, if it does."""
    document: dict[str, Any] = {}
    for path in (folder / ".storage").glob(f"{DOMAIN}.*.{name}"):
        document = json.loads(path.read_text("utf-8"))["data"]
    return document


def is_on_disk(folder: Path, secret: str) -> bool:
    """Say whether something stands in any of the files that Home Assistant has written."""
    return any(secret.encode() in path.read_bytes() for path in folder.rglob("*") if path.is_file())
