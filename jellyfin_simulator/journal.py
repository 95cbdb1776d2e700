"""What the simulator was asked: for counting in tests, used by nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class TokenKind(StrEnum):
    """What a request showed to be let in."""

    NONE = "none"
    USER = "user"
    API_KEY = "api_key"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class Request:
    """One request; the path is without the base URL, status and size are set once it is answered."""

    method: str
    path: str
    query: Mapping[str, str]
    token_kind: TokenKind
    time: float
    status: int | None = None
    response_bytes: int = 0


@dataclass(slots=True)
class Journal:
    """Every request since the last `clear`, and how many sockets are open now."""

    requests: list[Request] = field(default_factory=list)
    open_sockets: int = 0
    opened_sockets: int = 0

    def count(self, method: str | None = None, path_prefix: str | None = None) -> int:
        """Return how many requests had that method and began with that path."""
        return len(self.find(method, path_prefix))

    def find(self, method: str | None = None, path_prefix: str | None = None) -> list[Request]:
        """Return the requests that had that method and began with that path."""
        prefix = (path_prefix or "").lower()
        return [
            request
            for request in self.requests
            if (method is None or request.method == method) and request.path.lower().startswith(prefix)
        ]

    def clear(self) -> None:
        """Forget the requests; open sockets stay counted."""
        self.requests.clear()
