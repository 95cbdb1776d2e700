"""What somebody wants of the files in some libraries, and which files they leave out: pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import translate
from functools import lru_cache
import re
from typing import Final

from .jellyfin import MediaItem, MediaStream
from .wants import Want, serves

# Where the server's own search is all that was chosen, or nobody has chosen.
DEFAULT_BACKENDS: Final = ("jellyfin",)

# A path begins at a root or a drive, so that no other pattern could match one; of wildcards alone, one matches all.
_PATTERN: Final = re.compile(r"[*?\[/\\]|[a-z]:", re.IGNORECASE)
_WILDCARDS: Final = "*?/\\ "


@dataclass(frozen=True, slots=True)
class Profile:
    """What is wanted, in order of preference, of the files in some libraries.

    `libraries` None stands for every library that no other profile names. Once the want with the key `cutoff` is
    served, those after it are not wanted any more. `backends` are asked one after the other.

    What is ignored fails closed: where the path or the age of a file, or whether it was watched, decides and is not
    known, nothing of it is wanted.
    """

    name: str
    wants: tuple[Want, ...]
    libraries: frozenset[str] | None = None
    cutoff: str | None = None
    ignored_paths: tuple[str, ...] = ()
    ignores_watched: bool = False
    ignored_after: timedelta | None = None
    backends: tuple[str, ...] = DEFAULT_BACKENDS

    def covers(self, item: MediaItem, path: str | None, now: datetime) -> bool:
        """Return whether a file of an item is not left out."""
        if self.ignores_watched and item.is_watched is not False:
            return False
        if self.ignored_after is not None and (item.created is None or now - item.created > self.ignored_after):
            return False
        if self.ignored_paths:
            return path is not None and not any(matches(path, pattern) for pattern in self.ignored_paths)
        return True


def could_match(pattern: str) -> bool:
    """Return whether a pattern may match some paths, and not all of them."""
    return _PATTERN.match(pattern) is not None and pattern.strip(_WILDCARDS) != ""


def matches(path: str, pattern: str) -> bool:
    """Return whether a path, or a folder that it is in, is as the pattern says.

    Wildcards are those of a shell, `*` going beyond folders; case makes no difference, nor which slash it is.
    """
    return _compiled(pattern).fullmatch(_plain(path)) is not None


def lacking(profiles: Sequence[Profile], streams: Sequence[MediaStream]) -> tuple[Want, ...]:
    """Return which of the profiles' wants a file does not serve, the first profile's first.

    Where several profiles have a want of the same key, the first of them says what serves it; it is cut off only where
    each of them cuts it off. So one more track never makes more missing.
    """
    unserved = {key: want for key, want in by_key(profiles).items() if not serves(streams, want)}
    missing: dict[str, Want] = {}
    for profile in profiles if unserved else ():
        for want in profile.wants:
            if want.key in unserved:
                missing[want.key] = unserved[want.key]
            elif want.key == profile.cutoff:
                break
    return tuple(missing.values())


def by_key(profiles: Iterable[Profile]) -> dict[str, Want]:
    """Return the wants of the profiles, one profile after the other, by their keys; the first of a key counts."""
    wants: dict[str, Want] = {}
    for profile in profiles:
        for want in profile.wants:
            wants.setdefault(want.key, want)
    return wants


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    plain = _plain(pattern).rstrip("/")
    return re.compile(f"{translate(plain)}|{translate(f'{plain}/*')}")


def _plain(path: str) -> str:
    return path.replace("\\", "/").casefold()
