"""The ids ever seen and the journal: nothing known is ever new again, and nothing new is forgotten."""

from datetime import UTC, datetime, timedelta
import json
from typing import Any, override

from hypothesis import given, strategies as st
import pytest

from custom_components.jellyfin_subtitles.engine.known import FIRST_SCAN_QUIET, REMOVED_KEPT, KnownIds
from custom_components.jellyfin_subtitles.engine.models import Announcement, Source

from .memory import MemoryStorage

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
FILMS = "f" * 32


def an_id(number: int) -> str:
    """Return an id in Jellyfin's own spelling."""
    return f"{number:032x}"


def an_announcement(item_id: str, replaces: str | None = None) -> Announcement:
    """Return something that was said."""
    return Announcement(item_id, "movie", "Film", FILMS, "Films", Source.WEBSOCKET, NOW, NOW, replaces=replaces)


async def begun(storage: MemoryStorage) -> KnownIds:
    """Return a memory whose first baseline is behind it."""
    known = KnownIds(storage)
    await known.load()
    known.begin(NOW)
    known.learn_existing({an_id(1): 11, an_id(2): 0})
    await known.learnt(FILMS, NOW, first_scan=False)
    return known


async def after_a_crash(storage: MemoryStorage) -> KnownIds:
    """Return the memory that the next run begins with, had this one been killed now."""
    known = KnownIds(storage.after_a_crash())
    await known.load()
    return known


async def test_an_unknown_id_is_new_once() -> None:
    known = await begun(MemoryStorage())
    assert known.take([an_id(1), an_id(7), an_id(7)]) == (an_id(7),)
    assert known.take([an_id(7)]) == ()
    known.learn(an_id(7))
    assert known.take([an_id(7)]) == ()
    assert an_id(7) in known
    assert len(known) == 3


async def test_an_id_let_go_may_be_new_again() -> None:
    known = await begun(MemoryStorage())
    known.take([an_id(7)])
    known.let_go(an_id(7))
    assert known.take([an_id(7)]) == (an_id(7),)


async def test_the_mark_never_passes_an_id_in_flight() -> None:
    known = await begun(MemoryStorage())
    later, latest = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
    known.take([an_id(7)])
    known.advance(later)
    assert known.mark == NOW
    known.take([an_id(8)])
    known.learn(an_id(7))
    assert known.mark == NOW
    known.learn(an_id(8))
    assert known.mark == later
    known.advance(latest)
    known.advance(later)
    assert known.mark == latest


async def test_before_the_first_baseline_there_is_no_mark_to_move() -> None:
    known = KnownIds(MemoryStorage())
    await known.load()
    known.advance(NOW)
    assert known.mark is None


async def test_what_was_being_announced_when_the_run_ended_is_interrupted() -> None:
    storage = MemoryStorage()
    known = await begun(storage)
    known.take([an_id(7), an_id(8)])
    await known.announcing([an_id(7), an_id(8)])
    known.announced(an_id(7), 5, an_announcement(an_id(7)))
    assert (await after_a_crash(storage)).interrupted == (an_id(7), an_id(8))
    await known.flush()
    again = await after_a_crash(storage)
    assert again.interrupted == (an_id(8),)
    assert again.last == an_announcement(an_id(7))
    assert an_id(7) in again


async def test_the_interrupted_stay_so_until_they_are_dealt_with() -> None:
    storage = MemoryStorage()
    known = await begun(storage)
    known.take([an_id(7)])
    await known.announcing([an_id(7)])
    storage = storage.after_a_crash()
    known = KnownIds(storage)
    await known.load()
    assert known.take([an_id(7)]) == (an_id(7),)
    await known.save(NOW)
    assert (await after_a_crash(storage)).interrupted == (an_id(7),)


