"""Names and times of the Jellyfin Subtitles integration."""

from datetime import timedelta
import logging
from typing import Final

DOMAIN: Final = "jellyfin_subtitles"
LOGGER: Final = logging.getLogger(__package__)

# Core's integration of the same server: both devices carry its identifier, which makes them linked devices.
CORE_JELLYFIN_DOMAIN: Final = "jellyfin"

CONF_ALL_LIBRARIES: Final = "all_libraries"
CONF_BACKENDS: Final = "backends"
CONF_CUTOFF: Final = "cutoff"
CONF_DEVICE_ID: Final = "device_id"
CONF_EPISODES: Final = "episodes"
CONF_FALLBACK_SYNC: Final = "fallback_sync"
CONF_FALLBACK_SYNC_HOURS: Final = "fallback_sync_hours"
CONF_FILMS: Final = "films"
CONF_FLOOD_LIMIT: Final = "flood_limit"
CONF_GIVE_UP_AFTER: Final = "give_up_after"
CONF_HEARING_IMPAIRED: Final = "hearing_impaired"
CONF_IGNORED_AFTER_DAYS: Final = "ignored_after_days"
CONF_IGNORED_PATHS: Final = "ignored_paths"
CONF_IGNORES_WATCHED: Final = "ignores_watched"
CONF_IMAGES: Final = "images"
CONF_KIND: Final = "kind"
CONF_LANGUAGES: Final = "languages"
CONF_LENIENT: Final = "lenient"
CONF_LIBRARIES: Final = "libraries"
CONF_MACHINES: Final = "machines"
CONF_QUIET_END: Final = "quiet_end"
CONF_QUIET_HOURS: Final = "quiet_hours"
CONF_QUIET_START: Final = "quiet_start"
CONF_RECONNECT_MAXIMUM: Final = "reconnect_maximum"
CONF_RECONNECT_MINIMUM: Final = "reconnect_minimum"
CONF_RIGHTS: Final = "rights"
CONF_UNLESS_SPOKEN: Final = "unless_spoken"
CONF_USER_ID: Final = "user_id"
CONF_WAITS: Final = "waits"

SUBENTRY_PROFILE: Final = "profile"

EVENT_AUTOMATION_ASKED: Final = f"{DOMAIN}_automation_asked"
EVENT_MEDIA_ADDED: Final = f"{DOMAIN}_media_added"
EVENT_MEDIA_ADDED_BATCH: Final = f"{DOMAIN}_media_added_batch"
EVENT_MEDIA_READY: Final = f"{DOMAIN}_media_ready"
EVENT_SUBTITLE_ARRIVED: Final = f"{DOMAIN}_subtitle_arrived"
EVENT_SUBTITLE_FAILED: Final = f"{DOMAIN}_subtitle_failed"
EVENT_SUBTITLE_REQUESTED: Final = f"{DOMAIN}_subtitle_requested"
EVENT_TYPE_AUTOMATION_ASKED: Final = "automation_asked"
EVENT_TYPE_MEDIA_ADDED: Final = "media_added"
EVENT_TYPE_MEDIA_ADDED_BATCH: Final = "media_added_batch"
EVENT_TYPE_MEDIA_READY: Final = "media_ready"
EVENT_TYPE_SUBTITLE_ARRIVED: Final = "subtitle_arrived"
EVENT_TYPE_SUBTITLE_FAILED: Final = "subtitle_failed"
EVENT_TYPE_SUBTITLE_REQUESTED: Final = "subtitle_requested"

SERVICE_DOWNLOAD: Final = "download"
SERVICE_GET_ITEM: Final = "get_item"
SERVICE_GET_MISSING: Final = "get_missing"
SERVICE_GET_REQUESTS: Final = "get_requests"
SERVICE_IGNORE: Final = "ignore"
SERVICE_REPORT_RESULT: Final = "report_result"
SERVICE_REQUEST_SUBTITLES: Final = "request_subtitles"
SERVICE_RETRY: Final = "retry"
SERVICE_SCAN_LIBRARY: Final = "scan_library"
SERVICE_SEARCH: Final = "search"
SERVICE_SYNC_NOW: Final = "sync_now"

ISSUE_LEDGER_KEPT_ASIDE: Final = "ledger_kept_aside"
ISSUE_LIBRARY_NOT_VISIBLE: Final = "library_not_visible"
ISSUE_MASS_ARRIVAL: Final = "mass_arrival"
ISSUE_NO_LIBRARY_VISIBLE: Final = "no_library_visible"
ISSUE_NO_SUBTITLE_PROVIDER: Final = "no_subtitle_provider"
ISSUE_NO_SUBTITLE_RIGHT: Final = "no_subtitle_right"
ISSUE_PROVIDER_FAILS: Final = "provider_fails"
ISSUE_REQUESTS_KEPT_ASIDE: Final = "requests_kept_aside"
ISSUE_RIGHTS_REDUCED: Final = "rights_reduced"
ISSUE_STORAGE_KEPT_ASIDE: Final = "storage_kept_aside"
ISSUE_UNPROVEN_CONNECTION: Final = "unproven_connection"

REQUEST_TIMEOUT: Final = timedelta(seconds=30)

# A person waits in front of the form; a server that takes longer than this is of no use to them either.
SIGN_IN_TIMEOUT: Final = timedelta(seconds=10)

# A person types the code elsewhere: this is how long they look at a dialog that could already go on.
QUICK_CONNECT_INTERVAL: Final = timedelta(seconds=2)

# A server of the same network answers within milliseconds; a person waits for the form meanwhile.
DISCOVERY_WAIT: Final = timedelta(seconds=1)

# After this the server itself has forgotten a code that nobody allowed.
QUICK_CONNECT_LIFETIME: Final = timedelta(minutes=10)

# The document of known ids is large; what happened since is in the journal, so losing an hour of it loses nothing.
SAVE_INTERVAL: Final = timedelta(hours=1)

# Posts to the webhook come one for each item and in rows: this long they are gathered before the server is asked.
WEBHOOK_GATHER_FOR: Final = timedelta(seconds=1)

# That they came is written once such a row has ended, not at each of them.
WEBHOOK_SAVE_DELAY: Final = timedelta(seconds=10)
