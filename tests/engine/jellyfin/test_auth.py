"""The authorization header: a server that reads it as Jellyfin does gets every value back."""

from hypothesis import given, strategies as st
import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin.auth import authorization, session_id

from .recorded import VERSIONS, answers
from .serving import read_by_the_server

TEXT = st.text(st.characters(codec="utf-8"))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('x="123,123",   y="123",z="\'hi\'"', {"x": "123,123", "y": "123", "z": "'hi'"}),
        ("param=%22%Hörbücher", {"param": '"%Hörbücher'}),
    ],
)
def test_the_reader_of_these_tests_reads_as_jellyfin_does(header: str, expected: dict[str, str]) -> None:
    assert read_by_the_server(header) == expected


@given(client=TEXT, device=TEXT, device_id=TEXT, version=TEXT, token=st.none() | TEXT)
def test_the_server_gets_every_value_back(
    client: str, device: str, device_id: str, version: str, token: str | None
) -> None:
    header = authorization(client=client, device=device, device_id=device_id, version=version, token=token)

    scheme, _, pairs = header.partition(" ")
    expected = {"Client": client, "Device": device, "DeviceId": device_id, "Version": version}
    assert scheme == "MediaBrowser"
    assert read_by_the_server(pairs) == expected | ({} if token is None else {"Token": token})
    assert header.isascii()
    assert header.isprintable()


def test_without_a_token_there_is_no_word_of_one() -> None:
    header = authorization(client="Home Assistant", device="HA", device_id="1", version="1.0")

    assert header == 'MediaBrowser Client="Home%20Assistant", Device="HA", DeviceId="1", Version="1.0"'


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", ["admin", "child"])
def test_the_session_is_the_one_the_server_names(version: str, name: str) -> None:
    bodies = [step.body for step in answers(version, "sign_in", "POST", "/Users/AuthenticateByName")]
    named = [body["SessionInfo"]["Id"] for body in bodies if isinstance(body, dict) and body["User"]["Name"] == name]

    assert named
    assert set(named) == {session_id("Recorder", f"recorder-{name}")}
