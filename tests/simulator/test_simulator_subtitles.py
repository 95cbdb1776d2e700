"""Subtitles from providers: what is found, what is fetched, and how little of a failure is told."""

import base64

import pytest

from jellyfin_simulator import (
    SUBTITLE_TEXT,
    Behaviour,
    JellyfinSimulator,
    SimItem,
    SimLibrary,
    SubtitleProvider,
    VirtualClock,
    subtitle,
)

from .visitor import Answer, Visitor

_DATA = base64.b64encode(SUBTITLE_TEXT.encode()).decode()


@pytest.fixture
def film(server: JellyfinSimulator, films: SimLibrary) -> SimItem:
    """Return a film without subtitles."""
    return server.add_film(films, "Night Ferry", year=2021, streams=(), announce=False)


@pytest.fixture
def provider(server: JellyfinSimulator) -> SubtitleProvider:
    """Install a provider."""
    return server.add_subtitle_provider()


def _search(film: SimItem, language: str = "eng") -> str:
    return f"/Items/{film.item_id}/RemoteSearch/Subtitles/{language}"


def _texts(film: SimItem) -> list[str]:
    return [(stream.path or "").rpartition("/")[2] for stream in film.streams if stream.kind == "Subtitle"]


async def _upload(visitor: Visitor, token: str, film: SimItem, **body: object) -> Answer:
    whole = {"Language": "fra", "Format": "srt", "IsForced": False, "IsHearingImpaired": False, "Data": _DATA}
    return await visitor.post(f"/Videos/{film.item_id}/Subtitles", token, whole | body)


async def test_a_subtitle_is_found_fetched_and_kept(
    server: JellyfinSimulator,
    visitor: Visitor,
    token: str,
    film: SimItem,
    provider: SubtitleProvider,
    clock: VirtualClock,
) -> None:
    """The file lies beside the film at once, the stream comes when the film is looked into."""
    provider.offer("eng", film, name="A release", rating=9.5, downloads=7, is_hash_match=True)
    provider.offer("fra", film)
    provider.offer("eng", server.add_film(film.library, "Another", announce=False))
    ear = await visitor.connect(token)
    [row] = (await visitor.get(_search(film), token)).data
    assert row["Name"] == "A release"
    assert (row["CommunityRating"], row["DownloadCount"], row["IsHashMatch"]) == (9.5, 7, True)
    text = await visitor.get(f"/Providers/Subtitles/Subtitles/{row['Id']}", token)
    assert (text.status, text.text) == (200, SUBTITLE_TEXT)
    assert (await visitor.post(_search(film, row["Id"]), token)).status == 204
    path = "/media/Films/Night Ferry (2021)/Night Ferry (2021).eng.srt"
    assert server.core.subtitle_files.read(path) == SUBTITLE_TEXT.encode()
    assert not film.streams
    await clock.advance(1)
    assert film.streams == (subtitle("eng", path=path),)
    await clock.advance(30)
    assert [change["ItemsUpdated"] for change in await ear.hear("LibraryChanged")] == [[film.item_id]]
    assert server.journal.count("POST", "/Items/") == 1
    await ear.socket.close()


@pytest.mark.parametrize(
    ("behaviour", "found", "fetched", "kept"),
    [
        (Behaviour.OK, 1, 200, [".eng.srt"]),
        (Behaviour.EMPTY, 0, 500, []),
        (Behaviour.THROW, 0, 500, []),
        (Behaviour.RATELIMIT, 0, 500, []),
        (Behaviour.GETFAIL, 1, 500, []),
        (Behaviour.NULLSTREAM, 1, 200, []),
    ],
)
@pytest.mark.parametrize("aim", ["everything", "language", "candidate"])
async def test_each_failure_looks_like_a_success(
    server: JellyfinSimulator,
    visitor: Visitor,
    token: str,
    film: SimItem,
    provider: SubtitleProvider,
    clock: VirtualClock,
    aim: str,
    behaviour: Behaviour,
    found: int,
    fetched: int,
    kept: list[str],
) -> None:
    """A search finds nothing, a download says nothing: only the fetching tells; one candidate's trouble is its own."""
    candidate = provider.offer("eng")
    language = "en" if aim == "language" else None
    provider.behave(behaviour, language=language, candidate=candidate if aim == "candidate" else None)
    if aim != "everything":
        provider.offer("fra")
    if aim == "candidate" and behaviour is not Behaviour.EMPTY:
        found = 1
    answer = await visitor.get(_search(film), token)
    assert (answer.status, len(answer.data)) == (200, found)
    candidate_id = f"{provider.prefix}_{candidate.provider_id('eng')}"
    assert (await visitor.get(f"/Providers/Subtitles/Subtitles/{candidate_id}", token)).status == fetched
    assert (await visitor.post(_search(film, candidate_id), token)).status == 204
    await clock.advance(1)
    assert _texts(film) == ["Night Ferry (2021)" + ending for ending in kept]
    others = (await visitor.get(_search(film, "fra"), token)).data
    assert len(others) == (aim != "everything")


