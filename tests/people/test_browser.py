"""The list of people in a browser: how its columns share the width."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from crm.core.data.base import db
from crm.people.models import Person
from tests.factories import organization, person
from tests.fixtures.browser import Faults, Live, enter
from tests.fixtures.people import make_people

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]
LINES = """cell => {
  const text = document.createRange();
  text.selectNodeContents(cell);
  return new Set([...text.getClientRects()].map(line => line.top)).size;
}"""


def test_counselor_stays_on_one_line_beside_long_texts(page: Page, live: Live) -> None:
    with live.app.app_context():
        clara = make_people(["clara"])["clara"]
        employer = organization("Zibo Chuangshi Electric Power Equipment and Engineering Corporation")
        title = "Deputy General Manager of International Cooperation and Trade"
        person(
            "Zhuge",
            "Limin-Alexandra Featherstonehaugh",
            organization=employer,
            title=title,
            city="San Bernardino",
            counselor=clara,
        )
        db.session.commit()
    enter(page, "clara")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/people/?q=zhuge")
    cells = page.locator("tbody tr:has-text('Zhuge') td")
    assert cells.filter(has_text="Zibo").evaluate(LINES) > 1
    assert cells.filter(has_text="Clara").evaluate(LINES) == 1
    assert page.evaluate("document.documentElement.scrollWidth") == 1440


def test_failed_check_for_similar_people_saves_nothing(page: Page, live: Live, browser_errors: Faults) -> None:
    browser_errors.allowed.append("500")
    enter(page, "anna", "/people/new")
    page.route("**/similar/person", lambda route: route.fulfill(status=500))
    for field, text in (("#family_latin", "Halffinished"), ("#given_latin", "Ada")):
        with page.expect_response("**/similar/person"):
            page.locator(field).fill(text)
    expect(page.locator("#family_latin")).to_have_value("Halffinished")
    expect(page).to_have_url(f"{live.url}/people/new")
    with live.app.app_context():
        assert db.session.scalar(sa.select(Person.id).where(Person.label.contains("Halffinished"))) is None
