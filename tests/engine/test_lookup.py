"""What people ask about: by id, by path, whole series, and what is newest."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from aiohttp import web
import pytest

from custom_components.jellyfin_subtitles.engine.catch_up import PAGE, PAGE_OVERLAP
from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinClient, JellyfinNotFoundError, MediaItem
from custom_components.jellyfin_subtitles.engine.libraries import Libraries
from custom_components.jellyfin_subtitles.engine.lookup import (
    Lookup,
    can_have_subtitles,
    has_episodes,
    is_film_or_episode,
    kinds_of,
)
from custom_components.jellyfin_subtitles.engine.policy import Household
from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary

KINDS = ("Movie", "Episode")
NOWHERE = "5f2b8d1c0a9e4c6fb1d2e3f405162738"
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def age(item: SimItem, days: int) -> None:
    """Let a file be that old."""
    item.created = (datetime.now(UTC) - timedelta(days=days)).timestamp()


def path_of(item: SimItem) -> str:
    """Return where an item is."""
    assert item.path is not None
    return item.path


def refuse_listings(request: web.BaseRequest) -> web.Response | None:
    """Refuse every question for several ids."""
    return web.Response(status=500, text="Error processing request.") if "ids" in request.query else None


async def test_an_item_is_found_by_its_id(simulator: JellyfinSimulator, lookup: Lookup, films: SimLibrary) -> None:
    film = simulator.add_film(films, "Night Ferry", year=2020)
    simulator.journal.clear()

    item = await lookup.item(film.item_id)

    assert (item.item_id, item.path) == (film.item_id, film.path)
    assert simulator.journal.count() == 1


async def test_what_is_not_there_or_not_shown_is_not_found(
    simulator: JellyfinSimulator, lookup: Lookup, films: SimLibrary
) -> None:
    film = simulator.add_film(films, "Night Ferry", year=2020)
    account = simulator.core.accounts.by_name("admin")
    assert account is not None
    simulator.set_policy(account, EnableAllFolders=False, EnabledFolders=[])

    for item_id in (NOWHERE, film.item_id):
        with pytest.raises(JellyfinNotFoundError):
            await lookup.item(item_id)


async def test_the_id_of_a_version_means_the_film(
    simulator: JellyfinSimulator, lookup: Lookup, films: SimLibrary
) -> None:
    film = simulator.add_film(films, "Night Ferry", year=2020)
    version = simulator.add_version(film, "4K")

    item = await lookup.item(film.item_id)
    assert (item.item_id, item.kind, len(item.sources)) == (film.item_id, "Movie", 2)
    item = await lookup.item(version.item_id)
    if simulator.core.version.startswith("12"):
        assert (item.item_id, item.kind, len(item.sources)) == (film.item_id, "Movie", 2)
    else:
        assert (item.item_id, item.kind, len(item.sources)) == (version.item_id, "Video", 1), "it does not say whose"


@pytest.mark.parametrize("simulator", ["12.0.0"], indirect=True)
async def test_the_id_of_a_version_means_the_film_even_where_no_listing_shows_it(
    simulator: JellyfinSimulator, lookup: Lookup, films: SimLibrary
) -> None:
    film = simulator.add_film(films, "Night Ferry", year=2020)
    version = simulator.add_version(film, "4K")
    version.kind = "Video"
    simulator.reject(refuse_listings, path_prefix="/Items")

    assert (await lookup.item(version.item_id)).item_id == film.item_id
    assert (await lookup.item(film.item_id)).item_id == film.item_id


async def test_a_home_video_with_two_files_stays_what_it_is(
    simulator: JellyfinSimulator, lookup: Lookup, films: SimLibrary
) -> None:
    video = simulator.add_film(films, "Holidays")
    video.kind = "Video"
    simulator.add_version(video, "4K")

    item = await lookup.item(video.item_id)

    assert item.item_id == video.item_id
    assert not is_film_or_episode(item)


async def test_an_item_is_found_by_its_path_and_its_library_is_learnt(
    simulator: JellyfinSimulator, lookup: Lookup, libraries: Libraries, films: SimLibrary, shows: SimLibrary
) -> None:
    film = simulator.add_film(films, "Night Ferry", year=2020)
    series = simulator.add_series(shows, "Harbor Lights")
    episode = simulator.add_episode(series, 1, 1)
    assert episode.season is not None

    for wanted in (film, episode, episode.season, series):
        item = await lookup.item_at(f"{path_of(wanted)} \n")
        assert item is not None
        assert item.item_id == wanted.item_id
        assert libraries.place(item) == wanted.library.library_id


@pytest.mark.parametrize("change", [str.upper, str.lower, lambda path: f" {path}", lambda path: path[:-1]])
async def test_another_path_is_another_file(
    change: Callable[[str], str], simulator: JellyfinSimulator, lookup: Lookup, films: SimLibrary
) -> None:
    film = simulator.add_film(films, "Night Ferry", year=2020)

    assert await lookup.item_at(change(path_of(film))) is None


async def test_what_is_newest_is_found_first(
    simulator: JellyfinSimulator, lookup: Lookup, films: SimLibrary, shows: SimLibrary
) -> None:
    simulator.add_many(films, PAGE)
    for row in films.items.values():
        age(row, days=2)
    new = simulator.add_film(films, "Night Ferry", year=2020)
    old = simulator.add_film(films, "Old Ferry", year=1920)
    age(old, days=9)
    simulator.journal.clear()

    assert await lookup.item_at(path_of(new)) is not None
    assert simulator.journal.count(path_prefix="/Items") == 1 + 1
    simulator.journal.clear()
    assert await lookup.item_at(path_of(old)) is not None
    pages = [request.query for request in simulator.journal.find(path_prefix="/Items") if "startIndex" in request.query]
    asked = [(query["parentId"], int(query["startIndex"])) for query in pages]
    step = PAGE - PAGE_OVERLAP
    assert asked == [(films.library_id, 0), (shows.library_id, 0), (films.library_id, step)]


async def test_a_path_that_is_nowhere_costs_all_pages_once(
    simulator: JellyfinSimulator, lookup: Lookup, films: SimLibrary, shows: SimLibrary
) -> None:
    simulator.add_film(films, "Night Ferry", year=2020)
    simulator.journal.clear()

    assert await lookup.item_at("/media/nowhere.mkv") is None
    assert simulator.journal.count(path_prefix="/UserViews") == 1
    assert simulator.journal.count(path_prefix="/Items") == 3
    assert await lookup.item_at("/media/nowhere.mkv") is None
    assert simulator.journal.count(path_prefix="/UserViews") == 1


async def test_the_path_of_a_version_finds_its_film(
    simulator: JellyfinSimulator, lookup: Lookup, films: SimLibrary
) -> None:
    simulator.add_version(simulator.add_film(films, "Day Ferry"), "4K")
    film = simulator.add_film(films, "Night Ferry", year=2020)
    version = simulator.add_version(film, "4K")

    item = await lookup.item_at(path_of(version))

    assert item is not None
    assert item.item_id == film.item_id
    assert await lookup.item_at(f"{path_of(version)}.bak") is None


async def test_only_watched_libraries_are_looked_through(
    simulator: JellyfinSimulator, client: JellyfinClient, films: SimLibrary, shows: SimLibrary
) -> None:
    film = simulator.add_film(films, "Night Ferry", year=2020)
    lookup = Lookup(client, Libraries(frozenset({shows.library_id})), now=lambda: NOW)

    assert await lookup.item_at(path_of(film)) is None
    assert {library.name for library in await lookup.visible()} == {"Films", "Shows"}


async def test_a_library_that_is_gone_has_no_paths_and_no_news(
    simulator: JellyfinSimulator, lookup: Lookup, films: SimLibrary, shows: SimLibrary
) -> None:
    episode = simulator.add_episode(simulator.add_series(shows, "Harbor Lights"), 1, 1)
    watched = await lookup.watched()
    simulator.remove_library(films)

    assert await lookup.item_at(path_of(episode)) is not None
    page = await lookup.recent(watched, start=0, limit=10, kinds=KINDS)
    assert [item.item_id for item, _ in page.items] == [episode.item_id]
    assert page.is_last


async def test_what_goes_away_while_it_is_looked_for_was_not_found(
    simulator: JellyfinSimulator, lookup: Lookup, films: SimLibrary
) -> None:
    film = simulator.add_film(films, "Night Ferry", year=2020)
    simulator.reject(404, path_prefix=f"/Items/{film.item_id}")

    assert await lookup.item_at(path_of(film)) is None


async def test_a_series_stands_for_its_episodes_that_have_files(
    simulator: JellyfinSimulator, lookup: Lookup, shows: SimLibrary
) -> None:
    series = simulator.add_series(shows, "Harbor Lights")
    first, second = simulator.add_episode(series, 1, 1), simulator.add_episode(series, 2, 1)
    missing = simulator.add_episode(series, 1, 2, virtual=True)
    assert first.season is not None

    async def episodes(item_id: str) -> set[str]:
        return {item.item_id for item in await lookup.with_files(await lookup.item(item_id))}

    assert await episodes(series.item_id) == {first.item_id, second.item_id}
    assert await episodes(first.season.item_id) == {first.item_id}
    assert await episodes(first.item_id) == {first.item_id}
    assert await episodes(missing.item_id) == set()


async def test_many_episodes_are_read_a_hundred_at_a_time(
    simulator: JellyfinSimulator, lookup: Lookup, shows: SimLibrary
) -> None:
    series = simulator.add_series(shows, "Endless")
    episodes = [simulator.add_episode(series, 1, number, announce=False) for number in range(250)]
    item = await lookup.item(series.item_id)
    simulator.journal.clear()

    assert len(await lookup.with_files(item)) == len(episodes)
    assert simulator.journal.count() == 2 + 3


async def test_libraries_are_put_together_newest_first(
    simulator: JellyfinSimulator, lookup: Lookup, films: SimLibrary, shows: SimLibrary
) -> None:
    rows = [simulator.add_film(films, name) for name in ("A", "B", "C")]
    rows.append(simulator.add_episode(simulator.add_series(shows, "Harbor Lights"), 1, 1))
    for days, row in zip((1, 5, 7, 3), rows, strict=True):
        age(row, days)
    age(simulator.add_film(films, "A word about A", extra_type="Trailer"), days=6)
    first, second, third, episode = rows
    watched = await lookup.watched()

    page = await lookup.recent(watched, start=0, limit=2, kinds=KINDS)
    assert [item.item_id for item, _ in page.items] == [first.item_id, episode.item_id, second.item_id]
    assert [library.name for _, library in page.items] == ["Films", "Shows", "Films"]
    assert not page.is_last
    page = await lookup.recent(watched, start=2, limit=2, kinds=KINDS)
    assert [item.item_id for item, _ in page.items] == [third.item_id]
    assert page.is_last
    assert (await lookup.recent(watched, start=0, limit=4, kinds=["Episode"])).items[0][0].item_id == episode.item_id


def test_the_kinds_of_a_household_are_those_it_wants_to_hear_of() -> None:
    assert kinds_of(Household()) == KINDS
    assert kinds_of(Household(episodes=False)) == ("Movie",)
    assert kinds_of(Household(films=False)) == ("Episode",)
    assert kinds_of(Household(films=False, episodes=False)) == KINDS


@pytest.mark.parametrize(
    ("kind", "extra_type", "playable", "folder"),
    [
        ("Movie", None, True, False),
        ("Episode", None, True, False),
        ("Movie", "Trailer", False, False),
        ("Video", None, True, False),
        ("Video", "Clip", False, False),
        ("Series", None, False, True),
        ("Season", None, False, True),
        ("BoxSet", None, False, False),
    ],
)
def test_what_subtitles_are_for(kind: str, extra_type: str | None, playable: bool, folder: bool) -> None:
    item = MediaItem(NOWHERE, kind, "Something", extra_type=extra_type)

    assert (can_have_subtitles(item), has_episodes(item)) == (playable, folder)
