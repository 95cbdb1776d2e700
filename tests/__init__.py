"""Tests."""

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], object], within: float = 10) -> None:
    """Wait until something is true that no event tells of."""
    async with asyncio.timeout(within):
        while not condition():
            await asyncio.sleep(0)