async def test_the_journal_is_written_only_when_it_has_something_to_say() -> None:
    storage = MemoryStorage()
    known = await begun(storage)
    written = storage.journal_writes
    await known.flush()
    assert storage.journal_writes == written
    known.learn(an_id(9))
    await known.flush()
    await known.flush()
    assert storage.journal_writes == written + 1
    assert an_id(9) in await after_a_crash(storage)


async def test_saving_empties_the_journal_of_what_the_known_document_holds() -> None:
    storage = MemoryStorage()
    known = await begun(storage)
    known.learn(an_id(9), 99)
    await known.flush()
    assert storage.journals[-1]["since"] == {an_id(9): 99}
    await known.save(NOW)
    assert storage.journals[-1]["since"] == {}
    assert an_id(9) in await after_a_crash(storage)


async def test_an_id_learnt_while_the_known_document_is_written_stays_in_the_journal() -> None:
    class SlowStorage(MemoryStorage):
        @override
        async def save_known(self, document: dict[str, Any]) -> None:
            await super().save_known(document)
            known.learn(an_id(10))

    storage = SlowStorage()
    known = KnownIds(storage)
    await known.load()
    known.begin(NOW)
    await known.save(NOW)
    assert an_id(10) in await after_a_crash(storage)


async def test_a_removed_id_that_is_back_within_a_week_is_not_new() -> None:
    storage = MemoryStorage()
    known = await begun(storage)
    known.remove(an_id(1), NOW)
    assert an_id(1) in known
    await known.flush()
    again = await after_a_crash(storage)
    assert again.take([an_id(1)]) == ()
    assert again.replaced_by([11], NOW) is None


async def test_a_removed_id_is_forgotten_after_a_week() -> None:
    known = await begun(MemoryStorage())
    known.remove(an_id(1), NOW)
    await known.save(NOW + REMOVED_KEPT)
    assert known.take([an_id(1)]) == (an_id(1),)


async def test_removing_what_is_unknown_or_in_flight_leaves_nothing_behind() -> None:
    known = await begun(MemoryStorage())
    known.remove(an_id(3), NOW)
    known.take([an_id(4)])
    known.remove(an_id(4), NOW)
    assert an_id(3) not in known
    assert known.take([an_id(4)]) == (an_id(4),)


async def test_a_removed_file_is_replaced_once() -> None:
    known = await begun(MemoryStorage())
    known.remove(an_id(1), NOW)
    assert known.replaced_by([77, 11], NOW) == an_id(1)
    assert known.replaced_by([77], NOW) is None
    assert known.replaced_by([11], NOW + REMOVED_KEPT) is None
    known.announced(an_id(5), 11, an_announcement(an_id(5), replaces=an_id(1)))
    assert known.replaced_by([11], NOW) is None


async def test_ids_saved_while_the_library_was_read_are_new_if_the_server_says_so() -> None:
    known = await begun(MemoryStorage())
    known.contest([an_id(1)])
    assert known.take([an_id(1)]) == ()
    assert known.take([an_id(1)], added=True) == (an_id(1),)
    assert known.take([an_id(1), an_id(2)], added=True) == ()


async def test_reading_a_library_does_not_touch_what_is_in_flight_or_known() -> None:
    known = await begun(MemoryStorage())
    known.take([an_id(7)])
    known.learn_existing({an_id(7): 1, an_id(1): 0})
    assert an_id(7) not in known
    known.remove(an_id(1), NOW)
    assert known.replaced_by([11], NOW) == an_id(1)


async def test_a_library_that_has_just_appeared_is_scanned_until_nothing_turns_up_for_a_while() -> None:
    known = await begun(MemoryStorage())
    await known.learnt("a" * 32, NOW, first_scan=True)
    assert known.libraries == {FILMS, "a" * 32}
    assert not known.in_first_scan(FILMS, NOW)
    almost = NOW + FIRST_SCAN_QUIET - timedelta(seconds=1)
    assert known.in_first_scan("a" * 32, almost)
    assert known.in_first_scan("a" * 32, almost + FIRST_SCAN_QUIET - timedelta(seconds=1))
    assert not known.in_first_scan("a" * 32, almost + 3 * FIRST_SCAN_QUIET)
    assert not known.in_first_scan("b" * 32, NOW)
    known.forget_libraries(["a" * 32, "b" * 32])
    assert known.libraries == {FILMS}


