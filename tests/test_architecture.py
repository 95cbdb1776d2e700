"""The house as it was planned: who may import whom, and how large a file may grow."""

import ast
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
import re
import sys

from .directions import DIRECTIONS

ROOT = Path(__file__).resolve().parent.parent
COMPONENT = ROOT / "custom_components" / "jellyfin_subtitles"
COMPONENT_NAME = "custom_components.jellyfin_subtitles"
SIMULATOR = ROOT / "jellyfin_simulator"
TERMINAL = ROOT / "jellyfin_terminal"
REAL_HOME_ASSISTANT = ROOT / "real_home_assistant"

LONGEST_FILE = 350
LONGEST_FUNCTION = 60

ENGINE_MAY_IMPORT = {"aiohttp", "yarl"}
TERMINAL_MAY_IMPORT = {"aiohttp", "yarl", "jellyfin_terminal"}
SIMULATOR_MAY_IMPORT = {"aiohttp", "multidict", "yarl", "jellyfin_simulator"}

# Home Assistant imports modules of these names from every integration and expects them to be what it calls so. Those
# that the integration does implement are left out.
NAMES_OF_HOOKS = {
    "analytics",
    "backup",
    "energy",
    "group",
    "hardware",
    "intent",
    "onboarding",
    "recorder",
    "significant_change",
}
DRAWERS = {"common", "events", "helper", "helpers", "misc", "shared", "stuff", "tools", "util", "utils"}


def python_files(folder: Path) -> list[Path]:
    """Return a folder's Python files; an empty answer is a mistake of the caller's."""
    files = sorted(folder.rglob("*.py"))
    assert files, f"no Python in {folder.name}"
    return files


def files_with_code() -> list[Path]:
    """Return every file that people write: Python anywhere, and the commands in scripts/."""
    folders = (COMPONENT, SIMULATOR, TERMINAL, REAL_HOME_ASSISTANT, ROOT / "tests")
    files = [path for folder in folders for path in python_files(folder)]
    files += [path for path in sorted((ROOT / "scripts").rglob("*")) if path.is_file() and path.suffix != ".pyc"]
    return files


def is_python(path: Path) -> bool:
    """Say whether a file is Python, by its name or, for a command, by its first line."""
    return path.suffix == ".py" or "python" in text_of(path).split("\n", 1)[0]


@cache
def text_of(path: Path) -> str:
    """Return what is in a file."""
    return path.read_text("utf-8")


@cache
def tree_of(path: Path) -> ast.Module:
    """Return what a module says."""
    return ast.parse(text_of(path))


def name_of(path: Path) -> str:
    """Return a file's path as people write it, for messages."""
    return path.relative_to(ROOT).as_posix()


def module_of(path: Path) -> str:
    """Return the dotted name under which a file is imported."""
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and absolute name of each import, also the ones inside functions and TYPE_CHECKING blocks."""
    module = module_of(path)
    package = module if path.stem == "__init__" else module.rpartition(".")[0]
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base]).rstrip(".")
            for alias in node.names:
                yield node.lineno, _module_or_name(base, alias.name)


def _module_or_name(base: str, name: str) -> str:
    """Return what `from base import name` loads: the module of that name if there is one, else base."""
    place = ROOT.joinpath(*base.split("."))
    if (place / f"{name}.py").is_file() or (place / name / "__init__.py").is_file():
        return f"{base}.{name}"
    return base


def is_foreign(imported: str, allowed: set[str]) -> bool:
    """Say whether an import is neither Python's own nor one of the packages allowed."""
    top = imported.partition(".")[0]
    return top not in sys.stdlib_module_names and top not in allowed


def test_modules_import_only_what_stands_below_them() -> None:
    """The table decides; nobody imports the integration's own `__init__`."""
    wrong = []
    for path in python_files(COMPONENT):
        module = module_of(path).removeprefix(COMPONENT_NAME).lstrip(".") or "__init__"
        row = module if module in DIRECTIONS else next(row for row in DIRECTIONS if fnmatchcase(module, row))
        if module.startswith("engine") and row == "*":
            wrong.append(f"{module} stands in no row of the table")
            continue
        for line, imported in imports_of(path):
            target = imported.removeprefix(COMPONENT_NAME).lstrip(".")
            if imported.startswith("custom_components") and not (
                target and any(fnmatchcase(target, allowed) for allowed in DIRECTIONS[row])
            ):
                wrong.append(f"{name_of(path)}:{line}: {module} → {target or '__init__'}")
    assert not wrong


