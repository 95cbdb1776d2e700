"""What becomes of an item that nobody knew."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import MediaItem, MediaSource, MediaStream, StreamKind
from custom_components.jellyfin_subtitles.engine.judge import (
    Circumstances,
    Verdict,
    announcement,
    judge,
    other_versions,
)
from custom_components.jellyfin_subtitles.engine.models import Announcement, Sighting, Source

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
ID = "1" * 32
OTHER = "2" * 32


def a_stream(kind: StreamKind, language: str | None = None) -> MediaStream:
    """Return a stream of which only kind and language matter."""
    return MediaStream(kind, language)


VIDEO = (a_stream(StreamKind.VIDEO),)
FILM = MediaItem(ID, "Movie", "Film", streams=VIDEO)
UNPROBED = MediaItem(ID, "Movie", "Film", path="/media/Film.mkv")
WATCHED = Circumstances(watched=True)


@pytest.mark.parametrize(
    ("item", "around", "verdict"),
    [
        (FILM, WATCHED, Verdict.ANNOUNCE),
        (MediaItem(ID, "Episode", "Pilot", streams=VIDEO), WATCHED, Verdict.ANNOUNCE),
        (MediaItem(ID, "Series", "Show"), WATCHED, Verdict.KNOW),
        (MediaItem(ID, "Video", "Home video", streams=VIDEO), WATCHED, Verdict.KNOW),
        (MediaItem(ID, "Movie", "Trailer", extra_type="Trailer", streams=VIDEO), WATCHED, Verdict.KNOW),
        (MediaItem(ID, "Episode", "Missing", location_type="Virtual"), WATCHED, Verdict.FORGET),
        (FILM, Circumstances(watched=None), Verdict.PLACE),
        (FILM, Circumstances(watched=False), Verdict.KNOW),
        (FILM, Circumstances(watched=True, first_scan=True), Verdict.KNOW),
        (UNPROBED, WATCHED, Verdict.LOOK_AGAIN),
        (UNPROBED, Circumstances(watched=True, patient=False), Verdict.ANNOUNCE),
        (MediaItem(ID, "Movie", "Link", path="/media/Link.strm"), WATCHED, Verdict.ANNOUNCE),
        (MediaItem(ID, "Movie", "Remote", location_type="Remote"), WATCHED, Verdict.ANNOUNCE),
        (MediaItem(ID, "Movie", "Disc", is_placeholder=True), WATCHED, Verdict.ANNOUNCE),
        (FILM, Circumstances(watched=True, of_known=True), Verdict.ANNOUNCE_VERSION),
        (
            MediaItem(ID, "Video", "4K", streams=VIDEO),
            Circumstances(watched=True, of_known=True),
            Verdict.ANNOUNCE_VERSION,
        ),
        (MediaItem(ID, "Video", "4K"), Circumstances(watched=True, of_known=True), Verdict.LOOK_AGAIN),
        (MediaItem(ID, "Video", "4K", streams=VIDEO), Circumstances(watched=None, of_known=True), Verdict.PLACE),
        (MediaItem(ID, "Video", "4K", streams=VIDEO), Circumstances(watched=False, of_known=True), Verdict.KNOW),
        (MediaItem(ID, "Video", "4K", streams=VIDEO), Circumstances(watched=True, of_pending=True), Verdict.LOOK_AGAIN),
        (FILM, Circumstances(watched=True, of_pending=True, patient=False), Verdict.FORGET),
        (MediaItem(ID, "MusicVideo", "Live", streams=VIDEO), Circumstances(watched=True, of_known=True), Verdict.KNOW),
    ],
)
def test_the_verdict_is(item: MediaItem, around: Circumstances, verdict: Verdict) -> None:
    assert judge(item, around) is verdict


def test_the_other_versions_are_the_other_sources() -> None:
    sources = (MediaSource(ID, None, None, VIDEO), MediaSource(OTHER, "4K", None, VIDEO))
    assert other_versions(MediaItem(ID, "Movie", "Film", sources=sources)) == (OTHER,)


def test_an_announcement_names_each_language_once_in_the_order_of_the_streams() -> None:
    item = MediaItem(
        ID,
        "Episode",
        "Pilot",
        path="/media/Pilot.mkv",
        series_name="Night Ferry",
        series_id=OTHER,
        season_number=1,
        episode_number=2,
        streams=(
            *VIDEO,
            a_stream(StreamKind.AUDIO, "deu"),
            a_stream(StreamKind.AUDIO, "eng"),
            a_stream(StreamKind.AUDIO, "deu"),
            a_stream(StreamKind.SUBTITLE, "fra"),
            a_stream(StreamKind.SUBTITLE),
        ),
    )
    said = announcement(item, Sighting(ID, Source.SYNC, NOW), library_id=OTHER, library_name="Series", now=NOW)
    assert said.item_type == "episode"
    assert said.audio_languages == ("deu", "eng")
    assert said.subtitle_languages == ("fra",)
    assert said.complete
    assert said.title == "Night Ferry S01E02 · Pilot"
    assert Announcement.from_dict(said.as_dict()) == said


def test_of_a_further_version_the_film_is_named_and_the_file_is_the_versions() -> None:
    version = MediaItem(OTHER, "Video", "Film - 4K", path="/media/4K.mkv", streams=(a_stream(StreamKind.AUDIO, "fra"),))
    said = announcement(
        FILM, Sighting(OTHER, Source.WEBSOCKET, NOW), library_id=ID, library_name="Films", now=NOW, version=version
    )
    assert (said.item_id, said.name, said.new_version, said.path) == (ID, "Film", OTHER, "/media/4K.mkv")
    assert said.audio_languages == ("fra",)
    assert not said.complete


def test_an_announcement_has_all_that_is_told_of_it() -> None:
    item = MediaItem(
        ID,
        "Movie",
        "Film",
        path="/media/Film.mkv",
        year=2020,
        runtime_seconds=5400,
        provider_ids={"Imdb": "tt1", "TMDB": "2", "tvdb": "3"},
        image_tag="tag",
    )
    said = announcement(
        item,
        Sighting(OTHER, Source.WEBHOOK, NOW),
        library_id=None,
        library_name=None,
        now=NOW + timedelta(seconds=5),
        missing=("de",),
        replaces=OTHER,
        repeated=True,
    )
    assert said == Announcement(
        ID,
        "movie",
        "Film",
        None,
        None,
        Source.WEBHOOK,
        NOW,
        NOW + timedelta(seconds=5),
        year=2020,
        path="/media/Film.mkv",
        runtime_seconds=5400,
        missing_languages=("de",),
        imdb_id="tt1",
        tmdb_id="2",
        tvdb_id="3",
        image_tag="tag",
        complete=False,
        repeated=True,
        replaces=OTHER,
    )


def test_an_announcement_of_an_episode_has_its_place_and_its_end() -> None:
    item = MediaItem(
        ID, "Episode", "Twins", series_name="Show", series_id=OTHER, season_number=1, episode_number=2, streams=VIDEO
    )
    item = replace(item, episode_number_end=3)
    said = announcement(item, Sighting(ID, Source.SYNC, NOW), library_id=OTHER, library_name="Series", now=NOW)
    assert (said.series_name, said.series_id) == ("Show", OTHER)
    assert (said.season_number, said.episode_number, said.episode_number_end) == (1, 2, 3)
    assert (said.library_id, said.library_name) == (OTHER, "Series")
