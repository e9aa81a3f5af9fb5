"""Jobs of a counselor with clients, done by what the screen says: an exclusive China rep; Back and double clicks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from crm.core.data.base import db
from crm.people.models import Person, Representation
from crm.people.policy import Exclusivity
from tests.browser.journey import Journey
from tests.factories import client_of, person, representation
from tests.fixtures.browser import Live, enter
from tests.fixtures.people import make_people

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]


def test_exclusive_rep_is_added_with_its_conflict_and_end(page: Page, live: Live, clock, browser_errors) -> None:
    browser_errors.allowed.append("422")
    clock.set(datetime(2026, 11, 25, 18, tzinfo=UTC))
    with live.app.app_context():
        client = client_of("Inland", "Hillcrest Optics", counselor=make_people(["anna"])["anna"])
        representation(client, person("Zhou", "Yanling", country="CN"), territory="Jiangsu")
        db.session.commit()
    enter(page, "anna")
    job = Journey(page, "Job 7, a client hired an exclusive China rep, agreement until June 30, 2027")
    job.find("hillcrest", "Hillcrest Optics")
    job.click("link", "China reps", within=page.get_by_role("main"))
    job.create("Person", "Liu Fangyuan")
    job.choose("Exclusive", "Exclusive")
    job.choose("Basis", "Written agreement")
    job.fill("Agreement end", "2027-06-30")
    job.click("button", "Add China rep", exact=True)
    job.reads("Active in the same territory", "Yanling")
    job.tick("Save anyway")
    job.click("button", "Add China rep", exact=True)
    reps = page.locator("section").filter(has=page.get_by_role("heading", name="China reps"))
    for text in ("Liu Fangyuan", "Exclusive", "ends Jun 30, 2027"):
        expect(reps).to_contain_text(text)
    job.check(10)
    with live.app.app_context():
        row = db.session.scalars(sa.select(Representation).order_by(Representation.id.desc())).first()
        assert (row.exclusive, str(row.to_on)) == (Exclusivity.yes, "2027-06-30")


def test_back_reload_and_double_click_after_saving_are_harmless(page: Page, live: Live, browser_errors) -> None:
    browser_errors.allowed.append("422")
    enter(page, "anna")
    job = Journey(page, "Job 13, double click on Save, Back, Save, reload")
    job.open_menu("New")
    job.click("link", "Person", exact=True)
    job.fill("Given name", "Oncelia")
    job.steps.append("double-click button “Add person”")
    page.get_by_role("button", name="Add person", exact=True).dblclick()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("Oncelia")
    job.press("F5")
    expect(heading).to_contain_text("Oncelia")
    job.go_back()
    job.reads("You already saved this form.")
    job.click("link", "Open saved record")
    expect(heading).to_contain_text("Oncelia")
    job.go_back()
    job.click("button", "Add person", exact=True)
    job.reads("There is 1 problem")
    job.check(9)
    with live.app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).where(Person.given_latin == "Oncelia")) == 1
