"""Sending surveys, accepting and declining answers, and schedules."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from crm.accounts.services.users import set_teams
from crm.core import clock as now
from crm.core.data.base import db
from crm.core.errors import Invalid, NotFound
from crm.core.mail.outbox.encryption import readable_text
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import Audience, MailState
from crm.core.policy import SYSTEM
from crm.impact.jobs import send_surveys
from crm.impact.models import ImpactSurvey, SurveyPlan
from crm.impact.policy import Confirmation, MilestoneKind, PublishConsent, SurveyState
from crm.impact.queries import get_plan, get_survey, list_plans_of, list_surveys_of
from crm.impact.services import (
    accept_answer,
    cancel_survey,
    decline_answer,
    save_answer,
    send_again,
    send_survey,
)
from crm.impact.services.plans import add_plan, change_plan, pause_plan, send_planned_survey
from tests.factories import client_of, make_confidential, person, reachable
from tests.factories.opportunities import make_opportunity

TODAY = date(2026, 3, 10)
ANSWER = {
    "answered_by": "Rosa Ortega",
    "sales": Decimal(120000),
    "currency": "USD",
    "sale_countries": "China",
    "new_countries": "",
    "jobs": 2,
    "publish": PublishConsent.with_name,
    "comment": "Thanks!",
}


@pytest.fixture
def rosa(chain):
    row = person("Ortega", "Rosa", organization=chain.client)
    reachable(row, email="rosa@example.org")
    return row


@pytest.fixture
def values(chain, rosa):
    """Return the values of a survey."""
    return {
        "client_id": chain.client.id,
        "person_id": rosa.id,
        "period_from": TODAY - timedelta(days=180),
        "period_to": TODAY,
    }


def test_survey_is_emailed_to_the_client_with_replies_to_the_counselor(actor, chain, values):
    row = send_survey(actor("anna"), values | {"note": "We met at Aquatech."})
    mail = db.session.scalars(sa.select(Mail)).one()
    assert (mail.kind, mail.address, mail.audience, mail.record_id, mail.secret) == (
        "impact_survey",
        "rosa@example.org",
        Audience.outside,
        chain.client.id,
        True,
    )
    assert (b"Reply-To: anna@" in mail.mime, b"rosa@example.org" in mail.mime) == (False, False)
    assert (row.state, row.language, row.expires_at - row.sent_at) == (SurveyState.sent, "en", timedelta(days=45))


def test_recipient_is_addressed_in_the_language_of_the_survey(actor, rosa, values):
    rosa.family_native, rosa.given_native, rosa.address_as = "周", "立民", "周经理"
    names = []
    for language in ("en", "zh_Hans"):
        send_survey(actor("anna"), values | {"language": language})
        mail = db.session.scalars(sa.select(Mail).order_by(Mail.id.desc())).first()
        names.append(readable_text(mail).splitlines()[0])
    assert names == ["Hello Rosa Ortega,", "周经理，您好："]


def test_survey_needs_an_address_and_records_that_the_actor_sees(actor, chain, values):
    with pytest.raises(Invalid, match="email address"):
        send_survey(actor("anna"), values | {"person_id": person("No", "Mail", organization=chain.client).id})
    other = make_opportunity(client_of("Inland", "Bay Cold Chain"))
    with pytest.raises(Invalid, match="opportunity of this client"):
        send_survey(actor("anna"), values | {"opportunity_id": other.id})
    with pytest.raises(Invalid, match="end date on or after"):
        send_survey(actor("anna"), values | {"period_to": date(2020, 1, 1)})
    with pytest.raises(NotFound):
        send_survey(actor("boris"), values)
    assert db.session.scalar(sa.select(sa.func.count(ImpactSurvey.id))) == 0


def test_new_link_ends_the_old_one_and_its_email(actor, values):
    row = send_survey(actor("anna"), values)
    before = row.token_hash
    send_again(actor("anna"), row)
    assert row.token_hash != before
    assert db.session.scalar(sa.select(sa.func.count(Mail.id))) == 2
    save_answer(row, ANSWER)
    with pytest.raises(Invalid):
        send_again(actor("anna"), row)


def test_canceled_survey_takes_its_unsent_email_back(actor, values):
    row = send_survey(actor("anna"), values)
    cancel_survey(row)
    assert db.session.scalars(sa.select(Mail.state)).all() == [MailState.canceled]


def test_accepted_answer_becomes_confirmed_milestones_of_the_opportunity(actor, chain, values):
    anna = actor("anna")
    row = send_survey(anna, values | {"opportunity_id": chain.opportunity.id})
    with pytest.raises(Invalid):
        accept_answer(anna, row, [])
    save_answer(row, ANSWER)
    results = [{"type": MilestoneKind.export_sale, "on": TODAY, "amount": 100000, "currency": "USD", "country": "CN"}]
    (milestone,) = accept_answer(anna, row, results)
    assert (milestone.opportunity_id, milestone.amount, milestone.confirmed_how, milestone.confirmed_by_name) == (
        chain.opportunity.id,
        100000,
        Confirmation.survey,
        "Rosa Ortega",
    )
    assert (milestone.publish, milestone.note, milestone.survey_id) == (PublishConsent.with_name, "Thanks!", row.id)
    assert (row.state, row.sales) == (SurveyState.accepted, 120000)
    with pytest.raises(Invalid):
        accept_answer(anna, row, results)


@pytest.mark.parametrize("has_left_team", [True, False])
def test_answer_is_accepted_after_the_counselor_has_left(actor, people, chain, values, has_left_team):
    row = send_survey(actor("anna"), values)
    save_answer(row, ANSWER)
    if has_left_team:
        set_teams(people["anna"], [actor("boris").first_team_id])
    else:
        people["anna"].active = False
    clara = actor("clara")
    (milestone,) = accept_answer(clara, row, [{"type": MilestoneKind.jobs, "on": TODAY, "jobs": 2}])
    assert milestone.counselor_id == clara.id


def test_declined_answer_stays_with_its_reason(actor, values):
    row = send_survey(actor("anna"), values)
    save_answer(row, ANSWER)
    decline_answer(actor("anna"), row, "Sold before we met")
    assert (row.state, row.decline_reason, row.comment) == (SurveyState.declined, "Sold before we met", "Thanks!")


def test_survey_and_schedule_are_found_by_id(actor, values):
    anna = actor("anna")
    surveys = [send_survey(SYSTEM, values) for _number in range(2)]
    plans = [add_plan(anna, plan_values(values, person_id=values["person_id"])) for _number in range(2)]
    assert [get_survey(anna, row.id) for row in surveys] == surveys
    assert [get_plan(anna, row.id) for row in plans] == plans
    with pytest.raises(NotFound):
        get_plan(anna, plans[-1].id + 1)


@pytest.mark.parametrize("hidden", ["opportunity", "rosa"])
def test_survey_about_a_hidden_record_is_hidden(actor, people, chain, values, rosa, hidden):
    row = send_survey(SYSTEM, values | {"opportunity_id": chain.opportunity.id})
    record = {"opportunity": chain.opportunity, "rosa": rosa}[hidden]
    record.counselor_id = people["dora"].id
    make_confidential(record)
    with pytest.raises(NotFound):
        get_survey(actor("anna"), row.id)
    assert list_surveys_of(actor("anna"), chain.client.id) == []
    assert [r.id for r in list_surveys_of(actor("dora"), chain.client.id)] == [row.id]


def test_survey_without_an_answer_is_overdue_after_three_weeks(actor, chain, values, clock):
    send_survey(actor("anna"), values)
    assert list_surveys_of(actor("anna"), client_of("Inland", "Bay Cold Chain").id) == []
    clock.forward(days=21)
    assert [r.is_overdue for r in list_surveys_of(actor("anna"), chain.client.id)] == [False]
    clock.forward(hours=1)
    assert [r.is_overdue for r in list_surveys_of(actor("anna"), chain.client.id)] == [True]


def plan_values(values, **facts):
    return {"client_id": values["client_id"], "reason": "STEP award", "starts_on": date(2025, 10, 1)} | facts


def test_schedule_has_a_date_every_six_months_and_moves_on(actor, values):
    anna = actor("anna")
    row = add_plan(anna, plan_values(values, person_id=values["person_id"]))
    assert (row.next_on, row.until_on) == (date(2026, 4, 1), date(2029, 10, 1))
    survey = send_planned_survey(anna, row)
    assert (survey.plan_id, survey.period_from, survey.period_to) == (row.id, date(2025, 9, 10), TODAY)
    assert row.next_on == date(2026, 10, 1)


def test_schedule_refuses_what_cannot_be_sent(actor, values):
    anna = actor("anna")
    for facts, field in (
        ({"starts_on": date(2020, 1, 1)}, "until_on"),
        ({"every_months": 0}, "every_months"),
        ({"until_on": date(2025, 10, 2)}, "until_on"),
        ({"automatic": True}, "person_id"),
    ):
        with pytest.raises(Invalid) as refused:
            add_plan(anna, plan_values(values, **facts))
        assert refused.value.field == field
    with pytest.raises(Invalid, match="recipient first"):
        send_planned_survey(anna, add_plan(anna, plan_values(values)))


def test_job_sends_automatic_surveys_once_on_their_day(actor, values, clock, chain):
    anna = actor("anna")
    row = add_plan(anna, plan_values(values, person_id=values["person_id"], automatic=True))
    by_hand = add_plan(anna, plan_values(values, person_id=values["person_id"]))
    paused = add_plan(anna, plan_values(values, person_id=values["person_id"], automatic=True))
    pause_plan(paused, paused=True)
    send_surveys()
    assert db.session.scalar(sa.select(sa.func.count(ImpactSurvey.id))) == 0
    clock.set(now.now() + timedelta(days=22))
    for _ in range(2):
        send_surveys()
    assert db.session.scalars(sa.select(ImpactSurvey.plan_id)).all() == [row.id]
    dates = dict(db.session.execute(sa.select(SurveyPlan.id, SurveyPlan.next_on)).all())
    assert dates == {row.id: date(2026, 10, 1), by_hand.id: date(2026, 4, 1), paused.id: date(2026, 4, 1)}


def test_schedule_is_changed_and_ended(actor, chain, values):
    anna = actor("anna")
    row = add_plan(anna, plan_values(values))
    change_plan(anna, row, {"next_on": date(2026, 5, 5), "until_on": row.until_on})
    assert [p.next_on for p in list_plans_of(anna, chain.client.id)] == [date(2026, 5, 5)]
    change_plan(anna, row, {"next_on": None, "until_on": row.until_on})
    assert [p.next_on for p in list_plans_of(anna, chain.client.id)] == [None]
    assert list_plans_of(actor("boris"), chain.client.id) == []
