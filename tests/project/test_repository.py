"""What a stranger finds in the checkout: licence, images, pinned requirements, nothing of the machine it came from."""

from hashlib import sha256
from pathlib import Path
import re
import shutil
import subprocess

from PIL import Image
import pytest

from .source import COMPONENT, ROOT

# Addresses that may stand in a file: example domains, loopback, and the public homes of what is documented.
HOSTS_THAT_MAY_BE_NAMED = re.compile(
    r"(\.|^)(example\.(com|org)|localhost|home-assistant\.io|hacs\.xyz|jellyfin\.org|github\.com|astral\.sh"
    r"|ietf\.org|imdb\.com|contributor-covenant\.org|keepachangelog\.com|semver\.org|img\.shields\.io)$"
)
PRIVATE_ADDRESSES = re.compile(
    r"^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|192\.0\.2\.|203\.0\.113\.)"
)
TERMS_OF_MIT = "fe2a9817987f862eaced948f0468c7f51d2fedfc48c5c505b246a49a3870e9a5"
SECRETS = {
    "a token of GitHub": re.compile(r"\bgh[pousr]_[A-Za-z0-9]{30,}\b"),
    "a token of PyPI": re.compile(r"\bpypi-[A-Za-z0-9_-]{40,}"),
    "a JSON web token": re.compile(r"\beyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}\."),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
}


def tracked_files() -> list[Path]:
    """Return the files that git tracks or would track."""
    git = shutil.which("git")
    assert git, "git is needed to know which files belong to the project"
    listed = subprocess.run(
        [git, "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def texts() -> list[tuple[Path, str]]:
    """Return the files that are text."""
    found = []
    for path in tracked_files():
        try:
            found.append((path, path.read_text("utf-8")))
        except UnicodeDecodeError:
            assert path.suffix in {".png", ".jpg", ".gif", ".webp", ".gz"}, f"{path.name}: neither text nor an image"
    return found


@pytest.mark.parametrize("variant", ["", "dark_"])
@pytest.mark.parametrize(("suffix", "side", "shortest", "longest"), [("", 256, 128, 256), ("@2x", 512, 256, 512)])
def test_the_brand_images_have_the_sizes_home_assistant_expects(
    variant: str, suffix: str, side: int, shortest: int, longest: int
) -> None:
    """Icons are square; of a logo the shorter side counts. Both have a transparent ground."""
    with Image.open(COMPONENT / "brand" / f"{variant}icon{suffix}.png") as icon:
        assert icon.size == (side, side)
        assert icon.mode == "RGBA"
    with Image.open(COMPONENT / "brand" / f"{variant}logo{suffix}.png") as logo:
        assert shortest <= min(logo.size) <= longest
        assert logo.mode == "RGBA"


def test_the_brand_folder_holds_nothing_else() -> None:
    """Home Assistant serves what is in it."""
    names = {
        f"{variant}{kind}{suffix}.png"
        for variant in ("", "dark_")
        for kind in ("icon", "logo")
        for suffix in ("", "@2x")
    }
    assert {path.name for path in (COMPONENT / "brand").iterdir()} == names


def test_the_licence_is_the_one_that_is_recognised() -> None:
    """Word for word, or the Marketplace's check does not know it."""
    title, owner, *terms = (ROOT / "LICENSE").read_text("utf-8").split("\n\n")
    assert title == "MIT License"
    assert owner == "Copyright (c) 2026 the Jellyfin Subtitles contributors"
    assert sha256(" ".join(" ".join(terms).split()).encode()).hexdigest() == TERMS_OF_MIT


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.name)
def test_every_requirement_is_pinned_with_its_hashes(path: Path) -> None:
    """What was tested is what gets installed, from wherever the machine takes its packages."""
    entries = re.split(r"\n(?=\S)", path.read_text("utf-8").strip())
    assert entries
    for entry in entries:
        first, *hashes = [line.strip().rstrip("\\").strip() for line in entry.splitlines()]
        assert re.fullmatch(r"[a-z0-9._-]+(\[[a-z0-9,._-]+\])?==[^\s;]+(\s*;.+)?", first), first
        assert hashes, first
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", line) for line in hashes), first
    assert "://" not in path.read_text("utf-8")


def test_what_is_wanted_is_what_is_pinned() -> None:
    """Each line of dev.in has its line in dev.txt, in the version it asks for."""
    pinned = dict(
        re.findall(
            r"^([a-z0-9._-]+)(?:\[.+\])?==([^\s;\\]+)",
            (ROOT / "requirements" / "dev.txt").read_text("utf-8"),
            re.MULTILINE,
        )
    )
    for line in (ROOT / "requirements" / "dev.in").read_text("utf-8").splitlines():
        name, _, version = line.partition("#")[0].strip().partition("==")
        if name:
            normalised = re.sub(r"[-_.]+", "-", name).lower()
            assert normalised in pinned
            assert not version or pinned[normalised] == version


def test_no_file_names_a_host_that_is_not_public_knowledge() -> None:
    """Neither a registry nor a machine of somebody's: tests live on loopback, examples on example.com."""
    host = r"(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}|\d+(?:\.\d+){3}"
    named = re.compile(rf"\b(?:https?|wss?|ftp)://(?:[^\s/@\"'<>]*@)?({host})")
    wrong = {
        f"{path.relative_to(ROOT)}: {found}"
        for path, text in texts()
        for found in named.findall(text)
        if not HOSTS_THAT_MAY_BE_NAMED.search(found)
        and not PRIVATE_ADDRESSES.match(found)
        and not found.endswith((".example", ".invalid", ".lan", ".local", ".test"))
    }
    assert not wrong


@pytest.mark.parametrize("secret", SECRETS)
def test_no_file_holds_a_secret(secret: str) -> None:
    """Also none that has expired."""
    assert not [path.relative_to(ROOT) for path, text in texts() if SECRETS[secret].search(text)]


def test_no_file_names_a_place_of_this_machine() -> None:
    """A path into somebody's home is of no use to anyone else."""
    home = str(Path.home())
    places = {str(ROOT), str(ROOT.parent), *([home] if len(Path(home).parts) > 1 else [])}
    named = re.compile("|".join(rf"(?<![\w.\-/]){re.escape(place)}/" for place in places))
    assert not [
        f"{path.relative_to(ROOT)}: {match[0]}" for path, text in texts() for match in [named.search(text)] if match
    ]


def test_commands_can_be_run() -> None:
    """A command without its run bit is a riddle."""
    commands = [path for path in tracked_files() if path.parent in {ROOT / "scripts", ROOT / ".ci"} and not path.suffix]
    assert commands
    for path in commands:
        assert path.stat().st_mode & 0o111, path.name
        assert path.read_text("utf-8").startswith("#!"), path.name


def test_shell_commands_stop_at_the_first_mistake() -> None:
    """And take an unset variable for one."""
    for path, text in texts():
        if text.startswith(("#!/usr/bin/env bash", "#!/bin/bash")):
            assert "\nset -euo pipefail\n" in text, path.name
