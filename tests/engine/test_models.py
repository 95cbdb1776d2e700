"""What travels through the corridor."""

from datetime import UTC, datetime
import json
from typing import Any

import pytest

from custom_components.jellyfin_subtitles.engine.models import (
    TITLES_IN_BATCH,
    Announcement,
    ListenerState,
    MediaBatch,
    Needs,
    RequestReason,
    Source,
    SubtitleRequest,
)

SHOW = {"series_name": "Show"}
NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)


def said(**values: Any) -> Announcement:
    """Return an announcement of which only some members matter."""
    defaults: dict[str, Any] = {
        "item_id": "1" * 32,
        "item_type": "movie",
        "name": "Film",
        "library_id": "f" * 32,
        "library_name": "Films",
        "source": Source.WEBSOCKET,
        "seen_at": NOW,
        "announced_at": NOW,
    }
    return Announcement(**(defaults | values))


@pytest.mark.parametrize(
    ("values", "title"),
    [
        ({}, "Film"),
        ({"year": 2021}, "Film (2021)"),
        ({"name": "Film (2021)", "year": 2021}, "Film (2021)"),
        (SHOW | {"season_number": 1, "episode_number": 2}, "Show S01E02 · Film"),
        (SHOW | {"season_number": 1, "episode_number": 2, "episode_number_end": 3}, "Show S01E02-E03 · Film"),
        (SHOW | {"season_number": 1, "episode_number": 2, "episode_number_end": 2}, "Show S01E02 · Film"),
        (SHOW | {"season_number": 12}, "Show · Film"),
        (SHOW | {"season_number": 12, "episode_number": 100}, "Show S12E100 · Film"),
    ],
)
def test_the_title_is_what_people_would_say(values: dict[str, object], title: str) -> None:
    assert said(**values).title == title


def test_an_announcement_survives_json() -> None:
    one = said(audio_languages=("deu", "eng"), imdb_id="tt1", replaces="2" * 32, complete=False)
    assert Announcement.from_dict(json.loads(json.dumps(one.as_dict()))) == one


@pytest.mark.parametrize("change", [{"source": "pigeon"}, {"seen_at": 5}, {"audio_languages": None}, {"surprise": 1}])
def test_what_is_no_announcement_is_refused(change: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Announcement.from_dict(said().as_dict() | change)


def test_a_batch_of_episodes_names_their_numbers() -> None:
    numbers = [(2, 1), (1, 2), (1, 1), (1, 2), (None, None), (None, 7), (3, None)]
    items = tuple(
        said(**SHOW, name=f"Part {place}", item_type="episode", season_number=season, episode_number=number)
        for place, (season, number) in enumerate(numbers)
    )

    data = MediaBatch(items, part=2, parts=3).as_dict()

    assert json.loads(json.dumps(data)) == data
    assert data["series_name"] == SHOW["series_name"]
    assert (data["count"], data["part"], data["parts"]) == (7, 2, 3)
    assert data["seasons"] == [
        {"season_number": 1, "episode_numbers": [1, 2]},
        {"season_number": 2, "episode_numbers": [1]},
    ]
    assert data["item_ids"] == [item.item_id for item in items]


def test_a_batch_names_only_the_first_few_titles() -> None:
    items = tuple(said(name=f"Film {number}", missing_languages=("de",)) for number in range(TITLES_IN_BATCH + 1))

    others = (said(library_name="Other", missing_languages=("fr", "de")), said(library_name=None))
    data = MediaBatch((*items, *others)).as_dict()

    assert data["titles"] == [f"Film {number}" for number in range(TITLES_IN_BATCH)]
    assert data["count"] == len(data["item_ids"]) == TITLES_IN_BATCH + 3
    assert data["library_names"] == ["Films", "Other"]
    assert data["missing_languages"] == ["de", "fr"]
    assert data["series_id"] is None
    assert data["seasons"] == []


def test_a_request_says_which_file_lacks_what() -> None:
    needs = Needs("2" * 32, "/films/b.mkv", missing=("fr",), present=("de",), translatable_from=("de", "en"))
    request = SubtitleRequest("r1", said(path="/films/a.mkv"), needs, RequestReason.NEW_VERSION, NOW, repeated=True)

    data = request.as_dict()

    assert json.loads(json.dumps(data)) == data
    assert data["title"] == "Film"
    assert (data["item_id"], data["media_source_id"], data["path"]) == ("1" * 32, "2" * 32, "/films/b.mkv")
    assert (data["missing"], data["present"], data["translatable_from"]) == (["fr"], ["de"], ["de", "en"])
    assert (data["reason"], data["request_id"], data["repeated"]) == ("new_version", "r1", True)


def test_what_automations_compare_with_keeps_its_words() -> None:
    assert [*Source] == ["websocket", "sync", "webhook", "action", "journal"]
    assert [*RequestReason] == ["new_media", "new_version", "action", "mass_arrival", "library_scan"]
    assert [*ListenerState] == [
        *("connecting", "connected", "unproven", "waiting", "sign_in_needed", "server_starting", "stopped")
    ]


def test_unless_it_is_said_an_announcement_is_complete_and_the_first_one() -> None:
    one = said()
    assert one.complete
    assert not one.repeated
    assert (one.replaces, one.new_version) == (None, None)
