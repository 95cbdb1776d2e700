"""The webhook, as those see it who post to it."""

from dataclasses import replace
from datetime import timedelta
import gzip
from http import HTTPStatus
import json
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import async_capture_events
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from custom_components.jellyfin_subtitles.const import EVENT_MEDIA_ADDED
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from custom_components.jellyfin_subtitles.engine.webhook import Dialect
from custom_components.jellyfin_subtitles.webhook import LARGEST_BODY, TEMPLATE, WebhookStatus
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from jellyfin_simulator import JellyfinSimulator, SimLibrary

from . import until
from .engine.jellyfin.recorded import posts
from .engine.webhook_bodies import PLUGIN, RADARR, SHEMANAEV, SONARR
from .posting import Door, body_about

pytestmark = pytest.mark.usefixtures("no_gathering")


@pytest.fixture
async def door(loaded: JellyfinSubtitlesConfigEntry, hass_client_no_auth: ClientSessionGenerator) -> Door:
    """Return the webhook of a loaded entry, from outside."""
    return Door(await hass_client_no_auth(), loaded)


async def test_a_film_that_only_the_webhook_names_is_announced(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, door: Door
) -> None:
    events = async_capture_events(hass, EVENT_MEDIA_ADDED)
    film = simulator.add_film(films, "Night Ferry", year=2020, announce=False)

    # What the body says of the film is not believed.
    assert await door.post(body_about(simulator, film, Name="Another", Year=1999)) == (200, "Accepted.")

    await until(lambda: events)
    assert await door.post(body_about(simulator, film)) == (200, "Accepted.")
    await door.entry.runtime_data.listener.sync_now()
    await door.entry.runtime_data.pipeline.drain()
    assert [(event.data["title"], event.data["source"]) for event in events] == [("Night Ferry (2020)", "webhook")]
    assert door.entry.data[CONF_WEBHOOK_ID] not in json.dumps(events[0].data)


async def test_a_film_that_both_doors_name_is_announced_once(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, door: Door
) -> None:
    events = async_capture_events(hass, EVENT_MEDIA_ADDED)
    for number in range(3):
        film = simulator.add_film(films, f"Film {number}", year=2020)
        await door.post(body_about(simulator, film))
        simulator.update_all(films)

    await until(lambda: len(events) >= 3)
    await door.entry.runtime_data.listener.sync_now()
    await door.entry.runtime_data.pipeline.drain()
    assert sorted(event.data["name"] for event in events) == ["Film 0", "Film 1", "Film 2"]


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize(
    ("body", "dialect"),
    [
        (PLUGIN, Dialect.PLUGIN),
        (SHEMANAEV, Dialect.SHEMANAEV),
        (SONARR, Dialect.SONARR),
        (RADARR | {"eventType": "Test"}, Dialect.RADARR),
        (PLUGIN | {"NotificationType": "PlaybackStart"}, Dialect.PLUGIN),
    ],
)
async def test_every_dialect_is_accepted_and_counted(
    simulator: JellyfinSimulator, door: Door, body: dict[str, Any], dialect: Dialect, method: str
) -> None:
    assert door.status == WebhookStatus(registered=True)
    text = json.dumps(body).replace(PLUGIN["ServerId"], simulator.server_id)

    assert await door.post(text.encode(), method) == (200, "Accepted.")
    assert await door.post(text.encode(), method) == (200, "Accepted.")

    status = door.status
    assert (status.registered, status.count, status.last_dialect, status.refused) == (True, 2, dialect, 0)
    assert status.last_call is not None
    assert abs(status.last_call - dt_util.utcnow()) < timedelta(minutes=1)


@pytest.mark.parametrize("version", ["10.11", "12.0"])
async def test_recorded_posts_are_accepted_by_their_server_only(hass: HomeAssistant, door: Door, version: str) -> None:
    for post in posts(version, "webhook"):
        status, reason = await door.post(post.body.encode(), headers={"Content-Type": post.headers["Content-Type"]})
        assert (status, reason) == (403, "The body is about another Jellyfin server.")
        own = post.body.replace(PLUGIN["ServerId"], str(door.entry.unique_id))
        own = own.replace("30ef040ec0a64134b5c71f6365f0cbf2", str(door.entry.unique_id))
        assert (await door.post(own.encode()))[0] == 200


