"""Where the known ids are written: two documents, and nothing said of how; and what is read of them."""

from datetime import datetime
from typing import Any, Protocol


class KnownStorage(Protocol):
    """Two durable documents of JSON; `load` gives None where there is none, `save` ends once it is written."""

    async def load_known(self) -> dict[str, Any] | None:
        """Return the last saved known document."""

    async def load_journal(self) -> dict[str, Any] | None:
        """Return the last saved journal."""

    async def save_known(self, document: dict[str, Any]) -> bool:
        """Write the known document; return whether it stands on the disk now."""

    async def save_journal(self, document: dict[str, Any]) -> None:
        """Write the journal."""

    async def keep_aside(self) -> None:
        """Put both files away, unchanged: they hold what nobody here understands."""


def stored_id(item_id: object) -> str:
    """Return what was written as an id; raises ValueError if it is none."""
    if not isinstance(item_id, str) or len(item_id) != 32:
        raise ValueError("not an id")
    return item_id


def stored_moment(value: str) -> datetime:
    """Return what was written as a moment; raises ValueError if it is none."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("not a moment")
    return moment
