"""What the simulator's items look like, and which of them a question finds."""

import pytest

from jellyfin_simulator import JellyfinSimulator, SimLibrary, VirtualClock, audio, subtitle, video

from .visitor import DEVICE_ID, Visitor

SUBTITLE_FILE = subtitle("ger", path="/media/Films/Night Ferry (2020)/Night Ferry (2020).ger.srt")


async def test_an_item_shows_little_unless_asked(
    server: JellyfinSimulator, visitor: Visitor, token: str, films: SimLibrary
) -> None:
    """Fields open the rest; a missing member is left out, not null."""
    film = server.add_film(films, "Night Ferry", year=2020, provider_ids={"Imdb": "tt1"})
    lean = {"ids": film.item_id, "enableImages": False, "enableUserData": False}
    [item] = (await visitor.get("/Items", token, **lean)).data["Items"]
    assert item["Name"] == "Night Ferry"
    assert item["ChannelId"] is None
    assert not {"Path", "ProviderIds", "MediaStreams", "MediaSources", "UserData", "ImageTags", "ParentId"} & set(item)
    fields = "path,ProviderIds,MediaStreams,MediaSources,ParentId,MediaSourceCount,nonsense,DateCreated,Width,Height"
    [item] = (await visitor.get("/Items", token, ids=film.item_id, fields=fields)).data["Items"]
    assert item["Path"] == "/media/Films/Night Ferry (2020)/Night Ferry (2020).mkv"
    assert item["ProviderIds"] == {"Imdb": "tt1"}
    assert item["ParentId"] == films.folder_id
    assert item["MediaSources"][0]["MediaStreams"] == item["MediaStreams"]
    assert {"UserData", "ImageTags"} <= set(item)
    assert "MediaSourceCount" not in item


async def test_languages_are_shown_in_the_other_form_and_files_come_first(
    server: JellyfinSimulator, visitor: Visitor, token: str, films: SimLibrary
) -> None:
    """So a subtitle file renumbers all streams."""
    streams = (video(), audio("fre", channels=6), subtitle(None, codec="PGSSUB", title="Signs"), SUBTITLE_FILE)
    film = server.add_film(films, "Night Ferry", year=2020, streams=streams)
    shown = (await visitor.get(f"/Items/{film.item_id}", token)).data["MediaStreams"]
    assert [(stream["Index"], stream["Type"], stream.get("Language")) for stream in shown] == [
        (0, "Subtitle", "deu"),
        (1, "Video", None),
        (2, "Audio", "fra"),
        (3, "Subtitle", None),
    ]
    assert [stream["IsTextSubtitleStream"] for stream in shown] == [True, False, False, False]
    assert shown[0]["Path"] == SUBTITLE_FILE.path


async def test_a_film_is_probed_after_it_is_added(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary
) -> None:
    """Until then it has no streams, no length and no picture; a `.strm` file stays like that."""
    film = server.add_film(films, "Night Ferry", probed=False)
    strm = server.add_film(films, "Paper Tide", is_strm=True)
    remote = server.add_film(films, "Copper Tide", path="https://example.org/film.mkv", is_placeholder=True)
    fields = "MediaStreams,MediaSources"
    [bare, stream_file, far] = (
        await visitor.get("/Items", token, ids=f"{film.item_id},{strm.item_id},{remote.item_id}", fields=fields)
    ).data["Items"]
    assert bare["MediaStreams"] == stream_file["MediaStreams"] == []
    assert not {"RunTimeTicks", "Container"} & set(bare)
    assert far["LocationType"] == "Remote"
    assert far["IsPlaceHolder"] is True
    assert (await visitor.get(f"/Items/{film.item_id}/Images/Primary")).status == 404
    server.probe(film)
    probed = (await visitor.get(f"/Items/{film.item_id}", token)).data
    assert (probed["Container"], len(probed["MediaStreams"])) == ("mkv", 3)
    picture = await visitor.get(f"/Items/{film.item_id}/Images/Primary", maxWidth=600)
    assert picture.content.startswith(b"\x89PNG")
    assert (await visitor.ask("HEAD", f"/Items/{film.item_id}/Images/Primary")).content == b""


