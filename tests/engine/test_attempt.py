"""One attempt: what is fetched of what was found, and what is not tried a second time."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from custom_components.jellyfin_subtitles.engine.attempt import CANDIDATES, fetched, next_look
from custom_components.jellyfin_subtitles.engine.backends import (
    Candidate,
    CandidateRefusedError,
    FailureReason,
    Subtitle,
    Task,
)
from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.ledger_models import Record
from custom_components.jellyfin_subtitles.engine.models import RequestReason
from custom_components.jellyfin_subtitles.engine.wants import Want

NOW = datetime(2026, 11, 1, tzinfo=UTC)
WANT = Want(Language("de"))
TASK = Task("film", "film", "Night Ferry", WANT)
RECORD = Record("1", "1", None, "movie", "", None, None, None, WANT, "r", RequestReason.NEW_MEDIA, NOW, NOW, NOW)


@dataclass
class Shelf:
    """Finds what is in `finds`, one list after the other, and gives what is not in `refuses`."""

    finds: list[list[str]]
    refuses: dict[str, FailureReason]
    name: str = "shelf"
    looks: Sequence[float] = (0.0,)
    fetched: list[str] = field(default_factory=list)
    searches: int = 0

    async def search(self, task: Task) -> Sequence[Candidate]:
        """Find the next list, and the last one for ever."""
        found = self.finds[min(self.searches, len(self.finds) - 1)]
        self.searches += 1
        return [Candidate(one, self.name, one) for one in found]

    async def fetch(self, task: Task, candidate: Candidate) -> Subtitle:
        """Give it, or refuse to."""
        self.fetched.append(candidate.subtitle_id)
        if (reason := self.refuses.get(candidate.subtitle_id)) is not None:
            raise CandidateRefusedError(reason)
        return Subtitle(candidate, "srt", b"1")

    async def deliver(self, task: Task, subtitle: Subtitle) -> None:
        """Bring nothing anywhere: that is not looked at here."""


async def what_is_fetched(shelf: Shelf) -> str | None:
    """Return the id of what the attempt brings."""
    subtitle = await fetched(shelf, TASK, lambda: None)
    return None if subtitle is None else subtitle.candidate.subtitle_id


async def test_what_was_refused_is_not_fetched_again_in_the_second_search() -> None:
    shelf = Shelf([["a", "b"], ["a", "c"]], {"a": FailureReason.PROVIDER_FAILED, "b": FailureReason.PROVIDER_FAILED})
    assert await what_is_fetched(shelf) == "c"
    assert shelf.fetched == ["a", "b", "c"]


async def test_what_cannot_be_fetched_and_is_still_found_is_said_to_fail() -> None:
    shelf = Shelf([["a"]], {"a": FailureReason.PROVIDER_FAILED})
    with pytest.raises(CandidateRefusedError) as error:
        await what_is_fetched(shelf)
    assert error.value.reason is FailureReason.PROVIDER_FAILED
    assert (shelf.fetched, shelf.searches) == (["a"], 2)


async def test_what_is_not_found_any_more_was_never_there() -> None:
    shelf = Shelf([["a"], []], {"a": FailureReason.PROVIDER_FAILED})
    assert await what_is_fetched(shelf) is None


async def test_what_was_looked_at_and_is_of_no_use_is_not_searched_for_again() -> None:
    shelf = Shelf([["a"]], {"a": FailureReason.WRONG_LANGUAGE})
    with pytest.raises(CandidateRefusedError):
        await what_is_fetched(shelf)
    assert shelf.searches == 1


async def test_no_more_than_a_few_are_fetched_of_one_search() -> None:
    found = [str(number) for number in range(10)]
    shelf = Shelf([found], dict.fromkeys(found, FailureReason.EMPTY_FILE))
    with pytest.raises(CandidateRefusedError):
        await what_is_fetched(shelf)
    assert shelf.fetched == ["0", "1", "2"]
    assert CANDIDATES == 3


@pytest.mark.parametrize(
    ("backend", "waits"),
    [("early", [60.0, None]), ("shelf", [3.0, 10.0, None]), ("gone", [None]), (None, [None])],
)
def test_the_looks_are_those_of_who_has_delivered_one_after_the_other(
    backend: str | None, waits: list[float | None]
) -> None:
    chain = [Shelf([], {}, "early", (5.0, 60.0)), Shelf([], {}, looks=(1.0, 3.0, 10.0))]
    record = replace(RECORD, backend=backend)
    assert [next_look(replace(record, looks=looks), chain) for looks in range(len(waits))] == waits
