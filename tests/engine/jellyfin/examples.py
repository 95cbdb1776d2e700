"""One whole object of each kind, and all that JSON can be."""

from typing import Any

from hypothesis import strategies as st

from custom_components.jellyfin_subtitles.engine.jellyfin import (
    DatedPage,
    DiscoveredServer,
    Echo,
    ItemPage,
    ItemRef,
    Library,
    LibraryChanged,
    MediaItem,
    MediaSource,
    MediaStream,
    RefreshProgress,
    RemoteSubtitle,
    ServerInfo,
    SignIn,
    User,
)

ID = "2c040d2168a71952615d58d5f72576bd"
OTHER_ID = "63945df28bb1cd1543f7cb366984b4f7"
MODELS: list[Any] = [
    ServerInfo,
    User,
    SignIn,
    Library,
    MediaStream,
    MediaSource,
    MediaItem,
    ItemRef,
    ItemPage,
    DatedPage,
    LibraryChanged,
    RefreshProgress,
    Echo,
    DiscoveredServer,
    RemoteSubtitle,
]

# One whole object of each kind, so that the wrong value can be put into each of its places.
STREAM = {"Type": "Subtitle", "Language": "fra", "Codec": "subrip", "Title": "x", "IsDefault": True}
WHOLE: dict[Any, dict[str, Any]] = {
    RemoteSubtitle: {
        "Id": "9d96aa6a92a102c0ebd3b91beb2395e6_srt-eng-1",
        "ProviderName": "Shelf",
        "Name": "Release",
        "Format": "srt",
        "CommunityRating": 9.5,
        "DownloadCount": 7,
        "IsHashMatch": True,
        "AiTranslated": False,
        "MachineTranslated": False,
        "Forced": True,
        "HearingImpaired": True,
    },
    ServerInfo: {"Id": ID, "ServerName": "nas", "Version": "10.11.11", "StartupWizardCompleted": True},
    User: {"Id": ID, "Name": "admin", "ServerId": "s", "Policy": {"IsAdministrator": True, "EnableAllFolders": True}},
    SignIn: {"AccessToken": "t", "ServerId": "s", "User": {"Id": ID, "Name": "admin"}},
    Library: {"Id": ID, "Name": "Films", "CollectionType": "movies"},
    MediaStream: STREAM,
    MediaSource: {"Id": ID, "Name": "4K", "Path": "/f.mkv", "MediaStreams": [STREAM]},
    MediaItem: {
        "Id": ID,
        "Type": "Episode",
        "Name": "Pilot",
        "Path": "/f.mkv",
        "ParentId": ID,
        "SeriesId": ID,
        "SeriesName": "Show",
        "ParentIndexNumber": 1,
        "IndexNumber": 1,
        "IndexNumberEnd": 2,
        "ProductionYear": 2020,
        "RunTimeTicks": 1,
        "Container": "mkv",
        "ProviderIds": {"Imdb": "tt1", "Tvdb": None},
        "LocationType": "FileSystem",
        "ExtraType": "Trailer",
        "IsPlaceHolder": False,
        "ImageTags": {"Primary": "tag"},
        "MediaStreams": [STREAM],
        "MediaSources": [{"Id": OTHER_ID, "MediaStreams": [STREAM]}],
    },
    ItemRef: {"Id": ID, "Type": "Movie", "Name": "Film", "MediaSourceCount": 2, "SeriesId": ID, "Path": "/f.mkv"},
    ItemPage: {"Items": [{"Id": ID, "Type": "Movie"}], "TotalRecordCount": 1, "StartIndex": 0},
    DatedPage: {"Items": [{"Id": ID, "Type": "Movie", "DateCreated": "2026-10-01T12:00:00Z"}], "TotalRecordCount": 1},
    LibraryChanged: {"ItemsAdded": [ID], "ItemsUpdated": [ID], "ItemsRemoved": [], "FoldersAddedTo": [ID]},
    RefreshProgress: {"ItemId": ID, "Progress": "91.66666666666666"},
    Echo: {"Name": "DisplayMessage", "Arguments": {"Header": "echo", "Text": "nonce", "TimeoutMs": "1"}},
    DiscoveredServer: {"Address": "http://192.168.1.5:8096", "Id": ID, "Name": "nas", "EndpointAddress": None},
}
# Numbers without bound, halves of surrogate pairs, infinities: all of it is JSON to Python's decoder.
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**400)
    | st.floats()
    | st.text(st.characters(exclude_categories=()))
    | st.sampled_from([ID, "echo", "Primary", "Video"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


def made[T](model: T | None) -> T:
    """Return what was made; for this test it has to be something."""
    assert model is not None
    return model
