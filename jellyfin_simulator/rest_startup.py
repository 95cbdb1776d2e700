"""REST: the wizard of a server's first run."""

from typing import Final

from aiohttp import web

from .accounts import SimUser
from .answers import no_content, ok
from .core import Core
from .routing import Call, Policy, Route

_SETTINGS: Final = ("UICulture", "MetadataCountryCode", "PreferredMetadataLanguage")


def _first_user(core: Core) -> SimUser:
    """Return the first user, made now if there is none."""
    users = core.accounts.users
    if not users:
        core.accounts.add_user("root", "", IsAdministrator=True, IsHidden=True, EnableSubtitleManagement=True)
    return next(iter(users.values()))


async def get_settings(call: Call) -> web.Response:
    """Return the wizard's first page."""
    configuration = call.core.configuration
    return ok({"ServerName": configuration.server_name, **{name: configuration.rest[name] for name in _SETTINGS}})


async def set_settings(call: Call) -> web.Response:
    """Take the wizard's first page."""
    body = await call.body()
    configuration = call.core.configuration
    configuration.server_name = str(body.get("servername") or configuration.server_name)
    configuration.rest |= {name: body[name.lower()] for name in _SETTINGS if name.lower() in body}
    return no_content()


async def get_user(call: Call) -> web.Response:
    """Return the administrator to be."""
    return ok({"Name": _first_user(call.core).name})


async def set_user(call: Call) -> web.Response:
    """Name the administrator."""
    body = await call.body()
    user = _first_user(call.core)
    user.name = str(body.get("name") or user.name)
    user.password = str(body.get("password") or "")
    return no_content()


async def set_remote_access(call: Call) -> web.Response:
    """Take note of what may come from afar."""
    await call.body()
    return no_content()


async def complete(call: Call) -> web.Response:
    """End the wizard: from now on one must sign in."""
    call.core.configuration.wizard_completed = True
    return no_content()


ROUTES: Final = tuple(
    Route(method, f"/Startup/{path}", handler, Policy.SETUP_OR_ELEVATED)
    for method, path, handler in (
        ("GET", "Configuration", get_settings),
        ("POST", "Configuration", set_settings),
        ("GET", "User", get_user),
        ("GET", "FirstUser", get_user),
        ("POST", "User", set_user),
        ("POST", "RemoteAccess", set_remote_access),
        ("POST", "Complete", complete),
    )
)
