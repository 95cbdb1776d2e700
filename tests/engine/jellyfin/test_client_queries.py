"""The client: what it asks about episodes, paths and what is new, and what it makes of the answers."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import (
    ItemRef,
    JellyfinClient,
    JellyfinLibraryError,
    JellyfinNotFoundError,
    JellyfinResponseError,
)
from jellyfin_simulator import JellyfinSimulator, audio, subtitle, video
from jellyfin_simulator.library import SimItem

from .conftest import MakeClient, Serve
from .examples import ID, OTHER_ID
from .serving import Asked

PAGE = {
    "parentId": ID,
    "recursive": "true",
    "isMissing": "false",
    "collapseBoxSetItems": "false",
    "enableUserData": "false",
    "enableImages": "false",
    "enableTotalRecordCount": "false",
    "fields": "MediaSourceCount",
    "sortBy": "DateCreated,SortName",
    "sortOrder": "Ascending",
}


def age(item: SimItem, days: int) -> None:
    """Let a file be that old."""
    item.created = (datetime.now(UTC) - timedelta(days=days)).timestamp()


async def test_episodes_are_asked_lean_and_without_those_that_have_no_file(
    serve: Serve, make_client: MakeClient
) -> None:
    asked = Asked({"Items": [{"Id": OTHER_ID, "Type": "Episode", "Name": "Pilot"}]})

    page = await make_client(await serve(asked)).get_episodes(ID.upper(), start=1000, limit=500)

    assert page.items == (ItemRef(OTHER_ID, "Episode", "Pilot"),)
    assert dict(asked.request.query) == PAGE | {
        "includeItemTypes": "Episode",
        "excludeLocationTypes": "Virtual",
        "startIndex": "1000",
        "limit": "500",
    }


async def test_paths_are_asked_lean_and_newest_first(serve: Serve, make_client: MakeClient) -> None:
    row = {"Id": OTHER_ID, "Type": "Movie", "Name": "Film", "Path": "/media/Film.mkv", "MediaSourceCount": 2}
    asked = Asked({"Items": [row]})

    page = await make_client(await serve(asked)).get_paths(ID, start=1000, kinds=["Movie", "Episode"])

    assert page.items == (ItemRef(OTHER_ID, "Movie", "Film", source_count=2, path="/media/Film.mkv"),)
    assert dict(asked.request.query) == PAGE | {
        "includeItemTypes": "Movie,Episode",
        "fields": "Path,MediaSourceCount",
        "sortOrder": "Descending",
        "startIndex": "1000",
        "limit": "1000",
    }


async def test_what_is_new_is_asked_in_full_and_counted(serve: Serve, make_client: MakeClient) -> None:
    asked = Asked({"Items": [], "TotalRecordCount": 7})

    page = await make_client(await serve(asked)).get_recent(ID, start=50, limit=25)

    assert (page.items, page.total) == ((), 7)
    assert dict(asked.request.query) == PAGE | {
        "includeItemTypes": "Movie,Episode",
        "fields": "Path,ProviderIds,ParentId,MediaStreams,MediaSources,DateCreated",
        "enableUserData": "true",
        "sortOrder": "Descending",
        "enableTotalRecordCount": "true",
        "enableImages": "true",
        "enableImageTypes": "Primary",
        "imageTypeLimit": "1",
        "startIndex": "50",
        "limit": "25",
    }


@pytest.mark.parametrize(
    ("written", "created"),
    [
        ("2026-10-01T12:00:00.0000000Z", datetime(2026, 10, 1, 12, tzinfo=UTC)),
        ("2026-10-01T12:00:00.1234567Z", datetime(2026, 10, 1, 12, 0, 0, 123456, tzinfo=UTC)),
        ("2026-10-01T12:00:00", datetime(2026, 10, 1, 12, tzinfo=UTC)),
        ("2026-10-01T14:00:00+02:00", datetime(2026, 10, 1, 12, tzinfo=UTC)),
        ("2026-02-30T12:00:00Z", datetime.min.replace(tzinfo=UTC)),
        ("yesterday", datetime.min.replace(tzinfo=UTC)),
        (None, datetime.min.replace(tzinfo=UTC)),
        (7, datetime.min.replace(tzinfo=UTC)),
    ],
)
async def test_the_dates_of_servers_are_understood(
    written: object, created: datetime, serve: Serve, make_client: MakeClient
) -> None:
    rows = [{"Id": ID, "Type": "Movie", "DateCreated": written}, {"Id": "no id"}, None]
    asked = Asked({"Items": rows, "TotalRecordCount": 3})

    (film,) = (await make_client(await serve(asked)).get_recent(ID)).items

    assert (film.item.item_id, film.created) == (ID, created)


@pytest.mark.parametrize("body", [{"Items": []}, {"TotalRecordCount": 1}, {"Items": [], "TotalRecordCount": "1"}, []])
async def test_a_page_without_its_total_is_no_page(body: Any, serve: Serve, make_client: MakeClient) -> None:
    with pytest.raises(JellyfinResponseError):
        await make_client(await serve(Asked(body))).get_recent(ID)


async def test_what_is_no_id_is_not_asked(make_client: MakeClient) -> None:
    client = make_client("http://127.0.0.1:1")

    with pytest.raises(JellyfinLibraryError):
        await client.get_paths("no id")
    with pytest.raises(JellyfinLibraryError):
        await client.get_recent("no id")
    with pytest.raises(JellyfinNotFoundError):
        await client.get_episodes("no id")


async def test_the_episodes_of_a_series_and_of_a_season_are_those_with_a_file(
    simulator: JellyfinSimulator, client: JellyfinClient
) -> None:
    series = simulator.add_series(simulator.add_library("Series", "tvshows"), "Harbor Lights")
    first, second = simulator.add_episode(series, 1, 1), simulator.add_episode(series, 1, 2)
    third = simulator.add_episode(series, 2, 1)
    simulator.add_episode(series, 1, 3, virtual=True)
    assert first.season is not None

    whole = await client.get_episodes(series.item_id)
    season = await client.get_episodes(first.season.item_id)

    assert {row.item_id for row in whole.items} == {first.item_id, second.item_id, third.item_id}
    assert {row.item_id for row in season.items} == {first.item_id, second.item_id}
    assert (await client.get_episodes(series.item_id, start=2, limit=2)).received == 1


async def test_the_episodes_of_nothing_are_not_found(
    simulator: JellyfinSimulator, make_client: MakeClient, client: JellyfinClient
) -> None:
    shows, films = simulator.add_library("Series", "tvshows"), simulator.add_library("Films", "movies")
    series = simulator.add_series(shows, "Harbor Lights")
    simulator.add_user("child", "child", libraries=[films.library_id])
    sign_in = await make_client(simulator.url, token=None).sign_in("child", "child")

    with pytest.raises(JellyfinNotFoundError):
        await client.get_episodes("5f2b8d1c0a9e4c6fb1d2e3f405162738")
    with pytest.raises(JellyfinNotFoundError):
        await make_client(simulator.url, token=sign_in.token).get_episodes(series.item_id)


async def test_the_newest_item_of_a_library_comes_first(simulator: JellyfinSimulator, client: JellyfinClient) -> None:
    films = simulator.add_library("Films", "movies")
    streams = [video(), audio("eng"), subtitle("fra")]
    old, new, middle = (simulator.add_film(films, name, streams=streams) for name in ("Old", "New", "Middle"))
    age(old, days=9)
    age(middle, days=3)

    page = await client.get_recent(films.library_id, limit=2)
    rest = await client.get_recent(films.library_id, start=2, limit=2)

    assert [row.item.item_id for row in page.items] == [new.item_id, middle.item_id]
    assert [row.item.item_id for row in rest.items] == [old.item_id]
    assert page.total == rest.total == 3
    assert page.items[0].item == (await client.get_items([new.item_id]))[0]
    assert page.items[1].created < page.items[0].created


async def test_the_paths_of_a_library_are_those_of_its_files(
    simulator: JellyfinSimulator, client: JellyfinClient
) -> None:
    films = simulator.add_library("Films", "movies")
    plain, twice = simulator.add_film(films, "Plain"), simulator.add_film(films, "Twice")
    age(twice, days=2)
    simulator.add_version(twice, "4K")

    page = await client.get_paths(films.library_id, kinds=["Movie"])

    assert [(row.path, row.source_count) for row in page.items] == [(plain.path, 1), (twice.path, 2)]
