"""The webhook of a real Home Assistant process, as whoever posts to it sees it."""

import asyncio
import json
from pathlib import Path
from uuid import UUID

import aiohttp
import pytest

from custom_components.jellyfin_subtitles.webhook import TEMPLATE
from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary
from tests.engine.jellyfin.recorded import posts
from tests.engine.knowing import an_id
from tests.engine.webhook_bodies import PLUGIN, RADARR, SHEMANAEV, SONARR
from tests.simulator.recording import WebhookStep

from .real_home import DOMAIN, Run, home_assistant, set_up, until

pytestmark = pytest.mark.timeout(300)


async def webhook_of(run: Run) -> str:
    """Return the address, as an administrator finds it."""
    async with await run.api.socket() as socket:
        hooks = await socket.command("webhook/list")
    (hook,) = [hook for hook in hooks if hook["domain"] == DOMAIN]
    assert (hook["local_only"], hook["allowed_methods"]) == (False, ["POST", "PUT"])
    return f"{run.api.url}/api/webhook/{hook['webhook_id']}"


def rendered(template: str, values: dict[str, str]) -> str:
    """Fill in a template as the Webhook plugin does."""
    for name, value in values.items():
        template = template.replace(f"{{{{{name}}}}}", value)
    return template


def posts_about(server_id: str, items: list[SimItem]) -> list[tuple[str, str]]:
    """Return type and body of what the plugins post, each post about an item of its own."""
    all_properties, template, own_template, shemanaev = (item.item_id for item in items)
    # As they were recorded, of the film and of the episode: with dashes in a template, and without.
    recorded_film = next(posts("12.0", "webhook_added", "/all"))
    *_, recorded_episode = posts("12.0", "webhook_added", "/template")
    values = {
        "NotificationType": "ItemAdded",
        "ItemType": "Movie",
        "ItemId": str(UUID(own_template)),
        "ServerId": server_id,
    }
    described = {"Id": shemanaev, "ServerId": server_id, "Type": "Movie"}

    def about(post: WebhookStep, item_id: str) -> tuple[str, str]:
        told = json.loads(post.body)
        body = post.body.replace(told["ServerId"], server_id).replace(told["ItemId"], item_id)
        return post.headers["Content-Type"], body

    return [
        about(recorded_film, all_properties),
        about(recorded_episode, str(UUID(template))),
        ("application/json", rendered(TEMPLATE, values)),
        ("application/json", json.dumps(SHEMANAEV | {"Item": described, "Server": {"Id": server_id}})),
    ]


async def test_what_only_a_post_reports_is_announced_in_every_dialect_and_nonsense_changes_nothing(
    simulator: JellyfinSimulator, films: SimLibrary, tmp_path: Path
) -> None:
    series = simulator.add_series(simulator.add_library("Series", "tvshows", announce=False), "Tides", announce=False)
    async with home_assistant(simulator, tmp_path) as run, aiohttp.ClientSession() as session:
        await set_up(run, simulator)
        address = await webhook_of(run)
        # From here on the server says nothing by itself.
        simulator.deafen_sockets()

        async def post(body: str, method: str = "POST", content_type: str = "application/json") -> int:
            headers = {"Content-Type": content_type}
            async with session.request(method, address, data=body, headers=headers) as response:
                return response.status

        added = [simulator.add_film(films, f"Film {number}", year=2020) for number in range(3)]
        added.insert(1, simulator.add_episode(series, 1, 1, "Low Tide"))
        methods = ("POST", "PUT", "POST", "POST")
        for (content_type, body), method in zip(posts_about(simulator.server_id, added), methods, strict=True):
            assert await post(body, method, content_type) == 200
        await until(lambda: len(run.announced) == 4)
        assert {event["source"] for event in run.events} == {"webhook"}

        # What Sonarr and Radarr have imported is found by asking.
        added.append(simulator.add_episode(series, 1, 2, "High Tide"))
        assert await post(json.dumps(SONARR)) == 200
        await until(lambda: len(run.announced) == 5)
        added.append(simulator.add_film(films, "Imported", year=2021))
        assert await post(json.dumps(RADARR)) == 200
        await until(lambda: len(run.announced) == 6)
        assert [event["source"] for event in run.events[4:]] == ["sync", "sync"]

        found = [item.item_id for item in added]
        assert await post("nonsense") == 400
        assert await post(json.dumps(PLUGIN)) == 403
        assert await post(" " * (1024 * 1024 + 1)) == 413
        assert await post("{}", "GET") == 405
        simulator.update_all(films)
        assert (await run.sync_now())["found"] == 0
        assert sorted(run.announced) == sorted(found)
        diagnostics = await run.diagnostics()
        status = diagnostics["data"]["webhook"]
        assert (status["count"], status["last_dialect"], status["refused"]) == (6, "radarr", 3)
        assert address.rpartition("/")[2] not in json.dumps(diagnostics)
        assert run.complaints() == []


async def test_a_thousand_posts_at_once_cost_few_requests_and_the_next_film_is_announced(
    simulator: JellyfinSimulator, films: SimLibrary, tmp_path: Path
) -> None:
    async with home_assistant(simulator, tmp_path) as run, aiohttp.ClientSession() as session:
        await set_up(run, simulator)
        address = await webhook_of(run)
        simulator.journal.clear()

        async def post(item_id: str) -> int:
            async with session.post(address, data=json.dumps({"ItemId": item_id})) as response:
                return response.status

        answers = await asyncio.gather(*(post(an_id(number + 2)) for number in range(1000)))
        assert set(answers) == {200}
        simulator.add_film(films, "Night Ferry", year=2020)
        await until(lambda: run.titles == ["Night Ferry (2020)"])
        # A request for each second in which something came, and now and then a catch-up.
        assert simulator.journal.count() < 40
        assert run.complaints() == []
