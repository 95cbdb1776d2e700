"""translations/: whatever the code names is there, whatever is there is named, in each language, and well formed."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
import re
from string import Formatter
from typing import Any

import pytest

from custom_components.jellyfin_subtitles.engine.languages import LANGUAGES, language_named
from custom_components.jellyfin_subtitles.engine.ledger_models import RecordState
from custom_components.jellyfin_subtitles.trigger import ITEM_TYPES, TRIGGERS
from custom_components.jellyfin_subtitles.wording import KINDS, REASONS

from . import source

TEXTS: Mapping[str, Any] = source.read_json("translations/en.json")
TRANSLATED = sorted(path.stem for path in (source.COMPONENT / "translations").glob("*.json"))

# What may stand at a place, `*` for any one key. A place that no line allows is a mistake in writing.
PLACES = (
    "title",
    "common.*",
    *(
        f"{flow}.{place}"
        for flow in ("config", "config_subentries.*", "options", "issues.*.fix_flow")
        for place in (
            "step.*.title",
            "step.*.description",
            "step.*.submit",
            "step.*.data.*",
            "step.*.data_description.*",
            "step.*.menu_options.*",
            "step.*.menu_option_descriptions.*",
            "step.*.sections.*.name",
            "step.*.sections.*.description",
            "step.*.sections.*.data.*",
            "step.*.sections.*.data_description.*",
            "error.*",
            "abort.*",
            "progress.*",
            "create_entry.*",
        )
    ),
    "config.flow_title",
    "config.initiate_flow.user",
    "config_subentries.*.entry_type",
    "config_subentries.*.initiate_flow.*",
    "device.*.name",
    "entity.*.*.name",
    "entity.*.*.state.*",
    "entity.*.*.state_attributes.*.name",
    "entity.*.*.state_attributes.*.state.*",
    "entity.*.*.unit_of_measurement",
    "exceptions.*.message",
    "issues.*.title",
    "issues.*.description",
    "selector.*.options.*",
    "services.*.name",
    "services.*.description",
    "services.*.fields.*.name",
    "services.*.fields.*.description",
    "services.*.fields.*.example",
    "services.*.sections.*.name",
    "services.*.sections.*.description",
    "system_health.info.*",
    "triggers.*.name",
    "triggers.*.description",
    "triggers.*.fields.*.name",
    "triggers.*.fields.*.description",
)
DIALOGS = (("config", "ConfigFlow"), ("config_subentries.profile", "ConfigSubentryFlow"), ("options", "OptionsFlow"))
WITHOUT_PLACEHOLDERS = re.compile(r"^entity\..*\.(state(_attributes)?\.|unit_of_measurement$)")
KEY = re.compile(r"^(?!.+[_-]{2})[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?$")
ADDRESS = re.compile(r"(\w+://|www\.)[a-z0-9]", re.IGNORECASE)
MARKUP = re.compile(r"</?[a-z][^>]*>", re.IGNORECASE)


def walk(texts: Mapping[str, Any], place: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text with its place."""
    for key, value in texts.items():
        here = f"{place}.{key}".lstrip(".")
        if isinstance(value, Mapping):
            yield from walk(value, here)
        else:
            assert isinstance(value, str), f"{here} is no text"
            yield here, value


def section(place: str) -> Mapping[str, Any]:
    """Return what stands at a place; nothing if it is not there."""
    found: Any = TEXTS
    for key in place.split("."):
        found = found.get(key, {})
    assert isinstance(found, Mapping)
    return found


