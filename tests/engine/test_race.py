"""Of several things at once, the first one to end decides."""

import asyncio

import pytest

from custom_components.jellyfin_subtitles.engine.race import first_of

from .virtual_time import in_virtual_time


async def runner(name: str, seconds: float, ended: list[str], error: Exception | None = None) -> str:
    """Come in after some seconds, or be stopped on the way."""
    try:
        await asyncio.sleep(seconds)
        if error is not None:
            raise error
    finally:
        ended.append(name)
    return name


@in_virtual_time
async def test_the_first_one_decides_and_the_others_have_ended_by_then() -> None:
    ended: list[str] = []

    assert await first_of(runner("slow", 10, ended), runner("fast", 1, ended), runner("slower", 20, ended)) == "fast"
    assert asyncio.get_running_loop().time() == 1
    assert sorted(ended) == ["fast", "slow", "slower"]


@in_virtual_time
async def test_a_failure_decides_too() -> None:
    ended: list[str] = []

    with pytest.raises(ValueError, match="so"):
        await first_of(runner("slow", 10, ended), runner("fast", 1, ended, ValueError("so")))
    assert sorted(ended) == ["fast", "slow"]


@in_virtual_time
async def test_who_is_cancelled_leaves_nothing_running() -> None:
    ended: list[str] = []
    task = asyncio.create_task(first_of(runner("one", 10, ended), runner("other", 20, ended)))
    await asyncio.sleep(1)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert sorted(ended) == ["one", "other"]
