"""How the simulator treats several files of one film, found in its own time."""

from jellyfin_simulator import DEFAULT_STREAMS, JellyfinSimulator, SimItem, SimLibrary, VirtualClock, audio, video

from .visitor import Visitor

FIELDS = "MediaSources,MediaStreams,ParentId"


async def test_two_files_from_the_start_are_one_new_film(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary
) -> None:
    """The second one's id is announced as updated, in the same message."""
    ear = await visitor.connect(token)
    film_id = server.write_film(films, "Twin Cut", year=2016)
    version_id = server.write_version(films, "Twin Cut", "4K", year=2016, streams=(video(3840, 2160), audio("eng")))
    await visitor.post(f"/Items/{films.library_id}/Refresh", token, metadataRefreshMode="Default")
    await clock.advance(31)
    [message] = ear.of("LibraryChanged")
    assert (message["ItemsAdded"], message["ItemsUpdated"]) == ([film_id], [version_id])
    [item] = (await visitor.get("/Items", token, ids=film_id, fields=FIELDS)).data["Items"]
    told = [(source["Id"], source["Name"], source["Type"]) for source in item["MediaSources"]]
    assert told == [(version_id, "4K", "Default"), (film_id, "Twin Cut (2016)", "Default")]
    assert len(item["MediaStreams"]) == len(DEFAULT_STREAMS)


async def test_a_second_file_is_found_by_the_file_monitor(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary
) -> None:
    """After its minute; nothing is called added, whoever was there before is named as updated, a version too."""
    film = server.add_film(films, "Late Cut", year=2017, announce=False)
    first = server.add_version(film, "1080p", announce=False)
    ear = await visitor.connect(token)
    version_id = server.write_version(films, "Late Cut", "4K", year=2017)
    await clock.advance(59)
    await ear.keep_alive()
    assert (await visitor.get(f"/Items/{version_id}", token)).status == 404
    await clock.advance(33)
    [message] = ear.of("LibraryChanged")
    assert (message["ItemsAdded"], message["FoldersAddedTo"]) == ([], [])
    assert set(message["ItemsUpdated"]) == {film.item_id, first.item_id, version_id}
    [item] = (await visitor.get("/Items", token, ids=film.item_id, fields=FIELDS)).data["Items"]
    assert {source["Id"] for source in item["MediaSources"]} == {film.item_id, first.item_id, version_id}
    assert all(len(source["MediaStreams"]) == len(DEFAULT_STREAMS) for source in item["MediaSources"])


async def test_10_11_lists_a_version_as_a_video_of_its_own(
    server: JellyfinSimulator, visitor: Visitor, films: SimLibrary
) -> None:
    """To those who are not users: in no folder, by the name of its file, with itself as its only source."""
    film = server.add_film(films, "Late Cut", year=2017)
    version = server.add_version(film, "4K")
    key = server.add_api_key("Key")
    query = {"recursive": True, "includeItemTypes": "Movie,Video", "searchTerm": "Late Cut", "fields": FIELDS}
    items = {item["Id"]: item for item in (await visitor.get("/Items", key, **query)).data["Items"]}
    if server.core.is_twelve:
        assert items.keys() == {film.item_id}
        return
    shown = items[version.item_id]
    assert (shown["Type"], shown["Name"], shown["ParentId"]) == ("Video", "Late Cut (2017) - 4K", None)
    assert [(source["Id"], source["Name"]) for source in shown["MediaSources"]] == [
        (version.item_id, "Late Cut (2017) - 4K")
    ]
    assert items[film.item_id]["ParentId"] == films.folder_id


async def test_a_version_of_no_film_is_a_film(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary
) -> None:
    """Its own file went before the other one was looked at."""
    film = server.add_film(films, "Late Cut", year=2017, announce=False)
    server.write_version(films, "Late Cut", "4K", year=2017)
    server.remove(film, announce=False)
    await clock.advance(62)
    [item] = (await visitor.get("/Items", token, recursive=True, includeItemTypes="Movie")).data["Items"]
    assert (item["Name"], item["Id"] == film.item_id) == ("Late Cut", False)


async def test_an_episodes_version_keeps_the_episodes_name(
    server: JellyfinSimulator, visitor: Visitor, shows: SimLibrary, token: str
) -> None:
    """It lies in the season's folder, whose name says nothing of it."""
    episode: SimItem = server.add_episode(server.add_series(shows, "Night Ferry"), 1, 1, "Fog")
    server.add_version(episode, "4K")
    [item] = (await visitor.get("/Items", token, ids=episode.item_id, fields=FIELDS)).data["Items"]
    names = {source["Name"] for source in item["MediaSources"]}
    assert names == {"Night Ferry S01E01 Fog", "Night Ferry S01E01 Fog - 4K"}


async def test_no_provider_finds_subtitles(
    server: JellyfinSimulator, visitor: Visitor, token: str, films: SimLibrary, shows: SimLibrary
) -> None:
    """For a video the list is empty, anything else is unknown, and a user needs the right to ask."""
    film = server.add_film(films, "Night Ferry")
    series = server.add_series(shows, "Night Ferry")
    guest = server.issue_token(server.add_user("guest", ""), "other")
    answers = {
        (item_id, key): await visitor.get(f"/Items/{item_id}/RemoteSearch/Subtitles/eng", key)
        for item_id, key in ((film.item_id, token), (series.item_id, token), ("f" * 32, token), (film.item_id, guest))
    }
    assert [answer.status for answer in answers.values()] == [200, 404, 404, 403]
    assert answers[film.item_id, token].data == []