async def test_everything_survives_a_restart() -> None:
    storage = MemoryStorage()
    known = await begun(storage)
    known.remove(an_id(2), NOW)
    known.advance(NOW + timedelta(hours=1))
    await known.save(NOW)
    again = await after_a_crash(storage)
    assert again.mark == NOW + timedelta(hours=1)
    assert again.libraries == {FILMS}
    assert len(again) == 1
    assert an_id(1) in again
    assert an_id(2) in again


@pytest.mark.parametrize("lost", ["known", "journal"])
async def test_with_one_file_lost_the_libraries_are_learnt_again(lost: str) -> None:
    storage = MemoryStorage()
    known = await begun(storage)
    known.learn(an_id(9))
    await known.flush()
    setattr(storage, lost, None)
    again = await after_a_crash(storage)
    assert again.mark is None
    assert again.libraries == frozenset()
    assert (an_id(1) in again) is (lost == "journal")
    assert (an_id(9) in again) is (lost == "known")


@pytest.mark.parametrize(
    ("known", "journal"),
    [
        ({"ids": []}, None),
        ({"ids": {"short": 1}, "libraries": {}}, None),
        ({"ids": {an_id(1): "text"}, "libraries": {}}, None),
        ({"ids": {an_id(1): 1}}, None),
        ({"ids": {an_id(1): 1}, "libraries": {"x": "no date"}}, None),
        (None, {}),
        (None, {"mark": "yesterday"}),
        (None, {"since": {"short": 1}}),
        (None, {"since": {an_id(1): None}}),
        (None, {"announcing": [1]}),
        (None, {"removed": {an_id(1): 5}}),
        (None, {"last": {"name": "half"}}),
        (None, []),
    ],
)
async def test_a_file_that_makes_no_sense_is_kept_aside(known: object, journal: object) -> None:
    storage = MemoryStorage()
    await begun(storage)
    if known is not None:
        storage.known = json.dumps(known)
    if isinstance(journal, dict) and journal:
        assert storage.journal is not None
        storage.journal = json.dumps(json.loads(storage.journal) | journal)
    elif journal is not None:
        storage.journal = json.dumps(journal)
    left = storage.after_a_crash()
    again = KnownIds(left)
    await again.load()
    assert left.kept_aside == [(storage.known, storage.journal)]
    assert again.mark is None
    again.begin(NOW)
    await again.save(NOW)
    assert (await after_a_crash(left)).mark == NOW


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["take", "added", "learn", "let_go", "remove", "announce", "flush", "save", "crash"]),
            st.integers(0, 5),
        ),
        max_size=30,
    )
)
async def test_an_announced_id_is_never_taken_again_whatever_happens(steps: list[tuple[str, int]]) -> None:
    storage = MemoryStorage()
    known = KnownIds(storage)
    await known.load()
    known.begin(NOW)
    await known.learnt(FILMS, NOW, first_scan=False)
    announced: set[str] = set()
    for step, number in steps:
        item_id = an_id(number)
        match step:
            case "take" | "added":
                taken = known.take([item_id], added=step == "added")
                assert not announced.intersection(taken)
            case "learn":
                known.learn(item_id)
            case "let_go":
                known.let_go(item_id)
            case "remove":
                known.remove(item_id, NOW)
            case "announce":
                await known.announcing([item_id])
                known.announced(item_id, 1, an_announcement(item_id))
                await known.flush()
                announced.add(item_id)
            case "flush":
                await known.flush()
            case "save":
                await known.save(NOW)
            case "crash":
                storage = storage.after_a_crash()
                known = KnownIds(storage)
                await known.load()
    assert all(item_id in known for item_id in announced)
