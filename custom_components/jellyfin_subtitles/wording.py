"""What happened, as people say it in English: for the lines that Home Assistant writes about it."""

from collections.abc import Mapping
from typing import Any

from .engine.languages import parse_language


def subject(data: Mapping[str, Any]) -> str:
    """Return what an event is about: the title of its item, or how many there are."""
    if "count" not in data:
        return str(data["title"])
    kind = "film" if data["item_type"] == "movie" else "episode"
    many = f"{data['count']} {kind}{'s' if data['count'] != 1 else ''}"
    return f"{many} of {data['series_name']}" if data["series_name"] else many


def added(data: Mapping[str, Any]) -> str:
    """Return that one item is new, and where."""
    return f"{subject(data)} was added{_place([data['library_name']] if data['library_name'] else [])}"


def added_together(data: Mapping[str, Any]) -> str:
    """Return that many items are new, and where."""
    verb = "was" if data["count"] == 1 else "were"
    return f"{subject(data)} {verb} added{_place(data['library_names'])}"


def wanted(data: Mapping[str, Any]) -> str:
    """Return which subtitles a file lacks."""
    languages = ((tag, parse_language(tag)) for tag in data["missing"])
    names = ", ".join(language.name if language else tag for tag, language in languages)
    return f"Subtitles wanted for {subject(data)}: {names}"


def _place(libraries: list[str]) -> str:
    return f" to {' and '.join(libraries)}" if libraries else ""
