"""Signing in to a server, and signing in again: by each way, in the dialogs of a real Home Assistant."""

import json
from pathlib import Path

import pytest

from jellyfin_simulator import JellyfinSimulator, SimLibrary

from .real_home import home_assistant, is_on_disk, set_up, until

pytestmark = pytest.mark.timeout(300)


async def test_a_person_signs_in_and_a_new_film_is_everywhere(
    simulator: JellyfinSimulator, films: SimLibrary, tmp_path: Path
) -> None:
    async with home_assistant(simulator, tmp_path) as run:
        await set_up(run, simulator)
        assert run.events == []
        item_id = simulator.write_film(films, "Night Ferry", year=2020, provider_ids={"Imdb": "tt9000001"})
        await until(lambda: bool(run.events))
        event = run.events[0]
        assert (event["item_id"], event["title"], event["library_name"]) == (item_id, "Night Ferry (2020)", "Films")
        assert event["complete"]
        assert event["web_link"].startswith(f"{simulator.url}/web/#/details?id={item_id}")
        assert event["server_id"] == simulator.server_id

        detected = await run.state("last_detected_item")
        assert detected["state"] == "Night Ferry (2020)"
        assert detected["attributes"]["audio_languages"] == event["audio_languages"]
        assert (await run.state("connection"))["state"] == "on"
        assert (await run.state("media_added"))["attributes"]["item_id"] == item_id
        poster = await run.state("poster")
        kind, content = await run.api.read(poster["attributes"]["entity_picture"])
        assert kind == "image/png"
        assert content

        # The message follows what the refresh already told: nothing is said twice.
        simulator.update_all(films)
        assert (await run.sync_now())["found"] == 0
        assert run.titles == ["Night Ferry (2020)"]
        assert run.complaints() == []
        diagnostics = json.dumps(await run.diagnostics())
    tokens = [device.token for device in simulator.core.accounts.devices.values()]
    assert tokens
    assert not any(token in diagnostics for token in tokens)


@pytest.mark.parametrize("way", ["quick_connect", "api_key"])
async def test_a_person_signs_in_without_a_password_and_nothing_but_a_token_is_kept(
    simulator: JellyfinSimulator, films: SimLibrary, tmp_path: Path, way: str
) -> None:
    async with home_assistant(simulator, tmp_path) as run:
        await set_up(run, simulator, way)
        simulator.write_film(films, "Night Ferry", year=2020)
        await until(lambda: run.titles == ["Night Ferry (2020)"])
        assert run.complaints() == []
    # Also as it stands on the disk after Home Assistant has ended.
    (key,) = simulator.core.accounts.api_keys
    (token,) = simulator.core.accounts.devices
    assert is_on_disk(tmp_path, token)
    assert not is_on_disk(tmp_path, key)
