"""Whoever listens: automations are told what is wanted, and bring it by means of their own.

What they do is not known here. They may report how it went; without a report, the file is read again now and then.
"""

from collections.abc import Callable, Sequence
from typing import Final

from ..jellyfin import JellyfinClient, JellyfinError, MediaItem
from . import BackendUnavailableError, Candidate, FailureReason, Subtitle, Task

NAME: Final = "automation"

type Ask = Callable[[Task, MediaItem], None]


class Automation:
    """Asks the automations of the household."""

    name = NAME

    # Another program may search for long, or listen to the whole film; who reports is not waited for.
    looks: Sequence[float] = (60.0, 300.0, 1800.0, 3600.0)

    def __init__(self, client: JellyfinClient) -> None:
        """Take the server, which knows what automations want to know of a file."""
        self._client = client
        self._subscribers: list[Ask] = []

    def subscribe(self, callback: Ask) -> Callable[[], None]:
        """Call back with each task and the file that it is about; returns the way out."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    async def search(self, task: Task) -> Sequence[Candidate]:
        """Return that they may have something: that is found out by asking them."""
        return (Candidate(NAME, NAME, task.title),)

    async def fetch(self, task: Task, candidate: Candidate) -> Subtitle:
        """Return nothing but the promise: they bring the file themselves."""
        return Subtitle(candidate, "", None)

    async def deliver(self, task: Task, subtitle: Subtitle) -> None:
        """Ask them."""
        try:
            item = await self._client.get_item(task.item_id)
        except JellyfinError as err:
            raise BackendUnavailableError(FailureReason.UNREADABLE, str(err)) from err
        for callback in tuple(self._subscribers):
            callback(task, item)
