"""The command of the demo: how it ends, and what it says then."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
import json
import os
from pathlib import Path
import signal
import socket

import pytest

from real_home_assistant import HomeAssistantApi, HomeAssistantApiError, dashboard, demo, free_port
from real_home_assistant.__main__ import main, parse
from real_home_assistant.demo import HomeAssistantEndedError, Options

from .end_to_end.real_home import a_moment, until

pytestmark = pytest.mark.usefixtures("socket_enabled")

# Stands where Python looks first, never answers, and ends as slowly as somebody wants.
SLOW_TO_END = """\
import os, pathlib, signal
signal.alarm(20)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGUSR1])
pathlib.Path("pid").write_text(str(os.getpid()))
pathlib.Path("started").touch()
signal.sigwait([signal.SIGTERM])
pathlib.Path("asked").touch()
signal.sigwait([signal.SIGUSR1])
"""


def own_server(folder: Path) -> Options:
    """Return a demo for people who have a Jellyfin, which is not reached here."""
    return parse(["--server", "http://127.0.0.1:9", "--config", str(folder), "--port", str(free_port())])


@asynccontextmanager
async def command(options: Options) -> AsyncGenerator[asyncio.Task[int]]:
    """Run the command, and end it with the block."""
    running = asyncio.create_task(main(options))
    try:
        yield running
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


def ends_with(*errors: Exception) -> Callable[[Options], object]:
    """Return a demo that ends with these errors, in the way of a demo that runs."""

    async def fail(err: Exception) -> None:
        raise err

    async def run(_: Options) -> None:
        async with asyncio.TaskGroup() as tasks:
            for err in errors:
                tasks.create_task(fail(err))

    return run


async def test_ctrl_c_ends_home_assistant_in_order_and_a_second_one_does_not_disturb_that(tmp_path: Path) -> None:
    (tmp_path / "homeassistant.py").write_text(SLOW_TO_END, "utf-8")
    async with command(own_server(tmp_path)) as running:
        await until((tmp_path / "started").exists)
        os.kill(os.getpid(), signal.SIGINT)
        await until((tmp_path / "asked").exists)
        os.kill(os.getpid(), signal.SIGTERM)
        await a_moment()
        assert not running.done()
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGUSR1)
        assert await running == 0


async def test_a_home_assistant_that_does_not_start_is_quoted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "homeassistant.py").write_text("raise SystemExit('There is no room left')", "utf-8")
    assert await main(own_server(tmp_path)) == 1
    assert capsys.readouterr().err == "demo: It ended before it answered:\nThere is no room left\n"


async def test_a_second_demo_in_the_same_folder_is_told_of_the_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        (tmp_path / "demo.json").write_text(json.dumps({"jellyfin_port": port}), "utf-8")
        assert await main(parse(["--config", str(tmp_path)])) == 1
    assert capsys.readouterr().err.startswith(f"demo: Port {port} is taken, perhaps by another demo in {tmp_path}. ")


async def test_all_that_went_wrong_while_it_ran_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    errors = ExceptionGroup("within", [OSError("The disk is full"), HomeAssistantEndedError("It ended")])
    monkeypatch.setattr("real_home_assistant.__main__.run", ends_with(errors, HomeAssistantApiError("It is gone")))
    assert await main(own_server(tmp_path)) == 1
    assert capsys.readouterr().err == "demo: The disk is full\ndemo: It ended\ndemo: It is gone\n"


async def test_a_mistake_of_the_demo_is_shown_with_its_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("real_home_assistant.__main__.run", ends_with(OSError("The disk is full"), KeyError("oops")))
    with pytest.RaisesGroup(OSError, KeyError):
        await main(own_server(tmp_path))
    assert capsys.readouterr().err == ""


@pytest.mark.timeout(300)
async def test_whoever_has_a_server_is_told_what_to_do_and_is_let_in_until_home_assistant_ends(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the token in the folder, or anew where it is not accepted or not there any more."""
    options = own_server(tmp_path)
    kept = tmp_path / "token"
    said = ""

    def has_greeted() -> bool:
        nonlocal said
        said += capsys.readouterr().out
        return running.done() or f"Add the integration there and sign in to {options.server}." in said

    async def let_in() -> str:
        await demo._sign_in(api, tmp_path)
        await api.rest("GET", "/api/config")
        token = kept.read_text("utf-8")
        assert api.token == token
        return token

    async with command(options) as running:
        await until(has_greeted)
        assert "Add the integration" in (tmp_path / dashboard.FILE).read_text("utf-8")
        async with HomeAssistantApi(f"http://127.0.0.1:{options.port}") as api:
            first = kept.read_text("utf-8")
            assert await let_in() == first
            kept.write_text("outdated", "utf-8")
            second = await let_in()
            kept.unlink()
            assert len({first, second, await let_in()}) == 3
            assert kept.stat().st_mode & 0o777 == 0o600
            # It may close the connection before it answers.
            with suppress(HomeAssistantApiError):
                async with await api.socket() as connection:
                    await connection.call_service("homeassistant", "stop")
        assert await running == 1
    assert "demo: Home Assistant ended by itself (0):\n" in capsys.readouterr().err
