"""The dialog that makes and changes a profile: what is wanted of the files in some libraries."""

from collections.abc import Mapping
from typing import Any, Final

import voluptuous as vol

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_NAME, UnitOfTime
from homeassistant.data_entry_flow import SectionConfig, section
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
)

from .const import (
    CONF_BACKENDS,
    CONF_CUTOFF,
    CONF_HEARING_IMPAIRED,
    CONF_IGNORED_AFTER_DAYS,
    CONF_IGNORED_PATHS,
    CONF_IGNORES_WATCHED,
    CONF_IMAGES,
    CONF_KIND,
    CONF_LANGUAGES,
    CONF_LENIENT,
    CONF_LIBRARIES,
    CONF_MACHINES,
    CONF_UNLESS_SPOKEN,
)
from .engine.jellyfin import JellyfinError
from .engine.profiles import DEFAULT_BACKENDS, could_match
from .engine.wants import HearingImpaired, TrackKind
from .language_names import LanguageSelector, as_offered
from .options_flow import async_read_libraries, number

IGNORED: Final = "ignored"

# Who can be asked, in the order in which they are offered.
BACKENDS: Final = ["jellyfin", "automation"]
KINDS: Final = list(TrackKind)
HEARING_IMPAIRED: Final = list(HearingImpaired)

_TRACKS: Final = {
    vol.Required(CONF_KIND, default=TrackKind.NORMAL): SelectSelector(
        SelectSelectorConfig(options=KINDS, translation_key="track_kind", mode=SelectSelectorMode.LIST)
    ),
    vol.Required(CONF_HEARING_IMPAIRED, default=HearingImpaired.ACCEPTED): SelectSelector(
        SelectSelectorConfig(options=HEARING_IMPAIRED, translation_key="hearing_impaired", mode=SelectSelectorMode.LIST)
    ),
    vol.Required(CONF_UNLESS_SPOKEN, default=False): BooleanSelector(),
    vol.Required(CONF_LENIENT, default=False): BooleanSelector(),
    vol.Required(CONF_IMAGES, default=False): BooleanSelector(),
    vol.Required(CONF_MACHINES, default=True): BooleanSelector(),
    vol.Required(CONF_BACKENDS, default=list(DEFAULT_BACKENDS)): SelectSelector(
        SelectSelectorConfig(options=BACKENDS, translation_key="backend", multiple=True, mode=SelectSelectorMode.LIST)
    ),
}
_IGNORED: Final = {
    vol.Optional(CONF_IGNORED_PATHS, default=list): TextSelector(TextSelectorConfig(multiple=True)),
    vol.Required(CONF_IGNORES_WATCHED, default=False): BooleanSelector(),
    vol.Optional(CONF_IGNORED_AFTER_DAYS): number(1, 36500, UnitOfTime.DAYS),
}


