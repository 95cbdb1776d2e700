"""What a user is told about their rights."""

from typing import Any

import pytest

from custom_components.jellyfin_subtitles.const import CONF_ALL_LIBRARIES, CONF_LIBRARIES
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from jellyfin_simulator import JellyfinSimulator
from jellyfin_simulator.accounts import SimUser

from .conftest import USERNAME
from .dialog import ALL, sign_in, submit

pytestmark = pytest.mark.usefixtures("films")


@pytest.mark.parametrize(
    ("policy", "step_id"),
    [
        pytest.param({"IsAdministrator": True}, "libraries", id="administrator"),
        pytest.param({"EnableSubtitleManagement": True}, "libraries_without_hints", id="manages subtitles"),
        pytest.param({}, "libraries_without_rights", id="neither"),
    ],
)
async def test_the_last_step_says_what_the_user_may_not_do(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    user: SimUser,
    form: dict[str, Any],
    policy: dict[str, bool],
    step_id: str,
) -> None:
    simulator.set_policy(user, **policy)

    result = await sign_in(hass, form)

    assert result["step_id"] == step_id
    assert result["description_placeholders"] == {"server": "simulator", "user": USERNAME}
    result = await submit(hass, result, {CONF_ALL_LIBRARIES: False, CONF_LIBRARIES: []})
    assert (result["step_id"], result["errors"]) == (step_id, {CONF_LIBRARIES: "no_library_chosen"})
    assert (await submit(hass, result, ALL))["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
