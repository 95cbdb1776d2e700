"""REST: Quick Connect."""

from typing import Final

from aiohttp import web

from .answers import error_text, json_string, ok, problem
from .quick_connect import describe_request
from .rest_users import authentication_result, is_complete
from .routing import Call, Policy, Route

_DISABLED: Final = "Quick connect is disabled"


async def get_enabled(call: Call) -> web.Response:
    """Say whether Quick Connect is on."""
    return ok(call.core.configuration.quick_connect_available)


async def initiate(call: Call) -> web.Response:
    """Make a code for the calling device."""
    if not is_complete(call.caller):
        return error_text(400)
    if not call.core.configuration.quick_connect_available:
        return json_string(401, _DISABLED)
    return ok(describe_request(call.core.quick_connect.initiate(call.caller)))


async def connect(call: Call) -> web.Response:
    """Say how the request with that secret is."""
    if not call.core.configuration.quick_connect_available:
        return json_string(401, _DISABLED)
    request = call.core.quick_connect.by_secret(call.parameters.text("secret") or "")
    return json_string(404, "Unknown secret") if request is None else ok(describe_request(request))


async def authorize(call: Call) -> web.Response:
    """Let the device with that code in, as the caller or as the user that is named."""
    wanted = call.parameters.guid("userId")
    if wanted is not None and wanted != call.caller.user_id and not call.caller.is_elevated:
        return error_text(403)
    user = call.caller.user if wanted is None else call.core.accounts.users.get(wanted)
    if user is None:
        return error_text(400)
    if not call.core.configuration.quick_connect_available:
        return error_text(401)
    request = call.core.quick_connect.by_code(call.parameters.text("code") or "")
    if request is None:
        return error_text(404)
    if request.signed_in is not None:
        return error_text(500)
    if not call.core.doorman.may_start_session(user, request.caller.device_id):
        return error_text(403)
    call.core.quick_connect.authorize(request, user)
    return ok(True)


async def authenticate(call: Call) -> web.Response:
    """Hand the token out to whoever knows the secret."""
    secret = (await call.body()).get("secret")
    if not isinstance(secret, str) or not secret:
        return problem(400, {"Secret": ["The Secret field is required."]})
    if not call.core.configuration.quick_connect_available:
        return error_text(401)
    request = call.core.quick_connect.by_secret(secret)
    if request is None or request.signed_in is None:
        return error_text(404)
    return authentication_result(call.core, *request.signed_in, is_minted=True)


def routes(*, is_twelve: bool) -> tuple[Route, ...]:
    """Return the routes; 10.11 also knows an old way to the first one."""
    old = () if is_twelve else (Route("GET", "/QuickConnect/Initiate", initiate, Policy.ANYBODY),)
    return (
        *old,
        Route("GET", "/QuickConnect/Enabled", get_enabled, Policy.ANYBODY),
        Route("POST", "/QuickConnect/Initiate", initiate, Policy.ANYBODY),
        Route("GET", "/QuickConnect/Connect", connect, Policy.ANYBODY),
        Route("POST", "/QuickConnect/Authorize", authorize),
        Route("POST", "/Users/AuthenticateWithQuickConnect", authenticate, Policy.ANYBODY),
    )
