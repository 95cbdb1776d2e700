"""The README says what is true: its tables list what the code has, and its links lead somewhere."""

from datetime import UTC, datetime
import re

import yaml

from custom_components.jellyfin_subtitles.const import (
    EVENT_AUTOMATION_ASKED,
    EVENT_MEDIA_ADDED,
    EVENT_MEDIA_ADDED_BATCH,
    EVENT_MEDIA_READY,
    EVENT_SUBTITLE_ARRIVED,
    EVENT_SUBTITLE_FAILED,
    EVENT_SUBTITLE_REQUESTED,
)
from custom_components.jellyfin_subtitles.engine.asked import Asked
from custom_components.jellyfin_subtitles.engine.backends import FailureReason
from custom_components.jellyfin_subtitles.engine.jellyfin import MediaItem
from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.ledger_models import MediaReady, Outcome, Record, RecordState
from custom_components.jellyfin_subtitles.engine.models import (
    Announcement,
    ListenerState,
    MediaBatch,
    Needs,
    RequestReason,
    Source,
    SubtitleRequest,
)
from custom_components.jellyfin_subtitles.engine.wants import Want
from homeassistant.components.automation.config import PLATFORM_SCHEMA
from homeassistant.core import HomeAssistant
from homeassistant.helpers.trigger import async_validate_trigger_config

from . import source

