"""What the engine says: kept for the entities, and passed on to Home Assistant."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from .const import (
    CORE_JELLYFIN_DOMAIN,
    DOMAIN,
    EVENT_AUTOMATION_ASKED,
    EVENT_MEDIA_ADDED,
    EVENT_MEDIA_ADDED_BATCH,
    EVENT_MEDIA_READY,
    EVENT_SUBTITLE_ARRIVED,
    EVENT_SUBTITLE_FAILED,
    EVENT_SUBTITLE_REQUESTED,
    EVENT_TYPE_AUTOMATION_ASKED,
    EVENT_TYPE_MEDIA_ADDED,
    EVENT_TYPE_MEDIA_ADDED_BATCH,
    EVENT_TYPE_MEDIA_READY,
    EVENT_TYPE_SUBTITLE_ARRIVED,
    EVENT_TYPE_SUBTITLE_FAILED,
    EVENT_TYPE_SUBTITLE_REQUESTED,
    LOGGER,
)
from .engine.asked import Asked
from .engine.backends import Task
from .engine.backends.automation import Automation
from .engine.catch_up import CatchUp
from .engine.flood import is_mass
from .engine.jellyfin import JellyfinClient, MediaItem, ServerInfo
from .engine.known import KnownIds
from .engine.ledger import Ledger
from .engine.ledger_models import MediaReady, Outcome, RecordState
from .engine.libraries import Libraries
from .engine.listener import JellyfinSubtitlesListener
from .engine.models import (
    BACKLOG,
    Announcement,
    CatchUpResult,
    ListenerState,
    ListenerStatus,
    MediaBatch,
    SubtitleRequest,
)
from .engine.pipeline import SubtitlePipeline
from .engine.policy import Household
from .engine.progress import Progress, progress_of
from .engine.requests import SubtitleRequests
from .engine.worker import SubtitleWorker
from .failures import explained
from .issues import JellyfinSubtitlesIssues
from .webhook import JellyfinSubtitlesWebhookManager

type JellyfinSubtitlesConfigEntry = ConfigEntry[JellyfinSubtitlesRuntimeData]


@dataclass(frozen=True, slots=True)
class JellyfinSubtitlesRuntimeData:
    """What belongs to a loaded config entry."""

    client: JellyfinClient
    known: KnownIds
    libraries: Libraries
    household: Household
    pipeline: SubtitlePipeline
    requests: SubtitleRequests
    ledger: Ledger
    worker: SubtitleWorker
    catch_up: CatchUp
    listener: JellyfinSubtitlesListener
    coordinator: JellyfinSubtitlesCoordinator
    issues: JellyfinSubtitlesIssues
    webhook: JellyfinSubtitlesWebhookManager


@dataclass(frozen=True, slots=True)
class JellyfinSubtitlesData:
    """What the entities show."""

    status: ListenerStatus
    last_item: Announcement | None
    last_sync: CatchUpResult | None
    progress: Progress


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that is said once: as an event on the bus, and by an event entity with fewer words.

    `count` is how many items it is about.
    """

    event_type: str
    event: str
    payload: dict[str, Any]
    attributes: dict[str, Any]
    count: int = 1


