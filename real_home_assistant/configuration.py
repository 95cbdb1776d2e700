"""The folder that Home Assistant starts from: its configuration, and what a person would have clicked through."""

from datetime import UTC, datetime
import json
from pathlib import Path
import socket
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
HOST: Final = "127.0.0.1"

# Not `default_config`: it wants Bluetooth, cloud, cameras and a dozen packages for devices that nobody has here.
_CONFIGURATION: Final = """\
homeassistant:
  name: Home
  country: US
  currency: USD
  time_zone: UTC
  unit_system: metric
  internal_url: {url}
{more}"""

# Left for the API is the first user alone. The location step would look for a home and add weather and radio.
_ONBOARDING: Final = {"done": ["core_config", "analytics", "integration"]}


def free_port(first: int = 0, tries: int = 50) -> int:
    """Return a port nobody listens at: the first free one from `first` on, or any if that is 0."""
    for port in range(first, first + tries):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError(f"No free port from {first} on")


def prepare(config_dir: Path, port: int, more: str = "") -> None:
    """Write what Home Assistant reads when it starts; a folder it has lived in already keeps what it remembers.

    `more` is appended to configuration.yaml. The integration is the one of this checkout, by a link.
    """
    storage = config_dir / ".storage"
    storage.mkdir(parents=True, exist_ok=True)
    url = f"http://{HOST}:{port}"
    (config_dir / "configuration.yaml").write_text(_CONFIGURATION.format(url=url, more=more), "utf-8")
    link = config_dir / "custom_components"
    if not link.is_symlink():
        link.symlink_to(ROOT / "custom_components", target_is_directory=True)
    if not (storage / "onboarding").exists():
        _store(storage, "onboarding", 4, 1, _ONBOARDING)
    # Not `http:` in the configuration: Home Assistant takes that for a trial and restarts itself after five minutes.
    _store(storage, "http", 2, 2, {"stable": _listen_on(port), "pending": None, "yaml_migration_done": True})


def _listen_on(port: int) -> dict[str, Any]:
    return {
        "server_host": [HOST],
        "server_port": port,
        "cors_allowed_origins": [],
        "login_attempts_threshold": -1,
        "ip_ban_enabled": False,
        "ssl_profile": "modern",
        "use_x_frame_options": True,
        "created_at": datetime.now(UTC).isoformat(),
        "error": None,
        "error_message": None,
    }


def _store(storage: Path, key: str, version: int, minor_version: int, data: dict[str, Any]) -> None:
    document = {"version": version, "minor_version": minor_version, "key": key, "data": data}
    (storage / key).write_text(json.dumps(document, indent=2), "utf-8")