async def test_the_template_to_paste_is_read(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, door: Door
) -> None:
    events = async_capture_events(hass, EVENT_MEDIA_ADDED)
    film = simulator.add_film(films, "Night Ferry", year=2020, announce=False)
    values = {"NotificationType": "ItemAdded", "ItemType": "Movie", "ServerId": simulator.server_id}
    # As the plugin writes ids into templates.
    values["ItemId"] = "-".join(
        film.item_id[start:end] for start, end in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32))
    )
    body = TEMPLATE
    for name, value in values.items():
        body = body.replace(f"{{{{{name}}}}}", value)

    await door.post(body.encode(), headers={"Content-Type": "application/json"})

    await until(lambda: events)
    assert "{{" not in body
    assert door.status.last_dialect is Dialect.PLUGIN_TEMPLATE


async def test_an_import_makes_us_look(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, door: Door
) -> None:
    events = async_capture_events(hass, EVENT_MEDIA_ADDED)
    simulator.add_film(films, "Night Ferry", year=2020, announce=False)
    worker = door.entry.runtime_data.listener._catch_ups
    worker._pace = replace(worker._pace, delay=0, interval=0)

    await door.post(RADARR)

    await until(lambda: events)
    assert events[0].data["source"] == "sync"


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b"", 400, "not JSON"),
        (b"\xff" * 100, 400, "not JSON"),
        (b"[]", 400, "not an object"),
        (b'{"a": 1}', 400, "names no item"),
        (b'{"ItemId": "' + b" " * LARGEST_BODY + b'"}', 413, "larger than"),
        (json.dumps(PLUGIN).encode(), 403, "another Jellyfin server"),
    ],
    ids=["empty", "bytes", "list", "unrecognized", "large", "foreign"],
)
async def test_what_is_of_no_use_is_refused_and_changes_nothing(
    simulator: JellyfinSimulator, door: Door, body: bytes, status: int, reason: str
) -> None:
    simulator.journal.clear()

    answer, text = await door.post(body)

    assert answer == status
    assert reason in text
    assert simulator.journal.requests == []
    assert door.entry.runtime_data.pipeline.pending == 0
    assert (door.status.count, door.status.last_call, door.status.last_dialect) == (0, None, None)
    assert (door.status.refused, door.status.last_refusal) == (1, text)


async def test_the_largest_body_that_is_allowed_is_accepted(door: Door) -> None:
    body = json.dumps(RADARR).encode().ljust(LARGEST_BODY)
    assert (await door.post(body))[0] == 200
    assert (await door.post(body + b" "))[0] == 413


async def test_compressed_bodies_are_read_and_no_further_than_others(door: Door) -> None:
    compressed = {"Content-Encoding": "gzip"}
    assert (await door.post(gzip.compress(json.dumps(RADARR).encode()), headers=compressed))[0] == 200
    assert (await door.post(gzip.compress(b" " * 20 * LARGEST_BODY), headers=compressed))[0] == 413
    assert (await door.post(b"not gzip at all", headers=compressed))[0] == 400


@pytest.mark.parametrize(("method", "status"), [("GET", 405), ("DELETE", 405), ("PATCH", 405), ("HEAD", 200)])
async def test_other_methods_are_refused(door: Door, method: str, status: int) -> None:
    assert (await door.post(PLUGIN, method))[0] == status
    assert door.status == WebhookStatus(registered=True)


async def test_it_can_be_called_through_home_assistants_own_socket_as_the_cloud_does(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    loaded: JellyfinSubtitlesConfigEntry,
) -> None:
    events = async_capture_events(hass, EVENT_MEDIA_ADDED)
    film = simulator.add_film(films, "Night Ferry", year=2020, announce=False)
    client = await hass_ws_client(hass)
    body = json.dumps(body_about(simulator, film))

    for sent in (body, " " * (LARGEST_BODY + 1)):
        await client.send_json_auto_id(
            {"type": "webhook/handle", "webhook_id": loaded.data[CONF_WEBHOOK_ID], "method": "POST", "body": sent}
        )
    answers = [await client.receive_json() for _ in range(2)]

    assert [answer["result"]["status"] for answer in answers] == [200, 413]
    await until(lambda: events)


async def test_an_entry_that_is_unloaded_does_not_listen_any_more(
    hass: HomeAssistant, simulator: JellyfinSimulator, films: SimLibrary, door: Door
) -> None:
    film = simulator.add_film(films, "Night Ferry", year=2020, announce=False)
    manager = door.entry.runtime_data.webhook
    await door.post(body_about(simulator, film))

    await hass.config_entries.async_unload(door.entry.entry_id)

    # Home Assistant itself answers here, and always in the same way.
    assert await door.post(body_about(simulator, film)) == (HTTPStatus.OK, "")
    assert (manager.status.registered, manager.status.count) == (False, 1)
    await hass.config_entries.async_setup(door.entry.entry_id)
    assert await door.post(body_about(simulator, film)) == (200, "Accepted.")
