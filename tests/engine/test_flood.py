"""Floods: what comes at once is told from what comes one by one, and said together."""

from hypothesis import given, strategies as st

from custom_components.jellyfin_subtitles.engine.flood import (
    IDS_PER_EVENT,
    Flood,
    FloodTimings,
    Gathered,
    Wave,
    in_batches,
)
from custom_components.jellyfin_subtitles.engine.models import Announcement, Source

from .knowing import NOW, an_id

TIMINGS = FloodTimings(limit=3, window=60, quiet=5, longest=60)


def a_wave(count: int, *, looked: int = 0) -> Wave:
    """Return a wave of so many ids, of which the first were looked at, and arrive."""
    wave = Wave({an_id(number) for number in range(count)})
    for number in range(looked):
        wave.look(an_id(number), arrives=True)
    return wave


def film(number: int) -> Announcement:
    """Return a film that is new."""
    return Announcement(an_id(number), "movie", f"Film {number}", None, None, Source.SYNC, NOW, NOW)


def episode(series: int | None, number: int, name: str | None = None) -> Announcement:
    """Return an episode of a series that is known by its id, by its name, or not at all."""
    series_id = None if series is None else an_id(series)
    return Announcement(
        an_id(number), "episode", "Part", None, None, Source.SYNC, NOW, NOW, series_name=name, series_id=series_id
    )


def test_a_wave_is_a_flood_while_too_many_may_still_arrive() -> None:
    wave = a_wave(5)
    assert wave.is_flood(3)
    for number, arrives in enumerate((True, False, False)):
        wave.look(an_id(number), arrives=arrives)
    assert not wave.is_flood(3)


def test_an_id_counts_once_however_often_it_is_looked_at() -> None:
    wave = a_wave(5, looked=2)
    wave.look(an_id(0), arrives=True)
    wave.look(an_id(2), arrives=False)
    assert (len(wave.arrived), len(wave.left)) == (2, 2)


def test_what_the_server_did_not_show_at_first_counts_when_it_does() -> None:
    wave = a_wave(5)
    for arrives in (False, True):
        for number in range(5):
            wave.look(an_id(number), arrives=arrives)
        assert wave.is_flood(3) is arrives


def test_a_few_within_a_minute_are_singles_and_the_next_one_is_not() -> None:
    flood: Flood[int] = Flood(TIMINGS)
    assert [flood.takes(now, None) for now in (0, 10, 20, 30)] == [False, False, False, True]


def test_a_few_every_minute_are_never_a_flood() -> None:
    flood: Flood[int] = Flood(TIMINGS)
    assert not any(flood.takes(20.0 * turn, None) for turn in range(100))


def test_what_was_named_at_once_is_said_as_soon_as_all_of_it_was_looked_at() -> None:
    flood, wave = Flood[int](TIMINGS), a_wave(5)
    assert flood.takes(0, wave)
    for number in range(4):
        wave.look(an_id(number), arrives=True)
        flood.gather(number, number, wave)
    assert flood.due == 3 + TIMINGS.quiet, "one may still come"
    wave.look(an_id(4), arrives=False)
    assert flood.due == 3
    assert flood.take(3) == Gathered([0, 1, 2, 3], 4)
    assert flood.due is None


def test_a_flood_of_singles_is_said_when_it_is_quiet() -> None:
    flood: Flood[str] = Flood(TIMINGS)
    for single in range(3):
        flood.takes(single, None)
    for now in (10, 12):
        assert flood.takes(now, None)
        flood.gather(now, f"at {now}", None)
    assert flood.due == 17
    assert flood.take(17) == Gathered(["at 10", "at 12"], 2)
    assert not flood.takes(70, None), "it is over, and so are the singles before it"


def test_a_flood_that_goes_on_is_said_once_a_minute() -> None:
    flood: Flood[int] = Flood(TIMINGS)
    said: list[int] = []
    totals: list[int] = []
    for now in range(100):
        if flood.due is not None and flood.due <= now:
            gathered = flood.take(now)
            said += gathered.members
            totals.append(gathered.total)
        if flood.takes(now, None):
            flood.gather(now, now, None)
    assert said == list(range(3, 63))
    assert totals == [0]
    assert flood.take(104) == Gathered(list(range(63, 100)), 97)


