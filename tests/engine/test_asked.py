"""What automations are told when it is their turn."""

from datetime import timedelta

from custom_components.jellyfin_subtitles.engine.asked import Asked
from custom_components.jellyfin_subtitles.engine.jellyfin import MediaItem
from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.ledger_models import Record
from custom_components.jellyfin_subtitles.engine.models import RequestReason
from custom_components.jellyfin_subtitles.engine.wants import HearingImpaired, TrackKind, Want

from .recording import NOW


def test_it_is_flat_and_says_all_of_the_want_and_of_the_file() -> None:
    """Their scripts read it by these names."""
    record = Record(
        item_id="item",
        source_id="source",
        library_id="library",
        item_type="episode",
        title="Series S01E02 · Two",
        series_id="series",
        season_number=1,
        episode_number=2,
        want=Want(Language("pt", "BR"), TrackKind.FORCED, HearingImpaired.REFUSED),
        request_id="request",
        request_reason=RequestReason.NEW_MEDIA,
        arrived_at=NOW - timedelta(days=1),
        requested_at=NOW,
        due=NOW + timedelta(days=1),
        attempts=2,
    )
    ids = {"Imdb": "tt1", "TMDB": "2", "tvdb": "3"}
    assert Asked(record, MediaItem("source", "Episode", "Two", path="/two.mkv", provider_ids=ids)).as_dict() == {
        "request_id": "request",
        "request_reason": "new_media",
        "item_id": "item",
        "media_source_id": "source",
        "item_type": "episode",
        "title": "Series S01E02 · Two",
        "series_id": "series",
        "season_number": 1,
        "episode_number": 2,
        "library_id": "library",
        "path": "/two.mkv",
        "language": "pt-BR",
        "kind": "forced",
        "hearing_impaired": "refused",
        "imdb_id": "tt1",
        "tmdb_id": "2",
        "tvdb_id": "3",
        "attempts": 2,
        "requested_at": "2026-11-01T12:00:00+00:00",
    }
