"""REST: sessions, and messages to them."""

from typing import Final

from aiohttp import web

from .answers import Json, RefusalError, error_text, no_content, ok, problem
from .ids import EMPTY_ID, parse_id
from .playback import Playback
from .routing import Call, Route
from .session_info import describe_session


async def list_sessions(call: Call) -> web.Response:
    """Return the sessions that the caller may see."""
    wanted = call.parameters.text("deviceId")
    within = call.parameters.number("activeWithinSeconds")
    now = call.core.clock.time()
    return ok(
        [
            describe_session(session, server_id=call.core.server_id, is_twelve=call.core.is_twelve)
            for session in call.core.sessions.latest_first()
            if (call.caller.is_elevated or session.user is call.caller.user)
            and (wanted is None or session.device_id == wanted)
            and (not within or now - session.last_activity <= within)
        ]
    )


async def send_message(call: Call) -> web.Response:
    """Send a text to a session; the caller's own session is made on the way if there is none."""
    body = await call.body()
    text = body.get("text")
    if not isinstance(text, str) or not text:
        return problem(400, {"Text": ["The Text field is required."]})
    call.core.sessions.see(call.caller)
    if (session := call.core.sessions.find(call.parts["sessionid"].lower())) is None:
        return error_text(404)
    arguments: Json = {"Header": body.get("header") or "Message from Server", "Text": text}
    if body.get("timeoutms") is not None:
        arguments["TimeoutMs"] = str(body["timeoutms"])
    data = {"Name": "DisplayMessage", "ControllingUserId": EMPTY_ID, "Arguments": arguments}
    call.core.sessions.send([session], "GeneralCommand", data)
    return no_content()


async def set_capabilities(call: Call) -> web.Response:
    """Take note that the caller is here; what it can do is not kept."""
    call.core.sessions.see(call.caller)
    return no_content()


async def _reported(call: Call) -> Playback:
    """Return what the caller says it plays."""
    body = await call.body()
    wanted = parse_id(str(body.get("itemid")))
    item = None if wanted is None else call.core.librarian.visible(wanted, call.caller.user)
    if item is None:
        raise RefusalError(error_text(404))
    return Playback(
        item,
        int(body.get("positionticks") or 0),
        can_seek=bool(body.get("canseek")),
        is_paused=bool(body.get("ispaused")),
        is_muted=bool(body.get("ismuted")),
    )


async def start_playback(call: Call) -> web.Response:
    """Take note that the caller begins to play something."""
    playback = await _reported(call)
    call.core.player.start(call.core.sessions.see(call.caller), playback)
    return no_content()


async def report_playback(call: Call) -> web.Response:
    """Take note of how far the caller is."""
    playback = await _reported(call)
    call.core.player.report(call.core.sessions.see(call.caller), playback)
    return no_content()


async def stop_playback(call: Call) -> web.Response:
    """Take note that the caller plays no longer."""
    playback = await _reported(call)
    call.core.player.stop(call.core.sessions.see(call.caller), playback.position_ticks)
    return no_content()


ROUTES: Final = (
    Route("GET", "/Sessions", list_sessions),
    Route("POST", "/Sessions/{sessionId}/Message", send_message),
    Route("POST", "/Sessions/Playing", start_playback),
    Route("POST", "/Sessions/Playing/Progress", report_playback),
    Route("POST", "/Sessions/Playing/Stopped", stop_playback),
    Route("POST", "/Sessions/Capabilities", set_capabilities),
    Route("POST", "/Sessions/Capabilities/Full", set_capabilities),
)
