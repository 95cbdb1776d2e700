"""Hands on subtitles: who provides them, and which files somebody lays beside a film."""

from .core import Core
from .library import SimItem
from .subtitle_providers import SUBTITLE_TEXT, SubtitleProvider


class SubtitleHands:
    """Installs providers and lays files; what the server makes of a file comes when it looks there."""

    core: Core

    def add_subtitle_provider(self, name: str = "Open Subtitles") -> SubtitleProvider:
        """Install a provider that offers nothing yet."""
        provider = SubtitleProvider(name, self.core.clock, is_twelve=self.core.is_twelve)
        self.core.subtitle_providers.append(provider)
        return provider

    def remove_subtitle_provider(self, provider: SubtitleProvider) -> None:
        """Uninstall a provider."""
        self.core.subtitle_providers.remove(provider)

    def write_subtitle(self, item: SimItem, tokens: str = ".en.srt", text: str = SUBTITLE_TEXT) -> str:
        """Write a subtitle file beside a video, `tokens` being what follows the video's name, and return its path."""
        path = (item.path or "").rpartition(".")[0] + tokens
        self.core.subtitle_files.write(path, text.encode())
        self.core.monitor.report(path)
        return path

    def remove_subtitle(self, path: str) -> None:
        """Remove a subtitle file."""
        self.core.subtitle_files.remove(path)
        self.core.monitor.report(path)
