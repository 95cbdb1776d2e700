"""How the simulator's library changes: by hand, by files on its disk, by a refresh somebody asked for."""

from jellyfin_simulator import DEFAULT_STREAMS, JellyfinSimulator, SimLibrary, VirtualClock

from .visitor import DEVICE_ID, Visitor


async def test_a_file_is_found_after_a_minute_and_announced_after_one_and_a_half(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary
) -> None:
    """First its row, a second later its streams; the administrator sees the progress, the last word is zero."""
    ear = await visitor.connect(token)
    film_id = server.write_film(films, "Night Ferry", year=2020)
    await clock.advance(59.9)
    assert (await visitor.get(f"/Items/{film_id}", token)).status == 404
    await clock.advance(0.1)
    assert (await visitor.get(f"/Items/{film_id}", token)).data["MediaStreams"] == []
    await ear.keep_alive()
    await clock.advance(1)
    assert len((await visitor.get(f"/Items/{film_id}", token)).data["MediaStreams"]) == len(DEFAULT_STREAMS)
    progress = [(data["ItemId"], data["Progress"]) for data in ear.of("RefreshProgress")]
    assert progress[0] == (films.folder_id, "0")
    assert (films.folder_id, "100") in progress
    assert progress[-1] == (films.library_id, "0")
    await clock.advance(29.9)
    assert ear.of("LibraryChanged") == []
    await clock.advance(0.2)
    [message] = ear.of("LibraryChanged")
    assert message["ItemsAdded"] == [film_id]


async def test_many_files_are_looked_into_one_after_the_other(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary
) -> None:
    """So a user sees one of them first, then two, then three."""
    ids = ",".join(server.write_film(films, f"Film {number}") for number in range(3))
    seen = []
    await clock.advance(60)
    for _ in range(4):
        seen.append(len((await visitor.get("/Items", token, ids=ids)).ids))
        await clock.advance(1)
    assert seen == [1, 2, 3, 3]


async def test_a_refresh_without_metadata_names_the_neighbours(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary
) -> None:
    """A server that reaches its metadata providers does not."""
    old = server.add_film(films, "Old", announce=False)
    ear = await visitor.connect(token)
    url = f"/Items/{films.library_id}/Refresh"
    for reachable in (False, True):
        server.core.monitor.metadata_unreachable = not reachable
        assert (await visitor.post(url, token, metadataRefreshMode="Default")).status == 204
        await clock.advance(31)
        await ear.keep_alive()
    assert [message["ItemsUpdated"] for message in ear.of("LibraryChanged")] == [[old.item_id]]
    assert ear.of("LibraryChanged")[0]["CollectionFolders"] == []


async def test_a_refresh_finds_a_file_at_once_if_it_names_a_mode(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, shows: SimLibrary
) -> None:
    """Of a season, too; without a mode nothing comes of it, and a plain user may not ask."""
    series = server.add_series(shows, "Night Ferry")
    first = server.add_episode(series, 1, 1)
    episode_id = server.write_episode(series, 1, 2, "Fog")
    season = first.parent_id
    guest = server.issue_token(server.add_user("guest", ""), "other")
    assert (await visitor.post(f"/Items/{season}/Refresh", guest, metadataRefreshMode="Default")).status == 403
    assert (await visitor.post(f"/Items/{season}/Refresh", token)).status == 204
    await clock.advance(1)
    assert (await visitor.get("/Items", token, ids=episode_id)).ids == []
    await visitor.post(f"/Items/{season}/Refresh", token, metadataRefreshMode="Default")
    await clock.advance(0.3)
    assert len((await visitor.get(f"/Items/{episode_id}", token)).data["MediaStreams"]) == len(DEFAULT_STREAMS)


async def test_a_full_refresh_saves_a_film_again(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary
) -> None:
    """One that was removed in the meantime stays away."""
    server.core.monitor.metadata_unreachable = False
    film = server.add_film(films, "Night Ferry")
    gone = server.add_film(films, "Gone")
    await clock.advance(10)
    for row, mode in ((film, "FullRefresh"), (gone, "Default")):
        await visitor.post(f"/Items/{row.item_id}/Refresh", token, metadataRefreshMode=mode)
    server.remove(gone)
    await clock.advance(0.1)
    assert film.saved is not None
    assert film.saved > film.created
    assert (await visitor.get("/Items", token, ids=gone.item_id)).ids == []


