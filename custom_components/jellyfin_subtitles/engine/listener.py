"""Follow the socket: connect, prove that messages arrive, hand on what they name, come back after a loss."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
import logging
import math
import random
from typing import Final

from .backoff import Backoff
from .catch_up import CatchUp
from .catch_up_worker import CatchUpPace, CatchUpWorker
from .delivery import Delivery
from .fence import Fence
from .jellyfin import (
    JellyfinAuthenticationError,
    JellyfinClient,
    JellyfinError,
    JellyfinWebsocket,
    LibraryChanged,
    NowPlaying,
    RefreshProgress,
    SocketEnd,
    SocketMessage,
)
from .loss import UNEXPECTED, Loss
from .models import CatchUpResult, ListenerState, ListenerStatus
from .pipeline import SubtitlePipeline
from .proof import ProofOfService, Verdict
from .race import first_of
from .subscribers import Subscribers

_LOGGER = logging.getLogger(__name__)

# Reconnecting mends a socket that hangs on a session just removed; three in a row have another cause.
_SOCKETS_UNTIL_UNPROVEN: Final = 3

_REVOKED: Final = Loss("token_revoked", "the token is not accepted any more")


@dataclass(frozen=True, slots=True)
class ListenerTimings:
    """How long the listener waits for what; seconds, `jitter` is a fraction.

    `starting_maximum` limits the wait for a server that says it is starting: it will be there in seconds, and until
    then it refuses at no cost.
    """

    reconnect_minimum: float = 2.0
    reconnect_maximum: float = 300.0
    jitter: float = 0.1
    starting_maximum: float = 10.0
    pause_before_reconnect: float = 1.0
    echo_timeout: float = 5.0
    unproven_catch_up: float = 300.0
    named_within: float = 180.0
    hint_delay: float = 0.5
    hint_interval: float = 5.0
    hint_interval_quiet: float = 60.0
    quiet_after: int = 3
    sessions_interval: float = 10.0


class JellyfinSubtitlesListener:
    """Keeps one socket to the server and tells the pipeline what the server's messages name.

    A message is never replayed, so every connect is followed by a catch-up; and an open socket proves nothing, so every
    connect is followed by an echo.
    """

    def __init__(
        self,
        client: JellyfinClient,
        pipeline: SubtitlePipeline,
        catch_up: CatchUp,
        *,
        now: Callable[[], datetime],
        timings: ListenerTimings = ListenerTimings(),
        random: Callable[[], float] = random.random,
    ) -> None:
        """Take what to listen with and whom to tell; `now` is aware, `random` gives 0 to 1."""
        self._client = client
        client.on_success = self._handle_success
        self._pipeline = pipeline
        self._catch_up = catch_up
        self._now = now
        self._timings = timings
        self.status = ListenerStatus(ListenerState.STOPPED, now())
        self._subscribers = Subscribers[[ListenerStatus]]("the state of the connection")
        self._change_subscribers = Subscribers[[LibraryChanged]]("what has changed")
        self._playing_subscribers = Subscribers[[NowPlaying]]("what is played")
        self._backoff = Backoff(
            timings.reconnect_minimum, timings.reconnect_maximum, jitter=timings.jitter, random=random
        )
        pace = CatchUpPace(
            delay=timings.hint_delay,
            interval=timings.hint_interval,
            quiet_interval=timings.hint_interval_quiet,
            quiet_after=timings.quiet_after,
            retry_maximum=timings.unproven_catch_up,
        )
        self._catch_ups = CatchUpWorker(catch_up, pace, on_refused=self._sign_in_holds)
        self._delivery = Delivery(pipeline, catch_up, on_learnt=self._expect_no_more, on_missed=self._catch_ups.at_once)
        self._woken = asyncio.Event()
        self._revoked = asyncio.Event()
        self._heeds_from = math.inf
        self._early = False
        self._fence = Fence(_LOGGER, "Following the messages of Jellyfin failed")
        self._proof: ProofOfService | None = None
        self._last_proven: ProofOfService | None = None
        self._deaf_sockets = 0
        self._lost = False

    def subscribe(self, callback: Callable[[ListenerStatus], None]) -> Callable[[], None]:
        """Call back with each new status, on change only; returns what ends that."""
        return self._subscribers.add(callback)

    def subscribe_changes(self, callback: Callable[[LibraryChanged], None]) -> Callable[[], None]:
        """Call back with what the server says it has added, updated and removed; returns the way out."""
        return self._change_subscribers.add(callback)

    def subscribe_playing(self, callback: Callable[[NowPlaying], None]) -> Callable[[], None]:
        """Call back with what is being played, as far as our user may see it; returns the way out."""
        return self._playing_subscribers.add(callback)

    async def run(self) -> None:
        """Follow the socket until cancelled, or until the sign-in is needed."""
        self._revoked.clear()
        unsubscribe = self._catch_up.subscribe(self._handle_catch_up)
        try:
            await first_of(self._follow_sockets(), self._catch_ups.run(), self._delivery.run())
        finally:
            unsubscribe()
            if self.status.state is not ListenerState.SIGN_IN_NEEDED:
                self._set(ListenerState.STOPPED)

    def wake(self) -> None:
        """Do not wait any longer for the next attempt."""
        self._woken.set()

    def hint(self) -> None:
        """Run one catch-up soon: something may be new that no message has named yet."""
        self._catch_ups.hint()

    async def sync_now(self) -> CatchUpResult:
        """Run a catch-up right now, for somebody who waits for it; raises JellyfinError."""
        try:
            result = await self._catch_up.run()
        except JellyfinAuthenticationError:
            await self._sign_in_holds()
            raise
        self.wake()
        return result

    async def _follow_sockets(self) -> None:
        """Follow one socket after the other, until the token is dead."""
        while not self._revoked.is_set():
            self._set(ListenerState.CONNECTING)
            loss = await self._follow_safely()
            if not self._revoked.is_set():
                self._log_lost(loss)
                await self._wait(loss)
        _LOGGER.info("%s does not accept the sign-in any more", self._client.url)
        self._set(ListenerState.SIGN_IN_NEEDED, reason=_REVOKED.reason)

    async def _follow_safely(self) -> Loss:
        """Follow one socket; whatever goes wrong, the next one has its turn."""
        with self._fence:
            loss = await self._follow_one()
            if self._fence.broken and not self._lost:
                # Not with the proof: what has broken over messages may do so again, over the same ones.
                self._backoff.reset()
            self._fence.mend()
            return loss
        return UNEXPECTED

    async def _follow_one(self) -> Loss:
        """Connect and follow the socket to its end; returns why it ended or did not begin."""
        try:
            socket = await self._client.connect()
        except JellyfinAuthenticationError as err:
            await self._sign_in_holds()
            return Loss.by_error(err)
        except JellyfinError as err:
            return Loss.by_error(err)
        proof = self._proof = ProofOfService(
            self._client, echo_timeout=self._timings.echo_timeout, named_within=self._timings.named_within
        )
        self._catch_ups.at_once()
        try:
            await socket.subscribe_sessions(self._timings.sessions_interval)
            loss = await first_of(self._read(socket, proof), self._prove(proof), self._wait_for_revocation())
        finally:
            self._proof = None
            await socket.close()
        if socket.end is SocketEnd.TOKEN_REVOKED:
            await self._sign_in_holds()
        return loss

    async def _read(self, socket: JellyfinWebsocket, proof: ProofOfService) -> Loss:
        await socket.follow(partial(self._hear, proof))
        return Loss.by_end(socket.end or SocketEnd.LOST)

    def _hear(self, proof: ProofOfService, message: SocketMessage) -> None:
        """Take a message in the moment it is read: whatever takes time is done by others."""
        if proof.heard(message):
            self._handle_proof(proof)
        if isinstance(message, LibraryChanged):
            self._expect_no_more(message)
            self._delivery.take(self._now(), message)
            self._change_subscribers.tell(message)
        elif isinstance(message, NowPlaying):
            self._playing_subscribers.tell(message)
        elif isinstance(message, RefreshProgress) and message.progress >= 100:
            self.hint()

    async def _prove(self, proof: ProofOfService) -> Loss:
        """Ask for proof of service now, and again whenever there is reason to doubt it; returns when there is none."""
        while True:
            try:
                verdict = await proof.ask()
            except JellyfinAuthenticationError:
                if not await self._sign_in_holds():
                    return _REVOKED
                verdict = Verdict.REFUSED
            if verdict is Verdict.DEAF:
                self._deaf_sockets += 1
                if self._deaf_sockets < _SOCKETS_UNTIL_UNPROVEN:
                    return Loss(verdict.value, "it is open, but no message arrives")
            if verdict is not Verdict.PROVEN:
                self._log_lost(Loss(verdict.value, "it is open, but nothing shows that messages arrive"))
                self._set(ListenerState.UNPROVEN, reason=verdict.value)
            await self._until_doubted(proof)

    async def _until_doubted(self, proof: ProofOfService) -> None:
        """Wait for a reason to ask again; until the socket is proven, catch-ups do its work."""
        while True:
            unproven = self.status.state is ListenerState.UNPROVEN
            try:
                async with asyncio.timeout(self._timings.unproven_catch_up if unproven else None):
                    return await proof.doubted()
            except TimeoutError:
                # Also when proof has come meanwhile: what was said before it may have been missed.
                self.hint()

    async def _wait_for_revocation(self) -> Loss:
        await self._revoked.wait()
        return _REVOKED

    async def _sign_in_holds(self) -> bool:
        """Ask who we are, because something was refused; only an answer to that says that the token is dead."""
        try:
            await self._client.get_user()
        except JellyfinAuthenticationError:
            self._revoked.set()
            self.wake()
            return False
        except JellyfinError as err:
            _LOGGER.debug("Whether the sign-in holds is not known: %s", err)
        return True

    def _expect_no_more(self, change: LibraryChanged) -> None:
        if self._proof is not None:
            self._proof.named((*change.items_added, *change.items_updated, *change.items_removed))

    def _handle_catch_up(self, result: CatchUpResult) -> None:
        """Expect the socket to name what a catch-up found.

        Not what happened before there was a socket: no message will name that. Nor what waited for a baseline: it may
        have been named before.
        """
        if self._proof is not None and not self._catch_ups.owing and not result.baseline:
            self._proof.expect(result.found)

    def _handle_proof(self, proof: ProofOfService) -> None:
        if proof is self._last_proven and self.status.state is ListenerState.CONNECTED:
            return
        self._deaf_sockets = 0
        if not self._fence.broken:
            self._backoff.reset()
            self._early = False
        reconnects = self.status.reconnects
        if self._last_proven not in (None, proof):
            reconnects += 1
        self._last_proven = proof
        if self._lost:
            self._lost = False
            _LOGGER.info("The connection to %s is back", self._client.url)
        self._set(ListenerState.CONNECTED, reconnects=reconnects)

    def _handle_success(self, began: float) -> None:
        """Try early, because somebody has reached the server; `began` is when that was asked."""
        # A server that answers may refuse its sockets all the same, or close them at once, and each of them brings
        # requests of its own that succeed. So only what began within a wait counts, and no two waits in a row are cut
        # short: they go on growing, and the attempts are twice as many at most.
        if began >= self._heeds_from:
            self._heeds_from = math.inf
            self._early = True
            self.wake()

    async def _wait(self, loss: Loss) -> None:
        """Wait for the next attempt; a socket opened at the heels of another one may be deaf, hence the pause."""
        self._woken.clear()
        self._heeds_from = math.inf if self._early else asyncio.get_running_loop().time()
        self._early = False
        delay = self._backoff.next(self._timings.starting_maximum if loss.starting else math.inf)
        delay = max(delay, self._timings.pause_before_reconnect)
        state = ListenerState.SERVER_STARTING if loss.starting else ListenerState.WAITING
        self._set(state, reason=loss.reason, next_attempt=self._now() + timedelta(seconds=delay))
        await asyncio.sleep(self._timings.pause_before_reconnect)
        with suppress(TimeoutError):
            async with asyncio.timeout(delay - self._timings.pause_before_reconnect):
                await self._woken.wait()
        self._heeds_from = math.inf

    def _set(
        self,
        state: ListenerState,
        *,
        reason: str | None = None,
        next_attempt: datetime | None = None,
        reconnects: int | None = None,
    ) -> None:
        old = self.status
        new = ListenerStatus(
            state,
            since=old.since if state is old.state else self._now(),
            next_attempt=next_attempt,
            reconnects=old.reconnects if reconnects is None else reconnects,
            reason=reason,
        )
        if new == old:
            return
        self.status = new
        self._subscribers.tell(new)

    def _log_lost(self, loss: Loss) -> None:
        """Say once that there is no service; retries are for those who debug."""
        if self._lost:
            _LOGGER.debug("Still no connection to %s: %s", self._client.url, loss.text)
            return
        self._lost = True
        words = "Could not connect to %s: %s" if self._last_proven is None else "Lost the connection to %s: %s"
        _LOGGER.info(words, self._client.url, loss.text)
