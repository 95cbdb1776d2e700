"""What happened, as people say it in Home Assistant's language: for the lines that are written about it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import reduce
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import LOCALE_EN, async_get_cached_translations

from .const import DOMAIN
from .engine.backends import FailureReason
from .engine.languages import parse_language
from .engine.ledger_models import NOT_FOUND, Record, RecordState
from .language_names import language_name

REASONS: Final = frozenset({NOT_FOUND, *FailureReason})

# What may stand behind the language in a want's key.
KINDS: Final = ("forced", "either", "sdh", "no_sdh")

_PREFIX: Final = f"component.{DOMAIN}.common."


class Wording:
    """The sentences of Home Assistant's language, as it is now; each that tells of an event takes its data."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Take them; right after the language has changed, there are only the English ones."""
        self._hass = hass
        self._texts = async_get_cached_translations(
            hass, hass.config.language, "common", DOMAIN
        ) or async_get_cached_translations(hass, LOCALE_EN, "common", DOMAIN)

    def subject(self, data: Mapping[str, Any]) -> str:
        """Return what an event is about: the title of its item, or how many there are."""
        if "count" not in data:
            return str(data["title"])
        one, several = ("film", "films") if data["item_type"] == "movie" else ("episode", "episodes")
        many = self._say(one if data["count"] == 1 else several, count=data["count"])
        return self._say("of_series", many=many, series=data["series_name"]) if data["series_name"] else many

    def because(self, cause: str, data: Mapping[str, Any]) -> str:
        """Return why an automation runs."""
        return f"{self._say(f'cause_{cause}')}: {self.subject(data)}"

    def added(self, data: Mapping[str, Any]) -> str:
        """Return that one item is new, and where."""
        return self._added(data, [data["library_name"]] if data["library_name"] else [], "added", "added_to")

    def added_together(self, data: Mapping[str, Any]) -> str:
        """Return that many items are new, and where."""
        if data["count"] == 1:
            return self._added(data, data["library_names"], "added", "added_to")
        return self._added(data, data["library_names"], "added_together", "added_together_to")

    def wanted(self, data: Mapping[str, Any]) -> str:
        """Return which subtitles a file lacks."""
        languages = ", ".join(map(self._language, data["missing"]))
        return self._say("wanted", subject=self.subject(data), languages=languages)

    def arrived(self, data: Mapping[str, Any]) -> str:
        """Return which subtitles a file has got."""
        return self._say("arrived", subject=self.subject(data), language=self._language(data["language"]))

    def failed(self, data: Mapping[str, Any]) -> str:
        """Return which subtitles a file has not got, why, and whether that is the end of it."""
        return self._say(
            "failed_for_good" if data["next_attempt"] is None else "failed_for_now",
            subject=self.subject(data),
            language=self._language(data["language"]),
            reason=self._reason(data["reason"]),
        )

    def ready(self, data: Mapping[str, Any]) -> str:
        """Return that a file has all that is wanted."""
        return self._say("ready", subject=self.subject(data))

    def missing(self, one: Record) -> str:
        """Return what a file lacks: `Night Ferry (2021) [German]`."""
        _, *kinds = one.want.key.split(";")
        words = (language_name(self._hass, one.want.language), *(self._say(f"kind_{kind}") for kind in kinds))
        return f"{one.title} [{', '.join(words)}]"

    def progress(self, one: Record, due: datetime) -> str:
        """Return how far it is with what a file lacks; `due` is when it goes on, in local time."""
        if one.state is not RecordState.WAITING:
            return self._say(f"progress_{one.state}")
        then = {"year": f"{due:%Y}", "month": f"{due:%m}", "day": f"{due:%d}", "time": f"{due:%H:%M}"}
        if one.reason is None:
            return self._say("progress_waiting", **then)
        reason = self._reason(one.reason)
        return self._say("next_attempt", reason=f"{reason[:1].upper()}{reason[1:]}", **then)

    @property
    def kinds(self) -> dict[str, str]:
        """The words that stand behind a language, with what they are in a want's key."""
        return {self._say(f"kind_{kind}"): kind for kind in KINDS}

    def _added(self, data: Mapping[str, Any], libraries: Sequence[str], nowhere: str, somewhere: str) -> str:
        if not libraries:
            return self._say(nowhere, subject=self.subject(data))
        names = reduce(lambda some, more: self._say("and", some=some, more=more), libraries)
        return self._say(somewhere, subject=self.subject(data), libraries=names)

    def _language(self, tag: str) -> str:
        language = parse_language(tag)
        return language_name(self._hass, language) if language else tag

    def _reason(self, reason: str) -> str:
        return self._say(f"reason_{reason}") if reason in REASONS else reason

    def _say(self, key: str, **what: object) -> str:
        return self._texts.get(f"{_PREFIX}{key}", key).format(**what)
