"""The recorded exchanges of a real server, as typed steps in the order in which they began."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
import json
from pathlib import Path
from typing import Any, Self

RECORDINGS = Path(__file__).parent.parent / "recordings"


@dataclass(frozen=True, slots=True)
class HttpStep:
    """A request and its answer; `error` stands for no answer at all."""

    at: float
    actor: str | None
    method: str
    path: str
    json: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    status: int | None = None
    response_headers: Mapping[str, str] = field(default_factory=dict)
    body: object = None
    error: str | None = None

    @property
    def name(self) -> str:
        """Return what differences and tolerances call this step."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class SocketStep:
    """Something that happened on a socket: trying to open, `sent` and `closing` are the recorder's doing."""

    at: float
    socket: str
    event: str
    actor: str | None = None
    path: str = "/socket"
    headers: Mapping[str, str] = field(default_factory=dict)
    data: Any = None
    text: str | None = None
    status: int | None = None
    code: int | None = None
    reason: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class NoteStep:
    """Something that was done on the disk or the server, in words."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class WebhookStep:
    """What the Webhook plugin posted; nobody answered but with 200."""

    at: float
    path: str
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class DatagramStep:
    """A datagram that was sent to the server, and the one that came back, if any."""

    at: float
    datagram: str
    answer: object = None


type Step = HttpStep | SocketStep | NoteStep | WebhookStep | DatagramStep


@dataclass(frozen=True, slots=True)
class Recording:
    """One scenario of one version."""

    version: str
    scenario: str
    steps: tuple[Step, ...]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a recording from its file."""
        return cls.from_dict(json.loads(path.read_text(encoding="utf-8")))

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Self:
        """Return the recording of a document, its steps sorted by their start.

        A request was written down when its answer was there, with the time it began at: frames that came meanwhile
        stand before it.
        """
        steps = sorted((_step(raw) for raw in document["steps"]), key=lambda step: step.at)
        return cls(version=document["version"], scenario=document["scenario"], steps=tuple(steps))


def _step(raw: Mapping[str, Any]) -> Step:
    match raw["kind"]:
        case "http":
            request, response = raw["request"], raw.get("response", {})
            return HttpStep(
                at=raw["t"],
                actor=raw.get("as"),
                method=request["method"],
                path=request["path"],
                json=request.get("json"),
                headers=request.get("headers", {}),
                note=raw.get("note") or "",
                status=response.get("status"),
                response_headers=response.get("headers", {}),
                body=response.get("body"),
                error=raw.get("error"),
            )
        case "socket":
            return SocketStep(
                at=raw["t"],
                socket=raw["socket"],
                event=raw["event"],
                actor=raw.get("as"),
                path=raw.get("path", "/socket"),
                headers=raw.get("headers", {}),
                **{key: raw.get(key) for key in ("data", "text", "status", "code", "reason", "error")},
            )
        case "webhook":
            return WebhookStep(at=raw["t"], path=raw["path"], headers=raw["headers"], body=raw["body"])
        case "udp":
            return DatagramStep(at=raw["t"], datagram=raw["datagram"], answer=raw["answer"])
        case _:
            return NoteStep(at=raw["t"], text=raw["text"])


def recorded_versions() -> Iterator[tuple[str, Path]]:
    """Yield each folder of recordings with its version."""
    for folder in sorted(RECORDINGS.iterdir()):
        if folder.is_dir():
            yield folder.name, folder