async def test_a_scan_finds_files_and_drops_what_the_watch_had_noticed(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary
) -> None:
    """It can be started again, called off, and read; unknown tasks are 404."""
    film_id = server.write_film(films, "Night Ferry")
    server.write_film(films, "Paper Tide")
    [scan, *_] = (await visitor.get("/ScheduledTasks", token)).data
    url = f"/ScheduledTasks/Running/{scan['Id']}"
    assert scan["Key"] == "RefreshLibrary"
    assert (await visitor.post(url, token)).status == 204
    assert (await visitor.post("/Library/Refresh", token)).status == 204
    running = (await visitor.get(f"/ScheduledTasks/{scan['Id']}", token)).data
    assert (running["State"], running["LastExecutionResult"]["Status"]) == ("Running", "Cancelled")
    await clock.advance(0.1)
    server.core.monitor.report(films.path)
    await clock.advance(2)
    assert (await visitor.get("/Items", token, ids=film_id)).ids == [film_id]
    done = (await visitor.get(f"/ScheduledTasks/{scan['Id']}", token)).data
    assert (done["State"], done["LastExecutionResult"]["Status"]) == ("Idle", "Completed")
    await visitor.post(url, token)
    for _ in range(2):
        assert (await visitor.ask("DELETE", url, token)).status == 204
    other = "2c66a88bca43e565d7f8099f825478f1"
    assert (await visitor.post(f"/ScheduledTasks/Running/{other}", token)).status == 204
    await clock.advance(1)
    assert (await visitor.get(f"/ScheduledTasks/{other}", token)).data["State"] == "Idle"
    for method, path in (("GET", "/x"), ("POST", "/Running/x"), ("DELETE", "/Running/x")):
        assert (await visitor.ask(method, f"/ScheduledTasks{path}", token)).status == 404


async def test_a_reported_path_is_looked_at_after_the_delay(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, films: SimLibrary
) -> None:
    """Any user may report; a further report begins the delay anew."""
    token = server.issue_token(server.add_user("guest", ""), DEVICE_ID)
    film_id = server.write_film(films, "Night Ferry")
    await clock.advance(30)
    updates = [{"Path": f"{films.path}/x.mkv", "UpdateType": "Created"}, {"Path": "/elsewhere/x.mkv"}]
    assert (await visitor.post("/Library/Media/Updated", token, {"Updates": updates})).status == 204
    await clock.advance(59)
    assert (await visitor.get("/Items", token, ids=film_id)).ids == []
    await clock.advance(1)
    assert (await visitor.get("/Items", token, ids=film_id)).ids == [film_id]
    assert (await visitor.post("/Library/Media/Updated", token, {"Updates": [{"Path": None}]})).status == 400


async def test_a_new_season_brings_a_placeholder_on_10_11(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, shows: SimLibrary
) -> None:
    """Its id is in ItemsAdded and in ItemsRemoved; 12.0 has none."""
    series = server.add_series(shows, "Night Ferry", announce=False)
    ear = await visitor.connect(token)
    episode = server.add_episode(series, 1, 1)
    server.add_episode(series, 1, 2, announce=False)
    await clock.advance(30)
    [message] = ear.of("LibraryChanged")
    added = set(message["ItemsAdded"])
    assert {episode.item_id, episode.parent_id} <= added
    placeholders = added & set(message["ItemsRemoved"])
    assert len(placeholders) == (0 if server.core.is_twelve else 1)
    assert message["FoldersRemovedFrom"] == ([] if server.core.is_twelve else [series.item_id])
    assert (await visitor.get("/Items", token, ids=",".join(placeholders) or "x", recursive=True)).status == 200


