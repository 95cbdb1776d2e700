"""manifest.json and hacs.json, by the rules of hassfest for custom integrations and of the Marketplace (HACS)."""

import ast
from importlib.metadata import version
from importlib.util import find_spec
import json
from urllib.parse import urlsplit

from awesomeversion import AwesomeVersion, AwesomeVersionStrategy
import pytest
import voluptuous as vol

from homeassistant import loader
from homeassistant.core import HomeAssistant

from .source import COMPONENT, PACKAGE, ROOT, read_json, tree_of

VERSIONS = [
    AwesomeVersionStrategy.CALVER,
    AwesomeVersionStrategy.SEMVER,
    AwesomeVersionStrategy.SIMPLEVER,
    AwesomeVersionStrategy.BUILDVER,
    AwesomeVersionStrategy.PEP440,
]


def an_address(value: object) -> str:
    """Accept an address that is ours and can be opened in a browser."""
    parts = urlsplit(str(value))
    if parts.scheme != "https" or not parts.netloc:
        raise vol.Invalid("not an https address")
    if parts.netloc == "www.home-assistant.io" and parts.path.startswith("/integrations/"):
        raise vol.Invalid("custom integrations are not documented there")
    return str(value)


def a_version(value: object) -> str:
    """Accept what Home Assistant can compare."""
    AwesomeVersion(str(value), ensure_strategy=VERSIONS)
    return str(value)


def a_pinned_requirement(value: object) -> str:
    """Accept one version only: what was tested is what gets installed."""
    if "==" not in str(value):
        raise vol.Invalid("not pinned")
    return str(value)


MANIFEST = vol.Schema(
    {
        vol.Required("domain"): COMPONENT.name,
        vol.Required("name"): str,
        vol.Required("codeowners"): vol.All([vol.Match(r"^@[\w-]+$")], vol.Length(min=1)),
        vol.Required("documentation"): an_address,
        vol.Required("integration_type"): vol.In(
            ["device", "entity", "hardware", "helper", "hub", "service", "system"]
        ),
        vol.Required("iot_class"): vol.In(
            ["assumed_state", "calculated", "cloud_polling", "cloud_push", "local_polling", "local_push"]
        ),
        vol.Required("issue_tracker"): an_address,
        vol.Required("version"): a_version,
        vol.Optional("after_dependencies"): [str],
        vol.Optional("config_flow"): bool,
        vol.Optional("dependencies"): [str],
        vol.Optional("import_executor"): bool,
        vol.Optional("loggers"): [str],
        vol.Optional("quality_scale"): vol.In(["bronze", "silver", "gold", "platinum", "custom"]),
        vol.Optional("requirements"): [a_pinned_requirement],
        vol.Optional("single_config_entry"): bool,
    }
)
HACS = vol.Schema(
    {
        vol.Required("name"): str,
        vol.Optional("content_in_root"): bool,
        vol.Optional("country"): vol.Any(str, [str]),
        vol.Optional("filename"): str,
        vol.Optional("hacs"): a_version,
        vol.Optional("hide_default_branch"): bool,
        vol.Optional("homeassistant"): a_version,
        vol.Optional("persistent_directory"): str,
        vol.Optional("render_readme"): bool,
        vol.Optional("zip_release"): bool,
    }
)


def test_the_manifest_is_valid() -> None:
    """No key is missing, and none is unknown."""
    MANIFEST(read_json("manifest.json"))


def test_the_manifest_is_sorted() -> None:
    """Domain and name first, the rest by the alphabet."""
    keys = list(read_json("manifest.json"))
    assert keys == ["domain", "name", *sorted(keys[2:])]
    assert keys[:2] == ["domain", "name"]


async def test_home_assistant_can_load_the_manifest(hass: HomeAssistant) -> None:
    """Its own reader takes it as it is, and the domain is nobody else's."""
    integration = loader.Integration(hass, PACKAGE, COMPONENT, read_json("manifest.json"), set())
    assert integration.domain == COMPONENT.name
    assert integration.version is not None
    assert find_spec(f"homeassistant.components.{COMPONENT.name}") is None


def test_a_dialog_stands_behind_config_flow() -> None:
    """The key and the module belong together."""
    assert read_json("manifest.json").get("config_flow", False) == (COMPONENT / "config_flow.py").is_file()


def test_other_integrations_in_use_are_named() -> None:
    """An import of another integration is a dependency; the ones that are always loaded need no mention."""
    manifest = read_json("manifest.json")
    named = {*manifest.get("dependencies", []), *manifest.get("after_dependencies", [])}
    imported = {
        module.split(".")[2]
        for path in COMPONENT.rglob("*.py")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom) and (module := node.module or "").startswith("homeassistant.components.")
    }
    always = {
        "binary_sensor",
        "button",
        "diagnostics",
        "event",
        "image",
        # It asks for descriptions where it is set up; nobody else reads them.
        "logbook",
        "repairs",
        "sensor",
        "switch",
        "system_health",
        "todo",
    }
    assert imported - always <= named


def test_the_schema_refuses_configuration_in_yaml() -> None:
    """Everything is set up in dialogs; an `async_setup` without the schema would take any YAML silently."""
    source = (COMPONENT / "__init__.py").read_text("utf-8")
    if "def async_setup(" in source:
        assert "CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)" in source


def test_hacs_json_is_valid() -> None:
    """The same name as in the manifest, and no key unknown."""
    hacs = HACS(json.loads((ROOT / "hacs.json").read_text("utf-8")))
    assert hacs["name"] == read_json("manifest.json")["name"]
    assert bool(hacs.get("zip_release")) == bool(hacs.get("filename"))


def test_the_lowest_version_is_not_above_the_tested_one() -> None:
    """Whoever may install it gets what was tested, or something newer."""
    lowest = json.loads((ROOT / "hacs.json").read_text("utf-8"))["homeassistant"]
    assert AwesomeVersion(lowest) <= AwesomeVersion(version("homeassistant"))


@pytest.mark.parametrize("name", ["README.md", "LICENSE", "hacs.json"])
def test_the_repository_has_what_the_marketplace_shows(name: str) -> None:
    """Each at the root, under this name."""
    assert (ROOT / name).read_text("utf-8").strip()


def test_there_is_one_integration() -> None:
    """The Marketplace installs the first folder it finds."""
    folders = [path for path in COMPONENT.parent.iterdir() if path.is_dir() and not path.name.startswith(("_", "."))]
    assert folders == [COMPONENT]
