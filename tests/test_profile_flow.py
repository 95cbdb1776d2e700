"""The dialog that makes and changes profiles."""

from datetime import timedelta
from types import MappingProxyType
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.jellyfin_subtitles.const import EVENT_SUBTITLE_REQUESTED
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from custom_components.jellyfin_subtitles.engine.models import ListenerState
from custom_components.jellyfin_subtitles.engine.profiles import Profile
from custom_components.jellyfin_subtitles.engine.wants import Want
from custom_components.jellyfin_subtitles.language_names import as_offered
from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigEntryState,
    ConfigSubentry,
    SubentryFlowContext,
    SubentryFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from jellyfin_simulator import JellyfinSimulator, SimLibrary, audio, subtitle, video

from . import until

PAGE = {"name": "Ours", "libraries": [], "languages": ["de", "pt-BR"]}
IGNORED = {"ignored_paths": [], "ignores_watched": False}
TRACKS = {
    "kind": "normal",
    "hearing_impaired": "accepted",
    "unless_spoken": False,
    "lenient": False,
    "images": False,
    "machines": True,
    "backends": ["jellyfin"],
    "ignored": IGNORED,
}
STORED = {key: value for key, value in (PAGE | TRACKS | IGNORED).items() if key not in ("name", "ignored")}


async def open_dialog(
    hass: HomeAssistant, entry: JellyfinSubtitlesConfigEntry, subentry: ConfigSubentry | None = None
) -> SubentryFlowResult:
    """Begin to make a profile, or to change one."""
    context = SubentryFlowContext(source=SOURCE_USER)
    if subentry is not None:
        context = SubentryFlowContext(source=SOURCE_RECONFIGURE, subentry_id=subentry.subentry_id)
    handler = (entry.entry_id, "profile")
    return await hass.config_entries.subentries.async_init(handler, context=context)


async def submit(hass: HomeAssistant, result: SubentryFlowResult, values: dict[str, Any]) -> SubentryFlowResult:
    """Fill in the page that is shown."""
    assert result["type"] is FlowResultType.FORM
    return await hass.config_entries.subentries.async_configure(result["flow_id"], values)


async def make(
    hass: HomeAssistant, entry: JellyfinSubtitlesConfigEntry, page: dict[str, Any], tracks: dict[str, Any]
) -> ConfigSubentry:
    """Make a profile, and wait until it counts."""
    result = await submit(hass, await open_dialog(hass, entry), PAGE | page)
    assert (result["step_id"], result["errors"]) == ("tracks", {})
    result = await submit(hass, result, TRACKS | tracks)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await settle(hass, entry)
    return list(entry.subentries.values())[-1]


async def settle(hass: HomeAssistant, entry: JellyfinSubtitlesConfigEntry) -> None:
    """Wait until the entry is up to date, and listens."""
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    running = entry.runtime_data
    await until(lambda: running.catch_up.last and running.listener.status.state is ListenerState.CONNECTED)


def offered(result: SubentryFlowResult, field: str) -> dict[str, str]:
    """Return what can be chosen, with its names."""
    schema = result["data_schema"]
    assert schema is not None
    return {option["value"]: option["label"] for option in schema.schema[field].config["options"]}


def filled_in(result: SubentryFlowResult) -> dict[str, Any]:
    """Return what stands in the fields of a page, those of its section too."""
    schema = result["data_schema"]
    assert schema is not None
    found = {key.schema: key.description["suggested_value"] for key in schema.schema if key.description}
    for key, value in schema.schema.items():
        if key == "ignored":
            inner = value.schema.schema
            found |= {one.schema: one.description["suggested_value"] for one in inner if one.description}
    return found


def is_collapsed(result: SubentryFlowResult) -> bool:
    """Return whether what is ignored is folded away."""
    schema = result["data_schema"]
    assert schema is not None
    collapsed = schema.schema["ignored"].options["collapsed"]
    assert isinstance(collapsed, bool)
    return collapsed


async def test_a_profile_with_no_more_than_a_name_and_languages_wants_plain_subtitles(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry, films: SimLibrary, series: SimLibrary
) -> None:
    result = await open_dialog(hass, loaded)
    assert (result["step_id"], result["errors"]) == ("user", {})
    assert offered(result, "libraries") == {films.library_id: "Films", series.library_id: "Series"}
    assert filled_in(result) == {"name": ""}

    result = await submit(hass, result, {"name": " Ours ", "languages": ["pt-BR", "de"]})
    assert result["step_id"] == "tracks"
    assert result["description_placeholders"] == {"name": "Ours", "pattern": ""}
    assert is_collapsed(result)
    result = await submit(hass, result, {"ignored": {}})
    await settle(hass, loaded)

    (subentry,) = loaded.subentries.values()
    assert (subentry.title, dict(subentry.data)) == ("Ours", STORED | {"languages": ["pt-BR", "de"]})
    wants = (Want.from_text("pt-BR"), Want.from_text("de"))
    assert loaded.runtime_data.household.profiles == (Profile("Ours", wants),)


