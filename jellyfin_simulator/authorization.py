"""Reading the `Authorization` header and finding out whose token it is."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote_plus

from .accounts import Accounts, Caller
from .parameters import Parameters

_LEGACY_HEADERS: Final = ("X-Emby-Token", "X-MediaBrowser-Token")


def parse_header(value: str, *, legacy: bool) -> dict[str, str]:
    """Return the pairs of an `Authorization` header, none if it is another scheme."""
    scheme, _, rest = value.partition(" ")
    if scheme.lower() != "mediabrowser" and not (legacy and scheme.lower() == "emby"):
        return {}
    pairs: dict[str, str] = {}
    for part in _split(rest):
        key, found, text = part.partition("=")
        if found:
            pairs[key.strip()] = unquote_plus(text.replace('"', ""))
    return pairs


def _split(text: str) -> list[str]:
    parts, start, is_quoted = [], 0, False
    for index, character in enumerate(text):
        if character == '"':
            is_quoted = not is_quoted
        elif character == "," and not is_quoted:
            parts.append(text[start:index])
            start = index + 1
    return [*parts, text[start:]]


def read_token(
    headers: Mapping[str, str], parameters: Parameters, pairs: Mapping[str, str], *, legacy: bool
) -> str | None:
    """Return the token from the first place that has one."""
    if token := pairs.get("Token"):
        return token
    if legacy:
        for name in _LEGACY_HEADERS:
            if token := headers.get(name):
                return token
    if token := parameters.text("ApiKey"):
        return token
    return parameters.text("api_key") if legacy else None


def identify(
    accounts: Accounts,
    headers: Mapping[str, str],
    parameters: Parameters,
    *,
    legacy: bool,
    server_id: str,
    version: str,
) -> Caller:
    """Return who is calling; an unknown token is kept in the result but opens nothing."""
    value = headers.get("Authorization") or (headers.get("X-Emby-Authorization") if legacy else None) or ""
    pairs = parse_header(value, legacy=legacy)
    token = read_token(headers, parameters, pairs, legacy=legacy)
    client, device, device_id, app_version = (pairs.get(key, "") for key in ("Client", "Device", "DeviceId", "Version"))
    if token is None:
        return Caller(client, device, device_id, app_version)
    if (key := accounts.api_keys.get(token)) is not None:
        return Caller(
            key.name,
            device or "Jellyfin Server",
            device_id or server_id,
            app_version or version,
            token,
            is_api_key=True,
        )
    record = accounts.devices.get(token)
    if record is None or record.user.is_disabled:
        return Caller(client, device, device_id, app_version, token)
    record.device = device or record.device
    record.version = app_version or record.version
    return Caller(
        client or record.client, record.device, device_id or record.device_id, record.version, token, record.user
    )
