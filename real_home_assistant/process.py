"""Home Assistant as a process: started, waited for, ended, killed."""

import asyncio
import os
from pathlib import Path
import sys
from typing import Final

import aiohttp

from .api import HomeAssistantApi
from .configuration import HOST, free_port, prepare

_STAND_INS: Final = Path(__file__).resolve().parent / "stand_ins"
_POLL: Final = 0.1


class HomeAssistantNotStartedError(Exception):
    """The process ended, or did not answer in time; the text has the end of its output."""


class HomeAssistantProcess:
    """One Home Assistant in one folder, which may be started again as often as it was ended.

    It listens on loopback only, and is ended by its own process id alone.
    """

    def __init__(self, config_dir: Path, *, port: int = 0, more: str = "") -> None:
        """Choose the folder; `port` 0 is a free one, `more` goes into configuration.yaml."""
        self.config_dir = config_dir
        self.port = port or free_port()
        self.output = config_dir / "output.log"
        self._more = more
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.port}"

    @property
    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.returncode is None

    def api(self, token: str | None = None) -> HomeAssistantApi:
        """Return a way to talk to it; the caller closes it."""
        return HomeAssistantApi(self.url, token=token)

    def last_words(self, lines: int = 30) -> str:
        """Return the end of what it said."""
        if not self.output.exists():
            return ""
        return "\n".join(self.output.read_text("utf-8", errors="replace").splitlines()[-lines:])

    async def start(self, timeout: float = 120.0) -> None:
        """Start it and wait until it answers; `wait_until_running` of the API waits for the rest."""
        prepare(self.config_dir, self.port, self._more)
        python_path = os.pathsep.join(filter(None, [str(_STAND_INS), os.environ.get("PYTHONPATH")]))
        with self.output.open("wb") as output:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "homeassistant",
                "--config",
                str(self.config_dir),
                # Everything it needs is pinned and installed; it shall not change the environment it runs in.
                "--skip-pip",
                cwd=self.config_dir,
                env={**os.environ, "PYTHONPATH": python_path},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                # A Ctrl-C in the terminal is for whoever started this, who then ends it in order.
                start_new_session=True,
            )
        try:
            async with asyncio.timeout(timeout):
                await self._wait_for_an_answer()
        except TimeoutError as err:
            await self.kill()
            raise HomeAssistantNotStartedError(f"No answer after {timeout:.0f} s:\n{self.last_words()}") from err

    async def wait(self) -> int:
        """Wait until the process ends of itself; return its exit code."""
        assert self._process is not None
        return await self._process.wait()

    async def terminate(self, timeout: float = 60.0) -> int:
        """Ask it to end, as a system that shuts down does; return its exit code."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.terminate()
            try:
                async with asyncio.timeout(timeout):
                    await self._process.wait()
            except TimeoutError:
                await self.kill()
        return await self._process.wait()

    async def kill(self) -> None:
        """End it at once (SIGKILL), without a chance to save anything."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    async def _wait_for_an_answer(self) -> None:
        async with aiohttp.ClientSession() as session:
            while self.is_running:
                try:
                    async with session.get(f"{self.url}/manifest.json") as response:
                        if response.ok:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(_POLL)
        raise HomeAssistantNotStartedError(f"It ended before it answered:\n{self.last_words()}")
