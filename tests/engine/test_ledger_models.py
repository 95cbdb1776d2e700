"""Records as they are stored, and what is said of them."""

from dataclasses import replace
from datetime import UTC, datetime
import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.jellyfin_subtitles.engine.languages import LANGUAGES
from custom_components.jellyfin_subtitles.engine.ledger_models import Closed, MediaReady, Outcome, Record, RecordState
from custom_components.jellyfin_subtitles.engine.models import RequestReason
from custom_components.jellyfin_subtitles.engine.wants import HearingImpaired, TrackKind, Want

from .recording import NOW, a_want, asked_for

MOMENTS = st.integers(0, 4_000_000_000_000).map(lambda millis: datetime.fromtimestamp(millis / 1000, UTC))
TEXTS = st.text(max_size=8)
MAYBE_TEXTS = st.none() | TEXTS
MAYBE_NUMBERS = st.none() | st.integers(0, 999)
FLAGS = st.booleans()
WANTS = st.builds(
    Want,
    st.sampled_from(LANGUAGES),
    st.sampled_from(TrackKind),
    st.sampled_from(HearingImpaired),
    FLAGS,
    FLAGS,
    FLAGS,
)
RECORDS = st.builds(
    Record,
    item_id=TEXTS,
    source_id=TEXTS,
    library_id=MAYBE_TEXTS,
    item_type=TEXTS,
    title=TEXTS,
    series_id=MAYBE_TEXTS,
    season_number=MAYBE_NUMBERS,
    episode_number=MAYBE_NUMBERS,
    want=WANTS,
    request_id=TEXTS,
    request_reason=st.sampled_from(RequestReason),
    arrived_at=MOMENTS,
    requested_at=MOMENTS,
    due=MOMENTS,
    state=st.sampled_from(RecordState),
    attempts=st.integers(0, 99),
    looks=st.integers(0, 9),
    backend=MAYBE_TEXTS,
    reason=MAYBE_TEXTS,
)
ENDS = st.builds(
    Closed,
    item_id=TEXTS,
    source_id=TEXTS,
    title=TEXTS,
    want=TEXTS,
    request_id=TEXTS,
    state=st.sampled_from([state for state in RecordState if not state.is_open]),
    closed_at=MOMENTS,
    backend=MAYBE_TEXTS,
    reason=MAYBE_TEXTS,
)
NONSENSE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
RECORD = Record(
    item_id="item",
    source_id="source",
    library_id="library",
    item_type="episode",
    title="Series S01E02 · Two",
    series_id="series",
    season_number=1,
    episode_number=2,
    want=Want(a_want("pt-BR").language, TrackKind.FORCED),
    request_id="request",
    request_reason=RequestReason.NEW_MEDIA,
    arrived_at=NOW,
    requested_at=NOW,
    due=NOW,
    attempts=2,
    backend="jellyfin",
    reason="provider_failed",
)


@given(RECORDS)
def test_a_record_survives_being_stored(record: Record) -> None:
    assert Record.from_list(json.loads(json.dumps(record.as_list()))) == record


@given(ENDS)
def test_an_end_survives_being_stored(end: Closed) -> None:
    assert Closed.from_list(json.loads(json.dumps(end.as_list()))) == end
    assert end.record_id == f"{end.source_id};{end.want}"


@pytest.mark.parametrize("kind", [Record, Closed])
@given(data=st.data())
def test_nonsense_is_named(kind: type[Record | Closed], data: st.DataObject) -> None:
    stored: Any = data.draw((RECORDS if kind is Record else ENDS).map(lambda one: one.as_list()))
    stored[data.draw(st.integers(0, len(stored) - 1))] = data.draw(NONSENSE)
    anything: Any = data.draw(NONSENSE)
    for nonsense in (stored, anything):
        try:
            read = kind.from_list(nonsense)
        except TypeError, ValueError:
            continue
        assert read == kind.from_list(read.as_list())


@pytest.mark.parametrize("moment", [True, "soon", None, 1e300, float("nan"), float("inf"), -1e300])
def test_a_time_that_is_none_is_nonsense(moment: object) -> None:
    stored = RECORD.as_list()
    stored[13] = moment
    with pytest.raises((TypeError, ValueError)):
        Record.from_list(stored)


@pytest.mark.parametrize("number", [True, "1", 1.5, None])
def test_a_number_that_is_none_is_nonsense(number: object) -> None:
    stored = RECORD.as_list()
    stored[15] = number
    with pytest.raises(TypeError):
        Record.from_list(stored)


def test_what_is_open_has_no_end() -> None:
    end = Closed("item", "source", "Film", "de", "request", RecordState.ARRIVED, NOW)
    for state in RecordState:
        stored = end.as_list()
        stored[5] = state.value
        if state.is_open:
            with pytest.raises(ValueError, match="what is open has no end"):
                Closed.from_list(stored)
        else:
            assert Closed.from_list(stored).state is state


def test_an_end_says_what_an_open_record_says_by_the_same_names() -> None:
    end = Closed("item", "source", "Film", "pt-BR;forced", "request", RecordState.FAILED, NOW, "jellyfin", "too_large")
    said, said_of_open = end.as_dict(), RECORD.as_dict()
    assert said.keys() <= said_of_open.keys()
    assert (end.language, RECORD.language) == ("pt-BR", "pt-BR")
    assert said["ended_at"] == said_of_open["next_attempt"] == NOW.isoformat()
    assert (said["next_attempt"], said_of_open["ended_at"]) == (None, None)
    assert said_of_open["repeated"] is False


def test_an_outcome_says_everything_flat() -> None:
    outcome = Outcome(RECORD, RecordState.FAILED, NOW, next_attempt=NOW, repeated=True)
    assert outcome.as_dict() == {
        "item_id": "item",
        "media_source_id": "source",
        "item_type": "episode",
        "title": "Series S01E02 · Two",
        "library_id": "library",
        "series_id": "series",
        "season_number": 1,
        "episode_number": 2,
        "repeated": True,
        "request_id": "request",
        "request_reason": "new_media",
        "language": "pt-BR",
        "kind": "forced",
        "state": "failed",
        "attempts": 2,
        "backend": "jellyfin",
        "reason": "provider_failed",
        "requested_at": "2026-11-01T12:00:00+00:00",
        "ended_at": None,
        "next_attempt": "2026-11-01T12:00:00+00:00",
    }
    ended = Outcome(RECORD, RecordState.ARRIVED, NOW).as_dict()
    assert (ended["ended_at"], ended["next_attempt"]) == ("2026-11-01T12:00:00+00:00", None)


def test_a_file_that_is_ready_is_told_by_its_record() -> None:
    ready = MediaReady.of_record(RECORD, repeated=False)
    assert (ready.item_id, ready.source_id, ready.title, ready.repeated) == (
        "item",
        "source",
        "Series S01E02 · Two",
        False,
    )


def test_a_file_that_is_ready_at_once_is_told_by_its_announcement() -> None:
    film = asked_for("version", item_id="item").item
    assert MediaReady.of_announcement(film).source_id == "item"
    episode = replace(
        film, item_type="episode", new_version="version", series_id="series", season_number=1, episode_number=2
    )
    assert MediaReady.of_announcement(replace(episode, repeated=True)).as_dict() == {
        "item_id": "item",
        "media_source_id": "version",
        "item_type": "episode",
        "title": episode.title,
        "library_id": "library",
        "series_id": "series",
        "season_number": 1,
        "episode_number": 2,
        "repeated": True,
    }
