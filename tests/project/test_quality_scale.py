"""quality_scale.yaml: every rule is answered, and what can be seen of an answer `done` is seen."""

import ast
from collections.abc import Callable
import re
import tomllib

import pytest
import voluptuous as vol

from . import source

TIERS = {
    "Bronze": (
        "action-setup appropriate-polling brands common-modules config-flow-test-coverage config-flow "
        "dependency-transparency docs-actions docs-conditions docs-high-level-description "
        "docs-installation-instructions docs-removal-instructions docs-triggers entity-event-setup entity-unique-id "
        "has-entity-name runtime-data test-before-configure test-before-setup unique-config-entry"
    ),
    "Silver": (
        "action-exceptions config-entry-unloading docs-configuration-parameters docs-installation-parameters "
        "entity-unavailable integration-owner log-when-unavailable parallel-updates reauthentication-flow test-coverage"
    ),
    "Gold": (
        "devices diagnostics discovery-update-info discovery docs-data-update docs-examples docs-known-limitations "
        "docs-supported-devices docs-supported-functions docs-troubleshooting docs-use-cases dynamic-devices "
        "entity-category entity-device-class entity-disabled-by-default entity-translations exception-translations "
        "icon-translations reconfiguration-flow repair-issues stale-devices"
    ),
    "Platinum": "async-dependency inject-websession strict-typing",
}
RULES = {rule for rules in TIERS.values() for rule in rules.split()}
ANSWER = vol.Any(
    vol.In(["done", "todo"]),
    vol.Schema({vol.Required("status"): vol.In(["done", "todo"]), vol.Optional("comment"): str}),
    vol.Schema({vol.Required("status"): "exempt", vol.Required("comment"): str}),
)

# What a rule about documentation asks for → the heading under which the README answers it.
HEADINGS = {
    "docs-actions": "Actions",
    "docs-configuration-parameters": "Options",
    "docs-data-update": "How it stays in sync",
    "docs-examples": "Examples",
    "docs-high-level-description": "What it does",
    "docs-installation-instructions": "Installation",
    "docs-installation-parameters": "Setting it up",
    "docs-known-limitations": "Limits",
    "docs-removal-instructions": "Removing it",
    "docs-supported-devices": "What it works with",
    "docs-supported-functions": "Entities",
    "docs-triggers": "Triggers",
    "docs-troubleshooting": "When something is wrong",
    "docs-use-cases": "What it is good for",
}


def answers() -> dict[str, str]:
    """Return the status of each rule."""
    rules = source.read_yaml("quality_scale.yaml")["rules"]
    return {rule: answer if isinstance(answer, str) else answer["status"] for rule, answer in rules.items()}


def code_of(name: str) -> str:
    """Return a module's text; empty if there is no such module."""
    path = source.COMPONENT / f"{name}.py"
    return path.read_text("utf-8") if path.is_file() else ""


def all_glue() -> str:
    """Return the text of everything above the engine."""
    return "\n".join(path.read_text("utf-8") for path in source.glue())


def has_function(name: str, function: str) -> bool:
    """Say whether a module has an asynchronous function or method of this name."""
    path = source.COMPONENT / f"{name}.py"
    return path.is_file() and any(
        isinstance(node, ast.AsyncFunctionDef) and node.name == function for node in ast.walk(source.tree_of(path))
    )


def entities_take_their_names_from_translations() -> bool:
    """Say whether every description has a translation key and none a name."""
    return all(
        source.keyword(call, "translation_key") is not None and source.keyword(call, "name") is None
        for path in source.platforms()
        for call in source.descriptions(path)
    )


def every_home_assistant_error_is_translated() -> bool:
    """Say whether each exception meant for people that is raised has a key."""
    kinds = ("ConfigEntry(AuthFailed|Error|NotReady)", "HomeAssistantError", "ServiceValidationError", "UpdateFailed")
    return all(
        isinstance(node.exc, ast.Call) and source.keyword(node.exc, "translation_key") is not None
        for path in source.glue()
        for node in ast.walk(source.tree_of(path))
        if isinstance(node, ast.Raise) and node.exc and re.match("|".join(kinds), ast.unparse(node.exc))
    )


def actions_are_registered_for_the_integration() -> bool:
    """Say whether `async_setup`, not the setup of an entry, registers the actions."""
    setup = next(
        node
        for node in source.tree_of(source.COMPONENT / "__init__.py").body
        if isinstance(node, ast.AsyncFunctionDef) and node.name == "async_setup"
    )
    return "services" in ast.unparse(setup)


