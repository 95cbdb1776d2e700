"""A client for Jellyfin servers: what can be asked, and what they tell by themselves."""

from .client import JellyfinClient
from .discovery import DISCOVERY_PORT, DiscoveredServer, discover
from .errors import (
    JellyfinAuthenticationError,
    JellyfinConnectionError,
    JellyfinConnectionTimeoutError,
    JellyfinError,
    JellyfinForbiddenError,
    JellyfinLibraryError,
    JellyfinNotFoundError,
    JellyfinNotJellyfinError,
    JellyfinQuickConnectOffError,
    JellyfinRedirectError,
    JellyfinResponseError,
    JellyfinRouteError,
    JellyfinServerStartingError,
    JellyfinTlsError,
)
from .messages import Echo, LibraryChanged, NowPlaying, OtherMessage, Played, RefreshProgress, SocketMessage
from .models import Library, MediaItem, MediaSource, MediaStream, ServerInfo, SignIn, StreamKind, User
from .pages import DatedItem, DatedPage, ItemPage, ItemRef
from .quick_connect import QuickConnect, QuickConnectCode
from .reading import normalize_id
from .subtitles import RemoteSubtitle, Subtitles
from .websocket import JellyfinWebsocket, SocketEnd

__all__ = [
    "DISCOVERY_PORT",
    "DatedItem",
    "DatedPage",
    "DiscoveredServer",
    "Echo",
    "ItemPage",
    "ItemRef",
    "JellyfinAuthenticationError",
    "JellyfinClient",
    "JellyfinConnectionError",
    "JellyfinConnectionTimeoutError",
    "JellyfinError",
    "JellyfinForbiddenError",
    "JellyfinLibraryError",
    "JellyfinNotFoundError",
    "JellyfinNotJellyfinError",
    "JellyfinQuickConnectOffError",
    "JellyfinRedirectError",
    "JellyfinResponseError",
    "JellyfinRouteError",
    "JellyfinServerStartingError",
    "JellyfinTlsError",
    "JellyfinWebsocket",
    "Library",
    "LibraryChanged",
    "MediaItem",
    "MediaSource",
    "MediaStream",
    "NowPlaying",
    "OtherMessage",
    "Played",
    "QuickConnect",
    "QuickConnectCode",
    "RefreshProgress",
    "RemoteSubtitle",
    "ServerInfo",
    "SignIn",
    "SocketEnd",
    "SocketMessage",
    "StreamKind",
    "Subtitles",
    "User",
    "discover",
    "normalize_id",
]
