"""What programs post to the webhook, one whole body of each kind, as far as it was not recorded."""

from typing import Any

SERVER = "cc935bfe01b64a6d8358cb054c731a39"
OTHER_SERVER = "30ef040ec0a64134b5c71f6365f0cbf2"
FILM = "aeee1b61371b772f6d8b3e3e7199e50a"
DASHED_FILM = "AEEE1B61-371B-772F-6D8B-3E3E7199E50A"
SERIES = "c51101fe213af758505947ceb0d618bd"

PLUGIN: dict[str, Any] = {
    "ServerId": SERVER,
    "ServerName": "nas",
    "ServerVersion": "12.0.0",
    "ServerUrl": "",
    "NotificationType": "ItemAdded",
    "Name": "Night Ferry",
    "ItemId": FILM,
    "ItemType": "Movie",
    "Year": 2020,
    "Video_0_ColorSpace": None,
}
SHEMANAEV: dict[str, Any] = {
    "Event": "ItemAdded",
    "Item": {
        "Name": "Night Ferry",
        "ServerId": SERVER,
        "Id": FILM,
        "Path": "/media/Films/Night Ferry (2020)/Night Ferry (2020).mkv",
        "SeriesId": SERIES,
        "MediaStreams": [{"Type": "Audio", "Language": "eng"}],
        "Type": "Movie",
    },
    "Server": {"Id": SERVER, "Name": "nas", "Version": "10.11.11.0"},
    "Series": {"Id": SERIES, "Name": "Another"},
}
SONARR: dict[str, Any] = {
    "eventType": "Download",
    "instanceName": "Shows",
    "series": {"id": 1, "title": "Night Ferry", "path": "/tv/Night Ferry", "tvdbId": 1234},
    "episodes": [{"id": 123, "episodeNumber": 1, "seasonNumber": 1, "title": "Harbour"}],
    "episodeFile": {"id": 9, "relativePath": "Season 01/x.mkv", "path": "/tv/Night Ferry/Season 01/x.mkv"},
    "isUpgrade": False,
}
RADARR: dict[str, Any] = {
    "eventType": "Download",
    "instanceName": "Films",
    "movie": {"id": 1, "title": "Night Ferry", "year": 2020, "folderPath": "/films/Night Ferry", "imdbId": "tt1"},
    "movieFile": {"id": 9, "relativePath": "x.mkv", "path": "/films/Night Ferry/x.mkv"},
}
