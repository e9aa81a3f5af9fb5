"""Possible duplicates by keyboard: the next pair is at hand after each decision."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from crm.core.data.base import db
from tests.duplicates.lookups import compare_all
from tests.factories import organization
from tests.fixtures.browser import enter, wait_ready

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]


def test_next_pair_has_the_focus_after_each_decision(page, live):
    with live.app.app_context():
        for name in ("Quartz Pumps Inc.", "Velvet Foods Inc.", "Walnut Dryers Inc."):
            organization(name)
            organization(name)
        db.session.flush()
        compare_all()
        db.session.commit()
    enter(page, "clara", "/duplicates/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    pairs = page.locator(".rows > [data-item]")
    expect(pairs).to_have_count(3)
    second, third = (pairs.nth(n).get_by_role("link").first for n in (1, 2))
    expect(second).to_be_focused()
    name = third.inner_text()
    pairs.nth(1).get_by_role("button", name="Not the same").press("Enter")
    expect(pairs).to_have_count(2)
    wait_ready(page)
    expect(second).to_be_focused()
    expect(second).to_have_text(name)