def test_while_something_is_still_looked_at_the_flood_does_not_end() -> None:
    flood, wave = Flood[int](TIMINGS), a_wave(5, looked=4)
    flood.gather(0, 0, wave)
    assert flood.take(5) == Gathered([0])
    assert [flood.due] == [None], "it depends on the last one"
    wave.look(an_id(4), arrives=False)
    assert flood.due == 5
    assert flood.take(5) == Gathered([], 4), "all that was named at once and arrives"


def test_films_are_said_together_and_each_series_for_itself() -> None:
    said = [
        film(1),
        episode(7, 2),
        film(3),
        episode(8, 4),
        episode(7, 5),
        episode(None, 6, "By name"),
        episode(None, 9),
    ]
    batches = in_batches((one, one.item_id) for one in said)
    members = [[int(item_id, 16) for item_id in batch.members] for batch in batches]
    assert members == [[1, 3], [2, 5], [4], [6], [9]]
    assert {(batch.part, batch.parts) for batch in batches} == {(1, 1)}


@given(st.lists(st.one_of(st.just(None), st.integers(0, 3)), max_size=2 * IDS_PER_EVENT))
def test_nothing_is_left_out_of_the_batches(series: list[int | None]) -> None:
    said = [film(number) if one is None else episode(one, number) for number, one in enumerate(series)]
    batches = in_batches((one, one.item_id) for one in said)
    assert sorted(item_id for batch in batches for item_id in batch.members) == [one.item_id for one in said]
    assert all(0 < len(batch.members) <= IDS_PER_EVENT for batch in batches)
    assert all(1 <= batch.part <= batch.parts for batch in batches)


def test_more_than_one_event_can_carry_come_in_parts() -> None:
    batches = in_batches((film(number), number) for number in range(2 * IDS_PER_EVENT + 1))
    assert [(batch.part, batch.parts, len(batch.members)) for batch in batches] == [
        (1, 3, IDS_PER_EVENT),
        (2, 3, IDS_PER_EVENT),
        (3, 3, 1),
    ]


def test_a_small_wave_is_no_flood_of_its_own() -> None:
    flood: Flood[int] = Flood(TIMINGS)
    assert not flood.takes(0, a_wave(TIMINGS.limit))


def test_a_wave_that_is_over_does_not_hurry_the_next_flood() -> None:
    flood, wave = Flood[int](TIMINGS), a_wave(1)
    flood.gather(0, 0, wave)
    wave.look(an_id(0), arrives=True)
    assert flood.take(0) == Gathered([0], 1, few=True)
    flood.gather(10, 1, None)
    assert flood.due == 10 + TIMINGS.quiet
    assert flood.take(10) == Gathered([1])


def test_few_among_many_that_come_to_nothing_are_no_flood() -> None:
    flood, wave = Flood[int](TIMINGS), a_wave(5)
    for number in (0, 1):
        assert flood.takes(0, wave), "for all we know"
        wave.look(an_id(number), arrives=True)
        flood.gather(0, number, wave)
    for number in (2, 3, 4):
        wave.look(an_id(number), arrives=False)
    assert flood.take(0) == Gathered([0, 1], 2, few=True)
    assert [flood.takes(now, None) for now in (1, 2)] == [False, True], "they count as singles"


def test_few_are_together_with_those_that_were_said_before_them() -> None:
    flood, wave = Flood[int](TIMINGS), a_wave(2)
    for single in range(TIMINGS.limit - 1):
        flood.takes(single, None)
    for number in (0, 1):
        wave.look(an_id(number), arrives=True)
        flood.gather(5, number, wave)
    assert flood.take(5) == Gathered([0, 1], 2)


def test_the_end_of_what_was_said_in_part_is_not_few() -> None:
    flood, wave = Flood[int](TIMINGS), a_wave(2)
    wave.look(an_id(0), arrives=True)
    flood.gather(0, 0, wave)
    assert flood.take(0) == Gathered([0])
    wave.look(an_id(1), arrives=True)
    flood.gather(1, 1, wave)
    assert flood.take(1) == Gathered([1], 2)


def test_a_flood_that_was_interrupted_is_waited_for_as_long_as_one_may_last() -> None:
    flood: Flood[int] = Flood(TIMINGS)
    flood.resume(100, 7)
    assert flood.due == 100 + TIMINGS.longest
    assert flood.takes(101, None)
    assert flood.take(100 + TIMINGS.longest) == Gathered([], 7)
