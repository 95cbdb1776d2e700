"""The schedules of faults, a few of them: the benchmark runs all."""

import pytest

from .serving import measure


@pytest.mark.usefixtures("socket_enabled")
@pytest.mark.timeout(120)
async def test_whatever_fails_each_request_ends_once_and_each_file_has_one_track() -> None:
    assert [result for result in await measure(schedules=6, items=20) if not result.kept] == []
