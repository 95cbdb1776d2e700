"""What is remembered of requests: what is open, whose turn it is, and how it ended."""

from datetime import timedelta

import pytest

from custom_components.jellyfin_subtitles.engine.ledger import Ledger
from custom_components.jellyfin_subtitles.engine.ledger_models import Outcome, RecordState
from custom_components.jellyfin_subtitles.engine.models import RequestReason
from custom_components.jellyfin_subtitles.engine.outcomes import Outcomes

from .memory import MemoryStorage
from .recording import NOW, closed, opened


@pytest.fixture
def ledger() -> Ledger:
    """Return a ledger with nothing in it."""
    return Ledger(MemoryStorage())


# Opening


def test_of_one_file_and_want_there_is_one_record(ledger: Ledger) -> None:
    assert [one.record_id for one in opened(ledger, "film", "de", "fr")] == ["film;de", "film;fr"]
    assert [one.record_id for one in opened(ledger, "film", "fr", "it", request_id="other")] == ["film;it"]
    assert [one.record_id for one in opened(ledger, "version", item_id="film")] == ["version;de"]
    assert [one.request_id for one in ledger.open.values()] == ["request", "request", "other", "request"]


def test_records_are_found_by_item_and_by_file(ledger: Ledger) -> None:
    opened(ledger, "film", "de", "fr")
    opened(ledger, "version", item_id="film")
    assert [one.record_id for one in ledger.of_item(["film"])] == ["film;de", "film;fr", "version;de"]
    assert [one.record_id for one in ledger.of_item(["version", "other"])] == ["version;de"]
    assert [one.record_id for one in ledger.of_file("film")] == ["film;de", "film;fr"]


@pytest.mark.parametrize("state", [state for state in RecordState if not state.is_open])
@pytest.mark.parametrize("told", [True, False])
def test_what_ended_may_begin_again_but_for_what_was_left_alone(ledger: Ledger, state: RecordState, told: bool) -> None:
    closed(ledger, "film", state, told=told)
    assert bool(opened(ledger)) is (state is not RecordState.IGNORED)


def test_what_was_left_alone_begins_again_when_a_person_asks(ledger: Ledger) -> None:
    closed(ledger, "film", RecordState.IGNORED)
    assert opened(ledger, reason=RequestReason.ACTION)
    assert ledger.closed("film;de") is None


@pytest.mark.parametrize(
    ("state", "begins"),
    [
        (RecordState.NOT_FOUND, False),
        (RecordState.FAILED, False),
        (RecordState.GONE, True),
        (RecordState.ARRIVED, True),
    ],
)
def test_a_request_that_is_only_repeated_is_not_given_up_twice(
    ledger: Ledger, state: RecordState, begins: bool
) -> None:
    closed(ledger, "film", state)
    assert bool(opened(ledger, repeated=True)) is begins


def test_another_request_that_is_repeated_begins(ledger: Ledger) -> None:
    closed(ledger, "film", RecordState.NOT_FOUND)
    assert opened(ledger, repeated=True, request_id="other")


def test_what_is_dropped_was_never_there(ledger: Ledger) -> None:
    (record,) = opened(ledger)
    ledger.drop(record)
    assert (dict(ledger.open), ledger.closed("film;de")) == ({}, None)


# Whose turn it is


def test_the_turn_is_that_of_what_was_delivered_then_of_those_that_come_first_then_of_the_newest(
    ledger: Ledger,
) -> None:
    opened(ledger, "old", "fr", "de", at=NOW - timedelta(days=2))
    opened(ledger, "new", "fr", "de", at=NOW)
    opened(ledger, "watched", at=NOW - timedelta(days=3))
    (delivered,) = opened(ledger, "delivered", at=NOW - timedelta(days=4))
    ledger.put(delivered.__replace__(state=RecordState.VERIFYING))
    order = []
    while record := ledger.next(NOW, {"watched": 1}):
        order.append(record.record_id)
        ledger.drop(record)
    assert order == ["delivered;de", "watched;de", "new;fr", "new;de", "old;fr", "old;de"]


