"""The dashboard of the demo, as YAML: what a person would put together from the entities."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

URL_PATH: Final = "jellyfin-demo"
# What has to be there before there is something to show, by translation key.
ENTITIES: Final = frozenset(
    {
        "announced_today",
        "automatic_requests",
        "connection",
        "last_detected_item",
        "last_sync",
        "media_added",
        "missing_subtitles",
        "next_attempt",
        "poster",
        "requested_today",
        "subtitle_outcome",
        "subtitle_requested",
        "sync_now",
    }
)
FILE: Final = "dashboard.yaml"
AUTOMATIONS: Final = "automations.yaml"

_LAST_BATCH: Final = "sensor.last_batch"

# For configuration.yaml: the dashboard, and what it and the demo make use of. What is included has to exist. The sensor
# keeps what an event entity shows only until the next event; of several parts, it adds up the numbers.
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
template:
  - triggers:
      - trigger: event
        event_type: jellyfin_subtitles_media_added_batch
    sensor:
      - name: Last batch
        unique_id: demo_last_batch
        icon: mdi:movie-open-plus
        state: >-
          {{{{ trigger.event.data.count + (this.state | int(0) if trigger.event.data.part > 1 else 0) }}}}
        attributes:
          item_type: "{{{{ trigger.event.data.item_type }}}}"
          series_name: "{{{{ trigger.event.data.series_name }}}}"
          seasons: "{{{{ trigger.event.data.seasons | map(attribute='season_number') | list }}}}"
          titles: "{{{{ trigger.event.data.titles[:5] if trigger.event.data.part == 1 else this.attributes.titles }}}}"
          missing_languages: "{{{{ trigger.event.data.missing_languages }}}}"
logger:
  default: warning
  logs:
    custom_components.jellyfin_subtitles: debug
"""

_WIDE: Final = {"columns": "full"}

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

_LAST_BATCH_TEXT: Final = """\
{{% set batch = states['{sensor}'] %}}
{{% if batch is none or batch.state in ('unknown', 'unavailable') %}}
### Nothing yet
When a whole season or many films arrive at once, they are announced together.
{{% else %}}
{{% set a = batch.attributes %}}
{{% set count = batch.state | int %}}
{{% set kind = ('film' if a.item_type == 'movie' else 'episode') ~ ('' if count == 1 else 's') %}}
### {{{{ count }}}} {{{{ kind }}}}{{{{ ' of ' ~ a.series_name if a.series_name }}}}
{{% if a.seasons %}}**Season:** {{{{ a.seasons | join(', ') }}}}{{% endif %}}
**Missing in some:** {{{{ a.missing_languages | join(', ') or 'nothing' }}}}

{{% for title in a.titles %}}
- {{{{ title }}}}
{{%- endfor %}}
{{%- if count > a.titles | count %}}
- and {{{{ count - a.titles | count }}}} more
{{%- endif %}}
{{% endif %}}
"""

_LAST_REQUEST: Final = """\
{{% set request = states['{event}'] %}}
{{% if request is none or request.state in ('unknown', 'unavailable') %}}
### Nothing yet
What arrives without subtitles in a wanted language is asked for here.
{{% else %}}
{{% set a = request.attributes %}}
### {{{{ a.title }}}}
**Missing:** {{{{ a.missing | join(', ') }}}}
**Present:** {{{{ a.present | join(', ') or 'none' }}}}
{{% endif %}}
"""


def write(config_dir: Path, entities: Mapping[str, str], note: str = "") -> None:
    """Write the dashboard for these entities (by translation key); without any, it says what to do."""
    sections = _sections(entities) if entities else [[{"type": "markdown", "content": note}]]
    view = {
        "title": "Jellyfin",
        "path": "jellyfin",
        "type": "sections",
        "max_columns": 2,
        "badges": _badges(entities) if entities else [],
        "sections": [{"type": "grid", "cards": cards} for cards in sections],
    }
    (config_dir / FILE).write_text(yaml.safe_dump({"views": [view]}, sort_keys=False, allow_unicode=True), "utf-8")


def _badges(entities: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return what is to be seen at a glance."""
    shown = {
        "connection": "Connection",
        "announced_today": "Added today",
        "requested_today": "Requested today",
        "media_added": "Last arrival",
    }
    return [{"type": "entity", "entity": entities[key], "name": name, "show_name": True} for key, name in shown.items()]


def _sections(entities: Mapping[str, str]) -> list[list[dict[str, Any]]]:
    return [_arrivals(entities), [*_many_and_wanted(entities), *_server(entities)]]


def _arrivals(entities: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
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
            # As high as what stands beside it, mostly.
            "grid_options": {**_WIDE, "rows": 5},
        },
    ]


def _many_and_wanted(entities: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"type": "heading", "heading": "Many at once", "icon": "mdi:movie-open-plus"},
        {"type": "markdown", "content": _LAST_BATCH_TEXT.format(sensor=_LAST_BATCH), "grid_options": _WIDE},
        {"type": "heading", "heading": "Subtitles wanted", "icon": "mdi:subtitles"},
        {
            "type": "markdown",
            "content": _LAST_REQUEST.format(event=entities["subtitle_requested"]),
            "grid_options": _WIDE,
        },
        {
            "type": "tile",
            "entity": entities["subtitle_outcome"],
            "name": "Last outcome",
            "state_content": ["event_type", "title", "last_changed"],
            "grid_options": _WIDE,
        },
        {
            "type": "todo-list",
            "entity": entities["missing_subtitles"],
            "title": "Still missing",
            "hide_create": True,
            "grid_options": _WIDE,
        },
        {"type": "tile", "entity": entities["next_attempt"], "name": "Next attempt", "grid_options": _WIDE},
        {
            "type": "tile",
            "entity": entities["automatic_requests"],
            "name": "Automatic subtitle requests",
            "features": [{"type": "toggle"}],
            "features_position": "inline",
            "grid_options": _WIDE,
        },
    ]


def _server(entities: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"type": "heading", "heading": "Server", "icon": "mdi:server-network"},
        {"type": "tile", "entity": entities["last_sync"], "name": "Last sync"},
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
        },
    ]