def placeholders(text: str) -> set[str]:
    """Return the names that a text has filled in."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


ALL_TEXTS = {language: dict(walk(source.read_json(f"translations/{language}.json"))) for language in TRANSLATED}
EACH_TEXT = [
    pytest.param(place, text, id=f"{language}-{place}")
    for language, texts in ALL_TEXTS.items()
    for place, text in texts.items()
]


@pytest.mark.parametrize(("place", "text"), EACH_TEXT)
def test_a_text_is_well_formed(place: str, text: str) -> None:
    """No address and no markup in it, no space around it, and nothing that Home Assistant would show as it stands."""
    assert any(re.fullmatch(allowed.replace(".", r"\.").replace("*", "[^.]+"), place) for allowed in PLACES)
    assert all(KEY.match(key) for key in place.split("."))
    assert text
    assert text == text.strip()
    assert not ADDRESS.search(text)
    assert not MARKUP.search(text)
    assert "[%key" not in text
    assert not re.search(r"'\{\w+\}'", text)
    assert all(name.isidentifier() for name in placeholders(text))
    assert not (WITHOUT_PLACEHOLDERS.match(place) and placeholders(text))


def test_english_is_the_only_source() -> None:
    """Custom integrations have no strings.json; what is asked of English below is so of each language."""
    assert not (source.COMPONENT / "strings.json").exists()
    assert {"de", "en"} <= set(TRANSLATED)


@pytest.mark.parametrize("language", TRANSLATED)
def test_each_language_says_all_that_english_says(language: str) -> None:
    """No text is missing, none is left over, and each fills in the same."""
    texts = {place: placeholders(text) for place, text in ALL_TEXTS[language].items()}
    assert texts == {place: placeholders(text) for place, text in ALL_TEXTS["en"].items()}


@pytest.mark.parametrize(("flow", "base"), DIALOGS)
def test_the_texts_of_a_dialog_are_the_ones_it_uses(flow: str, base: str) -> None:
    """Its steps, its errors and the reasons for which it ends: none is missing, none is left over."""
    assert set(section(f"{flow}.step")) == source.steps(base)
    assert set(section(f"{flow}.abort")) == source.flow_aborts(base)
    assert set(section(f"{flow}.progress")) == source.flow_progress(base)
    menus = [step["menu_options"] for step in section(f"{flow}.step").values() if "menu_options" in step]
    assert {option for menu in menus for option in menu} == source.menu_options(base)
    assert source.menu_options(base) <= source.steps(base)
    if base == "OptionsFlow" and not source.flow_classes(base):
        assert flow not in TEXTS
    else:
        assert set(section(f"{flow}.error")) == source.flow_errors(base)


@pytest.mark.parametrize(("flow", "base"), DIALOGS)
def test_each_field_of_a_dialog_is_named_and_explained(flow: str, base: str) -> None:
    """A field without an explanation is a riddle; an explanation without a field is never seen."""
    for step, texts in section(f"{flow}.step").items():
        assert texts.get("title"), step
        for part in (texts, *texts.get("sections", {}).values()):
            assert set(part.get("data", {})) == set(part.get("data_description", {})), step
        assert set(texts.get("menu_options", {})) == set(texts.get("menu_option_descriptions", {})), step


def test_the_fields_of_all_dialogs_have_texts() -> None:
    """Taken together; which step shows which field is asked by the tests of the dialogs."""
    named = {
        field
        for flow, _ in DIALOGS
        for step in section(f"{flow}.step").values()
        for part in (step, *step.get("sections", {}).values())
        for field in part.get("data", {})
    }
    sections = {
        name for flow, _ in DIALOGS for step in section(f"{flow}.step").values() for name in step.get("sections", {})
    }
    assert named | sections == source.fields()


@pytest.mark.parametrize(("flow", "base"), DIALOGS)
def test_a_dialog_can_fill_in_what_its_texts_ask_for(flow: str, base: str) -> None:
    """A placeholder nobody fills in makes Home Assistant show an error instead of the text."""
    wanted = {name for _, text in walk(section(flow)) for name in placeholders(text)}
    assert wanted <= source.flow_placeholders(base)


def test_the_exceptions_are_the_ones_that_are_raised() -> None:
    """None is missing, none is left over, and each is given exactly what its text fills in."""
    texts = section("exceptions")
    assert set(texts) == {use.key for use in source.exceptions()}
    for use in source.exceptions():
        assert placeholders(texts[use.key]["message"]) == use.placeholders, use.where


def test_the_repair_issues_are_the_ones_that_are_raised() -> None:
    """Also their placeholders; a fix flow may use fewer of them."""
    texts = section("issues")
    assert set(texts) == {use.key for use in source.issues()}
    for use in source.issues():
        issue = texts[use.key]
        assert ("description" in issue) != ("fix_flow" in issue), use.where
        named = {name for _, text in walk(issue) for name in placeholders(text)}
        assert named == use.placeholders, use.where


def test_the_texts_of_fix_flows_are_the_ones_they_use() -> None:
    """Home Assistant's own has one step; of ours, taken together, no text is missing and none is left over."""
    flows = [issue["fix_flow"] for issue in section("issues").values() if "fix_flow" in issue]
    base = "RepairsFlow"
    steps = [named for flow in flows for named in flow["step"].items()]
    menus = [step for _, step in steps if "menu_options" in step]
    assert {name for name, _ in steps} == source.steps(base) | {"confirm"}
    assert all(step["title"] and step["description"] for _, step in steps)
    assert {option for menu in menus for option in menu["menu_options"]} == source.menu_options(base)
    assert all(set(menu["menu_options"]) == set(menu["menu_option_descriptions"]) for menu in menus)
    assert all(
        set(flow.get("abort", {})) == (set() if set(flow["step"]) == {"confirm"} else source.flow_aborts(base))
        for flow in flows
    )


