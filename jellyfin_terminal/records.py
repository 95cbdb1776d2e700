"""What is said, as records: flat, JSON-safe, and with the same keys each time."""

import logging
import platform
import traceback
from typing import Any, Final

from custom_components.jellyfin_subtitles.engine.jellyfin import Library, ServerInfo, User
from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.models import (
    Announcement,
    CatchUpResult,
    ListenerStatus,
    MediaBatch,
    Sighting,
    SubtitleRequest,
)

type Record = dict[str, Any]

# How much of a traceback is worth a line.
_FRAMES: Final = 5


def of_start(
    version: str,
    server: ServerInfo,
    user: User,
    libraries: tuple[Library, ...],
    languages: tuple[Language, ...],
    *,
    redacted: bool,
) -> Record:
    """Return what a report has to say first."""
    return {
        "event": "started",
        "version": version,
        "python_version": platform.python_version(),
        "server_version": server.version,
        "administrator": user.is_administrator,
        "libraries": [library.name for library in libraries],
        "languages": [language.tag for language in languages],
        "redacted": redacted,
    }


def of_state(status: ListenerStatus) -> Record:
    """Return what the listener does now."""
    return {
        "event": "state",
        "state": status.state.value,
        "reason": status.reason,
        "next_attempt": status.next_attempt.isoformat() if status.next_attempt else None,
        "reconnects": status.reconnects,
    }


def of_sync(result: CatchUpResult) -> Record:
    """Return what a question for all that is new has found."""
    return {
        "event": "sync",
        "found": len(result.found),
        "requests": result.requests,
        "baseline": result.baseline,
        "failed_libraries": list(result.failed),
    }


def of_sighting(seen: Sighting) -> Record:
    """Return which unknown id was seen, and through which door."""
    return {
        "event": "sighting",
        "item_id": seen.item_id,
        "source": seen.source.value,
        "added": seen.added,
        "seen_at": seen.seen_at.isoformat(),
    }


def of_announcement(item: Announcement) -> Record:
    """Return what is announced, and how long that took since the first sighting, in seconds."""
    delay = (item.announced_at - item.seen_at).total_seconds()
    return {"event": "announcement", **item.as_dict(), "delay": round(delay, 3)}


def of_batch(batch: MediaBatch) -> Record:
    """Return what is announced together."""
    return {"event": "batch", **batch.as_dict()}


def of_request(request: SubtitleRequest) -> Record:
    """Return what a file lacks."""
    return {"event": "request", **request.as_dict()}


def of_mass(count: int) -> Record:
    """Return how many files lack something of which nobody decides here whether it is asked for."""
    return {"event": "mass_arrival", "count": count}


def of_problem(logged: logging.LogRecord, *, redacted: bool) -> Record:
    """Return what the engine warns of; redacted without what is put into the message, which may be anything."""
    exception = logged.exc_info[0] if logged.exc_info else None
    frames = traceback.extract_tb(logged.exc_info[2])[-_FRAMES:] if logged.exc_info else []
    return {
        "event": "problem",
        "logger": logged.name.rpartition(".")[2],
        "message": str(logged.msg) if redacted else logged.getMessage(),
        "exception": exception.__name__ if exception else None,
        "where": [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames],
    }


def of_end(reason: str, *, signed_out: bool) -> Record:
    """Return why it ended, and whether the server holds no token any more."""
    return {"event": "ended", "reason": reason, "signed_out": signed_out}
