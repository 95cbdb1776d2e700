"""Requests and records as tests of the ledger write them."""

from datetime import UTC, datetime
from typing import Any

from custom_components.jellyfin_subtitles.engine.languages import parse_language
from custom_components.jellyfin_subtitles.engine.ledger import Ended, Ledger
from custom_components.jellyfin_subtitles.engine.ledger_models import Record, RecordState
from custom_components.jellyfin_subtitles.engine.models import (
    Announcement,
    Needs,
    RequestReason,
    Source,
    SubtitleRequest,
)
from custom_components.jellyfin_subtitles.engine.wants import Want

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)


def a_want(tag: str = "de") -> Want:
    """Return subtitles in a language."""
    language = parse_language(tag)
    assert language is not None
    return Want(language)


def asked_for(
    source_id: str = "film",
    *tags: str,
    item_id: str | None = None,
    reason: RequestReason = RequestReason.NEW_MEDIA,
    repeated: bool = False,
    request_id: str = "request",
    at: datetime = NOW,
) -> SubtitleRequest:
    """Return a request for languages of a file, German if none is named."""
    wants = tuple(a_want(tag) for tag in tags or ("de",))
    said = Announcement(item_id or source_id, "movie", "Film", "library", "Films", Source.WEBSOCKET, at, at)
    needs = Needs(source_id, None, tuple(want.language.tag for want in wants), (), (), wants)
    return SubtitleRequest(request_id, said, needs, reason, at, repeated)


def opened(ledger: Ledger, source_id: str = "film", *tags: str, due: datetime = NOW, **request: Any) -> list[Record]:
    """Open records of one file."""
    return list(ledger.enter(asked_for(source_id, *tags, **request), map(a_want, tags or ("de",)), due))


def closed(
    ledger: Ledger, source_id: str, state: RecordState, *, now: datetime = NOW, told: bool = True, **request: Any
) -> Ended:
    """Open a record and close it again."""
    (record,) = opened(ledger, source_id, **request)
    ended = ledger.close(record, state, now)
    if told:
        assert ledger.told(ended)
    return ended
