"""The form of a survey in the browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from crm.core.data.base import db
from tests.factories import client_of, person, reachable
from tests.fixtures.browser import enter

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]


@pytest.fixture
def client_id(live) -> int:
    """Return a client of Inland with a person who has an email address."""
    with live.app.app_context():
        row = client_of("Inland", "Preview Pumps")
        reachable(person("Previewer", "Pat", organization=row), email="pat@previewpumps.example")
        db.session.commit()
        return row.id


def test_preview_keeps_the_entered_text_without_calling_it_restored(page, client_id):
    path = f"/milestones/surveys/new?client={client_id}"
    enter(page, "anna", path)
    page.locator("input#person_id").fill("Previewer")
    page.get_by_role("option", name="Pat Previewer").click()
    page.get_by_label("Personal note").fill("Thank you for the tour.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".letter")).to_contain_text("Thank you for the tour.")
    expect(page.locator(".restored")).to_have_count(0)
    page.goto("/people/")
    page.goto(path)
    expect(page.get_by_label("Personal note")).to_have_value("Thank you for the tour.")
    expect(page.locator(".restored")).to_be_visible()
