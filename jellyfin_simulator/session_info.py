"""Sessions as the API shows them: `SessionInfoDto`, with what is being played."""

from typing import Final

from .answers import Json
from .dates import to_json
from .ids import EMPTY_ID
from .items import DtoOptions, describe_item
from .playback import Playback
from .sessions import SimSession

_NEVER: Final = "0001-01-01T00:00:00.0000000Z"
_PLAYING_FIELDS: Final = frozenset(
    {
        "chapters",
        "datecreated",
        "enablemediasourcedisplay",
        "externalurls",
        "genres",
        "height",
        "localtrailercount",
        "mediastreams",
        "parentid",
        "path",
        "primaryimageaspectratio",
        "providerids",
        "specialfeaturecount",
        "studios",
        "taglines",
        "trickplay",
        "width",
    }
)


def describe_session(session: SimSession, *, server_id: str, is_twelve: bool) -> Json:
    """Return the `SessionInfoDto`."""
    playback = session.playback
    moment = to_json(session.last_activity)
    data: Json = {
        "PlayState": _play_state(playback),
        "AdditionalUsers": [],
        "Capabilities": {
            "PlayableMediaTypes": [],
            "SupportedCommands": [],
            "SupportsMediaControl": False,
            "SupportsPersistentIdentifier": True,
        },
        "RemoteEndPoint": "127.0.0.1",
        "PlayableMediaTypes": [],
        "Id": session.session_id,
        "UserId": EMPTY_ID if session.user is None else session.user.user_id,
        "Client": session.client,
        "LastActivityDate": moment,
        "LastPlaybackCheckIn": _NEVER if session.checked_in is None else to_json(session.checked_in),
        "DeviceName": session.device,
        "DeviceId": session.device_id,
        "ApplicationVersion": session.version,
        "IsActive": session.talker is not None,
        "SupportsMediaControl": False,
        "SupportsRemoteControl": False,
        "NowPlayingQueue": [],
        "HasCustomDeviceName": False,
        "ServerId": server_id,
        "SupportedCommands": [],
    }
    if playback is not None:
        options = DtoOptions(server_id, is_twelve, _PLAYING_FIELDS)
        data["NowPlayingItem"] = describe_item(playback.item, options)
    if session.user is not None:
        data["UserName"] = session.user.name
    if not is_twelve:
        data["NowPlayingQueueFullItems"] = []
    return data


def _play_state(playback: Playback | None) -> Json:
    """Return how the playing goes; without any only the defaults are there."""
    data: Json = {}
    if playback is not None:
        data = {
            "PositionTicks": playback.position_ticks,
            "MediaSourceId": playback.item.item_id,
            "PlayMethod": "DirectPlay",
        }
    return {
        **data,
        "CanSeek": playback is not None and playback.can_seek,
        "IsPaused": playback is not None and playback.is_paused,
        "IsMuted": playback is not None and playback.is_muted,
        "RepeatMode": "RepeatNone",
        "PlaybackOrder": "Default",
    }
