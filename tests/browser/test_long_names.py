"""A name of 120 letters without spaces wraps: no page is wider than its window."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
from flask import Flask
from playwright.sync_api import Page

from crm.core.data.base import db
from crm.core.policy import SYSTEM
from crm.shows.services import save_show
from tests.factories import client_of
from tests.factories.opportunities import make_opportunity, step
from tests.fixtures.browser import Live, enter
from tests.fixtures.people import make_people

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]
LONG = "abcdefghijkl" * 10
OVERFLOWING = """() => [...document.querySelectorAll("main :is(h1, h2, h3):not(.visually-hidden)")]
  .filter(heading => heading.checkVisibility() && heading.scrollWidth > heading.clientWidth + 1)
  .map(heading => heading.outerHTML.slice(0, 80))"""


@pytest.fixture
def addresses(live: Live) -> list[str]:
    """Give the pages with the names; the same for all tests of a database."""
    return _make_pages(live.app)


@cache
def _make_pages(app: Flask) -> list[str]:
    with app.app_context():
        anna = make_people(["anna"])["anna"]
        client = client_of("Inland", f"Client{LONG}", counselor=anna)
        row = make_opportunity(client, f"Opportunity{LONG}", counselor=anna)
        task = step(row, date(2031, 1, 6), f"Task{LONG}", counselor_id=anna.id)
        dates = {"starts_on": date(2031, 1, 6), "ends_on": date(2031, 1, 8), "country": "CN"}
        show = save_show(SYSTEM, {"name": f"Show{LONG}", "zone": "Asia/Shanghai", **dates})
        pages = [f"/opportunities/{row.id}", f"/opportunities/{row.id}/move", f"/records/{row.id}/history"]
        pages += [f"/shows/{show.id}", f"/shows/{show.id}/meetings/new", f"/organizations/{client.id}"]
        pages += [f"/followups/{task.id}", f"/followups/{task.id}/later"]
        db.session.commit()
    return [*pages, "/opportunities/", "/opportunities/board", "/shows/", "/followups/?whose=me", "/reports/pipeline"]


@pytest.mark.parametrize("width", [390, 1440])
def test_long_names_fit_the_window(page: Page, addresses: list[str], width: int) -> None:
    enter(page, "anna")
    page.set_viewport_size({"width": width, "height": 900})
    problems = {}
    for path in addresses:
        page.goto(path)
        page_width = page.evaluate("document.documentElement.scrollWidth")
        problems[path] = page.evaluate(OVERFLOWING) + ([page_width] if page_width > width else [])
    assert {path: texts for path, texts in problems.items() if texts} == {}
