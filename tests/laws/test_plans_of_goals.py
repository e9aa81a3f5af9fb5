"""Query plans of the lists that the numbers of goals open: no large table is read completely."""

from __future__ import annotations

import re

import pytest

from crm.core.data.base import db
from crm.funding.models import AwardGoal
from crm.funding.policy.awards import GoalMeasure
from tests.laws.test_plans import list_page_statements, plan

TABLES = ("interaction", "interaction_client", "interaction_time", "record", "counted_client", "organization")
LISTS = (
    ("counted-sessions", GoalMeasure.hours),
    ("counted-clients", GoalMeasure.new_clients),
    ("counted-clients", GoalMeasure.long_term),
)


@pytest.mark.parametrize(("name", "measure"), LISTS)
@pytest.mark.parametrize("viewer", ["anna", "nora"])
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_records_of_a_goal_are_found_by_indexes(application, viewer, name, measure):
    with application.rolled_back():
        goal = AwardGoal(award_id=application.dataset.subjects["award"][0].id, measure=measure, target=1)
        db.session.add(goal)
        db.session.commit()
        statements = list_page_statements(application, viewer, f"/funding/{name}/?goal={goal.id}")
        lines = [line for text, parameters in statements for line in plan(application, text, parameters)]
    assert [x for x in lines if re.match(rf"SCAN (?:{'|'.join(TABLES)})\b", x)] == [], "\n".join(lines)
    assert any("interaction_client" in line for line in lines)
