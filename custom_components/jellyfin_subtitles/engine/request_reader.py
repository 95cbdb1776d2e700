"""What the files of stored requests lack by now: the server is asked, and only a real answer says that one is gone."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
import logging

from .fetch import read_listed
from .jellyfin import JellyfinClient, JellyfinError, JellyfinNotFoundError, JellyfinResponseError, MediaItem
from .judge import announcement
from .libraries import Libraries
from .models import BACKLOG, Announcement, Needs, Sighting, Source
from .policy import Household, assess
from .profiles import Profile
from .request_book import OpenRequest
from .wants import Want

LOGGER = logging.getLogger(__name__)

# A row that the server cannot show is given up after so many refusals, so that the others have their turn.
REFUSALS = 5


class RequestReader:
    """Reads items, and says what they lack of what is wanted."""

    def __init__(
        self, client: JellyfinClient, libraries: Libraries, household: Household, *, now: Callable[[], datetime]
    ) -> None:
        """Take whom to ask, and what the people want."""
        self._client = client
        self._libraries = libraries
        self._household = household
        self._now = now
        self._refused: Counter[str] = Counter()

    async def read(self, item_ids: Iterable[str]) -> dict[str, MediaItem]:
        """Return the items by their ids, at most 100; raises JellyfinError while it is not known which are gone."""
        wanted = dict.fromkeys(item_ids)
        items = await read_listed(self._client, wanted)
        refused: JellyfinResponseError | None = None
        for item_id in wanted.keys() - items.keys():
            try:
                items[item_id] = await self._client.get_item(item_id)
            except JellyfinNotFoundError:
                continue
            except JellyfinResponseError as err:
                self._refused[item_id] += 1
                if self._refused[item_id] < REFUSALS:
                    refused = err
        if refused is not None:
            raise refused
        return items

    async def there(self, item_ids: Iterable[str]) -> Collection[str]:
        """Return which of the items are still there; all of them, as long as the server cannot be asked."""
        wanted = dict.fromkeys(item_ids)
        try:
            return (await read_listed(self._client, wanted)).keys()
        except JellyfinError as err:
            LOGGER.debug("Whether the files of a mass arrival are still there is not known: %s", err)
            return wanted

    def assess(self, one: OpenRequest, item: MediaItem) -> tuple[Announcement, tuple[Needs, ...]]:
        """Return what is to be said of an item, and its files that a request is about and that lack something."""
        now = self._now()
        said = announcement(
            item,
            Sighting(item.item_id, Source.JOURNAL, now),
            library_id=one.library_id,
            library_name=self._libraries.seen_name(one.library_id),
            now=item.created or now if one.reason in BACKLOG else now,
        )
        lacking = [
            needs
            for needs in assess(item, self._profiles(one), now)
            if needs.missing and one.source_id in (None, needs.source_id)
        ]
        return said, tuple(lacking)

    def _profiles(self, one: OpenRequest) -> tuple[Profile, ...]:
        if one.wants is None:
            return self._household.profiles_for(one.library_id)
        return (Profile("", tuple(_understood(one.wants))),)


def _understood(wants: Iterable[str]) -> Iterator[Want]:
    """Yield what was asked for; a newer version may have stored what this one does not understand."""
    for text in wants:
        with suppress(ValueError):
            yield Want.from_text(text)
