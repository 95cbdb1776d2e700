"""Signing in with a code, and what an API key may do for it."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from itertools import repeat
import json

import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import (
    JellyfinAuthenticationError,
    JellyfinClient,
    JellyfinConnectionError,
    JellyfinError,
    JellyfinForbiddenError,
    JellyfinNotFoundError,
    JellyfinNotJellyfinError,
    JellyfinQuickConnectOffError,
    JellyfinResponseError,
    JellyfinServerStartingError,
    QuickConnectCode,
)
from custom_components.jellyfin_subtitles.engine.jellyfin.answers import Answer
from custom_components.jellyfin_subtitles.engine.jellyfin.quick_connect import QuickConnect
from jellyfin_simulator import JellyfinSimulator
from tests.engine.virtual_time import in_virtual_time

from .conftest import MakeClient, Serve
from .examples import ID
from .recorded import VERSIONS, answer
from .serving import CALLS, Asked, replay

QUICK_CONNECT_CALLS = [name for name in CALLS if name.startswith("quick_connect.") and not name.endswith("is_enabled")]


@pytest.fixture
def stranger(simulator: JellyfinSimulator, make_client: MakeClient) -> JellyfinClient:
    """A client that is nobody yet."""
    return make_client(simulator.url, token=None)


@pytest.fixture
def key(simulator: JellyfinSimulator, make_client: MakeClient) -> JellyfinClient:
    """A client with an API key."""
    return make_client(simulator.url, token=simulator.add_api_key("Key"))


async def test_a_person_lets_us_in(
    simulator: JellyfinSimulator, stranger: JellyfinClient, client: JellyfinClient, make_client: MakeClient
) -> None:
    assert await stranger.quick_connect.is_enabled()
    code = await stranger.quick_connect.initiate()
    assert not await stranger.quick_connect.is_authorized(code.secret)

    await client.quick_connect.authorize(code.code, (await client.get_user()).user_id)

    assert await stranger.quick_connect.is_authorized(code.secret)
    sign_in = await stranger.quick_connect.sign_in(code.secret)
    assert (sign_in.user.name, sign_in.server_id) == ("admin", simulator.server_id)
    assert (await make_client(simulator.url, token=sign_in.token).get_user()).name == "admin"


async def test_an_api_key_lets_us_in_as_anybody(
    simulator: JellyfinSimulator, stranger: JellyfinClient, key: JellyfinClient
) -> None:
    simulator.add_user("robin", "battery staple")
    robin = next(user for user in await key.get_users() if user.name == "robin")
    code = await stranger.quick_connect.initiate()

    await key.quick_connect.authorize(code.code, robin.user_id)

    sign_in = await stranger.quick_connect.sign_in(code.secret)
    assert sign_in.user.user_id == robin.user_id
    device = simulator.core.accounts.devices[sign_in.token]
    assert (device.client, device.device_id) == ("Home Assistant", "device-1")


async def test_a_code_nobody_has_allowed_gives_no_token(stranger: JellyfinClient) -> None:
    code = await stranger.quick_connect.initiate()

    with pytest.raises(JellyfinNotFoundError):
        await stranger.quick_connect.sign_in(code.secret)


async def test_a_code_that_has_expired_is_not_there(
    simulator: JellyfinSimulator, stranger: JellyfinClient, key: JellyfinClient
) -> None:
    code = await stranger.quick_connect.initiate()
    user = (await key.get_users())[0]
    simulator.core.quick_connect.forget()

    with pytest.raises(JellyfinNotFoundError):
        await stranger.quick_connect.is_authorized(code.secret)
    with pytest.raises(JellyfinNotFoundError):
        await key.quick_connect.authorize(code.code, user.user_id)
    with pytest.raises(JellyfinNotFoundError):
        await stranger.quick_connect.sign_in(code.secret)


async def test_where_it_is_switched_off_every_step_says_so(
    simulator: JellyfinSimulator, stranger: JellyfinClient, key: JellyfinClient
) -> None:
    code = await stranger.quick_connect.initiate()
    user = (await key.get_users())[0]
    simulator.core.configuration.quick_connect_available = False

    assert not await stranger.quick_connect.is_enabled()
    for step in (
        stranger.quick_connect.initiate(),
        stranger.quick_connect.is_authorized(code.secret),
        key.quick_connect.authorize(code.code, user.user_id),
        stranger.quick_connect.sign_in(code.secret),
    ):
        with pytest.raises(JellyfinQuickConnectOffError):
            await step


async def test_a_user_who_is_no_administrator_lets_nobody_else_in(
    simulator: JellyfinSimulator, stranger: JellyfinClient, make_client: MakeClient
) -> None:
    simulator.add_user("robin", "battery staple")
    robin = await stranger.sign_in("robin", "battery staple")
    client = make_client(simulator.url, token=robin.token)
    admin = next(user for user in await client.get_users() if user.is_administrator)
    code = await stranger.quick_connect.initiate()

    with pytest.raises(JellyfinForbiddenError):
        await client.quick_connect.authorize(code.code, admin.user_id)


async def test_a_key_the_server_does_not_know_opens_nothing(
    simulator: JellyfinSimulator, stranger: JellyfinClient, make_client: MakeClient
) -> None:
    code = await stranger.quick_connect.initiate()
    client = make_client(simulator.url, token="f" * 32)

    with pytest.raises(JellyfinAuthenticationError):
        await client.get_users()
    with pytest.raises(JellyfinAuthenticationError):
        await client.quick_connect.authorize(code.code, ID)


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_real_server_says_that_it_is_switched_off(version: str, serve: Serve, make_client: MakeClient) -> None:
    off = answer(version, "quick_connect", "POST", "/QuickConnect/Initiate", status=401)

    with pytest.raises(JellyfinQuickConnectOffError):
        await make_client(await serve(replay(off))).quick_connect.initiate()


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_real_server_says_that_it_does_not_know_a_secret(
    version: str, serve: Serve, make_client: MakeClient
) -> None:
    unknown = answer(version, "quick_connect", "GET", "/QuickConnect/Connect", status=404)

    with pytest.raises(JellyfinNotFoundError):
        await make_client(await serve(replay(unknown))).quick_connect.is_authorized("nonsense")


@pytest.mark.parametrize("call", QUICK_CONNECT_CALLS)
async def test_the_sign_in_of_a_proxy_is_not_a_switch(call: str, serve: Serve, make_client: MakeClient) -> None:
    client = make_client(await serve(Asked(b"<html>", status=401, Content_Type="text/html")))

    with pytest.raises(JellyfinNotJellyfinError):
        await CALLS[call](client)


@pytest.mark.parametrize("body", [{"Id": ID}, "no", 5, None])
@pytest.mark.parametrize("call", ["get_users", "quick_connect.is_enabled"])
async def test_an_answer_of_another_kind_is_none(
    call: str, body: object, serve: Serve, make_client: MakeClient
) -> None:
    client = make_client(await serve(Asked(body)))

    with pytest.raises(JellyfinResponseError):
        await CALLS[call](client)


async def test_a_user_who_cannot_be_read_is_left_out(serve: Serve, make_client: MakeClient) -> None:
    client = make_client(await serve(Asked([{"Id": ID, "Name": "alex"}, {"Name": "nobody"}, "robin"])))

    assert [user.name for user in await client.get_users()] == ["alex"]


def test_a_code_shows_its_secret_to_no_log() -> None:
    assert "hidden" not in repr(QuickConnectCode("123456", "hidden"))


@pytest.mark.parametrize("body", [{}, {"Code": "123456"}, {"Secret": "s"}, {"Code": "", "Secret": "s"}])
def test_a_code_without_its_secret_is_no_use_and_neither_is_the_secret_alone(body: dict[str, str]) -> None:
    assert QuickConnectCode.from_dict(body) is None


@in_virtual_time
async def test_a_code_is_asked_about_again_and_again_until_somebody_allows_it() -> None:
    asked: list[float] = []
    answers: list[bool | JellyfinError] = [
        *(False, JellyfinConnectionError("away"), JellyfinServerStartingError("no"), True)
    ]

    await waiting(iter(answers), asked, lifetime=600)

    assert asked == [0, 5, 10, 15]


@pytest.mark.parametrize("err", [JellyfinConnectionError("away"), JellyfinServerStartingError("no")])
@in_virtual_time
async def test_a_server_is_not_waited_for_when_the_code_has_expired(err: JellyfinError) -> None:
    asked: list[float] = []

    with pytest.raises(type(err)):
        await waiting(repeat(err), asked, lifetime=12)

    assert asked == [0, 5, 10, 15]


@in_virtual_time
async def test_a_code_that_is_not_there_any_more_is_not_asked_about_again() -> None:
    asked: list[float] = []

    with pytest.raises(JellyfinNotFoundError):
        await waiting(repeat(JellyfinNotFoundError("gone", 404)), asked, lifetime=600)

    assert asked == [0]


async def waiting(answers: Iterator[bool | JellyfinError], asked: list[float], *, lifetime: float) -> None:
    """Wait for a code, asking every five seconds; notes when it was asked."""

    async def answer_next(*_args: object, **_kwargs: object) -> Answer:
        asked.append(asyncio.get_running_loop().time())
        if isinstance(told := next(answers), JellyfinError):
            raise told
        return Answer(200, {}, json.dumps({"Authenticated": told}).encode())

    await QuickConnect(answer_next).wait_until_authorized(
        "secret", interval=timedelta(seconds=5), lifetime=timedelta(seconds=lifetime)
    )