class JellyfinSubtitlesProfileFlow(ConfigSubentryFlow):
    """Make a profile, or change one; the entry hears of it by itself."""

    def __init__(self) -> None:
        """Begin with what counts while nothing was chosen."""
        self._name = ""
        self._stored: dict[str, Any] = {}
        self._first_page: dict[str, Any] = {}
        self._libraries: dict[str, str] = {}

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for the name, the libraries and the languages of a new profile."""
        return await self._async_choose_languages("user", user_input)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask the same of a profile that there is."""
        subentry = self._get_reconfigure_subentry()
        self._name, self._stored = subentry.title, dict(subentry.data)
        return await self._async_choose_languages("reconfigure", user_input)

    async def async_step_tracks(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask which tracks will do, who is asked for them, and what is ignored; then the profile counts."""
        errors, pattern, shown = {}, "", {**self._stored, IGNORED: self._stored}
        if user_input is not None:
            ignored = dict(user_input[IGNORED])
            ignored[CONF_IGNORED_PATHS] = [path for one in ignored[CONF_IGNORED_PATHS] if (path := one.strip())]
            wrong = [path for path in ignored[CONF_IGNORED_PATHS] if not could_match(path)]
            if not user_input[CONF_BACKENDS]:
                errors[CONF_BACKENDS] = "no_backend_chosen"
            if wrong:
                errors["base"] = "bad_pattern"
                pattern = wrong[0]
            if not errors:
                return self._save({**user_input, **ignored})
            shown = {**user_input, IGNORED: ignored}
        is_used = any(shown[IGNORED].get(str(key)) for key in _IGNORED)
        options: SectionConfig = {"collapsed": not is_used}
        schema = vol.Schema({**_TRACKS, vol.Required(IGNORED): section(vol.Schema(_IGNORED), options)})
        return self.async_show_form(
            step_id="tracks",
            data_schema=self.add_suggested_values_to_schema(schema, shown),
            errors=errors,
            description_placeholders={"name": self._name, "pattern": pattern},
            last_step=True,
        )

    async def _async_choose_languages(self, step_id: str, user_input: dict[str, Any] | None) -> SubentryFlowResult:
        errors = {}
        if user_input is not None:
            errors = self._mistakes(user_input)
            if not errors:
                self._first_page = dict(user_input)
                self._name = self._first_page.pop(CONF_NAME).strip()
                return await self.async_step_tracks()
        else:
            chosen = self._stored.get(CONF_LIBRARIES, ())
            try:
                self._libraries = await async_read_libraries(self.hass, self._get_entry(), chosen)
            except JellyfinError:
                # Those that were chosen stay, and the rest of the profile can be made.
                self._libraries = {library_id: library_id for library_id in chosen}
                errors["base"] = "libraries_not_told"
        shown = user_input or {CONF_NAME: self._name, **self._stored}
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(_languages_schema(self._libraries), as_offered(shown)),
            errors=errors,
            description_placeholders={"server": self._get_entry().title},
            last_step=False,
        )

    def _mistakes(self, chosen: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong on the first page, by field."""
        errors = {}
        own = self._reconfigure_subentry_id if self.source == SOURCE_RECONFIGURE else None
        others = [one for one in self._get_entry().subentries.values() if one.subentry_id != own]
        name, languages = chosen[CONF_NAME].strip(), chosen[CONF_LANGUAGES]
        if not name:
            errors[CONF_NAME] = "no_name"
        if name.casefold() in [one.title.casefold() for one in others]:
            errors[CONF_NAME] = "name_taken"
        if not languages:
            errors[CONF_LANGUAGES] = "no_language_chosen"
        elif CONF_CUTOFF in chosen and chosen[CONF_CUTOFF] not in languages:
            errors[CONF_CUTOFF] = "cutoff_not_wanted"
        return errors

    def _save(self, second_page: Mapping[str, Any]) -> SubentryFlowResult:
        """End the dialog with what was chosen on both pages."""
        chosen = {key: value for key, value in {**self._first_page, **second_page}.items() if key != IGNORED}
        data = {key: int(value) if isinstance(value, float) else value for key, value in chosen.items()}
        if self.source == SOURCE_RECONFIGURE:
            subentry = self._get_reconfigure_subentry()
            return self.async_update_and_abort(self._get_entry(), subentry, title=self._name, data=data)
        return self.async_create_entry(title=self._name, data=data)


def _languages_schema(libraries: Mapping[str, str]) -> vol.Schema:
    """Return the fields of the first page; libraries are given as ids with their names."""
    offered = [SelectOptionDict(value=library_id, label=name) for library_id, name in libraries.items()]
    several = SelectSelectorConfig(options=offered, multiple=True, mode=SelectSelectorMode.LIST)
    return vol.Schema(
        {
            vol.Required(CONF_NAME): TextSelector(),
            vol.Optional(CONF_LIBRARIES, default=list): SelectSelector(several),
            vol.Optional(CONF_LANGUAGES, default=list): LanguageSelector(multiple=True),
            vol.Optional(CONF_CUTOFF): LanguageSelector(multiple=False),
        }
    )
