"""Compare what a real server answered with what the simulator answered: kinds, not values."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
import re
from typing import Any, override

from .recording import HttpStep
from .sockets import Event
from .translation import Translation


class Kind(StrEnum):
    """How the simulator's answer differs from the recorded one."""

    STATUS = "status"
    HEADER = "header"
    TEXT = "text"
    MISSING = "missing"
    EXTRA = "extra"
    TYPE = "type"
    VALUE = "value"
    FRAMES = "frames"
    TIME = "time"


# Frames may come this much earlier or later than recorded: a refresh took the real machine up to that long. The timers
# that matter are 12, 30 and 60 s.
TIME_TOLERANCE = 3.0


# Where redirects lead: the recorded servers hosted no web client, which the simulator pretends to.
_WITHOUT_WEB_CLIENT = "api-docs/swagger"
_WITH_WEB_CLIENT = "web/"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference, with the step it was seen at and where in the answer."""

    step: int
    what: str
    kind: Kind
    path: str
    recorded: object
    simulated: object

    @override
    def __str__(self) -> str:
        """Return one line for the failing test."""
        where = f"#{self.step} {self.what}: {self.kind} at {self.path or 'the root'}"
        return f"{where}: {self.recorded!r} -> {self.simulated!r}"


@dataclass(frozen=True, slots=True)
class Tolerance:
    """A difference that is expected, and why.

    `what` is matched from the beginning of the step's name, `path` against the whole path.
    """

    kind: Kind
    what: str
    path: str
    reason: str

    def covers(self, difference: Difference) -> bool:
        """Return whether this entry explains the difference."""
        return (
            difference.kind is self.kind
            and re.match(self.what, difference.what) is not None
            and re.fullmatch(self.path, difference.path) is not None
        )


# Numbers that are a fact of the answer, not of the machine it was recorded on.
EXACT_KEYS = frozenset(
    {
        "IsEmpty",
        "MessageType",
        "Progress",
        "StartIndex",
        "StartupWizardCompleted",
        "TotalRecordCount",
        "Version",
        "status",
    }
)


# What tells one stream of an item from another.
_STREAM_FACTS = ("Index", "Type", "Language", "Title", "IsForced", "IsHearingImpaired", "Path")


def json_type(value: object) -> str:
    """Return the JSON name of a value's type."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def shape(value: object, path: str = "") -> dict[str, set[str]]:
    """Return every path of a JSON value with the types seen there.

    The elements of a list share one path per `Type`: a list's shape is the union of its elements, whatever their
    number.
    """
    found: dict[str, set[str]] = {path: {json_type(value)}}
    for inner_path, inner in _children(value, path):
        for deep_path, types in shape(inner, inner_path).items():
            found.setdefault(deep_path, set()).update(types)
    return found


def _children(value: object, path: str) -> Iterator[tuple[str, object]]:
    match value:
        case dict():
            for key, inner in value.items():
                yield f"{path}.{key}" if path else str(key), inner
        case list():
            for inner in value:
                group = inner.get("Type", "") if isinstance(inner, dict) else ""
                yield f"{path}[{group if isinstance(group, str) else ''}]", inner


def compare_json(step: int, what: str, recorded: object, simulated: object) -> list[Difference]:
    """Compare two JSON values: the keys at each path, their types and the few values that are facts."""
    wanted, got = shape(recorded), shape(simulated)
    differences = [
        Difference(step, what, Kind.MISSING, path, "/".join(sorted(types)), None)
        for path, types in wanted.items()
        if path not in got and _is_outermost(path, got)
    ]
    differences += [
        Difference(step, what, Kind.EXTRA, path, None, "/".join(sorted(types)))
        for path, types in got.items()
        if path not in wanted and _is_outermost(path, wanted)
    ]
    differences += [
        Difference(step, what, Kind.TYPE, path, "/".join(sorted(types)), "/".join(sorted(got[path])))
        for path, types in wanted.items()
        if path in got and got[path] != types
    ]
    facts, told = dict(_facts(recorded)), dict(_facts(simulated))
    differences += [
        Difference(step, what, Kind.VALUE, path, value, told[path])
        for path, value in facts.items()
        if path in told and told[path] != value
    ]
    return differences


def _is_outermost(path: str, others: Mapping[str, set[str]]) -> bool:
    """Return whether the parent of the path is known, so that one missing branch is told once."""
    return re.sub(r"(\.?[^.\[\]]+|\[[^\[\]]*\])$", "", path) in others


