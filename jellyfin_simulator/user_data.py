"""What users did with items, and how they are told of it."""

from typing import Final
import uuid

from .accounts import SimUser, UserData
from .answers import Json
from .clock import Clock, Timer
from .dates import to_json
from .library import Shelves, SimItem
from .sessions import Sessions

_QUIET: Final = 0.5
_NOTHING: Final = UserData()


def describe_user_data(item: SimItem, user: SimUser, *, is_twelve: bool) -> Json:
    """Return what that user did with the item."""
    data = user.item_data.get(item.item_id, _NOTHING)
    told: Json = {
        "PlaybackPositionTicks": data.position_ticks,
        "PlayCount": data.play_count,
        "IsFavorite": data.is_favorite,
    }
    if data.last_played is not None:
        told["LastPlayedDate"] = to_json(data.last_played)
    known_as = item.provider_ids.get("Imdb") if is_twelve else None
    key = known_as or str(uuid.UUID(item.item_id))
    return {**told, "Played": data.is_played, "Key": key, "ItemId": item.item_id}


class UserDataNotifier:
    """Collects what users did until there was nothing for half a second, then tells each of its own part."""

    def __init__(self, clock: Clock, sessions: Sessions, shelves: Shelves, *, is_twelve: bool) -> None:
        """Start with nothing to tell."""
        self._clock = clock
        self._sessions = sessions
        self._shelves = shelves
        self._is_twelve = is_twelve
        self._changed: dict[SimUser, dict[str, SimItem]] = {}
        self._timer: Timer | None = None

    def note(self, user: SimUser, item: SimItem) -> None:
        """Note that a user did something with an item."""
        self._changed.setdefault(user, {})[item.item_id] = item
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._clock.call_later(_QUIET, self._tell)

    def forget(self) -> None:
        """Lose what was collected, as the end of the process does."""
        self._changed.clear()

    def _tell(self) -> None:
        changed, self._changed = self._changed, {}
        for user, items in changed.items():
            rows = [describe_user_data(item, user, is_twelve=self._is_twelve) for item in items.values()]
            folders = {item.parent_id: self._shelves.items.get(item.parent_id) for item in items.values()}
            rows += [self._describe_folder(folder, user) for folder in folders.values() if folder is not None]
            self._sessions.send(
                self._sessions.of_user(user), "UserDataChanged", {"UserId": user.user_id, "UserDataList": rows}
            )

    def _describe_folder(self, folder: SimItem, user: SimUser) -> Json:
        videos = [item for item in self._shelves.below(folder.item_id) if not item.is_folder]
        played = sum(user.item_data.get(item.item_id, _NOTHING).is_played for item in videos)
        counts: Json = {"PlayedPercentage": 100 * played / len(videos)} if self._is_twelve and videos else {}
        counts["UnplayedItemCount"] = len(videos) - played
        return {**counts, **describe_user_data(folder, user, is_twelve=self._is_twelve)}
