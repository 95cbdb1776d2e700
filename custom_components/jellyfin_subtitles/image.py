"""The poster of the last item."""

from typing import Any, override

from homeassistant.components.image import Image, ImageEntity, ImageEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import LOGGER
from .coordinator import JellyfinSubtitlesConfigEntry, JellyfinSubtitlesCoordinator
from .engine.jellyfin import JellyfinClient, JellyfinError
from .entity import JellyfinSubtitlesEntity

PARALLEL_UPDATES = 0

POSTER = ImageEntityDescription(key="poster", translation_key="poster")


async def async_setup_entry(
    hass: HomeAssistant, entry: JellyfinSubtitlesConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the poster."""
    running = entry.runtime_data
    async_add_entities([JellyfinSubtitlesPoster(hass, running.coordinator, running.client)])


class JellyfinSubtitlesPoster(JellyfinSubtitlesEntity, ImageEntity):
    """The main picture of the last item, fetched by Home Assistant: browsers need no way to the server."""

    def __init__(self, hass: HomeAssistant, coordinator: JellyfinSubtitlesCoordinator, client: JellyfinClient) -> None:
        """Begin with the item of the last run."""
        super().__init__(coordinator, POSTER)
        ImageEntity.__init__(self, hass)
        self._jellyfin = client
        self._show_item()

    @property
    @override
    def entity_picture(self) -> str | None:
        """Return where the picture is, once there is an item: browsers ask for it and would show a broken one."""
        return super().entity_picture if self._item else None

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return whose picture it is, for automations that show it beside what they say."""
        return {"item_id": self._item.item_id if self._item else None}

    @override
    async def async_image(self) -> bytes | None:
        """Return the picture, from the server the first time."""
        if self._cached_image is None and (item := self._item) is not None:
            try:
                content_type, content = await self._jellyfin.get_image(item.item_id, item.image_tag)
            except JellyfinError as err:
                LOGGER.debug("No picture of %s: %s", item.title, err)
                return None
            if item is not self._item:
                # Another item came in the meantime; whoever asked will ask again.
                return None
            self._cached_image = Image(content_type, content)
            self._attr_content_type = content_type
        return self._cached_image.content if self._cached_image else None

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Forget the picture when the item changes."""
        if self.coordinator.data.last_item is not self._item:
            self._show_item()
        super()._handle_coordinator_update()

    def _show_item(self) -> None:
        self._item = self.coordinator.data.last_item
        self._cached_image = None
        self._attr_image_last_updated = self._item.announced_at if self._item else None
