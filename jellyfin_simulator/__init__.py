"""A Jellyfin server of Python alone, for tests and for the demo."""

from .accounts import SimUser
from .clock import Clock, LoopClock, VirtualClock
from .journal import Journal, Request, TokenKind
from .library import SimItem, SimLibrary
from .server import JellyfinSimulator
from .streams import DEFAULT_STREAMS, Stream, audio, subtitle, video
from .subtitle_providers import SUBTITLE_TEXT, Behaviour, Candidate, SubtitleProvider

__all__ = [
    "DEFAULT_STREAMS",
    "SUBTITLE_TEXT",
    "Behaviour",
    "Candidate",
    "Clock",
    "JellyfinSimulator",
    "Journal",
    "LoopClock",
    "Request",
    "SimItem",
    "SimLibrary",
    "SimUser",
    "Stream",
    "SubtitleProvider",
    "TokenKind",
    "VirtualClock",
    "audio",
    "subtitle",
    "video",
]
