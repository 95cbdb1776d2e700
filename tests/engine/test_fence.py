"""What nobody has thought of is held back, and said once."""

import asyncio
import logging

import pytest

from custom_components.jellyfin_subtitles.engine.fence import Fence

LOGGER = logging.getLogger(__name__)


def lines(caplog: pytest.LogCaptureFixture) -> list[tuple[int, str, bool]]:
    """Return what was logged: how grave, what, and whether with a traceback."""
    return [(one.levelno, one.getMessage(), one.exc_info is not None) for one in caplog.records]


def test_what_is_raised_goes_no_further_and_is_said_once_until_it_is_mended(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    fence = Fence(LOGGER, "It broke", "It works again")
    assert not fence.broken
    for _ in range(2):
        for _ in range(3):
            with fence:
                raise ValueError("so")
            assert fence.broken
        for _ in range(2):
            fence.mend()
            assert not fence.broken

    assert lines(caplog) == [(logging.ERROR, "It broke", True), (logging.INFO, "It works again", False)] * 2


def test_those_who_debug_see_each_time(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    fence = Fence(LOGGER, "It broke")
    for _ in range(2):
        with fence:
            raise ValueError("so")
    fence.mend()

    assert lines(caplog) == [(logging.ERROR, "It broke", True), (logging.DEBUG, "It broke", True)]


def test_what_goes_well_mends_nothing_by_itself() -> None:
    fence = Fence(LOGGER, "It broke")
    with fence:
        raise ValueError("so")
    with fence:
        pass

    assert fence.broken


def test_who_is_cancelled_is_cancelled() -> None:
    fence = Fence(LOGGER, "It broke")
    with pytest.raises(asyncio.CancelledError), fence:
        raise asyncio.CancelledError

    assert not fence.broken
