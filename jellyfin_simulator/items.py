"""Items as the API shows them: `BaseItemDto`, with members gated by `fields`."""

from dataclasses import dataclass
from typing import Final

from .accounts import SimUser
from .answers import Json
from .dates import to_json
from .ids import derived_id
from .library import FOLDER_KINDS, VIDEO_KINDS, SimItem, file_name
from .streams import Stream, describe, has_subtitles
from .user_data import describe_user_data

ALL_FIELDS: Final = frozenset(
    {
        "path",
        "providerids",
        "datecreated",
        "mediastreams",
        "mediasources",
        "mediasourcecount",
        "etag",
        "overview",
        "genres",
        "tags",
        "studios",
        "people",
        "parentid",
        "primaryimageaspectratio",
        "productionlocations",
        "seriesstudio",
        "settings",
        "sortname",
        "trickplay",
        "childcount",
        "recursiveitemcount",
        "externalurls",
        "candelete",
        "candownload",
        "chapters",
        "width",
        "height",
        "taglines",
        "remotetrailers",
        "specialfeaturecount",
        "localtrailercount",
        "datelastmediaadded",
        "displaypreferencesid",
        "playaccess",
        "enablemediasourcedisplay",
    }
)
_EMPTY_MEMBERS: Final[dict[str, Json]] = {
    "enablemediasourcedisplay": {"EnableMediaSourceDisplay": True},
    "genres": {"Genres": [], "GenreItems": []},
    "localtrailercount": {"LocalTrailerCount": 0},
    "people": {"People": []},
    "remotetrailers": {"RemoteTrailers": []},
    "settings": {"LockedFields": [], "LockData": False},
    "specialfeaturecount": {"SpecialFeatureCount": 0},
    "studios": {"Studios": []},
    "taglines": {"Taglines": []},
    "tags": {"Tags": []},
}
_VIEW_KINDS: Final = frozenset({"CollectionFolder", "ManualPlaylistsFolder"})
_MEDIA_TYPES: Final = {"Audio": "Audio", "Photo": "Photo", "Book": "Book"}


@dataclass(frozen=True, slots=True)
class DtoOptions:
    """What a query wants to see; field names are folded to lower case."""

    server_id: str
    is_twelve: bool
    fields: frozenset[str] = frozenset()
    images: bool = True
    user: SimUser | None = None
    user_data: bool = True


def describe_item(item: SimItem, options: DtoOptions, *, child_count: int = 0) -> Json:
    """Return the `BaseItemDto`."""
    fields = options.fields
    data: Json = {"Name": item.name, "ServerId": options.server_id, "Id": item.item_id}
    if fields:
        data |= _fields_before(item, options, child_count)
    data["ChannelId"] = None
    if item.runtime_ticks is not None:
        data["RunTimeTicks"] = item.runtime_ticks
    if item.year is not None:
        data["ProductionYear"] = item.year
    if item.index_number is not None:
        data["IndexNumber"] = item.index_number
    if item.index_number_end is not None:
        data["IndexNumberEnd"] = item.index_number_end
    if item.parent_index_number is not None:
        data["ParentIndexNumber"] = item.parent_index_number
    if fields and "providerids" in fields:
        data["ProviderIds"] = dict(item.provider_ids)
    data["IsFolder"] = item.is_folder
    if fields and "parentid" in fields:
        data["ParentId"] = item.parent_id or None
    data["Type"] = item.kind
    if options.user is not None and options.user_data:
        data["UserData"] = describe_user_data(item, options.user, is_twelve=options.is_twelve)
    data |= _family(item, options)
    if item.kind in VIDEO_KINDS:
        data["VideoType"] = "VideoFile"
        if has_subtitles(item.streams):
            data["HasSubtitles"] = True
        if item.is_placeholder:
            data["IsPlaceHolder"] = True
    if fields:
        data |= _fields_after(item, options)
    if item.container is not None:
        data["Container"] = item.container
    if options.images:
        data["ImageTags"] = {} if item.image_tag is None else {"Primary": item.image_tag}
        data["BackdropImageTags"] = []
    data |= {"ImageBlurHashes": {}, "LocationType": item.location_type}
    data["MediaType"] = "Video" if item.kind in VIDEO_KINDS else _MEDIA_TYPES.get(item.kind, "Unknown")
    if item.extra_type is not None:
        data["ExtraType"] = item.extra_type
    return data


