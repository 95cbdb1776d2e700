"""What a server's providers of subtitles have, and the way to give a video a subtitle."""

import base64
from typing import Any

from aiohttp import web
import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import (
    JellyfinClient,
    JellyfinForbiddenError,
    JellyfinNotFoundError,
    JellyfinResponseError,
    JellyfinRouteError,
    JellyfinServerStartingError,
    RemoteSubtitle,
    Subtitles,
)
from custom_components.jellyfin_subtitles.engine.jellyfin.answers import Answer
from jellyfin_simulator import SUBTITLE_TEXT, JellyfinSimulator, SimItem, SubtitleProvider
from tests.simulator.recording import HttpStep

from .conftest import MakeClient, Serve
from .examples import ID, WHOLE
from .recorded import VERSIONS, answers
from .serving import CALLS, Asked, replay

ROW = WHOLE[RemoteSubtitle]
OFFERED = RemoteSubtitle(
    subtitle_id=ROW["Id"],
    provider="Shelf",
    name="Release",
    format="srt",
    rating=9.5,
    downloads=7,
    is_hash_match=True,
    is_forced=True,
    is_hearing_impaired=True,
)
STRANGE_ID = "9d96aa6a92a102c0ebd3b91beb2395e6_a/b?c#d%2Fé ../e"


def recorded(version: str, part: str, *, status: int = 200) -> list[HttpStep]:
    """Return what a real server was asked that has this in its path, and how it answered."""
    found = answers(version, "remote_subtitles", "GET", "/")
    return [step for step in found if step.status == status and part in step.path]


@pytest.fixture
async def film(simulator: JellyfinSimulator) -> SimItem:
    """Return a film without subtitles."""
    return simulator.add_film(simulator.add_library("Films", "movies"), "Night Ferry", year=2021, streams=())


@pytest.fixture
def provider(simulator: JellyfinSimulator) -> SubtitleProvider:
    """Return a provider that has one subtitle."""
    return simulator.add_subtitle_provider("Shelf")


async def test_what_is_found_can_be_fetched_and_downloaded(
    simulator: JellyfinSimulator, film: SimItem, provider: SubtitleProvider, client: JellyfinClient
) -> None:
    provider.offer("eng", name="Release", rating=9.5, downloads=7, is_hash_match=True, is_machine_translated=True)

    [found] = await client.subtitles.search(film.item_id, "eng")

    assert found == RemoteSubtitle(
        f"{provider.prefix}_srt-eng-1", "Shelf", "Release", "srt", 9.5, 7, is_hash_match=True, is_machine_made=True
    )
    assert await client.subtitles.fetch(found.subtitle_id) == SUBTITLE_TEXT.encode()
    await client.subtitles.download(film.item_id, found.subtitle_id)
    [path] = simulator.core.subtitle_files.beside(film)
    assert path.endswith(".eng.srt")


async def test_an_own_file_is_laid_beside_the_film(
    simulator: JellyfinSimulator, film: SimItem, client: JellyfinClient
) -> None:
    await client.subtitles.upload(
        film.item_id, b"\xff\xfe1", language="pt-br", format="vtt", is_forced=True, is_hearing_impaired=True
    )

    [path] = simulator.core.subtitle_files.beside(film)
    assert path.endswith(".pt-br.forced.sdh.vtt")
    assert simulator.core.subtitle_files.read(path) == b"\xff\xfe1"


async def test_an_upload_says_what_the_file_is(serve: Serve, make_client: MakeClient) -> None:
    asked = Asked(status=204)
    client = make_client(await serve(asked))

    await client.subtitles.upload(ID, b"text", language="eng", format="srt")

    assert asked.request.path == f"/Videos/{ID}/Subtitles"
    assert asked.bodies == [
        {
            "Language": "eng",
            "Format": "srt",
            "IsForced": False,
            "IsHearingImpaired": False,
            "Data": base64.b64encode(b"text").decode(),
        }
    ]


async def test_providers_are_named(simulator: JellyfinSimulator, client: JellyfinClient) -> None:
    assert await client.subtitles.providers() == ()
    simulator.add_subtitle_provider("Shelf")
    simulator.add_subtitle_provider("Open Subtitles")
    assert await client.subtitles.providers() == ("Shelf", "Open Subtitles")


async def test_a_provider_without_a_name_is_none(serve: Serve, make_client: MakeClient) -> None:
    client = make_client(await serve(Asked({"SubtitleFetchers": [{"Name": ""}, None, {"Name": "Shelf"}]})))
    assert await client.subtitles.providers() == ("Shelf",)


async def test_rows_that_name_no_subtitle_are_skipped(serve: Serve, make_client: MakeClient) -> None:
    client = make_client(await serve(Asked([None, {}, {"Id": ""}, {"Id": 5}, "x", ROW])))
    assert await client.subtitles.search(ID, "eng") == (OFFERED,)


@pytest.mark.parametrize("rating", [True, "9", None, [], 10**400, float("nan"), float("inf"), -(10.0**300)])
def test_a_rating_that_cannot_be_compared_is_none(rating: object) -> None:
    row = RemoteSubtitle.from_dict(ROW | {"CommunityRating": rating})
    assert row is not None
    assert row.rating is None


@pytest.mark.parametrize("rating", [9, 9.0])
def test_a_rating_may_be_whole(rating: float) -> None:
    row = RemoteSubtitle.from_dict(ROW | {"CommunityRating": rating})
    assert row is not None
    assert row.rating == 9.0


