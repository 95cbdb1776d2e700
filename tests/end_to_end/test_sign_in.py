"""Signing in to a server by each way, signing in again, and following it to a new address."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from jellyfin_simulator import JellyfinSimulator, SimLibrary
from real_home_assistant import free_port

from .real_home import DOMAIN, LOGIN, a_moment, home_assistant, is_on_disk, set_up, until

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


async def test_what_came_while_the_sign_in_was_refused_is_announced_after_the_next_one(
    simulator: JellyfinSimulator, films: SimLibrary, tmp_path: Path
) -> None:
    async with home_assistant(simulator, tmp_path) as run:
        await set_up(run, simulator)
        (token,) = simulator.core.accounts.devices
        simulator.revoke_token(token)
        async with asyncio.timeout(60):
            while not (flows := await run.api.waiting_flows(DOMAIN)):
                await a_moment()
        assert [flow["context"]["source"] for flow in flows] == ["reauth"]
        assert (await run.state("connection"))["attributes"]["state"] == "sign_in_needed"
        film = simulator.add_film(films, "Meanwhile", year=2021)

        page = await run.api.page(flows[0]["flow_id"])
        answers = {
            "reauth_confirm": {"next_step_id": "password"},
            "password": {"username": LOGIN, "password": LOGIN},
        }
        page = await run.api.go_on(page, answers)
        assert (page["type"], page["reason"]) == ("abort", "reauth_successful")

        await until(lambda: bool(run.announced))
        await run.settled()
        assert await run.api.waiting_flows(DOMAIN) == []
        simulator.update_all(films)
        assert (await run.sync_now())["found"] == 0
        assert run.announced == [film.item_id]
        assert run.complaints() == []


async def test_a_server_that_has_moved_is_followed_and_another_one_in_its_place_is_not(
    simulator: JellyfinSimulator, films: SimLibrary, tmp_path: Path
) -> None:
    async with home_assistant(simulator, tmp_path) as run:
        await set_up(run, simulator)
        await simulator.kill()
        meanwhile = simulator.add_film(films, "Meanwhile", year=2021)
        stranger = JellyfinSimulator(name="stranger")
        await stranger.start()
        await simulator.start(free_port())
        entry_id = (await run.entry())["entry_id"]

        async def reconfigure(server: JellyfinSimulator) -> str:
            answers: dict[str, dict[str, Any]] = {
                "reconfigure": {"next_step_id": "reconfigure_address"},
                "reconfigure_address": {"url": server.url, "verify_ssl": True},
            }
            page = await run.api.flow(DOMAIN, answers, entry_id=entry_id)
            assert page["type"] == "abort", page
            return str(page["reason"])

        assert await reconfigure(stranger) == "unique_id_mismatch"
        await stranger.stop()
        assert run.announced == []
        assert await reconfigure(simulator) == "reconfigure_successful"

        await until(lambda: bool(run.announced))
        await run.settled()
        afterwards = simulator.write_film(films, "Afterwards", year=2022)
        await until(lambda: len(run.announced) == 2)
        simulator.update_all(films)
        assert (await run.sync_now())["found"] == 0
        assert run.announced == [meanwhile.item_id, afterwards]
        assert all(event["web_link"].startswith(simulator.url) for event in run.events)
        assert run.complaints() == []
