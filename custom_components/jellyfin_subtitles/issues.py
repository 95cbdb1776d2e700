"""What somebody should know, or decide, about a running entry: repair issues, each as long as its cause lasts."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_USERNAME
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import (
    CONF_RIGHTS,
    DOMAIN,
    ISSUE_LIBRARY_NOT_VISIBLE,
    ISSUE_MASS_ARRIVAL,
    ISSUE_NO_LIBRARY_VISIBLE,
    ISSUE_NO_SUBTITLE_PROVIDER,
    ISSUE_NO_SUBTITLE_RIGHT,
    ISSUE_PROVIDER_FAILS,
    ISSUE_RIGHTS_REDUCED,
    ISSUE_UNPROVEN_CONNECTION,
    LOGGER,
)
from .engine.backends import FailureReason
from .engine.catch_up import CatchUp
from .engine.jellyfin import JellyfinClient, JellyfinError, User
from .engine.ledger import Ledger
from .engine.ledger_models import Outcome, RecordState
from .engine.libraries import Libraries
from .engine.listener import JellyfinSubtitlesListener
from .engine.models import CatchUpResult, ListenerState, ListenerStatus
from .engine.requests import SubtitleRequests
from .engine.rights import Right, named_rights, rights_of
from .engine.troubles import Troubles
from .engine.worker import SubtitleWorker

_ISSUES: Final = (
    ISSUE_LIBRARY_NOT_VISIBLE,
    ISSUE_MASS_ARRIVAL,
    ISSUE_NO_LIBRARY_VISIBLE,
    ISSUE_NO_SUBTITLE_PROVIDER,
    ISSUE_NO_SUBTITLE_RIGHT,
    ISSUE_PROVIDER_FAILS,
    ISSUE_RIGHTS_REDUCED,
    ISSUE_UNPROVEN_CONNECTION,
)


class JellyfinSubtitlesIssues:
    """Raises and ends the issues of an entry while it is loaded; only what somebody ignores outlives that, unseen."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry[Any], client: JellyfinClient, libraries: Libraries
    ) -> None:
        """Take what is to be looked at; nothing is raised yet."""
        self._hass = hass
        self._entry = entry
        self._client = client
        self._libraries = libraries
        self._rights_in_doubt = True
        self._is_over = False
        self._troubles = Troubles()
        self._told: dict[str, bool] = {}

    @callback
    def async_listen_to(
        self, listener: JellyfinSubtitlesListener, catch_up: CatchUp, requests: SubtitleRequests, user: User | None
    ) -> None:
        """Hear what raises or ends an issue, until the entry is unloaded; `user` is whom the setup has seen."""
        self._entry.async_on_unload(self._end_all)
        for unsubscribe in (
            listener.subscribe(self._handle_status),
            catch_up.subscribe(self._handle_catch_up),
            requests.subscribe_mass(self._handle_mass),
        ):
            self._entry.async_on_unload(unsubscribe)
        if user is not None:
            self._rights_in_doubt = False
            self._compare_rights(user)
        self._handle_mass(requests.mass)

    @callback
    def async_listen_to_worker(self, worker: SubtitleWorker, ledger: Ledger) -> None:
        """Hear what stands in the way of the subtitles, until the entry is unloaded."""

        @callback
        def handle_change() -> None:
            found = self._troubles.look(ledger.open)
            self._tell(ISSUE_NO_SUBTITLE_RIGHT, self._raise_no_right, is_so=FailureReason.NO_RIGHT in found)
            self._tell(ISSUE_NO_SUBTITLE_PROVIDER, self._raise_no_provider, is_so=FailureReason.NO_PROVIDER in found)
            self._tell(ISSUE_PROVIDER_FAILS, self._raise_provider_fails, is_so=FailureReason.PROVIDER_FAILED in found)

        @callback
        def handle_outcome(outcome: Outcome) -> None:
            if outcome.state is RecordState.ARRIVED:
                self._troubles.served()

        self._entry.async_on_unload(worker.subscribe(handle_outcome))
        self._entry.async_on_unload(worker.watch(handle_change))
        handle_change()

    async def async_check_rights(self) -> None:
        """Look what the user may do now; if that cannot be had, the next time will do."""
        self._rights_in_doubt = False
        try:
            user = await self._client.get_user()
        except JellyfinError as err:
            LOGGER.debug("What the user may do is not known: %s", err)
            self._rights_in_doubt = True
        else:
            if not self._is_over:
                self._compare_rights(user)

    @callback
    def async_accept_loss(self, lost: frozenset[Right]) -> None:
        """Miss these rights no longer; should they come back, they are missed again when they go."""
        self._remember_rights(named_rights(self._entry.data[CONF_RIGHTS]) - lost)
        self._end(ISSUE_RIGHTS_REDUCED)

    @callback
    def _handle_status(self, status: ListenerStatus) -> None:
        match status.state:
            case ListenerState.CONNECTED:
                self._end(ISSUE_UNPROVEN_CONNECTION)
                if self._rights_in_doubt:
                    self._entry.async_create_background_task(
                        self._hass, self.async_check_rights(), f"{DOMAIN} rights of the user"
                    )
            case ListenerState.CONNECTING:
                # What was true before the attempt is in doubt only if it fails.
                pass
            case _:
                self._rights_in_doubt = True
                if status.state is ListenerState.UNPROVEN:
                    self._raise_unproven()

    @callback
    def _handle_catch_up(self, _result: CatchUpResult) -> None:
        """Compare the libraries that were just seen with those that were chosen."""
        if self._libraries.visible:
            self._end(ISSUE_NO_LIBRARY_VISIBLE)
        else:
            self._raise_no_library()
        if self._libraries.visible and (gone := self._libraries.not_visible):
            self._raise_libraries(sorted(self._libraries.name(library_id) for library_id in gone))
        else:
            self._end(ISSUE_LIBRARY_NOT_VISIBLE)

    @callback
    def _handle_mass(self, count: int) -> None:
        if count:
            self._raise_mass(count)
        else:
            self._end(ISSUE_MASS_ARRIVAL)

    def _compare_rights(self, user: User) -> None:
        """Miss what the user could do once; whatever they can do now will be missed when it goes."""
        held = rights_of(user)
        measure = named_rights(self._entry.data.get(CONF_RIGHTS, ()))
        if CONF_RIGHTS not in self._entry.data or held - measure:
            self._remember_rights(held | measure)
        if lost := measure - held:
            self._raise_rights(lost)
        else:
            self._end(ISSUE_RIGHTS_REDUCED)

    def _remember_rights(self, rights: frozenset[Right]) -> None:
        data = {**self._entry.data, CONF_RIGHTS: sorted(rights)}
        self._hass.config_entries.async_update_entry(self._entry, data=data)

    def _raise_unproven(self) -> None:
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            self._issue_id(ISSUE_UNPROVEN_CONNECTION),
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=ISSUE_UNPROVEN_CONNECTION,
            translation_placeholders={"server": self._entry.title, "address": self._client.url},
        )

    def _raise_libraries(self, names: Iterable[str]) -> None:
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            self._issue_id(ISSUE_LIBRARY_NOT_VISIBLE),
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=ISSUE_LIBRARY_NOT_VISIBLE,
            translation_placeholders={
                "server": self._entry.title,
                "user": self._entry.data[CONF_USERNAME],
                "libraries": ", ".join(names),
            },
        )

    def _raise_no_library(self) -> None:
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            self._issue_id(ISSUE_NO_LIBRARY_VISIBLE),
            is_fixable=False,
            severity=ir.IssueSeverity.ERROR,
            translation_key=ISSUE_NO_LIBRARY_VISIBLE,
            translation_placeholders={"server": self._entry.title, "user": self._entry.data[CONF_USERNAME]},
        )

    def _raise_rights(self, lost: frozenset[Right]) -> None:
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            self._issue_id(ISSUE_RIGHTS_REDUCED),
            data={"entry_id": self._entry.entry_id, "lost": " ".join(sorted(lost))},
            is_fixable=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key=ISSUE_RIGHTS_REDUCED,
            translation_placeholders={"server": self._entry.title, "user": self._entry.data[CONF_USERNAME]},
        )

    def _tell(self, issue: str, raise_it: Callable[[], None], *, is_so: bool) -> None:
        """Raise or end an issue when that changes: it is looked at with each step of each record."""
        if self._told.get(issue) is is_so:
            return
        self._told[issue] = is_so
        if is_so:
            raise_it()
        else:
            self._end(issue)

    def _raise_no_right(self) -> None:
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            self._issue_id(ISSUE_NO_SUBTITLE_RIGHT),
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=ISSUE_NO_SUBTITLE_RIGHT,
            translation_placeholders={"server": self._entry.title, "user": self._entry.data[CONF_USERNAME]},
        )

    def _raise_no_provider(self) -> None:
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            self._issue_id(ISSUE_NO_SUBTITLE_PROVIDER),
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=ISSUE_NO_SUBTITLE_PROVIDER,
            translation_placeholders={"server": self._entry.title},
        )

    def _raise_provider_fails(self) -> None:
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            self._issue_id(ISSUE_PROVIDER_FAILS),
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=ISSUE_PROVIDER_FAILS,
            translation_placeholders={"server": self._entry.title},
        )

    def _raise_mass(self, count: int) -> None:
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            self._issue_id(ISSUE_MASS_ARRIVAL),
            data={"entry_id": self._entry.entry_id},
            is_fixable=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key=ISSUE_MASS_ARRIVAL,
            translation_placeholders={"server": self._entry.title, "count": str(count)},
        )

    @callback
    def _end_all(self) -> None:
        self._is_over = True
        registry = ir.async_get(self._hass)
        for issue in _ISSUES:
            raised = registry.async_get_issue(DOMAIN, self._issue_id(issue))
            # What somebody ignores is still ignored when the entry is loaded again.
            if raised is not None and raised.dismissed_version is None:
                self._end(issue)

    def _end(self, issue: str) -> None:
        ir.async_delete_issue(self._hass, DOMAIN, self._issue_id(issue))

    def _issue_id(self, issue: str) -> str:
        return _issue_id(issue, self._entry.entry_id)


@callback
def async_remove_issues(hass: HomeAssistant, entry_id: str) -> None:
    """Delete all issues of an entry that is removed, ignored ones too."""
    for issue in _ISSUES:
        ir.async_delete_issue(hass, DOMAIN, _issue_id(issue, entry_id))


def _issue_id(issue: str, entry_id: str) -> str:
    return f"{issue}_{entry_id}"
