"""A hundred thousand frames and posts that make no sense: nothing breaks, nothing is made up, nothing is kept."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
import gc
from itertools import batched
import json
from random import Random
import sys
from typing import cast
from uuid import UUID

import aiohttp

from custom_components.jellyfin_subtitles.engine.catch_up import CatchUp
from custom_components.jellyfin_subtitles.engine.delivery import Delivery
from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinWebsocket, LibraryChanged, SocketMessage
from custom_components.jellyfin_subtitles.engine.models import Sighting
from custom_components.jellyfin_subtitles.engine.pipeline import SubtitlePipeline
from custom_components.jellyfin_subtitles.engine.webhook import Hint, read_post

from .fuzzing import mutations
from .jellyfin.recorded import VERSIONS, frames, posts
from .webhook_bodies import PLUGIN, RADARR, SERVER, SHEMANAEV, SONARR

SEED = 20261123
FRAMES = 50_000
POSTS = 50_000
ROUNDS = 10

# Python's own caches still grow a little while the first rounds run.
SETTLED_AFTER = 4
MOST_BLOCKS = 2_000

SCENARIOS = ("echo", "first_scan", "new_film_realtime", "short_delays", "two_sockets")
FORCE_KEEP_ALIVE = '{"MessageType":"ForceKeepAlive","Data":60}'
KEEP_ALIVE = '{"MessageType":"KeepAlive"}'


def test_no_post_breaks_anything_or_is_taken_for_more_than_it_says() -> None:
    random = Random(SEED)
    seeds = [post.body.encode() for version in VERSIONS for post in posts(version, "webhook_added")]
    seeds += [json.dumps(body).encode() for body in (PLUGIN, SHEMANAEV, SONARR, RADARR)]
    blocks, hints, named = [], 0, 0
    for _ in range(ROUNDS):
        for body in mutations(seeds, POSTS // ROUNDS, random):
            post = read_post(body, server_id=SERVER)
            if isinstance(post, Hint):
                hints += 1
                named += len(post.item_ids)
                assert_named(post.item_ids, body)
        blocks.append(allocated())
    assert_flat(blocks)
    # Else this was all about the first line of the reader.
    assert hints > POSTS / 10
    assert named > POSTS / 20


async def test_no_frame_breaks_anything_or_is_taken_for_more_than_it_says() -> None:
    random = Random(SEED)
    seeds = [
        json.dumps(frame).encode()
        for version in VERSIONS
        for scenario in SCENARIOS
        for frame in frames(version, scenario)
    ]
    end = FarEndOfFuzz()
    socket = JellyfinWebsocket(cast(aiohttp.ClientWebSocketResponse, end))
    catcher = Catcher()
    heard: list[SocketMessage] = []
    following = asyncio.create_task(socket.follow(heard.append))
    blocks, messages = [], 0
    for _ in range(ROUNDS):
        for some in batched(mutations(seeds, FRAMES // ROUNDS, random), 100, strict=False):
            end.send([*some, FORCE_KEEP_ALIVE.encode()])
            await end.answered()
            # Its answer is the last thing the socket took, so that everything before it has been handled.
            messages += len(heard)
            for message in heard:
                if isinstance(message, LibraryChanged):
                    catcher.take(message, some)
            heard.clear()
        blocks.append(allocated())
    assert_flat(blocks)
    assert messages > FRAMES / 10
    assert catcher.count > FRAMES / 20
    await socket.close()
    await following
    assert socket.end is None


class FarEndOfFuzz:
    """A server's end that is nothing but what it sends, as texts or, one in four, as bytes; stands in for aiohttp's."""

    def __init__(self) -> None:
        self._frames: Iterator[bytes] = iter(())
        self._sent = asyncio.Event()
        self._kept_alive = asyncio.Event()
        self._random = Random(SEED)

    def send(self, frames: Iterable[bytes]) -> None:
        """Send these."""
        self._frames = iter(frames)
        self._sent.set()

    async def answered(self) -> None:
        """Wait until the question after them has been answered, and say so."""
        async with asyncio.timeout(10):
            await self._kept_alive.wait()
        self._kept_alive.clear()
        self.send([KEEP_ALIVE.encode()])
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def receive(self) -> aiohttp.WSMessage:
        """Return what the socket receives next."""
        while (frame := next(self._frames, None)) is None:
            self._sent.clear()
            await self._sent.wait()
        if self._random.random() < 0.25:
            return aiohttp.WSMessage(aiohttp.WSMsgType.BINARY, frame, None)
        return aiohttp.WSMessage(aiohttp.WSMsgType.TEXT, frame.decode(errors="replace"), None)

    async def send_str(self, text: str) -> None:
        """Take what the socket says."""
        assert text == KEEP_ALIVE
        self._kept_alive.set()

    async def close(self) -> None:
        """End."""


class Catcher:
    """What messages are handed on to, as the listener does it, and what is offered of them."""

    def __init__(self) -> None:
        self.offered: list[str] = []
        self.count = 0
        # An autospec would remember every call.
        self._delivery = Delivery(
            cast(SubtitlePipeline, self), cast(CatchUp, self), on_learnt=lambda change: None, on_missed=lambda: None
        )

    def take(self, message: LibraryChanged, sent: Sequence[bytes]) -> None:
        """Take a message that came out of one of these."""
        self._delivery.take(datetime.now(UTC), message)
        self.count += len(self.offered)
        assert_named(self.offered, b"\n".join(sent))
        self.offered.clear()

    def knows_libraries(self, _library_ids: Iterable[str]) -> bool:
        return True

    def may_be_news(self, _item_id: str) -> bool:
        return True

    def removed(self, item_ids: Iterable[str]) -> None:
        self.offered.extend(item_ids)

    def offer(self, sightings: Iterable[Sighting]) -> None:
        self.offered.extend(seen.item_id for seen in sightings)


def assert_named(item_ids: Sequence[str], sent: bytes) -> None:
    """Every id stands in what was sent, in one of its two spellings."""
    text = sent.lower()
    for item_id in item_ids:
        assert item_id.encode() in text or str(UUID(item_id)).encode() in text


def allocated() -> int:
    """Return how many blocks of memory Python holds."""
    gc.collect()
    return sys.getallocatedblocks()


def assert_flat(blocks: Sequence[int]) -> None:
    """What is held has stopped growing, however much came after."""
    settled, *later = blocks[SETTLED_AFTER:]
    assert max(later) - settled < MOST_BLOCKS
