"""One candidate that a person has chosen: a backend that finds nothing else."""

from collections.abc import Sequence
from dataclasses import replace

from . import Backend, Candidate, Subtitle, Task


class Chosen:
    """Brings what another backend has under one id, by that backend's means."""

    def __init__(self, backend: Backend, subtitle_id: str) -> None:
        """Take who has it, and what it is called there."""
        self.name = backend.name
        self.looks: Sequence[float] = backend.looks
        self._backend = backend
        self._subtitle_id = subtitle_id

    async def search(self, task: Task) -> Sequence[Candidate]:
        """Return it, if it is still to be had; whether a machine has made it was seen by who has chosen it."""
        found = await self._backend.search(replace(task, want=replace(task.want, machines=True)))
        return [one for one in found if one.subtitle_id == self._subtitle_id]

    async def fetch(self, task: Task, candidate: Candidate) -> Subtitle:
        """Get it."""
        return await self._backend.fetch(task, candidate)

    async def deliver(self, task: Task, subtitle: Subtitle) -> None:
        """Bring it to the file."""
        await self._backend.deliver(task, subtitle)
