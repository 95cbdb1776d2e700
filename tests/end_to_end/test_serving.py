"""Subtitles brought to films in a real Home Assistant, whatever a provider does, and whenever everything ends."""

from pathlib import Path

import pytest

from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary, SubtitleProvider, audio, video

from .real_home import DOMAIN, Run, home_assistant, set_up, stored, until

pytestmark = pytest.mark.timeout(300)

WITHOUT = (video(), audio("eng"))
# Where in a stored record its state stands.
STATES = frozenset({"waiting", "searching", "fetching", "verifying"})


@pytest.fixture
async def provider(simulator: JellyfinSimulator) -> SubtitleProvider:
    """Return a provider that has English subtitles for everything."""
    provider = simulator.add_subtitle_provider()
    provider.offer("eng")
    provider.slowness = 0.2
    return provider


def subtitles_of(film: SimItem) -> list[str | None]:
    """Return the languages of a film's subtitles."""
    return [stream.language for stream in film.streams if stream.kind == "Subtitle"]


def states_on_disk(folder: Path) -> set[str]:
    """Return how far the open requests have come, as it is written."""
    return {value for row in stored(folder, "ledger").get("open", []) for value in row if value in STATES}


async def test_a_film_without_subtitles_gets_them_and_is_ready(
    simulator: JellyfinSimulator, films: SimLibrary, provider: SubtitleProvider, tmp_path: Path
) -> None:
    """However long the provider takes."""
    async with home_assistant(simulator, tmp_path) as run:
        await set_up(run, simulator)
        for number, behaviour in enumerate(("ok", "slow")):
            provider.behave(behaviour)
            film = simulator.add_film(films, behaviour, year=2022, streams=WITHOUT)
            await _ready(run, number + 1)
            assert subtitles_of(film) == ["eng"]
            outcome = run.arrived[number]
            assert (outcome["title"], outcome["language"], outcome["state"]) == (f"{behaviour} (2022)", "en", "arrived")
            assert outcome["request_id"] == run.requests[number]["request_id"]
        assert run.failed == []
        assert run.complaints() == []


async def test_what_a_provider_does_not_give_is_never_said_to_have_arrived(
    simulator: JellyfinSimulator, films: SimLibrary, provider: SubtitleProvider, tmp_path: Path
) -> None:
    """It waits, whatever happens to Home Assistant, and comes with a later attempt."""
    expected = {
        "empty": ("not_found", "not_found"),
        "throw": ("not_found", "not_found"),
        "ratelimit": ("not_found", "not_found"),
        "getfail": ("failed", "provider_failed"),
        "nullstream": ("failed", "empty_file"),
    }
    late = []
    async with home_assistant(simulator, tmp_path) as run:
        await set_up(run, simulator)
        for behaviour, outcome in expected.items():
            provider.behave(behaviour)
            late.append(simulator.add_film(films, behaviour, year=2022, streams=WITHOUT))
            await _failed(run, len(late))
            assert (run.failed[-1]["state"], run.failed[-1]["reason"]) == outcome
            assert run.failed[-1]["next_attempt"]
        assert run.arrived == []
        assert not any(subtitles_of(film) for film in late)
        assert states_on_disk(tmp_path) == {"waiting"}
        assert run.complaints() == []
        await run.process.kill()
    provider.behave("ok")
    async with home_assistant(simulator, tmp_path) as run:
        async with await run.api.socket() as socket:
            for film in late:
                await socket.call_service(DOMAIN, "retry", {"item_id": film.item_id})
        await _ready(run, len(late))
        assert {one["attempts"] for one in run.arrived} == {2}
        assert len(run.arrived) == len(late)
        assert all(subtitles_of(film) == ["eng"] for film in late)
        assert run.failed == []


@pytest.mark.parametrize("state", ["searching", "fetching", "verifying"])
async def test_after_a_kill_in_any_state_a_request_ends_once(
    simulator: JellyfinSimulator, films: SimLibrary, provider: SubtitleProvider, tmp_path: Path, state: str
) -> None:
    """With one file beside the film."""
    provider.slowness = 3.0
    if state == "searching":
        provider.behave("slow")
    elif state == "fetching":
        provider.behave("slow", candidate=provider.candidates[0])
    async with home_assistant(simulator, tmp_path) as run:
        await set_up(run, simulator)
        film = simulator.add_film(films, "Late Train", year=2022, streams=WITHOUT)
        if state == "verifying":
            await until(lambda: simulator.journal.count("POST", "/Videos/") == 1)
        if state == "fetching":
            # That is not written down: like a search, it changes nothing, and begins anew.
            await until(lambda: simulator.journal.count("GET", "/Providers/Subtitles/Subtitles/") == 1)
            assert simulator.journal.count("POST", "/Videos/") == 0
        else:
            await until(lambda: state in states_on_disk(tmp_path))
        await run.process.kill()
        assert run.arrived == []
        request_ids = {one["request_id"] for one in run.requests}
    provider.behave("ok")
    provider.behave("ok", candidate=provider.candidates[0])
    async with home_assistant(simulator, tmp_path) as run:
        await _ready(run, 1)
        assert [one["title"] for one in run.arrived] == ["Late Train (2022)"]
        assert {one["request_id"] for one in run.requests} <= request_ids
        assert all(one["repeated"] for one in run.requests)
        assert subtitles_of(film) == ["eng"]
        assert simulator.journal.count("POST", "/Videos/") == 1
        await until(lambda: not states_on_disk(tmp_path))


async def test_a_person_gets_what_was_there_before_served_and_chooses_what_it_gets(
    simulator: JellyfinSimulator, films: SimLibrary, provider: SubtitleProvider, tmp_path: Path
) -> None:
    """It is no news."""
    provider.offer("eng", name="the other one", downloads=1)
    older, newer = (
        simulator.add_film(films, name, year=2022, streams=WITHOUT, announce=False) for name in ("Ebb", "Flow")
    )
    older.created = simulator.core.clock.time() - 60
    async with home_assistant(simulator, tmp_path) as run, await run.api.socket() as socket:
        await set_up(run, simulator)
        for is_dry in (True, False):
            data = {"dry_run": is_dry, "limit": 1}
            answer = await socket.call_service(DOMAIN, "scan_library", data, return_response=True)
            assert [one["item_id"] for one in answer["requests"]] == [newer.item_id]
        await until(lambda: len(run.arrived) == 1)
        assert run.arrived[0]["request_id"] == answer["requests"][0]["request_id"]

        answer = await socket.call_service(DOMAIN, "search", {"item_id": older.item_id}, return_response=True)
        (search,) = answer["searches"]
        (chosen,) = [one["subtitle_id"] for one in search["candidates"] if one["name"] == "the other one"]
        named = {"item_id": older.item_id, "language": search["language"], "subtitle_id": chosen}
        answer = await socket.call_service(DOMAIN, "download", named, return_response=True)
        assert (answer["state"], answer["item_id"]) == ("arrived", older.item_id)
        assert simulator.journal.find("GET", "/Providers/Subtitles/Subtitles/")[-1].path.endswith(chosen)
        assert subtitles_of(older) == subtitles_of(newer) == ["eng"]
        assert run.failed == run.events == []
        assert [one["item_id"] for one in run.ready] == [older.item_id]
        assert run.complaints() == []


async def _ready(run: Run, count: int) -> None:
    await until(lambda: len(run.ready) >= count, timeout=120)


async def _failed(run: Run, count: int) -> None:
    await until(lambda: len(run.failed) >= count)
