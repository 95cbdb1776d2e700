"""Who stands at the entrance of the corridor."""

from datetime import UTC, datetime

import aiohttp

from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinClient
from custom_components.jellyfin_subtitles.engine.known import KnownIds
from custom_components.jellyfin_subtitles.engine.libraries import Libraries
from custom_components.jellyfin_subtitles.engine.models import Sighting, Source
from custom_components.jellyfin_subtitles.engine.policy import Household
from custom_components.jellyfin_subtitles.engine.requests import SubtitleRequests
from jellyfin_terminal.listening import NoDisk, WatchedPipeline


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


async def test_of_what_a_door_has_seen_only_what_nobody_knew_is_told() -> None:
    disk, libraries, household = NoDisk(), Libraries(None), Household()
    known = KnownIds(disk)
    known.learn("a" * 32)
    async with aiohttp.ClientSession() as session:
        client = JellyfinClient(session, "http://127.0.0.1:1", device_id="device", version="1.0")
        requests = SubtitleRequests(client, libraries, disk, household, now=now)
        pipeline = WatchedPipeline(client, known, libraries, requests, household, now=now)
        told: list[Sighting] = []
        pipeline.on_sighting = told.append
        sightings = [Sighting(item_id * 32, Source.WEBSOCKET, now()) for item_id in "ab"]
        assert pipeline.offer(sightings) == ("b" * 32,)
    assert told == sightings[1:]
