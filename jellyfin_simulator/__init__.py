"""A Jellyfin server of Python alone, for tests and for the demo."""

from .accounts import SimUser
from .clock import Clock, LoopClock, VirtualClock
from .journal import Journal, Request, TokenKind
from .library import SimItem, SimLibrary
from .server import JellyfinSimulator
from .streams import DEFAULT_STREAMS, Stream, audio, subtitle, video

__all__ = [
    "DEFAULT_STREAMS",
    "Clock",
    "JellyfinSimulator",
    "Journal",
    "LoopClock",
    "Request",
    "SimItem",
    "SimLibrary",
    "SimUser",
    "Stream",
    "TokenKind",
    "VirtualClock",
    "audio",
    "subtitle",
    "video",
]
