"""icons.json, services.yaml and triggers.yaml, and that no file of the integration goes unchecked."""

from collections.abc import Iterator, Mapping
import json
from pathlib import Path
from typing import Any

import hass_frontend
import voluptuous as vol

from custom_components.jellyfin_subtitles.trigger import TRIGGERS
from homeassistant.helpers import config_validation as cv, selector

from . import source

FIELD = vol.Schema(
    {
        vol.Optional("default"): object,
        vol.Optional("example"): object,
        vol.Optional("required"): bool,
        vol.Optional("selector"): selector.validate_selector,
    }
)
ACTION = vol.Schema(
    {
        vol.Optional("target"): vol.Any(selector.TargetSelector.CONFIG_SCHEMA, None),
        vol.Optional("fields"): {
            str: vol.Any(FIELD, vol.Schema({vol.Required("fields"): {str: FIELD}, vol.Optional("collapsed"): bool}))
        },
    }
)
ICON = {vol.Optional("default"): str, vol.Optional("state"): {str: str}, vol.Optional("range"): {str: str}}
ICONS = vol.Schema(
    {
        vol.Optional("entity"): {str: {str: {**ICON, vol.Optional("state_attributes"): {str: ICON}}}},
        vol.Optional("services"): {str: {vol.Required("service"): str, vol.Optional("sections"): {str: str}}},
        vol.Optional("triggers"): {str: {vol.Required("trigger"): str}},
        vol.Optional("issues"): {
            str: {vol.Required("fix_flow"): {vol.Required("step"): {str: {"sections": {str: str}}}}}
        },
    }
)

# Every file beside the code, and the module that asks it questions. A new kind of file fails here until somebody does.
CHECKED = {
    "icons.json": "test_icons_and_services",
    "manifest.json": "test_manifest",
    "quality_scale.yaml": "test_quality_scale",
    "services.yaml": "test_icons_and_services",
    "triggers.yaml": "test_icons_and_services",
}


def icons(tree: Mapping[str, Any]) -> Iterator[str]:
    """Yield every icon that is named."""
    for value in tree.values():
        if isinstance(value, Mapping):
            yield from icons(value)
        else:
            yield value


def test_the_icons_are_well_formed() -> None:
    """By the schema of hassfest; an icon that repeats the default says nothing."""
    tree = ICONS(source.read_json("icons.json"))
    for platform in tree.get("entity", {}).values():
        for icon in platform.values():
            assert icon.get("default") not in icon.get("state", {}).values()


def test_the_icons_exist() -> None:
    """In the frontend that this version of Home Assistant brings along."""
    listed = Path(hass_frontend.__file__).parent / "static" / "mdi" / "iconList.json"
    known = {f"mdi:{icon['name']}" for icon in json.loads(listed.read_text("utf-8"))}
    used = set(icons(source.read_json("icons.json")))
    assert used
    assert used <= known


def test_every_entity_action_and_trigger_has_an_icon() -> None:
    """Or a device class that brings one; and no icon belongs to nothing."""
    tree = source.read_json("icons.json")
    named = {platform: set(keys) for platform, keys in tree.get("entity", {}).items()}
    for path in source.platforms():
        keys = source.entities()[path.stem]
        with_class = {
            source.text(path, source.keyword(call, "translation_key"))
            for call in source.descriptions(path)
            if source.keyword(call, "device_class") is not None
        }
        assert keys - with_class <= named.get(path.stem, set()) <= keys
    assert set(named) <= {path.stem for path in source.platforms()}
    assert set(tree.get("services", {})) == source.services()
    assert set(tree.get("triggers", {})) == set(TRIGGERS)


def test_no_icon_stands_in_the_code() -> None:
    """Icons belong into icons.json, where themes and states can change them."""
    for path in source.glue():
        assert "_attr_icon" not in path.read_text("utf-8"), path.name
        assert not [call for call in source.descriptions(path) if source.keyword(call, "icon") is not None], path.name


def test_the_actions_are_well_formed() -> None:
    """Their fields have selectors that this version of Home Assistant knows, and no field is there twice."""
    described = source.read_yaml("services.yaml")
    assert described
    for name, action in described.items():
        assert cv.slug(name) == name
        fields = (ACTION(action) or {}).get("fields", {})
        names = [name for name, content in fields.items() if "fields" not in content]
        names += [name for content in fields.values() if "fields" in content for name in content["fields"]]
        assert len(names) == len(set(names))


def test_the_triggers_are_well_formed() -> None:
    """Their fields have selectors that this version of Home Assistant knows."""
    described = source.read_yaml("triggers.yaml")
    assert described
    for name, trigger in described.items():
        assert cv.slug(name) == name
        assert vol.Schema({vol.Required("fields"): {str: FIELD}})(trigger)["fields"]


def test_no_file_goes_unchecked() -> None:
    """Whoever adds a file that Home Assistant reads adds the test that reads it before."""
    beside = {path.name for path in source.COMPONENT.iterdir() if path.is_file() and path.suffix != ".py"}
    assert beside == set(CHECKED)
    folders = {path.name for path in source.COMPONENT.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == {"brand", "engine", "translations"}
