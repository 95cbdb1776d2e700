"""What was done to the recorded servers where subtitles are looked for elsewhere, or laid beside a film."""

from typing import ClassVar, override

from . import media
from .recording import NoteStep, Step
from .replay import Replay
from .stage import SimulatorStage
from .translation import Translation

_CUES = ("1", "00:00:01,000 --> 00:00:03,000", "Fake subtitle srt-eng-1 — žluťoučký", "")
_MORE_CUES = ("2", "00:00:04,000 --> 00:00:06,000", "Second cue", "")


class RemoteSubtitles(SimulatorStage):
    """A provider that has three subtitles in whatever language, and behaves as it is told to."""

    has_libraries = True
    languages: ClassVar[tuple[str, ...]] = ("eng", "pt-BR", "por", "pob", "zho", "xx", "nonsense")

    @override
    async def prepare(self, translation: Translation) -> None:
        await super().prepare(translation)
        # A refresh of the films had just ended.
        self.simulator.update_all(self.films)
        self.provider = self.simulator.add_subtitle_provider("Fake Subs")
        for language in self.languages:
            for place in range(3):
                self.provider.offer(language, text="\n".join((*_CUES, *_MORE_CUES)), is_hash_match=place == 0)

    @override
    async def before(self, replay: Replay, step: Step) -> None:
        if isinstance(step, NoteStep) and step.text.startswith("provider behaves: "):
            self.provider.behave(step.text.partition(": ")[2])


class SidecarAddedAndRemoved(SimulatorStage):
    """Somebody lays a subtitle file beside a film, and takes it away."""

    has_libraries = True

    @override
    async def before(self, replay: Replay, step: Step) -> None:
        if not isinstance(step, NoteStep):
            return
        film = self.simulator.core.shelves.items[media.film_id(media.FILMS[0])]
        if step.text.endswith(".en.srt written"):
            self.path = self.simulator.write_subtitle(film, ".en.srt")
        elif step.text == "sidecar removed":
            self.simulator.remove_subtitle(self.path)
