"""What Jellyfin tells us through the websocket without being asked."""

from dataclasses import dataclass
import math
from typing import Self

from .reading import ids, members_of, normalize_id, text, unusable, whole_number


@dataclass(frozen=True, slots=True)
class LibraryChanged:
    """What changed in the libraries, gathered by the server until nothing had happened for a while."""

    items_added: tuple[str, ...] = ()
    items_updated: tuple[str, ...] = ()
    items_removed: tuple[str, ...] = ()
    collection_folders: tuple[str, ...] = ()

    @classmethod
    def from_dict(cls, data: object) -> Self | None:
        """Read the data of the message."""
        if not isinstance(data, dict):
            return unusable(cls, "Data")
        return cls(
            items_added=ids(data, "ItemsAdded"),
            items_updated=ids(data, "ItemsUpdated"),
            items_removed=ids(data, "ItemsRemoved"),
            collection_folders=ids(data, "CollectionFolders"),
        )


@dataclass(frozen=True, slots=True)
class RefreshProgress:
    """How far the refresh of a library, or of a folder of one, has come: 0 to 100."""

    item_id: str
    progress: float

    @classmethod
    def from_dict(cls, data: object) -> Self | None:
        """Read the data of the message; the server writes the number as a text."""
        members = members_of(data)
        item_id, value = normalize_id(members.get("ItemId")), members.get("Progress")
        try:
            progress = float(value) if isinstance(value, (str, float)) or type(value) is int else math.nan
        except ValueError, OverflowError:
            progress = math.nan
        if item_id is None or not math.isfinite(progress):
            return unusable(cls, "ItemId and Progress")
        return cls(item_id, progress)


@dataclass(frozen=True, slots=True)
class Echo:
    """A message that was sent to our own session has come back: broadcasts reach this socket."""

    text: str

    @classmethod
    def from_dict(cls, data: object) -> Self | None:
        """Read the data of a general command; `None`, without a word, if it is any other command."""
        command = members_of(data)
        arguments = members_of(command.get("Arguments"))
        nonce = text(arguments, "Text")
        if command.get("Name") != "DisplayMessage" or arguments.get("Header") != "echo" or nonce is None:
            return None
        return cls(nonce)


@dataclass(frozen=True, slots=True)
class Played:
    """What somebody plays; season and number are those of an episode that has them."""

    item_id: str
    series_id: str | None = None
    season_number: int | None = None
    episode_number: int | None = None


@dataclass(frozen=True, slots=True)
class NowPlaying:
    """What is being played in the sessions that we may see; it comes only because we asked for it."""

    items: tuple[Played, ...] = ()

    @classmethod
    def from_dict(cls, data: object) -> Self | None:
        """Read the data of the message, which holds all sessions with all that can be said about them."""
        if not isinstance(data, list):
            return unusable(cls, "Data")
        playing = [members_of(members_of(session).get("NowPlayingItem")) for session in data]
        return cls(
            tuple(
                [
                    Played(
                        item_id,
                        normalize_id(item.get("SeriesId")),
                        whole_number(item, "ParentIndexNumber"),
                        whole_number(item, "IndexNumber"),
                    )
                    for item in playing
                    if (item_id := normalize_id(item.get("Id")))
                ]
            )
        )


@dataclass(frozen=True, slots=True)
class OtherMessage:
    """Any other broadcast: it proves that the socket is served, and carries nothing for us."""

    kind: str


type SocketMessage = LibraryChanged | RefreshProgress | NowPlaying | Echo | OtherMessage
