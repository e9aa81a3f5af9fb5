"""Pages whose scripts are loaded late or not at all."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect


def open_early(page: Page, path: str, script: str) -> Callable[[], None]:
    """Open a page of which a script isn't loaded yet; return the function that loads it and starts the page."""
    waiting = []
    page.route(f"**/{script}", lambda route: waiting.append(route), times=1)  # noqa: PLW0108 - a builtin is refused
    with page.expect_request(f"**/{script}"):
        page.goto(path)

    def load() -> None:
        waiting.pop().continue_()
        expect(page.locator("html.ready")).to_be_attached()

    return load


def open_without(page: Page, path: str, script: str) -> None:
    """Open a page of which a script can't be loaded."""
    page.route(f"**/{script}", lambda route: route.abort())
    page.goto(path)
    expect(page.locator("html.ready")).to_be_attached()
