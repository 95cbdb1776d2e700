"""Where records go."""

from datetime import UTC, datetime, timedelta
import io
import json
import logging
import os

import pytest

from jellyfin_terminal import records
from jellyfin_terminal.output import Output

from .saying import NEWS

LOGGER = logging.getLogger("jellyfin_terminal.tests")


def raise_for(title: str) -> None:
    """Stumble."""
    raise KeyError(title)


def fail_over(title: str) -> None:
    """Log as the engine does what should not have happened."""
    try:
        raise_for(title)
    except KeyError:
        LOGGER.exception("A listener failed over %s", title)


@pytest.mark.parametrize("show_names", [False, True])
def test_a_record_is_a_line_of_json_with_its_time(show_names: bool) -> None:
    stream = io.StringIO()
    Output(stream, as_json=True, show_names=show_names).say(records.of_announcement(NEWS))
    (line,) = stream.getvalue().splitlines()
    record = json.loads(line)
    assert list(record)[:2] == ["time", "event"]
    assert abs(datetime.now(UTC) - datetime.fromisoformat(record["time"])) < timedelta(minutes=1)
    assert record["title"] == (NEWS.title if show_names else "title-1")


def test_a_record_is_a_line_of_words() -> None:
    stream = io.StringIO()
    Output(stream, as_json=False, show_names=False).say(records.of_mass(600))
    assert stream.getvalue().endswith("  many at once: 600 files may lack subtitles, none of them is asked for\n")


@pytest.mark.parametrize(
    ("show_names", "message"), [(False, "A listener failed over %s"), (True, "A listener failed over Fog")]
)
def test_what_the_engine_stumbles_over_is_said_without_the_names_in_it(show_names: bool, message: str) -> None:
    stream = io.StringIO()
    output = Output(stream, as_json=True, show_names=show_names)
    LOGGER.addHandler(output)
    try:
        fail_over("Fog")
        LOGGER.info("Nobody needs to know")
    finally:
        LOGGER.removeHandler(output)
    record = json.loads(stream.getvalue())
    assert record.pop("where")[-1].startswith("test_output.py:")
    del record["time"]
    assert record == {"event": "problem", "logger": "tests", "message": message, "exception": "KeyError"}


def test_an_output_that_nobody_reads_any_more_says_so_once() -> None:
    """What is said afterwards goes nowhere, without a word."""
    read, write = os.pipe()
    os.close(read)
    broken: list[str] = []
    with os.fdopen(write, "w", encoding="utf-8") as stream:
        output = Output(stream, as_json=False, show_names=False)
        output.say(records.of_mass(1))
        assert isinstance(output.broken, BrokenPipeError)
        output.on_broken = lambda: broken.append("again")
        output.say(records.of_mass(2))
    assert broken == []
