"""Whether two ids are the same film or episode, as far as a few bytes can tell.

Jellyfin derives an item's id from its path, so a better file under another name is a new id. What stays is who the item
is: its provider ids, its place in the series, its name and year. Each of these becomes a small number that is cheap to
keep for every known id; a number is compared only with those of files removed lately, so a collision is next to
impossible.
"""

from collections.abc import Iterator
from zlib import crc32

from .jellyfin import ItemRef, MediaItem

NO_IDENTITY = 0

_PROVIDERS = ("imdb", "tmdb", "tvdb")
# 30 bits: the largest integer that Python keeps in its smallest form.
_MASK = (1 << 30) - 1


def identities(item: MediaItem) -> Iterator[int]:
    """Yield every identity of an item, the most telling first: most of the time only that one is wanted."""
    provider_ids = {key.casefold(): value.casefold() for key, value in item.provider_ids.items()}
    for provider in _PROVIDERS:
        if provider in provider_ids:
            yield _digest(item.kind, provider, provider_ids[provider])
    plain = _plain(item.kind, item.name, item.year, item.series_id, item.season_number, item.episode_number)
    if plain != NO_IDENTITY:
        yield plain


def identity(ref: ItemRef) -> int:
    """Return the identity that a lean row of a listing gives, `NO_IDENTITY` if none."""
    return _plain(ref.kind, ref.name, ref.year, ref.series_id, ref.season_number, ref.episode_number)


def _plain(kind: str, name: str, year: int | None, series: str | None, season: int | None, episode: int | None) -> int:
    if kind == "Movie":
        return _digest(kind, name.casefold(), year)
    if kind == "Episode" and None not in (series, season, episode):
        return _digest(kind, series, season, episode)
    return NO_IDENTITY


def _digest(*parts: object) -> int:
    return crc32("\0".join(map(str, parts)).encode()) & _MASK or 1
