"""What goes wrong in the dialog, what it says, and that it can be put right."""

from collections.abc import Callable
import socket
from typing import Any
from unittest.mock import patch

import pytest

from custom_components.jellyfin_subtitles.engine.jellyfin import JellyfinClient
from homeassistant.const import CONF_PASSWORD, CONF_URL, CONF_USERNAME
from homeassistant.core import HomeAssistant
from jellyfin_simulator import JellyfinSimulator
from jellyfin_simulator.accounts import SimUser

from . import until
from .conftest import USERNAME
from .dialog import LOG_OUT, SIGN_IN, address_of, begin, credentials_of, find, finish, sign_in, start, submit, suggested

pytestmark = pytest.mark.usefixtures("user", "films")


def nobody(_simulator: JellyfinSimulator) -> str:
    """Return an address where nobody answers."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{unused.getsockname()[1]}"


@pytest.mark.parametrize(
    ("address", "error"),
    [
        pytest.param(nobody, "cannot_connect", id="nobody answers"),
        pytest.param(lambda simulator: simulator.url.replace("http:", "https:"), "tls_failed", id="no tls"),
        pytest.param(lambda _: "ftp://nas", "invalid_address", id="no address"),
    ],
)
async def test_a_wrong_address_can_be_corrected(
    hass: HomeAssistant,
    simulator: JellyfinSimulator,
    form: dict[str, Any],
    address: Callable[[JellyfinSimulator], str],
    error: str,
) -> None:
    wrong = form | {CONF_URL: address(simulator)}

    result = await find(hass, wrong)

    assert (result["step_id"], result["errors"]) == ("user", {"base": error})
    assert suggested(result) == address_of(wrong)
    await finish(hass, result, form)


@pytest.mark.parametrize("simulator_options", [{"base_url": "/jellyfin"}])
async def test_where_the_base_path_is_missing_the_form_says_where_the_server_points_to(
    hass: HomeAssistant, simulator: JellyfinSimulator, form: dict[str, Any]
) -> None:
    host = f"http://127.0.0.1:{simulator.port}"

    result = await find(hass, form | {CONF_URL: host})

    assert result["errors"] == {"base": "base_url_missing"}
    placeholders = result["description_placeholders"]
    assert placeholders is not None
    assert placeholders["location"].startswith(f"{host}/jellyfin/web")
    await finish(hass, result, form | {CONF_URL: placeholders["location"]})


async def test_what_is_not_jellyfin_is_called_so(
    hass: HomeAssistant, simulator: JellyfinSimulator, form: dict[str, Any]
) -> None:
    simulator.reject(404, path_prefix="/System/Info/Public", times=1)
    result = await find(hass, form | {CONF_URL: f"127.0.0.1:{simulator.port}"})
    assert result["errors"] == {"base": "not_jellyfin"}

    await finish(hass, result, form)


async def test_a_server_that_starts_is_no_wrong_server(
    hass: HomeAssistant, simulator: JellyfinSimulator, form: dict[str, Any]
) -> None:
    await simulator.set_phase("A")
    result = await find(hass, form)
    assert result["errors"] == {"base": "server_starting"}

    await simulator.set_phase("D")
    await finish(hass, result, form)


async def test_a_wrong_password_is_not_a_wrong_server(hass: HomeAssistant, form: dict[str, Any]) -> None:
    result = await sign_in(hass, form | {CONF_PASSWORD: "wrong"})
    assert (result["step_id"], result["errors"]) == ("password", {"base": "invalid_auth"})
    assert suggested(result) == {CONF_USERNAME: USERNAME, CONF_PASSWORD: "wrong"}

    await finish(hass, result, form)


async def test_a_disabled_user_is_told_so(
    hass: HomeAssistant, simulator: JellyfinSimulator, user: SimUser, form: dict[str, Any]
) -> None:
    simulator.set_policy(user, IsDisabled=True)
    result = await sign_in(hass, form)
    assert result["errors"] == {"base": "user_disabled"}

    simulator.set_policy(user, IsDisabled=False)
    await finish(hass, result, form)


@pytest.mark.parametrize("simulator_options", [{"version": "10.10.7"}])
async def test_an_old_server_is_refused_before_anyone_signs_in(
    hass: HomeAssistant, simulator: JellyfinSimulator, form: dict[str, Any]
) -> None:
    result = await find(hass, form)

    assert result["errors"] == {"base": "unsupported_version"}
    placeholders = result["description_placeholders"]
    assert placeholders is not None
    assert placeholders["version"] == "10.10.7"
    assert simulator.journal.count("POST", SIGN_IN) == 0


async def test_a_server_without_its_first_setup_is_refused(
    hass: HomeAssistant, simulator: JellyfinSimulator, form: dict[str, Any]
) -> None:
    simulator.core.configuration.wizard_completed = False
    result = await find(hass, form)
    assert result["errors"] == {"base": "not_set_up"}

    simulator.core.configuration.wizard_completed = True
    await finish(hass, result, form)


async def test_a_user_without_libraries_is_refused_and_signed_out(
    hass: HomeAssistant, simulator: JellyfinSimulator, user: SimUser, form: dict[str, Any]
) -> None:
    simulator.set_policy(user, EnableAllFolders=False, EnabledFolders=[])
    result = await sign_in(hass, form)
    assert result["errors"] == {"base": "no_libraries"}
    await until(lambda: simulator.journal.count("POST", LOG_OUT) == 1)

    simulator.set_policy(user, EnableAllFolders=True)
    await finish(hass, result, form)
    assert simulator.journal.count("POST", LOG_OUT) == 1


async def test_an_error_of_the_server_is_no_surprise(
    hass: HomeAssistant, simulator: JellyfinSimulator, form: dict[str, Any]
) -> None:
    simulator.reject(500, path_prefix=SIGN_IN, times=1)
    result = await sign_in(hass, form)
    assert result["errors"] == {"base": "server_error"}

    await finish(hass, result, form)


async def test_a_server_that_goes_away_while_the_dialog_is_open_is_told(
    hass: HomeAssistant, simulator: JellyfinSimulator, form: dict[str, Any]
) -> None:
    result = await begin(hass, form)
    await simulator.set_phase("A")
    result = await submit(hass, result, credentials_of(form))
    assert (result["step_id"], result["errors"]) == ("password", {"base": "server_starting"})
    assert simulator.journal.count("POST", SIGN_IN) == 0

    await simulator.set_phase("D")
    await finish(hass, result, form)


async def test_a_token_that_is_refused_at_once_is_no_wrong_password(
    hass: HomeAssistant, simulator: JellyfinSimulator, form: dict[str, Any]
) -> None:
    simulator.reject(401, path_prefix="/UserViews", times=1)
    result = await sign_in(hass, form)
    assert result["errors"] == {"base": "token_refused"}

    await finish(hass, result, form)


async def test_a_surprise_at_the_address_is_logged_and_can_be_overcome(
    hass: HomeAssistant, form: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    result = await start(hass)
    with patch.object(JellyfinClient, "get_public_info", side_effect=RuntimeError("surprise")):
        result = await submit(hass, result, address_of(form))

    assert (result["step_id"], result["errors"]) == ("user", {"base": "unknown"})
    assert "Unexpected exception while signing in to Jellyfin" in caplog.text
    assert "RuntimeError: surprise" in caplog.text
    await finish(hass, result, form)


@pytest.mark.parametrize("method", ["get_public_info", "sign_in", "get_libraries"])
async def test_a_surprise_while_signing_in_is_logged_and_can_be_overcome(
    hass: HomeAssistant, form: dict[str, Any], caplog: pytest.LogCaptureFixture, method: str
) -> None:
    result = await begin(hass, form)
    with patch.object(JellyfinClient, method, side_effect=RuntimeError("surprise")):
        result = await submit(hass, result, credentials_of(form))

    assert (result["step_id"], result["errors"]) == ("password", {"base": "unknown"})
    assert "Unexpected exception while signing in to Jellyfin" in caplog.text
    await finish(hass, result, form)
