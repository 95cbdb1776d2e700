"""The demo: a simulated Jellyfin, a real Home Assistant that is set up with it, and a film every so often.

Now and then a whole season comes at once, and once an archive: so much that a person is asked what to do about it.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
import json
from pathlib import Path
from typing import Any, Final

from jellyfin_simulator import JellyfinSimulator

from . import dashboard
from .api import HomeAssistantApi
from .configuration import free_port
from .library import Arrived, DemoLibrary
from .process import HomeAssistantProcess
from .socket import Event, HomeAssistantApiError, HomeAssistantSocket
from .terminal import DOMAIN, EVENTS, MEDIA_READY, say, told

LOGIN: Final = "demo"

_FIRST_JELLYFIN_PORT: Final = 18096
# How long it takes to look into a file; seconds. Nobody shall wait for a season longer than for a film.
_PROBE_TIME: Final = 0.2
_SEASONS_EVERY: Final = 600.0
# What is ready within so many seconds is told in one line: half a season mostly is at once.
_READY_TOGETHER: Final = 1.0
# A provider's day passes in a few minutes, so that it is seen how what it refused comes after all.
_DOWNLOADS_A_DAY: Final = 5
_PROVIDER_DAY: Final = 120.0
_NOTE: Final = """\
## One step is yours
[Add the integration](/_my_redirect/config_flow_start?domain={domain}) and sign in to your server: `{server}`.

When that is done, reload this page.
"""


@dataclass(frozen=True, slots=True)
class Options:
    """What the person asked for; `server` is a Jellyfin of their own, the other times are 0 for never."""

    folder: Path
    port: int
    every: float
    server: str | None
    jellyfin_version: str
    season_after: float = 60.0
    mass_after: float = 180.0


class HomeAssistantEndedError(Exception):
    """Home Assistant ended while the demo ran; the text has the end of its output."""


async def run(options: Options) -> None:
    """Start everything and go on until cancelled; whatever was started is ended before this returns."""
    options.folder.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        library = None
        server = options.server
        if server is None:
            simulator, library = await _start_jellyfin(options, stack)
            server = simulator.url
        home = HomeAssistantProcess(options.folder, port=options.port or free_port(8123), more=dashboard.CONFIGURATION)
        _write_first_files(options.folder, server)
        say(f"starting Home Assistant {version('homeassistant')} (its output: {home.output})")
        stack.push_async_callback(_end, home)
        await home.start()
        api = await stack.enter_async_context(home.api())
        await _sign_in(api, options.folder)
        socket = await stack.enter_async_context(await api.socket())
        events = await socket.events(*EVENTS)
        await api.wait_until_running()
        await socket.command("frontend/set_system_data", key="core", value={"default_panel": dashboard.URL_PATH})
        if library is not None and not await api.entries(DOMAIN):
            await _set_up(api, server)
        _greet(home, server, options)
        ready = asyncio.Queue[Event]()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_watch(home))
            tasks.create_task(tell_what_is_ready(ready))
            tasks.create_task(_keep_dashboard(api, socket, options.folder))
            if library is not None:
                tasks.create_task(_let_files_arrive(library, options))
                tasks.create_task(_limit_downloads(library))
            async for event in events:
                if event.kind == MEDIA_READY:
                    ready.put_nowait(event)
                else:
                    say(told(event))


async def _start_jellyfin(options: Options, stack: AsyncExitStack) -> tuple[JellyfinSimulator, DemoLibrary]:
    """Start the simulated server as it was when the demo was last ended: same address, same items, same sign-in."""
    state = _read(options.folder / "demo.json")
    simulator = JellyfinSimulator(
        version=options.jellyfin_version, name="Demo", library_monitor_delay=3.0, library_update_duration=4.0
    )
    user = simulator.add_user(LOGIN, LOGIN, administrator=True)
    simulator.core.monitor.pace.watched_probe = _PROBE_TIME
    simulator.add_subtitle_provider().offer("eng")
    library = DemoLibrary(simulator, Arrived.from_dict(state))
    for entry in _stored_entries(options.folder):
        simulator.issue_token(user, entry["device_id"], token=entry["token"])
    stack.push_async_callback(simulator.stop)
    port = int(state.get("jellyfin_port", 0)) or free_port(_FIRST_JELLYFIN_PORT)
    try:
        await simulator.start(port)
    except OSError as err:
        raise OSError(
            f"Port {port} is taken, perhaps by another demo in {options.folder}. End that one and start again, "
            "or delete the folder to begin anew."
        ) from err
    _remember(options.folder, library, simulator.port)
    say(f"a simulated Jellyfin {options.jellyfin_version} runs at {simulator.url}")
    return simulator, library


async def _sign_in(api: HomeAssistantApi, folder: Path) -> None:
    """Sign in as the demo's user, who is made if this is the first start.

    The token is kept in the folder: it lets other programs look at the demo, and the next start in.
    """
    kept = folder / "token"
    if not await api.is_onboarded():
        await api.onboard(LOGIN, LOGIN)
    elif kept.exists():
        api.token = kept.read_text("utf-8")
        try:
            await api.rest("GET", "/api/")
        except HomeAssistantApiError:
            await api.log_in(LOGIN, LOGIN)
        else:
            return
    else:
        await api.log_in(LOGIN, LOGIN)
    api.token = await api.long_lived_token(f"Demo {datetime.now().astimezone().isoformat()}")
    kept.touch(mode=0o600)
    kept.write_text(api.token, "utf-8")


async def _set_up(api: HomeAssistantApi, server: str) -> None:
    """Add the integration as a person would, in its dialog."""
    answers: dict[str, dict[str, Any]] = {
        "user": {"url": server, "verify_ssl": True},
        "sign_in": {"next_step_id": "password"},
        "password": {"username": LOGIN, "password": LOGIN},
        "libraries": {"all_libraries": True, "libraries": []},
    }
    result = await api.flow(DOMAIN, answers)
    if result["type"] != "create_entry":
        raise HomeAssistantApiError(f"The integration could not be set up: {result.get('errors') or result}")
    say("the integration is set up with it")


async def _keep_dashboard(api: HomeAssistantApi, socket: HomeAssistantSocket, folder: Path) -> None:
    """Write the dashboard as soon as there are entities to show, and again when they are renamed."""
    shown: dict[str, str] = {}

    async def look() -> None:
        nonlocal shown
        entities = await api.entity_ids(DOMAIN)
        if entities != shown and set(entities) >= dashboard.ENTITIES:
            dashboard.write(folder, entities)
            shown = entities

    changes = await socket.events("entity_registry_updated")
    await look()
    async for _ in changes:
        await look()


async def _let_files_arrive(library: DemoLibrary, options: Options) -> None:
    """Put files on the server's disk: one every so often, now and then a season, and once an archive."""
    port = int(_read(options.folder / "demo.json")["jellyfin_port"])
    turn = asyncio.Lock()

    def tell(what: str) -> None:
        _remember(options.folder, library, port)
        say(f"Jellyfin   {what}")

    @asynccontextmanager
    async def undisturbed() -> AsyncGenerator[None]:
        """Let nothing else arrive just before and after: it would be announced together with the rest."""
        async with turn:
            await asyncio.sleep(options.every / 2)
            yield
            await asyncio.sleep(options.every / 2)

    async def one_by_one() -> None:
        while True:
            await asyncio.sleep(options.every)
            async with turn:
                tell(f"a file was written: {library.arrive()}")

    async def seasons() -> None:
        await asyncio.sleep(options.season_after)
        while True:
            async with undisturbed():
                tell(f"a season was written: {library.arrive_as_a_season()}")
            await asyncio.sleep(_SEASONS_EVERY)

    async def archive() -> None:
        await asyncio.sleep(options.mass_after)
        async with undisturbed():
            tell(f"was restored: {library.put_back_the_archive()}; Settings → Repairs asks what to do")

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(one_by_one())
        if options.season_after:
            tasks.create_task(seasons())
        if options.mass_after and not library.so_far.archive:
            tasks.create_task(archive())


