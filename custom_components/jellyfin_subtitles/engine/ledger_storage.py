"""Where the ledger is written: two documents, and nothing said of how."""

from typing import Any, Protocol

type Document = dict[str, Any]


class LedgerStorage(Protocol):
    """Two durable documents of JSON; `load` gives None where there is none, `save` ends once it is written."""

    @property
    def has_lost_ledger(self) -> bool:
        """Whether there was something open that could not be read."""

    async def load_ledger(self) -> Document | None:
        """Return what was open."""

    async def save_ledger(self, document: Document) -> None:
        """Write what is open."""

    async def load_closed(self) -> Document | None:
        """Return what was over."""

    async def save_closed(self, document: Document) -> bool:
        """Write what is over; return whether it stands on the disk now."""

    async def keep_ledger_aside(self) -> None:
        """Put both files away, unchanged: they hold what nobody here understands."""