def _family(item: SimItem, options: DtoOptions) -> Json:
    data: Json = {}
    if item.kind in _VIEW_KINDS:
        if item.library.collection_type is not None:
            data["CollectionType"] = item.library.collection_type
    elif item.kind == "Series":
        data["AirDays"] = []
        if item.has_metadata:
            data["Status"] = "Continuing"
    if item.series is not None:
        data |= {"SeriesName": item.series.name, "SeriesId": item.series.item_id}
        if options.images and item.series.image_tag is not None:
            data["SeriesPrimaryImageTag"] = item.series.image_tag
    if item.season is not None:
        data |= {"SeasonId": item.season.item_id, "SeasonName": item.season.name}
    return data


def _fields_before(item: SimItem, options: DtoOptions, child_count: int) -> Json:
    data: Json = {}
    fields = options.fields
    if "etag" in fields:
        data["Etag"] = derived_id(f"{item.item_id}{item.saved}")
    if "datecreated" in fields:
        data["DateCreated"] = to_json(item.created)
    if "candelete" in fields:
        data["CanDelete"] = False
    if "candownload" in fields:
        data["CanDownload"] = False
    if "sortname" in fields:
        data["SortName"] = item.sort_name
    if "externalurls" in fields:
        imdb = item.provider_ids.get("Imdb")
        links = [] if imdb is None else [{"Name": "IMDb", "Url": f"https://www.imdb.com/title/{imdb}"}]
        data["ExternalUrls"] = links
    if "path" in fields and item.path is not None:
        data["Path"] = item.path
    for field, members in _EMPTY_MEMBERS.items():
        if field in fields:
            data |= members
    if "displaypreferencesid" in fields:
        data["DisplayPreferencesId"] = derived_id(item.kind)
    if "chapters" in fields and (options.is_twelve or item.kind in VIDEO_KINDS):
        data["Chapters"] = []
    if "productionlocations" in fields and item.kind == "Movie":
        data["ProductionLocations"] = []
    if "seriesstudio" in fields and item.kind == "Season":
        data["SeriesStudio"] = ""
    if "primaryimageaspectratio" in fields and item.image_tag is not None:
        data["PrimaryImageAspectRatio"] = 2 / 3
    if options.user is not None:
        data |= _fields_for_user(item, fields, child_count)
    return data


def _fields_for_user(item: SimItem, fields: frozenset[str], child_count: int) -> Json:
    data: Json = {}
    if "playaccess" in fields and not (item.kind in FOLDER_KINDS and item.kind not in _VIEW_KINDS):
        data["PlayAccess"] = "Full"
    if item.is_folder:
        if "datelastmediaadded" in fields:
            data["DateLastMediaAdded"] = to_json(item.saved or 0.0)
        if "childcount" in fields:
            data["ChildCount"] = child_count
        if "recursiveitemcount" in fields and item.kind not in _VIEW_KINDS:
            data["RecursiveItemCount"] = child_count
    return data


def _fields_after(item: SimItem, options: DtoOptions) -> Json:
    if item.kind not in VIDEO_KINDS:
        return {}
    fields = options.fields
    data: Json = {}
    sources = describe_sources(item, is_twelve=options.is_twelve) if fields & {"mediasources", "mediastreams"} else []
    if options.user is not None:
        for source in sources:
            _choose_streams(source)
    if "mediasources" in fields:
        data["MediaSources"] = sources
    if "trickplay" in fields:
        data["Trickplay"] = {}
    if "mediastreams" in fields:
        own = next((source for source in sources if source["Id"] == item.item_id), sources[0])
        data["MediaStreams"] = (own if "mediasources" in fields else sources[0])["MediaStreams"]
    count = 1 + len((item.primary or item).versions)
    if "mediasourcecount" in fields and count != 1:
        data["MediaSourceCount"] = count
    picture = _picture(item.streams)
    if picture is not None:
        if "width" in fields:
            data["Width"] = picture.width
        if "height" in fields:
            data["Height"] = picture.height
    return data