async def test_the_slowest_provider_is_waited_for(
    server: JellyfinSimulator,
    visitor: Visitor,
    token: str,
    film: SimItem,
    provider: SubtitleProvider,
    clock: VirtualClock,
) -> None:
    """Results come in the order of the providers, and one that fails takes nothing from the others."""
    provider.offer("eng", name="slow one")
    provider.behave("slow")
    broken = server.add_subtitle_provider("Broken")
    broken.behave("throw")
    server.add_subtitle_provider("Quick").offer("eng", name="quick one")
    answer = await visitor.wait_for(clock, provider.slowness, visitor.get(_search(film), token))
    assert [row["Name"] for row in answer.data] == ["slow one", "quick one"]
    server.remove_subtitle_provider(provider)
    assert [row["Name"] for row in (await visitor.get(_search(film), token)).data] == ["quick one"]
    fetchers = (await visitor.get("/Libraries/AvailableOptions", token)).data["SubtitleFetchers"]
    assert [fetcher["Name"] for fetcher in fetchers] == ["Broken", "Quick"]
    assert {plugin["Name"] for plugin in (await visitor.get("/Plugins", token)).data} == {"OMDb", "Broken", "Quick"}


async def test_a_quota_ends(
    server: JellyfinSimulator, visitor: Visitor, token: str, film: SimItem, provider: SubtitleProvider
) -> None:
    """Searching goes on."""
    provider.offer("eng")
    provider.quota = 1
    [row] = (await visitor.get(_search(film), token)).data
    statuses = [(await visitor.get(f"/Providers/Subtitles/Subtitles/{row['Id']}", token)).status for _ in range(2)]
    assert statuses == [200, 500]
    assert len((await visitor.get(_search(film), token)).data) == 1


async def test_who_wants_perfection_gets_it(
    visitor: Visitor, token: str, film: SimItem, provider: SubtitleProvider
) -> None:
    """Nothing else than the same file."""
    provider.offer("eng", is_hash_match=True)
    provider.offer("eng")
    assert len((await visitor.get(_search(film), token)).data) == 2
    [row] = (await visitor.get(_search(film), token, isPerfectMatch="true")).data
    assert row["IsHashMatch"]


async def test_a_language_is_found_by_all_its_names_and_kept_by_the_one_asked_for(
    server: JellyfinSimulator,
    visitor: Visitor,
    token: str,
    film: SimItem,
    provider: SubtitleProvider,
    clock: VirtualClock,
) -> None:
    """What people speak in Brazil has a code of its own on 10.11 alone; with a hyphen it is found and not fetched."""
    provider.offer("pt-BR", is_forced=True, is_hearing_impaired=True)
    by_code = (await visitor.get(_search(film, "pob"), token)).data
    by_tag = (await visitor.get(_search(film, "pt-br"), token)).data
    by_name = (await visitor.get(_search(film, "Portuguese%20(Brazil)"), token)).data
    assert [len(rows) for rows in (by_code, by_tag, by_name)] == [not server.core.is_twelve, 1, 1]
    assert not (await visitor.get(_search(film, "por"), token)).data
    assert (await visitor.get(f"/Providers/Subtitles/Subtitles/{by_tag[0]['Id']}", token)).status == 500
    for row in (*by_tag, *by_code, *by_name):
        assert (await visitor.post(_search(film, row["Id"]), token)).status == 204
    await clock.advance(1)
    names = [".portuguese (brazil)"] if server.core.is_twelve else [".pob", ".portuguese (brazil)"]
    assert _texts(film) == [f"Night Ferry (2021){name}.forced.sdh.srt" for name in names]
    assert {stream.language for stream in film.streams} == {"pt-br"}


async def test_what_was_withdrawn_cannot_be_fetched(
    visitor: Visitor, token: str, film: SimItem, provider: SubtitleProvider
) -> None:
    """Neither can what never was there."""
    gone = provider.offer("eng")
    waiting = provider.offer("eng", row_id="search_in_progress")
    rows = (await visitor.get(_search(film), token)).data
    assert rows[1]["Id"] == f"{provider.prefix}_{waiting.row_id}"
    provider.withdraw(gone)
    for subtitle_id in (*(row["Id"] for row in rows), "nonsense", f"{'0' * 32}_srt-eng-1"):
        assert (await visitor.get(f"/Providers/Subtitles/Subtitles/{subtitle_id}", token)).status == 500
        assert (await visitor.post(_search(film, subtitle_id), token)).status == 204


async def test_a_format_has_its_type(visitor: Visitor, token: str, film: SimItem, provider: SubtitleProvider) -> None:
    """One that nobody knows is just bytes."""
    for ending, expected in (("ass", "text/x-ssa"), ("vtt", "text/vtt"), ("sup", "application/octet-stream")):
        candidate = provider.offer("eng", text=b"...", format=ending)
        path = f"/Providers/Subtitles/Subtitles/{provider.prefix}_{candidate.provider_id('eng')}"
        assert (await visitor.get(path, token)).headers["Content-Type"] == expected