def _facts(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            inner_path = f"{path}.{key}" if path else key
            if key in EXACT_KEYS and not isinstance(inner, dict | list):
                yield inner_path, inner
            yield from _facts(inner, inner_path)


def untolerated(
    differences: Iterable[Difference], table: Iterable[Tolerance], used: set[Tolerance] | None = None
) -> list[Difference]:
    """Return the differences that no entry of the table explains, and remember the entries that explained one."""
    left = []
    for difference in differences:
        entries = [entry for entry in table if entry.covers(difference)]
        if not entries:
            left.append(difference)
        elif used is not None:
            used.update(entries)
    return left


def compare_answers(index: int, recorded: HttpStep, simulated: HttpStep, translation: Translation) -> list[Difference]:
    """Compare an answer with the recorded one: how it came, its headers, its body."""
    name = recorded.name
    if (recorded.error, recorded.status) != (simulated.error, simulated.status):
        was, came = recorded.error or recorded.status, simulated.error or simulated.status
        return [Difference(index, name, Kind.STATUS, "", was, came)]
    differences = []
    for header in ("Content-Type", "Retry-After", "Location"):
        was, came = recorded.response_headers.get(header), simulated.response_headers.get(header)
        if was is not None and header == "Location":
            was = was.replace(_WITHOUT_WEB_CLIENT, _WITH_WEB_CLIENT)
        if was != came:
            differences.append(Difference(index, name, Kind.HEADER, header, was, came))
    was, came = ("X-Response-Time-ms" in step.response_headers for step in (recorded, simulated))
    if was != came:
        differences.append(Difference(index, name, Kind.HEADER, "X-Response-Time-ms", was, came))
    return differences + _compare_bodies(index, recorded, simulated.body, translation)


def _compare_bodies(index: int, recorded: HttpStep, came: object, translation: Translation) -> list[Difference]:
    name, was = recorded.name, recorded.body
    found = re.search(r"(\d+) found$", recorded.note)
    if isinstance(was, dict) and "<omitted>" in was:
        was = {"TotalRecordCount": int(found[1])} if found else {}
        return [difference for difference in compare_json(index, name, was, came) if difference.kind is not Kind.EXTRA]
    if isinstance(was, str) and isinstance(came, str):
        if recorded.response_headers.get("Content-Type", "").startswith("image/"):
            return []
        if was.startswith("<!DOCTYPE html>") and came.startswith("<!DOCTYPE html>"):
            return []
        return [] if was == came else [Difference(index, name, Kind.TEXT, "", was, came)]
    differences = compare_json(index, name, was, came) + _compare_ids(index, recorded, came, translation)
    return differences + _compare_streams(index, recorded, came, translation)


def _compare_ids(index: int, recorded: HttpStep, came: object, translation: Translation) -> list[Difference]:
    """Compare which items were found, if all recorded ones are known, and their order if the request asks for one."""
    was, found = _item_ids(recorded.body), _item_ids(came)
    if was is None or found is None or not all(map(translation.knows, was)):
        return []
    found = [translation.recorded(item_id) for item_id in found]
    if not re.search(r"[?&](ids|sortBy)=", recorded.path):
        if "limit=" in recorded.path:
            return []
        was, found = sorted(was), sorted(found)
    return [] if was == found else [Difference(index, recorded.name, Kind.VALUE, "Items", was, found)]


def _compare_streams(index: int, recorded: HttpStep, came: object, translation: Translation) -> list[Difference]:
    """Compare which streams the items have that are known on both sides, and their order."""
    simulated = {translation.recorded(item_id): streams for item_id, streams in _streams(came)}
    return [
        Difference(index, recorded.name, Kind.VALUE, "MediaStreams", was, simulated[item_id])
        for item_id, was in _streams(recorded.body)
        if item_id in simulated and was != simulated[item_id]
    ]


def _streams(body: object) -> Iterator[tuple[str, list[tuple[object, ...]]]]:
    items = body.get("Items") if isinstance(body, dict) else None
    for item in items or ():
        if "MediaStreams" in item:
            yield item["Id"], [tuple(map(stream.get, _STREAM_FACTS)) for stream in item["MediaStreams"]]


def _item_ids(body: object) -> list[str] | None:
    items = body.get("Items") if isinstance(body, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) and "Id" in item for item in items):
        return None
    return [str(item["Id"]) for item in items]


def compare_events(
    name: str,
    recorded: Sequence[Event],
    simulated: Sequence[Event],
    message_ids: dict[str, str],
    translation: Translation,
) -> list[Difference]:
    """Compare what the server did on a socket: the order of it, about when, and the kind of each frame.

    `message_ids` is shared by all sockets: one broadcast has one id everywhere, another has another.
    """
    what = f"socket {name}"
    was, came = [event.word for event in recorded], [event.word for event in simulated]
    if was != came:
        place = next((at for at, (one, other) in enumerate(zip(was, came, strict=False)) if one != other), None)
        place = min(len(was), len(came)) if place is None else place
        return [Difference(place, what, Kind.FRAMES, "", was[place:], came[place:])]
    differences = []
    for place, (one, other) in enumerate(zip(recorded, simulated, strict=True)):
        if abs(one.at - other.at) > TIME_TOLERANCE:
            differences.append(Difference(place, what, Kind.TIME, one.word, one.at, other.at))
        if one.frame is None or other.frame is None:
            continue
        differences += compare_json(place, f"{what} {one.frame['MessageType']}", one.frame, other.frame)
        differences += _compare_message_ids(place, what, one.frame, other.frame, message_ids)
        if one.word == "LibraryChanged":
            differences += _compare_changes(place, what, one.frame["Data"], other.frame["Data"], translation)
    return differences


def _compare_changes(
    place: int, what: str, was: Mapping[str, Any], came: Mapping[str, Any], translation: Translation
) -> list[Difference]:
    """Compare which of the things known on both sides stand in each list of a message about the library."""
    differences = []
    for key, ids in was.items():
        if isinstance(ids, list) and isinstance(came.get(key), list):
            told = sorted(item_id for item_id in ids if translation.knows(item_id))
            tells = sorted(filter(translation.knows, map(translation.recorded, came[key])))
            if told != tells:
                differences.append(Difference(place, what, Kind.VALUE, f"Data.{key}", told, tells))
    return differences


def _compare_message_ids(
    place: int, what: str, was: Mapping[str, Any], came: Mapping[str, Any], message_ids: dict[str, str]
) -> list[Difference]:
    one, other = str(was.get("MessageId")), str(came.get("MessageId"))
    if message_ids.setdefault(one, other) == other and list(message_ids.values()).count(other) == 1:
        return []
    return [Difference(place, what, Kind.VALUE, "MessageId", one, other)]
