"""An answer: whatever it holds, it means one of our own errors or nothing."""

from contextlib import suppress

from hypothesis import given, strategies as st
import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import (
    JellyfinError,
    JellyfinNotJellyfinError,
    JellyfinRedirectError,
    JellyfinResponseError,
)
from custom_components.jellyfin_subtitles.engine.jellyfin.answers import Answer

CONTENT = st.binary() | st.text().map(str.encode) | st.sampled_from([b"", b'"no"', b"{}", b'{"Items":[]}', b"<html>"])
HEADERS = st.dictionaries(st.sampled_from(["Content-Type", "Location", "Date"]), st.text())


@given(
    status=st.integers(100, 599),
    content=CONTENT,
    headers=HEADERS,
    of_library=st.booleans(),
    of_quick_connect=st.booleans(),
)
def test_every_status_means_success_or_an_error_of_ours(
    status: int, content: bytes, headers: dict[str, str], of_library: bool, of_quick_connect: bool
) -> None:
    refusal = Answer(status, headers, content).refusal(of_library=of_library, of_quick_connect=of_quick_connect)

    assert (refusal is None) is (200 <= status < 300)
    assert refusal is None or isinstance(refusal, JellyfinError)


@given(content=CONTENT)
def test_every_content_is_json_or_no_jellyfin(content: bytes) -> None:
    answer = Answer(200, {}, content)

    with suppress(JellyfinNotJellyfinError):
        answer.json()
    with suppress(JellyfinResponseError):
        assert isinstance(answer.rows(), list)


@given(date=st.text() | st.from_regex(r"[A-Z][a-z]{2}, \d{1,3} [A-Z][a-z]{2} \d{1,6} \d\d:\d\d:\d\d [-+]?\w{1,6}"))
def test_every_clock_is_right_or_not_there(date: str) -> None:
    moment = Answer(200, {"Date": date}, b"").server_time

    assert moment is None or moment.tzname() == "UTC"


def test_nothing_is_not_what_was_required() -> None:
    answer = Answer(200, {}, b"")

    assert answer.require("something") == "something"
    with pytest.raises(JellyfinResponseError):
        answer.require(None)


@pytest.mark.parametrize("status", [300, 302, 399])
def test_every_status_of_its_kind_points_elsewhere(status: int) -> None:
    refusal = Answer(status, {"Location": "http://other"}, b"").refusal()

    assert isinstance(refusal, JellyfinRedirectError)
    assert (refusal.status, refusal.location) == (status, "http://other")
    assert "http://other" in str(refusal)


@pytest.mark.parametrize("header", ["image/jpeg", "Image/JPEG", " image/jpeg ; q=1; charset=x"])
def test_what_the_content_is_said_to_be_is_read_without_parameters(header: str) -> None:
    assert Answer(200, {"Content-Type": header}, b"").content_type == "image/jpeg"