class JellyfinSubtitlesCoordinator(DataUpdateCoordinator[JellyfinSubtitlesData]):
    """Hears the engine; asks it for nothing but a catch-up."""

    config_entry: JellyfinSubtitlesConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: JellyfinSubtitlesConfigEntry,
        server: ServerInfo | None,
        client: JellyfinClient,
        household: Household,
        ledger: Ledger,
        listener: JellyfinSubtitlesListener,
        last_item: Announcement | None,
    ) -> None:
        """Show what is known before anything is heard."""
        super().__init__(hass, LOGGER, config_entry=entry, name=entry.title, update_interval=None)
        self.server_id = str(entry.unique_id)
        self.server_version = server.version if server else None
        self.device_info = DeviceInfo(
            identifiers={(DOMAIN, self.server_id), (CORE_JELLYFIN_DOMAIN, self.server_id)},
            entry_type=DeviceEntryType.SERVICE,
            manufacturer="Jellyfin",
            model="Jellyfin Server",
            name=entry.title,
            configuration_url=client.url,
        )
        if self.server_version:
            # Otherwise the device keeps the version that it was seen with last.
            self.device_info["sw_version"] = self.server_version
        self._client = client
        self._household = household
        self._ledger = ledger
        self._is_counting = False
        self._listener = listener
        self._happening_callbacks: list[Callable[[Happening], None]] = []
        # Made here, not with the first entity: an announcement names the device.
        self._device = dr.async_get(hass).async_get_or_create(config_entry_id=entry.entry_id, **self.device_info)
        self.data = JellyfinSubtitlesData(listener.status, last_item, last_sync=None, progress=progress_of(ledger))

    @callback
    def async_listen_to(
        self,
        pipeline: SubtitlePipeline,
        catch_up: CatchUp,
        requests: SubtitleRequests,
        worker: SubtitleWorker,
        automation: Automation,
    ) -> None:
        """Hear what the engine has to say, until the entry is unloaded."""
        for unsubscribe in (
            pipeline.subscribe(self._handle_announcement),
            pipeline.subscribe_batches(self._handle_batch),
            requests.subscribe(self._handle_request),
            worker.subscribe(self._handle_outcome),
            worker.watch(self._handle_change),
            automation.subscribe(self._handle_asked),
            catch_up.subscribe(self._handle_catch_up),
            self._listener.subscribe(self._handle_status),
        ):
            self.config_entry.async_on_unload(unsubscribe)

    @callback
    def async_subscribe_happenings(self, happening: Callable[[Happening], None]) -> CALLBACK_TYPE:
        """Call back with everything that happens from now on."""
        self._happening_callbacks.append(happening)
        return lambda: self._happening_callbacks.remove(happening)

    def payload(self, announcement: Announcement) -> dict[str, Any]:
        """Return what events say about an announced item: flat and JSON-safe."""
        return {**self._about(announcement.item_id), **announcement.as_dict()}

    def _about(self, item_id: str) -> dict[str, Any]:
        return {**self._origin, "web_link": self._client.web_link(item_id, self.server_id)}

    @property
    def _origin(self) -> dict[str, Any]:
        return {
            "config_entry_id": self.config_entry.entry_id,
            "server_id": self.server_id,
            "device_id": self._device.id,
        }

    async def async_sync_now(self) -> CatchUpResult:
        """Ask the server at once what is new, for a person who wants to know if that failed."""
        with explained(self.hass, self.config_entry):
            return await self._listener.sync_now()

    async def async_fallback_sync(self, _now: datetime) -> None:
        """Ask the server what is new because it is time to; the next time will do if that fails."""
        # The entry may be unloaded while the server thinks.
        issues = self.config_entry.runtime_data.issues
        try:
            await self.async_sync_now()
        except HomeAssistantError as err:
            self.logger.debug("The regular look at %s failed: %s", self.name, err)
        else:
            await issues.async_check_rights()

    @callback
    def _handle_announcement(self, announcement: Announcement) -> None:
        """Show an item and say that it is there."""
        self.async_set_updated_data(replace(self.data, last_item=announcement))
        payload = self.payload(announcement)
        self._tell(Happening(EVENT_TYPE_MEDIA_ADDED, EVENT_MEDIA_ADDED, payload, payload))
        self._tell_if_ready(announcement)

    @callback
    def _handle_batch(self, batch: MediaBatch) -> None:
        """Show the last of many items, and say how many there are; only the event on the bus names them all."""
        self.async_set_updated_data(replace(self.data, last_item=batch.items[-1]))
        payload = {**self._origin, **batch.as_dict()}
        counts = {key: payload[key] for key in ("item_type", "series_name", "count", "part", "parts")}
        self._tell(Happening(EVENT_TYPE_MEDIA_ADDED_BATCH, EVENT_MEDIA_ADDED_BATCH, payload, counts, len(batch.items)))
        if not is_mass(batch.total):
            for item in batch.items:
                self._tell_if_ready(item)

    @callback
    def _tell_if_ready(self, announcement: Announcement) -> None:
        """Say that a new item has all that is wanted, if it came with it."""
        wanted = self._household.wants_for(announcement.library_id)
        if announcement.complete and not announcement.missing_languages and wanted:
            self._tell_ready(MediaReady.of_announcement(announcement))

    @callback
    def _tell_ready(self, ready: MediaReady) -> None:
        payload = {**self._about(ready.item_id), **ready.as_dict()}
        self._tell(Happening(EVENT_TYPE_MEDIA_READY, EVENT_MEDIA_READY, payload, payload))

    @callback
    def _handle_outcome(self, outcome: Outcome) -> None:
        """Say what came of a request; that something is gone or left alone is no news."""
        record = outcome.record
        payload = {**self._about(record.item_id), **outcome.as_dict()}
        if outcome.state.is_good:
            self._tell(Happening(EVENT_TYPE_SUBTITLE_ARRIVED, EVENT_SUBTITLE_ARRIVED, payload, payload))
        elif outcome.state in (RecordState.NOT_FOUND, RecordState.FAILED):
            self._tell(Happening(EVENT_TYPE_SUBTITLE_FAILED, EVENT_SUBTITLE_FAILED, payload, payload))
        if outcome.is_ready and record.request_reason not in BACKLOG:
            self._tell_ready(MediaReady.of_record(record, repeated=outcome.repeated))

    @callback
    def _handle_change(self) -> None:
        """Count soon, and once for all records that change in the same turn of the loop."""
        if not self._is_counting:
            self._is_counting = True
            self.hass.loop.call_soon(self._count)

    @callback
    def _count(self) -> None:
        self._is_counting = False
        self.async_set_updated_data(replace(self.data, progress=progress_of(self._ledger)))

    @callback
    def _handle_request(self, request: SubtitleRequest) -> None:
        """Say what a file lacks."""
        payload = {**self.payload(request.item), **request.as_dict()}
        self._tell(Happening(EVENT_TYPE_SUBTITLE_REQUESTED, EVENT_SUBTITLE_REQUESTED, payload, payload))

    @callback
    def _handle_asked(self, task: Task, file: MediaItem) -> None:
        """Say that it is the automations' turn; that is no news to people, so that no entity tells of it."""
        if record := self._ledger.open.get(f"{task.item_id};{task.want.key}"):
            payload = {**self._about(record.item_id), **Asked(record, file).as_dict()}
            self._tell(Happening(EVENT_TYPE_AUTOMATION_ASKED, EVENT_AUTOMATION_ASKED, payload, payload))

    @callback
    def _tell(self, happening: Happening) -> None:
        """Say what happens: to the entities first, automations may look at them."""
        for callback_ in tuple(self._happening_callbacks):
            callback_(happening)
        self.hass.bus.async_fire(happening.event, happening.payload)

    @callback
    def _handle_catch_up(self, result: CatchUpResult) -> None:
        self.async_set_updated_data(replace(self.data, last_sync=result))

    @callback
    def _handle_status(self, status: ListenerStatus) -> None:
        self.async_set_updated_data(replace(self.data, status=status))
        if status.state is ListenerState.SIGN_IN_NEEDED:
            self.config_entry.async_start_reauth(self.hass)