def test_what_was_there_before_has_its_turn_after_what_is_new_however_old_that_is(ledger: Ledger) -> None:
    opened(ledger, "older", reason=RequestReason.LIBRARY_SCAN, at=NOW - timedelta(days=2))
    opened(ledger, "newer", reason=RequestReason.MASS_ARRIVAL, at=NOW)
    opened(ledger, "news", at=NOW - timedelta(days=9))
    order = []
    while record := ledger.next(NOW):
        order.append(record.source_id)
        ledger.drop(record)
    assert order == ["news", "newer", "older"]


def test_what_is_not_due_has_no_turn(ledger: Ledger) -> None:
    assert ledger.next_due is None
    opened(ledger, "later", due=NOW + timedelta(hours=2))
    opened(ledger, "sooner", due=NOW + timedelta(hours=1))
    assert ledger.next(NOW) is None
    assert ledger.next_due == NOW + timedelta(hours=1)


# Ends


@pytest.mark.parametrize(
    ("other", "is_ready"),
    [
        (RecordState.ARRIVED, True),
        (RecordState.SATISFIED_ELSEWHERE, True),
        (RecordState.IGNORED, True),
        (RecordState.GONE, True),
        (RecordState.NOT_FOUND, False),
        (RecordState.FAILED, False),
    ],
)
def test_a_file_is_ready_unless_something_of_it_is_open_or_was_given_up(
    ledger: Ledger, other: RecordState, is_ready: bool
) -> None:
    first, second = opened(ledger, "film", "de", "fr")
    opened(ledger, "another")
    assert not ledger.close(first, other, NOW).is_ready
    assert ledger.close(second, RecordState.ARRIVED, NOW).is_ready is is_ready


def test_an_end_says_who_brought_it_and_why_nobody_did(ledger: Ledger) -> None:
    for state, backend, reason in (
        (RecordState.ARRIVED, "jellyfin", None),
        (RecordState.FAILED, "jellyfin", "provider_failed"),
        (RecordState.NOT_FOUND, "jellyfin", "provider_failed"),
        (RecordState.GONE, None, None),
        (RecordState.IGNORED, None, None),
        (RecordState.SATISFIED_ELSEWHERE, None, None),
    ):
        (record,) = opened(ledger, state.value)
        end = ledger.close(record.__replace__(backend="jellyfin", reason="provider_failed"), state, NOW)
        assert (end.closed.backend, end.closed.reason) == (backend, reason)
        assert (end.record.backend, end.record.reason, end.record.state) == (backend, reason, state)


def test_an_end_is_told_once(ledger: Ledger) -> None:
    ended = closed(ledger, "film", RecordState.ARRIVED, told=False)
    assert list(ledger.untold) == [ended]
    assert ledger.told(ended)
    assert not ledger.told(ended)
    assert list(ledger.untold) == []


def test_an_end_is_said_once_and_not_while_nobody_listens(ledger: Ledger) -> None:
    said: list[Outcome] = []
    outcomes = Outcomes(ledger)
    outcomes.subscribe(said.append)
    ended = closed(ledger, "film", RecordState.ARRIVED, told=False)
    outcomes.tell([ended])
    outcomes.say(Outcome(ended.record, RecordState.FAILED, NOW))
    assert (said, list(ledger.untold)) == ([], [ended])
    outcomes.opened.set()
    outcomes.tell([ended, ended])
    assert [(one.state, one.is_ready) for one in said] == [(RecordState.ARRIVED, True)]


def test_an_end_that_nobody_heard_of_is_told_also_when_it_began_anew(ledger: Ledger) -> None:
    ended = closed(ledger, "film", RecordState.NOT_FOUND, told=False)
    opened(ledger)
    assert list(ledger.untold) == [ended]
    assert ledger.told(ended)
    assert (list(ledger.untold), ledger.closed("film;de")) == ([], None)