async def test_episodes_know_their_series(
    server: JellyfinSimulator, visitor: Visitor, token: str, shows: SimLibrary
) -> None:
    """A missing one is virtual and can be left out."""
    series = server.add_series(shows, "Night Ferry", 2020, provider_ids={"Tvdb": "1"})
    episode = server.add_episode(series, 1, 2, "Fog", number_end=3)
    missing = server.add_episode(series, 1, 4, virtual=True)
    special = server.add_episode(series, 0, 1, is_strm=True)
    item = (await visitor.get(f"/Items/{episode.item_id}", token)).data
    assert (item["SeriesName"], item["SeriesId"]) == ("Night Ferry", series.item_id)
    assert (item["ParentIndexNumber"], item["IndexNumber"], item["IndexNumberEnd"]) == (1, 2, 3)
    assert item["SeasonName"] == "Season 1"
    query = {"parentId": series.item_id, "recursive": True, "includeItemTypes": "episode", "sortBy": "SortName"}
    found = await visitor.get("/Items", token, **query)
    assert found.ids == [special.item_id, episode.item_id, missing.item_id]
    found = await visitor.get("/Items", token, **query, isMissing=False)
    assert found.ids == [special.item_id, episode.item_id]
    assert (await visitor.get("/Items", token, **query, isMissing=True)).ids == [missing.item_id]
    assert (await visitor.get("/Items", token, **query, locationTypes="Virtual")).ids == [missing.item_id]
    assert len((await visitor.get("/Items", token, **query, excludeLocationTypes="Virtual")).ids) == 2
    above = (await visitor.get(f"/Items/{episode.item_id}/Ancestors", token)).data
    assert [row["Type"] for row in above][:3] == ["Season", "Series", "Folder"]
    children = await visitor.get("/Items", token, parentId=shows.library_id, fields="ChildCount,RecursiveItemCount")
    assert [(row["Id"], row["ChildCount"]) for row in children.data["Items"]] == [(series.item_id, 2)]


async def test_a_season_overlooks_what_is_missing_for_users(
    server: JellyfinSimulator, visitor: Visitor, token: str, shows: SimLibrary
) -> None:
    """The kind of place keeps it out, and a key needs no such help."""
    series = server.add_series(shows, "Night Ferry", 2020)
    episode, missing = server.add_episode(series, 1, 1), server.add_episode(series, 1, 2, virtual=True)
    assert episode.season is not None
    query = {"parentId": episode.season.item_id, "recursive": True, "isMissing": False, "sortBy": "SortName"}
    assert (await visitor.get("/Items", token, **query)).ids == [episode.item_id, missing.item_id]
    assert (await visitor.get("/Items", token, **query, excludeLocationTypes="Virtual")).ids == [episode.item_id]
    assert (await visitor.get("/Items", server.add_api_key("Key"), **query)).ids == [episode.item_id]


async def test_each_key_has_an_order_or_that_of_the_first(
    server: JellyfinSimulator, visitor: Visitor, token: str, films: SimLibrary
) -> None:
    """An unknown order is dropped; without any, everything ascends."""
    first, second = server.add_film(films, "A", year=2001), server.add_film(films, "B", year=2001)
    older = server.add_film(films, "C", year=2000)

    async def ordered(orders: str) -> list[str]:
        query = {"parentId": films.library_id, "recursive": True, "sortBy": "ProductionYear,SortName"}
        return (await visitor.get("/Items", token, **query, sortOrder=orders)).ids

    assert await ordered("Descending") == [second.item_id, first.item_id, older.item_id]
    assert await ordered("descending,nonsense") == [second.item_id, first.item_id, older.item_id]
    assert await ordered("Descending,Ascending") == [first.item_id, second.item_id, older.item_id]
    assert await ordered("") == [older.item_id, first.item_id, second.item_id]


