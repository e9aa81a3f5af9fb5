"""The page of a change that the job carries out, while a user works with the keyboard."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from crm.bulk.models import BulkRun
from crm.bulk.policy import BulkOperation, BulkState
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.identity import User
from tests.fixtures.browser import enter

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]


@pytest.fixture
def run_id(live):
    """Return the id of a change of 40 records by anna that no job works on."""
    with live.app.app_context():
        anna = db.session.scalars(sa.select(User).where(User.email == "anna@demo.example")).one()
        values = {"listing": "people", "operation": BulkOperation.tag, "params": {"tags": "zq progress"}, "ids": []}
        run = BulkRun(user_id=anna.id, state=BulkState.running, total=40, at=clock.now(), **values)
        db.session.add(run)
        db.session.commit()
        return run.id


def change(live, run_id, **values):
    with live.app.app_context():
        for name, value in values.items():
            setattr(db.session.get_one(BulkRun, run_id), name, value)
        db.session.commit()


def test_progress_changes_without_a_new_page_until_the_change_is_done(page, live, run_id):
    enter(page, "anna", f"/bulk/runs/{run_id}")
    expect(page).to_have_title("Add tags: In progress - Causeway")
    link = page.get_by_role("link", name="Refresh now")
    link.focus()
    change(live, run_id, position=17)
    expect(page.get_by_text("17 of 40 records")).to_be_visible()
    expect(page.get_by_role("progressbar", name="Progress")).to_have_attribute("value", "17")
    expect(link).to_be_focused()
    page.keyboard.press("Control+k")
    page.keyboard.type("zq")
    change(live, run_id, position=30)
    expect(page.get_by_text("30 of 40 records")).to_be_attached()
    expect(page.get_by_role("combobox")).to_have_value("zq")
    change(live, run_id, position=40, changed=40, state=BulkState.done)
    expect(page.get_by_role("link", name="Back to the list")).to_be_visible()
    expect(page).to_have_title("Add tags: Done - Causeway")


def test_progress_continues_without_a_response(page, live, run_id, browser_errors):
    browser_errors.allowed.append("ERR_FAILED")
    enter(page, "anna", f"/bulk/runs/{run_id}")
    page.route(f"**/bulk/runs/{run_id}", lambda route: route.abort(), times=1)
    change(live, run_id, position=3)
    expect(page.get_by_text("3 of 40 records")).to_be_visible()
