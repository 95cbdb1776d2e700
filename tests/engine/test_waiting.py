"""When an id on its way is looked at again."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
import math

from hypothesis import given, strategies as st
import pytest

from custom_components.jellyfin_subtitles.engine.flood import Wave
from custom_components.jellyfin_subtitles.engine.models import Sighting, Source
from custom_components.jellyfin_subtitles.engine.waiting import Entry, PipelineTimings, WaitingRoom

from .knowing import an_id

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


def test_the_waits_double_until_they_are_as_long_as_they_get() -> None:
    entry, now, waits = an_entry(), 0.0, []
    for _ in range(8):
        entry.wait_for_streams(now, TIMINGS)
        waits.append(entry.due - now)
        now = entry.due
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]


def test_an_id_that_was_shown_once_and_vanishes_has_all_its_time_again() -> None:
    entry = an_entry()
    entry.wait_to_appear(0, TIMINGS)
    entry.wait_for_streams(5, TIMINGS)
    assert entry.wait_to_appear(6, TIMINGS)
    assert entry.due == 6 + TIMINGS.absent[0]


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


def waiting_since(number: int, due: float, wave: Wave | None = None) -> Entry:
    """Return an id that is to be looked at then."""
    return Entry(Sighting(an_id(number), Source.SYNC, datetime.now(UTC)), None, due, wave)


def test_those_whose_time_has_come_are_given_out_in_the_order_of_their_arrival() -> None:
    room = WaitingRoom()
    entries = [waiting_since(number, due) for number, due in enumerate((5, 1, 3, 2))]
    for entry in entries:
        room.add(entry)
    assert room.due(3, 10) == entries[1:]
    assert room.due(3, 2) == entries[1:3]
    assert room.due(0.5, 10) == []
    assert room.next_due == 1
    assert (len(room), list(room)) == (4, entries)


def test_an_empty_room_waits_for_ever() -> None:
    assert WaitingRoom().next_due == math.inf
    assert len(WaitingRoom()) == 0


def test_who_was_let_go_is_not_there_and_did_not_arrive() -> None:
    room, wave = WaitingRoom(), Wave({an_id(1), an_id(2)})
    entry = waiting_since(1, 0, wave)
    room.add(entry)
    assert an_id(1) in room
    assert an_id(2) not in room
    assert (room.get(an_id(1)), room.get(an_id(2))) == (entry, None)
    room.drop(an_id(1))
    room.drop(an_id(1))
    assert an_id(1) not in room
    assert (wave.left, wave.arrived) == ({an_id(2)}, set())


def test_who_was_gathered_is_not_looked_at_again_whoever_sees_it() -> None:
    entry = an_entry()
    entry.gather()
    entry.seen_again(1, a_sighting())
    assert entry.is_gathered
    assert entry.due == math.inf
    assert not an_entry().is_gathered
