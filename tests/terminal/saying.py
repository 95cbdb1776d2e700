"""One record of each kind, made from what the engine says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
import logging
from typing import Final

from custom_components.jellyfin_subtitles.engine.jellyfin import Library, ServerInfo, User
from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.models import (
    Announcement,
    CatchUpResult,
    ListenerState,
    ListenerStatus,
    MediaBatch,
    Needs,
    RequestReason,
    Sighting,
    Source,
    SubtitleRequest,
)
from jellyfin_terminal import records
from jellyfin_terminal.records import Record

NOW: Final = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
NEWS: Final = Announcement(
    item_id="a" * 32,
    item_type="episode",
    name="Fog",
    library_id="b" * 32,
    library_name="Kids",
    source=Source.WEBSOCKET,
    seen_at=NOW,
    announced_at=NOW + timedelta(seconds=2.5),
    series_name="Harbour",
    series_id="c" * 32,
    season_number=1,
    episode_number=2,
    year=2024,
    path="/home/alexandra/Harbour/Fog.mkv",
    runtime_seconds=5400,
    audio_languages=("eng",),
    subtitle_languages=("deu",),
    missing_languages=("fr",),
    imdb_id="tt0000001",
    tmdb_id="1",
    tvdb_id="2",
    image_tag="d" * 32,
)
FILM: Final = replace(NEWS, item_type="movie", series_name=None, series_id=None, name="Tide", library_name="Films")
NEEDS: Final = Needs("e" * 32, "/home/alexandra/Tide.mkv", ("fr",), ("de",), ("de",))
STATUS: Final = ListenerStatus(ListenerState.CONNECTED, NOW)
SERVER: Final = ServerInfo("f" * 32, "Alexandra's", "12.0.0", startup_completed=True)
ADMINISTRATOR: Final = User("0" * 32, "alexandra", None, True, False, True, True)
LIBRARIES: Final = (Library("b" * 32, "Kids", "tvshows"), Library("1" * 32, "Films", "movies"))


def started(*, redacted: bool = True, administrator: bool = True, languages: tuple[Language, ...] = ()) -> Record:
    """Return how it begins."""
    user = replace(ADMINISTRATOR, is_administrator=administrator)
    return records.of_start("0.1.0", SERVER, user, LIBRARIES, languages, redacted=redacted)


def one_of_each() -> dict[str, Record]:
    """Return a record of every kind, by its name."""
    problem = logging.LogRecord("engine.requests", logging.ERROR, "", 0, "Failed over %s", ("Fog",), None)
    every = (
        started(),
        records.of_state(STATUS),
        records.of_sync(CatchUpResult(NOW, found=("a" * 32,), requests=3, failed=("Kids",))),
        records.of_sighting(Sighting("a" * 32, Source.SYNC, NOW)),
        records.of_announcement(NEWS),
        records.of_batch(MediaBatch((NEWS,))),
        records.of_request(SubtitleRequest("r", FILM, NEEDS, RequestReason.NEW_MEDIA, NOW)),
        records.of_mass(600),
        records.of_problem(problem, redacted=True),
        records.of_end("asked", signed_out=True),
    )
    return {record["event"]: record for record in every}
