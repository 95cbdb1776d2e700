"""A disk that is none: what the engine writes goes through JSON and stays in memory."""

import json
from typing import Any


class MemoryStorage:
    """Keeps the documents as text, counts the writes, and can be copied as it stands: a crash is a copy."""

    def __init__(
        self,
        known: str | None = None,
        journal: str | None = None,
        requests: str | None = None,
        ledger: str | None = None,
        closed: str | None = None,
    ) -> None:
        """Begin with what a former run left behind."""
        self.known = known
        self.journal = journal
        self.requests = requests
        self.ledger = ledger
        self.closed = closed
        self.has_lost_ledger = False
        self.known_writes = 0
        self.journal_writes = 0
        self.request_writes = 0
        self.ledger_writes = 0
        self.closed_writes = 0
        self.journals: list[dict[str, Any]] = []
        self.kept_aside: list[tuple[str | None, str | None]] = []
        self.requests_kept_aside: list[str | None] = []
        self.ledger_kept_aside: list[tuple[str | None, str | None]] = []

    def after_a_crash(self) -> MemoryStorage:
        """Return what the next run finds if this one ends here."""
        return MemoryStorage(self.known, self.journal, self.requests, self.ledger, self.closed)

    async def load_known(self) -> dict[str, Any] | None:
        """Return the known document."""
        return None if self.known is None else json.loads(self.known)

    async def load_journal(self) -> dict[str, Any] | None:
        """Return the journal."""
        return None if self.journal is None else json.loads(self.journal)

    async def save_known(self, document: dict[str, Any]) -> bool:
        """Write the known document."""
        self.known = json.dumps(document)
        self.known_writes += 1
        return True

    async def save_journal(self, document: dict[str, Any]) -> None:
        """Write the journal."""
        self.journal = json.dumps(document)
        self.journals.append(json.loads(self.journal))
        self.journal_writes += 1

    async def keep_aside(self) -> None:
        """Put both documents away."""
        self.kept_aside.append((self.known, self.journal))
        self.known = self.journal = None

    async def load_requests(self) -> dict[str, Any] | None:
        """Return the open requests."""
        return None if self.requests is None else json.loads(self.requests)

    async def save_requests(self, document: dict[str, Any]) -> None:
        """Write the open requests."""
        self.requests = json.dumps(document)
        self.request_writes += 1

    async def keep_requests_aside(self) -> None:
        """Put the open requests away."""
        self.requests_kept_aside.append(self.requests)
        self.requests = None

    async def load_ledger(self) -> dict[str, Any] | None:
        """Return what was open."""
        return None if self.ledger is None else json.loads(self.ledger)

    async def save_ledger(self, document: dict[str, Any]) -> None:
        """Write what is open."""
        self.ledger = json.dumps(document)
        self.ledger_writes += 1

    async def load_closed(self) -> dict[str, Any] | None:
        """Return what was over."""
        return None if self.closed is None else json.loads(self.closed)

    async def save_closed(self, document: dict[str, Any]) -> bool:
        """Write what is over."""
        self.closed = json.dumps(document)
        self.closed_writes += 1
        return True

    async def keep_ledger_aside(self) -> None:
        """Put both ledgers away."""
        self.ledger_kept_aside.append((self.ledger, self.closed))
        self.ledger = self.closed = None
