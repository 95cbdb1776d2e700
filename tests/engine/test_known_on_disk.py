"""The known document and the journal: whatever of them is left, nothing is lost and nothing comes twice."""

from datetime import timedelta
import json
from typing import Any, override
from unittest.mock import patch

from hypothesis import given, strategies as st
import pytest

from custom_components.jellyfin_subtitles.engine.known import KnownIds

from .knowing import FILMS, NOW, after_a_crash, an_announcement, an_id, begun
from .memory import MemoryStorage


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


async def test_a_crash_between_the_two_writes_forgets_nothing_that_was_removed() -> None:
    storage = MemoryStorage()
    known = await begun(storage)
    journal = storage.journal
    known.remove(an_id(1), NOW)
    await known.save(NOW)
    storage.journal = journal
    assert an_id(1) in await after_a_crash(storage)


async def test_an_id_learnt_while_the_known_document_is_written_stays_in_the_journal() -> None:
    class SlowStorage(MemoryStorage):
        @override
        async def save_known(self, document: dict[str, Any]) -> bool:
            written = await super().save_known(document)
            known.learn(an_id(10))
            return written

    storage = SlowStorage()
    known = KnownIds(storage)
    await known.load()
    known.begin(NOW)
    await known.save(NOW)
    assert an_id(10) in await after_a_crash(storage)


async def test_what_could_not_be_written_stays_in_the_journal() -> None:
    class FullDisk(MemoryStorage):
        @override
        async def save_known(self, document: dict[str, Any]) -> bool:
            return False

    storage = MemoryStorage()
    await begun(storage)
    full = FullDisk(storage.known, storage.journal)
    known = KnownIds(full)
    await known.load()
    known.learn(an_id(9))
    await known.save(NOW)
    assert an_id(9) in await after_a_crash(full)


async def test_the_known_document_is_written_only_if_it_has_changed() -> None:
    storage = MemoryStorage()
    known = await begun(storage)
    written = storage.known_writes
    await known.save(NOW)
    assert storage.known_writes == written
    known.learn(an_id(9))
    await known.save(NOW)
    assert storage.known_writes == written + 1


async def test_what_was_not_announced_after_all_has_nothing_to_repeat() -> None:
    storage = MemoryStorage()
    known = await begun(storage)
    known.take([an_id(7)])
    await known.announcing([an_id(7)])
    known.spare(an_id(7))
    known.spare(an_id(8))
    await known.flush()
    assert (await after_a_crash(storage)).interrupted == ()


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


async def test_what_could_not_be_written_is_written_the_next_time() -> None:
    storage = MemoryStorage()
    known = await begun(storage)
    known.learn(an_id(9))
    with patch.object(storage, "save_journal", side_effect=OSError), pytest.raises(OSError):
        await known.flush()
    await known.flush()
    assert an_id(9) in storage.journals[-1]["since"]


async def test_known_ids_that_could_not_be_written_are_written_the_next_time() -> None:
    storage = MemoryStorage()
    known = await begun(storage)
    known.learn_existing({an_id(9): 0})
    with patch.object(storage, "save_known", side_effect=OSError), pytest.raises(OSError):
        await known.save(NOW)
    await known.save(NOW)
    assert an_id(9) in await after_a_crash(storage)


async def test_what_was_called_new_and_turned_out_to_be_old_is_known_after_a_crash() -> None:
    """The crash comes once its library is learnt, and before the others are."""
    storage = MemoryStorage()
    known = await begun(storage)
    known.learn_existing({an_id(8): 0, an_id(9): 0})
    known.contest([an_id(9)], NOW)
    known.name([an_id(7), an_id(8), an_id(9)])
    await known.learnt("a" * 32, NOW, first_scan=False)
    again = await after_a_crash(storage)
    assert [an_id(number) in again for number in (7, 8, 9)] == [False, True, False]
    assert set(again.named) == {an_id(7), an_id(9)}


@pytest.mark.parametrize("lost", ["known", "journal"])
async def test_with_one_file_lost_the_libraries_are_learnt_again(lost: str) -> None:
    storage = MemoryStorage()
    known = await begun(storage)
    known.learn(an_id(9))
    await known.flush()
    setattr(storage, lost, None)
    again = await after_a_crash(storage)
    assert (again.mark is None) is (lost == "journal")
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
        ({"ids": {an_id(1): 1}, "libraries": {"x": ["no date", "no date"]}}, None),
        ({"ids": {an_id(1): 1}, "libraries": {"x": ["2026-01-01", "2026-01-01"]}}, None),
        ({"ids": {an_id(1): 1}, "libraries": {}}, None),
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
