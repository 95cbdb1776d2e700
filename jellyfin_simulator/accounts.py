"""Users, their devices with tokens, and API keys."""

from dataclasses import dataclass, field
from typing import Final

from .answers import Json
from .dates import to_json
from .ids import EMPTY_ID, IdSource, derived_id

_POLICY: Final[Json] = {
    "IsAdministrator": False,
    "IsHidden": False,
    "EnableCollectionManagement": False,
    "EnableSubtitleManagement": False,
    "EnableLyricManagement": False,
    "IsDisabled": False,
    "BlockedTags": [],
    "AllowedTags": [],
    "EnableUserPreferenceAccess": True,
    "AccessSchedules": [],
    "BlockUnratedItems": [],
    "EnableRemoteControlOfOtherUsers": False,
    "EnableSharedDeviceControl": True,
    "EnableRemoteAccess": True,
    "EnableLiveTvManagement": False,
    "EnableLiveTvAccess": True,
    "EnableMediaPlayback": True,
    "EnableAudioPlaybackTranscoding": True,
    "EnableVideoPlaybackTranscoding": True,
    "EnablePlaybackRemuxing": True,
    "ForceRemoteSourceTranscoding": False,
    "EnableContentDeletion": False,
    "EnableContentDeletionFromFolders": [],
    "EnableContentDownloading": True,
    "EnableSyncTranscoding": True,
    "EnableMediaConversion": True,
    "EnabledDevices": [],
    "EnableAllDevices": True,
    "EnabledChannels": [],
    "EnableAllChannels": True,
    "EnabledFolders": [],
    "EnableAllFolders": True,
    "InvalidLoginAttemptCount": 0,
    "LoginAttemptsBeforeLockout": -1,
    "MaxActiveSessions": 0,
    "EnablePublicSharing": True,
    "BlockedMediaFolders": [],
    "BlockedChannels": [],
    "RemoteClientBitrateLimit": 0,
    "AuthenticationProviderId": "Jellyfin.Server.Implementations.Users.DefaultAuthenticationProvider",
    "PasswordResetProviderId": "Jellyfin.Server.Implementations.Users.DefaultPasswordResetProvider",
    "SyncPlayAccess": "CreateAndJoinGroups",
}
_CONFIGURATION: Final[Json] = {
    "PlayDefaultAudioTrack": True,
    "SubtitleLanguagePreference": "",
    "DisplayMissingEpisodes": False,
    "GroupedFolders": [],
    "SubtitleMode": "Default",
    "DisplayCollectionsView": False,
    "EnableLocalPassword": False,
    "OrderedViews": [],
    "LatestItemsExcludes": [],
    "MyMediaExcludes": [],
    "HidePlayedInLatest": True,
    "RememberAudioSelections": True,
    "RememberSubtitleSelections": True,
    "EnableNextEpisodeAutoPlay": True,
    "CastReceiverId": "F007D354",
}


@dataclass(slots=True)
class UserData:
    """What a user did with one item."""

    position_ticks: int = 0
    play_count: int = 0
    is_favorite: bool = False
    last_played: float | None = None
    is_played: bool = False


@dataclass(slots=True, eq=False)
class SimUser:
    """A person; rights live in `policy`, under Jellyfin's own names."""

    user_id: str
    name: str
    password: str
    policy: Json
    item_data: dict[str, UserData] = field(default_factory=dict)
    failed_sign_ins: int = 0
    last_login: float | None = None
    last_activity: float | None = None

    @property
    def is_administrator(self) -> bool:
        """Whether every door is open."""
        return bool(self.policy["IsAdministrator"])

    @property
    def is_disabled(self) -> bool:
        """Whether every door is closed."""
        return bool(self.policy["IsDisabled"])

    @property
    def can_manage_subtitles(self) -> bool:
        """Whether subtitles may be searched and added."""
        return self.is_administrator or bool(self.policy["EnableSubtitleManagement"])

    def data_of(self, item_id: str) -> UserData:
        """Return what the user did with an item, to be changed."""
        return self.item_data.setdefault(item_id, UserData())

    def sees(self, library_id: str) -> bool:
        """Return whether the user may look into that library."""
        return bool(self.policy["EnableAllFolders"]) or library_id in self.policy["EnabledFolders"]


@dataclass(slots=True, eq=False)
class Device:
    """A sign-in: whose, from where, and its token."""

    token: str
    user: SimUser
    client: str
    device_id: str
    device: str
    version: str
    last_activity: float


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of the server itself: it has a name and no user."""

    token: str
    name: str
    created: float


@dataclass(slots=True)
class Accounts:
    """Who may come in."""

    ids: IdSource
    users: dict[str, SimUser] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)
    api_keys: dict[str, ApiKey] = field(default_factory=dict)

    def add_user(self, name: str, password: str, **policy: object) -> SimUser:
        """Make a user; the keyword arguments are members of the policy."""
        user_id = derived_id(f"user {self.ids.hex()}")
        user = SimUser(user_id, name, password, {**_POLICY, "EnabledFolders": [], **policy})
        self.users[user_id] = user
        return user

    def by_name(self, name: str) -> SimUser | None:
        """Return the user of that name, in any case."""
        return next((user for user in self.users.values() if user.name.lower() == name.lower()), None)

    def add_device(
        self,
        user: SimUser,
        *,
        client: str,
        device_id: str,
        device: str,
        version: str,
        moment: float,
        token: str | None = None,
    ) -> Device:
        """Issue a token; every earlier one of the same user and device id dies."""
        for old in self.tokens_of(user):
            if old.device_id == device_id:
                del self.devices[old.token]
        record = Device(token or self.ids.hex(), user, client, device_id, device, version, moment)
        self.devices[record.token] = record
        return record

    def add_api_key(self, name: str, *, moment: float) -> ApiKey:
        """Make an API key."""
        key = ApiKey(self.ids.hex(), name, moment)
        self.api_keys[key.token] = key
        return key

    def tokens_of(self, user: SimUser) -> list[Device]:
        """Return all sign-ins of a user."""
        return [device for device in self.devices.values() if device.user is user]


def describe_user(user: SimUser, *, server_id: str, is_twelve: bool) -> Json:
    """Return the `UserDto`."""
    has_password = is_twelve or bool(user.password)
    data: Json = {
        "Name": user.name,
        "ServerId": server_id,
        "Id": user.user_id,
        "HasPassword": has_password,
        "HasConfiguredPassword": has_password,
        "HasConfiguredEasyPassword": False,
        "EnableAutoLogin": False,
    }
    if is_twelve and user.last_login is not None:
        data["LastLoginDate"] = to_json(user.last_login)
    if user.last_activity is not None:
        data["LastActivityDate"] = to_json(user.last_activity)
    return {**data, "Configuration": dict(_CONFIGURATION), "Policy": dict(user.policy)}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request, as far as its headers and its token tell."""

    client: str = ""
    device: str = ""
    device_id: str = ""
    version: str = ""
    token: str | None = None
    user: SimUser | None = None
    is_api_key: bool = False

    @property
    def is_known(self) -> bool:
        """Whether the token opens anything."""
        return self.is_api_key or self.user is not None

    @property
    def is_elevated(self) -> bool:
        """Whether the caller may do what administrators may."""
        return self.is_api_key or (self.user is not None and self.user.is_administrator)

    @property
    def user_id(self) -> str:
        """The user's id; all zeros for an API key."""
        return EMPTY_ID if self.user is None else self.user.user_id
