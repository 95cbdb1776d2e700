"""A house to walk through: a server with a library, Home Assistant beside it, and the browser."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
import json
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, StorageState, async_playwright

from jellyfin_simulator import JellyfinSimulator, SubtitleProvider
from real_home_assistant import dashboard
from real_home_assistant.library import Arrived, DemoLibrary
from tests.end_to_end.real_home import DOMAIN, LOGIN, Run, home_assistant, set_up

from .chromium import FLAGS

# Far enough away that the frontend never wants a new one.
_NEVER: Final = 4_102_444_800_000


@dataclass
class House:
    """What all walks share; it is as the walk before has left it."""

    folder: Path
    simulator: JellyfinSimulator
    library: DemoLibrary
    provider: SubtitleProvider
    run: Run
    browser: Browser
    token: str

    @property
    def signed_in(self) -> StorageState:
        """What a browser keeps of somebody who is signed in to Home Assistant."""
        url = self.run.process.url
        tokens = {
            "access_token": self.token,
            "token_type": "Bearer",
            "expires_in": 1800,
            "expires": _NEVER,
            "refresh_token": "",
            "hassUrl": url,
            "clientId": f"{url}/",
        }
        return {"origins": [{"origin": url, "localStorage": [{"name": "hassTokens", "value": json.dumps(tokens)}]}]}

    async def without_entry(self) -> None:
        """Let there be nothing of the integration."""
        for entry in await self.run.api.entries(DOMAIN):
            await self.run.api.rest("DELETE", f"/api/config/config_entries/entry/{entry['entry_id']}")

    async def with_entry(self) -> None:
        """Let the integration be set up, and the dashboard show it."""
        if not await self.run.api.entries(DOMAIN):
            await set_up(self.run, self.simulator)
        dashboard.write(self.folder, await self.run.api.entity_ids(DOMAIN))


@asynccontextmanager
async def open_house(folder: Path, executable: str) -> AsyncGenerator[House]:
    """Start all of it, and end all of it afterwards."""
    simulator = JellyfinSimulator(version="12.0.0", name="Demo", library_monitor_delay=0.3, library_update_duration=2.0)
    simulator.add_user(LOGIN, LOGIN, administrator=True)
    simulator.core.monitor.pace.watched_probe = 0.05
    provider = simulator.add_subtitle_provider()
    provider.offer("eng")
    library = DemoLibrary(simulator, Arrived())
    (folder / dashboard.AUTOMATIONS).touch()
    await simulator.start()
    try:
        async with home_assistant(simulator, folder, dashboard.CONFIGURATION) as run, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
            token = await run.api.long_lived_token("Browser")
            yield House(folder, simulator, library, provider, run, browser, token)
            await browser.close()
    finally:
        await simulator.stop()
