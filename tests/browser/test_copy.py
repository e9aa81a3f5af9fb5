"""Contact details are copied by a button, also where the browser gives pages no clipboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from crm.core.data.base import db
from crm.records.policy import ContactMedium, PointLabel
from crm.records.services import ContactPointValues, set_points
from tests.factories import person
from tests.fixtures.browser import Live, enter, wait_ready

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]


@pytest.mark.parametrize("script", ["", "delete Navigator.prototype.clipboard"], ids=["clipboard", "none"])
def test_wechat_name_is_copied_as_it_was_entered(page: Page, live: Live, script: str) -> None:
    with live.app.app_context():
        row = person("Zhou Limin")
        set_points(row, [ContactPointValues(ContactMedium.wechat, PointLabel.other, "Zhou_LM")], "CN")
        db.session.commit()
        url = f"/people/{row.id}"
    page.add_init_script(script)
    enter(page, "anna")
    page.goto(url)
    wait_ready(page)
    button = page.get_by_role("button", name="Copy WeChat")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-announce]")).to_have_text("Copied")
    expect(button).to_be_focused()
    page.goto("/people/")
    field = page.get_by_role("searchbox").first
    field.focus()
    page.keyboard.press("Control+v")
    expect(field).to_have_value("Zhou_LM")
