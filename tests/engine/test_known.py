"""The ids ever seen: nothing known is ever new again, and nothing new is forgotten."""

from datetime import timedelta

from custom_components.jellyfin_subtitles.engine.known import (
    CONTESTED_KEPT,
    FIRST_SCAN_AT_MOST,
    FIRST_SCAN_QUIET,
    REMOVED_KEPT,
    KnownIds,
)

from .knowing import FILMS, NOW, after_a_crash, an_announcement, an_id, begun
from .memory import MemoryStorage


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
    assert known.mark == latest


async def test_where_the_mark_stands_is_written_with_the_next_flush() -> None:
    storage = MemoryStorage()
    known = await begun(storage)
    known.advance(NOW + timedelta(hours=1))
    await known.flush()
    assert (await after_a_crash(storage)).mark == NOW + timedelta(hours=1)
    known.begin(NOW)
    await known.flush()
    assert (await after_a_crash(storage)).mark == NOW


async def test_should_the_servers_clock_go_back_the_mark_goes_with_it() -> None:
    known = await begun(MemoryStorage())
    known.advance(NOW + timedelta(days=30))
    known.advance(NOW + timedelta(minutes=1))
    assert known.mark == NOW + timedelta(minutes=1)


async def test_before_the_first_baseline_there_is_no_mark_to_move() -> None:
    known = KnownIds(MemoryStorage())
    await known.load()
    known.advance(NOW)
    assert known.mark is None


async def test_a_removed_id_that_is_back_within_a_week_is_not_new() -> None:
    storage = MemoryStorage()
    known = await begun(storage)
    known.remove(an_id(1), NOW)
    assert an_id(1) in known
    await known.flush()
    again = await after_a_crash(storage)
    assert again.take([an_id(1)]) == ()
    assert again.removed_lately(NOW) == {}


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


async def test_a_removed_file_that_a_library_shows_again_stays_known_for_good() -> None:
    storage = MemoryStorage()
    known = await begun(storage)
    known.remove(an_id(1), NOW)
    assert known.learn_existing({an_id(1): 5, an_id(7): 7}) == {an_id(7)}, "that one was known all the time"
    assert known.with_identity([5, 11]) == (an_id(1),)
    await known.save(NOW)
    again = await after_a_crash(storage)
    await again.save(NOW + REMOVED_KEPT)
    assert again.take([an_id(1)], added=True) == ()


async def test_a_removed_file_is_replaced_once() -> None:
    known = await begun(MemoryStorage())
    known.remove(an_id(1), NOW)
    known.remove(an_id(2), NOW)
    assert known.removed_lately(NOW) == {11: an_id(1)}
    assert known.removed_lately(NOW + REMOVED_KEPT) == {}
    known.announced(an_id(5), 11, an_announcement(an_id(5), replaces=an_id(1)))
    assert known.removed_lately(NOW) == {}
    assert an_id(1) in known


async def test_known_ids_are_found_by_their_identity() -> None:
    known = await begun(MemoryStorage())
    known.learn(an_id(3), 33)
    assert known.with_identity([33, 11, 99]) == (an_id(1), an_id(3))


async def test_an_id_removed_before_a_crash_stays_removed() -> None:
    storage = MemoryStorage()
    known = await begun(storage)
    known.remove(an_id(1), NOW)
    await known.flush()
    again = await after_a_crash(storage)
    await again.save(NOW + REMOVED_KEPT)
    assert again.take([an_id(1)]) == (an_id(1),)


async def test_ids_saved_while_the_library_was_read_are_new_if_the_server_says_so() -> None:
    storage = MemoryStorage()
    known = await begun(storage)
    known.contest([an_id(1)], NOW)
    assert known.may_be_news(an_id(1))
    assert not known.may_be_news(an_id(2))
    assert known.take([an_id(1)]) == ()
    assert known.take([an_id(1)], added=True) == (an_id(1),)
    assert known.take([an_id(1), an_id(2)], added=True) == ()
    await known.flush()
    assert an_id(1) not in await after_a_crash(storage)
    await known.save(NOW)
    assert storage.journals[-1]["news"] == []
    assert an_id(1) not in await after_a_crash(storage)


async def test_the_doubt_ends_with_the_id_being_learnt_or_after_some_minutes() -> None:
    known = await begun(MemoryStorage())
    known.contest([an_id(1), an_id(2)], NOW)
    known.learn(an_id(1))
    assert known.take([an_id(1)], added=True) == ()
    await known.save(NOW + CONTESTED_KEPT)
    assert known.take([an_id(2)], added=True) == ()


async def test_what_a_library_teaches_is_written_with_the_next_save() -> None:
    storage = MemoryStorage()
    known = await begun(storage)
    known.learn_existing({an_id(7): 7})
    await known.save(NOW)
    assert an_id(7) in await after_a_crash(storage)


