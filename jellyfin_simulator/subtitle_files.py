"""Subtitle files beside the films: what they are called, and which streams the server makes of them."""

from collections.abc import Sequence
from typing import Final

from .cultures import Culture, find_culture
from .library import SimItem, file_name
from .streams import Stream, subtitle
from .watch import parent_of

_CODECS: Final = {
    "ass": "ass",
    "mks": "subrip",
    "sami": "sami",
    "smi": "sami",
    "srt": "subrip",
    "ssa": "ass",
    "sub": "sub",
    "sup": "PGSSUB",
    "vtt": "webvtt",
}
FORMATS: Final = frozenset(_CODECS)
_FORCED: Final = frozenset({"forced", "foreign"})
_HEARING_IMPAIRED: Final = frozenset({"cc", "hi", "sdh"})


class ReadOnlyError(Exception):
    """The folder cannot be written to."""


class SubtitleFiles:
    """All subtitle files on the server's disk. An empty one takes a name and never is a stream.

    `media_is_read_only` keeps the server itself from writing beside the films: 10.11 then writes to its own folder,
    12.0 writes nothing.
    """

    def __init__(self, *, is_twelve: bool) -> None:
        """Start with an empty disk."""
        self._is_twelve = is_twelve
        self._folders: dict[str, dict[str, bytes | None]] = {}
        self.media_is_read_only = False

    def write(self, path: str, content: bytes) -> None:
        """Put a file on the disk."""
        self._folders.setdefault(parent_of(path), {})[path] = content

    def remove(self, path: str) -> None:
        """Take a file off the disk."""
        self._folders.setdefault(parent_of(path), {})[path] = None

    def read(self, path: str) -> bytes | None:
        """Return what is in a file, None where there is none or nobody ever wrote what is in it."""
        return self._folders.get(parent_of(path), {}).get(path)

    def save(self, item: SimItem, tokens: Sequence[str], ending: str, content: bytes) -> str:
        """Write a file of the server's own for a video, under the next name that is free, and return its path."""
        folder = parent_of(item.path or "")
        if self.media_is_read_only:
            if self._is_twelve:
                raise ReadOnlyError
            folder = _inner_folder(item)
        name = ".".join((_stem(item), *tokens))
        taken = self.beside(item)
        path = f"{folder}/{name}.{ending}"
        number = 0
        while path in taken:
            path = f"{folder}/{name}.{number}.{ending}"
            number += 1
        self.write(path, content)
        return path

    def beside(self, item: SimItem) -> frozenset[str]:
        """Return the paths of a video's subtitle files: those written, and those that its streams tell of."""
        paths = {stream.path for stream in item.streams if stream.path is not None}
        for folder in (parent_of(item.path or ""), _inner_folder(item)):
            for path, content in self._folders.get(folder, {}).items():
                if content is None:
                    paths.discard(path)
                elif path.startswith(f"{folder}/{_stem(item)}.") and _ending(path) in FORMATS:
                    paths.add(path)
        return frozenset(paths)

    def has_changed(self, item: SimItem) -> bool:
        """Return whether files came or went since the server last looked into the video."""
        if not self._folders or item.path is None:
            return False
        seen = item.subtitle_files
        if seen is None:
            seen = frozenset(stream.path for stream in item.streams if stream.path is not None)
        return self.beside(item) != seen

    def look(self, item: SimItem, streams: Sequence[Stream]) -> tuple[Stream, ...]:
        """Return a video's streams with those of the files beside it, and remember which ones were there."""
        paths = self.beside(item)
        item.subtitle_files = paths
        kept = [stream for stream in streams if stream.path is None or stream.path in paths]
        known = {stream.path for stream in kept}
        new = sorted(path for path in paths - known if self.read(path))
        return (*kept, *(self._stream(item, path) for path in new))

    def _stream(self, item: SimItem, path: str) -> Stream:
        words = [word for word in file_name(path).removeprefix(_stem(item)).split(".") if word]
        left = [word for word in words if word.lower() not in _FORCED | _HEARING_IMPAIRED | {"default"}]
        found = next((culture for word in reversed(left) if (culture := self._culture(word)) is not None), None)
        is_hearing_impaired = any(word.lower() in _HEARING_IMPAIRED for word in words)
        if found is None and words[-1:] == ["hi"]:
            found, is_hearing_impaired = self._culture("hi"), False
        title = " ".join(word for word in left if found is None or word.lower() not in found.answers_to)
        return subtitle(
            None if found is None else found.stored,
            codec=_CODECS[_ending(path)],
            title=title or None,
            is_forced=any(word.lower() in _FORCED for word in words),
            is_hearing_impaired=is_hearing_impaired,
            is_default=any(word.lower() == "default" for word in words),
            path=path,
        )

    def _culture(self, word: str) -> Culture | None:
        return find_culture(word, is_twelve=self._is_twelve)


def _stem(item: SimItem) -> str:
    return file_name(item.path or "")


def _ending(path: str) -> str:
    return path.rpartition(".")[2].lower()


def _inner_folder(item: SimItem) -> str:
    """Return the folder of its own that the server keeps for a video."""
    return f"/config/metadata/library/{item.item_id[:2]}/{item.item_id}"
