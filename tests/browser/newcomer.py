"""A newcomer who follows only what the screen says; every click, key and choice is a step."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page, expect

Role = Literal["button", "link", "menuitem"]


class Newcomer:
    """Acts on a page by visible names, and remembers the steps."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.steps: list[str] = []

    def reads(self, *texts: str) -> None:
        """Check that texts are on the screen; looking is no step."""
        for text in texts:
            expect(self.page.get_by_text(text).locator("visible=true").first).to_be_visible()

    def click(self, name: str, role: Role = "link") -> None:
        """Click what the screen calls so."""
        self.steps.append(f"click {name}")
        self.page.get_by_role(role, name=re.compile(rf"^\s*{re.escape(name)}( \S)?$")).locator(
            "visible=true"
        ).first.click()

    def open_menu(self, name: str) -> None:
        """Open a menu by a part of its name."""
        self.steps.append(f"open {name}")
        self.page.locator("summary").filter(visible=True).and_(
            self.page.locator(f'summary[aria-label*="{name}"], summary:has-text("{name}")')
        ).first.click()

    def fill(self, label: str, text: str) -> None:
        """Type into the field with this label."""
        self.steps.append(f"type {text!r} into {label}")
        self.page.get_by_label(label).locator("visible=true").first.fill(text)

    def choose(self, label: str, option: str) -> None:
        """Choose an option of a field."""
        self.steps.append(f"choose {option} as {label}")
        self.page.get_by_label(label).locator("visible=true").first.select_option(label=option)

    def tick(self, label: str) -> None:
        """Choose one of several answers by the beginning of its words."""
        self.steps.append(f"choose {label}")
        self.page.locator("label").filter(visible=True, has_text=re.compile(rf"^\s*{re.escape(label)}")).first.click()

    def upload(self, label: str, file: Path) -> None:
        """Choose a file for the field with this label."""
        self.steps.append(f"choose the file {file.name}")
        self.page.get_by_label(label).first.set_input_files(file)

    def report(self, job: str, goal: int) -> None:
        """Print the steps of a job, and check that there are at most `goal`."""
        print(f"\n{job}: {len(self.steps)} steps (goal {goal})")  # noqa: T201 - the result of the test
        for number, step in enumerate(self.steps, start=1):
            print(f"{number:>3}  {step}")  # noqa: T201 - the result of the test
        assert len(self.steps) <= goal
