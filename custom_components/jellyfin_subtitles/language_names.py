"""Languages by the names that Home Assistant's own language has for them: shown, chosen and typed."""

from collections.abc import Mapping
from typing import Any, Final, override

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.selector import SelectSelector, SelectSelectorConfig, SelectSelectorMode
from homeassistant.helpers.translation import async_get_cached_translations

from .const import CONF_CUTOFF, CONF_LANGUAGES, DOMAIN
from .engine.languages import LANGUAGES, Language, language_named, nearest, parse_language

# The keys of texts are in lower case, and so are the tags that the fields offer: `pt-br`.
OFFERED: Final = [language.tag.lower() for language in LANGUAGES]

_NAME: Final = f"component.{DOMAIN}.selector.language.options."


class LanguageSelector(SelectSelector):
    """A field in which languages are chosen, by the names and in the order that the reader's language has for them.

    Several keep the order in which they were chosen. What is chosen are tags as the engine writes them.
    """

    def __init__(self, *, multiple: bool) -> None:
        """Offer all languages."""
        super().__init__(
            SelectSelectorConfig(
                options=OFFERED,
                translation_key="language",
                multiple=multiple,
                mode=SelectSelectorMode.DROPDOWN,
                sort=True,
            )
        )

    @override
    def __call__(self, data: Any) -> Any:
        """Return the tags of what was chosen."""
        chosen = super().__call__(_offered(data))
        return list(map(_tag, chosen)) if isinstance(chosen, list) else _tag(chosen)


def as_offered(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form shows, with its languages as the fields offer them."""
    return {key: _offered(value) if key in (CONF_LANGUAGES, CONF_CUTOFF) else value for key, value in values.items()}


@callback
def language_name(hass: HomeAssistant, language: Language) -> str:
    """Return what a language is called; one that is not offered goes by its English name."""
    return _names(hass).get(f"{_NAME}{language.tag.lower()}", language.name)


@callback
def language_meant(hass: HomeAssistant, written: str) -> Language | None:
    """Return the language of a code, a tag, or a name in English or in Home Assistant's language."""
    return language_named(written) or _languages(hass).get(written.strip().casefold())


@callback
def language_like(hass: HomeAssistant, written: str) -> Language | None:
    """Return which language somebody may have meant who wrote this, None if there is no telling."""
    return nearest(written, _languages(hass))


def _names(hass: HomeAssistant) -> Mapping[str, str]:
    """Return the names; right after Home Assistant's language has changed, there are none yet."""
    return async_get_cached_translations(hass, hass.config.language, "selector", DOMAIN)


def _languages(hass: HomeAssistant) -> dict[str, Language]:
    """Return the languages by their names in lower case."""
    names = _names(hass)
    return {name.casefold(): one for one in LANGUAGES if (name := names.get(f"{_NAME}{one.tag.lower()}"))}


def _offered(value: Any) -> Any:
    if isinstance(value, list):
        return list(map(_offered, value))
    return value.lower() if isinstance(value, str) else value


def _tag(offered: str) -> str:
    language = parse_language(offered)
    assert language is not None
    return language.tag
