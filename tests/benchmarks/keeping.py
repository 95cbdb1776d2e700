"""What it costs to remember a large library, and to write down what happens in it."""

from contextlib import AsyncExitStack
from datetime import UTC, datetime
import gc
import tracemalloc

from .assembly import arrive, asked, check, engine, fill, home_assistant, prompt_server
from .measuring import Result

ITEMS = 100_000
FLOOD = 10_000


async def measure() -> list[Result]:
    """Remember a large library, then see what a flood asks and writes."""
    return [*await _measure_size(), *await _measure_floods()]


async def _measure_size() -> list[Result]:
    """Learn a large library as the engine does, page by page, and see what that leaves behind."""
    async with AsyncExitStack() as stack:
        server = stack.enter_context(prompt_server())
        hass = await stack.enter_async_context(home_assistant())
        running = await stack.enter_async_context(engine(hass, server.url, server.do(fill, 1, ITEMS)))
        # The connection and whatever else the first request makes is no part of what is known.
        await running.client.get_libraries()
        gc.collect()
        tracemalloc.start()
        try:
            await running.catch_up.run()
            gc.collect()
            remembered, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        check(len(running.known) == ITEMS, "everything is known")
        return [
            Result("bytes per known item in memory", remembered / ITEMS, "bytes", 200),
            Result("bytes per known item on the disk", running.disk.size("known") / ITEMS, "bytes", 64),
        ]


async def _measure_floods() -> list[Result]:
    """Let two floods arrive, each named by one message of the socket."""
    async with AsyncExitStack() as stack:
        server = stack.enter_context(prompt_server())
        hass = await stack.enter_async_context(home_assistant())
        running = await stack.enter_async_context(engine(hass, server.url, server.do(fill, 1, ITEMS)))
        await stack.enter_async_context(running.listening())
        requests, writes = [], []
        for number in range(2):
            server.do(asked)
            written = running.disk.journal_writes
            server.do(arrive, number * FLOOD, FLOOD)
            await running.announced((number + 1) * FLOOD)
            check(len(running.said) == (number + 1) * FLOOD, "every film is announced once")
            requests.append(len(server.do(asked)))
            writes.append(running.disk.journal_writes - written)
        # As Home Assistant does every hour: from now on the journal need not say what the known document says.
        await running.known.save(datetime.now(UTC))
        return [
            Result("flood of 10,000: requests", requests[1], "", 105),
            # The first message since a start names a folder that is no library. What that is has to be asked, once.
            Result("flood of 10,000 as the first since a start: requests", requests[0], ""),
            Result("flood of 10,000: writes of the journal", max(writes), "", 60),
            # One block of the disk.
            Result("bytes of the journal at rest after it", running.disk.size("journal"), "bytes", 4096),
        ]
