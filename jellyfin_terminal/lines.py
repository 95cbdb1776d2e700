"""Records in the words of people, a line each."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

type Record = Mapping[str, Any]

_STATES: Final = {
    "connecting": "connecting",
    "connected": "connected, and messages arrive",
    "unproven": "open, but nothing shows that messages arrive",
    "waiting": "waiting for the next attempt",
    "server_starting": "the server is starting, waiting for the next attempt",
    "sign_in_needed": "the sign-in is not accepted any more",
    "stopped": "stopped listening",
}
_ENDS: Final = {
    "asked": "ended as asked",
    "sign_in_needed": "ended without a sign-in",
    "failed": "ended by a failure",
}


def line(record: Record) -> str:
    """Return a record as a person reads it, with the time where that person is."""
    return f"{_clock(record['time'])}  {_WORDS[record['event']](record)}"


def _clock(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone():%H:%M:%S}"


def _started(record: Record) -> str:
    who = "an administrator" if record["administrator"] else "a user who is no administrator"
    return " | ".join(
        [
            f"signed in to Jellyfin {record['server_version']} as {who}",
            f"libraries {', '.join(record['libraries'])}",
            f"wanted languages {', '.join(record['languages']) or 'none'}",
            f"version {record['version']} on Python {record['python_version']}",
            "names are replaced, --show-names shows them" if record["redacted"] else "names are shown",
        ]
    )


def _state(record: Record) -> str:
    words = [_STATES[record["state"]]]
    if record["reason"]:
        words.append(f"reason {record['reason']}")
    if record["next_attempt"]:
        words.append(f"next attempt at {_clock(record['next_attempt'])}")
    if record["reconnects"]:
        words.append(f"reconnects so far {record['reconnects']}")
    return " | ".join(words)


def _sync(record: Record) -> str:
    words = [f"asked what is new: {record['found']} found", f"requests {record['requests']}"]
    if record["baseline"]:
        words.append("what is there already was learnt silently")
    if record["failed_libraries"]:
        words.append(f"not answered for {', '.join(record['failed_libraries'])}")
    return " | ".join(words)


def _sighting(record: Record) -> str:
    called = "the server calls it new" if record["added"] else "not called new"
    return f"seen: {record['item_id']} | through {record['source']} | {called}"


def _announcement(record: Record) -> str:
    words = [
        f"announced: {record['title']}",
        record["item_id"],
        f"library {record['library_name']}",
        f"audio {', '.join(record['audio_languages']) or 'none'}",
        f"subtitles {', '.join(record['subtitle_languages']) or 'none'}",
        f"missing {', '.join(record['missing_languages']) or 'none'}",
        f"through {record['source']}",
        f"{record['delay']:.1f} s after it was first seen",
    ]
    if not record["complete"]:
        words.append("incomplete: its streams were not known in time")
    if record["replaces"]:
        words.append(f"replaces {record['replaces']}")
    if record["new_version"]:
        words.append(f"new version {record['new_version']}")
    return " | ".join(words)


def _batch(record: Record) -> str:
    kind = "film" if record["item_type"] == "movie" else "episode"
    words = [f"announced together: {record['count']} {kind}{'s' if record['count'] > 1 else ''}"]
    words.append(record["series_name"] or ", ".join(record["library_names"]))
    if record["parts"] > 1:
        words.append(f"part {record['part']} of {record['parts']}")
    return " | ".join(words)


def _request(record: Record) -> str:
    return " | ".join(
        [
            f"subtitles wanted: {record['title']}",
            record["media_source_id"],
            f"missing {', '.join(record['missing'])}",
            f"present {', '.join(record['present']) or 'none'}",
            f"reason {record['reason']}",
        ]
    )


def _mass_arrival(record: Record) -> str:
    return f"many at once: {record['count']} files may lack subtitles, none of them is asked for"


def _problem(record: Record) -> str:
    words = [f"problem: {record['message']}"]
    if record["exception"]:
        words.append(f"{record['exception']} at {', '.join(record['where'])}")
    return " | ".join(words)


def _ended(record: Record) -> str:
    signed_out = "signed out, the server holds no token any more" if record["signed_out"] else "not signed out"
    return f"{_ENDS[record['reason']]} | {signed_out}"


_WORDS: Final[Mapping[str, Callable[[Record], str]]] = {
    "started": _started,
    "state": _state,
    "sync": _sync,
    "sighting": _sighting,
    "announcement": _announcement,
    "batch": _batch,
    "request": _request,
    "mass_arrival": _mass_arrival,
    "problem": _problem,
    "ended": _ended,
}
