"""What was done to the recorded servers where files come in quantity, or are looked for at once."""

from functools import partial
from typing import ClassVar, override

from jellyfin_simulator.hands import version_path
from jellyfin_simulator.ids import derived_id, item_id
from jellyfin_simulator.monitor import Refresh

from . import media
from .recording import NoteStep, Step
from .replay import Replay
from .stage import SimulatorStage
from .translation import Translation


def show_ids(show: media.Show, season: int, *episodes: int, is_twelve: bool) -> tuple[str, ...]:
    """Return the ids that a new show gets: the series, the season, the episodes, and 10.11's placeholder season."""
    paths = [show.episode_path(season, number) for number in episodes]
    folder = paths[0].rpartition("/")[0]
    season_id = item_id("Season", folder)
    ids = (item_id("Series", folder.rpartition("/")[0]), season_id, *(item_id("Episode", path) for path in paths))
    return ids if is_twelve else (*ids, derived_id(f"placeholder {season_id}"))


class FastLane(SimulatorStage):
    """A film, an episode and a new show are written and looked for at once; another film is only reported."""

    has_libraries = True

    @override
    async def prepare(self, translation: Translation) -> None:
        await super().prepare(translation)
        # The recorded libraries were bigger: to save what was there before took a second.
        self.simulator.core.monitor.pace.save = 0.15
        self.bind_added(
            translation,
            media.film_id(media.SWIFT_FOX),
            item_id("Episode", media.NIGHT_FERRY.episode_path(1, 4)),
            *show_ids(media.DAY_TRIP, 1, 1, is_twelve=self.simulator.core.is_twelve),
            media.film_id(media.TOLD_YOU),
        )

    @override
    async def before(self, replay: Replay, step: Step) -> None:
        if not isinstance(step, NoteStep):
            return
        if step.text.startswith("film written; refresh"):
            media.write_film(self.simulator, self.films, media.SWIFT_FOX)
        elif step.text.startswith("episode of a known season"):
            media.write_episode(self.simulator, self.series, media.NIGHT_FERRY, 1, 4)
        elif step.text.startswith("first episode of a new show"):
            media.write_episode(self.simulator, self.series, media.DAY_TRIP, 1, 1)
        elif step.text.startswith("film written; POST"):
            media.write_film(self.simulator, self.films, media.TOLD_YOU)


class AlternateVersions(SimulatorStage):
    """A film comes with two files, another with one and gets its second one later."""

    has_libraries = True

    @override
    async def prepare(self, translation: Translation) -> None:
        await super().prepare(translation)
        # A busy machine: to go through a few films took it five seconds.
        pace = self.simulator.core.monitor.pace
        pace.probe, pace.save = 0.5, 0.45
        for film in (media.TWIN_CUT, media.LATE_CUT):
            version = version_path(film.path, "4K")
            translation.bind(self.recorded_ids[film.path], media.film_id(film))
            translation.bind(self.recorded_ids[version], item_id("Video", version))

    @override
    async def before(self, replay: Replay, step: Step) -> None:
        if not isinstance(step, NoteStep):
            return
        if step.text.startswith("written"):
            media.write_film(self.simulator, self.films, media.TWIN_CUT)
            media.write_version(self.simulator, self.films, media.TWIN_CUT, "4K")
            media.write_film(self.simulator, self.films, media.LATE_CUT)
        elif step.text.startswith("second version"):
            media.write_version(self.simulator, self.films, media.LATE_CUT, "4K")


class SeasonFlood(SimulatorStage):
    """400 episodes of a new show are written and looked for at once, and the films are refreshed as well."""

    has_libraries = True
    count: ClassVar[int] = 400

    @override
    async def prepare(self, translation: Translation) -> None:
        await super().prepare(translation)
        monitor = self.simulator.core.monitor
        # What the machine needed for one episode; it was through with the season after 24.5 s.
        monitor.pace.probe = 0.061
        # And what it needed for one film: their folder had been changed half a minute before the scenario.
        monitor.pace.save = 0.2
        self.clock.call_later(26.2, partial(monitor.refresh, Refresh(self.films, is_watched=True)))
        numbers = range(1, self.count + 1)
        self.bind_added(translation, *show_ids(media.LONG_STORY, 1, *numbers, is_twelve=self.simulator.core.is_twelve))

    @override
    async def before(self, replay: Replay, step: Step) -> None:
        if isinstance(step, NoteStep) and step.text.startswith("400 episodes written"):
            for number in range(1, self.count + 1):
                media.write_episode(self.simulator, self.series, media.LONG_STORY, 1, number)
