"""The client: what it asks."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import aiohttp
from aiohttp import web
import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import (
    ItemRef,
    JellyfinClient,
    JellyfinLibraryError,
    JellyfinNotFoundError,
    JellyfinResponseError,
)

from .conftest import MakeClient, Serve
from .examples import ID, OTHER_ID
from .recorded import VERSIONS, answer, answers
from .serving import CALLS, Asked


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("http://nas:8096", "http://nas:8096"),
        ("http://nas:8096/", "http://nas:8096"),
        (" https://nas/jellyfin// ", "https://nas/jellyfin"),
        ("HTTP://NAS:80/", "http://nas"),
        ("http://user:password@nas/?x=1#home", "http://nas"),
        ("http://[::1]:8096/", "http://[::1]:8096"),
        ("http://nas/a%2Fb/", "http://nas/a%2Fb"),
        ("ftp://nas", "ftp://nas"),
        ("http://nas:99999", "http://nas:99999"),
    ],
)
def test_an_address_is_written_one_way(written: str, url: str, make_client: MakeClient) -> None:
    assert make_client(written).url == url


def test_a_person_gets_a_link_to_an_item(make_client: MakeClient) -> None:
    link = make_client("https://nas/jellyfin/").web_link(ID, "server&1")

    assert link == f"https://nas/jellyfin/web/#/details?id={ID}&serverId=server%261"


def test_a_client_shows_its_token_to_no_log(make_client: MakeClient) -> None:
    client = make_client("http://nas")

    assert client.token == "secret-token"
    assert repr(client) == "<JellyfinClient http://nas>"


async def test_a_request_says_who_asks_and_only_in_its_header(serve: Serve, make_client: MakeClient) -> None:
    asked = Asked({"Id": ID, "Name": "admin"})

    await make_client(await serve(asked)).get_user()

    assert asked.credentials == {
        "Client": "Home Assistant",
        "Device": "Home Assistant",
        "DeviceId": "device-1",
        "Version": "1.0.0",
        "Token": "secret-token",
    }
    assert str(asked.request.rel_url) == "/Users/Me"


async def test_a_base_path_stands_before_every_path(serve: Serve, make_client: MakeClient) -> None:
    asked = Asked({"Items": []})

    await make_client(f"{await serve(asked)}/jellyfin/").get_libraries()

    assert asked.request.path == "/jellyfin/UserViews"


@pytest.mark.parametrize("call", ["get_public_info", "get_image"])
async def test_what_everybody_may_see_is_asked_without_the_token(
    call: str, serve: Serve, make_client: MakeClient
) -> None:
    asked = Asked(status=404)

    with pytest.raises(JellyfinResponseError):
        await CALLS[call](make_client(await serve(asked)))

    assert "Authorization" not in asked.request.headers


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_password_gives_a_token(version: str, serve: Serve, make_client: MakeClient) -> None:
    accepted = answer(version, "sign_in", "POST", "/Users/AuthenticateByName")
    asked = Asked(accepted.body)

    sign_in = await make_client(await serve(asked), token=None).sign_in("admin", "secret-password")

    assert sign_in.token == "<admin>"
    assert asked.bodies == [{"Username": "admin", "Pw": "secret-password"}]
    assert "Token" not in asked.credentials


@pytest.mark.parametrize("version", VERSIONS)
async def test_items_are_asked_all_at_once_and_in_full(version: str, serve: Serve, make_client: MakeClient) -> None:
    asked = Asked(answer(version, "items", "GET", "/Items?ids=").body)

    items = await make_client(await serve(asked)).get_items([ID.upper(), OTHER_ID, ID, "no id"])

    assert len(items) == 3
    assert all(item.has_video for item in items)
    assert asked.request.path == "/Items"
    assert dict(asked.request.query) == {
        "ids": f"{ID},{OTHER_ID}",
        "fields": "Path,ProviderIds,ParentId,MediaStreams,MediaSources,DateCreated",
        "collapseBoxSetItems": "false",
        "enableUserData": "true",
        "enableTotalRecordCount": "false",
        "enableImageTypes": "Primary",
        "imageTypeLimit": "1",
    }


async def test_lean_items_are_asked_for_without_their_files(serve: Serve, make_client: MakeClient) -> None:
    asked = Asked({"Items": [{"Id": ID, "Type": "Movie", "MediaSourceCount": 3}]})

    (item,) = await make_client(await serve(asked)).get_items([ID], lean=True)

    assert item.source_count == 3
    query = dict(asked.request.query)
    assert (query["ids"], query["fields"]) == (ID, "Path,ProviderIds,ParentId,MediaSourceCount")
    assert query["enableUserData"] == "false"


async def test_without_an_id_nothing_is_asked(serve: Serve, make_client: MakeClient) -> None:
    asked = Asked({"Items": []})
    client = make_client(await serve(asked))

    assert await client.get_items([]) == ()
    assert await client.get_items(["no id", ""]) == ()
    for call in (client.get_item("no id"), client.get_image("no id", None)):
        with pytest.raises(JellyfinNotFoundError):
            await call
    with pytest.raises(JellyfinLibraryError):
        await client.get_page("no id")

    assert asked.requests == []


async def test_more_ids_than_fit_are_a_mistake(make_client: MakeClient) -> None:
    with pytest.raises(ValueError, match="100"):
        await make_client("http://nas").get_items([ID] * 101)


async def test_a_hundred_ids_fit_into_the_shortest_request_line_in_use(serve: Serve, make_client: MakeClient) -> None:
    asked = Asked({"Items": []})

    await make_client(await serve(asked)).get_items([f"{number:032x}" for number in range(1, 101)])

    assert len(str(asked.request.rel_url)) < 4000
    assert len(asked.request.query["ids"].split(",")) == 100


@pytest.mark.parametrize("version", VERSIONS)
async def test_one_item_is_asked_by_its_path(version: str, serve: Serve, make_client: MakeClient) -> None:
    recorded = next(step for step in answers(version, "items", "GET", "/Items/") if step.status == 200)
    asked = Asked(recorded.body)

    item = await make_client(await serve(asked)).get_item(ID)

    assert item.has_video
    assert str(asked.request.rel_url) == f"/Items/{ID}"


async def test_a_page_is_lean_and_has_an_order(serve: Serve, make_client: MakeClient) -> None:
    asked = Asked({"Items": [{"Id": ID, "Type": "Movie", "Name": "Film"}], "TotalRecordCount": 1})

    page = await make_client(await serve(asked)).get_page(OTHER_ID, start=2000, limit=500)

    assert page.items == (ItemRef(ID, "Movie", "Film"),)
    assert dict(asked.request.query) == {
        "parentId": OTHER_ID,
        "recursive": "true",
        "isMissing": "false",
        "collapseBoxSetItems": "false",
        "enableUserData": "false",
        "enableImages": "false",
        "enableTotalRecordCount": "false",
        "fields": "MediaSourceCount",
        "sortBy": "DateCreated,SortName",
        "sortOrder": "Ascending",
        "startIndex": "2000",
        "limit": "500",
    }


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        (datetime(2026, 10, 1, 12, tzinfo=UTC), "2026-10-01T12:00:00Z"),
        (datetime(2026, 10, 1, 12, 0, 0, 250000, tzinfo=UTC), "2026-10-01T12:00:00.250000Z"),
        (datetime(2026, 10, 1, 1, tzinfo=timezone(timedelta(hours=2))), "2026-09-30T23:00:00Z"),
    ],
)
async def test_what_was_saved_since_is_asked_in_utc(
    since: datetime, expected: str, serve: Serve, make_client: MakeClient
) -> None:
    asked = Asked({"Items": []})

    await make_client(await serve(asked)).get_page(ID, since=since, kinds=["Movie", "Episode"])

    assert asked.request.query["minDateLastSaved"] == expected
    assert asked.request.query["includeItemTypes"] == "Movie,Episode"


async def test_a_moment_without_a_time_zone_is_a_mistake(make_client: MakeClient) -> None:
    with pytest.raises(ValueError, match="time zone"):
        await make_client("http://nas").get_page(ID, since=datetime(2026, 1, 1))  # noqa: DTZ001 - the mistake


async def test_libraries_hidden_from_the_start_page_are_libraries(serve: Serve, make_client: MakeClient) -> None:
    asked = Asked(answer("10.11", "restricted_user", "GET", "/UserViews").body)

    (library,) = await make_client(await serve(asked)).get_libraries()

    assert library.name == "Series"
    assert asked.request.query == {"includeHidden": "true"}


async def test_an_echo_goes_to_the_own_session(serve: Serve, make_client: MakeClient) -> None:
    asked = Asked(status=204)
    client = make_client(await serve(asked))

    await client.echo("nonce")

    assert asked.request.method == "POST"
    assert asked.request.path == f"/Sessions/{client.session_id}/Message"
    assert asked.bodies == [{"Header": "echo", "Text": "nonce", "TimeoutMs": 1}]


async def test_a_token_is_given_back(serve: Serve, make_client: MakeClient) -> None:
    asked = Asked(status=204)

    await make_client(await serve(asked)).log_out()

    assert (asked.request.method, asked.request.path) == ("POST", "/Sessions/Logout")
    assert asked.credentials["Token"] == "secret-token"


async def test_a_poster_comes_as_its_bytes(serve: Serve, make_client: MakeClient) -> None:
    asked = Asked(b"\xff\xd8poster", Content_Type="image/jpeg")
    client = make_client(await serve(asked))

    assert await client.get_image(ID, "tag", max_width=300) == ("image/jpeg", b"\xff\xd8poster")
    assert asked.request.path == f"/Items/{ID}/Images/Primary"
    assert dict(asked.request.query) == {"maxWidth": "300", "tag": "tag"}

    await client.get_image(ID, None)

    assert dict(asked.requests[1].query) == {"maxWidth": "600"}


async def test_each_success_is_told_with_when_it_was_asked_for_and_no_failure_is(
    serve: Serve, make_client: MakeClient
) -> None:
    clock = asyncio.get_running_loop().time
    asked: list[float] = []
    told: list[float] = []

    async def serve_once(request: web.Request) -> web.Response:
        asked.append(clock())
        return web.json_response({"Id": ID, "Name": "admin"}, status=200 if len(asked) == 1 else 404)

    client = make_client(await serve(serve_once))
    client.on_success = told.append
    before = clock()
    await client.get_user()
    with pytest.raises(JellyfinNotFoundError):
        await client.get_user()

    assert len(asked) == 2
    assert [before <= began <= asked[0] for began in told] == [True]


async def test_all_users_are_asked_for_and_what_is_none_is_left_out(serve: Serve, make_client: MakeClient) -> None:
    asked = Asked([{"Id": ID, "Name": "admin"}, {"Name": "nobody"}, None])

    users = await make_client(await serve(asked)).get_users()

    assert [(user.user_id, user.name) for user in users] == [(ID, "admin")]
    assert asked.request.path == "/Users"


async def test_a_session_that_raises_for_a_status_by_itself_changes_nothing(serve: Serve) -> None:
    url = await serve(Asked(status=404))
    async with aiohttp.ClientSession(raise_for_status=True) as session:
        with pytest.raises(JellyfinNotFoundError):
            await JellyfinClient(session, url, device_id="1", version="1").get_item(ID)
