"""The README says of every record what is in it."""

import re

from jellyfin_terminal.options import parse

from .saying import one_of_each
from .script import ROOT

README = (ROOT / "README.md").read_text("utf-8")
CHAPTER = README.partition("\n## Listening from a terminal\n")[2].partition("\n## ")[0]
# What they hold is what an event in Home Assistant holds, and documented there.
OF_AN_EVENT = {"announcement", "batch", "request"}


def rows() -> dict[str, str]:
    """Return the second cells of the tables by the first."""
    return dict(re.findall(r"^\| `([^`]+)` \| (.+?) \|", CHAPTER, re.MULTILINE))


def test_every_record_is_documented_key_by_key() -> None:
    """None is missing, and none is promised that is not there."""
    for event, record in one_of_each().items():
        keys = set(record) - {"event"}
        documented = set(re.findall(r"`(\w+)`", rows()[event]))
        if event in OF_AN_EVENT:
            assert documented - {"item_id", "item_type"} == ({"delay"} if event == "announcement" else set())
            assert "](#event-" in rows()[event]
        else:
            assert documented == keys
    assert set(re.findall(r"^\| `(\w+)` \|", CHAPTER, re.MULTILINE)) - {"event"} == one_of_each().keys()


def test_what_ends_it_is_documented() -> None:
    """By the words in the last record."""
    assert all(f"`{reason}`" in CHAPTER for reason in ("asked", "sign_in_needed", "failed"))


def test_the_options_are_those_of_the_command() -> None:
    """And the examples are understood."""
    examples = re.findall(r"^scripts/listen (.+?)(?: >.*)?$", CHAPTER, re.MULTILINE)
    assert len(examples) == 2
    assert all(parse(example.split()).user == "NAME" for example in examples)
    optional = [cell.split()[0] for cell in rows() if cell.startswith("--")]
    assert optional == ["--language", "--library", "--insecure", "--json", "--show-names"]
