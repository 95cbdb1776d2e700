"""A real disk, for each test its own."""

from typing import Any

import pytest


@pytest.fixture
def hass_storage() -> dict[str, Any]:
    """Put nothing between Home Assistant and the disk."""
    return {}


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Use a folder that only this test has."""
    return hass_tmp_config_dir
