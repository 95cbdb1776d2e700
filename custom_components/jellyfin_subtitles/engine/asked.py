"""What automations are told when it is their turn to bring subtitles."""

from dataclasses import dataclass
from typing import Any

from .jellyfin import MediaItem
from .ledger_models import Record


@dataclass(frozen=True, slots=True)
class Asked:
    """A record whose subtitles somebody else shall bring, and its file."""

    record: Record
    file: MediaItem

    def as_dict(self) -> dict[str, Any]:
        """Return all of it, flat and JSON-safe."""
        one, ids = self.record, {key.casefold(): value for key, value in self.file.provider_ids.items()}
        return {
            "request_id": one.request_id,
            "request_reason": one.request_reason.value,
            "item_id": one.item_id,
            "media_source_id": one.source_id,
            "item_type": one.item_type,
            "title": one.title,
            "series_id": one.series_id,
            "season_number": one.season_number,
            "episode_number": one.episode_number,
            "library_id": one.library_id,
            "path": self.file.path,
            "language": one.want.language.tag,
            "kind": one.want.kind.value,
            "hearing_impaired": one.want.hearing_impaired.value,
            "imdb_id": ids.get("imdb"),
            "tmdb_id": ids.get("tmdb"),
            "tvdb_id": ids.get("tvdb"),
            "attempts": one.attempts,
            "requested_at": one.requested_at.isoformat(),
        }