def test_the_engine_knows_no_home_assistant() -> None:
    """It is loaded where Home Assistant is absent: Python's own modules, aiohttp, yarl and itself."""
    assert not [
        f"{name_of(path)}:{line}: {imported}"
        for path in python_files(COMPONENT / "engine")
        for line, imported in imports_of(path)
        if is_foreign(imported, ENGINE_MAY_IMPORT) and not imported.startswith(f"{COMPONENT_NAME}.engine")
    ]


def test_the_engine_imports_itself_relatively() -> None:
    """An absolute import of itself would pull the integration in, and Home Assistant with it."""
    assert not [
        f"{name_of(path)}:{node.lineno}"
        for path in python_files(COMPONENT / "engine")
        for node in ast.walk(tree_of(path))
        if (isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").startswith("custom_components"))
        or (isinstance(node, ast.Import) and any(alias.name.startswith("custom_components") for alias in node.names))
    ]


def test_the_terminal_needs_of_the_integration_only_what_needs_no_home_assistant() -> None:
    """The engine, and the modules of the glue that import nothing of the integration, nor of Home Assistant."""
    alone = tuple(f"{COMPONENT_NAME}.{name}" for name in ("address", "const"))
    assert not [
        f"{name_of(path)}:{line}: {imported}"
        for path in python_files(TERMINAL)
        for line, imported in imports_of(path)
        if is_foreign(imported, TERMINAL_MAY_IMPORT)
        and imported not in alone
        and not imported.startswith(f"{COMPONENT_NAME}.engine")
    ]
    assert not [
        f"{name}:{line}: {imported}"
        for name in ("address", "const")
        for line, imported in imports_of(COMPONENT / f"{name}.py")
        if is_foreign(imported, {"yarl"})
    ]


def test_the_simulator_shares_no_code_with_the_integration() -> None:
    """What it does not import it cannot misunderstand in the same way."""
    assert not [
        f"{name_of(path)}:{line}: {imported}"
        for path in python_files(SIMULATOR)
        for line, imported in imports_of(path)
        if is_foreign(imported, SIMULATOR_MAY_IMPORT)
    ]


def test_the_simulator_never_reads_the_recordings() -> None:
    """It is written from the protocol; the recordings are there to find it wrong."""
    assert not [
        f"{name_of(path)}:{node.lineno}"
        for path in python_files(SIMULATOR)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"recordings?/", node.value)
    ]


def test_whoever_starts_a_real_home_assistant_stays_outside_of_it() -> None:
    """It talks to it as a person's browser does, and so sees what a person would see."""
    assert not [
        f"{name_of(path)}:{line}: {imported}"
        for path in python_files(REAL_HOME_ASSISTANT)
        for line, imported in imports_of(path)
        if imported.partition(".")[0] in {"homeassistant", "custom_components", "tests"}
    ]


def test_a_file_can_be_read_in_one_sitting() -> None:
    """A longer one is two subjects."""
    lengths = {name_of(path): len(text_of(path).splitlines()) for path in files_with_code()}
    assert not {name: length for name, length in lengths.items() if length > LONGEST_FILE}


def test_a_function_fits_on_a_screen() -> None:
    """Counted from `def` to its last line, docstring included."""
    assert not [
        f"{name_of(path)}: {node.name}, {length} lines"
        for path in files_with_code()
        if is_python(path)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    ]


def test_a_module_is_named_after_its_subject() -> None:
    """A drawer collects what nobody could name."""
    assert not [name_of(path) for path in files_with_code() if path.stem in DRAWERS]


def test_no_module_bears_the_name_of_a_hook_it_does_not_implement() -> None:
    """Home Assistant would import it for what it is not."""
    assert not {path.stem for path in COMPONENT.glob("*.py")} & NAMES_OF_HOOKS


def test_a_silenced_line_says_why() -> None:
    """Whoever turns a checker off for a line names the rule and gives the reason behind it."""
    silencer = re.compile(
        r"#\s*(?:type:\s*ignore(?:\[[\w\-, ]+\])?|noqa(?::[A-Z0-9, ]+)?|pragma:\s*no\s+\w+)(?P<reason>[\s#\-:–]+\w.+)?"
    )
    assert not [
        f"{name_of(path)}:{number}: {line.strip()}"
        for path in files_with_code()
        if is_python(path)
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if (match := silencer.search(line)) and match["reason"] is None
    ]


def test_nothing_is_put_off_in_a_comment() -> None:
    """What is not done is said where people look for it, not in the code; nor are comments drawn as banners."""
    putting_off = re.compile(r"#.*\b(TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK)\b|^\s*#\s*[-=*#]{4,}")
    assert not [
        f"{name_of(path)}:{number}: {line.strip()}"
        for path in files_with_code()
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if putting_off.search(line)
    ]