async def test_a_library_with_nothing_in_it_is_remembered_too() -> None:
    storage = MemoryStorage()
    known = await begun(storage)
    await known.learnt("a" * 32, NOW, first_scan=False)
    assert (await after_a_crash(storage)).libraries == {FILMS, "a" * 32}
    known.forget_libraries(["a" * 32])
    await known.save(NOW)
    assert (await after_a_crash(storage)).libraries == {FILMS}


async def test_reading_a_library_teaches_what_was_not_known_nor_called_new() -> None:
    known = await begun(MemoryStorage())
    known.take([an_id(7)], added=True)
    known.take([an_id(8), an_id(9)])
    known.take([an_id(9)], added=True)
    taught = known.learn_existing({an_id(number): 5 for number in (1, 6, 7, 8, 9)})
    assert taught == {an_id(6), an_id(8)}
    assert an_id(7) not in known
    assert an_id(8) in known
    known.remove(an_id(1), NOW)
    assert known.removed_lately(NOW) == {11: an_id(1)}


async def test_a_library_that_has_just_appeared_is_scanned_until_nothing_turns_up_for_a_while() -> None:
    known = await begun(MemoryStorage())
    await known.learnt("a" * 32, NOW, first_scan=True)
    assert known.libraries == {FILMS, "a" * 32}
    assert known.has_learnt(FILMS)
    assert not known.in_first_scan(FILMS, NOW)
    almost = NOW + FIRST_SCAN_QUIET - timedelta(seconds=1)
    assert known.in_first_scan("a" * 32, almost)
    assert known.in_first_scan("a" * 32, almost + FIRST_SCAN_QUIET - timedelta(seconds=1))
    assert not known.in_first_scan("a" * 32, almost + 3 * FIRST_SCAN_QUIET)
    assert not known.in_first_scan("b" * 32, NOW)
    known.forget_libraries(["a" * 32, "b" * 32])
    assert known.libraries == {FILMS}


async def test_that_a_library_went_out_of_sight_is_remembered_until_it_is_learnt_again() -> None:
    storage = MemoryStorage()
    known = await begun(storage)
    assert not known.was_there(FILMS)
    known.forget_libraries([FILMS])
    await known.save(NOW)
    again = await after_a_crash(storage)
    assert again.was_there(FILMS)
    await again.learnt(FILMS, NOW, first_scan=False)
    assert not again.was_there(FILMS)


async def test_a_first_scan_does_not_last_for_ever() -> None:
    known = await begun(MemoryStorage())
    await known.learnt("a" * 32, NOW, first_scan=True)
    now = NOW
    while known.in_first_scan("a" * 32, now):
        now += FIRST_SCAN_QUIET / 2
    assert now == NOW + FIRST_SCAN_AT_MOST


async def test_how_long_a_first_scan_goes_on_is_remembered() -> None:
    storage = MemoryStorage()
    known = await begun(storage)
    await known.learnt("a" * 32, NOW, first_scan=True)
    almost = NOW + FIRST_SCAN_QUIET * 0.9
    assert known.in_first_scan("a" * 32, almost)
    await known.save(almost)
    assert (await after_a_crash(storage)).in_first_scan("a" * 32, almost + FIRST_SCAN_QUIET * 0.9)


async def test_a_library_that_was_there_before_it_is_watched_has_not_just_been_made() -> None:
    known = await begun(MemoryStorage())
    at_first, old, new = "a" * 32, "b" * 32, "c" * 32
    known.pass_by([at_first], NOW)
    known.settled = True
    await known.learnt(old, NOW - FIRST_SCAN_QUIET, first_scan=True)
    known.pass_by([at_first, old, new], NOW)
    known.pass_by([at_first, old, new], NOW + FIRST_SCAN_QUIET / 2)

    assert known.libraries == {FILMS}
    assert [known.may_be_filling(one, NOW) for one in (at_first, old, new, "d" * 32)] == [False, False, True, True]
    assert not known.may_be_filling(new, NOW + FIRST_SCAN_QUIET)


async def test_which_libraries_were_passed_by_is_remembered() -> None:
    storage = MemoryStorage()
    known = await begun(storage)
    known.settled = True
    known.pass_by([FILMS], NOW)
    await known.save(NOW)
    assert known.libraries == frozenset()

    again = await after_a_crash(storage)
    assert not again.may_be_filling(FILMS, NOW)
    assert again.may_be_filling("a" * 32, NOW)
    await again.learnt(FILMS, NOW, first_scan=False)
    again.forget_libraries([FILMS])
    assert again.may_be_filling(FILMS, NOW)
