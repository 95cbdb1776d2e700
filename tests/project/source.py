"""The integration's files, and what its code names: steps, errors, exceptions, issues, entities, actions."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
import importlib
import json
from pathlib import Path
import re
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
COMPONENT = ROOT / "custom_components" / "jellyfin_subtitles"
PACKAGE = "custom_components.jellyfin_subtitles"
PLATFORMS = ("binary_sensor", "button", "event", "image", "select", "sensor", "switch", "todo", "update")

# The kinds of dialogs, by the beginning of their base class.
DIALOGS = ("ConfigFlow", "ConfigSubentryFlow", "OptionsFlow")

# The flow methods that end a dialog with a reason nobody spells out in the code. The reasons that Home Assistant
# translates for everyone are left out.
IMPLIED_ABORTS = {
    "_abort_if_unique_id_configured": "already_configured",
    "_abort_if_unique_id_mismatch": "unique_id_mismatch",
    "_async_abort_entries_match": "already_configured",
}


@dataclass(frozen=True, slots=True)
class Use:
    """A translation key in the code, with the placeholders that it is given."""

    key: str
    placeholders: frozenset[str]
    where: str


@cache
def read_json(name: str) -> Any:
    """Return a JSON file of the integration."""
    return json.loads((COMPONENT / name).read_text("utf-8"))


@cache
def read_yaml(name: str) -> Any:
    """Return a YAML file of the integration."""
    return yaml.safe_load((COMPONENT / name).read_text("utf-8"))


def glue() -> list[Path]:
    """Return the modules that know Home Assistant."""
    return sorted(COMPONENT.glob("*.py"))


def platforms() -> list[Path]:
    """Return the modules that bring entities."""
    return [path for path in glue() if path.stem in PLATFORMS]


@cache
def tree_of(path: Path) -> ast.Module:
    """Return what a module says."""
    return ast.parse(path.read_text("utf-8"))


def calls(path: Path, *names: str) -> Iterator[ast.Call]:
    """Yield a module's calls of functions of these names, whatever they belong to; all calls without names."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and (not names or called(node) in names):
            yield node


def called(call: ast.Call) -> str:
    """Return the last part of what is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """Return an argument that is given by name."""
    return next((argument.value for argument in call.keywords if argument.arg == name), None)


def text(path: Path, node: ast.expr | None) -> str | None:
    """Return the text an expression stands for, if it is one or names a constant that is one."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Name):
        module = PACKAGE if path.stem == "__init__" else f"{PACKAGE}.{path.stem}"
        value = getattr(importlib.import_module(module), node.id, None)
        return value if isinstance(value, str) else None
    return None


def keys_of(path: Path, node: ast.expr | None) -> frozenset[str]:
    """Return the keys of a dict that is written out."""
    if not isinstance(node, ast.Dict):
        return frozenset()
    return frozenset(key for entry in node.keys if (key := text(path, entry)) is not None)


def flow_classes(base: str) -> list[tuple[Path, ast.ClassDef]]:
    """Return the dialogs whose base class has a name that begins so."""
    return [
        (path, node)
        for path in glue()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef)
        and any(re.match(rf"{base}\b|{base}With", ast.unparse(parent).rpartition(".")[2]) for parent in node.bases)
    ]


def flow_modules(base: str) -> list[Path]:
    """Return the modules of a kind of dialog: those of its classes, and those of ours that they build on.

    One dialog may open another, whose texts are not its own.
    """
    others = {path for kind in DIALOGS if kind != base for path, _ in flow_classes(kind)}
    found: list[Path] = []
    waiting = [path for path, _ in flow_classes(base)]
    while waiting:
        path = waiting.pop()
        if path not in found and path not in others:
            found.append(path)
            names = {node.module for node in ast.walk(tree_of(path)) if isinstance(node, ast.ImportFrom) and node.level}
            waiting += [module for name in names if (module := COMPONENT / f"{name}.py").is_file()]
    return sorted(found)


def steps(base: str) -> set[str]:
    """Return the steps of a kind of dialog that are shown: `async_step_x` methods in which "x" stands."""
    found = set()
    for _, flow in flow_classes(base):
        for method in flow.body:
            if not isinstance(method, ast.AsyncFunctionDef) or not method.name.startswith("async_step_"):
                continue
            step = method.name.removeprefix("async_step_")
            if any(isinstance(node, ast.Constant) and node.value == step for node in ast.walk(method)):
                found.add(step)
    return found


def flow_errors(base: str) -> set[str]:
    """Return what stands in the place of an error.

    That is a value of `errors`, the first argument of an exception that the dialogs define for themselves, and the
    second element of the pairs in a table named ERRORS.
    """
    found: set[str | None] = set()
    own = {
        node.name
        for path in flow_modules(base)
        for node in tree_of(path).body
        if isinstance(node, ast.ClassDef) and any("Exception" in ast.unparse(parent) for parent in node.bases)
    }
    for path in flow_modules(base):
        found |= {text(path, call.args[0]) for call in calls(path, *own) if own and call.args}
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Assign | ast.AnnAssign):
                found |= set(_assigned_errors(path, node))
            elif isinstance(node, ast.keyword) and node.arg == "errors" and isinstance(node.value, ast.Dict):
                found |= {text(path, value) for value in node.value.values}
    return {error for error in found if error is not None}


