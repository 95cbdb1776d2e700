"""What Jellyfin tells us when asked, as frozen dataclasses made from suspicious JSON.

Every `from_dict` takes whatever was decoded and never raises: an object without its essential members is `None`,
said in one debug line; an optional member of the wrong type counts as absent; members we do not know are ignored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
import re
from typing import Any, Final, Self

from .const import MINIMUM_VERSION
from .reading import entries, members_of, moment, normalize_id, storable, text, unusable, whole_number

_VERSION: Final = re.compile(r"\d{1,9}(?:\.\d{1,9})*", re.ASCII)
_TICKS_PER_SECOND: Final = 10_000_000

# Named as what holds no films or episodes, so that a kind a later server invents is asked and not missed.
_KINDS_WITHOUT_VIDEO_ITEMS: Final = frozenset(
    {"music", "books", "playlists", "boxsets", "livetv", "photos", "homevideos", "musicvideos", "trailers"}
)


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """Who the server is; `server_time` is its clock when it answered (UTC)."""

    server_id: str
    name: str
    version: str
    startup_completed: bool
    server_time: datetime | None = None

    @property
    def version_info(self) -> tuple[int, ...]:
        """The version as numbers that compare; empty if it does not begin with any."""
        match = _VERSION.match(self.version)
        return tuple(map(int, match[0].split("."))) if match else ()

    @property
    def supported(self) -> bool:
        """Whether this integration speaks the server's protocol."""
        return self.version_info >= MINIMUM_VERSION

    @classmethod
    def from_dict(cls, data: object, *, server_time: datetime | None = None) -> Self | None:
        """Read an answer of the running server (one that is still starting writes other names)."""
        members = members_of(data)
        server_id, version = text(members, "Id"), text(members, "Version")
        if server_id is None or version is None:
            return unusable(cls, "Id and Version")
        return cls(
            server_id=server_id,
            name=text(members, "ServerName") or "Jellyfin",
            version=version,
            startup_completed=members.get("StartupWizardCompleted") is True,
            server_time=server_time,
        )


@dataclass(frozen=True, slots=True)
class User:
    """Who is signed in, and what they may do."""

    user_id: str
    name: str
    server_id: str | None
    is_administrator: bool
    is_disabled: bool
    can_manage_subtitles: bool
    sees_all_libraries: bool

    @classmethod
    def from_dict(cls, data: object) -> Self | None:
        """Read a user; a right that is not stated is not there."""
        members = members_of(data)
        user_id, name = normalize_id(members.get("Id")), text(members, "Name")
        if user_id is None or name is None:
            return unusable(cls, "Id and Name")
        policy = members_of(members.get("Policy"))
        is_administrator = policy.get("IsAdministrator") is True
        return cls(
            user_id=user_id,
            name=name,
            server_id=text(members, "ServerId"),
            is_administrator=is_administrator,
            is_disabled=policy.get("IsDisabled") is True,
            can_manage_subtitles=is_administrator or policy.get("EnableSubtitleManagement") is True,
            sees_all_libraries=policy.get("EnableAllFolders") is True,
        )


@dataclass(frozen=True, slots=True)
class SignIn:
    """What a sign-in gives; the token is left out of the representation, so that no log shows it."""

    token: str = field(repr=False)
    user: User
    server_id: str

    @classmethod
    def from_dict(cls, data: object) -> Self | None:
        """Read the answer to a sign-in."""
        members = members_of(data)
        token, user = text(members, "AccessToken"), User.from_dict(members.get("User"))
        server_id = text(members, "ServerId") or (user.server_id if user else None)
        if token is None or user is None or server_id is None:
            return unusable(cls, "AccessToken, User and ServerId")
        return cls(token=token, user=user, server_id=server_id)


@dataclass(frozen=True, slots=True)
class Library:
    """A library as the signed-in user sees it."""

    library_id: str
    name: str
    collection_type: str | None

    @property
    def may_hold_video_items(self) -> bool:
        """Whether films or episodes can stand in it; a library of mixed content states no type."""
        return self.collection_type not in _KINDS_WITHOUT_VIDEO_ITEMS

    @classmethod
    def from_dict(cls, data: object) -> Self | None:
        """Read one of the user's views."""
        members = members_of(data)
        library_id = normalize_id(members.get("Id"))
        if library_id is None:
            return unusable(cls, "Id")
        return cls(library_id, text(members, "Name") or library_id, text(members, "CollectionType"))


class StreamKind(StrEnum):
    """What a stream carries; cover images, fonts and lyrics are all "other" to us."""

    AUDIO = "audio"
    VIDEO = "video"
    SUBTITLE = "subtitle"
    OTHER = "other"


_STREAM_KINDS: Final = {"Audio": StreamKind.AUDIO, "Video": StreamKind.VIDEO, "Subtitle": StreamKind.SUBTITLE}


