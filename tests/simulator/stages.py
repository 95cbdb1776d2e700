"""What was done to the recorded servers before and around each scenario, done to the simulator."""

from email.utils import parsedate_to_datetime
from functools import partial
import re
from typing import override

from jellyfin_simulator.monitor import Refresh

from . import media
from .compare import Difference
from .library_stages import AlternateVersions, FastLane, SeasonFlood
from .phase_stages import EarlySocket, Killed, Restart, StartupFirstRun
from .recording import HttpStep, NoteStep, Recording, Step
from .replay import Replay
from .session_stages import Playback, Subscriptions
from .stage import SimulatorStage
from .subtitle_stages import RemoteSubtitles, SidecarAddedAndRemoved
from .translation import Translation


async def play(recording: Recording) -> list[Difference]:
    """Replay a recording against a simulator of its version and return the differences."""
    stage = STAGES[recording.scenario](recording)
    await stage.simulator.start()
    try:
        replay = Replay(recording, stage.url, stage.clock, stage)
        await stage.prepare(replay.translation)
        return await replay.run()
    finally:
        await stage.simulator.stop()


class QuietStage(SimulatorStage):
    """Nothing happens but what is asked."""


class SignIn(SimulatorStage):
    """A server that only has its administrator."""

    @override
    def add_people(self, translation: Translation) -> None:
        self.simulator.add_user("admin", "correct horse", administrator=True)


class FirstScan(SimulatorStage):
    """Files lie on the disk; the libraries are made by request."""

    @override
    async def before(self, replay: Replay, step: Step) -> None:
        if isinstance(step, HttpStep) and step.path == "/Library/Refresh":
            films = media.library_named(self.simulator, "Films")
            for film in media.FILMS:
                media.write_film(self.simulator, films, film)
            media.write_episodes(self.simulator, media.library_named(self.simulator, "Series"))
            self.bind_libraries(replay.translation)
            ids = {film.path: media.film_id(film) for film in media.FILMS} | media.episode_ids()
            for path, simulated in ids.items():
                replay.translation.bind(self.recorded_ids[path], simulated)


class Items(SimulatorStage):
    """A server with two small libraries, and nothing else happens."""

    has_libraries = True


class NewFilmRealtime(SimulatorStage):
    """A film is written to a watched folder."""

    has_libraries = True

    @override
    async def before(self, replay: Replay, step: Step) -> None:
        if isinstance(step, NoteStep) and step.text.startswith("file written"):
            media.write_film(self.simulator, self.films, media.LATE_TRAIN)
            self.bind_added(replay.translation, media.film_id(media.LATE_TRAIN))


class SavedSince(SimulatorStage):
    """Twelve films and 408 episodes; one film comes."""

    has_libraries = True

    @override
    def start_time(self, recording: Recording) -> float:
        """Return a time that agrees with each recorded `Date` header, which tells whole seconds."""
        notes = [step for step in recording.steps if isinstance(step, NoteStep)]
        told = [(step.at, match[1]) for step in notes if (match := re.search(r"Date header: (.*)", step.text))]
        starts = [parsedate_to_datetime(text).timestamp() - at for at, text in told]
        return (max(starts) + min(starts) + 1) / 2

    @override
    def add_libraries(self, translation: Translation) -> None:
        super().add_libraries(translation)
        self.simulator.add_many(self.films, 6)
        series = self.simulator.add_series(self.series, "Long Story", announce=False)
        for number in range(405):
            self.simulator.add_episode(series, 1, number, announce=False)

    @override
    async def before(self, replay: Replay, step: Step) -> None:
        refreshes = isinstance(step, HttpStep) and step.path.endswith("/Refresh?metadataRefreshMode=Default")
        if refreshes and step.at < 22:
            media.write_film(self.simulator, self.films, media.OLD_FILE)


class FilmRemovedAndReplaced(SimulatorStage):
    """A film's file goes, another's gives way to a better one; the folder had been changed 3 s before the scenario."""

    has_libraries = True

    @override
    def add_libraries(self, translation: Translation) -> None:
        super().add_libraries(translation)
        self.short = media.add_film(self.simulator, self.films, media.SHORT_WAIT)
        self.short_two = media.add_film(self.simulator, self.films, media.SHORT_WAIT_TWO)
        self.bind_items(translation, [self.short])
        # The file monitor refreshes a folder 60 s after a change in it: one before the scenario, two in it.
        for moment in (57.0, 63.0, 64.6):
            refresh = Refresh(self.films, is_watched=True)
            self.clock.call_later(moment, partial(self.simulator.core.monitor.refresh, refresh))

    @override
    async def before(self, replay: Replay, step: Step) -> None:
        if isinstance(step, NoteStep) and "removed" in step.text:
            self.simulator.remove(self.short_two)
            self.simulator.replace(self.short, "Short Wait (2024) Bluray", streams=media.SHORT_WAIT_BETTER)


