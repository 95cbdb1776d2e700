"""Some posts over HTTP: the benchmark posts all."""

import pytest

from .posting import measure


@pytest.mark.usefixtures("socket_enabled")
@pytest.mark.timeout(120)
async def test_posts_as_fast_as_they_come_cost_few_requests_and_hold_up_nothing() -> None:
    assert [result for result in await measure(posts=1_000, rounds=2) if not result.kept] == []
