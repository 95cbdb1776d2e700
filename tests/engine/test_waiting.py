"""When an id on its way is looked at again."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given, strategies as st
import pytest

from custom_components.jellyfin_subtitles.engine.models import Sighting, Source
from custom_components.jellyfin_subtitles.engine.waiting import Entry, PipelineTimings

TIMINGS = PipelineTimings()


def a_sighting(source: Source = Source.WEBSOCKET, library_id: str | None = None) -> Sighting:
    """Return what one of the doors saw."""
    return Sighting("1" * 32, source, datetime.now(UTC), library_id=library_id)


def an_entry(began: float = 0.0, source: Source = Source.WEBSOCKET) -> Entry:
    """Return an id that was just seen."""
    return Entry(a_sighting(source), None, began)


@given(st.floats(0, 1e6))
def test_a_file_without_streams_is_looked_at_in_growing_waits_until_patience_ends(began: float) -> None:
    entry, looks = an_entry(0.0), [began]
    assert entry.is_patient(began + 2 * TIMINGS.settle_at_most, TIMINGS)
    entry.wait_for_streams(began, TIMINGS)
    looks.append(entry.due)
    while entry.is_patient(looks[-1], TIMINGS):
        entry.wait_for_streams(looks[-1], TIMINGS)
        looks.append(entry.due)
    waits = [after - before for before, after in pairwise(looks)]
    assert waits[0] <= 1.001
    assert max(waits) <= TIMINGS.settle_longest + 0.001
    assert all(later >= earlier - 0.001 for earlier, later in pairwise(waits[:-1]))
    assert abs(looks[-1] - began - TIMINGS.settle_at_most) < 0.001
    assert len(looks) < 20


def test_an_absent_id_is_asked_for_after_five_seconds_and_after_a_minute() -> None:
    entry = an_entry()
    assert entry.wait_to_appear(0, TIMINGS)
    assert entry.due == 5
    assert entry.wait_to_appear(5, TIMINGS)
    assert entry.due == 65
    assert not entry.wait_to_appear(65, TIMINGS)


def test_an_id_in_no_library_is_looked_up_again_for_some_minutes() -> None:
    entry, now, waits = an_entry(), 0.0, []
    while entry.wait_for_place(now, TIMINGS):
        waits.append(entry.due - now)
        now = entry.due
    assert waits == list(TIMINGS.unplaced)


def test_seen_again_it_is_looked_at_now_unless_the_server_does_not_show_it() -> None:
    entry = an_entry()
    entry.wait_for_streams(0, TIMINGS)
    entry.seen_again(0.25, a_sighting(library_id="f" * 32))
    assert (entry.due, entry.library_id) == (0.25, "f" * 32)
    entry.wait_to_appear(0.25, TIMINGS)
    entry.seen_again(1, a_sighting(library_id="e" * 32))
    assert (entry.due, entry.library_id) == (5.25, "f" * 32)


def test_an_id_that_only_the_webhook_named_and_nobody_shows_is_not_waited_for() -> None:
    entry = an_entry(source=Source.WEBHOOK)
    entry.seen_again(0, a_sighting(Source.WEBHOOK))
    assert not entry.wait_to_appear(0, TIMINGS)


@pytest.mark.parametrize("source", [Source.WEBSOCKET, Source.SYNC])
def test_an_id_of_the_webhook_that_the_server_has_named_too_is_waited_for(source: Source) -> None:
    entry = an_entry(source=Source.WEBHOOK)
    entry.seen_again(0, a_sighting(source))
    entry.seen_again(0, a_sighting(Source.WEBHOOK))
    assert entry.wait_to_appear(0, TIMINGS)


@pytest.mark.parametrize("wait", [Entry.wait_for_streams, Entry.wait_for_place])
def test_an_id_of_the_webhook_that_the_server_has_shown_once_is_waited_for(
    wait: Callable[[Entry, float, PipelineTimings], object],
) -> None:
    entry = an_entry(source=Source.WEBHOOK)
    wait(entry, 0, TIMINGS)
    assert entry.wait_to_appear(1, TIMINGS)
