"""Jellyfin Subtitles: new films and episodes of a Jellyfin server, announced once and completely."""

from datetime import datetime

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntryChange, ConfigEntryState
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed, ConfigEntryError, ConfigEntryNotReady, HomeAssistantError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.start import async_at_started
from homeassistant.helpers.typing import ConfigType
from homeassistant.util import dt as dt_util

from . import options
from .candidate_services import async_setup_candidate_services
from .connection import async_create_client, async_log_out
from .const import DOMAIN, SAVE_INTERVAL
from .coordinator import JellyfinSubtitlesConfigEntry, JellyfinSubtitlesCoordinator, JellyfinSubtitlesRuntimeData
from .engine.backends import FailureReason
from .engine.backends.automation import Automation
from .engine.backends.jellyfin_search import JellyfinSearch
from .engine.catch_up import CatchUp
from .engine.chain import chain_of
from .engine.flood import FloodTimings
from .engine.jellyfin import (
    JellyfinAuthenticationError,
    JellyfinClient,
    JellyfinConnectionError,
    JellyfinError,
    JellyfinServerStartingError,
    JellyfinTlsError,
    LibraryChanged,
    NowPlaying,
    ServerInfo,
    User,
)
from .engine.known import KnownIds
from .engine.ledger import Ledger
from .engine.libraries import Libraries
from .engine.listener import JellyfinSubtitlesListener
from .engine.models import ListenerState, ListenerStatus
from .engine.pipeline import SubtitlePipeline
from .engine.requests import SubtitleRequests
from .engine.watching import watched_next
from .engine.worker import SubtitleWorker
from .issues import JellyfinSubtitlesIssues, async_remove_issues
from .rebuild import async_rebuild_when_connected
from .request_services import async_setup_request_services
from .scan_services import async_setup_scan_services
from .services import async_setup_services
from .storage import JellyfinSubtitlesStorage
from .webhook import JellyfinSubtitlesWebhookManager, async_remove_cloudhook

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)

PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.IMAGE,
    Platform.SENSOR,
    Platform.SWITCH,
    Platform.TODO,
]


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register the actions."""
    async_setup_services(hass)
    async_setup_request_services(hass)
    async_setup_candidate_services(hass)
    async_setup_scan_services(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: JellyfinSubtitlesConfigEntry) -> bool:
    """Follow a Jellyfin server."""
    client = await async_create_client(hass, entry.data)
    server, user = await _async_check(entry, client) or (None, None)
    storage = JellyfinSubtitlesStorage(hass, entry.entry_id)
    known = KnownIds(storage)
    libraries = Libraries(options.chosen_libraries(entry.options))
    household = options.household(hass, entry.options, entry.subentries.values())
    requests = SubtitleRequests(client, libraries, storage, household, now=dt_util.utcnow)
    ledger = Ledger(storage)
    await _async_load(known, requests, ledger)
    automation = Automation(client)
    backends = {backend.name: backend for backend in (JellyfinSearch(client), automation)}
    worker = SubtitleWorker(
        client,
        ledger,
        lambda record: chain_of(record, household, backends),
        now=dt_util.utcnow,
        timings=options.work_timings(entry.options),
    )
    flood = FloodTimings(limit=options.flood_limit(entry.options))
    pipeline = SubtitlePipeline(client, known, libraries, requests, household, now=dt_util.utcnow, flood=flood)
    catch_up = CatchUp(client, known, libraries, pipeline, now=dt_util.utcnow)
    timings = options.listener_timings(entry.options)
    listener = JellyfinSubtitlesListener(client, pipeline, catch_up, now=dt_util.utcnow, timings=timings)
    coordinator = JellyfinSubtitlesCoordinator(hass, entry, server, client, household, ledger, listener, known.last)
    coordinator.async_listen_to(pipeline, catch_up, requests, worker, automation)
    _connect(entry, requests, listener, ledger, worker)
    if user is not None and user.can_manage_subtitles:
        worker.unblock(FailureReason.NO_RIGHT)
    issues = JellyfinSubtitlesIssues(hass, entry, client, libraries)
    issues.async_listen_to(listener, catch_up, requests, user)
    issues.async_listen_to_worker(worker, ledger)
    webhook = JellyfinSubtitlesWebhookManager(hass, entry, storage, pipeline, known, listener)
    await webhook.async_load()
    entry.runtime_data = JellyfinSubtitlesRuntimeData(
        client,
        known,
        libraries,
        household,
        pipeline,
        requests,
        ledger,
        worker,
        catch_up,
        listener,
        coordinator,
        issues,
        webhook,
    )
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    _start(hass, entry)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: JellyfinSubtitlesConfigEntry) -> bool:
    """Stop following; the entry cancels its own tasks, and the pipeline saves what it knows as it ends."""
    # First: what is announced while the platforms go would reach no event entity.
    entry.runtime_data.pipeline.close()
    entry.runtime_data.worker.close()
    if await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
        return True
    entry.runtime_data.pipeline.open()
    entry.runtime_data.worker.open()
    return False


async def async_remove_entry(hass: HomeAssistant, entry: JellyfinSubtitlesConfigEntry) -> None:
    """Leave nothing behind, here or on the server."""
    await JellyfinSubtitlesStorage(hass, entry.entry_id).async_remove()
    async_remove_issues(hass, entry.entry_id)
    async_log_out(hass, entry.data)
    await async_remove_cloudhook(hass, entry)


async def _async_check(entry: JellyfinSubtitlesConfigEntry, client: JellyfinClient) -> tuple[ServerInfo, User] | None:
    """Return the server that answers and who we are there, once it is the right one; None if it is away.

    A server that is away, or still starting, is what the listener is there for: it comes back to it, and the connection
    sensor tells when. What only a person can mend, and who is refused, ends here.
    """
    try:
        server = await client.get_public_info()
        user = await client.get_user() if server.server_id == entry.unique_id else None
    except JellyfinAuthenticationError as err:
        raise ConfigEntryAuthFailed(translation_domain=DOMAIN, translation_key="sign_in_needed") from err
    except JellyfinError as err:
        is_away = isinstance(err, (JellyfinConnectionError, JellyfinServerStartingError))
        if is_away and not isinstance(err, JellyfinTlsError):
            return None
        raise ConfigEntryNotReady(
            translation_domain=DOMAIN,
            translation_key="cannot_connect",
            translation_placeholders={"reason": str(err)},
        ) from err
    if user is None:
        raise ConfigEntryError(
            translation_domain=DOMAIN, translation_key="other_server", translation_placeholders={"address": client.url}
        )
    return server, user


async def _async_load(known: KnownIds, requests: SubtitleRequests, ledger: Ledger) -> None:
    """Read what is stored; without being able to, the whole library would be news."""
    try:
        await known.load()
        await requests.load(known.interrupted)
        await ledger.load()
    except (HomeAssistantError, OSError) as err:
        raise ConfigEntryError(
            translation_domain=DOMAIN,
            translation_key="storage_unreadable",
            translation_placeholders={"reason": str(err)},
        ) from err


@callback
def _connect(
    entry: JellyfinSubtitlesConfigEntry,
    requests: SubtitleRequests,
    listener: JellyfinSubtitlesListener,
    ledger: Ledger,
    worker: SubtitleWorker,
) -> None:
    """Let the worker hear what is asked for, what has changed, what is being watched, and when the server is back."""

    @callback
    def hear_change(change: LibraryChanged) -> None:
        worker.updated((*change.items_updated, *change.items_removed))

    @callback
    def hear_playing(playing: NowPlaying) -> None:
        worker.prefer(watched_next(playing.items, ledger.open.values()))

    @callback
    def hear_status(status: ListenerStatus) -> None:
        if status.state is ListenerState.CONNECTED:
            worker.wake()

    for unsubscribe in (
        requests.subscribe(worker.take),
        requests.save_first(worker.save),
        listener.subscribe_changes(hear_change),
        listener.subscribe_playing(hear_playing),
        listener.subscribe(hear_status),
    ):
        entry.async_on_unload(unsubscribe)


@callback
def _start(hass: HomeAssistant, entry: JellyfinSubtitlesConfigEntry) -> None:
    """Set everything in motion that ends with the entry."""
    running = entry.runtime_data

    @callback
    def open_pipeline(_hass: HomeAssistant) -> None:
        running.worker.open()
        running.pipeline.open()

    @callback
    def hear_entry(change: ConfigEntryChange, changed: JellyfinSubtitlesConfigEntry) -> None:
        if changed is entry and entry.state is ConfigEntryState.LOADED:
            if options.profiles(entry.subentries.values()) != running.household.profiles:
                hass.config_entries.async_schedule_reload(entry.entry_id)

    async def save(now: datetime) -> None:
        await running.known.save(now)

    async_rebuild_when_connected(hass, entry)
    entry.async_create_background_task(hass, running.pipeline.run(), f"{DOMAIN} pipeline")
    entry.async_create_background_task(hass, running.requests.run(), f"{DOMAIN} requests")
    entry.async_create_background_task(hass, running.worker.run(), f"{DOMAIN} subtitles")
    entry.async_create_background_task(hass, running.listener.run(), f"{DOMAIN} listener")
    entry.async_on_unload(async_at_started(hass, open_pipeline))
    entry.async_on_unload(async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, hear_entry))
    running.webhook.async_start()
    entry.async_on_unload(async_track_time_interval(hass, save, SAVE_INTERVAL, cancel_on_shutdown=True))
    interval = options.fallback_interval(entry.options)
    if interval is not None and not entry.pref_disable_polling:
        sync = running.coordinator.async_fallback_sync
        entry.async_on_unload(async_track_time_interval(hass, sync, interval, cancel_on_shutdown=True))
