"""Lists of awards, their reports and goals, and the funders that can be chosen."""

from __future__ import annotations

from datetime import date

import pytest

from crm.funding.policy.awards import GoalMeasure
from crm.funding.queries import awards as queries
from crm.funding.services.awards import save_award
from crm.reference.models import Funder

FIRST, LAST = date(2026, 10, 1), date(2027, 9, 30)


@pytest.fixture
def pair(session, actor, step):
    """Return two awards: the one of STEP with reports and a goal, and a later one of another funder."""
    other = Funder(code="ITA", name="Trade Administration")
    session.add(other)
    session.flush()
    reports = [
        {"name": name, "due_on": due_on, "sent_on": sent_on}
        for name, due_on, sent_on in (
            ("Second", date(2027, 4, 30), None),
            ("Third", date(2027, 7, 31), None),
            ("First", date(2027, 1, 31), date(2027, 1, 30)),
        )
    ]
    goals = [{"measure": GoalMeasure.clients, "team_id": None, "user_id": None, "target": 9}]
    days = {"from_on": FIRST, "to_on": LAST}
    return [
        save_award(actor("nora"), {"funder_id": funder.id, "number": number, "reports": r, "goals": g} | period)
        for funder, number, r, g, period in (
            (step, "STEP-26", reports, goals, days),
            (other, "ITA-27", [], [], {"from_on": date(2027, 1, 1), "to_on": LAST}),
        )
    ]


def test_awards_are_listed_with_funder_and_next_open_report_the_latest_first(pair):
    first, second = pair
    rows = [(x.award, x.funder, x.report and x.report.name) for x in queries.list_awards()]
    assert rows == [(second, "Trade Administration", None), (first, "State Trade Expansion Program", "Second")]
    assert queries.award_choices() == [
        (second.id, "Trade Administration ITA-27"),
        (first.id, "State Trade Expansion Program STEP-26"),
    ]
    assert [x.name for x in queries.list_reports(first.id)] == ["First", "Second", "Third"]
    assert queries.list_reports(second.id) == []
    assert [x.target for x in queries.list_goals(first.id)] == [9]
    assert queries.list_goals(second.id) == []


def test_funder_is_named(pair, step):
    assert queries.find_funder_name(step.id) == "State Trade Expansion Program"
    assert queries.find_funder_name(pair[1].funder_id) == "Trade Administration"
    assert queries.find_funder_name(999) == ""


def test_awards_start_on_their_first_day(pair):
    first, second = pair
    ids = {
        day: [x.id for x in queries.list_started_awards(day)] for day in (date(2026, 9, 30), FIRST, date(2027, 1, 1))
    }
    assert list(ids.values()) == [[], [first.id], [second.id, first.id]]
    award = queries.list_started_awards(FIRST)[0]
    assert (award.name, award.from_on, award.to_on) == ("State Trade Expansion Program STEP-26", FIRST, LAST)
