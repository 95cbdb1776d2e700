"""What the demo tells the person in front of the terminal."""

from datetime import datetime
from typing import Any, Final

from .socket import Event

DOMAIN: Final = "jellyfin_subtitles"
MEDIA_ADDED: Final = f"{DOMAIN}_media_added"
MEDIA_ADDED_BATCH: Final = f"{DOMAIN}_media_added_batch"
SUBTITLE_REQUESTED: Final = f"{DOMAIN}_subtitle_requested"
EVENTS: Final = (MEDIA_ADDED, MEDIA_ADDED_BATCH, SUBTITLE_REQUESTED)


def say(text: str) -> None:
    """Tell the person, with the time."""
    print(f"{datetime.now().astimezone():%H:%M:%S}  {text}", flush=True)


def told(event: Event) -> str:
    """Return an event in one line."""
    words = {MEDIA_ADDED: _announced, MEDIA_ADDED_BATCH: _announced_together, SUBTITLE_REQUESTED: _requested}
    return "Home Assistant   " + "  |  ".join(words[event.kind](event.data))


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
