"""The phases of a start: what answers while the real server does not yet."""

from dataclasses import dataclass
from enum import StrEnum
import json

from aiohttp import web

from .answers import empty, html, plain
from .core import Core


class Phase(StrEnum):
    """How far the server is: its set-up page, nobody at the port, loading, running."""

    SETUP = "A"
    GAP = "B"
    LOADING = "C"
    RUNNING = "D"


@dataclass(slots=True)
class PhaseDurations:
    """Seconds that a restart spends in each phase, in order."""

    farewell: float = 0.1
    first_gap: float = 0.3
    waking: float = 0.06
    setup: float = 0.8
    second_gap: float = 0.2
    loading: float = 0.6


def answer_set_up(
    core: Core, request: web.BaseRequest, *, is_host_ready: bool, is_waking: bool = False
) -> web.Response:
    """Answer as the set-up server does; it knows nothing of a base URL.

    `is_waking` is its first moment in a restart of 10.11, in which it fails.
    """
    path = request.path.lower()
    if path == "/system/info/public" and is_host_ready and not is_waking:
        body = {
            "localAddress": core.local_address,
            "serverName": core.configuration.server_name,
            "version": core.version,
            "productName": "Jellyfin Server",
            "operatingSystem": "",
            "id": core.server_id,
            "startupWizardCompleted": False,
        }
        return web.Response(text=json.dumps(body), content_type="application/json", charset="utf-8")
    if path == "/health":
        return plain(200, "Degraded")
    if is_waking:
        return empty(500)
    return html(503, "<!DOCTYPE html><html><body>Jellyfin is starting.</body></html>", retry_after="005")


def redirect(core: Core, path: str) -> web.Response | None:
    """Return the way to the base URL for a path outside of it, None for a path that is served."""
    base = core.base_url
    depth = max(path.count("/") - 1, 0)
    up = "../" * depth
    lower = path.lower()
    if not base:
        return _found("web/") if path == "/" else None
    if lower == base.lower() + "/":
        return _found("web/")
    if lower.startswith(base.lower() + "/"):
        return None
    if lower == "/health":
        return _found(f"{base}/health")
    return _found(f"{up}{base[1:]}/web/")


def _found(location: str) -> web.Response:
    response = empty(302)
    response.headers["Location"] = location
    return response
