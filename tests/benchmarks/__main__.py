"""Prints what the integration costs; ends with 1 if a promise is not kept. Run by scripts/benchmark."""

import asyncio
from collections.abc import Awaitable, Callable
import sys

from . import catching_up, deciding, enduring, flooding, keeping, one_item, posting, serving
from .measuring import Result

BENCHMARKS: tuple[Callable[[], Awaitable[list[Result]]], ...] = (
    one_item.measure,
    catching_up.measure,
    catching_up.measure_idle_day,
    keeping.measure,
    deciding.measure,
    flooding.measure,
    posting.measure,
    enduring.measure,
    serving.measure_ledger,
    serving.measure,
)


async def main() -> int:
    """Measure everything and print a table."""
    kept = True
    print(f"{'what':58} {'value':>12} {'limit':>9}")
    for benchmark in BENCHMARKS:
        for result in await benchmark():
            limit = "" if result.limit is None else f"{result.limit:g}"
            value = f"{result.value:.2f}" if result.value % 1 else f"{result.value:.0f}"
            verdict = "" if result.kept else "  NOT KEPT"
            print(f"{result.name:58} {value:>12} {limit:>9} {result.unit} {result.note}{verdict}".rstrip(), flush=True)
            kept = kept and result.kept
    return 0 if kept else 1


sys.exit(asyncio.run(main()))
