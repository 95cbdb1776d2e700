"""What travels through the corridor."""

from datetime import UTC, datetime
import json
from typing import Any

import pytest

from custom_components.jellyfin_subtitles.engine.models import Announcement, Source

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