async def test_a_search_ranks_what_it_finds(
    server: JellyfinSimulator, visitor: Visitor, token: str, films: SimLibrary
) -> None:
    """What is called so comes first, then what begins so; case and accents make no difference."""
    names = ("Another Amélie", "Amélies", "Amélie in Paris", "AMÉLIE", "Something Else")
    somewhere, longer, word, exact, _ = [server.add_film(films, name).item_id for name in names]
    query = {"recursive": True, "includeItemTypes": "Movie", "sortBy": "SortName"}
    assert (await visitor.get("/Items", token, **query, searchTerm="amelie")).ids == [exact, word, longer, somewhere]
    assert len((await visitor.get("/Items", token, **query, searchTerm="")).ids) == len(names)


async def test_pages_count_and_filters_filter(
    server: JellyfinSimulator, visitor: Visitor, token: str, films: SimLibrary
) -> None:
    """With the total, without it, and by name, kind, subtitles and medium."""
    rows = [server.add_film(films, f"Film {number}", year=2000 + number) for number in range(5)]
    silent = server.add_film(films, "The Anthem", streams=(video(),))
    query = {"parentId": films.library_id, "recursive": True, "sortBy": "SortName"}
    page = (await visitor.get("/Items", token, **query, startIndex=2, limit=2)).data
    assert ([item["Id"] for item in page["Items"]], page["TotalRecordCount"], page["StartIndex"]) == (
        [rows[1].item_id, rows[2].item_id],
        6,
        2,
    )
    page = (await visitor.get("/Items", token, **query, limit=2, enableTotalRecordCount=False)).data
    assert page["TotalRecordCount"] == 2
    assert (await visitor.get("/Items", token, **query, limit=0)).data["TotalRecordCount"] == 6
    assert (await visitor.get("/Items", token, **query, hasSubtitles=False)).ids == [silent.item_id]
    assert (await visitor.get("/Items", token, **query, searchTerm="ANTHEM")).ids == [silent.item_id]
    assert (await visitor.get("/Items", token, **query, excludeItemTypes="Movie")).ids == []
    assert (await visitor.get("/Items", token, **query, mediaTypes="Audio")).ids == []
    newest = {"sortBy": "ProductionYear,Name", "sortOrder": "Descending", "recursive": True}
    assert (await visitor.get("/Items", token, **newest)).ids[0] == rows[4].item_id
    for name in ("DateCreated", "Random", "IndexNumber,ParentIndexNumber,SeriesSortName,PremiereDate,nonsense"):
        assert len((await visitor.get("/Items", token, sortBy=name, recursive=True)).ids) == 6
    assert len((await visitor.get("/Items", token, recursive=True)).ids) == 6


async def test_ids_are_answered_in_order_and_nonsense_is_dropped(
    server: JellyfinSimulator, visitor: Visitor, token: str, films: SimLibrary
) -> None:
    """If nothing is left, the libraries and the playlists come back and the limit is overlooked."""
    first, second = server.add_film(films, "B"), server.add_film(films, "A")
    dashed = f"{first.item_id[:8]}-{first.item_id[8:]}".upper()
    assert (await visitor.get("/Items", token, ids=f"x,{second.item_id},{'0' * 32},{dashed}")).ids == [
        second.item_id,
        first.item_id,
    ]
    views = (await visitor.get("/Items", token, ids="garbage", limit=0)).ids
    assert views == [films.library_id, server.core.shelves.playlists.item_id]
    assert (await visitor.get("/Items", token, ids=films.library_id)).ids == [films.library_id]
    assert (await visitor.get("/UserViews", token)).ids == [films.library_id]


async def test_each_bad_parameter_has_its_answer(
    server: JellyfinSimulator, visitor: Visitor, token: str, films: SimLibrary
) -> None:
    """400 with ProblemDetails; an unknown folder is 400 with a text, an unknown user or item 404."""
    for name in ("parentId", "recursive", "startIndex", "minDateLastSaved", "userId"):
        answer = await visitor.get("/Items", token, **{name: "nonsense"})
        assert (answer.status, list(answer.data["errors"])) == (400, [name])
    assert (await visitor.get("/Items", token, minDateLastSaved="2026-13-01")).status == 400
    assert (await visitor.get("/Items", token, parentId="0" * 31 + "2")).status == 400
    assert (await visitor.get("/Items", token, userId="0" * 31 + "2")).status == 404
    for path in ("", "/Ancestors", "/Images/Primary"):
        assert (await visitor.get(f"/Items/{'0' * 31}2{path}", token)).status == 404
    assert (await visitor.get("/Items/nonsense", token)).status == 400
    assert (await visitor.post(f"/Items/{'0' * 31}2/Refresh", token)).status == 404