def test_the_entities_are_the_ones_that_exist() -> None:
    """Each has a name, unless its device class gives it one, and none is left over."""
    texts = section("entity")
    used = {platform: keys for platform, keys in source.entities().items() if keys}
    assert {platform: set(keys) for platform, keys in texts.items()} == used
    assert all(text.get("name") for keys in texts.values() for text in keys.values())


def test_the_actions_are_the_ones_that_are_registered() -> None:
    """In the translations, in services.yaml and in the code, with the same fields."""
    described = source.read_yaml("services.yaml")
    texts = section("services")
    assert set(texts) == set(described) == source.services()
    for name, action in described.items():
        plain = {field for field, content in (action or {}).get("fields", {}).items() if "fields" not in content}
        grouped = {field: content for field, content in (action or {}).get("fields", {}).items() if "fields" in content}
        assert texts[name]["name"]
        assert texts[name]["description"]
        assert set(texts[name].get("sections", {})) == set(grouped)
        inside = {field for content in grouped.values() for field in content["fields"]}
        assert set(texts[name].get("fields", {})) == plain | inside
        assert all(field["name"] and field["description"] for field in texts[name].get("fields", {}).values())


def test_the_triggers_are_the_ones_that_exist() -> None:
    """In the translations, in triggers.yaml and in the code, with the same fields; what can be chosen has a name."""
    described = source.read_yaml("triggers.yaml")
    texts = section("triggers")
    assert set(texts) == set(described) == set(TRIGGERS)
    for name, trigger in described.items():
        assert texts[name]["name"]
        assert texts[name]["description"]
        assert set(texts[name]["fields"]) == set(trigger["fields"])
        assert all(field["name"] and field["description"] for field in texts[name]["fields"].values())
        choice = trigger["fields"]["item_type"]["selector"]["select"]
        assert choice["options"] == ITEM_TYPES
        assert set(section(f"selector.{choice['translation_key']}.options")) == set(ITEM_TYPES)


def test_what_can_be_chosen_has_texts() -> None:
    """In the fields of dialogs; those of the triggers and of the actions are described in files of their own."""
    named = {key: set(texts["options"]) for key, texts in section("selector").items()}
    assert named == {**source.choices(), "item_type": set(ITEM_TYPES), "request_state": set(RecordState)}
    (states,) = [
        field["selector"]["select"]["options"]
        for action in source.read_yaml("services.yaml").values()
        for name, field in action["fields"].items()
        if name == "states"
    ]
    assert set(states) == set(RecordState)


def test_the_sentences_are_the_ones_that_are_said() -> None:
    """Those that begin alike are made of what they are about; the others are spelt out where they are said."""
    spelt = {
        node.value
        for node in ast.walk(source.tree_of(source.COMPONENT / "wording.py"))
        if isinstance(node, ast.Constant)
    }
    made = (
        {f"cause_{trigger}" for trigger in TRIGGERS}
        | {f"kind_{kind}" for kind in KINDS}
        | {f"progress_{state}" for state in RecordState if state.is_open}
        | {f"reason_{reason}" for reason in REASONS}
    )
    assert made < set(section("common"))
    assert set(section("common")) - made <= spelt


@pytest.mark.parametrize("path", sorted((source.COMPONENT / "translations").glob("*.json")), ids=lambda path: path.name)
def test_no_language_is_called_like_another(path: Path) -> None:
    """Nor like any code or English name of another: whoever types its name gets it, and nobody else's."""
    texts = source.read_json(f"translations/{path.name}")["selector"]["language"]["options"]
    assert set(texts) == {language.tag.lower() for language in LANGUAGES}
    assert len({name.casefold() for name in texts.values()}) == len(texts)
    assert [
        (language.tag, name)
        for language in LANGUAGES
        if language_named(name := texts[language.tag.lower()]) not in (language, None)
    ] == []


def test_languages_have_the_english_names_of_the_engine() -> None:
    """It has them for the terminal, which knows no Home Assistant."""
    texts = section("selector.language.options")
    assert {language: texts[language.tag.lower()] for language in LANGUAGES} == {
        language: language.name for language in LANGUAGES
    }
