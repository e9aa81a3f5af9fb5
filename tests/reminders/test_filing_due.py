"""The digest line of a report to a funder."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.mail.outbox.models import Mail
from crm.core.policy import SYSTEM
from crm.funding.services.awards import save_award
from crm.reference.models import Funder
from tests.reminders.digest_data import TODAY


@pytest.fixture
def add_award():
    """Add an award with reports that are due in some days: `add_award(user_id, (name, days, sent_on), ...)`."""

    def add(user_id: int | None, *reports: tuple[str, int, date | None]):
        funder = Funder(code=f"F{user_id}", name="STEP")
        db.session.add(funder)
        db.session.flush()
        rows = [{"name": n, "due_on": TODAY + timedelta(days=days), "sent_on": sent} for n, days, sent in reports]
        values = {"funder_id": funder.id, "number": "STEP-26", "from_on": date(2025, 10, 1), "to_on": date(2026, 9, 30)}
        return save_award(SYSTEM, values | {"responsible_id": user_id, "reports": rows, "goals": []})

    return add


def test_report_that_is_due_soon_is_a_line_of_the_user_responsible(mails, anna, add_award):
    add_award(anna.id, ("Q1 report", 30, None), ("Q2 report", 31, None), ("Final report", 30, TODAY))
    text = mails()["digest"].text
    assert "“Q1 report” of STEP STEP-26 is due Apr 9" in text
    assert ("Q2 report" in text, "Final report" in text) == (False, False)


def test_others_and_users_who_do_not_see_funders_get_none(mails, people, add_award):
    add_award(people["boris"].id, ("Q1 report", 7, None))
    add_award(people["shen"].id, ("Q3 report", 7, None))
    mails()
    rows = db.session.scalars(sa.select(Mail).options(sa.orm.undefer("*"))).all()
    readers = {mail.user_id for mail in rows if "Q1 report" in mail.text or "Q3 report" in mail.text}
    assert readers == {people["boris"].id}
