"""The days of schedules and surveys, which of them are due, and what a confirmed milestone means."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm.core import clock as now
from crm.core.data.base import db
from crm.core.data.record import archive_record
from crm.core.errors import Invalid
from crm.core.tokens import hash_token
from crm.impact.models import SurveyPlan
from crm.impact.policy import LINK_DAYS, Confirmation, MilestoneStatus, SurveyState, last_day_of_link
from crm.impact.queries.milestones import list_milestones_of_survey
from crm.impact.queries.surveys import find_survey_of_link, list_due_plans, list_plans_of, list_surveys_of
from crm.impact.services import (
    accept_answer,
    cancel_survey,
    save_answer,
    send_survey,
)
from crm.impact.services.plans import add_plan, advance_plan, change_plan, get_due_plan, pause_plan, survey_period
from tests.factories import person, reachable
from tests.factories.impact import make_milestone

from .test_surveys import ANSWER

pytestmark = pytest.mark.engine_in_turn

TODAY = date(2026, 3, 10)
DAY = timedelta(days=1)


@pytest.fixture
def anna(actor):
    return actor("anna")


@pytest.fixture
def rosa(chain):
    return reachable(person("Ortega", "Rosa", organization=chain.client), email="rosa@example.org")


@pytest.fixture
def plan(anna, chain, rosa):
    """Return a function that adds a schedule of the client, from September 10."""

    def add(**values) -> SurveyPlan:
        usual = {"client_id": chain.client.id, "person_id": rosa.id, "reason": "Award", "starts_on": date(2025, 9, 10)}
        return add_plan(anna, usual | values)

    return add


@pytest.fixture
def survey(anna, chain, rosa):
    """Return a survey of today."""
    values = {"client_id": chain.client.id, "person_id": rosa.id, "period_from": TODAY, "period_to": TODAY}
    return send_survey(anna, values | {"opportunity_id": chain.opportunity.id})


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"every_months": 1, "until_on": date(2026, 4, 10)}, None),
        ({"every_months": 24, "until_on": date(2027, 9, 10)}, None),
        ({"every_months": 0}, "every_months"),
        ({"every_months": 25}, "every_months"),
        ({"every_months": 7, "until_on": date(2026, 4, 10)}, None),
        ({"every_months": 7, "until_on": date(2026, 4, 9)}, "until_on"),
        ({"until_on": date(2026, 3, 10)}, "until_on"),
        ({"automatic": True}, None),
        ({"automatic": True, "person_id": None}, "person_id"),
    ],
)
def test_schedule_has_a_date_after_today_and_one_to_24_months(plan, session, values, field):
    if field is None:
        assert plan(**values).next_on > TODAY
        return
    with pytest.raises(Invalid) as refused:
        plan(**values)
    assert refused.value.field == field


def test_survey_is_about_the_interval_up_to_its_day_or_today(plan):
    row = plan(every_months=3)
    assert (row.next_on, row.until_on) == (date(2026, 6, 10), date(2029, 9, 10))
    assert survey_period(row, TODAY) == (date(2025, 12, 10), TODAY)
    assert survey_period(row, date(2026, 7, 1)) == (date(2026, 3, 10), date(2026, 6, 10))
    row.next_on = None
    assert survey_period(row, TODAY) == (date(2025, 12, 10), TODAY)


@pytest.mark.parametrize(
    ("today", "after"),
    [
        (TODAY, date(2026, 9, 10)),
        (date(2026, 6, 10), date(2026, 9, 10)),
        (date(2026, 9, 10), date(2026, 12, 10)),
        (date(2029, 9, 10), None),
    ],
)
def test_schedule_goes_on_after_the_survey_that_was_due(plan, today, after):
    row = plan(every_months=3)
    advance_plan(row, today)
    assert row.next_on == after


def test_automatic_schedules_are_due_from_their_day_unless_paused(anna, plan, clock):
    due, later, manual = plan(automatic=True), plan(automatic=True), plan()
    change_plan(anna, due, {"next_on": TODAY})
    change_plan(anna, later, {"next_on": TODAY + DAY})
    change_plan(anna, manual, {"next_on": TODAY})
    assert list_due_plans(TODAY) == [due.id]
    assert [get_due_plan(anna, row.id) for row in (due, later, manual)] == [due, None, None]
    pause_plan(due, paused=True)
    assert (list_due_plans(TODAY), get_due_plan(anna, due.id)) == ([], None)
    pause_plan(due, paused=False)
    clock.forward(days=1)
    assert list_due_plans(TODAY + DAY) == [due.id, later.id]
    assert get_due_plan(anna, later.id) is later


def test_schedule_of_an_archived_client_is_not_due(anna, chain, plan):
    row = plan(automatic=True)
    change_plan(anna, row, {"next_on": TODAY - DAY})
    archive_record(chain.client, "Closed")
    db.session.flush()
    assert get_due_plan(anna, row.id) is None


def test_schedules_of_a_client_are_listed_by_the_next_survey(anna, chain, plan):
    over, last, first = plan(reason="Over"), plan(reason="Last"), plan(reason="First", every_months=1)
    over.next_on = None
    pause_plan(last, paused=True)
    rows = list_plans_of(anna, chain.client.id)
    assert [(row.reason, row.is_paused) for row in rows] == [("First", False), ("Last", True), ("Over", False)]
    assert list_plans_of(anna, chain.project.id) == []
    assert first.every_months == 1


@pytest.mark.parametrize(("seconds", "is_open"), [(-1, True), (0, False)])
def test_link_ends_after_its_days(survey, clock, seconds, is_open):
    survey.token_hash = hash_token("token")
    db.session.flush()
    assert find_survey_of_link("other") is None
    clock.forward(days=LINK_DAYS, seconds=seconds)
    assert find_survey_of_link("token") is (survey if is_open else None)


@pytest.mark.parametrize(("seconds", "is_overdue"), [(0, False), (1, True)])
def test_survey_is_overdue_after_three_weeks(anna, chain, survey, clock, seconds, is_overdue):
    clock.forward(days=21, seconds=seconds)
    (row,) = list_surveys_of(anna, chain.client.id)
    assert (row.id, row.is_overdue) == (survey.id, is_overdue)


@pytest.mark.parametrize("state", SurveyState)
def test_only_surveys_without_a_decision_are_canceled(survey, state):
    survey.state = state
    if state in (SurveyState.sent, SurveyState.answered):
        cancel_survey(survey)
        assert survey.state is SurveyState.canceled
    else:
        with pytest.raises(Invalid):
            cancel_survey(survey)


def test_accepted_results_are_confirmed_on_the_day_of_the_answer(anna, chain, survey, clock):
    save_answer(survey, ANSWER)
    clock.forward(days=3)
    results = [{"on": TODAY, "amount": 5}, {"on": TODAY, "jobs": 2}]
    rows = accept_answer(anna, survey, results)
    assert [(row.confirmed_on, row.reported_on, row.confirmed_how, row.note) for row in rows] == [
        (TODAY, TODAY, Confirmation.survey, "Thanks!"),
        (TODAY, TODAY, Confirmation.survey, ""),
    ]
    assert {(row.survey_id, row.confirmed_by_id, row.status) for row in rows} == {
        (survey.id, survey.person_id, MilestoneStatus.actual)
    }
    assert (survey.state, survey.reviewed_at, survey.reviewed_by_id) == (SurveyState.accepted, now.now(), anna.id)
    make_milestone(chain.client)
    assert [row.id for row in list_milestones_of_survey(anna, survey.id)] == [rows[1].id, rows[0].id]


@pytest.mark.parametrize(("name", "day"), [("anna", date(2026, 9, 30)), ("shen", date(2026, 10, 1))])
def test_day_of_the_answer_is_that_of_the_readers_calendar(actor, chain, survey, clock, name, day):
    clock.set(datetime(2026, 10, 1, 1, 30, tzinfo=UTC))
    save_answer(survey, ANSWER)
    clock.forward(days=3)
    (row,) = accept_answer(actor(name), survey, [{"on": TODAY, "jobs": 2}])
    assert (row.confirmed_on, row.reported_on) == (day, day)


@pytest.mark.parametrize("hour", [0, 9, 23])
@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "America/Los_Angeles", "UTC", "Asia/Shanghai"])
def test_link_works_on_the_day_that_its_email_names(hour, zone):
    expires_at = datetime(2026, 2, 16, hour, tzinfo=UTC)
    begins = datetime.combine(last_day_of_link(expires_at), time(), ZoneInfo(zone))
    assert timedelta() < expires_at - begins <= 3 * DAY
