"""What is missing, as a list of things to do: done is what is left alone."""

from typing import override

from homeassistant.components.todo import TodoItem, TodoItemStatus, TodoListEntity, TodoListEntityFeature
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .const import DOMAIN, SERVICE_REQUEST_SUBTITLES
from .coordinator import JellyfinSubtitlesConfigEntry, JellyfinSubtitlesCoordinator
from .engine.ledger_models import Record
from .engine.models import RequestReason
from .engine.policy import Household
from .engine.profiles import Profile
from .engine.wish import Wish, wish_from
from .entity import JellyfinSubtitlesEntity
from .failures import explained
from .services import language_of, lookup_of
from .wording import Wording

PARALLEL_UPDATES = 1

MISSING_SUBTITLES = EntityDescription(key="missing_subtitles", translation_key="missing_subtitles")


async def async_setup_entry(
    hass: HomeAssistant, entry: JellyfinSubtitlesConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the list."""
    async_add_entities([JellyfinSubtitlesMissing(entry.runtime_data.coordinator)])


class JellyfinSubtitlesMissing(JellyfinSubtitlesEntity, TodoListEntity):
    """All subtitles that somebody works on, the newest file first.

    To add an item is to ask for subtitles. Nobody but the server can say that they are there: to tick an item off, or
    to delete it, is to want it no more.
    """

    _attr_supported_features = (
        TodoListEntityFeature.CREATE_TODO_ITEM
        | TodoListEntityFeature.UPDATE_TODO_ITEM
        | TodoListEntityFeature.DELETE_TODO_ITEM
    )

    def __init__(self, coordinator: JellyfinSubtitlesCoordinator) -> None:
        """Begin with what is missing now."""
        super().__init__(coordinator, MISSING_SUBTITLES)
        self._running = coordinator.config_entry.runtime_data
        self._show()

    @override
    async def async_create_todo_item(self, item: TodoItem) -> None:
        """Ask for what was written down; the item that it becomes shows once that is looked for."""
        if (wish := wish_from(item.summary or "", Wording(self.hass).kinds)) is None:
            raise ServiceValidationError(translation_domain=DOMAIN, translation_key="wish_unreadable")
        household = self._household(wish)
        lookup = lookup_of(self._running)
        with explained(self.hass, self.coordinator.config_entry):
            found = await lookup.wished(wish)
            # The episodes of one series are all meant; what only shares a name is not.
            is_one = len(found) == 1 or len({one.series_id for one in found} - {None}) == 1
            assessed = [one for item in found if is_one for one in await lookup.assessed(item, household)]
        if found and not is_one:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="wish_ambiguous",
                translation_placeholders={
                    "name": wish.name,
                    "titles": ", ".join(f"{one.name} ({one.path or one.item_id})" for one in found),
                    "action": f"{DOMAIN}.{SERVICE_REQUEST_SUBTITLES}",
                },
            )
        if not assessed:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="wish_not_found",
                translation_placeholders={"name": wish.name},
            )
        wanting = [(one.item, needs) for one in assessed for needs in one.lacking]
        if not wanting:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="wish_fulfilled",
                translation_placeholders={"name": wish.name},
            )
        await self._running.requests.request(wanting, RequestReason.ACTION)

    def _household(self, wish: Wish) -> Household:
        """Return a household that wants the languages that were named, or the one there is."""
        household = self._running.household
        if not wish.languages:
            if household.wants_nothing:
                raise ServiceValidationError(translation_domain=DOMAIN, translation_key="no_language_wanted")
            return household
        wants = []
        for written in wish.languages:
            language, *kinds = written.split(";")
            wants.append(household.want_of(";".join((language_of(self.hass, language).tag, *kinds))))
        return Household(profiles=(Profile("", tuple(wants)),))

    @override
    async def async_update_todo_item(self, item: TodoItem) -> None:
        """Leave alone what is ticked off."""
        # Home Assistant's language may have changed since the item was named.
        if item.summary != {one.uid: one.summary for one in self.todo_items or ()}.get(item.uid):
            raise ServiceValidationError(translation_domain=DOMAIN, translation_key="todo_item_has_its_name")
        # The action hands on the bare word.
        if item.status == TodoItemStatus.COMPLETED:
            await self.async_delete_todo_items([str(item.uid)])

    @override
    async def async_delete_todo_items(self, uids: list[str]) -> None:
        """Leave these alone."""
        await self._running.worker.ignore(uids)

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the list anew when it has changed; the coordinator hears of more than that."""
        if self.coordinator.data.progress.missing != self._missing:
            self._show()
            super()._handle_coordinator_update()

    def _show(self) -> None:
        self._missing = self.coordinator.data.progress.missing
        words = Wording(self.coordinator.hass)
        self._attr_todo_items = [_item(words, one) for one in self._missing]


def _item(words: Wording, one: Record) -> TodoItem:
    return TodoItem(
        uid=one.record_id,
        summary=words.missing(one),
        status=TodoItemStatus.NEEDS_ACTION,
        description=words.progress(one, dt_util.as_local(one.due)),
    )
