"""The command from its first word to its last, in this process."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
import io
import json
import logging
import os
import signal
from typing import Any, TextIO

import pytest

from custom_components.jellyfin_subtitles import engine
from custom_components.jellyfin_subtitles.engine.languages import Language
from jellyfin_simulator import JellyfinSimulator, SimLibrary, audio, video
from jellyfin_terminal import command
from jellyfin_terminal.command import follow, main, read_password
from jellyfin_terminal.failures import Failure, WrongInput
from jellyfin_terminal.options import Options
from jellyfin_terminal.output import Output
from jellyfin_terminal.signing_in import look_at
from tests import until

from .script import PASSWORD, USER, token_of

LOG_OUT = "/Sessions/Logout"


@pytest.fixture
async def signals() -> AsyncGenerator[dict[int, Callable[[], None]]]:
    """Return what would be called for each signal."""
    handlers: dict[int, Callable[[], None]] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio.get_running_loop(), "add_signal_handler", handlers.__setitem__)
        yield handlers


@pytest.fixture(autouse=True)
def handlers() -> Generator[None]:
    """Leave no handler behind."""
    logger = logging.getLogger(engine.__name__)
    before = list(logger.handlers)
    yield
    logger.handlers[:] = before


@pytest.fixture
def no_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the signals alone: only the main thread may take them."""
    monkeypatch.setattr(command, "_SIGNALS", ())


class Person:
    """Somebody who follows a server and reads what is printed."""

    def __init__(self, simulator: JellyfinSimulator, *languages: Language, libraries: tuple[str, ...] = ()) -> None:
        """Choose what to ask for."""
        self.options = Options(simulator.url, USER, as_json=True, languages=languages, libraries=libraries)
        self.stream: TextIO = io.StringIO()

    @property
    def records(self) -> list[dict[str, Any]]:
        """What was printed so far."""
        assert isinstance(self.stream, io.StringIO)
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]

    def events(self, kind: str) -> list[dict[str, Any]]:
        """What was printed of one kind."""
        return [record for record in self.records if record["event"] == kind]

    async def follow(self) -> int:
        """Return the exit code."""
        output = Output(self.stream, as_json=True, show_names=False)
        return await follow(self.options, await look_at(self.options), PASSWORD, output)


async def test_what_arrives_is_said_once_and_what_was_there_is_not(
    simulator: JellyfinSimulator, films: SimLibrary, signals: dict[int, Callable[[], None]]
) -> None:
    person = Person(simulator, Language("de"))
    following = asyncio.create_task(person.follow())
    await until(lambda: person.events("sync"))
    simulator.add_film(films, "Unheard Of", streams=(video(), audio("eng")))
    simulator.update_all(films)
    await until(lambda: person.events("request"))
    signals[signal.SIGTERM]()
    assert await following == 0
    assert [one["item_id"] for one in person.events("sighting")] == ["item-1"]
    assert [one["item_id"] for one in person.events("announcement")] == ["item-1"]
    assert [one["missing"] for one in person.events("request")] == [["de"]]
    assert person.events("state")[-1]["state"] == "stopped"
    assert person.records[0]["event"] == "started"
    assert person.records[-1] | {"time": ""} == {
        "time": "",
        "event": "ended",
        "reason": "asked",
        "signed_out": True,
    }


@pytest.mark.usefixtures("signals")
async def test_only_the_chosen_libraries_are_listened_to(simulator: JellyfinSimulator, films: SimLibrary) -> None:
    """What is elsewhere is seen, and nothing comes of it."""
    kids = simulator.add_library("Kids", "movies", announce=False)
    person = Person(simulator, libraries=(kids.name,))
    following = asyncio.create_task(person.follow())
    await until(lambda: person.events("sync"))
    simulator.add_film(films, "Not for kids")
    simulator.add_film(kids, "For kids")
    await until(lambda: person.events("announcement"))
    simulator.revoke_token(token_of(simulator))
    with pytest.raises(Failure, match=r"does not accept the sign-in any more"):
        await following
    assert len(person.events("sighting")) == 2
    assert len(person.events("announcement")) == 1
    assert person.records[0]["libraries"] == ["library-1"]
    assert person.records[-1]["reason"] == "sign_in_needed"