async def test_all_that_can_be_said_is_kept_and_shown_again(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry, films: SimLibrary
) -> None:
    page = {"libraries": [films.library_id], "languages": ["pt-BR", "fr"], "cutoff": "pt-BR"}
    ignored = {"ignored_paths": [" /media/Kids ", " ", "*.strm"], "ignores_watched": True, "ignored_after_days": 30.0}
    tracks = {
        "kind": "forced",
        "hearing_impaired": "refused",
        "unless_spoken": True,
        "lenient": True,
        "images": True,
        "machines": False,
        "backends": ["automation", "jellyfin"],
    }
    subentry = await make(hass, loaded, page, {**tracks, "ignored": ignored})

    flags = "forced;no_sdh;lenient;images;no_machines;unless_spoken"
    assert loaded.runtime_data.household.profiles == (
        Profile(
            "Ours",
            (Want.from_text(f"pt-BR;{flags}"), Want.from_text(f"fr;{flags}")),
            frozenset({films.library_id}),
            cutoff="pt-BR;forced;no_sdh",
            ignored_paths=("/media/Kids", "*.strm"),
            ignores_watched=True,
            ignored_after=timedelta(days=30),
            backends=("automation", "jellyfin"),
        ),
    )
    assert type(subentry.data["ignored_after_days"]) is int
    result = await open_dialog(hass, loaded, subentry)
    assert (result["step_id"], filled_in(result)) == ("reconfigure", as_offered({"name": "Ours", **page}))
    result = await submit(hass, result, {"name": "Ours", **page})
    kept = {"ignored_paths": ["/media/Kids", "*.strm"], "ignores_watched": True, "ignored_after_days": 30}
    assert filled_in(result) == {**tracks, **kept}
    assert not is_collapsed(result)


async def test_a_changed_profile_counts_at_once(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry, films: SimLibrary
) -> None:
    limited = {"ignored": IGNORED | {"ignored_after_days": 5}}
    subentry = await make(hass, loaded, {"cutoff": "de", "libraries": [films.library_id]}, limited)

    result = await open_dialog(hass, loaded, subentry)
    result = await submit(hass, result, {"name": "Yours", "libraries": [], "languages": ["fr"]})
    result = await submit(hass, result, TRACKS | {"kind": "either"})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    await settle(hass, loaded)

    assert dict(subentry.data) == STORED | {"languages": ["fr"], "kind": "either"}
    assert loaded.runtime_data.household.profiles == (Profile("Yours", (Want.from_text("fr;either"),)),)


async def test_a_removed_profile_counts_no_more(hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry) -> None:
    subentry = await make(hass, loaded, {}, {})
    assert loaded.runtime_data.household.profiles

    hass.config_entries.async_remove_subentry(loaded, subentry.subentry_id)
    await settle(hass, loaded)

    assert not loaded.runtime_data.household.profiles


async def test_what_is_no_profile_changes_nothing(hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry) -> None:
    running = loaded.runtime_data
    other = ConfigSubentry(data=MappingProxyType({}), subentry_type="other", title="Other", unique_id=None)

    hass.config_entries.async_add_subentry(loaded, other)
    hass.config_entries.async_update_entry(loaded, title="Another name")
    await settle(hass, loaded)

    assert loaded.runtime_data is running
    assert not running.household.profiles