async def test_only_who_may_manage_subtitles_may(
    server: JellyfinSimulator, visitor: Visitor, film: SimItem, provider: SubtitleProvider
) -> None:
    """Deleting is for administrators."""
    plain = server.add_user("plain", "")
    token = server.issue_token(plain, "plain")
    deleting = f"/Videos/{film.item_id}/Subtitles/0"

    async def statuses() -> list[int]:
        return [
            (await visitor.get(_search(film), token)).status,
            (await visitor.post(_search(film, "x"), token)).status,
            (await visitor.get("/Providers/Subtitles/Subtitles/x", token)).status,
            (await _upload(visitor, token, film)).status,
            (await visitor.ask("DELETE", deleting, token)).status,
        ]

    assert await statuses() == [403] * 5
    server.set_policy(plain, EnableSubtitleManagement=True)
    assert await statuses() == [200, 204, 500, 204, 403]


async def test_an_upload_never_replaces_a_file(
    visitor: Visitor, token: str, film: SimItem, clock: VirtualClock
) -> None:
    """The second one gets a number, which is then its title; one of no bytes takes a name and is no stream."""
    bodies: list[dict[str, object]] = [
        {},
        {},
        {"Language": "FRA", "Data": "***"},
        {},
        {"Language": "deu", "IsForced": True},
        {"Language": "eng", "IsHearingImpaired": True, "Format": "VTT"},
        {"Language": "nonsense"},
    ]
    for body in bodies:
        assert (await _upload(visitor, token, film, **body)).status == 204
    await clock.advance(2)
    found = (await visitor.get("/Items", token, ids=film.item_id, fields="MediaStreams")).data["Items"][0]
    told = [(stream["Path"].rpartition(").")[2], stream.get("Title")) for stream in found["MediaStreams"]]
    assert told == [
        ("deu.forced.srt", None),
        ("eng.sdh.vtt", None),
        ("fra.0.srt", "0"),
        ("fra.2.srt", "2"),
        ("fra.srt", None),
        ("nonsense.srt", "nonsense"),
    ]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"Data": ""}, 400),
        ({"Language": ""}, 400),
        ({"Format": None}, 400),
        ({"Format": "exe"}, 400),
        ({"Language": "../eng"}, 400),
        ({"Language": "..\\eng"}, 400),
        ({"Data": "no base64!"}, 500),
    ],
)
async def test_a_bad_upload_is_refused(
    visitor: Visitor, token: str, film: SimItem, clock: VirtualClock, body: dict[str, object], status: int
) -> None:
    """Nothing is kept of it."""
    assert (await _upload(visitor, token, film, **body)).status == status
    await clock.advance(1)
    assert film.streams == ()


async def test_a_stream_is_deleted_with_its_file(
    server: JellyfinSimulator, visitor: Visitor, token: str, films: SimLibrary, clock: VirtualClock
) -> None:
    """Not one inside the video, nor one that is not there; the streams have followed when the answer comes."""
    film = server.add_film(films, "Night Ferry", announce=False)
    await _upload(visitor, token, film)
    await _upload(visitor, token, film, Language="deu")
    await clock.advance(1)
    path = f"/Videos/{film.item_id}/Subtitles"
    assert [(await visitor.ask("DELETE", f"{path}/{index}", token)).status for index in (2, 9, -1, "x")] == [400] * 4
    answer = await visitor.wait_for(clock, 0.06, visitor.ask("DELETE", f"{path}/0", token))
    assert answer.status == 204
    assert [text for text in _texts(film) if text] == ["Night Ferry.fra.srt"]


async def test_a_read_only_disk_is_told_of_by_12_0_alone(
    server: JellyfinSimulator,
    visitor: Visitor,
    token: str,
    film: SimItem,
    provider: SubtitleProvider,
    clock: VirtualClock,
) -> None:
    """10.11 has a folder of its own for such files; on 12.0 an upload fails and a download says nothing."""
    server.core.subtitle_files.media_is_read_only = True
    is_twelve = server.core.is_twelve
    candidate = provider.offer("eng")
    found = f"{provider.prefix}_{candidate.provider_id('eng')}"
    assert (await visitor.post(_search(film, found), token)).status == 204
    assert (await _upload(visitor, token, film)).status == (500 if is_twelve else 204)
    await clock.advance(1)
    folders = {(stream.path or "").rpartition("/")[0] for stream in film.streams}
    assert folders == (set() if is_twelve else {f"/config/metadata/library/{film.item_id[:2]}/{film.item_id}"})


async def test_only_films_and_episodes_are_searched_for(
    server: JellyfinSimulator,
    visitor: Visitor,
    token: str,
    film: SimItem,
    shows: SimLibrary,
    provider: SubtitleProvider,
) -> None:
    """A disc's stand-in and what 10.11 calls a video find nothing; a folder is not there at all."""
    provider.offer("eng")
    stand_in = server.add_film(film.library, "Disc", is_placeholder=True, announce=False)
    version = server.add_version(film, "4K", announce=False)
    series = server.add_series(shows, "Show", announce=False)
    assert (await visitor.get(_search(stand_in), token)).data == []
    assert len((await visitor.get(_search(version), token)).data) == server.core.is_twelve
    assert (await visitor.get(_search(series), token)).status == 404
    assert (await _upload(visitor, token, series)).status == 404
