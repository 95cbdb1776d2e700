"""Whose turn comes because somebody is watching: pure."""

from collections.abc import Iterable

from .jellyfin import Played
from .ledger_models import Record


def watched_next(playing: Iterable[Played], records: Iterable[Record]) -> tuple[str, ...]:
    """Return which of the items that lack something are played, or come after what is played; the nearest first."""
    items = {one.item_id for one in playing}
    places = {
        one.series_id: (one.season_number, one.episode_number)
        for one in playing
        if one.series_id and one.season_number is not None and one.episode_number is not None
    }
    turns: dict[str, tuple[int, int]] = {}
    for record in records:
        season, number = record.season_number, record.episode_number
        if record.item_id in items:
            turns[record.item_id] = (-1, -1)
        elif season is None or number is None or record.series_id not in places:
            continue
        elif (season, number) > places[record.series_id]:
            turns[record.item_id] = (season, number)
    return tuple(sorted(turns, key=turns.__getitem__))
