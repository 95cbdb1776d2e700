"""Automations with our triggers, made as the automation editor makes them."""

from pathlib import Path

import pytest

from jellyfin_simulator import JellyfinSimulator, SimLibrary

from .real_home import DOMAIN, Run, a_moment, home_assistant, set_up, until

pytestmark = pytest.mark.timeout(300)

# Where the editor stores automations, and the logbook.
CONFIGURATION = """\
automation: !include automations.yaml
logbook:
"""


async def automate(run: Run, trigger: str, **options: str) -> None:
    """Save an automation that shows what it is told."""
    automation = {
        "alias": f"Tell of {trigger}",
        "mode": "queued",
        "triggers": [{"trigger": f"{DOMAIN}.{trigger}", "options": options}],
        "actions": [
            {
                "action": "persistent_notification.create",
                "data": {
                    "notification_id": f"{trigger}_{{{{ trigger.item_id }}}}",
                    "message": "{{ trigger.platform }}: {{ trigger.title }}, {{ trigger.missing_languages }}",
                },
            }
        ],
    }
    await run.api.rest("POST", f"/api/config/automation/config/{trigger}", automation)
    while not [state for state in await run.api.rest("GET", "/api/states") if state["attributes"].get("id") == trigger]:
        await a_moment()


async def shown(run: Run) -> dict[str, str]:
    """Return what a person reads in the notifications."""
    async with await run.api.socket() as socket:
        notifications = await socket.command("persistent_notification/get")
    return {notification["notification_id"]: notification["message"] for notification in notifications}


async def test_automations_hear_what_they_chose_also_after_the_entry_was_loaded_anew_and_the_logbook_says_it(
    simulator: JellyfinSimulator, films: SimLibrary, tmp_path: Path
) -> None:
    (tmp_path / "automations.yaml").write_text("[]\n", "utf-8")
    async with home_assistant(simulator, tmp_path, CONFIGURATION) as run:
        await set_up(run, simulator)
        entry_id = (await run.entry())["entry_id"]
        await automate(run, "media_added", config_entry_id=entry_id, item_type="movie")
        await automate(run, "subtitle_requested")
        await run.choose(languages=["de"])
        await run.settled()

        film = simulator.add_film(films, "Night Ferry", year=2020)
        await until(lambda: len(run.requests) == 1)

        notifications = await shown(run)
        assert notifications == {
            f"media_added_{film.item_id}": f"{DOMAIN}.media_added: Night Ferry (2020), ['de']",
            f"subtitle_requested_{film.item_id}": f"{DOMAIN}.subtitle_requested: Night Ferry (2020), ['de']",
        }
        await run.remembered("Night Ferry (2020) was added to Films", "Subtitles wanted for Night Ferry (2020): German")
        assert run.complaints() == []
