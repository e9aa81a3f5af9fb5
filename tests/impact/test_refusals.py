"""Nobody gets a survey who asked not to be emailed or withdrew the consent; the reason is shown."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from crm.core.errors import Invalid
from crm.core.mail.outbox.kinds import KINDS
from crm.core.mail.outbox.models import Mail
from crm.impact.jobs import send_surveys
from crm.impact.models import ImpactSurvey
from crm.impact.queries import list_plans_of
from crm.impact.services import send_again, send_survey
from crm.impact.services.plans import add_plan
from crm.people.policy import ConsentKind, EmailRefusal
from crm.people.queries.email_refusals import find_email_refusals
from crm.records.opt_outs import opt_out
from tests.factories import person, reachable

PERIOD = {"period_from": date(2025, 9, 10), "period_to": date(2026, 3, 10)}


@pytest.fixture
def anna(people, actor, clock):
    return actor("anna")


@pytest.fixture
def rosa(chain):
    return reachable(person("Ortega", "Rosa", organization=chain.client), email="rosa@example.org")


def refuse(row, how: EmailRefusal) -> None:
    if how is EmailRefusal.opted_out:
        opt_out(["ROSA@example.org"])
    else:
        row.consent = ConsentKind.withdrawn


@pytest.mark.parametrize("how", list(EmailRefusal), ids=lambda how: how.value)
def test_survey_is_refused_with_the_reason_and_an_unsent_one_is_canceled(session, anna, chain, rosa, how):
    survey = send_survey(anna, {"client_id": chain.client.id, "person_id": rosa.id} | PERIOD)
    (mail,) = session.scalars(sa.select(Mail))
    assert KINDS["impact_survey"].still_wanted(session, mail)
    refuse(rosa, how)
    session.flush()
    assert not KINDS["impact_survey"].still_wanted(session, mail)
    for send in (
        lambda: send_again(anna, survey),
        lambda: send_survey(anna, {"client_id": chain.client.id, "person_id": rosa.id} | PERIOD),
    ):
        with pytest.raises(Invalid, match=r"No email can be sent: (Asked not to be emailed|Consent was withdrawn)"):
            send()
    assert session.scalar(sa.select(sa.func.count()).select_from(Mail)) == 1


def test_schedule_waits_with_the_reason_and_goes_on_when_email_is_allowed(session, anna, chain, rosa, clock, client):
    values = {"client_id": chain.client.id, "person_id": rosa.id, "reason": "Contract", "automatic": True}
    plan = add_plan(anna, values | {"starts_on": date(2025, 10, 1)})
    plan_id, next_on = plan.id, plan.next_on
    refuse(rosa, EmailRefusal.withdrawn)
    session.commit()
    clock.forward(days=60)
    send_surveys()
    assert session.scalars(sa.select(ImpactSurvey.id)).all() == []
    (row,) = list_plans_of(anna, chain.client.id)
    assert (row.id, row.next_on, row.refusal) == (plan_id, next_on, EmailRefusal.withdrawn)
    client.login_as("anna")
    page = client.get(f"/organizations/{chain.client.id}").text
    assert "not sent: Consent was withdrawn" in page
    assert "Send now" not in page
    with pytest.raises(Invalid, match="Consent was withdrawn"):
        add_plan(anna, values | {"starts_on": date(2026, 1, 1)})
    rosa.consent = ConsentKind.written
    session.commit()
    send_surveys()
    assert session.scalars(sa.select(ImpactSurvey.plan_id)).all() == [plan_id]


def test_survey_page_says_why_it_is_not_sent_again(session, anna, chain, rosa, client):
    survey = send_survey(anna, {"client_id": chain.client.id, "person_id": rosa.id} | PERIOD)
    client.login_as("anna")
    assert "Send again" in client.get(f"/milestones/surveys/{survey.id}").text
    refuse(rosa, EmailRefusal.opted_out)
    session.flush()
    page = client.get(f"/milestones/surveys/{survey.id}").text
    assert "Asked not to be emailed" in page
    assert "Send again" not in page


def test_refusals_are_those_of_the_asked_people(anna, rosa):
    more_people = [reachable(person("Li", f"Wei {number}"), email=f"li{number}@example.org") for number in range(2)]
    for row in (rosa, more_people[0]):
        row.consent = ConsentKind.withdrawn
    opt_out(["li1@example.org"])
    assert find_email_refusals([rosa.id, more_people[1].id]) == {
        rosa.id: EmailRefusal.withdrawn,
        more_people[1].id: EmailRefusal.opted_out,
    }