async def test_a_replaced_file_is_one_id_less_and_another_more(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary
) -> None:
    """In one message; the same path again has the same id as before."""
    film = server.add_film(films, "Night Ferry", year=2020, provider_ids={"Imdb": "tt1"}, announce=False)
    ear = await visitor.connect(token)
    better = server.replace(film, "Night Ferry (2020) remux")
    await clock.advance(30)
    [message] = ear.of("LibraryChanged")
    assert (message["ItemsRemoved"], message["ItemsAdded"]) == ([film.item_id], [better.item_id])
    assert better.provider_ids == {"Imdb": "tt1"}
    server.remove(better)
    assert server.add_film(films, "Night Ferry", year=2020).item_id == film.item_id


async def test_a_refresh_of_everything_names_everything(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary
) -> None:
    """Quietly done, nobody hears of it and the date is set all the same."""
    rows = server.add_many(films, 300, saved=clock.time() - 1000)
    ear = await visitor.connect(token)
    server.update_all(films)
    await clock.advance(30)
    [message] = ear.of("LibraryChanged")
    assert set(message["ItemsUpdated"]) == {row.item_id for row in rows}
    server.update_all(films, announce=False)
    await clock.advance(29)
    assert len(ear.of("LibraryChanged")) == 1
    assert {row.saved for row in rows} == {clock.time() - 29}


async def test_libraries_come_and_go(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary
) -> None:
    """By REST and by hand, with what is in them; a library of mixed content has no kind."""
    ear = await visitor.connect(token)
    path = {"LibraryOptions": {"PathInfos": [{"Path": "/media/shows"}]}}
    url = "/Library/VirtualFolders"
    assert (await visitor.post(url, token, path, name="Shows", collectionType="tvshows")).status == 204
    assert (await visitor.post(url, token, {}, name="Mixed", refreshLibrary=True)).status == 204
    assert (await visitor.post(url, token, name="Mixed")).status == 400
    assert (await visitor.post(url, token)).status == 400
    listed = (await visitor.get(url, token)).data
    assert [(entry["Name"], entry.get("CollectionType")) for entry in listed] == [
        ("Films", "movies"),
        ("Shows", "tvshows"),
        ("Mixed", None),
    ]
    assert listed[1]["Locations"] == ["/media/shows"]
    server.write_film(films, "Night Ferry")
    film = server.add_film(films, "Paper Tide")
    await clock.advance(40)
    assert len(ear.of("LibraryChanged")[0]["ItemsAdded"]) == 6
    server.remove_library(films)
    assert (await visitor.ask("DELETE", url, token, name="Shows")).status == 204
    assert (await visitor.ask("DELETE", url, token, name="Shows")).status == 404
    await ear.keep_alive()
    await clock.advance(40)
    assert film.item_id in ear.of("LibraryChanged")[1]["ItemsRemoved"]
    assert [item["Name"] for item in (await visitor.get("/UserViews", token)).data["Items"]] == ["Mixed"]
    assert (await visitor.get("/Libraries/AvailableOptions", token)).data["SubtitleFetchers"] == []


async def test_a_refresh_under_way_is_seen_in_the_list_of_libraries(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary
) -> None:
    """Progress is told once a second at most, but for its beginning and its end."""
    ear = await visitor.connect(token)
    server.core.monitor.pace.watched_probe = 0.3
    for number in range(6):
        server.write_film(films, f"Film {number}")
    await clock.advance(60.5)
    [entry] = (await visitor.get("/Library/VirtualFolders", token)).data
    assert entry["RefreshStatus"] == "Active"
    await clock.advance(5)
    told = [data["Progress"] for data in ear.of("RefreshProgress") if data["ItemId"] == films.folder_id]
    assert len(told) == 3
    assert (told[0], told[-1]) == ("0", "100")


async def test_virtual_episodes_are_not_announced(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, shows: SimLibrary
) -> None:
    """They have no file, so nothing has come."""
    series = server.add_series(shows, "Night Ferry")
    server.add_episode(series, 1, 1)
    await clock.advance(31)
    ear = await visitor.connect(token)
    server.add_episode(series, 1, 2, virtual=True)
    await clock.advance(31)
    assert ear.of("LibraryChanged") == []
