"""What stands in the way of all subtitles."""

from dataclasses import replace
from datetime import UTC, datetime

from custom_components.jellyfin_subtitles.engine.backends import FailureReason
from custom_components.jellyfin_subtitles.engine.languages import Language
from custom_components.jellyfin_subtitles.engine.ledger_models import Record, RecordState
from custom_components.jellyfin_subtitles.engine.models import RequestReason
from custom_components.jellyfin_subtitles.engine.troubles import Troubles
from custom_components.jellyfin_subtitles.engine.wants import Want

NOW = datetime(2026, 11, 1, tzinfo=UTC)
WANT, REASON = Want(Language("de")), RequestReason.NEW_MEDIA
RECORD = Record("1", "1", None, "movie", "", None, None, None, WANT, "r", REASON, NOW, NOW, NOW)


def of(reason: str | None, count: int = 1) -> dict[str, Record]:
    """Return files whose last attempt was in vain for this reason."""
    return {str(number): replace(RECORD, reason=reason) for number in range(count)}


def test_a_right_or_a_provider_that_is_missing_concerns_everything() -> None:
    assert Troubles().look(of(FailureReason.NO_RIGHT)) == {FailureReason.NO_RIGHT}
    assert Troubles().look(of(FailureReason.NO_PROVIDER)) == {FailureReason.NO_PROVIDER}


def test_a_provider_that_fails_once_or_twice_concerns_nobody_else() -> None:
    assert Troubles().look(of(FailureReason.PROVIDER_FAILED, 2)) == frozenset()
    assert Troubles().look(of(FailureReason.PROVIDER_FAILED, 3)) == {FailureReason.PROVIDER_FAILED}


def test_what_concerns_one_file_only_is_no_trouble() -> None:
    assert Troubles().look(of("not_found", 10) | of(None)) == frozenset()


def test_it_lasts_while_the_next_attempt_runs_and_ends_with_what_that_shows() -> None:
    troubles = Troubles()
    troubles.look(of(FailureReason.NO_RIGHT))
    searching = {"0": replace(RECORD, state=RecordState.SEARCHING)}
    assert troubles.look(searching) == {FailureReason.NO_RIGHT}
    assert troubles.look(of("not_found")) == frozenset()


def test_what_is_brought_or_begins_anew_shows_nothing_yet() -> None:
    troubles = Troubles()
    troubles.look(of(FailureReason.NO_RIGHT))
    reported = {"0": replace(RECORD, state=RecordState.VERIFYING, reason="no_voice")}
    assert troubles.look(reported) == {FailureReason.NO_RIGHT}
    assert troubles.look(of(None)) == {FailureReason.NO_RIGHT}


def test_it_ends_when_nothing_is_wanted_any_more_or_something_was_delivered() -> None:
    troubles = Troubles()
    troubles.look(of(FailureReason.NO_RIGHT))
    assert troubles.look({}) == frozenset()
    troubles.look(of(FailureReason.PROVIDER_FAILED, 3))
    searching = {key: replace(RECORD, state=RecordState.SEARCHING) for key in "012"}
    assert troubles.look(searching) == {FailureReason.PROVIDER_FAILED}
    troubles.served()
    assert troubles.look(searching) == frozenset()
