"""What was done to the recorded servers around their ends and beginnings."""

from typing import ClassVar, override

from jellyfin_simulator.phases import PhaseDurations

from . import media
from .recording import NoteStep, Step
from .replay import Replay
from .stage import SimulatorStage
from .translation import Translation


class Phases(SimulatorStage):
    """A server whose process is started in the scenario; `phases` says when it is how far."""

    phases: ClassVar[dict[str, tuple[tuple[float, str], ...]]]

    @override
    async def before(self, replay: Replay, step: Step) -> None:
        if isinstance(step, NoteStep) and step.text.startswith("killed"):
            await self.simulator.kill()
        due = [phase for moment, phase in self.phases[self.folder] if moment <= step.at]
        if due and due[-1] != self.simulator.phase:
            await self.simulator.set_phase(due[-1])


class StartupFirstRun(Phases):
    """The first start of all: nobody is known yet."""

    phases: ClassVar[dict[str, tuple[tuple[float, str], ...]]] = {
        "10.11": ((0.0, "B"), (0.3, "A"), (2.4, "B"), (2.7, "C"), (4.8, "D")),
        "12.0": ((0.0, "B"), (0.3, "A"), (2.8, "B"), (3.1, "C"), (5.4, "D")),
    }

    @override
    async def prepare(self, translation: Translation) -> None:
        self.simulator.core.configuration.wizard_completed = False
        self.simulator.core.configuration.server_name = "vm"


class Killed(Phases):
    """A process that dies and is started again."""

    phases: ClassVar[dict[str, tuple[tuple[float, str], ...]]] = {
        "10.11": ((0.0, "D"), (1.1, "B"), (2.2, "A"), (3.0, "B"), (4.0, "C"), (5.0, "D")),
    }


class EarlySocket(Phases):
    """A process that dies with a film unseen on its disk, and is asked for it as soon as it runs again."""

    has_libraries = True
    phases: ClassVar[dict[str, tuple[tuple[float, str], ...]]] = {
        "10.11": ((0.0, "D"), (0.07, "B"), (2.5, "C"), (3.9, "D")),
        "12.0": ((0.0, "D"), (0.06, "B"), (2.5, "C"), (4.2, "D")),
    }

    @override
    async def prepare(self, translation: Translation) -> None:
        await super().prepare(translation)
        media.write_film(self.simulator, self.films, media.EARLY_BIRD)
        self.bind_added(translation, media.film_id(media.EARLY_BIRD))
        # A machine that has just started: to save the few films again took it four seconds.
        self.simulator.core.monitor.pace.save = 0.55


class Restart(SimulatorStage):
    """A restart by request; each machine spends its own time in each phase."""

    durations: ClassVar[dict[str, PhaseDurations]] = {
        "10.11": PhaseDurations(farewell=0.1, first_gap=0.06, waking=0.06, setup=0.06, second_gap=0.1, loading=1.42),
        "12.0": PhaseDurations(farewell=0.1, first_gap=0.065, setup=0.53, second_gap=0.12, loading=1.38),
    }

    @override
    async def prepare(self, translation: Translation) -> None:
        await super().prepare(translation)
        self.simulator.durations = self.durations[self.folder]
