"""Faults that a test can put into the server's way of answering."""

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from .answers import empty, error_text, html

type Rejection = int | web.Response | Callable[[web.BaseRequest], web.Response | None]


@dataclass(slots=True, eq=False)
class Fault:
    """Holds back or refuses the requests it matches; `times` counts down, None is for ever."""

    rejection: Rejection | None
    delay: float
    path_prefix: str
    method: str | None
    times: int | None

    def matches(self, method: str, path: str) -> bool:
        """Return whether the fault concerns that request."""
        if self.times == 0 or (self.method is not None and self.method != method):
            return False
        return path.lower().startswith(self.path_prefix.lower())

    def response(self, request: web.BaseRequest) -> web.Response | None:
        """Return the refusal, None to let the request through."""
        if self.rejection is None:
            return None
        if isinstance(self.rejection, int):
            return _refusal(self.rejection)
        if isinstance(self.rejection, web.Response):
            source = self.rejection
            return web.Response(status=source.status, body=source.body, headers=source.headers)
        return self.rejection(request)


class Faults:
    """The faults that are in force."""

    def __init__(self) -> None:
        """Start without faults."""
        self._faults: list[Fault] = []

    def add(
        self,
        rejection: Rejection | None,
        *,
        delay: float = 0.0,
        path_prefix: str | None = None,
        method: str | None = None,
        times: int | None = None,
    ) -> Fault:
        """Put a fault in force and return it."""
        fault = Fault(rejection, delay, path_prefix or "", method, times)
        self._faults.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """Mend one fault."""
        if fault in self._faults:
            self._faults.remove(fault)

    def clear(self) -> None:
        """Mend everything."""
        self._faults.clear()

    def take(self, method: str, path: str) -> list[Fault]:
        """Return the faults for a request, each counted once."""
        hit = [fault for fault in self._faults if fault.matches(method, path)]
        for fault in hit:
            if fault.times is not None:
                fault.times -= 1
        return hit


def _refusal(status: int) -> web.Response:
    if status == 401:
        return empty(401)
    if status == 503:
        return html(503, "Service Unavailable")
    return error_text(status)