@dataclass(frozen=True, slots=True)
class MediaStream:
    """One stream of a file, or a subtitle file beside it.

    There is no index here: adding a subtitle file renumbers the others, so nothing may be remembered by it.
    """

    kind: StreamKind
    language: str | None
    is_forced: bool = False
    is_hearing_impaired: bool = False
    is_text: bool = False

    @classmethod
    def from_dict(cls, data: object) -> Self | None:
        """Read a stream."""
        members = members_of(data)
        kind = text(members, "Type")
        if kind is None:
            return unusable(cls, "Type")
        return cls(
            kind=_STREAM_KINDS.get(kind, StreamKind.OTHER),
            language=text(members, "Language"),
            is_forced=members.get("IsForced") is True,
            is_hearing_impaired=members.get("IsHearingImpaired") is True,
            is_text=members.get("IsTextSubtitleStream") is True,
        )


def _streams(data: Mapping[str, Any]) -> tuple[MediaStream, ...]:
    return tuple([stream for entry in entries(data, "MediaStreams") if (stream := MediaStream.from_dict(entry))])


@dataclass(frozen=True, slots=True)
class MediaSource:
    """One version of an item; its id is that version's own item id."""

    source_id: str
    name: str | None
    path: str | None
    streams: tuple[MediaStream, ...]

    @classmethod
    def from_dict(cls, data: object) -> Self | None:
        """Read a source."""
        members = members_of(data)
        source_id = normalize_id(members.get("Id"))
        if source_id is None:
            return unusable(cls, "Id")
        return cls(source_id, text(members, "Name"), text(members, "Path"), _streams(members))


@dataclass(frozen=True, slots=True)
class MediaItem:
    """An item with all we ask about it; `streams` are those of its own file, whatever other versions there are.

    `created` is the date of its file to most servers; whether the user has watched it is None where that is not said.
    `source_count` is how many versions a lean item has, of which nothing else is known; None where it is not lean.
    """

    item_id: str
    kind: str
    name: str
    path: str | None = None
    parent_id: str | None = None
    series_id: str | None = None
    series_name: str | None = None
    season_number: int | None = None
    episode_number: int | None = None
    episode_number_end: int | None = None
    year: int | None = None
    runtime_seconds: int | None = None
    container: str | None = None
    provider_ids: Mapping[str, str] = field(default_factory=dict, hash=False)
    location_type: str | None = None
    extra_type: str | None = None
    is_placeholder: bool = False
    image_tag: str | None = None
    created: datetime | None = None
    is_watched: bool | None = None
    streams: tuple[MediaStream, ...] = ()
    sources: tuple[MediaSource, ...] = ()
    source_count: int | None = None

    @property
    def is_lean(self) -> bool:
        """Whether it was asked for without its files, so that there are no streams, whatever the files have."""
        return self.source_count is not None

    @property
    def has_video(self) -> bool:
        """Whether the server has looked into the file: until then there is no video stream, and no length of it."""
        if self.is_lean:
            return self.runtime_seconds is not None and self.container is not None
        return any(stream.kind is StreamKind.VIDEO for stream in self.streams)

    @property
    def is_virtual(self) -> bool:
        """Whether there is no file: an episode that is known to be missing."""
        return self.location_type == "Virtual"

    @property
    def never_probed(self) -> bool:
        """Whether the server never looks into what lies behind it by itself, so that waiting for streams is in vain."""
        path = (self.path or "").lower()
        is_remote = path.startswith(("http://", "https://")) or self.location_type == "Remote"
        return is_remote or path.endswith(".strm") or self.is_placeholder

    @classmethod
    def from_dict(cls, data: object, *, lean: bool = False) -> Self | None:
        """Read an item, from a list or alone; `lean` says how it was asked for."""
        members = members_of(data)
        item_id, kind = normalize_id(members.get("Id")), text(members, "Type")
        if item_id is None or kind is None:
            return unusable(cls, "Id and Type")
        sources = tuple(
            [source for entry in entries(members, "MediaSources") if (source := MediaSource.from_dict(entry))]
        )
        own = next((source for source in sources if source.source_id == item_id), None)
        ticks = whole_number(members, "RunTimeTicks")
        provider_ids = members_of(members.get("ProviderIds"))
        is_watched = members_of(members.get("UserData")).get("Played")
        return cls(
            item_id=item_id,
            kind=kind,
            name=text(members, "Name") or "",
            path=text(members, "Path"),
            parent_id=normalize_id(members.get("ParentId")),
            series_id=normalize_id(members.get("SeriesId")),
            series_name=text(members, "SeriesName"),
            season_number=whole_number(members, "ParentIndexNumber"),
            episode_number=whole_number(members, "IndexNumber"),
            episode_number_end=whole_number(members, "IndexNumberEnd"),
            year=whole_number(members, "ProductionYear"),
            runtime_seconds=None if ticks is None or ticks < 0 else ticks // _TICKS_PER_SECOND,
            container=text(members, "Container"),
            provider_ids={storable(key): value for key in provider_ids if (value := text(provider_ids, key))},
            location_type=text(members, "LocationType"),
            extra_type=text(members, "ExtraType"),
            is_placeholder=members.get("IsPlaceHolder") is True,
            image_tag=text(members_of(members.get("ImageTags")), "Primary"),
            created=moment(members, "DateCreated"),
            is_watched=is_watched if isinstance(is_watched, bool) else None,
            streams=own.streams if own else _streams(members),
            sources=sources,
            source_count=(whole_number(members, "MediaSourceCount") or 1) if lean else None,
        )
