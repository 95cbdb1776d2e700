"""REST: libraries, their folders and their refresh."""

from typing import Final

from aiohttp import web

from .answers import Json, error_text, no_content, ok, problem
from .library import SimLibrary
from .routing import Call, Policy, Route
from .tasks import SCAN_ID


def _describe(library: SimLibrary) -> Json:
    data: Json = {"Name": library.name, "Locations": [library.path]}
    if library.collection_type is not None:
        data["CollectionType"] = library.collection_type
    data["LibraryOptions"] = {
        "Enabled": True,
        "EnablePhotos": True,
        "EnableRealtimeMonitor": True,
        "EnableLUFSScan": False,
        "EnableChapterImageExtraction": False,
        "ExtractChapterImagesDuringLibraryScan": False,
        "EnableTrickplayImageExtraction": False,
        "ExtractTrickplayImagesDuringLibraryScan": False,
        "PathInfos": [{"Path": library.path}],
        "SaveLocalMetadata": False,
        "EnableInternetProviders": False,
        "EnableAutomaticSeriesGrouping": True,
        "EnableEmbeddedTitles": False,
        "EnableEmbeddedExtrasTitles": False,
        "EnableEmbeddedEpisodeInfos": False,
        "AutomaticRefreshIntervalDays": 0,
        "SeasonZeroDisplayName": "Specials",
        "DisabledLocalMetadataReaders": [],
        "DisabledSubtitleFetchers": [],
        "SubtitleFetcherOrder": [],
        "DisabledMediaSegmentProviders": [],
        "MediaSegmentProviderOrder": [],
        "SkipSubtitlesIfEmbeddedSubtitlesPresent": False,
        "SkipSubtitlesIfAudioTrackMatches": True,
        "RequirePerfectSubtitleMatch": True,
        "SaveSubtitlesWithMedia": True,
        "SaveLyricsWithMedia": False,
        "SaveTrickplayWithMedia": False,
        "DisabledLyricFetchers": [],
        "LyricFetcherOrder": [],
        "PreferNonstandardArtistsTag": False,
        "UseCustomTagDelimiters": False,
        "CustomTagDelimiters": ["/", "|", ";", "\\"],
        "DelimiterWhitelist": [],
        "AutomaticallyAddToCollection": False,
        "AllowEmbeddedSubtitles": "AllowAll",
        "TypeOptions": [],
    }
    data["ItemId"] = library.library_id
    if library.refresh_progress is not None:
        data["RefreshProgress"] = library.refresh_progress
    return {**data, "RefreshStatus": "Idle" if library.refresh_progress is None else "Active"}


async def list_folders(call: Call) -> web.Response:
    """Return all libraries."""
    return ok([_describe(library) for library in call.core.shelves.libraries.values()])


async def new_folder(call: Call) -> web.Response:
    """Make a library, and scan it if asked to."""
    if (name := call.parameters.text("name")) is None:
        return error_text(400)
    path = None
    if call.request.can_read_body:
        options = (await call.body()).get("libraryoptions") or {}
        path = next((info.get("Path") for info in options.get("PathInfos") or ()), None)
    if any(library.name == name for library in call.core.shelves.libraries.values()):
        return error_text(400)
    call.core.new_library(name, call.parameters.text("collectionType"), path=path, announce=True)
    if call.parameters.flag("refreshLibrary"):
        call.core.tasks.start(call.core.tasks.tasks[SCAN_ID])
    return no_content()


async def delete_folder(call: Call) -> web.Response:
    """Remove a library."""
    name = call.parameters.text("name")
    library = next((library for library in call.core.shelves.libraries.values() if library.name == name), None)
    if library is None:
        return problem(404)
    call.core.remove_library(library)
    return no_content()


async def refresh(call: Call) -> web.Response:
    """Scan all libraries; a running scan begins again."""
    call.core.tasks.start(call.core.tasks.tasks[SCAN_ID])
    return no_content()


async def report_media(call: Call) -> web.Response:
    """Take note of changed paths; the monitor looks there after its delay."""
    updates = (await call.body()).get("updates") or []
    paths = [{key.lower(): value for key, value in update.items()}.get("path") for update in updates]
    if any(not isinstance(path, str) for path in paths):
        return error_text(400)
    for path in paths:
        call.core.monitor.report(str(path))
    return no_content()


async def get_options(call: Call) -> web.Response:
    """Return what a library can be set up with."""
    fetchers = [{"Name": provider.name, "DefaultEnabled": True} for provider in call.core.subtitle_providers]
    return ok(
        {
            "MetadataSavers": [],
            "MetadataReaders": [],
            "SubtitleFetchers": fetchers,
            "LyricFetchers": [],
            "TypeOptions": [],
        }
    )


ROUTES: Final = (
    Route("GET", "/Library/VirtualFolders", list_folders, Policy.SETUP_OR_ELEVATED),
    Route("POST", "/Library/VirtualFolders", new_folder, Policy.SETUP_OR_ELEVATED),
    Route("DELETE", "/Library/VirtualFolders", delete_folder, Policy.SETUP_OR_ELEVATED),
    Route("POST", "/Library/Refresh", refresh, Policy.ELEVATED),
    Route("POST", "/Library/Media/Updated", report_media),
    Route("GET", "/Libraries/AvailableOptions", get_options),
)
