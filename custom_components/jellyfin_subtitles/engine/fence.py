"""Holding back what nobody has thought of: it ends what it happened in, and nothing else."""

import logging
from types import TracebackType


class Fence:
    """A block whose exceptions go no further.

    The first one is said with its traceback, the next ones only to those who debug, until `mend` is called.
    """

    def __init__(self, logger: logging.Logger, failed: str, again: str | None = None) -> None:
        """Take what to say when something has gone wrong, and when that is over."""
        self.broken = False
        self._logger = logger
        self._failed = failed
        self._again = again

    def mend(self) -> None:
        """Take note that all is well."""
        if self.broken and self._again:
            self._logger.info(self._again)
        self.broken = False

    def __enter__(self) -> None:
        """Begin the block."""

    def __exit__(
        self, kind: type[BaseException] | None, err: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        """End the block; only what is no failure, such as a cancellation, is raised."""
        if not isinstance(err, Exception):
            return False
        self._logger.log(logging.DEBUG if self.broken else logging.ERROR, self._failed, exc_info=err)
        self.broken = True
        return True
