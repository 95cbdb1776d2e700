"""The client: what it makes of the answers of real servers."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import (
    JellyfinAuthenticationError,
    JellyfinConnectionError,
    JellyfinConnectionTimeoutError,
    JellyfinError,
    JellyfinForbiddenError,
    JellyfinLibraryError,
    JellyfinNotFoundError,
    JellyfinNotJellyfinError,
    JellyfinRedirectError,
    JellyfinResponseError,
    JellyfinServerStartingError,
)

from .conftest import MakeClient, Serve
from .examples import ID
from .recorded import VERSIONS, answer, answers
from .serving import CALLS, Asked, replay


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_running_server_tells_who_it_is(version: str, serve: Serve, make_client: MakeClient) -> None:
    running = next(
        step
        for step in answers(version, "restart", "GET", "/System/Info/Public")
        if isinstance(step.body, dict) and "Id" in step.body
    )
    client = make_client(await serve(replay(running)))

    info = await client.get_public_info()

    assert info.supported
    assert info.server_time is not None
    assert abs(datetime.now(UTC) - info.server_time) < timedelta(minutes=1)
    assert (await client.get_info()).server_id == info.server_id


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Wed, 21 Oct 2026 07:28:00 GMT", datetime(2026, 10, 21, 7, 28, tzinfo=UTC)),
        ("Wed, 21 Oct 2026 09:28:00 +0200", datetime(2026, 10, 21, 7, 28, tzinfo=UTC)),
        ("Wed, 21 Oct 2026 07:28:00 -0000", datetime(2026, 10, 21, 7, 28, tzinfo=UTC)),
        ("Fri, 31 Dec 9999 23:59:59 -2359", None),
        ("yesterday", None),
        ("", None),
    ],
)
async def test_the_servers_clock_is_utc_or_unknown(
    date: str, expected: datetime | None, serve: Serve, make_client: MakeClient
) -> None:
    client = make_client(await serve(Asked({"Items": []}, Date=date)))

    assert (await client.get_page(ID)).server_time == expected


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("scenario", ["startup_first_run", "restart"])
async def test_a_starting_server_is_never_anything_else(
    version: str, scenario: str, serve: Serve, make_client: MakeClient
) -> None:
    outcomes = set()
    for step in answers(version, scenario, "GET", "/System/Info/Public"):
        if step.status is None:
            continue
        client = make_client(await serve(replay(step)))
        try:
            await client.get_public_info()
        except JellyfinError as err:
            outcomes.add(type(err))
        else:
            assert isinstance(step.body, dict)
            assert "Id" in step.body

    assert outcomes == {JellyfinServerStartingError}


@pytest.mark.parametrize("status", [503, 500])
@pytest.mark.parametrize("call", CALLS)
async def test_a_server_that_is_not_ready_is_starting(
    status: int, call: str, serve: Serve, make_client: MakeClient
) -> None:
    client = make_client(await serve(Asked(status=status)))

    with pytest.raises(JellyfinServerStartingError):
        await CALLS[call](client)


@pytest.mark.parametrize(
    ("version", "scenario", "status", "error"),
    [
        ("10.11", "sign_in", 401, JellyfinAuthenticationError),
        ("12.0", "sign_in", 401, JellyfinAuthenticationError),
        ("10.11", "sign_in", 400, JellyfinAuthenticationError),
        ("12.0", "revoked", 403, JellyfinForbiddenError),
        ("12.0", "base_url", 302, JellyfinRedirectError),
    ],
)
async def test_a_refused_sign_in_says_why(
    version: str, scenario: str, status: int, error: type[JellyfinError], serve: Serve, make_client: MakeClient
) -> None:
    refused = answer(version, scenario, "POST", "/Users/AuthenticateByName", status=status)

    with pytest.raises(error) as raised:
        await make_client(await serve(replay(refused))).sign_in("admin", "secret-password")

    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("version", "scenario", "path", "status", "error"),
    [
        ("12.0", "revoked", "/Users/Me", 401, JellyfinAuthenticationError),
        ("10.11", "sign_in", "/Users/Me", 400, JellyfinResponseError),
        ("10.11", "sign_in", "/Library/VirtualFolders", 403, JellyfinForbiddenError),
        ("10.11", "items", "/Items/00000000000000000000000000000001", 500, JellyfinResponseError),
        ("12.0", "items", "/Items/00000000000000000000000000000001", 404, JellyfinNotFoundError),
        ("12.0", "items", "/Items?ids=<300", 414, JellyfinResponseError),
        ("12.0", "base_url", "/Items", 302, JellyfinRedirectError),
    ],
)
async def test_a_recorded_refusal_has_its_own_error(
    version: str,
    scenario: str,
    path: str,
    status: int,
    error: type[JellyfinError],
    serve: Serve,
    make_client: MakeClient,
) -> None:
    client = make_client(await serve(replay(answer(version, scenario, "GET", path, status=status))))

    with pytest.raises(JellyfinResponseError) as raised:
        await client.get_user()

    assert type(raised.value) is error
    assert raised.value.status == status


async def test_unusable_items_are_skipped(serve: Serve, make_client: MakeClient) -> None:
    body = {"Items": [{"Id": "x"}, None, {"Id": ID, "Type": "Movie"}]}

    items = await make_client(await serve(Asked(body))).get_items([ID])

    assert [item.item_id for item in items] == [ID]


@pytest.mark.parametrize(
    ("asked", "library_error", "other_error"),
    [
        (Asked("The user may not see this", status=401), JellyfinLibraryError, JellyfinForbiddenError),
        (Asked({"title": "Bad Request"}, status=400), JellyfinLibraryError, JellyfinResponseError),
        (Asked(status=401), JellyfinAuthenticationError, JellyfinAuthenticationError),
        (
            Asked(b"<html>", status=401, Content_Type="text/html; charset=utf-8"),
            JellyfinNotJellyfinError,
            JellyfinNotJellyfinError,
        ),
        (Asked(status=502), JellyfinConnectionError, JellyfinConnectionError),
        (Asked(status=504), JellyfinConnectionTimeoutError, JellyfinConnectionTimeoutError),
        (Asked(b"Error processing request.", status=500), JellyfinResponseError, JellyfinResponseError),
    ],
)
async def test_a_refusal_may_be_about_the_library_alone(
    asked: Asked,
    library_error: type[JellyfinError],
    other_error: type[JellyfinError],
    serve: Serve,
    make_client: MakeClient,
) -> None:
    client = make_client(await serve(asked))

    with pytest.raises(library_error) as about_library:
        await client.get_page(ID)
    with pytest.raises(other_error) as about_items:
        await client.get_items([ID])

    assert type(about_library.value) is library_error
    assert type(about_items.value) is other_error
