"""The webhook of a real Home Assistant process, as whoever posts to it sees it."""

import asyncio
import json
from pathlib import Path
from uuid import UUID

import aiohttp
import pytest

from custom_components.jellyfin_subtitles.webhook import TEMPLATE
from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary
from tests.engine.knowing import an_id
from tests.engine.webhook_bodies import PLUGIN, RADARR, SHEMANAEV

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


def bodies_about(server_id: str, items: list[SimItem]) -> list[str]:
    """Return what three programs say, each of an item of its own."""
    all_properties, template, shemanaev = (item.item_id for item in items)
    values = {
        "NotificationType": "ItemAdded",
        "ItemType": "Movie",
        "ItemId": str(UUID(template)),
        "ServerId": server_id,
    }
    described = {"Id": shemanaev, "ServerId": server_id, "Type": "Movie"}
    return [
        json.dumps(PLUGIN | {"ServerId": server_id, "ItemId": all_properties}),
        rendered(TEMPLATE, values),
        json.dumps(SHEMANAEV | {"Item": described, "Server": {"Id": server_id}}),
    ]


async def test_every_dialect_leads_to_an_announcement_and_nonsense_to_none(
    simulator: JellyfinSimulator, films: SimLibrary, tmp_path: Path
) -> None:
    async with home_assistant(simulator, tmp_path) as run, aiohttp.ClientSession() as session:
        await set_up(run, simulator)
        address = await webhook_of(run)

        async def post(body: str, method: str = "POST") -> int:
            async with session.request(method, address, data=body) as response:
                return response.status

        added = [simulator.add_film(films, f"Film {number}", year=2020, announce=False) for number in range(3)]
        for body, method in zip(bodies_about(simulator.server_id, added), ("POST", "PUT", "POST"), strict=True):
            assert await post(body, method) == 200
        await until(lambda: len(run.events) == 3)
        assert {event["source"] for event in run.events} == {"webhook"}

        # What Radarr has imported is found by asking.
        simulator.add_film(films, "Imported", year=2021, announce=False)
        assert await post(json.dumps(RADARR)) == 200
        await until(lambda: len(run.events) == 4)

        assert await post("nonsense") == 400
        assert await post(json.dumps(PLUGIN)) == 403
        assert await post(" " * (1024 * 1024 + 1)) == 413
        assert await post("{}", "GET") == 405
        simulator.update_all(films)
        assert (await run.sync_now())["found"] == 0
        assert sorted(run.titles) == ["Film 0 (2020)", "Film 1 (2020)", "Film 2 (2020)", "Imported (2021)"]
        diagnostics = await run.diagnostics()
        status = diagnostics["data"]["webhook"]
        assert (status["count"], status["last_dialect"], status["refused"]) == (4, "radarr", 3)
        assert address.rpartition("/")[2] not in json.dumps(diagnostics)


async def test_a_thousand_posts_at_once_cost_little_and_hold_up_nothing(
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
