"""The server's settings, as far as anything here depends on them."""

from dataclasses import dataclass, field

from .answers import Json


def default_rest() -> Json:
    """Return settings that nothing here depends on."""
    return {
        "EnableMetrics": False,
        "EnableNormalizedItemByNameIds": True,
        "IsPortAuthorized": True,
        "EnableCaseSensitiveItemIds": True,
        "DisableLiveTvChannelUserDataName": True,
        "MetadataPath": "",
        "PreferredMetadataLanguage": "en",
        "MetadataCountryCode": "US",
        "SortReplaceCharacters": [".", "+", "%"],
        "SortRemoveCharacters": [",", "&", "-", "{", "}", "'"],
        "SortRemoveWords": ["the", "a", "an"],
        "MinResumePct": 5,
        "MaxResumePct": 90,
        "MinResumeDurationSeconds": 300,
        "MinAudiobookResume": 5,
        "MaxAudiobookResume": 5,
        "InactiveSessionThreshold": 0,
        "CacheSize": 1000,
        "ImageSavingConvention": "Legacy",
        "MetadataOptions": [_metadata_options("Movie"), _metadata_options("MusicVideo", "The Open Movie Database")],
        "SkipDeserializationForBasicTypes": True,
        "UICulture": "en-US",
        "SaveMetadataHidden": False,
        "ContentTypes": [],
        "RemoteClientBitrateLimit": 0,
        "EnableFolderView": False,
        "EnableGroupingMoviesIntoCollections": False,
        "EnableGroupingShowsIntoCollections": False,
        "DisplaySpecialsWithinSeasons": True,
        "CodecsUsed": [],
        "PluginRepositories": [{"Name": "Stable", "Url": "https://plugins.example/manifest.json", "Enabled": True}],
        "EnableExternalContentInSuggestions": True,
        "ImageExtractionTimeoutMs": 0,
        "PathSubstitutions": [],
        "EnableSlowResponseWarning": True,
        "SlowResponseThresholdMs": 500,
        "CorsHosts": ["*"],
        "ActivityLogRetentionDays": 30,
        "LibraryScanFanoutConcurrency": 0,
        "LibraryMetadataRefreshConcurrency": 0,
        "AllowClientLogUpload": True,
        "DummyChapterDuration": 0,
        "ChapterImageResolution": "MatchSource",
        "ParallelImageEncodingLimit": 0,
        "CastReceiverApplications": [{"Id": "F007D354", "Name": "Stable"}],
        "TrickplayOptions": _trickplay_options(),
        "LogFileRetentionDays": 3,
    }


def _metadata_options(kind: str, *disabled: str) -> Json:
    return {
        "ItemType": kind,
        "DisabledMetadataSavers": [],
        "LocalMetadataReaderOrder": [],
        "DisabledMetadataFetchers": list(disabled),
        "MetadataFetcherOrder": [],
        "DisabledImageFetchers": list(disabled),
        "ImageFetcherOrder": [],
    }


def _trickplay_options() -> Json:
    return {
        "EnableHwAcceleration": False,
        "EnableHwEncoding": False,
        "EnableKeyFrameOnlyExtraction": False,
        "ScanBehavior": "NonBlocking",
        "ProcessPriority": "BelowNormal",
        "Interval": 10_000,
        "WidthResolutions": [320],
        "TileWidth": 10,
        "TileHeight": 10,
        "Qscale": 4,
        "JpegQuality": 90,
        "ProcessThreads": 1,
    }


def _number(value: float) -> int | float:
    return int(value) if value == int(value) else value


@dataclass(slots=True)
class Configuration:
    """Settings that apply at once when they are changed; `rest` is what only comes and goes by REST.

    `auto_discovery` belongs to the settings of the network, which REST keeps apart.
    """

    server_name: str
    library_monitor_delay: float
    library_update_duration: float
    enable_legacy_authorization: bool
    quick_connect_available: bool = True
    wizard_completed: bool = True
    rest: Json = field(default_factory=default_rest)
    auto_discovery: bool = True

    def describe(self) -> Json:
        """Return the whole configuration."""
        return {
            **self.rest,
            "ServerName": self.server_name,
            "LibraryMonitorDelay": _number(self.library_monitor_delay),
            "LibraryUpdateDuration": _number(self.library_update_duration),
            "EnableLegacyAuthorization": self.enable_legacy_authorization,
            "QuickConnectAvailable": self.quick_connect_available,
            "IsStartupWizardCompleted": self.wizard_completed,
        }

    def replace(self, data: Json) -> None:
        """Take over a whole configuration; members left out fall back to Jellyfin's defaults."""
        self.rest = {key: data.get(key, value) for key, value in self.rest.items()}
        self.server_name = str(data.get("ServerName", ""))
        self.library_monitor_delay = float(data.get("LibraryMonitorDelay", 60))
        self.library_update_duration = float(data.get("LibraryUpdateDuration", 30))
        self.enable_legacy_authorization = bool(data.get("EnableLegacyAuthorization", self.enable_legacy_authorization))
        self.quick_connect_available = bool(data.get("QuickConnectAvailable", True))
        self.wizard_completed = bool(data.get("IsStartupWizardCompleted", self.wizard_completed))
