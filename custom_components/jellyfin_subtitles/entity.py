"""What all entities have in common."""

from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .coordinator import JellyfinSubtitlesCoordinator


class JellyfinSubtitlesEntity(CoordinatorEntity[JellyfinSubtitlesCoordinator]):
    """An entity of the server's device.

    It stays available while the server is away: what was heard last remains true, and the connection sensor tells the
    rest.
    """

    _attr_has_entity_name = True

    def __init__(self, coordinator: JellyfinSubtitlesCoordinator, description: EntityDescription) -> None:
        """Belong to the server."""
        super().__init__(coordinator)
        self.entity_description = description
        self._attr_unique_id = f"{coordinator.server_id}_{description.key}"
        self._attr_device_info = coordinator.device_info
