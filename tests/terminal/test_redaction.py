"""What may be shown to anybody."""

import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.jellyfin_subtitles.engine.models import Needs, RequestReason, SubtitleRequest
from jellyfin_terminal import records
from jellyfin_terminal.redaction import PLAIN, Redactor

from .saying import FILM, NEEDS, NEWS, NOW, one_of_each

TELLING = ("Fog", "Harbour", "Kids", "Films", "Tide", "alexandra", "/home", "tt0000001", "2024", "5400", "a" * 32)


@pytest.mark.parametrize("event", one_of_each())
def test_nothing_that_tells_whose_library_it_is_is_left(event: str) -> None:
    redacted = json.dumps(Redactor()(one_of_each()[event]))
    assert not [word for word in TELLING if word in redacted]


def test_the_same_thing_has_the_same_placeholder_wherever_it_stands() -> None:
    redact = Redactor()
    first = redact(records.of_announcement(NEWS))
    again = redact(records.of_announcement(NEWS))
    assert first == again
    needs = Needs(NEWS.item_id, NEWS.path, (), (), ())
    request = redact(records.of_request(SubtitleRequest("r", NEWS, needs, RequestReason.ACTION, NOW)))
    assert request["media_source_id"] == request["item_id"] == first["item_id"] == "item-1"
    assert (request["path"], request["library_name"]) == ("path-1", "library-1")
    other = redact(records.of_request(SubtitleRequest("s", FILM, NEEDS, RequestReason.ACTION, NOW)))
    assert (other["media_source_id"], other["title"]) == ("item-2", "title-2")


def test_what_a_report_is_about_stays() -> None:
    redacted = Redactor()(records.of_announcement(NEWS))
    kept = {key for key, value in records.of_announcement(NEWS).items() if redacted[key] == value is not None}
    assert {"source", "delay", "audio_languages", "missing_languages", "season_number", "complete"} <= kept


@given(st.lists(st.text(), min_size=1), st.text().filter(lambda key: key not in PLAIN))
def test_what_nobody_thought_of_is_hidden_and_what_is_unknown_stays_unknown(values: list[Any], key: str) -> None:
    """A key that the engine gets one day tells nothing until somebody has decided that it may."""
    redacted = Redactor()({key: values, "state": "connected"})
    assert redacted["state"] == "connected"
    assert len(set(redacted[key])) == len(set(values))
    assert all(one.startswith((f"{key}-", "library-", "item-", "title-", "series-")) for one in redacted[key])
    assert Redactor()({key: None}) == {key: None}
