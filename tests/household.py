"""What arrives for people."""

import pytest

from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from jellyfin_simulator import JellyfinSimulator, SimLibrary

from . import until


def take_for_mass(monkeypatch: pytest.MonkeyPatch, more_than: int) -> None:
    """Let so many new items at once be more than news."""
    monkeypatch.setattr("custom_components.jellyfin_subtitles.engine.requests.MASS", more_than)


async def async_let_arrive(
    simulator: JellyfinSimulator, entry: JellyfinSubtitlesConfigEntry, library: SimLibrary, count: int
) -> None:
    """Let films be found all at once; returns when they have been announced and it is known what becomes of them."""
    requests = entry.runtime_data.requests
    before = requests.mass + requests.waiting
    simulator.add_many(library, count)
    await entry.runtime_data.coordinator.async_sync_now()
    await until(lambda: requests.mass + requests.waiting > before)
