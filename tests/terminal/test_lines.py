"""Records in the words of people."""

from dataclasses import replace
from datetime import timedelta
import re
from typing import Any

import pytest

from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.models import (
    CatchUpResult,
    ListenerState,
    MediaBatch,
    Sighting,
    Source,
)
from jellyfin_terminal import records
from jellyfin_terminal.lines import line

from .saying import FILM, NEWS, NOW, STATUS, one_of_each, started


def said(record: dict[str, Any]) -> str:
    """Return the line of a record without its time."""
    clock, _, words = line({"time": NOW.isoformat(), **record}).partition("  ")
    assert clock == f"{NOW.astimezone():%H:%M:%S}"
    return words


@pytest.mark.parametrize("event", one_of_each())
def test_every_kind_of_record_has_words(event: str) -> None:
    words = said(one_of_each()[event])
    assert words
    assert "None" not in words
    assert "\n" not in words


def test_the_first_line_is_what_a_report_needs_first() -> None:
    words = said(started(languages=(Language("de"), Language("pt", "BR"))))
    assert re.fullmatch(
        r"signed in to Jellyfin 12\.0\.0 as an administrator \| libraries Kids, Films \| wanted languages de, pt-BR "
        r"\| version 0\.1\.0 on Python 3\.\S+ \| names are replaced, --show-names shows them",
        words,
    )


def test_the_first_line_tells_whether_names_are_shown_and_hints_missing() -> None:
    words = said(started(redacted=False, administrator=False))
    assert "as a user who is no administrator | " in words
    assert "wanted languages none | " in words
    assert words.endswith("names are shown")


@pytest.mark.parametrize("state", ListenerState)
def test_every_state_has_words(state: ListenerState) -> None:
    assert said(records.of_state(replace(STATUS, state=state)))


def test_a_wait_says_why_and_until_when() -> None:
    until = NOW + timedelta(seconds=4)
    status = replace(STATUS, state=ListenerState.WAITING, reason="lost", next_attempt=until, reconnects=2)
    assert said(records.of_state(status)) == (
        f"waiting for the next attempt | reason lost | next attempt at {until.astimezone():%H:%M:%S} "
        "| reconnects so far 2"
    )


def test_a_sync_says_what_it_learnt_and_what_did_not_answer() -> None:
    result = CatchUpResult(NOW, requests=8)
    assert said(records.of_sync(result)) == "asked what is new: 0 found | requests 8"
    result = replace(result, baseline=True, failed=("Kids", "Films"))
    assert said(records.of_sync(result)).endswith(
        " | what is there already was learnt silently | not answered for Kids, Films"
    )


def test_a_sighting_says_what_the_server_called_it() -> None:
    seen = Sighting("a" * 32, Source.WEBSOCKET, NOW, added=True)
    assert said(records.of_sighting(seen)) == f"seen: {'a' * 32} | through websocket | the server calls it new"
    assert said(records.of_sighting(replace(seen, added=False))).endswith("not called new")


def test_an_announcement_says_how_long_it_took() -> None:
    assert said(records.of_announcement(NEWS)) == (
        f"announced: Harbour S01E02 · Fog | {'a' * 32} | library Kids | audio eng | subtitles deu | missing fr "
        "| through websocket | 2.5 s after it was first seen"
    )


def test_an_announcement_says_what_is_unusual_about_it() -> None:
    news = replace(NEWS, complete=False, replaces="1" * 32, new_version="2" * 32, audio_languages=())
    words = said(records.of_announcement(news))
    assert "audio none" in words
    assert words.endswith(
        f" | incomplete: its streams were not known in time | replaces {'1' * 32} | new version {'2' * 32}"
    )


@pytest.mark.parametrize(
    ("batch", "words"),
    [
        (MediaBatch((NEWS,)), "announced together: 1 episode | Harbour"),
        (MediaBatch((FILM, FILM), 1, 3), "announced together: 2 films | Films | part 1 of 3"),
    ],
)
def test_a_batch_says_how_many_of_what(batch: MediaBatch, words: str) -> None:
    assert said(records.of_batch(batch)) == words


def test_a_problem_says_where() -> None:
    record = one_of_each()["problem"]
    assert said(record) == "problem: Failed over %s"
    assert said(record | {"exception": "KeyError", "where": ["known.py:7", "judge.py:3"]}) == (
        "problem: Failed over %s | KeyError at known.py:7, judge.py:3"
    )


@pytest.mark.parametrize(
    ("reason", "signed_out", "words"),
    [
        ("asked", True, "ended as asked | signed out, the server holds no token any more"),
        ("sign_in_needed", True, "ended without a sign-in | signed out, the server holds no token any more"),
        ("failed", False, "ended by a failure | not signed out"),
    ],
)
def test_the_last_line_says_whether_a_token_is_left(reason: str, signed_out: bool, words: str) -> None:
    assert said(records.of_end(reason, signed_out=signed_out)) == words
