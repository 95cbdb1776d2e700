"""What happened, as people say it in English: for the lines that Home Assistant writes about it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from .engine.backends import FailureReason
from .engine.languages import parse_language
from .engine.ledger_models import NOT_FOUND, Record, RecordState

_REASONS: Final[Mapping[str, str]] = {
    NOT_FOUND: "nothing was found",
    FailureReason.EMPTY_FILE: "the file was empty",
    FailureReason.LANGUAGE_IMPOSSIBLE: "Jellyfin cannot be asked for this language",
    FailureReason.NO_PROVIDER: "no provider of subtitles is installed",
    FailureReason.NO_RIGHT: "the user may not manage subtitles",
    FailureReason.NOT_A_SUBTITLE: "the file was no subtitle",
    FailureReason.NOT_ACCEPTED: "Jellyfin did not accept the file",
    FailureReason.NOT_VISIBLE: "it was delivered and never seen",
    FailureReason.PROVIDER_FAILED: "the provider did not hand it over",
    FailureReason.TIMED_OUT: "the provider took too long",
    FailureReason.TOO_LARGE: "the file was too large",
    FailureReason.UNREADABLE: "Jellyfin could not show the file",
    FailureReason.WRONG_LANGUAGE: "the file was in another language",
}


_DOING: Final[Mapping[RecordState, str]] = {
    RecordState.SEARCHING: "Being looked for now",
    RecordState.FETCHING: "Found, being fetched now",
    RecordState.VERIFYING: "Delivered, waiting for Jellyfin to show it",
}


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
    names = ", ".join(map(_language, data["missing"]))
    return f"Subtitles wanted for {subject(data)}: {names}"


def arrived(data: Mapping[str, Any]) -> str:
    """Return which subtitles a file has got."""
    return f"{_language(data['language'])} subtitles arrived for {subject(data)}"


def failed(data: Mapping[str, Any]) -> str:
    """Return which subtitles a file has not got, why, and whether that is the end of it."""
    reason = _REASONS.get(data["reason"], data["reason"])
    rest = "given up" if data["next_attempt"] is None else "trying again"
    return f"No {_language(data['language'])} subtitles for {subject(data)}: {reason}, {rest}"


def ready(data: Mapping[str, Any]) -> str:
    """Return that a file has all that is wanted."""
    return f"{subject(data)} is ready to watch"


def missing(one: Record) -> str:
    """Return what a file lacks: `Night Ferry (2021) [German]`."""
    _, *kinds = one.want.key.replace("_", " ").split(";")
    return f"{one.title} [{', '.join((one.want.language.name, *kinds))}]"


def progress(one: Record, due: datetime) -> str:
    """Return how far it is with what a file lacks; `due` is when it goes on, in local time."""
    if one.state is not RecordState.WAITING:
        return f"{_DOING[one.state]}."
    next_time = f"on {due:%Y-%m-%d} at {due:%H:%M}"
    if one.reason is None:
        return f"To be looked for {next_time}."
    reason = _REASONS.get(one.reason, one.reason)
    return f"{reason[:1].upper()}{reason[1:]}. The next attempt is {next_time}."


def _language(tag: str) -> str:
    language = parse_language(tag)
    return language.name if language else tag


def _place(libraries: list[str]) -> str:
    return f" to {' and '.join(libraries)}" if libraries else ""