def _assigned_errors(path: Path, node: ast.Assign | ast.AnnAssign) -> Iterator[str | None]:
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        if isinstance(target, ast.Subscript) and ast.unparse(target.value) == "errors":
            yield text(path, node.value)
        elif isinstance(target, ast.Name) and target.id == "ERRORS" and isinstance(node.value, ast.Tuple):
            for pair in node.value.elts:
                assert isinstance(pair, ast.Tuple)
                yield text(path, pair.elts[1])


def flow_aborts(base: str) -> set[str]:
    """Return the reasons for which a kind of dialog ends without a result."""
    found: set[str | None] = set()
    for path in flow_modules(base):
        found |= {text(path, keyword(call, "reason")) for call in calls(path, "async_abort")}
        found |= {IMPLIED_ABORTS[called(call)] for call in calls(path, *IMPLIED_ABORTS)}
    return {reason for reason in found if reason is not None}


def flow_placeholders(base: str) -> set[str]:
    """Return all that a dialog's modules could hand to its texts: keys of dicts and names of arguments."""
    found = {"name"}  # Home Assistant gives the entry's title to a dialog that asks for a new sign-in.
    for path in flow_modules(base):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Dict):
                found |= keys_of(path, node)
            elif isinstance(node, ast.keyword) and node.arg:
                found.add(node.arg)
    return found


def flow_progress(base: str) -> set[str]:
    """Return what a kind of dialog says while it waits."""
    return {
        action
        for path in flow_modules(base)
        for call in calls(path, "async_show_progress")
        if (action := text(path, keyword(call, "progress_action"))) is not None
    }


def menu_options(base: str) -> set[str]:
    """Return the steps that the menus of a kind of dialog offer."""
    return {
        option
        for path in flow_modules(base)
        for call in calls(path, "async_show_menu")
        for option in texts_of(path, keyword(call, "menu_options"))
    }


def texts_of(path: Path, node: ast.expr | None) -> list[str]:
    """Return the texts of a list that is written out, or that a constant of the module holds."""
    if isinstance(node, ast.Name):
        value = getattr(importlib.import_module(f"{PACKAGE}.{path.stem}"), node.id)
        return [str(option) for option in value]
    assert isinstance(node, ast.List), f"{path.name}: the options cannot be read; write them out"
    return [option for element in node.elts if (option := text(path, element)) is not None]


def fields() -> set[str]:
    """Return the fields of all dialogs."""
    return {
        field
        for base in DIALOGS
        for path, _ in flow_classes(base)
        for call in calls(path, "Required", "Optional")
        if (field := text(path, call.args[0])) is not None
    }


def choices() -> dict[str, set[str]]:
    """Return what can be chosen in fields whose choices have texts, by their translation keys."""
    return {
        key: set(texts_of(path, keyword(call, "options")))
        for path in glue()
        for call in calls(path, "SelectSelectorConfig")
        if (key := text(path, keyword(call, "translation_key"))) is not None
    }


def issues() -> list[Use]:
    """Return the repair issues that are raised."""
    return [_use(path, call) for path in glue() for call in calls(path, "async_create_issue")]


def exceptions() -> list[Use]:
    """Return the exceptions that are raised with a text of ours."""
    return [
        _use(path, call)
        for path in glue()
        for call in calls(path)
        if keyword(call, "translation_domain") is not None and called(call) != "async_abort"
    ]


def _use(path: Path, call: ast.Call) -> Use:
    where = f"{path.name}:{call.lineno}"
    key = text(path, keyword(call, "translation_key"))
    assert key is not None, f"{where}: the translation key cannot be read; write a constant"
    placeholders = keyword(call, "translation_placeholders")
    assert placeholders is None or isinstance(placeholders, ast.Dict), f"{where}: write the placeholders out"
    return Use(key, keys_of(path, placeholders), where)


def entities() -> dict[str, set[str]]:
    """Return the translation keys of the entities, by platform."""
    found: dict[str, set[str]] = {}
    for path in platforms():
        keys = {text(path, keyword(call, "translation_key")) for call in calls(path) if _describes(call)}
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).endswith("_attr_translation_key"):
                keys.add(text(path, node.value))
        found[path.stem] = {key for key in keys if key is not None}
    return found


def descriptions(path: Path) -> list[ast.Call]:
    """Return the descriptions of a platform's entities."""
    return [call for call in calls(path) if _describes(call)]


def _describes(call: ast.Call) -> bool:
    return called(call).endswith("Description") and keyword(call, "key") is not None


def services() -> set[str]:
    """Return the actions that are registered."""
    found = {
        text(path, call.args[1])
        for path in glue()
        for call in calls(path, "async_register", "register", "async_register_admin_service")
        if isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value).endswith("services")
    }
    return {name for name in found if name is not None}
