"""What others post to us, read as a hint: ids to ask the server for, or a reason to look; nothing in it is a fact."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
import json
import re
from typing import Any, Final

from .jellyfin.reading import members_of, normalize_id, text

_ITEM_ADDED: Final = "ItemAdded"

# With what it escapes, if that is anything: `{{Name}}` makes `\&quot;` of a quote.
_BACKSLASH: Final = re.compile(rb'\\(["\\/bfnrt]|u[0-9A-Fa-f]{4})?')

# Longer is no template that somebody wrote, and not worth the time.
_LONGEST_TEMPLATE: Final = 16 * 1024

# Another file of a known film is never called added; and an update may come first where the addition was not posted.
_SHEMANAEV_NEWS: Final = frozenset({_ITEM_ADDED, "ItemUpdated"})

# What Sonarr and Radarr call an import; everything else they post comes before it, or is about something else.
_IMPORT: Final = "Download"

_ARRS: Final = {"series": "sonarr", "movie": "radarr"}


class Dialect(StrEnum):
    """Who posts: Jellyfin's Webhook plugin (all properties, or a template), shemanaev's plugin, Sonarr, Radarr."""

    PLUGIN = "plugin"
    PLUGIN_TEMPLATE = "plugin_template"
    SHEMANAEV = "shemanaev"
    SONARR = "sonarr"
    RADARR = "radarr"


class Refusal(StrEnum):
    """Why a body is not even a hint."""

    NOT_JSON = "not_json"
    NOT_AN_OBJECT = "not_an_object"
    FOREIGN_SERVER = "foreign_server"
    UNRECOGNIZED = "unrecognized"


@dataclass(frozen=True, slots=True)
class Hint:
    """What a body may mean; `look` says that something may be new that it does not name by an id."""

    dialect: Dialect
    item_ids: tuple[str, ...] = ()
    look: bool = False


def read_post(body: bytes, *, server_id: str) -> Hint | Refusal:
    """Read a body, whatever its bytes; one that names another server is refused, one about other events is empty."""
    try:
        data = _json(body)
    except ValueError, RecursionError:
        return Refusal.NOT_JSON
    if not isinstance(data, dict):
        return Refusal.NOT_AN_OBJECT
    if _names_another_server(data, server_id):
        return Refusal.FOREIGN_SERVER
    return _plugin(data) or _shemanaev(data) or _arr(data) or Refusal.UNRECOGNIZED


def _json(body: bytes) -> object:
    """Read JSON as templates write it: they put names into it as they are, with line breaks and backslashes."""
    try:
        return json.loads(body, strict=False)
    except ValueError:
        if len(body) > _LONGEST_TEMPLATE:
            raise
        return json.loads(_BACKSLASH.sub(lambda found: found[0] if found[1] else rb"\\", body), strict=False)


def _names_another_server(data: Mapping[str, Any], server_id: str) -> bool:
    named = (
        data.get("ServerId"),
        members_of(data.get("Item")).get("ServerId"),
        members_of(data.get("Server")).get("Id"),
    )
    # A template leaves an empty text where there is nothing to say.
    return any(value not in (None, "") and _spelt(value) != _spelt(server_id) for value in named)


def _spelt(server_id: object) -> object:
    return normalize_id(server_id) or server_id


def _plugin(data: Mapping[str, Any]) -> Hint | None:
    """Read what the Webhook plugin posts; of a template, the id is enough."""
    kind, item_id = text(data, "NotificationType"), normalize_id(data.get("ItemId"))
    if kind is None and item_id is None:
        return None
    dialect = Dialect.PLUGIN if "ServerVersion" in data else Dialect.PLUGIN_TEMPLATE
    return _about(item_id, dialect) if kind in (None, _ITEM_ADDED) else Hint(dialect)


def _shemanaev(data: Mapping[str, Any]) -> Hint | None:
    """Read the default format of shemanaev's plugin: the whole item as the server's own answers have it."""
    kind = text(data, "Event")
    if kind is None or not ("Item" in data or "Server" in data):
        return None
    item_id = normalize_id(members_of(data.get("Item")).get("Id"))
    return _about(item_id, Dialect.SHEMANAEV) if kind in _SHEMANAEV_NEWS else Hint(Dialect.SHEMANAEV)


def _arr(data: Mapping[str, Any]) -> Hint | None:
    """Read what Sonarr and Radarr post; their ids and paths mean nothing to Jellyfin."""
    kind = text(data, "eventType")
    if kind is None:
        return None
    name = (text(data, "instanceName") or "").casefold()
    for subject, arr in _ARRS.items():
        # News of its own health is about no series and no film.
        if subject in data or arr in name:
            return Hint(Dialect(arr), look=kind == _IMPORT)
    return None


def _about(item_id: str | None, dialect: Dialect) -> Hint:
    return Hint(dialect, look=True) if item_id is None else Hint(dialect, (item_id,))
