"""What was done to the recorded servers where sessions are looked at."""

from typing import override

from . import media
from .stage import SimulatorStage
from .subtitle_stages import SidecarAddedAndRemoved
from .translation import Translation


class Playback(SidecarAddedAndRemoved):
    """Somebody plays a film that has got subtitle files."""

    @override
    async def prepare(self, translation: Translation) -> None:
        await super().prepare(translation)
        film = self.simulator.core.shelves.items[media.film_id(media.FILMS[0])]
        film.runtime_ticks = 20_230_000
        for tokens in (".eng.0.srt", ".eng.1.srt", ".fra.srt", ".nonsense.srt"):
            self.simulator.write_subtitle(film, tokens)
        self.simulator.core.monitor.look(film)
        self.clock.call_later(0.0, self.simulator.core.notifier.forget)
        if self.simulator.core.is_twelve:
            self.simulator.core.socket_faults.stall = 0.15


class Subscriptions(SimulatorStage):
    """Three sockets subscribe to everything, and the library is scanned."""

    has_libraries = True

    @override
    async def prepare(self, translation: Translation) -> None:
        await super().prepare(translation)
        core = self.simulator.core
        for _ in range(30 if not core.is_twelve else 29):
            core.activity.add("SessionEnded", "before", details="IP address: 127.0.0.1")
        core.monitor.pace.after_scan = 1.05
        if core.is_twelve:
            core.socket_faults.stall = core.subscriptions.notice_delay = 0.15