async def test_a_restricted_user_is_kept_out_but_not_by_ids(
    server: JellyfinSimulator, visitor: Visitor, films: SimLibrary, shows: SimLibrary
) -> None:
    """The folder that is not permitted answers 401 with a JSON string, which is not about the token."""
    token = server.issue_token(server.add_user("guest", "", libraries=[shows.library_id]), DEVICE_ID)
    film = server.add_film(films, "Night Ferry")
    answer = await visitor.get("/Items", token, parentId=films.library_id)
    assert (answer.status, answer.data) == (401, "guest is not permitted to access Library Films.")
    assert (await visitor.get("/Items", token, recursive=True)).ids == []
    assert (await visitor.get("/UserViews", token)).ids == [shows.library_id]
    assert (await visitor.get(f"/Items/{film.item_id}", token)).status == 404
    assert (await visitor.get("/Items", token, ids=film.item_id)).ids == [film.item_id]


async def test_what_was_saved_since_is_found(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary
) -> None:
    """At that very moment or later; dates with a zone or many digits are understood."""
    old = server.add_film(films, "Old")
    dated = server.add_film(films, "Dated", saved=clock.time() - 60)
    await clock.advance(100)
    new = server.add_film(films, "New")
    never = server.add_film(films, "Never", fresh=True, probed=False)
    query = {"parentId": films.library_id, "recursive": True, "sortBy": "Name"}

    async def since(text: str) -> list[str]:
        return (await visitor.get("/Items", token, **query, minDateLastSaved=text)).ids

    assert await since("2027-01-15T08:01:40Z") == [new.item_id]
    assert await since("2027-01-15T08:01:40.0010000Z") == []
    assert await since("2027-01-15T09:01:39.5000000+01:00") == [new.item_id]
    assert await since("2027-01-15T08:00:00") == [new.item_id, old.item_id]
    assert await since("2027-01-15") == [dated.item_id, new.item_id, old.item_id]
    server.update(old)
    assert await since("2027-01-15T08:01:40Z") == [new.item_id, old.item_id]
    ids = f"{old.item_id},{dated.item_id},{never.item_id}"
    assert (await visitor.get("/Items", token, ids=ids, minDateLastSaved="2027-01-15T08:01:40Z")).ids == [old.item_id]


async def test_10_11_overlooks_the_date_for_an_api_key(
    server: JellyfinSimulator, visitor: Visitor, films: SimLibrary
) -> None:
    """Unless it names a user, refuses box sets, or asks for episodes only."""
    server.add_film(films, "Old")
    key = server.add_api_key("Key")
    query = {"recursive": True, "minDateLastSaved": "2100-01-01"}
    found = [] if server.core.is_twelve else ["Old"]
    assert [item["Name"] for item in (await visitor.get("/Items", key, **query)).data["Items"]] == found
    assert (await visitor.get("/Items", key, **query, collapseBoxSetItems=False)).ids == []
    assert (await visitor.get("/Items", key, **query, includeItemTypes="Episode")).ids == []
    user = server.add_user("guest", "")
    assert (await visitor.get("/Items", key, **query, userId=user.user_id)).ids == []
    assert (await visitor.get(f"/Users/{user.user_id}/Items", key, **query)).ids == []
    assert len((await visitor.get(f"/Users/{user.user_id}/Views", key)).ids) == 1


