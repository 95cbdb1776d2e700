"""Whoever is told something; none of them costs the others anything."""

import logging

import pytest

from custom_components.jellyfin_subtitles.engine.subscribers import Subscribers


def test_all_are_told_until_they_leave() -> None:
    subscribers = Subscribers[[str, int]]("news")
    heard: list[tuple[str, str, int]] = []
    leave = subscribers.add(lambda word, number: heard.append(("first", word, number)))
    subscribers.add(lambda word, number: heard.append(("second", word, number)))
    subscribers.tell("one", 1)
    leave()
    leave()
    subscribers.tell("two", 2)

    assert heard == [("first", "one", 1), ("second", "one", 1), ("second", "two", 2)]


def test_who_subscribes_twice_is_told_twice() -> None:
    subscribers = Subscribers[[str]]("news")
    heard: list[str] = []
    subscribers.add(heard.append)
    leave = subscribers.add(heard.append)
    subscribers.tell("one")
    leave()
    subscribers.tell("two")

    assert heard == ["one", "one", "two"]


def test_who_leaves_while_others_are_told_disturbs_nobody() -> None:
    subscribers = Subscribers[[]]("news")
    heard: list[str] = []

    def leave_at_once() -> None:
        heard.append("first")
        leave()

    leave = subscribers.add(leave_at_once)
    subscribers.add(lambda: heard.append("second"))
    subscribers.tell()
    subscribers.tell()

    assert heard == ["first", "second", "second"]


def test_one_that_raises_is_logged_once_and_the_others_are_told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    subscribers = Subscribers[[int]]("news")
    heard: list[int] = []

    def fail_over_some(number: int) -> None:
        if number < 3:
            raise ValueError(number)

    def fail(number: int) -> None:
        raise ValueError(number)

    subscribers.add(fail_over_some)
    subscribers.add(fail)
    subscribers.add(heard.append)
    for number in range(5):
        subscribers.tell(number)

    assert heard == [0, 1, 2, 3, 4]
    assert [(one.levelno, one.getMessage(), bool(one.exc_info)) for one in caplog.records] == [
        (logging.ERROR, "A listener failed over news", True),
        (logging.ERROR, "A listener failed over news", True),
        (logging.INFO, "A listener that failed over news works again", False),
    ]
