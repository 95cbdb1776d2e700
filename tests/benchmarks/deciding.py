"""What it takes to say what a file lacks: of plain languages, and of profiles that use all there is to say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
import time
from typing import Final

from custom_components.jellyfin_subtitles.engine.jellyfin import MediaItem, MediaStream, StreamKind
from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.policy import Household, assess
from custom_components.jellyfin_subtitles.engine.profiles import Profile
from custom_components.jellyfin_subtitles.engine.wants import Want

from .measuring import Result, without_old_garbage

ITEMS: Final = 100_000
NOW: Final = datetime(2026, 11, 1, tzinfo=UTC)
LIBRARY: Final = "1" * 32

PLAIN: Final = Household((Language("de"), Language("en")))
PARTICULAR: Final = Profile(
    "Films",
    tuple(map(Want.from_text, ("de;forced;unless_spoken", "de;no_sdh", "pt-BR;lenient", "en;images"))),
    frozenset({LIBRARY}),
    cutoff="de;no_sdh",
    ignored_paths=("/media/Kids", "*/Trailers/*"),
    ignores_watched=True,
    ignored_after=timedelta(days=365),
)
HOUSEHOLDS: Final = {
    "two languages": PLAIN,
    "two profiles": Household(profiles=(PARTICULAR, replace(PARTICULAR, name="Again", cutoff=None))),
}


def an_item(number: int) -> MediaItem:
    """Return a film with a picture, two voices and three subtitles."""
    streams = (
        MediaStream(StreamKind.VIDEO, None),
        *(MediaStream(StreamKind.AUDIO, language) for language in ("eng", "ger")),
        *(MediaStream(StreamKind.SUBTITLE, language, is_text=True) for language in ("eng", "fre", "spa")),
    )
    path = f"/media/Film {number}/Film {number}.mkv"
    return MediaItem(f"{number:032x}", "Movie", "Film", path=path, created=NOW, is_watched=False, streams=streams)


async def measure() -> list[Result]:
    """Look at as many films as a large server has."""
    items = [an_item(number) for number in range(ITEMS)]
    results = []
    for name, household in HOUSEHOLDS.items():
        with without_old_garbage():
            began = time.thread_time()
            for item in items:
                assess(item, household.profiles_for(LIBRARY), NOW)
            spent = time.thread_time() - began
        results.append(Result(f"what one of 100,000 films lacks, {name}", spent / ITEMS * 1_000_000, "µs"))
    return results
