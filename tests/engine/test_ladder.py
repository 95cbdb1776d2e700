"""When subtitles are looked for again."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.jellyfin_subtitles.engine.ladder import (
    MOST_RUNGS,
    RUNGS,
    Ladder,
    QuietHours,
    rungs_from,
    rungs_within,
)

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(time(22, 0), time(7, 0), BERLIN)
MOMENTS = st.integers(0, 10 * 365 * 86_400).map(lambda seconds: NOON + timedelta(seconds=seconds))
TIMES = st.times()


@given(days=st.integers(0, 200))
def test_as_many_waits_are_kept_as_fit(days: int) -> None:
    limit = timedelta(days=days)
    kept = rungs_within(RUNGS, limit)
    assert RUNGS[: len(kept)] == kept
    assert sum(kept, timedelta(0)) <= limit
    assert len(kept) == len(RUNGS) or sum(RUNGS[: len(kept) + 1], timedelta(0)) > limit


@given(
    rungs=st.lists(
        st.tuples(st.integers(1, 3), st.integers(1, 52), st.sampled_from("mhdw")), min_size=1, max_size=MOST_RUNGS // 3
    ),
    between=st.sampled_from([" ", ", ", "; ", ",", "\n"]),
)
def test_what_was_written_is_what_is_waited(rungs: list[tuple[int, int, str]], between: str) -> None:
    units = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
    text = between.join(f"{count}x{number}{unit}" for count, number, unit in rungs)
    assert rungs_from(f" {text.upper()} ") == tuple(
        number * units[unit] for count, number, unit in rungs for _ in range(count)
    )


@pytest.mark.parametrize("text", ["", "soon", "5", "m", "0m", "0x1d", "53w", "-1d", "1.5h", "201x1d", "5m 2hours"])
def test_what_is_no_wait_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"wait|short|many"):
        rungs_from(text)


def test_as_many_attempts_as_sense_allows_may_be_written() -> None:
    assert len(rungs_from(f"{MOST_RUNGS}x1d")) == MOST_RUNGS
    assert rungs_from("52w") == (timedelta(weeks=52),)


def test_it_begins_at_once_and_ends_after_nearly_four_months() -> None:
    ladder, now = Ladder(), NOON
    waits: list[timedelta] = []
    assert ladder.first(NOON) == NOON
    while (due := ladder.next(len(waits) + 1, now)) is not None:
        waits.append(due - now)
        now = due
    assert waits == [
        timedelta(minutes=1),
        timedelta(minutes=5),
        timedelta(minutes=30),
        timedelta(hours=2),
        timedelta(hours=6),
        *[timedelta(days=1)] * 21,
        *[timedelta(weeks=1)] * 13,
    ]
    assert timedelta(days=112) < now - NOON < timedelta(days=113)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        # Berlin is two hours ahead in summer.
        (datetime(2026, 5, 4, 19, 59, tzinfo=UTC), datetime(2026, 5, 4, 19, 59, tzinfo=UTC)),
        (datetime(2026, 5, 4, 20, 0, tzinfo=UTC), datetime(2026, 5, 5, 5, 0, tzinfo=UTC)),
        (datetime(2026, 5, 5, 1, 0, tzinfo=UTC), datetime(2026, 5, 5, 5, 0, tzinfo=UTC)),
        (datetime(2026, 5, 5, 5, 0, tzinfo=UTC), datetime(2026, 5, 5, 5, 0, tzinfo=UTC)),
        # In the night of the change to winter, seven o'clock comes an hour later.
        (datetime(2026, 10, 24, 20, 30, tzinfo=UTC), datetime(2026, 10, 25, 6, 0, tzinfo=UTC)),
    ],
)
def test_what_falls_due_at_night_waits_for_the_morning(moment: datetime, expected: datetime) -> None:
    assert NIGHT.after(moment) == expected


def test_quiet_hours_within_a_day_end_on_that_day() -> None:
    quiet = QuietHours(time(13, 0), time(15, 0), UTC)
    assert quiet.after(NOON) == NOON
    assert quiet.after(NOON + timedelta(hours=1)) == NOON + timedelta(hours=3)
    assert quiet.after(NOON + timedelta(hours=2)) == NOON + timedelta(hours=3)
    assert quiet.after(NOON + timedelta(hours=3)) == NOON + timedelta(hours=3)
    assert Ladder(quiet=quiet).next(4, NOON) == NOON + timedelta(hours=3)


@given(MOMENTS, TIMES, TIMES)
def test_after_quiet_hours_it_is_not_quiet_and_at_most_a_day_later(moment: datetime, start: time, end: time) -> None:
    quiet = QuietHours(start, end, BERLIN)
    after = quiet.after(moment)
    assert moment <= after <= moment + timedelta(hours=25)
    assert quiet.after(after) == after
