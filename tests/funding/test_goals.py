"""Goals of several awards at once: each counts what belongs to its own funder and days."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from crm.core.data.base import db
from crm.funding.policy.awards import GoalMeasure
from crm.funding.queries.goals import load_goals, load_goals_of
from crm.funding.queries.sessions import list_counted_sessions
from crm.impact.policy import Confirmation, MilestoneKind, MilestoneStatus
from crm.impact.services import add_milestone
from crm.shows.attendance import add_attendees
from crm.shows.policy import Attendance, ShowKind
from crm.shows.services import save_show
from tests.factories import make_confidential, person

from .conftest import complete_client
from .test_figures import FIRST, award_of, goal, ita

__all__ = ["award_of", "ita"]
DAY = date(2026, 12, 6)
"""The last day of the older award."""


def test_goals_of_two_awards_count_their_own_sessions_and_attendees(
    anna, actor, award_of, client_firm, session_for, step, ita
):
    complete_client(client_firm)
    for day, funder, contact, prep in (
        (date(2026, 9, 30), step, 300, 0),
        (FIRST, step, 60, 30),
        (date(2026, 12, 5), ita, 18, 0),
        (DAY, ita, 120, 0),
        (date(2026, 12, 7), ita, 180, 0),
    ):
        session_for(client_firm, wall=datetime.combine(day, time(9)), funder=funder, contact=contact, prep=prep)
    counted = {x: list_counted_sessions(anna, date(2026, 1, 1), DAY, x.id) for x in (step, ita)}
    assert {x: [row.minutes.contact for row in rows] for x, rows in counted.items()} == {
        step: [300, 60],
        ita: [18, 120],
    }
    show = {"name": "Export basics", "type": ShowKind.workshop, "starts_on": DAY, "ends_on": DAY}
    workshop, secret = save_show(anna, show | {"funder_id": ita.id}), person("Wu", "Min", team="Inland", counselor=anna)
    add_attendees(anna, workshop, [person("Lu", "Hua").id, secret.id], Attendance.attended)
    make_confidential(secret)
    measures, nora = (GoalMeasure.sessions, GoalMeasure.hours, GoalMeasure.attendees), actor("nora")
    scopes = ((None, None), (anna.first_team_id, anna.id), (anna.first_team_id, actor("dora").id))
    goals = [goal(measure, *scope) for scope in scopes for measure in measures]
    new, old = award_of(step, goals=goals), award_of(ita, "ITA-24", date(2024, 1, 1), DAY, goals=goals)
    zeros = dict.fromkeys(measures, Decimal(0))
    of_new = dict(zip(measures, (1, Decimal("1.5"), 0), strict=True))
    of_old = dict(zip(measures, (2, Decimal("2.3"), 1), strict=True))
    together = load_goals_of(nora, [new, old])
    for award, figures in ((new, of_new), (old, of_old)):
        for rows in (together[award.id], load_goals(nora, award)):
            reached: dict = {scope: {} for scope in scopes}
            for row in rows:
                reached[row.goal.team_id, row.goal.user_id][row.goal.measure] = row.pace.actual
            assert list(reached.values()) == [figures, figures, zeros]


def test_goal_names_the_export_sales_without_an_exchange_rate(anna, actor, client, award_of, client_firm, step):
    for amount, currency, kind in ((5000, "USD", "export_sale"), (700, "EUR", "export_sale"), (9, "EUR", "contract")):
        values = {"client_id": client_firm.id, "type": MilestoneKind(kind), "status": MilestoneStatus.actual}
        values |= {"amount": Decimal(amount), "currency": currency, "on": DAY, "funder_id": step.id}
        add_milestone(anna, values | {"confirmed_on": DAY, "confirmed_how": Confirmation.email})
    award = award_of(step, goals=[goal(GoalMeasure.export_sales, None, None), goal(GoalMeasure.jobs, None, None)])
    rows = {row.goal.measure: (row.pace.actual, row.unconverted) for row in load_goals(actor("nora"), award)}
    assert rows == {GoalMeasure.export_sales: (5000, {"EUR": 700}), GoalMeasure.jobs: (0, {})}
    db.session.commit()
    note = "(without €700: no exchange rate)"
    web = client.login_as("nora")
    assert (note in web.get("/reports/goals").text, note in web.get(f"/funding/awards/{award.id}").text) == (True, True)
