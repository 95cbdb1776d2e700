"""Several things at once, until one of them is done."""

import asyncio
from collections.abc import Coroutine
from typing import Any


async def first_of[T](*coroutines: Coroutine[Any, Any, T]) -> T:
    """Run them beside each other; the first one to end decides, the others are cancelled."""
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return next(task for task in tasks if task.done()).result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