def describe_sources(item: SimItem, *, is_twelve: bool) -> list[Json]:
    """Return one `MediaSource` per version, the widest first; 10.11 shows a version that is asked for only itself."""
    primary = item.primary or item
    rows = [item]
    if item is primary or is_twelve:
        rows = sorted((primary, *primary.versions), key=_width, reverse=True)
    sources = []
    for row in rows:
        kind = "Placeholder" if row.is_placeholder else "Default" if item in (row, primary) else "Grouping"
        name = file_name(row.path or "")
        if len(rows) > 1:
            name = _version_name(row.path or "", name)
        sources.append(_describe_source(row, kind, name, is_twelve=is_twelve))
    return sources


def _version_name(path: str, name: str) -> str:
    """Return what a file's name says beyond the name of its folder, or else the whole of it."""
    folder = path.rpartition("/")[0].rpartition("/")[2]
    return (name.removeprefix(folder).lstrip(" -") if name.startswith(folder) else "") or name


def _describe_source(item: SimItem, kind: str, name: str, *, is_twelve: bool) -> Json:
    path = item.path or ""
    is_remote = item.location_type == "Remote"
    data: Json = {
        "Protocol": "Http" if is_remote else "File",
        "Id": item.item_id,
        "Path": path,
        "Type": kind,
    }
    if item.container is not None:
        data |= {"Container": item.container, "Size": 734_003_200}
    data |= {"Name": name, "IsRemote": is_remote}
    data["ETag"] = derived_id(path)
    if item.runtime_ticks is not None:
        data["RunTimeTicks"] = item.runtime_ticks
    data |= {
        "ReadAtNativeFramerate": False,
        "IgnoreDts": False,
        "IgnoreIndex": False,
        "GenPtsInput": False,
        "SupportsTranscoding": True,
        "SupportsDirectStream": True,
        "SupportsDirectPlay": True,
        "IsInfiniteStream": False,
        "UseMostCompatibleTranscodingProfile": False,
        "RequiresOpening": False,
        "RequiresClosing": False,
        "RequiresLooping": False,
        "SupportsProbing": True,
        "VideoType": "VideoFile",
        "MediaStreams": describe(item.streams, is_twelve=is_twelve),
        "MediaAttachments": [],
        "Formats": [],
    }
    if item.streams:
        data["Bitrate"] = 4_128_000
    return {**data, "RequiredHttpHeaders": {}, "TranscodingSubProtocol": "http", "HasSegments": False}


def _choose_streams(source: Json) -> None:
    """Say which streams would play for the user: the first audio, and the best of the outstanding subtitles."""
    streams = source["MediaStreams"]
    audio = next((stream for stream in streams if stream["Type"] == "Audio"), None)
    if audio is not None:
        source["DefaultAudioStreamIndex"] = audio["Index"]
    outstanding = [
        stream
        for stream in streams
        if stream["Type"] == "Subtitle" and (stream["IsExternal"] or stream["IsForced"] or stream["IsDefault"])
    ]
    for stream in outstanding:
        stream["Score"] = 111_222 + 1_000 * stream["IsDefault"] + 10_000 * stream["IsForced"]
    chosen = [stream for stream in outstanding if stream["IsDefault"] or stream["IsForced"]]
    if chosen:
        source["DefaultSubtitleStreamIndex"] = max(chosen, key=lambda stream: bool(stream["IsDefault"]))["Index"]


def _picture(streams: tuple[Stream, ...]) -> Stream | None:
    return next((stream for stream in streams if stream.kind == "Video"), None)


def _width(item: SimItem) -> int:
    picture = _picture(item.streams)
    return 0 if picture is None else picture.width or 0
