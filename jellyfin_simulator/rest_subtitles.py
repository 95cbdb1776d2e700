"""REST: subtitles from elsewhere. No provider is installed, so nothing is ever found."""

from typing import Final

from aiohttp import web

from .answers import ok, problem
from .library import VIDEO_KINDS
from .routing import Call, Policy, Route


async def search(call: Call) -> web.Response:
    """Return what all providers together found for a video."""
    item = call.core.librarian.visible(call.guid("itemId"), call.caller.user)
    return problem(404) if item is None or item.kind not in VIDEO_KINDS else ok([])


ROUTES: Final = (Route("GET", "/Items/{itemId}/RemoteSearch/Subtitles/{language}", search, Policy.SUBTITLES),)