async def _limit_downloads(library: DemoLibrary) -> None:
    """Let the provider give so many subtitles and then no more, until its next day begins."""
    while True:
        library.allow_downloads(_DOWNLOADS_A_DAY)
        await asyncio.sleep(_PROVIDER_DAY)


async def tell_what_is_ready(ready: asyncio.Queue[Event], together: float = _READY_TOGETHER) -> None:
    """Tell what can be watched now, in one line for all that comes at once."""
    while True:
        first = await ready.get()
        await asyncio.sleep(together)
        more = ready.qsize()
        for _ in range(more):
            ready.get_nowait()
        say(told(first, more))


async def _watch(home: HomeAssistantProcess) -> None:
    code = await home.wait()
    raise HomeAssistantEndedError(f"Home Assistant ended by itself ({code}):\n{home.last_words()}")


async def _end(home: HomeAssistantProcess) -> None:
    if home.is_running:
        say("ending Home Assistant")
        await home.terminate()


def _greet(home: HomeAssistantProcess, server: str, options: Options) -> None:
    lines = ["", f"    {home.url}    user: {LOGIN}    password: {LOGIN}", ""]
    if options.server is None:
        lines.append(f"    A film or an episode arrives every {options.every:g} seconds. Ctrl-C ends all of it.")
    else:
        lines.append(f"    Add the integration there and sign in to {server}. Ctrl-C ends Home Assistant.")
    print("\n".join([*lines, ""]), flush=True)


def _write_first_files(folder: Path, server: str) -> None:
    # Empty, and written by the automation editor.
    (folder / dashboard.AUTOMATIONS).touch()
    if not (folder / dashboard.FILE).exists():
        dashboard.write(folder, {}, _NOTE.format(domain=DOMAIN, server=server))


def _stored_entries(folder: Path) -> list[dict[str, Any]]:
    """Return what Home Assistant has stored about the integration's entries, while it is not running."""
    stored = _read(folder / ".storage" / "core.config_entries").get("data", {}).get("entries", [])
    return [entry["data"] for entry in stored if entry["domain"] == DOMAIN]


def _read(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return content


def _remember(folder: Path, library: DemoLibrary, port: int) -> None:
    (folder / "demo.json").write_text(json.dumps({**library.so_far.as_dict(), "jellyfin_port": port}), "utf-8")
