"""The waits between attempts, as sentences that hold for any limits."""

from itertools import pairwise

from hypothesis import given, strategies as st
import pytest

from custom_components.jellyfin_subtitles.engine.backoff import Backoff

LIMITS = st.tuples(st.floats(0.001, 1000), st.floats(0.001, 1000)).map(sorted)
JITTERS = st.floats(0, 0.5)
CHANCES = st.lists(st.floats(0, 1), min_size=1, max_size=40)


def test_the_waits_double_from_the_minimum_to_the_maximum() -> None:
    backoff = Backoff(2, 300)

    assert [backoff.next() for _ in range(10)] == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


@given(limits=LIMITS, jitter=JITTERS, chances=CHANCES)
def test_no_wait_is_above_the_maximum_and_none_below_the_minimum(
    limits: list[float], jitter: float, chances: list[float]
) -> None:
    """Where both are almost the same, jitter needs its room below the maximum."""
    minimum, maximum = limits
    dice = iter(chances)
    backoff = Backoff(minimum, maximum, jitter=jitter, random=lambda: next(dice))

    waits = [backoff.next() for _ in chances]

    assert all(min(minimum, maximum / (1 + jitter)) <= wait <= maximum * (1 + 1e-9) for wait in waits)


@given(limits=LIMITS, jitter=JITTERS, chance=st.floats(0, 1))
def test_the_waits_never_become_shorter(limits: list[float], jitter: float, chance: float) -> None:
    """With the same luck each time."""
    backoff = Backoff(*limits, jitter=jitter, random=lambda: chance)

    assert all(earlier <= later for earlier, later in pairwise([backoff.next() for _ in range(40)]))


@given(limits=LIMITS, jitter=JITTERS, chances=CHANCES)
def test_jitter_makes_a_wait_longer_by_its_fraction_at_most(
    limits: list[float], jitter: float, chances: list[float]
) -> None:
    minimum, maximum = limits
    dice = iter(chances)
    plain = Backoff(minimum, maximum / (1 + jitter))
    spread = Backoff(minimum, maximum, jitter=jitter, random=lambda: next(dice))

    for _ in chances:
        wait = plain.next()
        assert wait <= spread.next() <= wait * (1 + jitter) * (1 + 1e-9)


@given(limits=LIMITS, attempts=st.integers(0, 40))
def test_a_reset_begins_with_the_first_wait_again(limits: list[float], attempts: int) -> None:
    backoff, fresh = Backoff(*limits), Backoff(*limits)
    for _ in range(attempts):
        backoff.next()

    backoff.reset()

    assert [backoff.next() for _ in range(5)] == [fresh.next() for _ in range(5)]


@given(limits=LIMITS, at_most=st.floats(0.001, 1000), jitter=JITTERS, chances=CHANCES)
def test_no_wait_is_above_what_is_asked_for(
    limits: list[float], at_most: float, jitter: float, chances: list[float]
) -> None:
    dice = iter(chances)
    backoff = Backoff(*limits, jitter=jitter, random=lambda: next(dice))

    assert all(backoff.next(at_most) <= at_most * (1 + 1e-9) for _ in chances)


def test_waits_that_were_held_down_do_not_grow_in_secret() -> None:
    """After minutes of short waits, the first long one is the next step and not the maximum."""
    backoff = Backoff(2, 300)
    for _ in range(50):
        backoff.next(10)

    assert backoff.next() == pytest.approx(16)


def test_a_wait_that_is_held_down_to_its_own_length_does_not_grow_either() -> None:
    backoff = Backoff(2, 300)

    assert [backoff.next(2), backoff.next(2), backoff.next(), backoff.next()] == [2, 2, 2, 4]


@given(limits=LIMITS, jitter=JITTERS, chance=st.floats(0, 1))
def test_with_jitter_too_each_wait_is_twice_the_one_before_until_the_maximum(
    limits: list[float], jitter: float, chance: float
) -> None:
    _, maximum = limits
    backoff = Backoff(*limits, jitter=jitter, random=lambda: chance)

    ceiling = maximum * (1 + jitter * chance) / (1 + jitter)
    for earlier, later in pairwise([backoff.next() for _ in range(40)]):
        assert later == pytest.approx(min(2 * earlier, ceiling))
