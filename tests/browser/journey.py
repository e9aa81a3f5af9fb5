"""Follow a job on the screen as a newcomer does: by visible names only, counting each step."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


def find_picker(page: Page, label: str) -> Locator:
    """Return the text field of a picker; never the select that it replaces when the scripts start."""
    return page.locator("input[role=combobox]").and_(page.get_by_role("combobox", name=label))


class Journey:
    """The steps of one job. A click, a field that is filled in and a page that is opened count as one step each.

    Filling in a picker means typing, then choosing the suggestion by Enter.
    """

    def __init__(self, page: Page, job: str) -> None:
        self.page, self.job = page, job
        self.steps: list[str] = []

    def open(self, path: str) -> None:
        """Open a page by its address."""
        self._count(f"open {path}")
        self.page.goto(path)

    def click(self, role: str, name: str, *, within: Locator | None = None, exact: bool = False) -> None:
        """Click the first control with a role and a name."""
        self._count(f"click {role} “{name}”")
        (within or self.page).get_by_role(role, name=name, exact=exact).first.click()

    def fill(self, label: str, text: str) -> None:
        """Fill in the first field with a label."""
        self._count(f"fill in “{label}”: {text}")
        self.page.get_by_label(label).first.fill(text)

    def pick(self, label: str, text: str, choice: str) -> None:
        """Type into a picker and choose the first suggestion, which must be the right one."""
        self._count(f"fill in “{label}”: {text}, Enter")
        box = find_picker(self.page, label).first
        box.fill(text)
        expect(self.page.locator("[role=option]:visible").first).to_contain_text(choice)
        box.press("Enter")

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
        self.steps.append(step)
