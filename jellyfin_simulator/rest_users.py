"""REST: people, their sign-in, their devices and the API keys."""

from typing import Final

from aiohttp import web

from .accounts import Caller, Device, SimUser, describe_user
from .answers import Json, empty, error_text, no_content, ok, page, problem
from .core import Core
from .dates import to_json
from .routing import Call, Policy, Route
from .session_info import describe_session
from .sessions import SimSession
from .sign_in import Refusal


def user_dto(core: Core, user: SimUser) -> Json:
    """Return the `UserDto`."""
    return describe_user(user, server_id=core.server_id, is_twelve=core.is_twelve)


def authentication_result(core: Core, device: Device, session: SimSession, *, is_minted: bool = False) -> web.Response:
    """Answer a sign-in that worked; of a minted session, which another caller made, the server knows no address."""
    session_info = describe_session(session, server_id=core.server_id, is_twelve=core.is_twelve)
    if is_minted:
        del session_info["RemoteEndPoint"]
    return ok(
        {
            "User": user_dto(core, device.user),
            "SessionInfo": session_info,
            "AccessToken": device.token,
            "ServerId": core.server_id,
        }
    )


def is_complete(caller: Caller) -> bool:
    """Return whether the caller says all four things that a sign-in needs to know."""
    return bool(caller.client and caller.device and caller.device_id and caller.version)


async def authenticate(call: Call) -> web.Response:
    """Sign in with name and password."""
    body = await call.body()
    name, password = body.get("username"), body.get("pw") or ""
    if not is_complete(call.caller) or not isinstance(name, str) or not name.strip():
        return error_text(400)
    doorman = call.core.doorman
    user = doorman.check_password(name, str(password))
    if user is Refusal.WRONG_PASSWORD:
        return error_text(401)
    if isinstance(user, Refusal) or not doorman.may_start_session(user, call.caller.device_id):
        return error_text(403)
    return authentication_result(call.core, *doorman.sign_in(user, call.caller))


async def list_users(call: Call) -> web.Response:
    """Return all users by name."""
    hidden, disabled = call.parameters.flag("isHidden"), call.parameters.flag("isDisabled")
    users = [
        user
        for user in call.core.accounts.users.values()
        if (hidden is None or bool(user.policy["IsHidden"]) is hidden)
        and (disabled is None or user.is_disabled is disabled)
    ]
    return ok([user_dto(call.core, user) for user in sorted(users, key=lambda user: user.name.lower())])


async def list_public_users(call: Call) -> web.Response:
    """Return the users that the sign-in page shows."""
    users = [user for user in call.core.accounts.users.values() if not user.is_disabled and not user.policy["IsHidden"]]
    return ok([user_dto(call.core, user) for user in sorted(users, key=lambda user: user.name.lower())])


async def get_me(call: Call) -> web.Response:
    """Return the caller; an API key is nobody."""
    return problem(400) if call.caller.user is None else ok(user_dto(call.core, call.caller.user))


def _user(call: Call) -> SimUser | None:
    return call.core.accounts.users.get(call.guid("userId"))


async def get_user(call: Call) -> web.Response:
    """Return one user."""
    return problem(404) if (user := _user(call)) is None else ok(user_dto(call.core, user))


async def new_user(call: Call) -> web.Response:
    """Make a user."""
    body = await call.body()
    name = body.get("name")
    if not isinstance(name, str) or not name.strip() or call.core.accounts.by_name(name) is not None:
        return error_text(400)
    return ok(user_dto(call.core, call.core.accounts.add_user(name, str(body.get("password") or ""))))


async def delete_user(call: Call) -> web.Response:
    """Delete a user and end its sessions."""
    if (user := _user(call)) is None:
        return problem(404)
    call.core.doorman.revoke_user(user)
    del call.core.accounts.users[user.user_id]
    return no_content()


async def set_policy(call: Call) -> web.Response:
    """Replace a user's rights; a user that is disabled now is thrown out."""
    if (user := _user(call)) is None:
        return problem(404)
    body = await call.json()
    user.policy |= {key: value for key, value in body.items() if key in user.policy}
    user.policy["EnabledFolders"] = [str(folder).replace("-", "").lower() for folder in user.policy["EnabledFolders"]]
    if user.is_disabled:
        call.core.doorman.revoke_user(user)
    return no_content()


