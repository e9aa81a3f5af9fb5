"""Reminders of bid deadlines and of registrations that expire: who gets them, and when."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

from crm.core.data.base import db
from crm.mail.explain import explain_reminders
from crm.opportunities.policy import OpportunityStage
from crm.organizations.policy import OrganizationRole, RegistrationState
from crm.projects.models import SupplierRegistration
from crm.projects.services import add_project
from crm.projects.services.structure import save_package
from crm.projects.structure_policy import PackageState
from crm.reminders.policy import is_bid_news
from tests.factories import client_of, organization
from tests.factories.opportunities import make_opportunity
from tests.reminders.digest_data import MORNING, TODAY, turn_off

PACKAGE = {"name": "Lot 1", "native_name": None, "organization_id": None, "state": PackageState.open}


def evening(days):
    """Return 10 PM in Shanghai on a later day: the morning of that day in Los Angeles."""
    return datetime.combine(TODAY + timedelta(days=days), time(22))


def lead(by, wall=None, name="Suzhou II"):
    return add_project(by, {"name": name, "country": "CN", "zone": "Asia/Shanghai", "bid_wall": wall})


@pytest.mark.parametrize(
    ("days", "previous", "is_changed", "expected"),
    [
        (14, 15, False, True),
        (15, 16, True, False),
        (13, 14, False, False),
        (13, 16, False, True),
        (10, 11, True, True),
        (2, 3, False, True),
        (1, 2, False, False),
        (-1, 0, True, False),
    ],
)
def test_deadline_is_news_14_and_2_days_before_and_when_new(days, previous, is_changed, expected):
    day = TODAY + timedelta(days=days)
    previous_day = day - timedelta(days=previous)
    assert is_bid_news(day, TODAY, previous_day, is_changed=is_changed) is expected


def test_deadlines_of_project_and_package_are_lines_of_the_counselors_digest(mails, anna):
    project = lead(anna, evening(14))
    save_package(project, PACKAGE | {"bid_wall": evening(2)})
    closed = PACKAGE | {"name": "Lot 2", "state": PackageState.awarded}
    save_package(project, closed | {"bid_wall": evening(2)})
    text = mails()["digest"].text
    assert "Bid deadline: Suzhou II\n      In 14 days, Tue, Mar 24, 10:00 PM, Shanghai" in text
    assert "Bid deadline: Lot 1, Suzhou II\n      In 2 days, Thu, Mar 12, 10:00 PM, Shanghai" in text
    assert "Lot 2" not in text


def test_counselor_of_an_opportunity_in_the_project_is_reminded_too(mails, anna, actor):
    wall = evening(14)
    project, other = lead(actor("clara"), wall), lead(actor("clara"), wall, "Hangzhou")
    make_opportunity(client_of("Inland"), "Meters", project_id=project.id, counselor=anna)
    signed = {"counselor": anna, "stage": OpportunityStage.contracted}
    make_opportunity(client_of("Inland"), "Valves", project_id=other.id, **signed)
    text = mails()["digest"].text
    assert ("Suzhou II" in text, "Hangzhou" in text) == (True, False)
    reasons = explain_reminders(actor("clara"), other.id, MORNING).reasons
    assert not any(anna.name in reason for reason in reasons)


def test_page_explains_who_is_reminded(anna):
    project = lead(anna)
    assert any("14 and 2 days before" in reason for reason in explain_reminders(anna, project.id, MORNING).reasons)
    turn_off(anna, "bid_deadline")
    assert f"{anna.name} turned off “Bid deadlines”." in explain_reminders(anna, project.id, MORNING).reasons


def test_registration_that_expires_is_a_line_of_the_clients_counselor(mails, anna):
    client = client_of("Inland", "Tri-Valley Sensors", counselor=anna)
    for name, state in (("Huayue", RegistrationState.registered), ("Jiangchuan", RegistrationState.expired)):
        prime = organization(name, roles=[OrganizationRole.prime])
        values = {"state": state, "expires_on": TODAY + timedelta(days=30)}
        db.session.add(SupplierRegistration(client_id=client.id, prime_id=prime.id, **values))
    db.session.flush()
    text = mails()["digest"].text
    assert "Registration of Tri-Valley Sensors at Huayue expires Apr 9\n      In 30 days" in text
    assert "Jiangchuan" not in text
