"""The engine's memory, on Home Assistant's disk."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, override

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, UnsupportedStorageVersionError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.storage import Store

from .const import DOMAIN, ISSUE_LEDGER_KEPT_ASIDE, ISSUE_REQUESTS_KEPT_ASIDE, ISSUE_STORAGE_KEPT_ASIDE, LOGGER
from .engine.known_storage import KnownStorage
from .engine.ledger_storage import LedgerStorage
from .engine.request_book import RequestStorage

STORAGE_VERSION = 1

# What reading a file ends with that is of a newer version, or whose envelope is none (whatever it stumbles over).
_UNREADABLE = (UnsupportedStorageVersionError, AttributeError, KeyError, NotImplementedError, TypeError)

type Document = dict[str, Any]


class JellyfinSubtitlesStorage(KnownStorage, RequestStorage, LedgerStorage):
    """Six files per config entry: known ids, the journal of what happened since, requests, both ledgers, webhook calls.

    A file that cannot be understood is renamed and named in a repair issue; it is never overwritten. Only that of the
    webhook is: nothing depends on it but what a page says.
    """

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Name the files; nothing is read yet."""
        self._hass = hass
        self._entry_id = entry_id
        self._known = _store(hass, entry_id, "known")
        self._journal = _store(hass, entry_id, "journal")
        self._requests = _store(hass, entry_id, "requests")
        self._ledger = _store(hass, entry_id, "ledger")
        self._closed = _store(hass, entry_id, "ledger_closed")
        self._webhook = _store(hass, entry_id, "webhook")
        self._has_lost_ledger = False

    @property
    @override
    def has_lost_ledger(self) -> bool:
        """Whether there was a file of what is open, and nothing in it that could be read."""
        return self._has_lost_ledger

    @override
    async def load_known(self) -> Document | None:
        """Return the known document; None if there is none that can be read."""
        return await self._async_load(self._known)

    @override
    async def load_journal(self) -> Document | None:
        """Return the journal; None if there is none that can be read."""
        return await self._async_load(self._journal)

    @override
    async def save_known(self, document: Document) -> bool:
        """Write the known document; return whether it stands on the disk now."""
        return await self._async_save(self._known, document)

    @override
    async def save_journal(self, document: Document) -> None:
        """Write the journal."""
        await self._journal.async_save(document)

    @override
    async def keep_aside(self) -> None:
        """Rename both files: what is in them makes no sense."""
        for store in (self._known, self._journal):
            await self._async_keep_aside(store)

    @override
    async def load_requests(self) -> Document | None:
        """Return the open requests; None if there are none that can be read."""
        return await self._async_load(self._requests)

    @override
    async def save_requests(self, document: Document) -> None:
        """Write the open requests."""
        await self._requests.async_save(document)

    @override
    async def keep_requests_aside(self) -> None:
        """Rename the file: what is in it makes no sense."""
        await self._async_keep_aside(self._requests)

    @override
    async def load_ledger(self) -> Document | None:
        """Return what was open; None if there is nothing that can be read."""
        before = await self._hass.async_add_executor_job(_written, self._ledger.path)
        document = await self._async_load(self._ledger)
        self._has_lost_ledger = document is None and before is not None
        return document

    @override
    async def save_ledger(self, document: Document) -> None:
        """Write what is open."""
        await self._ledger.async_save(document)

    @override
    async def load_closed(self) -> Document | None:
        """Return what was over; None if there is nothing that can be read."""
        return await self._async_load(self._closed)

    @override
    async def save_closed(self, document: Document) -> bool:
        """Write what is over; return whether it stands on the disk now."""
        return await self._async_save(self._closed, document)

    @override
    async def keep_ledger_aside(self) -> None:
        """Rename both files: what is in them makes no sense."""
        for store in (self._ledger, self._closed):
            await self._async_keep_aside(store)

    async def async_load_webhook(self) -> Document:
        """Return what came through the webhook; empty if there is nothing that can be read."""
        try:
            document = await self._webhook.async_load()
        except (*_UNREADABLE, HomeAssistantError, OSError) as err:
            LOGGER.debug("%s cannot be read: %r", self._webhook.key, err)
            return {}
        return document if isinstance(document, dict) else {}

    @callback
    def async_delay_save_webhook(self, describe: Callable[[], Document], delay: float) -> None:
        """Write what came through the webhook once nothing more has come for so many seconds, or at the stop."""
        self._webhook.async_delay_save(describe, delay)

    async def async_save_webhook(self, document: Document) -> None:
        """Write what came through the webhook now."""
        await self._webhook.async_save(document)

    async def async_remove(self) -> None:
        """Delete the files; what was kept aside is left to the person who was told of it."""
        for store in (self._known, self._journal, self._requests, self._ledger, self._closed, self._webhook):
            await store.async_remove()
            ir.async_delete_issue(self._hass, DOMAIN, _issue_id(store))

    async def _async_load(self, store: Store[Document]) -> Document | None:
        """Load one file.

        Broken JSON is renamed and reported by Home Assistant itself. A newer version, or an envelope that is none,
        raises, and is put aside here.
        """
        try:
            document = await store.async_load()
        except _UNREADABLE as err:
            LOGGER.debug("%s cannot be understood: %r", store.key, err)
        else:
            if document is None or isinstance(document, dict):
                return document
        await self._async_keep_aside(store)
        return None

    async def _async_save(self, store: Store[Document], document: Document) -> bool:
        """Write one file, and say if it was written: a full disk is only logged, and a stop puts it off."""
        before = await self._hass.async_add_executor_job(_written, store.path)
        await store.async_save(document)
        return await self._hass.async_add_executor_job(_written, store.path) != before

    async def _async_keep_aside(self, store: Store[Document]) -> None:
        path = Path(store.path)
        kept = path.with_name(f"{path.name}.kept.{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
        try:
            await self._hass.async_add_executor_job(path.rename, kept)
        except FileNotFoundError:
            return
        LOGGER.warning("What %s holds cannot be understood; it was renamed to %s", store.key, kept)
        # What is lost with it, and so what the issue says, depends on the file.
        if store is self._requests:
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                _issue_id(store),
                is_fixable=True,
                is_persistent=True,
                severity=ir.IssueSeverity.WARNING,
                translation_key=ISSUE_REQUESTS_KEPT_ASIDE,
                translation_placeholders={"file": str(kept)},
            )
        elif store in (self._ledger, self._closed):
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                _issue_id(store),
                is_fixable=True,
                is_persistent=True,
                severity=ir.IssueSeverity.WARNING,
                translation_key=ISSUE_LEDGER_KEPT_ASIDE,
                translation_placeholders={"file": str(kept)},
            )
        else:
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                _issue_id(store),
                is_fixable=True,
                is_persistent=True,
                severity=ir.IssueSeverity.WARNING,
                translation_key=ISSUE_STORAGE_KEPT_ASIDE,
                translation_placeholders={"file": str(kept)},
            )


def _store(hass: HomeAssistant, entry_id: str, name: str) -> Store[Document]:
    return Store(
        hass,
        STORAGE_VERSION,
        f"{DOMAIN}.{entry_id}.{name}",
        private=True,
        atomic_writes=True,
        # A large library is megabytes of JSON, and the engine never touches a document again that it has handed over.
        serialize_in_event_loop=False,
    )


def _written(path: str) -> tuple[int, int] | None:
    """Return what tells one writing of a file from the next; None if there is no file."""
    try:
        state = Path(path).stat()
    except OSError:
        return None
    return state.st_ino, state.st_mtime_ns


def _issue_id(store: Store[Document]) -> str:
    return f"{ISSUE_STORAGE_KEPT_ASIDE}_{store.key}"
