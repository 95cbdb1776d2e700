"""What it costs to bring subtitles, and what is left of them when everything fails that can."""

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import json
from statistics import median
from unittest.mock import patch

from custom_components.jellyfin_subtitles.engine import ledger as ledger_module
from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.ledger import Ledger
from custom_components.jellyfin_subtitles.engine.ledger_models import RecordState
from custom_components.jellyfin_subtitles.engine.models import (
    Announcement,
    Needs,
    RequestReason,
    Source,
    SubtitleRequest,
)
from custom_components.jellyfin_subtitles.engine.wants import Want
from tests.engine.memory import MemoryStorage

from .measuring import Result, Stopwatch, without_old_garbage
from .trouble import Fate, calm, endure

SCHEDULES = 200
ITEMS = 200
CLOSED = 100_000
OPEN = 1_000
ROUNDS = 3


async def measure(schedules: int = SCHEDULES, items: int = ITEMS) -> list[Result]:
    """Bring subtitles in peace, then through all kinds of trouble."""
    in_peace = await calm(items)
    fates = [await endure(seed, items) for seed in range(schedules)]
    told: Counter[str] = Counter()
    for fate in fates:
        told.update(fate.happened)
    per_item = sum(fate.requests for fate in fates) / (schedules * items)
    name = f"{schedules} schedules of faults, {items} files each"
    return [
        Result("a subtitle that arrives: requests to Jellyfin, median", median(in_peace), "", 6),
        Result(f"{name}: lost", _sum(fates, "lost"), "", 0, _said(told)),
        Result(f"{name}: ends said twice", _sum(fates, "doubled"), "", 0),
        Result(f"{name}: files with two tracks", _sum(fates, "surplus"), "", 0),
        Result(f"{name}: ends said again after a crash", _sum(fates, "repeated"), "", None, "(and marked so)"),
        Result(f"{name}: requests per file", per_item, ""),
    ]


async def measure_ledger() -> list[Result]:
    """Load and write a ledger of years."""
    # The least of these tells what has to be done from a hiccup of the machine.
    rounds = [await _cost() for _ in range(ROUNDS)]
    return _results(*[min(costs, key=lambda cost: cost.seconds / cost.bare) for costs in zip(*rounds, strict=True)])


@dataclass(frozen=True, slots=True)
class _Cost:
    """How long something took, how long the same rows take as mere JSON, and how many bytes they are."""

    seconds: float
    bare: float
    bytes: int


async def _cost() -> tuple[_Cost, _Cost, _Cost]:
    storage = MemoryStorage()
    ledger = Ledger(storage)
    now = datetime.now(UTC)
    with ExitStack() as stack:
        stack.enter_context(patch.object(ledger_module, "ENDS_IN_HOT_FILE", CLOSED * 2))
        for number in range(CLOSED):
            (record,) = ledger.enter(_request(number), [Want(Language("de"))], now)
            ledger.told(ledger.close(record, RecordState.ARRIVED, now))
        for number in range(CLOSED, CLOSED + OPEN):
            ledger.enter(_request(number), [Want(Language("de"))], now + timedelta(days=1))
    large, hot, load = Stopwatch(), Stopwatch(), Stopwatch()
    with without_old_garbage(), large.running():
        await ledger.save_all()
    (record, *_) = ledger.open.values()
    ledger.put(record)
    with without_old_garbage(), hot.running():
        await ledger.save()
    assert (storage.ledger, storage.closed) != (None, None)
    texts = str(storage.ledger), str(storage.closed)
    with without_old_garbage(), load.running():
        await Ledger(storage).load()
    bare_hot, bare_large, bare_load = Stopwatch(), Stopwatch(), Stopwatch()
    with without_old_garbage(), bare_load.running():
        documents = [json.loads(text) for text in texts]
    with without_old_garbage(), bare_hot.running():
        json.dumps(documents[0])
    with without_old_garbage(), bare_large.running():
        for document in documents:
            json.dumps(document)
    return (
        _Cost(large.seconds, bare_large.seconds, len(texts[1])),
        _Cost(hot.seconds, bare_hot.seconds, len(texts[0])),
        _Cost(load.seconds, bare_load.seconds, 0),
    )


def _results(large: _Cost, hot: _Cost, load: _Cost) -> list[Result]:
    name = f"ledger of {CLOSED:,} ends and {OPEN:,} open"
    return [
        Result(f"{name}: bytes per end", large.bytes / CLOSED, "bytes", 256),
        Result(f"{name}: bytes per open record", hot.bytes / OPEN, "bytes", 512),
        Result(f"{name}: writing all, json.dumps being 1", large.seconds / large.bare, "times", 4),
        Result(f"{name}: writing the open, json.dumps being 1", hot.seconds / hot.bare, "times", 4),
        Result(f"{name}: loading, json.loads being 1", load.seconds / load.bare, "times", 8),
    ]


def _request(number: int) -> SubtitleRequest:
    item_id, now = f"{number:032x}", datetime.now(UTC)
    said = Announcement(item_id, "episode", f"Part {number}", "f" * 32, "Series", Source.WEBSOCKET, now, now)
    needs = Needs(item_id, None, ("de",), (), ())
    return SubtitleRequest(item_id, said, needs, RequestReason.NEW_MEDIA, now)


def _sum(fates: list[Fate], name: str) -> int:
    return sum(getattr(fate, name) for fate in fates)


def _said(told: Counter[str]) -> str:
    return "(" + ", ".join(f"{count} {what}" for what, count in sorted(told.items())) + ")"
