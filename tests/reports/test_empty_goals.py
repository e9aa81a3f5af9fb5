"""The report on goals without any: what to do next, for those who may."""

from __future__ import annotations

from datetime import date

from crm.core import clock
from crm.core.data.base import db
from crm.core.policy import SYSTEM
from crm.funding.models import AwardGoal
from crm.funding.policy.awards import GoalMeasure
from crm.funding.services.awards import save_award
from crm.reference.models import Funder


def test_goals_lead_to_the_first_award_and_its_goals(client, people):
    add, view = 'href="/funding/awards/new">Add award', 'href="/funding/awards/">View awards'

    def read(name: str) -> list[bool]:
        page = client.login_as(name).get("/reports/goals").text.split("<main")[1]
        return [text in page for text in ("No goals yet", add, view)]

    assert [read(name) for name in ("clara", "anna", "shen")] == [[True, True, False], [False] * 3, [False] * 3]
    funder = Funder(code="STEP", name="State Trade", from_on=date(2020, 1, 1))
    db.session.add(funder)
    db.session.flush()
    today = clock.today("America/Los_Angeles")
    values = {"funder_id": funder.id, "number": "A", "from_on": today, "to_on": today, "goals": [], "reports": []}
    award = save_award(SYSTEM, values)
    db.session.commit()
    assert [read(name) for name in ("clara", "anna")] == [[True, False, True], [False] * 3]
    db.session.add(AwardGoal(award_id=award.id, measure=GoalMeasure.clients, target=5))
    db.session.commit()
    assert read("clara") == [False] * 3
