"""Models: what real servers answer is read whole."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import (
    ItemPage,
    ItemRef,
    Library,
    MediaItem,
    MediaStream,
    ServerInfo,
    SignIn,
    StreamKind,
    User,
)

from .examples import ID, OTHER_ID, WHOLE, made
from .recorded import VERSIONS, answer, answers


@pytest.mark.parametrize("version", VERSIONS)
def test_who_a_server_is_reads_as_recorded(version: str) -> None:
    body = answer(version, "startup_first_run", "GET", "/System/Info/Public").body
    running = next(
        step.body
        for step in answers(version, "restart", "GET", "/System/Info/Public")
        if isinstance(step.body, dict) and "Id" in step.body
    )

    info = made(ServerInfo.from_dict(running, server_time=datetime(2026, 1, 1, tzinfo=UTC)))

    assert ServerInfo.from_dict(body) is None, "the stand-in of a starting server is no server"
    assert (info.server_id, info.name, info.version) == (running["Id"], running["ServerName"], running["Version"])
    assert info.startup_completed
    assert info.supported
    assert info.server_time == datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("version", "numbers", "supported"),
    [
        ("10.11.11", (10, 11, 11), True),
        ("10.11", (10, 11), True),
        ("12.0.0-rc5", (12, 0, 0), True),
        ("10.10.7", (10, 10, 7), False),
        ("9.99.99", (9, 99, 99), False),
        ("10", (10,), False),
        ("unstable", (), False),
        ("9" * 5000, (999999999,), True),
    ],
)
def test_versions_compare_as_numbers(version: str, numbers: tuple[int, ...], supported: bool) -> None:
    info = made(ServerInfo.from_dict({"Id": ID, "Version": version}))

    assert info.version_info == numbers
    assert info.supported is supported
    assert info.name == "Jellyfin", "a server without a name still gets a device"
    assert not info.startup_completed


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("name", "is_administrator"), [("admin", True), ("child", False)])
def test_a_sign_in_reads_as_recorded(version: str, name: str, is_administrator: bool) -> None:
    body = next(
        step.body
        for step in answers(version, "sign_in", "POST", "/Users/AuthenticateByName")
        if isinstance(step.body, dict) and step.body["User"]["Name"] == name
    )

    sign_in = made(SignIn.from_dict(body))

    assert sign_in.token == f"<{name}>"
    assert sign_in.server_id == sign_in.user.server_id == body["ServerId"]
    assert sign_in.user.user_id == body["User"]["Id"]
    assert sign_in.user.is_administrator is is_administrator
    assert sign_in.user.can_manage_subtitles is is_administrator
    assert sign_in.user.sees_all_libraries
    assert not sign_in.user.is_disabled


def test_a_sign_in_shows_its_token_to_no_log() -> None:
    sign_in = made(SignIn.from_dict({"AccessToken": "0123abcd", "ServerId": "s", "User": WHOLE[User]}))

    assert "0123abcd" not in repr(sign_in)


def test_a_sign_in_without_a_server_has_that_of_its_user() -> None:
    assert made(SignIn.from_dict({"AccessToken": "t", "User": WHOLE[User]})).server_id == "s"


def test_rights_that_are_not_stated_are_not_there() -> None:
    user = made(User.from_dict({"Id": ID, "Name": "guest"}))

    assert not user.is_administrator
    assert not user.is_disabled
    assert not user.can_manage_subtitles
    assert not user.sees_all_libraries


def test_the_right_to_manage_subtitles_can_be_given_to_anybody() -> None:
    user = made(User.from_dict({"Id": ID, "Name": "guest", "Policy": {"EnableSubtitleManagement": True}}))

    assert user.can_manage_subtitles


def test_libraries_read_as_recorded() -> None:
    body: Any = answer("10.11", "restricted_user", "GET", "/UserViews").body

    libraries = [Library.from_dict(row) for row in body["Items"]]

    assert libraries == [Library("5ddaa59a73205234890fdcfc683e14ed", "Series", "tvshows")]


@pytest.mark.parametrize(
    ("collection_type", "expected"),
    [
        ("movies", True),
        ("tvshows", True),
        ("mixed", True),
        (None, True),
        ("", True),
        ("unknown", True),
        ("invented later", True),
        ("music", False),
        ("books", False),
        ("playlists", False),
        ("boxsets", False),
        ("livetv", False),
        ("photos", False),
        ("homevideos", False),
        ("musicvideos", False),
        ("trailers", False),
    ],
)
def test_a_library_that_may_hold_films_is_asked(collection_type: str | None, expected: bool) -> None:
    library = made(Library.from_dict({"Id": ID, "CollectionType": collection_type}))

    assert library.may_hold_video_items is expected
    assert library.name == ID, "a library without a name is still told apart"


@pytest.mark.parametrize("version", VERSIONS)
def test_every_recorded_item_is_usable(version: str) -> None:
    pages = [
        step.body
        for step in answers(version, "items", "GET", "/Items?")
        if isinstance(step.body, dict) and "Items" in step.body
    ]

    assert len(pages) > 10
    for body in pages:
        page = made(ItemPage.from_dict(body))
        assert len(page.items) == page.received == len(body["Items"])
        assert page.total == body["TotalRecordCount"]
        assert all(MediaItem.from_dict(row) for row in body["Items"])


@pytest.mark.parametrize("version", VERSIONS)
def test_a_film_reads_as_recorded(version: str) -> None:
    body: Any = answer(version, "items", "GET", "/Items?recursive=true&includeItemTypes=Movie&Fields=").body
    raw = next(row for row in body["Items"] if row["Name"].startswith("Quiet Harbor"))

    film = made(MediaItem.from_dict(raw))

    assert film.item_id == raw["Id"]
    assert film.kind == "Movie"
    assert film.path == raw["Path"]
    assert film.parent_id == raw["ParentId"]
    assert film.provider_ids == {"Imdb": "tt9000001"}
    assert film.year == 2021
    assert film.runtime_seconds == 2
    assert film.container == "mkv"
    assert film.image_tag == raw["ImageTags"]["Primary"]
    assert [stream.kind for stream in film.streams] == [StreamKind.VIDEO, StreamKind.AUDIO]
    assert [stream.language for stream in film.streams] == [None, "eng"]
    assert [source.source_id for source in film.sources] == [film.item_id]
    assert film.sources[0].streams == film.streams
    assert film.has_video
    assert not film.is_virtual
    assert not film.never_probed


@pytest.mark.parametrize("version", VERSIONS)
def test_an_episode_reads_as_recorded(version: str) -> None:
    body: Any = answer(version, "items", "GET", "/Items?recursive=true&includeItemTypes=Episode").body

    episode = made(MediaItem.from_dict(body["Items"][0]))

    assert episode.kind == "Episode"
    assert episode.series_id == body["Items"][0]["SeriesId"]
    assert episode.series_name is not None
    assert episode.series_name.startswith("Night Ferry")
    assert (episode.season_number, episode.episode_number, episode.episode_number_end) == (1, 1, None)


@pytest.mark.parametrize("version", VERSIONS)
def test_subtitle_files_beside_a_film_read_as_recorded(version: str) -> None:
    body: Any = answer(version, "items", "GET", "/Items?recursive=true&includeItemTypes=Movie&Fields=").body
    film = made(MediaItem.from_dict(next(row for row in body["Items"] if row["Name"].startswith("Sidecars"))))

    subtitles = [stream for stream in film.streams if stream.kind is StreamKind.SUBTITLE]

    assert {"deu", "eng", "fra", "pt-br", "zh-tw"} <= {stream.language for stream in subtitles}


def test_the_streams_of_an_item_are_those_of_its_own_file() -> None:
    body: Any = answer("10.11", "alternate_versions", "GET", "/Items?").body
    for row in body["Items"]:
        item = made(MediaItem.from_dict(row))
        own = next(source for source in item.sources if source.source_id == item.item_id)
        assert item.streams == own.streams == made(MediaItem.from_dict(row | {"MediaSources": []})).streams

    other = {"Id": OTHER_ID, "MediaStreams": [{"Type": "Video"}]}
    mixed = {"Id": ID, "Type": "Movie", "MediaStreams": [{"Type": "Video"}]}
    own_source = {"Id": ID, "MediaStreams": [{"Type": "Audio", "Language": "swe"}]}

    assert [
        stream.language for stream in made(MediaItem.from_dict(mixed | {"MediaSources": [other, own_source]})).streams
    ] == ["swe"]
    assert made(MediaItem.from_dict(mixed | {"MediaSources": [other]})).has_video


@pytest.mark.parametrize("version", VERSIONS)
def test_a_film_read_without_its_files_still_shows_whether_it_was_looked_into(version: str) -> None:
    body: Any = answer(version, "items", "GET", "/Items?ids=").body
    row = next(row for row in body["Items"] if row["Type"] == "Movie")
    row = {key: value for key, value in row.items() if key not in ("MediaStreams", "MediaSources")}

    film = made(MediaItem.from_dict(row, lean=True))

    assert (film.is_lean, film.source_count, film.streams, film.sources) == (True, 1, (), ())
    assert made(MediaItem.from_dict(row | {"MediaSourceCount": 2}, lean=True)).source_count == 2
    assert film.has_video
    for member in ("RunTimeTicks", "Container"):
        assert not made(MediaItem.from_dict(row | {member: None}, lean=True)).has_video
    assert not made(MediaItem.from_dict(row)).is_lean


def test_what_is_unusable_within_an_item_is_left_out() -> None:
    item = made(
        MediaItem.from_dict(
            {
                "Id": ID,
                "Type": "Movie",
                "MediaStreams": [None, {"Type": 5}, {"Type": "EmbeddedImage"}],
                "MediaSources": ["x", {"Id": "no id"}, {"Id": OTHER_ID}],
                "ProviderIds": {"Imdb": "tt1", "Tmdb": 5, "Tvdb": None},
                "ImageTags": {"Primary": ["x"]},
                "RunTimeTicks": -1,
                "ProductionYear": True,
                "IndexNumber": 2**63,
                "ParentIndexNumber": 1.0,
                "Name": 7,
            }
        )
    )

    assert [stream.kind for stream in item.streams] == [StreamKind.OTHER]
    assert [source.source_id for source in item.sources] == [OTHER_ID]
    assert item.provider_ids == {"Imdb": "tt1"}
    assert (item.name, item.image_tag, item.runtime_seconds, item.year) == ("", None, None, None)
    assert (item.season_number, item.episode_number) == (None, None)
    assert not item.has_video


def test_a_stream_is_what_it_says_it_is_and_no_more() -> None:
    kind = StreamKind.SUBTITLE

    assert MediaStream.from_dict({"Type": "Subtitle"}) == MediaStream(kind, None)
    for member, flagged in {
        "IsForced": MediaStream(kind, None, is_forced=True),
        "IsHearingImpaired": MediaStream(kind, None, is_hearing_impaired=True),
        "IsTextSubtitleStream": MediaStream(kind, None, is_text=True),
    }.items():
        assert MediaStream.from_dict({"Type": "Subtitle", member: True}) == flagged
        assert MediaStream.from_dict({"Type": "Subtitle", member: "true"}) == MediaStream(kind, None)


@pytest.mark.parametrize(("ticks", "seconds"), [(0, 0), (9_999_999, 0), (10_000_000, 1), (-1, None), (None, None)])
def test_ticks_are_whole_seconds(ticks: int | None, seconds: int | None) -> None:
    item = made(MediaItem.from_dict({"Id": ID, "Type": "Movie", "RunTimeTicks": ticks}))

    assert item.runtime_seconds == seconds


@pytest.mark.parametrize(
    "members",
    [
        {"Path": "/media/movies/Far.STRM"},
        {"Path": "https://far.example/film.mkv"},
        {"Path": "HTTP://far.example/film.mkv"},
        {"LocationType": "Remote"},
        {"IsPlaceHolder": True},
    ],
)
def test_the_server_never_looks_into_some_items(members: dict[str, Any]) -> None:
    assert made(MediaItem.from_dict({"Id": ID, "Type": "Movie"} | members)).never_probed


def test_a_missing_episode_is_virtual() -> None:
    episode = made(MediaItem.from_dict({"Id": ID, "Type": "Episode", "LocationType": "Virtual"}))

    assert episode.is_virtual
    assert not episode.never_probed


def test_a_lean_row_says_enough_to_know_an_item_again() -> None:
    row = {
        "Id": ID,
        "Type": "Episode",
        "Name": "Pilot",
        "ProductionYear": 2020,
        "SeriesId": OTHER_ID,
        "ParentIndexNumber": 1,
        "IndexNumber": 2,
        "IndexNumberEnd": 4,
        "MediaSourceCount": 3,
    }

    assert ItemRef.from_dict(row) == ItemRef(ID, "Episode", "Pilot", 2020, OTHER_ID, 1, 2, 3, episode_number_end=4)
    assert ItemRef.from_dict({"Id": ID, "Type": "Movie"}) == ItemRef(ID, "Movie", "")


def test_a_page_counts_its_unusable_rows_too() -> None:
    page = made(ItemPage.from_dict({"Items": [{"Id": ID, "Type": "Movie"}, {"Id": "x"}, None]}))

    assert len(page.items) == 1
    assert page.received == 3
    assert page.total is None


def test_models_are_values() -> None:
    item = made(MediaItem.from_dict(WHOLE[MediaItem]))

    assert item == MediaItem.from_dict(WHOLE[MediaItem])
    assert item != replace(item, name="Another")
    assert len({item, MediaItem.from_dict(WHOLE[MediaItem])}) == 1


def test_half_a_surrogate_pair_is_replaced_where_it_would_be_stored() -> None:
    item = made(MediaItem.from_dict({"Id": ID, "Type": "Movie", "Name": "Caf\ud800é", "ProviderIds": {"\ud800": "1"}}))

    assert item.name == "Caf?é"
    assert item.provider_ids == {"?": "1"}