async def test_a_profile_made_while_the_entry_is_not_loaded_waits_until_it_is(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    assert await hass.config_entries.async_unload(loaded.entry_id)

    result = await submit(hass, await open_dialog(hass, loaded), PAGE)
    await submit(hass, result, TRACKS)
    await hass.async_block_till_done()
    assert loaded.state is ConfigEntryState.NOT_LOADED

    assert await hass.config_entries.async_setup(loaded.entry_id)
    assert [profile.name for profile in loaded.runtime_data.household.profiles] == ["Ours"]


@pytest.mark.parametrize(
    ("mistake", "errors"),
    [
        ({"name": " "}, {"name": "no_name"}),
        ({"name": "tHEIRS"}, {"name": "name_taken"}),
        ({"languages": []}, {"languages": "no_language_chosen"}),
        ({"languages": [], "cutoff": "de"}, {"languages": "no_language_chosen"}),
        ({"cutoff": "pt"}, {"cutoff": "cutoff_not_wanted"}),
        ({"name": "", "cutoff": "fr"}, {"name": "no_name", "cutoff": "cutoff_not_wanted"}),
    ],
)
async def test_a_mistake_on_the_first_page_can_be_corrected(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry, mistake: dict[str, Any], errors: dict[str, str]
) -> None:
    await make(hass, loaded, {"name": "Theirs"}, {})
    wrong = PAGE | mistake

    result = await submit(hass, await open_dialog(hass, loaded), wrong)
    assert (result["step_id"], result["errors"]) == ("user", errors)
    assert filled_in(result) == as_offered(wrong)

    result = await submit(hass, result, PAGE)
    assert result["step_id"] == "tracks"


async def test_a_profile_may_keep_its_name_but_not_take_that_of_another(
    hass: HomeAssistant, loaded: JellyfinSubtitlesConfigEntry
) -> None:
    await make(hass, loaded, {"name": "Theirs"}, {})
    subentry = await make(hass, loaded, {}, {})

    result = await open_dialog(hass, loaded, subentry)
    result = await submit(hass, result, PAGE | {"name": "Theirs"})
    assert (result["step_id"], result["errors"]) == ("reconfigure", {"name": "name_taken"})
    assert (await submit(hass, result, PAGE | {"name": "OURS"}))["step_id"] == "tracks"


@pytest.mark.parametrize(
    ("mistake", "errors", "pattern"),
    [
        ({"ignored": {"ignored_paths": ["/media/Kids", " kids ", "*"]}}, {"base": "bad_pattern"}, "kids"),
        ({"backends": []}, {"backends": "no_backend_chosen"}, ""),
        (
            {"backends": [], "ignored": {"ignored_paths": ["**"]}},
            {"backends": "no_backend_chosen", "base": "bad_pattern"},
            "**",
        ),
    ],
)
async def test_a_mistake_on_the_second_page_can_be_corrected(
    hass: HomeAssistant,
    loaded: JellyfinSubtitlesConfigEntry,
    mistake: dict[str, Any],
    errors: dict[str, str],
    pattern: str,
) -> None:
    result = await submit(hass, await open_dialog(hass, loaded), PAGE)

    result = await submit(hass, result, TRACKS | {"kind": "forced"} | mistake)
    assert (result["step_id"], result["errors"]) == ("tracks", errors)
    assert result["description_placeholders"] == {"name": "Ours", "pattern": pattern}
    assert filled_in(result)["kind"] == "forced"
    assert is_collapsed(result) is ("ignored" not in mistake)

    result = await submit(hass, result, TRACKS)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_while_the_server_is_away_the_chosen_libraries_stay(
    hass: HomeAssistant, simulator: JellyfinSimulator, loaded: JellyfinSubtitlesConfigEntry, films: SimLibrary
) -> None:
    page = PAGE | {"libraries": [films.library_id]}
    subentry = await make(hass, loaded, page, {})
    await simulator.kill()

    result = await open_dialog(hass, loaded, subentry)
    assert result["errors"] == {"base": "libraries_not_told"}
    assert offered(result, "libraries") == {films.library_id: films.library_id}
    assert filled_in(result)["libraries"] == [films.library_id]
    assert (await submit(hass, result, page))["step_id"] == "tracks"

    result = await open_dialog(hass, loaded)
    assert (offered(result, "libraries"), result["errors"]) == ({}, {"base": "libraries_not_told"})
    with pytest.raises(InvalidData):
        await submit(hass, result, page)


async def test_a_new_film_is_asked_for_as_the_profile_of_its_library_says(
    hass: HomeAssistant, simulator: JellyfinSimulator, loaded: JellyfinSubtitlesConfigEntry, films: SimLibrary
) -> None:
    requested = async_capture_events(hass, EVENT_SUBTITLE_REQUESTED)
    ignored = {"ignored": {"ignored_paths": ["*/Ignored*"]}}
    await make(
        hass, loaded, {"libraries": [films.library_id], "languages": ["fr", "de"]}, {"kind": "forced", **ignored}
    )

    streams = (video(), audio("eng"), subtitle("fra"), subtitle("ger"))
    simulator.add_film(films, "Ignored", streams=streams)
    simulator.add_film(films, "Night Ferry", streams=streams)
    await until(lambda: requested)

    assert [(event.data["name"], event.data["missing"]) for event in requested] == [("Night Ferry", ["fr", "de"])]
    records = loaded.runtime_data.ledger.open.values()
    assert {one.want.as_text() for one in records} == {"fr;forced", "de;forced"}
