"""Where records go: a line each, in one of two forms."""

from collections.abc import Callable
from datetime import UTC, datetime
import json
import logging
import os
from typing import TextIO, override

from . import records
from .lines import line
from .records import Record
from .redaction import Redactor


class Output(logging.Handler):
    """Prints records, and as records what the engine logs that should not have happened."""

    def __init__(self, stream: TextIO, *, as_json: bool, show_names: bool) -> None:
        """Print to a stream; `on_broken` is called once that cannot be done any more, and `broken` says why."""
        super().__init__(logging.WARNING)
        self._stream = stream
        self._as_json = as_json
        self._redact: Redactor | None = None if show_names else Redactor()
        self.on_broken: Callable[[], None] = lambda: None
        self.broken: OSError | None = None

    @property
    def redacted(self) -> bool:
        """Whether what is printed can be shown to anybody."""
        return self._redact is not None

    def say(self, record: Record) -> None:
        """Print a record, with the time in front."""
        record = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), **record}
        if self._redact is not None:
            record = self._redact(record)
        try:
            print(json.dumps(record) if self._as_json else line(record), file=self._stream, flush=True)
        except OSError as err:
            self.broken = err
            # Otherwise Python stumbles over it once more at its end, when it flushes what is left.
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)
            self.on_broken()

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self.say(records.of_problem(record, redacted=self.redacted))