async def test_a_server_that_is_gone_at_the_end_keeps_the_token_and_that_is_said(
    simulator: JellyfinSimulator,
    films: SimLibrary,
    signals: dict[int, Callable[[], None]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    person = Person(simulator)
    following = asyncio.create_task(person.follow())
    await until(lambda: person.events("sync"))
    simulator.reject(500, LOG_OUT)
    signals[signal.SIGINT]()
    assert await following == 1
    assert person.records[-1]["signed_out"] is False
    assert "Delete the device scripts/listen in the dashboard of Jellyfin" in capsys.readouterr().err


@pytest.mark.usefixtures("signals")
async def test_a_library_that_is_not_there_leaves_no_token(simulator: JellyfinSimulator, films: SimLibrary) -> None:
    person = Person(simulator, libraries=("Kino",))
    with pytest.raises(WrongInput, match="no library Kino"):
        await person.follow()
    assert [(one["event"], one["reason"]) for one in person.records] == [("ended", "failed")]
    assert not simulator.core.accounts.devices


async def test_who_stops_before_the_sign_in_is_done_with_it(
    simulator: JellyfinSimulator,
    signals: dict[int, Callable[[], None]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    options = Options(simulator.url)
    output = Output(io.StringIO(), as_json=False, show_names=False)
    following = asyncio.create_task(follow(options, await look_at(options), "", output))
    await until(lambda: simulator.journal.count("GET", "/QuickConnect/Connect"))
    signals[signal.SIGINT]()
    assert await following == 0
    assert capsys.readouterr().err.endswith("listen: stopped, nobody was signed in\n")


@pytest.mark.usefixtures("films")
async def test_a_signal_that_is_to_be_ignored_is_ignored(
    simulator: JellyfinSimulator, signals: dict[int, Callable[[], None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `nohup` asks for."""
    ignored = {signal.SIGHUP: signal.SIG_IGN}
    monkeypatch.setattr(signal, "getsignal", lambda number: ignored.get(number, signal.SIG_DFL))
    person = Person(simulator)
    following = asyncio.create_task(person.follow())
    await until(lambda: person.events("sync"))
    assert signals.keys() == {signal.SIGINT, signal.SIGTERM}
    signals[signal.SIGINT]()
    assert await following == 0


@pytest.mark.usefixtures("signals", "films")
async def test_a_full_disk_is_no_happy_end(simulator: JellyfinSimulator) -> None:
    """The report would lack its end."""
    person = Person(simulator)
    person.stream = os.fdopen(os.open("/dev/full", os.O_WRONLY), "w", encoding="utf-8")
    with person.stream, pytest.raises(Failure, match=r"^The output cannot be written: No space left"):
        await person.follow()
    assert not simulator.core.accounts.devices


@pytest.mark.usefixtures("signals", "films")
async def test_who_reads_no_further_is_done_with_it(simulator: JellyfinSimulator) -> None:
    read, write = os.pipe()
    os.close(read)
    person = Person(simulator)
    person.stream = os.fdopen(write, "w", encoding="utf-8")
    with person.stream:
        assert await person.follow() == 0
    assert not simulator.core.accounts.devices


@pytest.mark.usefixtures("no_signals")
async def test_the_command_says_in_its_exit_code_how_it_ended(
    simulator: JellyfinSimulator,
    films: SimLibrary,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """1 for what a person has to mend, 2 for what makes no sense; what failed is one line."""
    monkeypatch.setattr("sys.stdin", io.StringIO("wrong\n"))
    arguments = ["--url", simulator.url, "--user", USER]
    assert await asyncio.to_thread(main, arguments) == 1
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    assert await asyncio.to_thread(main, [*arguments, "--library", "Kino"]) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 2
    assert told[0].startswith("listen: The user name or the password is wrong.")
    assert told[1] == f"listen: There is no library Kino that this user sees, only: {films.name}."


@pytest.mark.usefixtures("no_signals")
async def test_who_needs_no_password_is_not_asked_for_one(
    simulator: JellyfinSimulator, capsys: pytest.CaptureFixture[str]
) -> None:
    simulator.core.configuration.quick_connect_available = False
    assert await asyncio.to_thread(main, ["--url", simulator.url, "--quick-connect"]) == 1
    assert "Quick Connect is off" in capsys.readouterr().err


async def test_ctrl_c_before_the_sign_in_ends_it(
    simulator: JellyfinSimulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(user: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "read_password", interrupted)
    assert await asyncio.to_thread(main, ["--url", simulator.url, "--user", USER]) == 0
    assert capsys.readouterr().err == "listen: stopped\n"


@pytest.mark.parametrize(("typed", "password"), [("one two\nthree\n", "one two"), ("\n", ""), (" a\r\n", " a")])
def test_the_password_is_the_first_line_as_it_is(typed: str, password: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be empty, which Jellyfin allows, and may begin with blanks."""
    monkeypatch.setattr("sys.stdin", io.StringIO(typed, newline=""))
    assert read_password(USER) == password


def test_no_password_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(WrongInput, match=r"^There is no password"):
        read_password(USER)


def test_a_person_is_asked_for_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without showing it."""
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)
    monkeypatch.setattr(command, "getpass", lambda prompt: f"asked with: {prompt}")
    assert read_password("alex") == "asked with: Password of alex: "
