"""Messages: what a websocket brought is what it meant."""

from typing import Any

import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import (
    Echo,
    LibraryChanged,
    NowPlaying,
    Played,
    RefreshProgress,
)

from .examples import ID, WHOLE, made
from .recorded import VERSIONS, frames


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("scenario", ["first_scan", "new_film_realtime"])
def test_library_changes_read_as_recorded(version: str, scenario: str) -> None:
    messages = list(frames(version, scenario, kind="LibraryChanged"))

    assert messages
    for message in messages:
        data, changed = message["Data"], made(LibraryChanged.from_dict(message["Data"]))
        assert changed == LibraryChanged(
            items_added=tuple(data["ItemsAdded"]),
            items_updated=tuple(data["ItemsUpdated"]),
            items_removed=tuple(data["ItemsRemoved"]),
            collection_folders=tuple(data["CollectionFolders"]),
        )


def test_a_flood_is_one_message() -> None:
    largest = max(
        frames("10.11", "season_flood", kind="LibraryChanged"), key=lambda frame: len(frame["Data"]["ItemsAdded"])
    )

    assert len(made(LibraryChanged.from_dict(largest["Data"])).items_added) >= 400


def test_ids_in_a_message_are_all_written_alike_and_the_rest_is_left_out() -> None:
    data = {"ItemsAdded": [ID.upper(), None, "x", 5, "2c040d21-68a7-1952-615d-58d5f72576bd"], "ItemsRemoved": "x"}

    assert LibraryChanged.from_dict(data) == LibraryChanged(items_added=(ID, ID))


@pytest.mark.parametrize("version", VERSIONS)
def test_progress_reads_as_recorded(version: str) -> None:
    messages = [
        RefreshProgress.from_dict(frame["Data"]) for frame in frames(version, "first_scan", kind="RefreshProgress")
    ]

    assert messages
    assert all(message is not None and 0 <= message.progress <= 100 for message in messages)
    assert 100 in {made(message).progress for message in messages}


@pytest.mark.parametrize(
    ("progress", "expected"),
    [("100", 100.0), ("91.66666666666666", 91.66666666666666), (50, 50.0), (0.5, 0.5)],
)
def test_progress_may_be_a_text_or_a_number(progress: object, expected: float) -> None:
    assert RefreshProgress.from_dict({"ItemId": ID, "Progress": progress}) == RefreshProgress(ID, expected)


@pytest.mark.parametrize("progress", ["nan", "inf", "", "x", True, None, 10**400, [], float("nan")])
def test_progress_that_is_no_number_is_none(progress: object) -> None:
    assert RefreshProgress.from_dict({"ItemId": ID, "Progress": progress}) is None


@pytest.mark.parametrize("version", VERSIONS)
def test_an_echo_reads_as_recorded(version: str) -> None:
    texts = [made(Echo.from_dict(frame["Data"])).text for frame in frames(version, "echo", kind="GeneralCommand")]

    assert "echo-admin" in texts


@pytest.mark.parametrize(
    "change",
    [
        {"Name": "Mute"},
        {"Arguments": None},
        {"Arguments": {"Header": "Hello", "Text": "nonce"}},
        {"Arguments": {"Header": "echo", "Text": 5}},
    ],
)
def test_another_command_is_no_echo(change: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    assert Echo.from_dict(WHOLE[Echo] | change) is None
    assert not caplog.records, "commands to players are nothing unusual"


@pytest.mark.parametrize("item_id", [None, "", "x", 5])
def test_the_progress_of_nothing_in_particular_is_none(item_id: object) -> None:
    assert RefreshProgress.from_dict({"ItemId": item_id, "Progress": "50"}) is None


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_played_reads_as_recorded(version: str) -> None:
    """A session in which nothing is played says nothing."""
    read = [NowPlaying.from_dict(frame["Data"]) for frame in frames(version, "playback", kind="Sessions")]
    played = {one.item_id for message in read if message for one in message.items}
    recorded = {
        session["NowPlayingItem"]["Id"]
        for frame in frames(version, "playback", kind="Sessions")
        for session in frame["Data"]
        if "NowPlayingItem" in session
    }
    assert played == recorded
    assert NowPlaying() in read


def test_an_episode_that_is_played_has_its_place() -> None:
    item = {"Id": ID, "SeriesId": "5" * 32, "ParentIndexNumber": 2, "IndexNumber": 7}
    data = [{"NowPlayingItem": item}, {"NowPlayingItem": {"Id": "nonsense"}}, {}, None]
    assert NowPlaying.from_dict(data) == NowPlaying((Played(ID, "5" * 32, 2, 7),))


@pytest.mark.parametrize("data", [None, {}, "Sessions"])
def test_sessions_that_are_no_list_are_none(data: object) -> None:
    assert NowPlaying.from_dict(data) is None
