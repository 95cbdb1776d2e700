"""What a session plays."""

from dataclasses import dataclass
from typing import Final

from .library import SimItem

TICKS_PER_SECOND: Final = 10_000_000


@dataclass(slots=True, eq=False)
class Playback:
    """An item that is being played, as its client last reported it."""

    item: SimItem
    position_ticks: int = 0
    can_seek: bool = False
    is_paused: bool = False
    is_muted: bool = False
