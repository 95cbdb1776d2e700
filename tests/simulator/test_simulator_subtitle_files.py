"""Subtitle files that somebody lays beside a film: what their names say, and when the server looks."""

from dataclasses import replace

import pytest

from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary, Stream, VirtualClock, subtitle

from . import media
from .visitor import Visitor


@pytest.fixture
def film(server: JellyfinSimulator, films: SimLibrary) -> SimItem:
    """Return a film of which the server has all it wants to know."""
    film = server.add_film(films, "Night Ferry", announce=False)
    film.has_metadata = True
    return film


async def _refresh(visitor: Visitor, token: str, item: SimItem, mode: str = "Default") -> None:
    answer = await visitor.post(f"/Items/{item.item_id}/Refresh", token, metadataRefreshMode=mode)
    assert answer.status == 204
    clock = visitor.simulator.clock
    assert isinstance(clock, VirtualClock)
    await clock.advance(1)


def _names(film: SimItem) -> list[str]:
    return [stream.path.rpartition("/")[2] for stream in film.streams if stream.path is not None]


@pytest.mark.parametrize("expected", [stream for stream in media.SIDECARS.streams if stream.path is not None])
async def test_a_name_says_what_recorded_servers_read_in_it(
    server: JellyfinSimulator, visitor: Visitor, token: str, films: SimLibrary, expected: Stream
) -> None:
    """Language, flags and title."""
    path = expected.path or ""
    film = server.add_film(films, "Sidecars", path=media.SIDECARS.path, streams=(), announce=False)
    server.write_subtitle(film, path.removeprefix(media.SIDECARS.path.removesuffix(".mkv")))
    await _refresh(visitor, token, film)
    assert film.streams == (replace(expected, is_default=".default." in path),)


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        (".hi.srt", subtitle("hin")),
        (".en.hi.srt", subtitle("eng", is_hearing_impaired=True)),
        (".hi.cc.srt", subtitle(None, is_hearing_impaired=True)),
        (".en.foreign.ass", subtitle("eng", codec="ass", is_forced=True)),
        (".Commentary.en.0.VTT", subtitle("eng", codec="webvtt", title="Commentary 0")),
    ],
)
async def test_a_name_is_read_from_its_end(
    server: JellyfinSimulator, visitor: Visitor, token: str, film: SimItem, tokens: str, expected: Stream
) -> None:
    """`hi` is a language where nothing else is."""
    path = server.write_subtitle(film, tokens)
    await _refresh(visitor, token, film)
    assert film.streams[-1] == replace(expected, path=path)


async def test_what_only_one_version_knows_is_a_title_for_the_other(
    server: JellyfinSimulator, visitor: Visitor, token: str, film: SimItem
) -> None:
    """Each has codes of its own."""
    for tokens in (".pob.srt", ".fil.srt"):
        server.write_subtitle(film, tokens)
    await _refresh(visitor, token, film)
    told = [(stream.language, stream.title) for stream in film.streams if stream.path is not None]
    assert told == ([("fil", None), (None, "pob")] if server.core.is_twelve else [(None, "fil"), ("pt-br", None)])


async def test_no_refresh_without_a_mode_looks_for_files(
    server: JellyfinSimulator, visitor: Visitor, token: str, film: SimItem
) -> None:
    """Each other one does, and a film of which nothing changed is not saved again."""
    server.write_subtitle(film)
    await _refresh(visitor, token, film, "None")
    assert _names(film) == []
    await _refresh(visitor, token, film, "ValidationOnly")
    assert _names(film) == ["Night Ferry.en.srt"]
    saved = film.saved
    await _refresh(visitor, token, film)
    assert film.saved == saved


async def test_the_watch_finds_files_a_minute_later(
    server: JellyfinSimulator, visitor: Visitor, token: str, film: SimItem, clock: VirtualClock
) -> None:
    """They come and go; one that is no subtitle, or beside another film, or empty, is none."""
    for tokens, text in ((".en.srt", "x"), (".fr.srt", ""), (".en.nfo", "x"), (" 2.de.srt", "x")):
        path = server.write_subtitle(film, tokens, text)
    assert server.core.subtitle_files.read(path) == b"x"
    await clock.advance(62)
    assert _names(film) == ["Night Ferry.en.srt"]
    ear = await visitor.connect(token)
    await clock.advance(30)
    assert [change["ItemsUpdated"] for change in await ear.hear("LibraryChanged")] == [[film.item_id]]
    server.remove_subtitle("/media/Films/Night Ferry/Night Ferry.en.srt")
    await clock.advance(62)
    assert _names(film) == []
    await ear.socket.close()


async def test_files_that_were_always_there_can_go(
    server: JellyfinSimulator, visitor: Visitor, token: str, film: SimItem
) -> None:
    """What a stream tells of lies on the disk."""
    path = "/media/Films/Night Ferry/Night Ferry.en.srt"
    film.streams = (*film.streams, subtitle("eng", path=path))
    await _refresh(visitor, token, film)
    assert _names(film) == ["Night Ferry.en.srt"]
    assert server.core.subtitle_files.read(path) is None
    server.remove_subtitle(path)
    await _refresh(visitor, token, film)
    assert _names(film) == []


async def test_a_new_film_is_found_with_its_files(
    server: JellyfinSimulator, visitor: Visitor, token: str, shows: SimLibrary, clock: VirtualClock
) -> None:
    """And a season is looked through with all its episodes."""
    series = server.add_series(shows, "Night Ferry", announce=False)
    first = server.add_episode(series, 1, 1, announce=False)
    second_id = server.write_episode(series, 1, 2)
    server.write_subtitle(first, ".de.srt")
    server.core.subtitle_files.write(f"{series.path}/Season 1/Night Ferry S01E02 Episode 2.de.srt", b"x")
    await _refresh(visitor, token, first.season or first)
    assert _names(first) == ["Night Ferry S01E01 Episode 1.de.srt"]
    second = server.core.shelves.items[second_id]
    assert _names(second) == ["Night Ferry S01E02 Episode 2.de.srt"]
    assert not server.core.subtitle_files.has_changed(second)


async def test_a_film_that_went_in_the_meantime_is_not_looked_into(
    server: JellyfinSimulator, visitor: Visitor, token: str, film: SimItem, clock: VirtualClock
) -> None:
    """Its file stays behind."""
    server.write_subtitle(film)
    asked = await visitor.post(f"/Items/{film.item_id}/Refresh", token, metadataRefreshMode="Default")
    assert asked.status == 204
    await clock.advance(0.06)
    server.remove(film)
    await clock.advance(1)
    assert _names(film) == []
