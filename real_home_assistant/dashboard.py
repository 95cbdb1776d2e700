"""The dashboard of the demo, as YAML: what a person would put together from the entities."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

URL_PATH: Final = "jellyfin-demo"
FILE: Final = "dashboard.yaml"
AUTOMATIONS: Final = "automations.yaml"

# For configuration.yaml: the dashboard, and what it and the demo make use of. What is included has to exist.
CONFIGURATION: Final = f"""\
automation: !include {AUTOMATIONS}
history:
logbook:
lovelace:
  dashboards:
    {URL_PATH}:
      mode: yaml
      title: Jellyfin
      icon: mdi:filmstrip-box
      show_in_sidebar: true
      filename: {FILE}
my:
logger:
  default: warning
  logs:
    custom_components.jellyfin_subtitles: debug
"""

_LAST_ITEM: Final = """\
{{% set item = states['{sensor}'] %}}
{{% if item is none or item.state in ('unknown', 'unavailable') %}}
### Nothing yet
The next film or episode that arrives in Jellyfin is shown here.
{{% else %}}
{{% set a = item.attributes %}}
### {{{{ item.state }}}}
**Library:** {{{{ a.library_name }}}}
**Audio:** {{{{ a.audio_languages | join(', ') or '–' }}}}
**Subtitles:** {{{{ a.subtitle_languages | join(', ') or 'none' }}}}
**Noticed:** {{{{ {{'websocket': 'the server named it', 'sync': 'by asking the server'}}.get(a.source, a.source) }}}}
**File:** `{{{{ a.path }}}}`

[Open in Jellyfin]({{{{ a.web_link }}}})
{{% endif %}}
"""


def write(config_dir: Path, entities: Mapping[str, str], note: str = "") -> None:
    """Write the dashboard for these entities (by translation key); without any, it says what to do."""
    cards = _view(entities) if entities else [{"type": "markdown", "content": note}]
    view = {
        "title": "Jellyfin",
        "path": "jellyfin",
        "type": "sections",
        "max_columns": 2,
        "sections": [{"type": "grid", "cards": column} for column in cards] if entities else [{"cards": cards}],
    }
    (config_dir / FILE).write_text(yaml.safe_dump({"views": [view]}, sort_keys=False, allow_unicode=True), "utf-8")


def _view(entities: Mapping[str, str]) -> list[list[dict[str, Any]]]:
    wide = {"grid_options": {"columns": "full"}}
    low = {"grid_options": {"columns": "full", "rows": 4}}
    return [
        [
            {"type": "heading", "heading": "Last detected", "icon": "mdi:movie-open-star"},
            {
                "type": "picture-entity",
                "entity": entities["poster"],
                "show_name": False,
                "show_state": False,
                # There is no picture yet: an empty frame would look like a mistake.
                "visibility": [
                    {"condition": "state", "entity": entities["poster"], "state_not": ["unknown", "unavailable"]}
                ],
                "grid_options": {"columns": 4},
            },
            {
                "type": "markdown",
                "content": _LAST_ITEM.format(sensor=entities["last_detected_item"]),
                "grid_options": {"columns": 8},
            },
            {"type": "heading", "heading": "What arrived", "icon": "mdi:format-list-bulleted"},
            {
                "type": "logbook",
                "target": {"entity_id": [entities["last_detected_item"]]},
                "hours_to_show": 24,
                **wide,
            },
        ],
        [
            {"type": "heading", "heading": "Server", "icon": "mdi:server-network"},
            {
                "type": "tile",
                "entity": entities["connection"],
                "name": "Connection",
                "state_content": ["state", "last_changed"],
                **wide,
            },
            {"type": "tile", "entity": entities["last_sync"], "name": "Last sync"},
            {"type": "tile", "entity": entities["media_added"], "name": "Media added"},
            {
                "type": "tile",
                "entity": entities["sync_now"],
                "name": "Sync now",
                "hide_state": True,
                "tap_action": {
                    "action": "perform-action",
                    "perform_action": "button.press",
                    "target": {"entity_id": entities["sync_now"]},
                },
                **wide,
            },
            {"type": "heading", "heading": "Connection", "icon": "mdi:lan-connect"},
            {"type": "logbook", "target": {"entity_id": [entities["connection"]]}, "hours_to_show": 24, **low},
        ],
    ]