class ShortDelays(SimulatorStage):
    """Both delays are set to 1 s; two films are written to a watched folder."""

    has_libraries = True

    @override
    async def prepare(self, translation: Translation) -> None:
        await super().prepare(translation)
        self.bind_added(translation, media.film_id(media.SHORT_WAIT), media.film_id(media.SHORT_WAIT_TWO))

    @override
    async def before(self, replay: Replay, step: Step) -> None:
        if isinstance(step, NoteStep) and step.text.startswith("configuration posted"):
            configuration = self.simulator.core.configuration
            configuration.library_monitor_delay = configuration.library_update_duration = 1
        if isinstance(step, NoteStep) and step.text.startswith("film written"):
            film = media.SHORT_WAIT_TWO if "Two" in step.text else media.SHORT_WAIT
            # A second is all that the message waits for: the file is looked into within it.
            self.simulator.core.monitor.pace.watched_probe = 0.9
            media.write_film(self.simulator, self.films, film)


class RestrictedUser(SimulatorStage):
    """A film, and an episode of a new season, which one of two users may see."""

    has_libraries = True

    @override
    async def before(self, replay: Replay, step: Step) -> None:
        if isinstance(step, NoteStep) and "written" in step.text:
            media.write_film(self.simulator, self.films, media.GROWN_UPS)
            media.write_episode(self.simulator, self.series, media.NIGHT_FERRY, 2, 1)
            recorded = self.recorded_ids[media.GROWN_UPS.name]
            replay.translation.bind(recorded, media.film_id(media.GROWN_UPS))


class DeafSocket(SimulatorStage):
    """A film goes and another is replaced, and the only socket hears nothing of it."""

    has_libraries = True

    @override
    async def prepare(self, translation: Translation) -> None:
        await super().prepare(translation)
        self.simulator.deafen_sockets("next")
        self.fox = media.add_film(self.simulator, self.films, media.SWIFT_FOX)
        self.told = media.add_film(self.simulator, self.films, media.TOLD_YOU)
        self.bind_items(translation, [self.fox])

    @override
    async def before(self, replay: Replay, step: Step) -> None:
        if isinstance(step, NoteStep) and "removed" in step.text:
            self.simulator.remove(self.told)
            self.simulator.replace(self.fox, "Swift Fox (2023) Bluray", streams=media.SHORT_WAIT_BETTER)


class Revoked(SimulatorStage):
    """Four more sign-ins of the plain user die in four ways, and an API key."""

    @override
    def add_people(self, translation: Translation) -> None:
        super().add_people(translation)
        for name in ("logout", "device", "password", "disabled"):
            token = self.simulator.issue_token(self.child, f"recorder-{name}", client="Recorder", device=name)
            translation.placeholders[f"<{name}>"] = token

    @override
    async def before(self, replay: Replay, step: Step) -> None:
        if isinstance(step, NoteStep) and step.text == "user disabled":
            self.simulator.set_policy(self.child, IsDisabled=True)

    @override
    async def after(self, replay: Replay, step: Step) -> None:
        if isinstance(step, HttpStep) and step.path == "/Auth/Keys?app=Second":
            replay.translation.placeholders["<second-key>"] = list(self.simulator.core.accounts.api_keys)[-1]


class QuickConnect(SimulatorStage):
    """Two tokens are minted, one after the other, and both are called by one name."""

    @override
    async def prepare(self, translation: Translation) -> None:
        await super().prepare(translation)
        self.simulator.revoke_token(translation.placeholders.pop("<qc>"))

    @override
    async def before(self, replay: Replay, step: Step) -> None:
        if isinstance(step, NoteStep) and step.text == "Quick Connect switched off":
            self.simulator.core.configuration.quick_connect_available = False
        if isinstance(step, HttpStep) and step.actor == "qc":
            answers = [answer for answer in replay.answers.values() if isinstance(answer, dict)]
            minted = [answer["AccessToken"] for answer in answers if "AccessToken" in answer]
            is_second = step.note == "the second minted token"
            if minted:
                replay.translation.placeholders["<qc>"] = minted[-1 if is_second else 0]


class BaseUrl(SimulatorStage):
    """A server below a path."""

    base_url = "/jellyfin"


class Discovery(SimulatorStage):
    """A server that answers whoever asks the whole network."""

    is_discoverable = True


STAGES: dict[str, type[SimulatorStage]] = {
    "alternate_versions": AlternateVersions,
    "base_url": BaseUrl,
    "deaf_socket": DeafSocket,
    "discovery": Discovery,
    "early_socket": EarlySocket,
    "echo": QuietStage,
    "fast_lane": FastLane,
    "film_removed_and_replaced": FilmRemovedAndReplaced,
    "first_scan": FirstScan,
    "items": Items,
    "killed": Killed,
    "new_film_realtime": NewFilmRealtime,
    "playback": Playback,
    "quick_connect": QuickConnect,
    "remote_subtitles": RemoteSubtitles,
    "restart": Restart,
    "restricted_user": RestrictedUser,
    "revoked": Revoked,
    "saved_since": SavedSince,
    "season_flood": SeasonFlood,
    "short_delays": ShortDelays,
    "shutdown": QuietStage,
    "sidecar_added_and_removed": SidecarAddedAndRemoved,
    "sign_in": SignIn,
    "silent_socket": QuietStage,
    "silent_then_talks": QuietStage,
    "socket_sign_in": QuietStage,
    "startup_first_run": StartupFirstRun,
    "subscriptions": Subscriptions,
    "two_sockets": QuietStage,
}
