"""What the demo tells the person in front of the terminal."""

from datetime import datetime
from typing import Any, Final

from .socket import Event

DOMAIN: Final = "jellyfin_subtitles"
MEDIA_ADDED: Final = f"{DOMAIN}_media_added"
MEDIA_ADDED_BATCH: Final = f"{DOMAIN}_media_added_batch"
SUBTITLE_REQUESTED: Final = f"{DOMAIN}_subtitle_requested"
SUBTITLE_ARRIVED: Final = f"{DOMAIN}_subtitle_arrived"
SUBTITLE_FAILED: Final = f"{DOMAIN}_subtitle_failed"
MEDIA_READY: Final = f"{DOMAIN}_media_ready"
EVENTS: Final = (
    MEDIA_ADDED,
    MEDIA_ADDED_BATCH,
    SUBTITLE_REQUESTED,
    SUBTITLE_ARRIVED,
    SUBTITLE_FAILED,
    MEDIA_READY,
)


def say(text: str) -> None:
    """Tell the person, with the time."""
    print(f"{datetime.now().astimezone():%H:%M:%S}  {text}", flush=True)


def told(event: Event, more: int = 0) -> str:
    """Return an event in one line, with how many more of its kind came with it."""
    words = {
        MEDIA_ADDED: _announced,
        MEDIA_ADDED_BATCH: _announced_together,
        SUBTITLE_REQUESTED: _requested,
        SUBTITLE_ARRIVED: _arrived,
        SUBTITLE_FAILED: _failed,
        MEDIA_READY: _ready,
    }
    line = "Home Assistant   " + "  |  ".join(words[event.kind](event.data))
    return f"{line}  |  and {more} more" if more else line


def _announced(item: dict[str, Any]) -> list[str]:
    return [
        f"announced: {item['title']}",
        item["library_name"],
        f"audio {', '.join(item['audio_languages']) or '–'}",
        f"subtitles {', '.join(item['subtitle_languages']) or 'none'}",
        f"through {item['source']}",
    ]


def _announced_together(batch: dict[str, Any]) -> list[str]:
    kind = "film" if batch["item_type"] == "movie" else "episode"
    what = f"{batch['count']} {kind}{'s' if batch['count'] > 1 else ''}"
    words = [f"announced together: {what}", batch["series_name"] or ", ".join(batch["library_names"])]
    if batch["parts"] > 1:
        words.append(f"part {batch['part']} of {batch['parts']}")
    return words


def _requested(request: dict[str, Any]) -> list[str]:
    return [
        f"subtitles wanted: {request['title']}",
        f"missing {', '.join(request['missing'])}",
        f"present {', '.join(request['present']) or 'none'}",
    ]


def _arrived(outcome: dict[str, Any]) -> list[str]:
    return [f"subtitles arrived: {outcome['title']}", outcome["language"], f"through {outcome['backend'] or 'others'}"]


def _failed(outcome: dict[str, Any]) -> list[str]:
    words = [f"no subtitles: {outcome['title']}", outcome["language"], outcome["reason"]]
    return [*words, f"next attempt {_clock(outcome['next_attempt'])}" if outcome["next_attempt"] else "given up"]


def _clock(written: str) -> str:
    """Return a time as the line's own is written, with the day unless it is today."""
    then = datetime.fromisoformat(written).astimezone()
    today = datetime.now().astimezone().date()
    return f"{then:%H:%M:%S}" if then.date() == today else f"{then:%Y-%m-%d %H:%M:%S}"


def _ready(ready: dict[str, Any]) -> list[str]:
    return [f"ready to watch: {ready['title']}"]
