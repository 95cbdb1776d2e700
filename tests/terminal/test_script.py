"""The whole command, in a process of its own, against a server."""

import ast
import asyncio
from pathlib import Path
import shutil
import signal
import subprocess
import sys

import pytest

from jellyfin_simulator import JellyfinSimulator, SimLibrary, audio, subtitle, video

from .script import PASSWORD, SCRIPT, USER, script, token_of

GERMAN = (video(), audio("eng"), subtitle("ger"))


async def test_a_new_film_is_seen_announced_and_asked_for_without_home_assistant(
    simulator: JellyfinSimulator, films: SimLibrary
) -> None:
    """Nothing printed tells whose server it is; Ctrl-C gives the token back."""
    python = (sys.executable, "-X", "importtime")
    async with script("--url", simulator.url, "--user", USER, "--language", "de", "fr", python=python) as listening:
        await listening.until_printed("learnt silently")
        token = token_of(simulator)
        film = simulator.add_film(films, "Unheard Of", year=2024, streams=GERMAN)
        seen = await listening.until_printed("seen: ")
        announced = await listening.until_printed("announced: ")
        requested = await listening.until_printed("subtitles wanted: ")
        assert await listening.end(signal.SIGINT) == 0

    assert "seen: item-1 | through websocket | the server calls it new" in seen
    assert "announced: title-1 | item-1 | library library-1 | audio eng | subtitles deu | missing fr | thr" in announced
    assert "subtitles wanted: title-1 | item-1 | missing fr | present de | reason new_media" in requested
    assert "ended as asked | signed out" in listening.printed[-1]
    assert not simulator.core.accounts.devices
    assert not [session for session in simulator.core.sessions if session.sockets]

    printed, told = "\n".join(listening.printed), "\n".join(listening.told)
    for secret in (token, PASSWORD):
        assert secret not in printed + told
    for name in (USER, "Unheard", "Cinema", "Acquaintance", film.item_id, "/media", "127.0.0.1", str(simulator.port)):
        assert name not in printed
    loaded = {line.rpartition("|")[2].strip() for line in listening.told}
    assert "custom_components.jellyfin_subtitles.engine.pipeline" in loaded
    assert not [module for module in loaded if module.partition(".")[0] == "homeassistant"]


async def test_a_lost_connection_is_waited_for_and_comes_back(simulator: JellyfinSimulator, films: SimLibrary) -> None:
    """As records, with names where somebody wants to see them; a supervisor may end it too."""
    arguments = ["--url", simulator.url, "--user", USER, "--json", "--show-names", "--library", films.name]
    async with script(*arguments) as listening:
        await listening.until_printed('"baseline": true')
        simulator.drop_sockets()
        await listening.until_printed('"waiting"')
        await listening.until_printed('"reconnects": 1')
        simulator.add_film(films, "Unheard Of", year=2024)
        await listening.until_printed('"announcement"')
        token = token_of(simulator)
        assert await listening.end(signal.SIGTERM) == 0

    states = [(one["state"], one["reason"]) for one in listening.records if one["event"] == "state"]
    assert states == [
        *(("connecting", None), ("connected", None), ("waiting", "lost")),
        *(("connecting", None), ("connected", None), ("stopped", None)),
    ]
    (item,) = [one for one in listening.records if one["event"] == "announcement"]
    assert (item["title"], item["library_name"]) == ("Unheard Of (2024)", films.name)
    assert listening.records[-1]["signed_out"] is True
    for secret in (token, PASSWORD):
        assert secret not in "\n".join(listening.printed + listening.told)


async def test_a_code_that_is_confirmed_elsewhere_lets_it_in(simulator: JellyfinSimulator, films: SimLibrary) -> None:
    """The code is told to the person, not printed for a report."""
    async with script("--url", simulator.url, "--quick-connect") as listening:
        told = await listening.until_told("Quick Connect code: ")
        request = simulator.core.quick_connect.by_code(told.partition("code: ")[2][:6])
        user = simulator.core.accounts.by_name(USER)
        assert request is not None
        assert user is not None
        simulator.core.quick_connect.authorize(request, user)
        await listening.until_printed("connected, and messages arrive")
        assert await listening.end(signal.SIGTERM) == 0
    assert not simulator.core.accounts.devices
    assert request.code not in "\n".join(listening.printed)


async def test_a_sign_in_that_is_taken_back_ends_it(simulator: JellyfinSimulator, films: SimLibrary) -> None:
    """With what to do about it."""
    async with script("--url", simulator.url, "--user", USER) as listening:
        await listening.until_printed("learnt silently")
        simulator.revoke_token(token_of(simulator))
        assert await listening.end() == 1
    assert "ended without a sign-in | signed out" in listening.printed[-1]
    assert listening.told == [
        "listen: Jellyfin does not accept the sign-in any more. Start this again to sign in anew."
    ]


async def test_a_wrong_password_is_one_line(simulator: JellyfinSimulator) -> None:
    """And leaves nothing on the server."""
    async with script("--url", simulator.url, "--user", USER, typed="wrong\n") as listening:
        assert await listening.end() == 1
    assert listening.printed == []
    (line,) = listening.told
    assert "The user name or the password is wrong." in line
    assert not simulator.core.accounts.devices


async def test_who_reads_no_further_ends_it_in_order(simulator: JellyfinSimulator, films: SimLibrary) -> None:
    """As `head` does: no complaint, and no token left."""
    command = f"{sys.executable} {SCRIPT} --url {simulator.url} --user {USER} | head -n 1"
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_shell(command, stdin=pipe, stdout=pipe, stderr=pipe)
    async with asyncio.timeout(30):
        printed, told = await process.communicate(f"{PASSWORD}\n".encode())
    assert b"signed in to Jellyfin 12.0.0" in printed
    assert told == b""
    assert simulator.journal.count("POST", "/Sessions/Logout") == 1
    assert not simulator.core.accounts.devices


def copy_of_the_script(folder: Path) -> Path:
    """Return the command in a checkout of its own."""
    (folder / "scripts").mkdir()
    return Path(shutil.copy(SCRIPT, folder / "scripts"))


def test_without_aiohttp_it_says_what_to_do(tmp_path: Path) -> None:
    """Where nobody has run the setup yet."""
    command = [sys.executable, "-I", "-S", str(copy_of_the_script(tmp_path))]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr == (
        "listen: this needs Python 3.14 or newer with aiohttp. Run scripts/setup, which makes one, and try again.\n"
    )


@pytest.mark.parametrize("argument", ["--help", "--language=pt-BR"])
def test_the_python_of_the_checkout_takes_over(tmp_path: Path, argument: str) -> None:
    """With the same arguments."""
    script = copy_of_the_script(tmp_path)
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$@"\n', "utf-8")
    python.chmod(0o755)
    command = [sys.executable, "-I", "-S", str(script), argument]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ended.stdout == f"{script} {argument}\n"


def test_an_old_python_gets_as_far_as_the_message() -> None:
    """What it cannot read it cannot refuse."""
    assert ast.parse(SCRIPT.read_text("utf-8"), feature_version=(3, 8))
