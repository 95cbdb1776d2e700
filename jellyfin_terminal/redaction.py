"""What must not stand in a report, replaced by placeholders that tell same from different."""

from collections.abc import Mapping
from typing import Any, Final

# All that may stand as it is: words and numbers of the engine's own, and of what is in a file only its languages.
PLAIN: Final = frozenset(
    {
        *("time", "event", "source", "added", "reason", "repeated"),
        *("version", "server_version", "python_version", "administrator", "languages", "redacted"),
        *("state", "next_attempt", "reconnects"),
        *("found", "requests", "baseline"),
        *("item_type", "season_number", "episode_number", "episode_number_end", "complete"),
        *("audio_languages", "subtitle_languages", "missing_languages", "missing", "present", "translatable_from"),
        *("seen_at", "announced_at", "requested_at", "delay", "request_id"),
        *("count", "part", "parts", "seasons"),
        *("logger", "message", "exception", "where"),
        *("signed_out",),
    }
)

# Keys that tell the same kind of thing share their placeholders, under this word.
_WORDS: Final = {
    "item_id": "item",
    "item_ids": "item",
    "media_source_id": "item",
    "new_version": "item",
    "replaces": "item",
    "series_name": "series",
    "titles": "title",
    "library_name": "library",
    "library_names": "library",
    "libraries": "library",
    "failed_libraries": "library",
}


class Redactor:
    """Replaces what it does not know to be harmless; the same value gets the same placeholder as long as this lives."""

    def __init__(self) -> None:
        """Begin to count."""
        self._seen: dict[str, dict[object, str]] = {}

    def __call__(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """Return a record that can be shown to anybody."""
        return {key: value if key in PLAIN else self._replaced(key, value) for key, value in record.items()}

    def _replaced(self, key: str, value: Any) -> Any:
        if value is None:
            return None
        if isinstance(value, list):
            return [self._replaced(key, one) for one in value]
        word = _WORDS.get(key, key)
        placeholders = self._seen.setdefault(word, {})
        return placeholders.setdefault(value, f"{word}-{len(placeholders) + 1}")
