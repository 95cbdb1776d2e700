"""The client and a whole server: the ordinary ways, one after the other."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import (
    JellyfinAuthenticationError,
    JellyfinClient,
    JellyfinForbiddenError,
    JellyfinLibraryError,
    JellyfinNotFoundError,
    JellyfinServerStartingError,
    LibraryChanged,
    SocketEnd,
    StreamKind,
)
from jellyfin_simulator import JellyfinSimulator, audio, subtitle, video

from .conftest import MakeClient
from .far_end import Messages


async def next_change(messages: Messages) -> LibraryChanged:
    """Return the next change of a library; other messages may come before it."""
    async for message in messages:
        if isinstance(message, LibraryChanged):
            return message
    raise AssertionError("the socket ended")


async def test_a_server_says_who_it_is_to_all_and_to_a_user(
    simulator: JellyfinSimulator, client: JellyfinClient
) -> None:
    public, signed = await client.get_public_info(), await client.get_info()

    assert public.server_id == signed.server_id == simulator.server_id
    assert public.name == "simulator"
    assert public.supported
    assert public.startup_completed
    assert public.server_time is not None


@pytest.mark.parametrize("phase", ["A", "C"])
async def test_a_starting_server_says_nothing_about_the_sign_in(
    phase: str, simulator: JellyfinSimulator, client: JellyfinClient
) -> None:
    await simulator.set_phase(phase)

    with pytest.raises(JellyfinServerStartingError):
        await client.get_public_info()
    with pytest.raises(JellyfinServerStartingError):
        await client.get_user()


async def test_a_user_knows_who_they_are(simulator: JellyfinSimulator, client: JellyfinClient) -> None:
    user = await client.get_user()

    assert (user.name, user.server_id) == ("admin", simulator.server_id)
    assert user.is_administrator
    assert user.can_manage_subtitles
    assert user.sees_all_libraries


@pytest.mark.parametrize(("name", "password"), [("admin", "wrong"), ("nobody", "admin"), (" ", "admin")])
async def test_a_wrong_password_is_not_accepted(
    name: str, password: str, simulator: JellyfinSimulator, make_client: MakeClient
) -> None:
    with pytest.raises(JellyfinAuthenticationError):
        await make_client(simulator.url, token=None).sign_in(name, password)


async def test_a_disabled_user_may_not_sign_in(simulator: JellyfinSimulator, make_client: MakeClient) -> None:
    simulator.add_user("gone", "gone", disabled=True)

    with pytest.raises(JellyfinForbiddenError):
        await make_client(simulator.url, token=None).sign_in("gone", "gone")


async def test_a_token_given_back_is_dead(client: JellyfinClient) -> None:
    await client.log_out()

    with pytest.raises(JellyfinAuthenticationError):
        await client.get_user()


async def test_a_film_is_read_with_its_streams(simulator: JellyfinSimulator, client: JellyfinClient) -> None:
    films = simulator.add_library("Films", "movies")
    streams = [video(), audio("eng"), subtitle("fra")]
    film = simulator.add_film(films, "Quiet Harbor", year=2021, streams=streams, provider_ids={"Imdb": "tt9000001"})

    (item,) = await client.get_items([film.item_id])

    assert item == await client.get_item(film.item_id)
    assert item.kind == "Movie"
    assert item.provider_ids == {"Imdb": "tt9000001"}
    assert [(stream.kind, stream.language) for stream in item.streams][1:] == [
        (StreamKind.AUDIO, "eng"),
        (StreamKind.SUBTITLE, "fra"),
    ]
    assert item.path is not None
    assert item.image_tag is not None
    content_type, content = await client.get_image(item.item_id, item.image_tag)
    assert content_type.startswith("image/")
    assert content


async def test_an_item_that_is_not_there_is_absent(simulator: JellyfinSimulator, client: JellyfinClient) -> None:
    assert await client.get_items(["5f2b8d1c0a9e4c6fb1d2e3f405162738"]) == ()
    with pytest.raises(JellyfinNotFoundError):
        await client.get_item("5f2b8d1c0a9e4c6fb1d2e3f405162738")


async def test_pages_hold_every_item_once(simulator: JellyfinSimulator, client: JellyfinClient) -> None:
    films = simulator.add_library("Films", "movies")
    wanted = {item.item_id for item in simulator.add_many(films, 25)}
    found: list[str] = []
    start = 0

    while (page := await client.get_page(films.library_id, start=start, limit=10, kinds=["Movie"])).received:
        found += [item.item_id for item in page.items]
        start += 10

    assert len(found) == len(wanted)
    assert set(found) == wanted


async def test_what_was_saved_since_is_found(simulator: JellyfinSimulator, client: JellyfinClient) -> None:
    films = simulator.add_library("Films", "movies")
    simulator.add_many(films, 3, saved=(datetime.now(UTC) - timedelta(days=2)).timestamp())
    new = simulator.add_film(films, "New", year=2026)

    page = await client.get_page(films.library_id, since=datetime.now(UTC) - timedelta(days=1), kinds=["Movie"])

    assert [item.item_id for item in page.items] == [new.item_id]
    assert page.server_time is not None


async def test_a_library_that_is_not_there_says_nothing_about_the_sign_in(
    simulator: JellyfinSimulator, make_client: MakeClient, client: JellyfinClient
) -> None:
    films, series = simulator.add_library("Films", "movies"), simulator.add_library("Series", "tvshows")
    simulator.add_user("child", "child", libraries=[series.library_id])
    sign_in = await make_client(simulator.url, token=None).sign_in("child", "child")
    child = make_client(simulator.url, token=sign_in.token)

    assert [library.name for library in await child.get_libraries()] == ["Series"]
    assert {library.name for library in await client.get_libraries()} == {"Films", "Series"}
    with pytest.raises(JellyfinLibraryError):
        await child.get_page(films.library_id)
    with pytest.raises(JellyfinLibraryError):
        await client.get_page("5f2b8d1c0a9e4c6fb1d2e3f405162738")


async def test_a_new_film_is_told_and_a_restart_says_goodbye(
    simulator: JellyfinSimulator, client: JellyfinClient
) -> None:
    films = simulator.add_library("Films", "movies", announce=False)
    socket = await client.connect()
    messages = Messages(socket)

    film = simulator.add_film(films, "New", year=2026)

    assert film.item_id in (await next_change(messages)).items_added
    await simulator.restart(phases=False)
    assert [message async for message in messages if isinstance(message, LibraryChanged)] == []
    assert socket.end is SocketEnd.RESTARTING
    await socket.close()


async def test_a_revoked_token_ends_its_socket(simulator: JellyfinSimulator, client: JellyfinClient) -> None:
    socket = await client.connect()
    assert client.token is not None

    simulator.revoke_token(client.token)

    assert [message async for message in Messages(socket)] == []
    assert socket.end is SocketEnd.TOKEN_REVOKED
    await socket.close()


async def test_a_killed_server_is_lost(simulator: JellyfinSimulator, client: JellyfinClient) -> None:
    socket = await client.connect()

    await simulator.kill()

    assert [message async for message in Messages(socket)] == []
    assert socket.end is SocketEnd.LOST
    await socket.close()