async def test_fresh_items_hide_each_other_from_users(
    server: JellyfinSimulator, visitor: Visitor, token: str, films: SimLibrary
) -> None:
    """A key sees them all, and so does everybody once they have their keys."""
    rows = [server.add_film(films, f"Film {number}", fresh=True, probed=False) for number in range(3)]
    ids = ",".join(row.item_id for row in rows)
    assert len((await visitor.get("/Items", token, ids=ids)).ids) == 1
    assert len((await visitor.get("/Items", token, ids=ids, includeItemTypes="Audio,Movie")).ids) == 1
    assert len((await visitor.get("/Items", server.add_api_key("Key"), ids=ids)).ids) == 3
    assert (await visitor.get(f"/Items/{rows[1].item_id}", token)).status == 200
    server.probe(rows[1])
    assert len((await visitor.get("/Items", token, ids=ids)).ids) == 2
    server.remove(rows[0])
    server.probe(rows[2])
    assert len((await visitor.get("/Items", token, ids=ids)).ids) == 2


async def test_a_version_is_a_source_of_its_film(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary
) -> None:
    """Announced as updated only; 12.0 never lists it, and everybody can read it by its id."""
    ear = await visitor.connect(token)
    film = server.add_film(films, "Night Ferry", year=2020)
    await clock.advance(30)
    version = server.add_version(film, "4K", streams=(video(3840, 2160), audio("eng")))
    await clock.advance(30)
    message = ear.of("LibraryChanged")[-1]
    assert (message["ItemsAdded"], set(message["ItemsUpdated"])) == ([], {version.item_id, film.item_id})
    fields = "MediaSources,MediaStreams,MediaSourceCount"
    [item] = (await visitor.get("/Items", token, ids=film.item_id, fields=fields)).data["Items"]
    assert [source["Id"] for source in item["MediaSources"]] == [version.item_id, film.item_id]
    assert (item["MediaSourceCount"], len(item["MediaStreams"])) == (2, 3)
    [item] = (await visitor.get("/Items", token, ids=film.item_id, fields="MediaStreams")).data["Items"]
    assert len(item["MediaStreams"]) == 2
    key = server.add_api_key("Key")
    query = {"ids": f"{version.item_id},{film.item_id}"}
    assert len((await visitor.get("/Items", token, **query)).ids) == 1
    assert len((await visitor.get("/Items", key, **query)).ids) == (1 if server.core.is_twelve else 2)
    kind = (await visitor.get(f"/Items/{version.item_id}", token)).data["Type"]
    assert kind == ("Movie" if server.core.is_twelve else "Video")
    server.remove(version)
    [item] = (await visitor.get("/Items", token, ids=film.item_id, fields=fields)).data["Items"]
    assert "MediaSourceCount" not in item


async def test_what_a_user_has_seen_is_told_to_that_user(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary
) -> None:
    """Marked and unmarked, after half a second; nothing is saved by that."""
    film = server.add_film(films, "Night Ferry", announce=False)
    ear = await visitor.connect(token)
    saved = film.saved
    assert (await visitor.post(f"/UserPlayedItems/{film.item_id}", token)).data["Played"] is True
    await clock.advance(0.5)
    [data] = ear.of("UserDataChanged")
    assert data["UserDataList"][0]["ItemId"] == film.item_id
    assert (await visitor.ask("DELETE", f"/UserPlayedItems/{film.item_id}", token)).data["Played"] is False
    assert (await visitor.post(f"/UserPlayedItems/{'0' * 32}", token)).status == 404
    assert film.saved == saved


@pytest.mark.parametrize("version", ["12.0.0"])
async def test_a_big_library_is_paged_from_one_look(
    server: JellyfinSimulator, visitor: Visitor, token: str, films: SimLibrary
) -> None:
    """The rows of a question are kept until something changes."""
    server.add_many(films, 2_500)
    query = {"parentId": films.library_id, "recursive": True, "sortBy": "SortName", "limit": 1000}
    found: list[str] = []
    for start in (0, 1000, 2000, 3000):
        found += (await visitor.get("/Items", token, **query, startIndex=start)).ids
    assert len(set(found)) == len(found) == 2_500
    for year in range(10):
        await visitor.get("/Items", token, **query, searchTerm=f"00000{year}")
    server.add_film(films, "A")
    assert len((await visitor.get("/Items", token, **query | {"limit": 3000})).ids) == 2_501
