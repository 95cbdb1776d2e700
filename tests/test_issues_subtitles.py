"""The issues about what stands in the way of all subtitles."""

from custom_components.jellyfin_subtitles.const import (
    DOMAIN,
    ISSUE_NO_SUBTITLE_PROVIDER,
    ISSUE_NO_SUBTITLE_RIGHT,
    ISSUE_PROVIDER_FAILS,
    SERVICE_RETRY,
)
from custom_components.jellyfin_subtitles.coordinator import JellyfinSubtitlesConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from jellyfin_simulator import JellyfinSimulator, SimItem, SimLibrary, SimUser, audio, video

from . import until
from .actions import async_act

WITHOUT = (video(), audio("eng"))


def raised(registry: ir.IssueRegistry) -> set[str | None]:
    """Return which of our issues stand."""
    return {issue.translation_key for issue in registry.issues.values() if issue.domain == DOMAIN and issue.active}


async def _retry(hass: HomeAssistant, film: SimItem) -> None:
    await async_act(hass, SERVICE_RETRY, item_id=film.item_id)


async def test_a_missing_right_and_a_missing_provider_are_told_until_they_are_there(
    hass: HomeAssistant,
    issue_registry: ir.IssueRegistry,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    user: SimUser,
    loaded: JellyfinSubtitlesConfigEntry,
) -> None:
    film = simulator.add_film(films, "Night Ferry", year=2021, streams=WITHOUT)
    await until(lambda: ISSUE_NO_SUBTITLE_RIGHT in raised(issue_registry))

    simulator.set_policy(user, EnableSubtitleManagement=True)
    await _retry(hass, film)
    await until(lambda: ISSUE_NO_SUBTITLE_PROVIDER in raised(issue_registry))
    assert ISSUE_NO_SUBTITLE_RIGHT not in raised(issue_registry)

    simulator.add_subtitle_provider().offer("eng")
    await _retry(hass, film)
    await until(lambda: not raised(issue_registry))


async def test_a_provider_that_gives_nothing_is_told_until_it_does(
    hass: HomeAssistant,
    issue_registry: ir.IssueRegistry,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    user: SimUser,
    loaded: JellyfinSubtitlesConfigEntry,
) -> None:
    """Not for each film that it does not give."""
    simulator.set_policy(user, EnableSubtitleManagement=True)
    provider = simulator.add_subtitle_provider()
    provider.offer("eng")
    provider.quota = 0
    found = [simulator.add_film(films, f"Film {number}", year=2021, streams=WITHOUT) for number in range(2)]
    ledger = loaded.runtime_data.ledger
    await until(lambda: [one.reason for one in ledger.open.values()] == ["provider_failed"] * 2)
    assert not raised(issue_registry)
    found.append(simulator.add_film(films, "Film 3", year=2021, streams=WITHOUT))
    await until(lambda: raised(issue_registry) == {ISSUE_PROVIDER_FAILS})

    provider.quota = 1
    await _retry(hass, found[0])
    await until(lambda: not raised(issue_registry))


async def test_what_was_ignored_and_is_over_when_the_entry_is_loaded_again_is_not_ignored_for_ever(
    hass: HomeAssistant,
    issue_registry: ir.IssueRegistry,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    loaded: JellyfinSubtitlesConfigEntry,
) -> None:
    film = simulator.add_film(films, "Night Ferry", year=2021, streams=WITHOUT)
    await until(lambda: ISSUE_NO_SUBTITLE_RIGHT in raised(issue_registry))
    ir.async_ignore_issue(hass, DOMAIN, f"{ISSUE_NO_SUBTITLE_RIGHT}_{loaded.entry_id}", True)
    for record in tuple(loaded.runtime_data.ledger.open.values()):
        loaded.runtime_data.ledger.drop(record)
    simulator.remove(film)
    await hass.config_entries.async_reload(loaded.entry_id)
    assert not raised(issue_registry)


async def test_they_end_with_the_entry(
    hass: HomeAssistant,
    issue_registry: ir.IssueRegistry,
    simulator: JellyfinSimulator,
    films: SimLibrary,
    loaded: JellyfinSubtitlesConfigEntry,
) -> None:
    """And are there again when it is loaded."""
    simulator.add_film(films, "Night Ferry", year=2021, streams=WITHOUT)
    await until(lambda: ISSUE_NO_SUBTITLE_RIGHT in raised(issue_registry))
    await hass.config_entries.async_unload(loaded.entry_id)
    assert not raised(issue_registry)
    await hass.config_entries.async_setup(loaded.entry_id)
    await until(lambda: ISSUE_NO_SUBTITLE_RIGHT in raised(issue_registry))
