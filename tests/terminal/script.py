"""scripts/listen as a process of its own, as a person starts it."""

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import json
from pathlib import Path
import signal
import sys
from typing import Any

from jellyfin_simulator import JellyfinSimulator

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPT = ROOT / "scripts" / "listen"
USER = "alexandra"
PASSWORD = "correct horse battery"

# A process has to start, and reconnecting takes seconds on purpose.
PATIENCE = 40


@dataclass
class Listening:
    """The process, what it printed so far, and what it said to the person."""

    process: Process
    printed: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    @property
    def records(self) -> list[dict[str, Any]]:
        """What it printed as JSON."""
        return [json.loads(line) for line in self.printed]

    async def until_printed(self, words: str) -> str:
        """Return the next line that says this."""
        return await _until(self.process.stdout, self.printed, words)

    async def until_told(self, words: str) -> str:
        """Return the next line for the person that says this."""
        return await _until(self.process.stderr, self.told, words)

    async def end(self, number: signal.Signals | None = None) -> int:
        """Send a signal, if any, and return the exit code once everything is read."""
        if number is not None:
            self.process.send_signal(number)
        async with asyncio.timeout(PATIENCE):
            printed, told = await self.process.communicate()
        self.printed += printed.decode().splitlines()
        self.told += told.decode().splitlines()
        assert self.process.returncode is not None
        return self.process.returncode


@asynccontextmanager
async def script(
    *arguments: str, typed: str = f"{PASSWORD}\n", python: Sequence[str] = (sys.executable,)
) -> AsyncGenerator[Listening]:
    """Start it with something to read, and end it with the block."""
    command = [*python, str(SCRIPT), *arguments]
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=PIPE, limit=2**20)
    assert process.stdin is not None
    process.stdin.write(typed.encode())
    process.stdin.close()
    try:
        yield Listening(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


def token_of(simulator: JellyfinSimulator) -> str:
    """Return the token of the one device that is signed in."""
    (token,) = simulator.core.accounts.devices
    return token


async def _until(stream: asyncio.StreamReader | None, lines: list[str], words: str) -> str:
    assert stream is not None
    async with asyncio.timeout(PATIENCE):
        while read := await stream.readline():
            lines.append(read.decode().rstrip("\n"))
            if words in lines[-1]:
                return lines[-1]
    raise AssertionError(f"it ended without {words!r}: {lines}")
