"""Somebody at the browser: goes where people go, clicks what they click, and notes what the browser complains about."""

from pathlib import Path
import re
from typing import Final

from playwright.async_api import ConsoleMessage, Error, FloatRect, Locator, Page, expect

from real_home_assistant import dashboard

DASHBOARD: Final = f"/{dashboard.URL_PATH}/jellyfin"
INTEGRATION: Final = "/config/integrations/integration/jellyfin_subtitles"

# The window, and with it the pictures.
WIDTH: Final = 1280
HEIGHT: Final = 800

# Pictures of other integrations come from the internet, where nobody here may go.
_PICTURES_OF_OTHERS: Final = re.compile(r"/api/brands/integration/(?!jellyfin_subtitles/)")
# What the frontend says of itself on a slow machine: a long list was closed before it was laid out, and the layout of a
# dashboard came later than its cards; it goes on in both cases.
_HASTE: Final = ("disconnected", "this._layoutElement.setConfig is not a function")


class Visitor:
    """One visit: a window of its own, and somebody who is signed in."""

    def __init__(self, page: Page, pictures: Path | None) -> None:
        """Take a window; pictures are taken only if there is a folder for them."""
        self.page = page
        self.complaints: list[str] = []
        self._pictures = pictures
        page.on("console", self._hear)
        page.on("pageerror", self._catch)

    @property
    def dialog(self) -> Locator:
        """The frame of the dialog that is open; what stands in it belongs to another element."""
        return self.page.get_by_role("dialog").filter(visible=True)

    async def open(self, path: str) -> None:
        """Go to a page by its address."""
        await self.page.goto(path)

    async def see(self, text: str | re.Pattern[str]) -> None:
        """Wait until something can be read."""
        await expect(self.page.get_by_text(text).filter(visible=True).first).to_be_visible()

    async def click(self, text: str) -> None:
        """Click what bears exactly that text; the last of several, since dialogs lie above the page."""
        await self.page.get_by_text(text, exact=True).filter(visible=True).last.click()

    async def click_on(self, text: str) -> None:
        """Click what bears that text, among other words."""
        await self.page.get_by_text(text).filter(visible=True).last.click()

    async def read(self, pattern: re.Pattern[str]) -> str:
        """Wait until something that looks so can be read, and return it."""
        return await self.page.get_by_text(pattern).filter(visible=True).first.inner_text()

    async def press(self, name: str) -> None:
        """Press the button of that name, in the same way."""
        await self.page.get_by_role("button", name=name, exact=True).filter(visible=True).last.click()

    async def fill(self, key: str, value: str) -> None:
        """Fill in the field of that key: its label belongs to another shadow root."""
        await self.page.locator(f'input[name="{key}"]').filter(visible=True).fill(value)

    async def search(self, text: str) -> None:
        """Type into the search field of what was opened last; before it has the focus, keys are shortcuts."""
        await self.page.get_by_placeholder(re.compile("^Search")).filter(visible=True).last.fill(text)

    async def add_integration(self) -> None:
        """Find the integration among all there are, and begin to add it."""
        await self.open("/config/dashboard")
        await self.click("Devices & services")
        await self.press("Add integration")
        await self.see("Select brand")
        await self.search("jellyfin sub")
        await self.click("Jellyfin Subtitles")
        await self.see("Connect to Jellyfin")

    async def picture(self, name: str, *, dialog: bool = False, height: int = HEIGHT) -> None:
        """Take a picture for the README: of the window down to there, or of the dialog alone."""
        if self._pictures is None:
            return
        await self.page.mouse.move(0, 0)
        if dialog:
            # A list to choose from is a dialog as well, until it has closed.
            await expect(self.dialog).to_have_count(1)
            clip = await self.dialog.bounding_box()
        else:
            clip = FloatRect(x=0, y=0, width=WIDTH, height=height)
        await self.page.screenshot(path=self._pictures / f"{name}.png", clip=clip, animations="disabled")

    def _hear(self, message: ConsoleMessage) -> None:
        place = message.location["url"]
        is_known = _PICTURES_OF_OTHERS.search(place) or any(words in message.text for words in _HASTE)
        if message.type == "error" and not is_known:
            self.complaints.append(f"{message.text} ({place})")

    def _catch(self, error: Error) -> None:
        if error.message not in _HASTE:
            self.complaints.append(f"{error.message} {error.stack}")