@pytest.mark.parametrize("made", ["AiTranslated", "MachineTranslated"])
def test_whatever_machine_made_it_a_machine_made_it(made: str) -> None:
    row = RemoteSubtitle.from_dict(ROW | {made: True})
    assert row is not None
    assert row.is_machine_made


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_real_servers_rows_are_read(version: str, serve: Serve, make_client: MakeClient) -> None:
    for step in recorded(version, "/RemoteSearch/Subtitles/"):
        client = make_client(await serve(replay(step)))
        found = await client.subtitles.search(ID, "eng")
        assert isinstance(step.body, list)
        assert [row.subtitle_id for row in found] == [row["Id"] for row in step.body]
        assert {row.provider for row in found} <= {"Fake Subs"}


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_real_server_says_when_a_provider_fails(version: str, serve: Serve, make_client: MakeClient) -> None:
    """A fault of its own, unlike that of a server that is starting."""
    [step] = recorded(version, "/Providers/Subtitles/", status=500)
    client = make_client(await serve(replay(step)))
    with pytest.raises(JellyfinResponseError) as raised:
        await client.subtitles.fetch("shelf_1")
    assert raised.value.status == 500

    client = make_client(await serve(Asked(status=500)))
    with pytest.raises(JellyfinServerStartingError):
        await client.subtitles.fetch("shelf_1")


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_real_server_may_give_a_file_of_no_bytes(version: str, serve: Serve, make_client: MakeClient) -> None:
    step, *_ = recorded(version, "/Providers/Subtitles/")
    client = make_client(await serve(replay(step)))
    assert await client.subtitles.fetch("shelf_1") == b""


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_real_server_refuses_who_may_not_manage_subtitles(
    version: str, serve: Serve, make_client: MakeClient
) -> None:
    [step] = recorded(version, "/RemoteSearch/", status=403)
    client = make_client(await serve(replay(step)))
    with pytest.raises(JellyfinForbiddenError):
        await client.subtitles.search(ID, "eng")


@pytest.mark.parametrize("strange", [STRANGE_ID, "Portuguese (Brazil)", "a+b", "%41"])
async def test_an_id_or_a_language_is_one_segment_of_the_path(
    strange: str, serve: Serve, make_client: MakeClient
) -> None:
    asked = Asked([])
    client = make_client(await serve(asked))

    await client.subtitles.search(ID, strange)
    await client.subtitles.fetch(strange)
    await client.subtitles.download(ID, strange)

    paths = [request.rel_url.raw_parts for request in asked.requests]
    assert [len(parts) for parts in paths] == [6, 5, 6]
    assert [request.rel_url.parts[-1] for request in asked.requests] == [strange] * 3
    assert not any(request.rel_url.query_string or request.rel_url.fragment for request in asked.requests)


async def test_a_file_of_10_mib_is_read_and_nothing_larger(serve: Serve, make_client: MakeClient) -> None:
    largest = 10 * 1024 * 1024
    client = make_client(await serve(Asked(b"x" * largest)))
    assert len(await client.subtitles.fetch("shelf_1")) == largest

    client = make_client(await serve(Asked(b"x" * (largest + 1))))
    with pytest.raises(JellyfinResponseError, match="larger") as raised:
        await client.subtitles.fetch("shelf_1")
    assert raised.value.status == 200


async def test_what_is_no_items_id_is_not_asked_for(serve: Serve, make_client: MakeClient) -> None:
    asked = Asked([])
    subtitles = make_client(await serve(asked)).subtitles
    with pytest.raises(JellyfinNotFoundError):
        await subtitles.search("../x", "eng")
    with pytest.raises(JellyfinNotFoundError):
        await subtitles.download("../x", "shelf_1")
    with pytest.raises(JellyfinNotFoundError):
        await subtitles.upload("../x", b"text", language="eng", format="srt")
    assert asked.requests == []


async def test_providers_are_given_their_time() -> None:
    patience: list[float | None] = []

    async def request(*_: object, timeout: float | None = None, **__: Any) -> Answer:
        patience.append(timeout)
        return Answer(200, {}, b"[]")

    subtitles = Subtitles(request)
    await subtitles.search(ID, "eng")
    await subtitles.fetch("shelf_1")
    await subtitles.download(ID, "shelf_1")

    assert all(seconds is not None and seconds >= 120 for seconds in patience)
    assert len(patience) == 3


async def test_a_patient_request_outlives_the_others(serve: Serve, make_client: MakeClient) -> None:
    """The client's own patience is over before the server answers at all."""
    client = make_client(await serve(Asked([ROW])), timeout=1e-9)
    assert await client.subtitles.search(ID, "eng") == (OFFERED,)


@pytest.mark.parametrize(
    ("answer", "is_route"),
    [
        ({"status": 404}, True),
        ({"status": 404, "text": "<html>", "content_type": "text/html"}, True),
        ({"status": 404, "text": "Error processing request."}, False),
        ({"status": 404, "text": "{}", "content_type": "application/json"}, False),
    ],
)
async def test_a_path_that_is_not_there_is_told_from_a_thing_that_is_not(
    answer: dict[str, Any], is_route: bool, serve: Serve, make_client: MakeClient
) -> None:
    async def handler(_: web.Request) -> web.StreamResponse:
        return web.Response(**answer)

    client = make_client(await serve(handler))
    with pytest.raises(JellyfinNotFoundError) as raised:
        await CALLS["subtitles.fetch"](client)
    assert isinstance(raised.value, JellyfinRouteError) is is_route
