"""REST: subtitles - searched for, fetched, uploaded, deleted. Most failures look like success."""

import asyncio
import base64
import binascii
from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote

from aiohttp import web

from .answers import Json, RefusalError, error_text, no_content, ok, problem
from .clock import sleep
from .core import Core
from .library import VIDEO_KINDS, SimItem
from .monitor import Refresh
from .routing import Call, Policy, Route
from .streams import ordered
from .subtitle_files import FORMATS, ReadOnlyError
from .subtitle_providers import Fetched, ProviderError, SubtitleProvider

_SEARCHED_KINDS: Final = frozenset({"Movie", "Episode"})
_REQUIRED: Final = ("Language", "Format", "Data")
_CONTENT_TYPES: Final = {"srt": "application/x-subrip", "ass": "text/x-ssa", "ssa": "text/x-ssa", "vtt": "text/vtt"}
# Fewer characters than this are less than one group of base64, and decode to nothing without a complaint.
_BASE64_GROUP: Final = 4


def _video(call: Call) -> SimItem:
    """Return the video that the path names, if the caller may see it."""
    item = call.core.librarian.visible(call.item_id(), call.caller.user)
    if item is None or item.kind not in VIDEO_KINDS:
        raise RefusalError(problem(404))
    return item


async def search(call: Call) -> web.Response:
    """Return what all providers together found for a video; whoever fails found nothing."""
    item, language = _video(call), unquote(call.parts["language"])
    if item.kind not in _SEARCHED_KINDS or item.is_placeholder:
        return ok([])
    matches_only = call.parameters.flag("isPerfectMatch")

    async def ask(provider: SubtitleProvider) -> list[Json]:
        try:
            return await provider.search(item, language)
        except ProviderError:
            return []

    found = await asyncio.gather(*map(ask, call.core.subtitle_providers))
    rows = [row for rows in found for row in rows]
    return ok([row for row in rows if row["IsHashMatch"] or not matches_only])


async def _fetch(call: Call) -> Fetched:
    """Return a file by the id that a search gave it."""
    prefix, _, provider_id = unquote(call.parts["subtitleid"]).partition("_")
    provider = next((one for one in call.core.subtitle_providers if one.prefix == prefix.lower()), None)
    if provider is None:
        raise ProviderError(prefix)
    return await provider.fetch(provider_id)


async def download(call: Call) -> web.Response:
    """Fetch a file and lay it beside the video; the answer is the same if nothing came of it."""
    item = _video(call)
    try:
        fetched = await _fetch(call)
        candidate = fetched.candidate
        flags = _flags(is_forced=candidate.is_forced, is_hearing_impaired=candidate.is_hearing_impaired)
        _save(call.core, item, (fetched.language.lower(), *flags), candidate.format, fetched.content)
    except ProviderError, ReadOnlyError:
        pass
    return no_content()


async def get_text(call: Call) -> web.Response:
    """Return a provider's file; the only route that says when there is none."""
    try:
        fetched = await _fetch(call)
    except ProviderError:
        return error_text(500)
    content_type = _CONTENT_TYPES.get(fetched.candidate.format, "application/octet-stream")
    return web.Response(body=fetched.content, content_type=content_type)


async def upload(call: Call) -> web.Response:
    """Lay the caller's own file beside the video."""
    body = await call.body()
    missing = [name for name in _REQUIRED if not body.get(name.lower())]
    if missing:
        return problem(400, {name: [f"The {name} field is required."] for name in missing})
    item = _video(call)
    language, ending, data = (str(body[name.lower()]) for name in _REQUIRED)
    if ending.lower() not in FORMATS or "/" in language or "\\" in language:
        return error_text(400)
    flags = _flags(is_forced=bool(body.get("isforced")), is_hearing_impaired=bool(body.get("ishearingimpaired")))
    try:
        content = b"" if len(data) < _BASE64_GROUP else base64.b64decode(data, validate=True)
        _save(call.core, item, (language.lower(), *flags), ending.lower(), content)
    except binascii.Error, ReadOnlyError:
        return error_text(500)
    return no_content()


async def delete(call: Call) -> web.Response:
    """Remove the file of one stream, and look into the video again before answering."""
    item = _video(call)
    streams = ordered(item.streams)
    try:
        index = int(call.parts["index"])
    except ValueError:
        return problem(400, {"index": [f"The value '{call.parts['index']}' is not valid."]})
    path = streams[index].path if 0 <= index < len(streams) else None
    if path is None:
        return error_text(400)
    core = call.core
    core.subtitle_files.remove(path)
    await sleep(core.clock, core.monitor.looking_time(item))
    core.monitor.look(item)
    return no_content()


def _flags(*, is_forced: bool, is_hearing_impaired: bool) -> tuple[str, ...]:
    return (*(("forced",) if is_forced else ()), *(("sdh",) if is_hearing_impaired else ()))


def _save(core: Core, item: SimItem, tokens: Sequence[str], ending: str, content: bytes) -> None:
    """Write a file, and look into the video when it is its turn; the file monitor overlooks what the server writes."""
    core.subtitle_files.save(item, tokens, ending, content)
    core.monitor.refresh(Refresh(item.library, item))


ROUTES: Final = (
    Route("GET", "/Items/{itemId}/RemoteSearch/Subtitles/{language}", search, Policy.SUBTITLES),
    Route("POST", "/Items/{itemId}/RemoteSearch/Subtitles/{subtitleId}", download, Policy.SUBTITLES),
    Route("GET", "/Providers/Subtitles/Subtitles/{subtitleId}", get_text, Policy.SUBTITLES),
    Route("POST", "/Videos/{itemId}/Subtitles", upload, Policy.SUBTITLES),
    Route("DELETE", "/Videos/{itemId}/Subtitles/{index}", delete, Policy.ELEVATED),
)
