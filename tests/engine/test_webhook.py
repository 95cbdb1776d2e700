"""What is read out of a post: ids and reasons to look, and a reason for each refusal."""

import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import normalize_id
from custom_components.jellyfin_subtitles.engine.webhook import Dialect, Hint, Refusal, read_post
from tests.simulator.recording import WebhookStep

from .jellyfin.examples import JSON
from .jellyfin.recorded import VERSIONS, posts
from .webhook_bodies import DASHED_FILM, FILM, OTHER_SERVER, PLUGIN, RADARR, SERVER, SHEMANAEV, SONARR

# Where the posts of each version came from.
SERVERS = {"10.11": OTHER_SERVER, "12.0": SERVER}
DIALECTS = {"/all": Dialect.PLUGIN, "/template": Dialect.PLUGIN_TEMPLATE}


def read(body: object, server_id: str = SERVER) -> Hint | Refusal:
    """Read a body: bytes as they are, anything else as JSON."""
    return read_post(body if isinstance(body, bytes) else json.dumps(body).encode(), server_id=server_id)


def ids_of(read_as: Hint | Refusal) -> tuple[str, ...]:
    """Return the ids of what was accepted."""
    assert isinstance(read_as, Hint)
    return read_as.item_ids


def told_by(post: WebhookStep) -> dict[str, Any]:
    """Return what a recorded post says; a template that names a title with quotes is not quite JSON."""
    told: dict[str, Any] = json.loads(post.body.replace("\\&quot;", "'"))
    return told


@pytest.mark.parametrize("path", DIALECTS)
@pytest.mark.parametrize("scenario", ["webhook", "webhook_added"])
@pytest.mark.parametrize("version", VERSIONS)
def test_every_recorded_post_is_understood(version: str, scenario: str, path: str) -> None:
    for post in posts(version, scenario, path):
        told = told_by(post)
        is_news = told["NotificationType"] == "ItemAdded"
        expected = (told["ItemId"].replace("-", ""),) if is_news else ()
        assert read(post.body.encode(), SERVERS[version]) == Hint(DIALECTS[path], expected)


def test_the_recordings_hold_films_episodes_and_a_removal_with_all_properties_and_by_a_template() -> None:
    for path in DIALECTS:
        told = [
            told_by(post)
            for version in VERSIONS
            for scenario in ("webhook", "webhook_added")
            for post in posts(version, scenario, path)
        ]
        kinds = {(one["NotificationType"], one["ItemType"]) for one in told}
        assert kinds == {("ItemAdded", "Movie"), ("ItemAdded", "Episode"), ("ItemDeleted", "Movie")}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_recorded_post_of_another_server_is_refused(version: str) -> None:
    stranger = next(server for name, server in SERVERS.items() if name != version)
    for post in posts(version, "webhook"):
        assert read(post.body.encode(), stranger) is Refusal.FOREIGN_SERVER


@pytest.mark.parametrize("body", [{"ItemId": DASHED_FILM}, {"NotificationType": "ItemAdded", "ItemId": DASHED_FILM}])
def test_of_a_template_the_id_is_enough(body: dict[str, Any]) -> None:
    assert read(body) == Hint(Dialect.PLUGIN_TEMPLATE, (FILM,))


@pytest.mark.parametrize("kind", ["ItemDeleted", "PlaybackStart", "UserDataSaved", "TaskCompleted", "Generic", "new"])
def test_a_notification_about_something_else_is_accepted_and_means_nothing(kind: str) -> None:
    assert read(PLUGIN | {"NotificationType": kind}) == Hint(Dialect.PLUGIN)
    assert read(SHEMANAEV | {"Event": kind}) == Hint(Dialect.SHEMANAEV)


@pytest.mark.parametrize("item_id", [None, "", 5, "{{ItemId}}", "0" * 32, [FILM], {"Id": FILM}])
def test_an_addition_without_a_usable_id_is_a_reason_to_look(item_id: object) -> None:
    assert read(PLUGIN | {"ItemId": item_id}) == Hint(Dialect.PLUGIN, look=True)
    assert read(SHEMANAEV | {"Item": {"Id": item_id}}) == Hint(Dialect.SHEMANAEV, look=True)


@pytest.mark.parametrize("item", [None, "", 5, FILM, [], {}])
def test_an_addition_without_a_usable_item_is_a_reason_to_look(item: object) -> None:
    assert read(SHEMANAEV | {"Item": item}) == Hint(Dialect.SHEMANAEV, look=True)


@pytest.mark.parametrize("kind", ["ItemAdded", "ItemUpdated"])
def test_of_a_whole_item_only_its_id_is_used(kind: str) -> None:
    assert read(SHEMANAEV | {"Event": kind}) == Hint(Dialect.SHEMANAEV, (FILM,))


@pytest.mark.parametrize(("body", "dialect"), [(SONARR, Dialect.SONARR), (RADARR, Dialect.RADARR)])
def test_an_import_is_a_reason_to_look_and_nothing_else_of_it_counts(body: dict[str, Any], dialect: Dialect) -> None:
    assert read(body) == Hint(dialect, look=True)
    for kind in ("Test", "Grab", "Rename", "EpisodeFileDelete"):
        assert read(body | {"eventType": kind}) == Hint(dialect)


