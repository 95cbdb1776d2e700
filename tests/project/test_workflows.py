"""What runs in public: pinned, with no more rights than it needs, and the commands that a person has too."""

import json
from pathlib import Path
import re
import shutil
import subprocess
from typing import Any
import zipfile

import pytest
import yaml

from .source import COMPONENT, ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # \S+")
MANIFEST = json.loads((COMPONENT / "manifest.json").read_text("utf-8"))


def jobs(path: Path) -> dict[str, Any]:
    """Return the jobs of a workflow."""
    found: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))["jobs"]
    return found


def test_there_are_workflows_for_what_is_asked_of_an_integration_for_its_tests_and_for_its_releases() -> None:
    assert [path.stem for path in WORKFLOWS] == ["release", "test", "validate"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned_to_a_commit_and_says_its_version(path: Path) -> None:
    lines = [line.strip().removeprefix("- ") for line in path.read_text("utf-8").splitlines() if "uses:" in line]
    assert lines
    assert [line for line in lines if not PINNED.fullmatch(line)] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_has_no_rights_that_its_job_does_not_name(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text("utf-8"))
    assert workflow["permissions"] == {}
    assert all(job["permissions"] for job in workflow["jobs"].values())


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_what_a_workflow_runs_of_ours_is_there(path: Path) -> None:
    commands = [step["run"].split()[0] for job in jobs(path).values() for step in job["steps"] if "run" in step]
    ours = [command for command in commands if "/" in command]
    assert all((ROOT / command).is_file() for command in ours), ours


def test_what_asks_for_validation_runs_each_night() -> None:
    # YAML reads the key `on` as true.
    assert yaml.safe_load((ROOT / ".github/workflows/validate.yml").read_text("utf-8"))[True]["schedule"]


def test_a_release_is_not_seen_before_it_has_its_archive() -> None:
    """It is drafted with it when a tag is pushed; a person publishes it."""
    path = ROOT / ".github/workflows/release.yml"
    assert yaml.safe_load(path.read_text("utf-8"))[True] == {"push": {"tags": ["v*"]}}
    (create,) = re.findall(r"gh release create .+", path.read_text("utf-8"))
    archive = json.loads((ROOT / "hacs.json").read_text("utf-8"))["filename"]
    assert {f"dist/{archive}", "--draft", "--verify-tag"} <= set(create.split())


def test_the_walk_through_the_frontend_is_not_left_out_in_silence() -> None:
    """A Chromium is found before everything runs, or the job fails."""
    steps = [step.get("run") for step in jobs(ROOT / ".github/workflows/test.yml")["test"]["steps"]]
    assert steps[-2:] == ["scripts/find-chromium --fetch", ".ci/run"]


def test_a_release_holds_the_integration_at_the_root_of_its_archive() -> None:
    archive = ROOT / "dist" / json.loads((ROOT / "hacs.json").read_text("utf-8"))["filename"]
    made = run("scripts/release-archive", f"v{MANIFEST['version']}")
    assert made.returncode == 0, made.stderr
    with zipfile.ZipFile(archive) as content:
        names = content.namelist()
    assert {"manifest.json", "engine/pipeline.py", "translations/en.json"} <= set(names)
    assert not [name for name in names if "pycache" in name]


@pytest.mark.parametrize("tag", ["v99.0.0", "", "0.1"])
def test_a_tag_that_is_not_the_version_makes_no_release(tag: str) -> None:
    assert run("scripts/release-archive", tag).returncode != 0


def run(command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of the commands."""
    bash = shutil.which("bash")
    assert bash
    return subprocess.run([bash, command, *arguments], cwd=ROOT, capture_output=True, check=False, text=True)
