"""The way of a request through the server, in Jellyfin's order."""

import json
import logging
from typing import Final

from aiohttp import web

from .accounts import Caller
from .answers import LOADING_TEXT, RefusalError, camel_case, dumps, empty, error_text, html
from .authorization import identify
from .clock import sleep
from .core import Core
from .dates import to_header
from .journal import Request, TokenKind
from .parameters import Parameters
from .phases import Phase, answer_set_up, redirect
from .routing import Call, Policy, Router, refusal
from .socket_endpoint import serve_socket, wants_socket

_LOGGER = logging.getLogger(__name__)
_MAXIMUM_REQUEST_LINE: Final = 8192
_MAXIMUM_HEADERS: Final = 32_768
_OLD_PREFIXES: Final = ("/emby/", "/mediabrowser/")
_OPEN_WHILE_LOADING: Final = "/system/ping"


class Pipeline:
    """Answers every request, whatever the phase."""

    def __init__(self, core: Core, router: Router) -> None:
        """Serve that server."""
        self._core = core
        self._router = router
        self.phase = Phase.GAP
        self.is_host_ready = True
        self.is_waking = False

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request and write it down."""
        core = self._core
        path = request.path
        if core.base_url and path.lower().startswith(core.base_url.lower() + "/"):
            path = path[len(core.base_url) :]
        parameters = Parameters(request.query)
        caller = self._identify(request, parameters)
        entry = Request(request.method, path, dict(request.query), self._token_kind(caller), core.clock.time())
        core.journal.requests.append(entry)
        response = await self._answer(request, path, caller, parameters)
        entry.status = response.status
        body = getattr(response, "body", None)
        entry.response_bytes = len(body) if isinstance(body, bytes) else 0
        response.headers["Date"] = to_header(core.clock.time())
        response.headers["Server"] = "Kestrel"
        return response

    def _identify(self, request: web.BaseRequest, parameters: Parameters) -> Caller:
        core = self._core
        return identify(
            core.accounts,
            request.headers,
            parameters,
            legacy=core.configuration.enable_legacy_authorization,
            server_id=core.server_id,
            version=core.version,
        )

    def _token_kind(self, caller: Caller) -> TokenKind:
        if caller.token is None:
            return TokenKind.NONE
        if caller.is_api_key:
            return TokenKind.API_KEY
        return TokenKind.UNKNOWN if caller.user is None else TokenKind.USER

    async def _answer(
        self, request: web.BaseRequest, path: str, caller: Caller, parameters: Parameters
    ) -> web.StreamResponse:
        for fault in self._core.faults.take(request.method, path):
            if fault.delay:
                await sleep(self._core.clock, fault.delay)
            if (refused := fault.response(request)) is not None:
                return refused
        if (status := _beyond_limits(request)) is not None:
            return empty(status)
        if self.phase is Phase.SETUP:
            return answer_set_up(self._core, request, is_host_ready=self.is_host_ready, is_waking=self.is_waking)
        if (elsewhere := redirect(self._core, request.path)) is not None:
            return elsewhere
        try:
            response = await self._serve(request, path, caller, parameters)
        except RefusalError as err:
            response = err.response
        except Exception:
            _LOGGER.exception("The simulator failed to answer %s %s", request.method, path)
            response = error_text(500)
        response.headers["X-Response-Time-ms"] = "1.0000"
        if isinstance(response, web.Response) and _wants_camel_case(request, response):
            response.text = dumps(camel_case(json.loads(response.text or "")))
        return response

    async def _serve(
        self, request: web.BaseRequest, path: str, caller: Caller, parameters: Parameters
    ) -> web.StreamResponse:
        if not self._core.is_twelve:
            path = next((path[len(old) - 1 :] for old in _OLD_PREFIXES if path.lower().startswith(old)), path)
        found = self._router.find(request.method, path)
        is_set_up = self._core.configuration.wizard_completed
        policy = Policy.ANYBODY if isinstance(found, web.Response) else found[0].policy
        if (refused := refusal(policy, caller, is_set_up=is_set_up)) is not None:
            return refused
        if wants_socket(request) and not path.lower().startswith("/web"):
            return await serve_socket(self._core, request, caller)
        if self.phase is Phase.LOADING and path.lower() != _OPEN_WHILE_LOADING:
            return html(503, LOADING_TEXT)
        if isinstance(found, web.Response):
            return found
        route, parts = found
        return await route.handler(Call(self._core, request, caller, parameters, parts))


def _beyond_limits(request: web.BaseRequest) -> int | None:
    line = len(request.method) + 1 + len(request.raw_path.encode()) + len(" HTTP/1.1\r\n")
    if line > _MAXIMUM_REQUEST_LINE:
        return 414
    if sum(len(name) + len(value) + 4 for name, value in request.raw_headers) > _MAXIMUM_HEADERS:
        return 431
    return None


def _wants_camel_case(request: web.BaseRequest, response: web.Response) -> bool:
    accept = request.headers.get("Accept", "").lower().replace('"', "")
    return "profile=camelcase" in accept and response.content_type == "application/json" and bool(response.text)
