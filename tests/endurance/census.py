"""Counting what is alive: whatever each of a thousand cycles leaves over ends a Home Assistant some day."""

import asyncio
from collections import Counter
import gc
from pathlib import Path

import aiohttp

from custom_components.jellyfin_subtitles.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers.dispatcher import DATA_DISPATCHER

# One entry for each file and socket that this process has open.
_DESCRIPTORS = Path("/dev/fd")

# What was closed is gone after a few turns of the loop: callbacks of closed transports, tasks that were cancelled.
_TURNS = 20


async def census(hass: HomeAssistant) -> Counter[str]:
    """Count what is alive once everything that has ended is gone: tasks, timers and the like, and our objects."""
    await hass.async_block_till_done()
    for _ in range(_TURNS):
        await asyncio.sleep(0)
    gc.collect()
    return _kept_by(hass) + _objects()


def _kept_by(hass: HomeAssistant) -> Counter[str]:
    """Count what the loop, Home Assistant and the system keep, whoever it belongs to."""
    handles: list[asyncio.TimerHandle] = getattr(hass.loop, "_scheduled", [])
    return Counter(
        {
            "tasks": len(asyncio.all_tasks()),
            "timers": sum(not handle.cancelled() for handle in handles),
            "listeners of the bus": sum(hass.bus.async_listeners().values()),
            "listeners of the dispatcher": sum(map(len, hass.data.get(DATA_DISPATCHER, {}).values())),
            "keys of hass.data": len(hass.data),
            "open files and sockets": len(list(_DESCRIPTORS.iterdir())),
        }
    )


def _objects() -> Counter[str]:
    """Count the objects of our classes, and the sessions of whomever."""
    counted: Counter[str] = Counter()
    for kind in map(type, gc.get_objects()):
        module = str(kind.__module__)
        if kind is aiohttp.ClientSession or DOMAIN in module.split("."):
            counted[f"{module.rpartition(f'{DOMAIN}.')[2]}.{kind.__qualname__}"] += 1
    return counted
