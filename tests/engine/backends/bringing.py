"""What a backend is asked for, and what lies beside the film then."""

import aiohttp

from custom_components.jellyfin_subtitles.engine.backends import Backend, Task
from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinClient
from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.wants import Want
from jellyfin_simulator import JellyfinSimulator, SimItem
from tests.engine.corridor import DEVICE_ID

ENGLISH = Want(Language("en"))


def a_client(simulator: JellyfinSimulator, session: aiohttp.ClientSession, name: str = "admin") -> JellyfinClient:
    """Return the client of a user."""
    account = simulator.core.accounts.by_name(name)
    assert account is not None
    token = simulator.issue_token(account, DEVICE_ID)
    return JellyfinClient(session, simulator.url, device_id=DEVICE_ID, version="1.0", token=token)


def a_task(film: SimItem, want: Want = ENGLISH) -> Task:
    """Return the wish for a subtitle."""
    return Task(film.item_id, (film.primary or film).item_id, film.name, want)


async def brought(backend: Backend, task: Task) -> None:
    """Bring the best of what is found."""
    best, *_ = await backend.search(task)
    await backend.deliver(task, await backend.fetch(task, best))


def files(simulator: JellyfinSimulator, film: SimItem) -> list[str]:
    """Return how the files beside a film end."""
    beside = (film.path or "").rpartition(".")[0]
    return sorted(path.removeprefix(beside) for path in simulator.core.subtitle_files.beside(film))
