"""How the simulator takes many files at once: rows first, their streams one after the other, one message."""

from jellyfin_simulator import JellyfinSimulator, SimLibrary, VirtualClock, subtitle

from .visitor import Visitor


async def test_a_flood_of_films_is_one_message(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, films: SimLibrary
) -> None:
    """Films that were always there are in none."""
    old = server.add_many(films, 100)
    ear = await visitor.connect(token)
    new = server.add_many(films, 300, announce=True)
    await clock.advance(30)
    [message] = ear.of("LibraryChanged")
    assert message["ItemsAdded"] == [row.item_id for row in new]
    assert not {row.item_id for row in old} & set(message["ItemsAdded"] + message["ItemsUpdated"])


async def test_a_season_that_comes_at_once_is_one_message(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, shows: SimLibrary
) -> None:
    """With the season, and on 10.11 its placeholder; unprobed episodes are named before they have streams."""
    series = server.add_series(shows, "Night Ferry", announce=False)
    ear = await visitor.connect(token)
    rows = server.add_season(series, 1, 40, streams=(subtitle("eng"),), probed=False, fresh=True)
    await clock.advance(30)
    [message] = ear.of("LibraryChanged")
    placeholders = set(message["ItemsRemoved"])
    assert len(placeholders) == (0 if server.core.is_twelve else 1)
    assert set(message["ItemsAdded"]) - placeholders == {rows[0].parent_id, *(row.item_id for row in rows)}
    assert (await visitor.get(f"/Items/{rows[-1].item_id}", token)).data["MediaStreams"] == []
    assert len((await visitor.get("/Items", token, ids=",".join(row.item_id for row in rows))).ids) == 1


async def test_the_episodes_of_a_season_appear_one_by_one_to_users(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, shows: SimLibrary
) -> None:
    """While they are looked into, all fresh rows count as one; to an API key they are all there at once."""
    key = server.add_api_key("Key")
    server.core.monitor.pace.probe = 0.1
    ids = server.write_season(shows, "Long Story", 1, 100)
    await visitor.post(f"/Items/{shows.library_id}/Refresh", token, metadataRefreshMode="Default")
    await clock.advance(0.05)
    seen: dict[str, list[int]] = {token: [], key: []}
    for _ in range(3):
        for who, counts in seen.items():
            counts.append(len((await visitor.get("/Items", who, ids=",".join(ids))).ids))
        await clock.advance(5)
    assert seen == {token: [1, 51, 100], key: [100, 100, 100]}


async def test_a_long_flood_and_the_second_look_at_it_are_one_message(
    server: JellyfinSimulator, visitor: Visitor, clock: VirtualClock, token: str, shows: SimLibrary
) -> None:
    """Nothing is told before thirty quiet seconds, and the file monitor's minute is over within those."""
    ear = await visitor.connect(token)
    server.core.monitor.pace.probe = 0.2
    ids = server.write_season(shows, "Long Story", 1, 200)
    await visitor.post(f"/Items/{shows.library_id}/Refresh", token, metadataRefreshMode="Default")
    for _ in range(2):
        await clock.advance(35)
        await ear.keep_alive()
    assert ear.of("LibraryChanged") == []
    told = [data["Progress"] for data in ear.of("RefreshProgress") if data["ItemId"] == shows.folder_id]
    assert (told[0], told[-1]) == ("0", "100")
    assert 35 <= len(told) <= 45
    await clock.advance(35)
    [message] = ear.of("LibraryChanged")
    assert set(ids) <= set(message["ItemsAdded"])
    assert message["ItemsUpdated"] == []
