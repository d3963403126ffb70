"""Somebody at a screen. Every page they come to is looked at: axe, width, console, and where requests went."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, Response

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
# Bars that stay in sight lie over what scrolls beneath them; what is half under one now is not when it is pressed.
BARS = ".actions, .phonebar"
RUN_AXE = """async ({options, bars}) => {
  const held = [...document.querySelectorAll(bars)];
  held.forEach(bar => { bar.style.position = "static"; });
  const found = await axe.run(document, options);
  held.forEach(bar => { bar.style.position = ""; });
  return found.violations;
}"""
# A page that answers 404 or 422 is also told to the console; the status itself is each story's own to expect.
STATUS_LINE = "Failed to load resource: the server responded with a status of 4"
TOLD_TO_CONSOLE = """
document.addEventListener("securitypolicyviolation",
  event => console.error("CSP", event.violatedDirective, event.blockedURI));
"""


class Visitor:
    """A browser window of one person. ``troubles`` gathers what must not happen; the fixture holds it to be empty."""

    def __init__(self, context: BrowserContext, base: str, who: str = "") -> None:
        self.context, self.base, self.who = context, base, who
        self.troubles: list[str] = []
        self._came, self._looked = 0, 0
        self._passed: list[str] = []
        context.add_init_script(TOLD_TO_CONSOLE)
        context.route(re.compile(rf"^(?!{re.escape(base)}/|data:|blob:|about:)"), self._elsewhere)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.troubles.append(f"JavaScript error: {error.error}"))
        context.on("response", self._answered)
        self.page: Page = context.new_page()
        self.page.on("domcontentloaded", self._arrived)

    # -- walking ---------------------------------------------------------------------------------------------------

    def go(self, path: str, *, status: int = 200) -> Page:
        """Open an address as typed into the address bar, and look at the page."""
        response = self.page.goto(f"{self.base}{path}")
        assert response is not None
        assert response.status == status, f"{path} answered {response.status}"
        self.look()
        return self.page

    def press(self, what: str | Locator, *, status: int = 200) -> Page:
        """Press the button or link of that name, wait for the page it leads to, and look at it."""
        target = self.thing(what) if isinstance(what, str) else what
        return self.lead(target.click, status=status)

    def lead(self, act: Callable[[], Any], *, status: int = 200) -> Page:
        """Do something that leads to another page (a key, a press), and look at it."""
        with self.page.expect_navigation() as arriving:
            act()
        response = arriving.value
        assert response is None or response.status == status, f"{response.url} answered {response.status}"
        self.look()
        return self.page

    def thing(self, name: str) -> Locator:
        """The one button or link of this name on the page."""
        buttons = self.page.get_by_role("button", name=name)
        return buttons.or_(self.page.get_by_role("link", name=name)).first

    def fill(self, label: str, value: str) -> None:
        self.page.get_by_label(label, exact=True).fill(value)

    def choose(self, question: str, answer: str) -> None:
        """The radio button or box ``answer`` in the group ``question``."""
        self.page.get_by_role("group", name=question).get_by_label(answer, exact=True).check()

    def reload_until(self, selector: str, *, tries: int = 40) -> Locator:
        """Refresh, as the page advises, until what a job makes is there."""
        for _ in range(tries):
            found = self.page.locator(selector)
            if found.count():
                self.look()
                return found.first
            self.page.reload()
            self._looked = self._came  # the same page again
            self.page.wait_for_load_state()
        raise AssertionError(f"{selector} did not appear on {self.page.url}")

    def download(self, path: str) -> bytes:
        """What an address holds that is no page, fetched with this person's session."""
        response = self.context.request.get(f"{self.base}{path}")
        assert response.ok, f"{path} answered {response.status}"
        return response.body()

    def see(self, text: str) -> None:
        """The text is on the page, and visible."""
        self.page.get_by_text(text).first.wait_for(state="visible")

    def in_first_screen(self, *selectors: str) -> None:
        """Everything named lies within the window without scrolling."""
        for selector in selectors:
            box = self.page.locator(selector).first.bounding_box()
            assert box is not None, f"{selector} is not on {self.page.url}"
            height = self.page.viewport_size["height"]  # type: ignore[index]
            assert box["y"] >= 0, f"{selector} begins above the window of {self.page.url}"
            bottom = box["y"] + min(box["height"], 40)
            assert bottom <= height, f"{selector} ends at {bottom:.0f} of {height} on {self.page.url}"

    # -- looking ---------------------------------------------------------------------------------------------------

    def look(self, beside: Page | None = None) -> None:
        """axe finds nothing, and nothing is wider than the window. ``beside`` is a window opened by this one."""
        page = beside or self.page
        if page is self.page:
            if self._came - self._looked > 1:
                self.troubles.append(f"pages passed without a look: {self._passed}")
            self._looked, self._passed = self._came, []
        wide = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        if wide[0] > wide[1]:
            self.troubles.append(f"{page.url} is {wide[0]} px wide in a window of {wide[1]}: {_widest(page)}")
        page.evaluate(AXE_SCRIPT)
        for found in page.evaluate(RUN_AXE, {"options": AXE, "bars": BARS}):
            for node in found["nodes"][:3]:
                self.troubles.append(f"axe {found['id']} on {page.url}: {found['help']}\n    {node['html'][:300]}")

    # -- listening -------------------------------------------------------------------------------------------------

    def _arrived(self, page: Page) -> None:
        self._came += 1
        self._passed.append(page.url)

    def _elsewhere(self, route: Any, request: Request) -> None:
        self.troubles.append(f"a request went to {request.url}")
        route.abort()

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(STATUS_LINE):
            self.troubles.append(f"console on {self.page.url}: {message.text}")

    def _answered(self, response: Response) -> None:
        document = response.request.resource_type == "document"
        refused = response.status == 422  # a form sent quietly is refused like one sent as a page
        if response.status >= 500 or (response.status >= 400 and not document and not refused):
            self.troubles.append(f"{response.url} answered {response.status}")


def _widest(page: Page) -> str:
    return str(
        page.evaluate(
            "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)"
            ".slice(0, 3).map(e => e.outerHTML.slice(0, 160)).join(' | ')"
        )
    )
