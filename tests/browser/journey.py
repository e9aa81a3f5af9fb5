"""Follow a job on the screen as a newcomer does: by visible names only, counting each step."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.fixtures.browser import wait_ready, wait_until

# Chromium starts the navigation of a form or link after the click has ended. On a busy machine the next step came
# before it, was done on the old page, and was lost, or it ended the navigation.
WATCH_LEAVING = """(() => {
  if (window.isLeaving !== undefined) return;
  window.isLeaving = false;
  addEventListener("submit", (event) => {
    if (!event.defaultPrevented && event.target.method !== "dialog" && !event.target.target) window.isLeaving = true;
  });
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]:not([target], [download])");
    const isOther = link?.origin === location.origin && link.href.split("#")[0] !== location.href.split("#")[0];
    if (isOther && !event.defaultPrevented && !event.ctrlKey && !event.shiftKey) window.isLeaving = true;
  });
  addEventListener("pageshow", () => { window.isLeaving = false; });
})()"""


def find_picker(page: Page, label: str) -> Locator:
    """Return the text field of a picker; never the select that it replaces when the scripts start."""
    return page.locator("input[role=combobox]").and_(page.get_by_role("combobox", name=label))


class Journey:
    """The steps of one job. A click, a key, a field that is filled in and a page that is opened count as one step each.

    Filling in a picker means typing, then choosing the suggestion by Enter. Reading counts nothing.
    """

    def __init__(self, page: Page, job: str) -> None:
        self.page, self.job = page, job
        self.steps: list[str] = []
        page.add_init_script(WATCH_LEAVING)
        page.evaluate(WATCH_LEAVING)

    def open(self, path: str) -> None:
        """Open a page by its address."""
        self._count(f"open {path}")
        self.page.goto(path)

    def go_back(self) -> None:
        """Press the Back button of the browser."""
        self._count("go back")
        self.page.go_back()

    def reads(self, *texts: str) -> None:
        """Check that texts are on the screen."""
        for text in texts:
            expect(self.page.get_by_text(text).locator("visible=true").first).to_be_visible()

    def click(self, role: str, name: str, *, within: Locator | None = None, exact: bool = False) -> None:
        """Click the first visible control with a role and a name, and wait for the next page if it opens one.

        An exact name may be followed by its key.
        """
        self.click_to_download(role, name, within=within, exact=exact)
        wait_until(self.page, "!window.isLeaving")

    def click_to_download(self, role: str, name: str, *, within: Locator | None = None, exact: bool = False) -> None:
        """Click a control whose form or link sends a file, so that the page stays."""
        self._count(f"click {role} “{name}”")
        pattern = re.compile(rf"^\s*{re.escape(name)}( \S)?$") if exact else name
        (within or self.page).get_by_role(role, name=pattern).locator("visible=true").first.click()

    def click_range(self, role: str, name: str) -> None:
        """Shift-click a control, which also selects the rows between it and the one clicked before."""
        self._count(f"shift-click {role} “{name}”")
        self.page.get_by_role(role, name=name).locator("visible=true").first.click(modifiers=["Shift"])

    def open_menu(self, name: str, *, within: Locator | None = None) -> None:
        """Open a menu by a part of its name."""
        self._count(f"open “{name}”")
        menus = (within or self.page).locator(f'summary[aria-label*="{name}"], summary:has-text("{name}")')
        menus.locator("visible=true").first.click()

    def fill(self, label: str, text: str, *, within: Locator | None = None, exact: bool = False) -> None:
        """Fill in the first visible field with a label."""
        self._count(f"fill in “{label}”: {text}")
        (within or self.page).get_by_label(label, exact=exact).locator("visible=true").first.fill(text)

    def choose(self, label: str, option: str, *, within: Locator | None = None) -> None:
        """Choose an option of a field."""
        self._count(f"choose “{label}”: {option}")
        (within or self.page).get_by_label(label).locator("visible=true").first.select_option(label=option)

    def tick(self, label: str, *, within: Locator | None = None) -> None:
        """Choose one of several answers by the beginning of its words."""
        self._count(f"choose “{label}”")
        words = re.compile(rf"^\s*{re.escape(label)}")
        (within or self.page).locator("label").filter(visible=True, has_text=words).first.click()

    def pick(self, label: str, text: str, choice: str, *, nth: int = 0) -> None:
        """Type into a picker and choose the first suggestion, which must be the right one."""
        self._count(f"fill in “{label}”: {text}, Enter")
        box = find_picker(self.page, label).nth(nth)
        box.fill(text)
        expect(self.page.locator("[role=option]:visible").first).to_contain_text(choice)
        box.press("Enter")

    def create(self, label: str, text: str) -> None:
        """Type into a picker and choose to create the record."""
        self._count(f"fill in “{label}”: {text}, choose to create it")
        find_picker(self.page, label).first.fill(text)
        self.page.get_by_role("option").filter(has_text="Create").first.click()

    def find(self, text: str, choice: str) -> None:
        """Type into the search of the page and open the first result, which must be the right one."""
        self._count(f"search {text}, Enter")
        self.page.wait_for_load_state()
        self.page.keyboard.press("Control+k")
        self.page.keyboard.type(text)
        expect(self.page.locator("#hits [role=option]").first).to_contain_text(choice)
        self.page.keyboard.press("Enter")

    def upload(self, label: str, file: Path) -> None:
        """Choose a file for the field with this label."""
        self._count(f"choose the file {file.name}")
        self.page.get_by_label(label).first.set_input_files(file)

    def press(self, key: str) -> None:
        """Press a key."""
        self._count(f"press {key}")
        self.page.keyboard.press(key)

    def check(self, goal: int) -> None:
        """Print the steps, and fail if there are more than the goal."""
        lines = "\n".join(f"  {number:2} {step}" for number, step in enumerate(self.steps, 1))
        print(f"{self.job}: {len(self.steps)} steps (goal {goal})\n{lines}")  # noqa: T201 - the report of the job
        assert len(self.steps) <= goal

    def _count(self, step: str) -> None:
        """Count a step, which a user takes when the page is loaded."""
        wait_ready(self.page)
        self.steps.append(step)