async def set_password(call: Call) -> web.Response:
    """Change a password; every token of the user dies but for the caller's."""
    user = call.user() if "userid" not in call.parts else _user(call)
    if user is None:
        return problem(404)
    body = await call.body()
    if user is call.caller.user and str(body.get("currentpw") or "") != user.password:
        return empty(403)
    user.password = "" if body.get("resetpassword") else str(body.get("newpw") or "")
    call.core.doorman.revoke_user(user, keep=call.caller.token)
    return no_content()


async def log_out(call: Call) -> web.Response:
    """Let the caller's own token die; an API key stays."""
    if not call.caller.is_api_key and call.caller.token is not None:
        call.core.doorman.revoke_token(call.caller.token)
    return no_content()


async def list_keys(call: Call) -> web.Response:
    """Return the API keys."""
    keys = call.core.accounts.api_keys.values()
    return page(
        [
            {
                "Id": number,
                "AccessToken": key.token,
                "DeviceId": "",
                "AppName": key.name,
                "AppVersion": "",
                "DeviceName": "",
                "UserId": "0" * 32,
                "IsActive": False,
                "DateCreated": to_json(key.created),
                "DateLastActivity": "0001-01-01T00:00:00.0000000Z",
            }
            for number, key in enumerate(keys, 1)
        ]
    )


async def new_key(call: Call) -> web.Response:
    """Make an API key."""
    if (name := call.parameters.text("app")) is None:
        return problem(400, {"app": ["The app field is required."]})
    call.core.accounts.add_api_key(name, moment=call.core.clock.time())
    return no_content()


async def delete_key(call: Call) -> web.Response:
    """Delete an API key; its open sockets live on."""
    call.core.accounts.api_keys.pop(call.parts["key"], None)
    return no_content()


async def list_devices(call: Call) -> web.Response:
    """Return the devices that have signed in."""
    return page([_describe_device(device) for device in call.core.accounts.devices.values()])


async def delete_device(call: Call) -> web.Response:
    """Throw a device out."""
    wanted = (call.parameters.text("id") or "").lower()
    devices = [device for device in call.core.accounts.devices.values() if device.device_id.lower() == wanted]
    if not devices:
        return problem(404)
    for device in devices:
        call.core.doorman.revoke(device)
    return no_content()


def _describe_device(device: Device) -> Json:
    return {
        "Name": device.device,
        "Id": device.device_id,
        "LastUserName": device.user.name,
        "AppName": device.client,
        "AppVersion": device.version,
        "LastUserId": device.user.user_id,
        "DateLastActivity": to_json(device.last_activity),
        "Capabilities": {
            "PlayableMediaTypes": [],
            "SupportedCommands": [],
            "SupportsMediaControl": False,
            "SupportsPersistentIdentifier": True,
        },
    }


ROUTES: Final = (
    Route("POST", "/Users/AuthenticateByName", authenticate, Policy.ANYBODY),
    Route("GET", "/Users", list_users),
    Route("GET", "/Users/Public", list_public_users, Policy.ANYBODY),
    Route("GET", "/Users/Me", get_me),
    Route("POST", "/Users/New", new_user, Policy.ELEVATED),
    Route("POST", "/Users/Password", set_password),
    Route("GET", "/Users/{userId}", get_user),
    Route("DELETE", "/Users/{userId}", delete_user, Policy.ELEVATED),
    Route("POST", "/Users/{userId}/Policy", set_policy, Policy.ELEVATED),
    Route("POST", "/Users/{userId}/Password", set_password),
    Route("POST", "/Sessions/Logout", log_out),
    Route("GET", "/Auth/Keys", list_keys, Policy.ELEVATED),
    Route("POST", "/Auth/Keys", new_key, Policy.ELEVATED),
    Route("DELETE", "/Auth/Keys/{key}", delete_key, Policy.ELEVATED),
    Route("GET", "/Devices", list_devices, Policy.ELEVATED),
    Route("DELETE", "/Devices", delete_device, Policy.ELEVATED),
)
