"""A Home Assistant and a Jellyfin server that live through a day together."""

from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient, TestServer
from pytest_homeassistant_custom_component.common import async_test_home_assistant

from custom_components.jellyfin_subtitles.const import (
    DOMAIN,
    EVENT_MEDIA_ADDED,
    EVENT_MEDIA_ADDED_BATCH,
    EVENT_SUBTITLE_REQUESTED,
)
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from custom_components.jellyfin_subtitles.engine.models import ListenerState
from homeassistant import loader
from homeassistant.const import CONF_PASSWORD, CONF_URL, CONF_USERNAME, CONF_VERIFY_SSL
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary, audio, video
from tests.dialog import choose, sign_in, submit
from tests.posting import Door

from .hasty_time import HastyClock, HastyLoop

LOGIN = {CONF_USERNAME: "alex", CONF_PASSWORD: "correct horse"}
WITHOUT_SUBTITLES = (video(), audio("eng"))
HOUR = 3600


@dataclass
class Household:
    """What a person does, what happens to them, and what they hear of it."""

    folder: Path
    simulator: JellyfinSimulator
    films: SimLibrary
    series: SimLibrary
    old: SimLibrary
    arrived: list[str] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)
    announced: Counter[str] = field(default_factory=Counter)
    requested: Counter[str] = field(default_factory=Counter)
    batches: list[int] = field(default_factory=list)

    @asynccontextmanager
    async def home_assistant(self) -> AsyncIterator[HomeAssistant]:
        """Run Home Assistant; what it knows is on the disk."""
        async with async_test_home_assistant(config_dir=str(self.folder)) as hass:
            hass.data.pop(loader.DATA_CUSTOM_COMPONENTS)
            await hass.config_entries.async_initialize()
            for kind in (EVENT_MEDIA_ADDED, EVENT_MEDIA_ADDED_BATCH, EVENT_SUBTITLE_REQUESTED):
                hass.bus.async_listen(kind, self._hear)
            assert await async_setup_component(hass, DOMAIN, {})
            try:
                yield hass
            finally:
                await hass.async_stop(force=True)

    @callback
    def _hear(self, event: Event[dict[str, Any]]) -> None:
        if event.event_type == EVENT_MEDIA_ADDED_BATCH:
            self.batches.append(event.data["count"])
            self.announced.update(event.data["item_ids"])
        elif event.event_type == EVENT_MEDIA_ADDED:
            self.announced[event.data["item_id"]] += 1
        else:
            self.requested[event.data["item_id"]] += 1

    async def set_up(self, hass: HomeAssistant) -> None:
        """Go through the dialog, and choose each library by its name."""
        page = await sign_in(hass, {CONF_URL: self.simulator.url, CONF_VERIFY_SSL: True, **LOGIN})
        chosen = [library.library_id for library in (self.films, self.series, self.old)]
        page = await submit(hass, page, {"all_libraries": False, "libraries": chosen})
        assert page["type"] == "create_entry"

    async def sign_in_again(self, hass: HomeAssistant) -> None:
        """Go through the dialog that Home Assistant has opened, which is the only one."""
        (flow,) = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
        assert flow["context"]["source"] == "reauth"
        page = await hass.config_entries.flow.async_configure(flow["flow_id"])
        page = await submit(hass, await choose(hass, page, "password"), LOGIN)
        assert (page["type"], page["reason"]) == ("abort", "reauth_successful")

    def film(self, name: str, *, announce: bool = True) -> SimItem:
        """Let a film arrive."""
        film = self.simulator.add_film(self.films, name, year=2020, announce=announce)
        self.arrived.append(film.item_id)
        return film

    def season(self, count: int) -> None:
        """Let a season arrive that has no subtitles."""
        series = self.simulator.add_series(self.series, "Tides", announce=False)
        self._lacking(self.simulator.add_season(series, 1, count, streams=WITHOUT_SUBTITLES))

    def mass(self, count: int) -> None:
        """Let films arrive, all at once, that have no subtitles."""
        self._lacking(
            [
                self.simulator.add_film(self.films, f"Restored {number}", streams=WITHOUT_SUBTITLES)
                for number in range(count)
            ]
        )

    def _lacking(self, items: list[SimItem]) -> None:
        ids = [item.item_id for item in items]
        self.arrived += ids
        self.lacking += ids

    def secrets(self, hass: HomeAssistant) -> set[str]:
        """Return what nobody shall read in a log."""
        return {entry_of(hass).data["token"], LOGIN[CONF_PASSWORD]}


def entry_of(hass: HomeAssistant) -> JellyfinSubtitlesConfigEntry:
    """Return the config entry."""
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    return entry


def issues_of(hass: HomeAssistant) -> list[str | None]:
    """Return what the person is told to look at."""
    return [issue.translation_key for (domain, _), issue in ir.async_get(hass).issues.items() if domain == DOMAIN]


def state_of(hass: HomeAssistant) -> ListenerState:
    """Return how the connection is."""
    return entry_of(hass).runtime_data.listener.status.state


@asynccontextmanager
async def door_of(hass: HomeAssistant) -> AsyncIterator[Door]:
    """Return the webhook, from outside."""
    async with TestClient(TestServer(hass.http.app)) as client:
        yield Door(client, entry_of(hass))


@asynccontextmanager
async def household(loop: HastyLoop, folder: Path, version: str) -> AsyncGenerator[Household]:
    """Run a server that has been there for long, and is as slow as it is."""
    simulator = JellyfinSimulator(version=version, clock=HastyClock(loop))
    simulator.add_user(LOGIN[CONF_USERNAME], LOGIN[CONF_PASSWORD], administrator=True)
    simulator.add_subtitle_provider()
    films = simulator.add_library("Films", "movies", announce=False)
    series = simulator.add_library("Series", "tvshows", announce=False)
    old = simulator.add_library("Old films", "movies", announce=False)
    for library in (films, old):
        simulator.add_many(library, 100)
    await simulator.start()
    try:
        yield Household(folder, simulator, films, series, old)
    finally:
        await simulator.stop()
