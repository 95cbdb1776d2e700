"""The whole engine at work, its memory in memory, and everything it says printed."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, override

from custom_components.jellyfin_subtitles.engine.catch_up import CatchUp
from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinClient
from custom_components.jellyfin_subtitles.engine.known import KnownIds
from custom_components.jellyfin_subtitles.engine.known_storage import KnownStorage
from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.libraries import Libraries
from custom_components.jellyfin_subtitles.engine.listener import JellyfinSubtitlesListener
from custom_components.jellyfin_subtitles.engine.models import ListenerState, Sighting
from custom_components.jellyfin_subtitles.engine.pipeline import SubtitlePipeline
from custom_components.jellyfin_subtitles.engine.policy import Household
from custom_components.jellyfin_subtitles.engine.race import first_of
from custom_components.jellyfin_subtitles.engine.request_book import RequestStorage
from custom_components.jellyfin_subtitles.engine.requests import SubtitleRequests

from . import records
from .records import Record


class NoDisk(KnownStorage, RequestStorage):
    """Forgets: nothing is read again before the process ends."""

    @override
    async def load_known(self) -> dict[str, Any] | None:
        """Return nothing."""

    @override
    async def load_journal(self) -> dict[str, Any] | None:
        """Return nothing."""

    @override
    async def load_requests(self) -> dict[str, Any] | None:
        """Return nothing."""

    @override
    async def save_known(self, document: dict[str, Any]) -> bool:
        """Say that it is written: there is nothing better to wait for."""
        return True

    @override
    async def save_journal(self, document: dict[str, Any]) -> None:
        """Write nothing."""

    @override
    async def save_requests(self, document: dict[str, Any]) -> None:
        """Write nothing."""

    @override
    async def keep_aside(self) -> None:
        """Keep nothing."""

    @override
    async def keep_requests_aside(self) -> None:
        """Keep nothing."""


class WatchedPipeline(SubtitlePipeline):
    """A corridor with somebody at its entrance."""

    on_sighting: Callable[[Sighting], None]

    @override
    def offer(self, sightings: Iterable[Sighting]) -> tuple[str, ...]:
        """Take in what a door has seen, and tell of those ids that nobody knew."""
        sightings = list(sightings)
        taken = super().offer(sightings)
        new = set(taken)
        for seen in sightings:
            if seen.item_id in new:
                self.on_sighting(seen)
        return taken


async def listen(
    client: JellyfinClient,
    chosen: frozenset[str] | None,
    languages: tuple[Language, ...],
    say: Callable[[Record], None],
    stopped: asyncio.Event,
) -> ListenerState:
    """Listen until stopped, or until the sign-in is not accepted any more; returns the state that it ended in.

    What is in the chosen libraries, None for all of them, is learnt first, silently.
    """
    disk, household = NoDisk(), Household(languages)
    known, libraries = KnownIds(disk), Libraries(chosen)
    requests = SubtitleRequests(client, libraries, disk, household, now=_now)
    pipeline = WatchedPipeline(client, known, libraries, requests, household, now=_now)
    catch_up = CatchUp(client, known, libraries, pipeline, now=_now)
    listener = JellyfinSubtitlesListener(client, pipeline, catch_up, now=_now)
    pipeline.on_sighting = lambda seen: say(records.of_sighting(seen))
    pipeline.subscribe(lambda item: say(records.of_announcement(item)))
    pipeline.subscribe_batches(lambda batch: say(records.of_batch(batch)))
    requests.subscribe(lambda request: say(records.of_request(request)))
    requests.subscribe_mass(lambda count: say(records.of_mass(count)))
    catch_up.subscribe(lambda result: say(records.of_sync(result)))
    listener.subscribe(lambda status: say(records.of_state(status)))
    pipeline.open()
    await first_of(listener.run(), pipeline.run(), requests.run(), stopped.wait())
    return listener.status.state


def _now() -> datetime:
    return datetime.now(UTC)
