"""Whoever is told what the engine has to say; should one of them fail, it costs nobody else anything."""

from collections.abc import Callable
import logging

from .fence import Fence

LOGGER = logging.getLogger(__name__)


class Subscribers[**P]:
    """Callbacks that are told the same, in the order in which they came."""

    def __init__(self, subject: str) -> None:
        """Take what they are told of, for the log."""
        self._subject = subject
        self._callbacks: dict[Fence, Callable[P, None]] = {}

    def add(self, callback: Callable[P, None]) -> Callable[[], None]:
        """Call back from now on; returns the way out, which may be taken twice."""
        fence = Fence(
            LOGGER,
            f"A listener failed over {self._subject}",
            f"A listener that failed over {self._subject} works again",
        )
        self._callbacks[fence] = callback

        def leave() -> None:
            self._callbacks.pop(fence, None)

        return leave

    def tell(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Call all of them."""
        for fence, callback in tuple(self._callbacks.items()):
            with fence:
                callback(*args, **kwargs)
                fence.mend()
