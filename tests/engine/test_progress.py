"""How far the subtitles are, counted from the ledger."""

from dataclasses import replace
from datetime import timedelta

import pytest

from custom_components.jellyfin_subtitles.engine.backends import FailureReason
from custom_components.jellyfin_subtitles.engine.ledger import REMEMBERED, Ledger
from custom_components.jellyfin_subtitles.engine.ledger_models import NOT_FOUND, RecordState
from custom_components.jellyfin_subtitles.engine.progress import progress_of
from custom_components.jellyfin_subtitles.engine.wants import TrackKind

from .memory import MemoryStorage
from .recording import NOW, a_want, asked_for

GOOD = (RecordState.ARRIVED, RecordState.SATISFIED_ELSEWHERE)


@pytest.fixture
def ledger() -> Ledger:
    """Return a ledger with nothing in it."""
    return Ledger(MemoryStorage())


def opened(ledger: Ledger, source_id: str, *tags: str, minutes: int = 0) -> None:
    """Open records of a file that arrived so many minutes ago."""
    ledger.enter(asked_for(source_id, *tags, at=NOW - timedelta(minutes=minutes)), map(a_want, tags), NOW)


def closed(ledger: Ledger, source_id: str, tag: str, state: RecordState) -> None:
    """Open a record and close it again."""
    opened(ledger, source_id, tag)
    ledger.told(ledger.close(ledger.open[f"{source_id};{tag}"], state, NOW))


def test_where_nothing_was_asked_for_there_is_nothing_to_show(ledger: Ledger) -> None:
    progress = progress_of(ledger)
    assert (progress.missing, progress.in_progress, progress.failed) == ((), 0, 0)
    assert (progress.next_attempt, progress.coverage) == (None, {})


def test_what_is_missing_is_told_newest_first(ledger: Ledger) -> None:
    opened(ledger, "old", "de", minutes=2)
    opened(ledger, "new", "de", "fr")
    opened(ledger, "older", "de", minutes=3)
    assert [one.record_id for one in progress_of(ledger).missing] == ["new;de", "new;fr", "old;de", "older;de"]


@pytest.mark.parametrize(
    ("state", "reason", "in_progress", "failed"),
    [
        (RecordState.WAITING, None, 0, 0),
        (RecordState.WAITING, NOT_FOUND, 0, 0),
        (RecordState.WAITING, FailureReason.PROVIDER_FAILED.value, 0, 1),
        (RecordState.SEARCHING, None, 1, 0),
        (RecordState.FETCHING, None, 1, 0),
        (RecordState.VERIFYING, None, 1, 0),
        (RecordState.VERIFYING, FailureReason.NOT_VISIBLE.value, 1, 0),
    ],
)
def test_an_open_record_waits_is_being_dealt_with_or_is_in_trouble(
    ledger: Ledger, state: RecordState, reason: str | None, in_progress: int, failed: int
) -> None:
    opened(ledger, "film", "de")
    ledger.put(replace(ledger.open["film;de"], state=state, reason=reason))
    progress = progress_of(ledger)
    assert (len(progress.missing), progress.in_progress, progress.failed) == (1, in_progress, failed)


def test_the_next_attempt_is_that_of_what_waits(ledger: Ledger) -> None:
    opened(ledger, "film", "de", "fr", "it")
    for tag, hours in (("de", 2), ("fr", 1), ("it", 0)):
        ledger.put(replace(ledger.open[f"film;{tag}"], due=NOW + timedelta(hours=hours)))
    ledger.put(replace(ledger.open["film;it"], state=RecordState.VERIFYING))
    assert progress_of(ledger).next_attempt == NOW + timedelta(hours=1)


@pytest.mark.parametrize("state", [state for state in RecordState if not state.is_open])
def test_covered_is_what_ended_well_of_all_that_was_asked_for(ledger: Ledger, state: RecordState) -> None:
    closed(ledger, "film", "de", state)
    assert progress_of(ledger).coverage == {"de": 100 if state in GOOD else 0}
    opened(ledger, "other", "de", "pt-BR")
    assert progress_of(ledger).coverage == {"de": 50 if state in GOOD else 0, "pt-BR": 0}


def test_all_kinds_of_a_language_count_for_it(ledger: Ledger) -> None:
    request = asked_for("film")
    forced = replace(a_want("de"), kind=TrackKind.FORCED)
    ledger.enter(request, [a_want("de"), forced], NOW)
    ledger.close(ledger.open["film;de;forced"], RecordState.ARRIVED, NOW)
    assert progress_of(ledger).coverage == {"de": 50}


def test_what_begins_anew_is_not_covered_any_more(ledger: Ledger) -> None:
    closed(ledger, "film", "de", RecordState.ARRIVED)
    opened(ledger, "film", "de")
    assert progress_of(ledger).coverage == {"de": 0}


async def test_coverage_outlives_a_restart_and_what_is_long_over_counts_no_more() -> None:
    disk = MemoryStorage()
    ledger = Ledger(disk)
    closed(ledger, "film", "de", RecordState.ARRIVED)
    opened(ledger, "other", "de")
    await ledger.save_all()
    ledger = Ledger(disk.after_a_crash())
    await ledger.load()
    assert progress_of(ledger).coverage == {"de": 50}

    later = ledger.close(ledger.open["other;de"], RecordState.FAILED, NOW + REMEMBERED + timedelta(days=1))
    ledger.told(later)
    await ledger.save_all()
    assert progress_of(ledger).coverage == {"de": 0}
    assert [one.record_id for one in ledger.all_closed()] == ["other;de"]
