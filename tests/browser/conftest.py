"""One house for all walks, which is started once, and a new window for each."""

from collections.abc import AsyncGenerator
from pathlib import Path

from playwright.async_api import ViewportSize, expect
import pytest
import pytest_asyncio
import pytest_socket

from .chromium import NAMES, find
from .house import House, open_house
from .visitor import HEIGHT, WIDTH, Visitor

# How long something may take to appear; milliseconds. Two cores, Home Assistant and a browser.
PATIENCE = 30_000


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let scripts/screenshots say where the pictures go."""
    parser.addoption("--pictures", type=Path, metavar="FOLDER", help="take the pictures of the README again")


@pytest.fixture(autouse=True)
def verify_cleanup() -> None:
    """Let the house go on from test to test: it is the last fixture that ends it."""


@pytest.fixture(autouse=True)
def sockets(socket_enabled: None) -> None:
    """Let every walk use the network, which ends at the loopback interface."""


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[House]:
    """Start Home Assistant, Jellyfin and the browser."""
    executable = find()
    if executable is None:
        pytest.skip(f"There is no Chromium: scripts/test-browser gets one, or install one of {', '.join(NAMES)}.")
    pytest_socket.enable_socket()
    expect.set_options(timeout=PATIENCE)
    async with open_house(tmp_path_factory.mktemp("house"), executable) as house:
        yield house


@pytest_asyncio.fixture(loop_scope="package")
async def with_entry(house: House) -> None:
    """Let the integration be set up."""
    await house.with_entry()


@pytest_asyncio.fixture(loop_scope="package")
async def without_entry(house: House) -> None:
    """Let nobody have heard of the integration."""
    await house.without_entry()


@pytest_asyncio.fixture(loop_scope="package")
async def visitor(house: House, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Visitor]:
    """Open a window; when it is closed, neither the browser nor Home Assistant may have complained.

    What it showed last is kept for whoever wants to know why a walk ended where it did.
    """
    context = await house.browser.new_context(
        base_url=house.run.process.url,
        storage_state=house.signed_in,
        viewport=ViewportSize(width=WIDTH, height=HEIGHT),
        locale="en-US",
        timezone_id="UTC",
        color_scheme="light",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE)
    visitor = Visitor(await context.new_page(), request.config.getoption("--pictures", None))
    yield visitor
    await visitor.page.screenshot(path=tmp_path / "last.png")
    await context.close()
    assert visitor.complaints == []
    assert house.run.complaints() == []