@pytest.mark.parametrize(("name", "dialect"), [("Sonarr", Dialect.SONARR), ("Radarr (4K)", Dialect.RADARR)])
def test_what_they_post_about_themselves_is_accepted_too(name: str, dialect: Dialect) -> None:
    assert read({"eventType": "Health", "instanceName": name, "level": "warning"}) == Hint(dialect)


@pytest.mark.parametrize(
    "body",
    [
        {"ServerId": OTHER_SERVER},
        {"ServerId": "another"},
        {"ServerId": [SERVER]},
        {"Server": {"Id": OTHER_SERVER}},
        {"Item": {"Id": FILM, "ServerId": OTHER_SERVER}},
    ],
)
def test_a_post_that_names_another_server_is_refused(body: dict[str, Any]) -> None:
    assert read(PLUGIN | body) is Refusal.FOREIGN_SERVER
    assert read(SHEMANAEV | body) is Refusal.FOREIGN_SERVER


@pytest.mark.parametrize("server_id", [SERVER.upper(), "CC935BFE-01B6-4A6D-8358-CB054C731A39", "", None])
def test_the_server_may_be_spelt_otherwise_or_not_named_at_all(server_id: object) -> None:
    assert ids_of(read(PLUGIN | {"ServerId": server_id})) == (FILM,)


def test_a_server_whose_id_is_none_of_the_usual_is_recognised() -> None:
    assert ids_of(read(PLUGIN | {"ServerId": "my-server"}, "my-server")) == (FILM,)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\xfd",
        b"<html>",
        b'{"ItemId":"\xc3"}',
        b"[" * 200_000,
        b'{"Item":' * 200_000,
        b'{"ItemId":' + b"9" * 10_000 + b"}",
        b'{"Name":"' + b"\\&" * 10_000 + b'"}',
    ],
    ids=["empty", "bytes", "html", "half a character", "deep", "deeper", "huge", "long"],
)
def test_what_is_not_json_is_refused(body: bytes) -> None:
    assert read(body) is Refusal.NOT_JSON


@pytest.mark.parametrize("body", [None, True, 5, FILM, [], [PLUGIN]])
def test_json_that_is_no_object_is_refused(body: object) -> None:
    assert read(body) is Refusal.NOT_AN_OBJECT


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"Name": "Night Ferry"},
        {"ItemId": "5"},
        {"NotificationType": 5},
        {"Event": "ItemAdded"},
        {"eventType": "Download"},
        {"eventType": "Download", "instanceName": "Lidarr", "artist": {}},
        {"instanceName": "Sonarr", "series": {"title": "Harbor Lights"}},
    ],
)
def test_a_post_without_an_id_from_no_known_program_is_refused(body: dict[str, Any]) -> None:
    assert read(body) is Refusal.UNRECOGNIZED


def test_either_the_item_or_the_server_shows_whose_post_it_is() -> None:
    """A template of that plugin may leave out the other one."""
    for left_out in ("Item", "Server"):
        body = {key: value for key, value in SHEMANAEV.items() if key != left_out}
        assert read(body) == (Hint(Dialect.SHEMANAEV, look=True) if left_out == "Item" else read(SHEMANAEV))


def test_how_the_text_is_written_does_not_matter() -> None:
    text = json.dumps(PLUGIN)
    for body in (text.encode("utf-8-sig"), text.encode("utf-16"), b"\r\n" + text.encode() + b"\n"):
        assert ids_of(read(body)) == (FILM,)


@pytest.mark.parametrize(
    "name",
    ["\\&quot;Line\\&quot;", "Night \\\\ Ferry \\", "C:\\Users\\new", "\\u00e9t\\u00", "two\r\nlines", "\\\\\\"],
)
def test_a_title_that_a_template_puts_in_as_it_is_does_no_harm(name: str) -> None:
    body = f'{{"Name":"{name} ","ItemId":"{DASHED_FILM}","ItemType":"Movie"}}'
    assert read(body.encode()) == Hint(Dialect.PLUGIN_TEMPLATE, (FILM,))


def test_values_that_no_server_sends_do_no_harm() -> None:
    odd = '"Name": "\\ud83d", "Year": NaN, "RunTimeTicks": -Infinity, "ItemType": {"ItemType": []}'
    body = json.dumps(PLUGIN)[:-1] + f', {odd}, "ItemId": "{DASHED_FILM}"}}'
    assert read(body.encode()) == Hint(Dialect.PLUGIN, (FILM,))


@given(st.binary())
def test_bytes_are_refused_or_at_least_no_news(body: bytes) -> None:
    assert isinstance(read(body), Refusal)


@given(JSON, st.sampled_from([PLUGIN, SHEMANAEV, SONARR, RADARR]), st.data())
def test_whatever_stands_in_it_nothing_is_made_up(value: object, body: dict[str, Any], data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(body)))
    read_as = read(body | {key: value})
    if isinstance(read_as, Hint):
        assert all(normalize_id(item_id) == item_id for item_id in read_as.item_ids)
        text = json.dumps([body, value]).lower()
        assert all(item_id in text for item_id in read_as.item_ids)