README = (source.ROOT / "README.md").read_text("utf-8")
# What the coordinator adds to an announcement.
ADDED = {"config_entry_id", "server_id", "device_id", "web_link"}
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def chapter(heading: str) -> str:
    """Return what stands under a heading of the second level."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)
    assert found, heading
    return found[1]


def first_column(heading: str) -> list[str]:
    """Return the first cells of the tables under a heading."""
    rows = re.findall(r"^\| (.+?) \|", chapter(heading), re.MULTILINE)
    return [row for row in rows if not row.startswith("---")][1:]


def documented(heading: str) -> set[str]:
    """Return the keys that the table under a heading names, each once."""
    keys = re.findall(r"`(\w+)`", " ".join(first_column(heading)))
    assert len(keys) == len(set(keys))
    return set(keys)


def a_record() -> Record:
    """Return what is remembered of some subtitles."""
    want, reason = Want(Language("de")), RequestReason.ACTION
    return Record("id", "id", None, "movie", "Film", None, None, None, want, "r", reason, NOW, NOW, NOW)


def test_the_events_are_documented_key_by_key() -> None:
    """None is missing, and none is promised that is not there."""
    announcement = Announcement("id", "Movie", "name", "library", "Films", Source.WEBSOCKET, NOW, NOW)
    request = SubtitleRequest("r", announcement, Needs("id", None, (), (), ()), RequestReason.ACTION, NOW)
    media_added, batch, requested = "Event: media added", "Event: many at once", "Event: subtitle requested"
    of_an_item = set(announcement.as_dict())
    assert documented(media_added) == of_an_item | ADDED
    assert documented(batch) == set(MediaBatch((announcement,)).as_dict()) | ADDED - {"web_link"}
    assert documented(requested) == set(request.as_dict()) - of_an_item
    assert EVENT_MEDIA_ADDED in chapter(media_added)
    assert EVENT_MEDIA_ADDED_BATCH in chapter(batch)
    assert EVENT_SUBTITLE_REQUESTED in chapter(requested)
    assert all(f"`{door.value}`" in chapter(media_added) for door in Source)
    assert all(f"`{reason.value}`" in chapter(requested) for reason in RequestReason)


def test_the_outcomes_are_documented_key_by_key() -> None:
    """With every reason that there can be."""
    record = a_record()
    outcome, ready = "Event: subtitle arrived, subtitle failed", "Event: media ready"
    assert documented(outcome) == set(Outcome(record, RecordState.ARRIVED, NOW).as_dict())
    assert {EVENT_SUBTITLE_ARRIVED, EVENT_SUBTITLE_FAILED} <= set(re.findall(r"`(\w+)`", chapter(outcome)))
    assert all(f"`{reason.value}`" in chapter(outcome) for reason in FailureReason)
    assert EVENT_MEDIA_READY in chapter(ready)
    assert all(f"`{key}`" in chapter(ready) for key in MediaReady.of_record(record, repeated=False).as_dict())


def test_what_automations_are_asked_is_documented_key_by_key() -> None:
    """The table has what the event says, the text above it what every event says."""
    asked = "Event: automation asked"
    assert documented(asked) == set(Asked(a_record(), MediaItem("id", "Movie", "name")).as_dict())
    assert EVENT_AUTOMATION_ASKED in chapter(asked)
    assert all(f"`{key}`" in chapter(asked) for key in ADDED)


def test_the_entities_are_documented_under_their_names() -> None:
    """As the translations have them."""
    texts = source.read_json("translations/en.json")["entity"]
    names = {entity["name"] for platform in texts.values() for entity in platform.values()}
    assert set(re.findall(r"\*(\w[\w {}]+)\*", " ".join(first_column("Entities")))) == names
    assert all(f"`{state.value}`" in chapter("Entities") for state in ListenerState)


def test_the_fields_of_the_setup_are_documented_under_their_names() -> None:
    """As the dialog shows them."""
    steps = source.read_json("translations/en.json")["config"]["step"]
    names = {name for step in steps.values() for name in step.get("data", {}).values()}
    assert {name for cell in first_column("Setting it up") for name in cell.split(", ")} == names


def test_the_options_are_documented_under_their_names_and_pages() -> None:
    """As the dialog shows them."""
    steps = source.read_json("translations/en.json")["options"]["step"]
    pages = steps["init"]["menu_options"]
    shown = {name: page for step, page in pages.items() for name in steps[step].get("data", {}).values()}
    rows = re.findall(r"^\| (.+?) \| (.+?) \|", chapter("Options"), re.MULTILINE)
    assert dict(rows[2:]) == shown
    assert all(f"*{page}*" in " ".join(chapter("Options").split()) for page in pages.values())


def test_the_actions_are_documented_field_by_field() -> None:
    """By the names that automations use."""
    for name, action in source.read_yaml("services.yaml").items():
        assert f"`jellyfin_subtitles.{name}`" in chapter("Actions")
        assert all(f"| `{field}` |" in chapter("Actions") for field in action.get("fields", {}))


async def test_the_examples_are_what_home_assistant_takes(hass: HomeAssistant) -> None:
    """And there is one for each trigger."""
    examples = [yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```", README, re.MULTILINE | re.DOTALL)]
    automations = [automation for example in examples for automation in example.get("automation", ())]
    triggers = [trigger for one in automations for trigger in PLATFORM_SCHEMA(one)["triggers"]]
    heard = {trigger["platform"] for trigger in await async_validate_trigger_config(hass, triggers)}
    assert heard == {f"{source.COMPONENT.name}.{name}" for name in source.read_yaml("triggers.yaml")}


def test_the_triggers_are_documented_field_by_field() -> None:
    """By the names that automations use, and by those that the editor shows."""
    texts = source.read_json("translations/en.json")["triggers"]
    for name, trigger in source.read_yaml("triggers.yaml").items():
        assert f"| *{texts[name]['name']}* | `jellyfin_subtitles.{name}` |" in chapter("Triggers")
        for field in trigger["fields"]:
            assert f"| *{texts[name]['fields'][field]['name']}* | `{field}` |" in chapter("Triggers")


def test_the_system_information_is_documented_under_its_names() -> None:
    """As Home Assistant shows them."""
    names = source.read_json("translations/en.json")["system_health"]["info"].values()
    assert all(f"\n| {name} |" in chapter("When something is wrong") for name in names)


def test_the_blueprint_is_imported_from_where_it_is() -> None:
    """By the link, and by Home Assistant when it looks for a newer one; no other link hides the owner's placeholder."""
    path = "blueprints/automation/jellyfin_subtitles/subtitle_requested.yaml"
    blueprint = (source.ROOT / path).read_text("utf-8")
    (address,) = re.findall(r"blueprint_import/\?blueprint_url=([^)\s]+)", README)
    assert address.endswith(f"/jellyfin-subtitles/blob/main/{path}")
    assert f"source_url: {address}\n" in blueprint
    assert not re.search(r"\wOWNER|OWNER\w", README + blueprint), "scripts/set-owner replaces whole words"


def test_links_inside_the_repository_lead_somewhere() -> None:
    """To a file, or to a heading of this one."""
    headings = {
        re.sub(r"[^\w\- ]", "", line).strip().lower().replace(" ", "-")
        for line in re.findall(r"^#+ (.+)$", README, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)\s]+)\)", README):
        if target.startswith("#"):
            assert target[1:] in headings, target
        elif "://" not in target:
            assert (source.ROOT / target).is_file(), target


def test_each_picture_is_taken_on_the_walk_through_the_frontend_and_shown() -> None:
    walks = "\n".join(path.read_text("utf-8") for path in (source.ROOT / "tests/browser").glob("test_*.py"))
    taken = set(re.findall(r'\.picture\("([a-z-]+)"', walks))
    assert taken == {path.stem for path in (source.ROOT / "docs/images").iterdir()}
    assert taken == set(re.findall(r"\(docs/images/([a-z-]+)\.png\)", README))