def entries_are_typed() -> bool:
    """Say whether no function takes a config entry of which it does not say what it holds."""
    return not [
        argument
        for path in source.glue()
        for node in ast.walk(source.tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for argument in node.args.args
        if argument.annotation and ast.unparse(argument.annotation) == "ConfigEntry"
    ]


def mypy_is_strict() -> bool:
    """Say whether the types are checked as strictly as core checks its own."""
    settings = tomllib.loads((source.ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mypy"]
    return settings["strict"] is True and "mypy" in (source.ROOT / "scripts" / "lint").read_text("utf-8")


CHECKS: dict[str, Callable[[], bool]] = {
    "action-setup": actions_are_registered_for_the_integration,
    "async-dependency": lambda: not source.read_json("manifest.json").get("requirements"),
    "brands": (source.COMPONENT / "brand" / "icon.png").is_file,
    "common-modules": lambda: bool(code_of("coordinator") and code_of("entity")),
    "config-entry-unloading": lambda: has_function("__init__", "async_unload_entry"),
    "config-flow": lambda: source.read_json("manifest.json").get("config_flow") is True,
    "config-flow-test-coverage": (source.ROOT / "tests" / "test_config_flow.py").is_file,
    "dependency-transparency": lambda: not source.read_json("manifest.json").get("requirements"),
    "devices": lambda: "DeviceInfo(" in all_glue(),
    "diagnostics": lambda: has_function("diagnostics", "async_get_config_entry_diagnostics"),
    "discovery": lambda: "integration_discovery" in code_of("config_flow"),
    "discovery-update-info": lambda: "_abort_if_unique_id_configured(updates" in code_of("config_flow"),
    "entity-device-class": lambda: "DeviceClass." in all_glue(),
    "entity-category": lambda: "EntityCategory." in all_glue(),
    "entity-event-setup": lambda: all(
        "async_on_remove" in path.read_text("utf-8")
        for path in source.platforms()
        if "def async_added_to_hass" in path.read_text("utf-8")
    ),
    "entity-translations": entities_take_their_names_from_translations,
    "entity-unique-id": lambda: "_attr_unique_id" in code_of("entity"),
    "exception-translations": every_home_assistant_error_is_translated,
    "has-entity-name": lambda: "_attr_has_entity_name = True" in code_of("entity"),
    "icon-translations": lambda: bool(source.read_json("icons.json")) and "_attr_icon" not in all_glue(),
    "inject-websession": lambda: "ClientSession(" not in all_glue() and "async_get_clientsession" in all_glue(),
    "integration-owner": lambda: source.read_json("manifest.json")["codeowners"] not in ([], ["@OWNER"]),
    "parallel-updates": lambda: all(
        re.search(r"^PARALLEL_UPDATES = \d", path.read_text("utf-8"), re.MULTILINE) for path in source.platforms()
    ),
    "reauthentication-flow": lambda: has_function("config_flow", "async_step_reauth"),
    "reconfiguration-flow": lambda: has_function("config_flow", "async_step_reconfigure"),
    "repair-issues": lambda: bool(source.issues()),
    "runtime-data": lambda: "entry.runtime_data =" in code_of("__init__") and entries_are_typed(),
    "strict-typing": lambda: mypy_is_strict() and entries_are_typed(),
    "test-before-setup": lambda: re.search(r"raise ConfigEntry(NotReady|AuthFailed)", code_of("__init__")) is not None,
    "test-coverage": lambda: "fail-under" in (source.ROOT / "scripts" / "test").read_text("utf-8"),
    "unique-config-entry": lambda: "_abort_if_unique_id_configured" in code_of("config_flow"),
}
# What a rule asks the code to do → the tests that see it done.
PROOFS = {
    "action-exceptions": (
        "test_services_failures.py::test_a_server_that_is_away_is_said_to_be",
        "test_services_failures.py::test_a_server_in_trouble_is_quoted",
        "test_request_services.py::test_a_mistake_is_explained",
    ),
    "action-setup": ("test_services_failures.py::test_a_server_that_is_not_set_up_is_not_asked",),
    "appropriate-polling": (
        "test_init.py::test_once_a_day_the_server_is_asked_what_was_missed",
        "test_init.py::test_who_turns_polling_off_is_not_polled",
    ),
    "config-entry-unloading": (
        "test_init.py::test_unloading_leaves_nothing_running",
        "test_init.py::test_an_entry_can_be_loaded_again",
    ),
    "diagnostics": ("test_diagnostics.py::test_it_holds_states_and_counts_and_nothing_private",),
    "dynamic-devices": ("test_init.py::test_the_server_is_a_service_device_linked_with_the_one_of_core_jellyfin",),
    "entity-disabled-by-default": ("test_sensor.py::test_the_detection_delay_is_for_those_who_turn_it_on",),
    "entity-event-setup": ("test_coordinator.py::test_after_the_entry_is_unloaded_nobody_is_called_any_more",),
    "entity-unavailable": ("test_binary_sensor.py::test_it_is_off_and_available_while_the_server_is_away",),
    "log-when-unavailable": (
        "end_to_end/test_log.py::test_each_loss_is_told_once_and_once_that_it_is_over_and_nothing_else_is",
    ),
    "reauthentication-flow": (
        "test_init.py::test_a_dead_token_asks_for_a_new_sign_in",
        "test_config_flow_reauth.py::test_signing_in_again_replaces_the_token_and_gives_the_old_one_back",
    ),
    "reconfiguration-flow": (
        "test_config_flow_reconfigure.py::test_a_server_that_has_moved_is_followed_with_the_same_sign_in",
    ),
    "stale-devices": ("test_init.py::test_removing_an_entry_deletes_its_files_and_gives_the_token_back",),
    "test-before-configure": (
        "test_config_flow_errors.py::test_a_wrong_address_can_be_corrected",
        "test_config_flow_errors.py::test_a_wrong_password_is_not_a_wrong_server",
    ),
    "test-before-setup": (
        "test_init.py::test_a_proxy_that_answers_in_the_servers_place_is_tried_again",
        "test_init.py::test_another_server_at_the_address_is_not_followed",
    ),
}


def test_there_are_as_many_rules_as_home_assistant_has() -> None:
    """And each is checked here, or in the README, or seen done by tests that are named."""
    assert len(RULES) == 54
    assert set(CHECKS) | set(HEADINGS) | set(PROOFS) | {"docs-conditions"} == RULES


def test_every_rule_is_answered() -> None:
    """`done`, `todo`, or `exempt` with the reason; by tiers, in the order of the documentation."""
    rules = source.read_yaml("quality_scale.yaml")["rules"]
    assert set(rules) == RULES
    for answer in rules.values():
        ANSWER(answer)
    assert list(rules) == [rule for tier in TIERS.values() for rule in rules if rule in tier.split()]


@pytest.mark.parametrize("rule", sorted(CHECKS))
def test_what_is_called_done_is_done(rule: str) -> None:
    """A rule of which this sees nothing may not be called done."""
    if answers()[rule] == "done":
        assert CHECKS[rule]()


def test_the_owner_is_owed_exactly_as_long_as_a_placeholder_stands_there() -> None:
    """Once there is one, the rule can be answered like any other."""
    assert (answers()["integration-owner"] == "done") == CHECKS["integration-owner"]()


@pytest.mark.parametrize("proof", sorted(proof for proofs in PROOFS.values() for proof in proofs))
def test_the_tests_that_prove_a_rule_are_there_and_run(proof: str) -> None:
    """Under that name, and under no mark that leaves them out."""
    file, _, name = proof.partition("::")
    functions = {
        node.name: " ".join(map(ast.unparse, node.decorator_list))
        for node in source.tree_of(source.ROOT / "tests" / file).body
        if isinstance(node, ast.AsyncFunctionDef)
    }
    assert name in functions
    assert "skip" not in functions[name]


@pytest.mark.parametrize("rule", sorted(HEADINGS))
def test_what_is_called_documented_is_in_the_readme(rule: str) -> None:
    """Under its heading, with something below it."""
    readme = (source.ROOT / "README.md").read_text("utf-8")
    chapter = re.search(rf"^#+ {re.escape(HEADINGS[rule])}\n+(?P<text>[^#\s].*)", readme, re.MULTILINE)
    if answers()[rule] == "done":
        assert chapter


@pytest.mark.parametrize("kind", ["triggers", "conditions"])
def test_own_triggers_and_conditions_are_documented_or_absent(kind: str) -> None:
    """The rule is exempt exactly as long as there are none."""
    has_some = bool(code_of(kind.removesuffix("s"))) or (source.COMPONENT / f"{kind}.yaml").exists()
    assert (answers()[f"docs-{kind}"] == "exempt") == (not has_some)
