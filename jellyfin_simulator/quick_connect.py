"""Quick Connect: a code shown by one device and allowed by somebody who is signed in."""

from dataclasses import dataclass
from typing import Final

from .accounts import Caller, Device, SimUser
from .answers import Json
from .clock import Clock
from .dates import to_json
from .ids import IdSource
from .sessions import SimSession
from .sign_in import Doorman

_CODE_LIFE: Final = 600.0


@dataclass(slots=True, eq=False)
class ConnectRequest:
    """A device that waits to be let in."""

    secret: str
    code: str
    caller: Caller
    moment: float
    signed_in: tuple[Device, SimSession] | None = None


class QuickConnect:
    """Codes and secrets, in memory only."""

    def __init__(self, clock: Clock, ids: IdSource, doorman: Doorman) -> None:
        """Start without requests."""
        self._clock = clock
        self._ids = ids
        self._doorman = doorman
        self._requests: list[ConnectRequest] = []

    def initiate(self, caller: Caller) -> ConnectRequest:
        """Make a code for that device."""
        request = ConnectRequest(self._ids.hex(64).upper(), self._ids.digits(6), caller, self._clock.time())
        self._requests.append(request)
        return request

    def by_code(self, code: str) -> ConnectRequest | None:
        """Return the request that shows that code."""
        return next((request for request in self._living() if request.code == code), None)

    def by_secret(self, secret: str) -> ConnectRequest | None:
        """Return the request with that secret."""
        return next((request for request in self._living() if request.secret == secret), None)

    def authorize(self, request: ConnectRequest, user: SimUser) -> None:
        """Let the device in: its token is made now, and its older ones die."""
        request.signed_in = self._doorman.sign_in(user, request.caller)
        request.moment = self._clock.time() + 60.0

    def forget(self) -> None:
        """Lose every code and secret."""
        self._requests.clear()

    def _living(self) -> list[ConnectRequest]:
        self._requests = [request for request in self._requests if self._clock.time() < request.moment + _CODE_LIFE]
        return self._requests


def describe_request(request: ConnectRequest) -> Json:
    """Return the `QuickConnectResult`."""
    return {
        "Authenticated": request.signed_in is not None,
        "Secret": request.secret,
        "Code": request.code,
        "DeviceId": request.caller.device_id,
        "DeviceName": request.caller.device,
        "AppName": request.caller.client,
        "AppVersion": request.caller.version,
        "DateAdded": to_json(request.moment),
    }
