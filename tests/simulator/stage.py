"""A simulator as the stage of a replay: who and what was on the recorded servers before a scenario began."""

from collections.abc import Iterator
from datetime import UTC, datetime
import json
from typing import ClassVar, override

from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary, VirtualClock

from . import media
from .recording import RECORDINGS, Recording, SocketStep
from .replay import Stage
from .translation import ID, Translation

_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()


def recorded_ids(version: str) -> dict[str, str]:
    """Return the recorded id of everything that a recording of this version names, by path or else by name."""
    found: dict[str, str] = {}
    for path in sorted((RECORDINGS / version).glob("*.json")):
        for thing in _things(json.loads(path.read_text(encoding="utf-8"))):
            identity = str(thing.get("Id", thing.get("ItemId")))
            if ID.fullmatch(identity):
                found.setdefault(str(thing.get("Path", thing["Name"])), identity)
    return found


def _things(value: object) -> Iterator[dict[str, object]]:
    match value:
        case dict():
            if "Name" in value and ("Id" in value or "ItemId" in value):
                yield value
            for inner in value.values():
                yield from _things(inner)
        case list():
            for inner in value:
                yield from _things(inner)


class SimulatorStage(Stage):
    """A simulator with two users, an API key, and a token for each name that a recording uses."""

    has_libraries: ClassVar[bool] = False
    base_url: ClassVar[str] = ""
    is_discoverable: ClassVar[bool] = False

    def __init__(self, recording: Recording) -> None:
        """Build the simulator, not yet started."""
        self.clock = VirtualClock(self.start_time(recording))
        self.simulator = JellyfinSimulator(
            version=recording.version,
            clock=self.clock,
            name="vm",
            base_url=self.base_url,
            discoverable=self.is_discoverable,
        )
        self.folder = recording.version.rpartition(".")[0]
        self.recording = recording
        self.recorded_ids = recorded_ids(self.folder)

    @property
    def url(self) -> str:
        """Return where recorded paths begin."""
        return f"http://127.0.0.1:{self.simulator.port}"

    def start_time(self, recording: Recording) -> float:
        """Return the time at which the scenario begins."""
        return _NOON

    @property
    @override
    def discovery_port(self) -> int:
        """Return where the simulator answers datagrams."""
        return self.simulator.discovery_port

    async def prepare(self, translation: Translation) -> None:
        """Do all that had happened before the scenario began."""
        translation.placeholders |= {
            "<unknown-token>": "f" * 32,
            "<300 ids, 9,900 characters>": ",".join(f"{number:032x}" for number in range(16, 316)),
        }
        self.add_people(translation)
        if self.has_libraries:
            self.add_libraries(translation)

    def add_people(self, translation: Translation) -> None:
        """Make the users and everybody's credentials."""
        simulator = self.simulator
        self.admin = simulator.add_user("admin", "correct horse", administrator=True)
        self.child = simulator.add_user("child", "child")
        for name, user in (("admin", self.admin), ("child", self.child), ("qc", self.admin)):
            token = simulator.issue_token(user, f"recorder-{name}", client="Recorder", device=name)
            translation.placeholders[f"<{name}>"] = token
            translation.bind(self.recorded_ids[user.name], user.user_id)
            user.last_login = self.clock.time()
        translation.placeholders["<api-key>"] = simulator.add_api_key("Home Assistant")

    def add_libraries(self, translation: Translation) -> None:
        """Let the libraries have been there all along, announced long ago."""
        simulator = self.simulator
        self.films = self.library("Films", "movies", "/media/movies")
        self.series = self.library("Series", "tvshows", "/media/shows")
        items = [media.add_film(simulator, self.films, film) for film in media.FILMS]
        items += media.add_episodes(simulator, self.series)
        for order, item in enumerate(items):
            item.created = self.clock.time() - 3600 + order
        self.bind_libraries(translation)
        self.bind_items(translation, items)
        no_tags = self.recorded_ids[media.NO_TAGS.path]
        translation.placeholders["<the same id 100 times>"] = ",".join([no_tags] * 100)

    def library(self, name: str, collection_type: str, path: str) -> SimLibrary:
        """Put up a library in silence."""
        return self.simulator.core.new_library(name, collection_type, path=path, announce=False)

    def bind_libraries(self, translation: Translation) -> None:
        """Remember which recorded ids mean the libraries and their folders."""
        for name, path in (("Films", "/media/movies"), ("Series", "/media/shows")):
            library = media.library_named(self.simulator, name)
            translation.bind(self.recorded_ids[name], library.library_id)
            translation.bind(self.recorded_folder(path), library.folder_id)

    def recorded_folder(self, path: str) -> str:
        """Return the recorded id of a library's physical folder, which the items in it name as their parent."""
        document = json.loads((RECORDINGS / self.folder / "items.json").read_text(encoding="utf-8"))
        items = {str(thing.get("Path")): thing for thing in _things(document) if "ParentId" in thing}
        if path == "/media/movies":
            return str(items[media.NO_TAGS.path]["ParentId"])
        return str(items[f"/media/shows/{media.NIGHT_FERRY.folder}"]["ParentId"])

    def bind_items(self, translation: Translation, items: list[SimItem]) -> None:
        """Remember which recorded ids mean these items, by their paths."""
        for item in items:
            translation.bind(self.recorded_ids[str(item.path)], item.item_id)

    def bind_added(self, translation: Translation, *simulated: str) -> None:
        """Remember the recorded ids that no answer names: the ones that messages call added, in this order."""
        frames = (step.data for step in self.recording.steps if isinstance(step, SocketStep) and step.event == "frame")
        changes = (frame["Data"] for frame in frames if frame["MessageType"] == "LibraryChanged")
        added = dict.fromkeys(item_id for change in changes for item_id in change["ItemsAdded"])
        for recorded, simulated_id in zip(added, simulated, strict=True):
            translation.bind(recorded, simulated_id)
