"""Surveys go to people who work at the client; nobody else is accepted or offered."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import archive_record, restore_record
from crm.core.errors import Invalid
from crm.core.mail.outbox.models import Mail
from crm.core.policy import SYSTEM
from crm.impact.jobs import send_surveys
from crm.impact.models import ImpactSurvey
from crm.impact.policy import SurveyRefusal
from crm.impact.queries import list_plans_of
from crm.impact.services import send_again, send_survey
from crm.impact.services.plans import add_plan, change_plan
from crm.people.models import Affiliation
from crm.records.services import set_points
from tests.factories import client_of, make_confidential, person, reachable

PERIOD = {"period_from": date(2025, 9, 10), "period_to": date(2026, 3, 10)}
FORM = {"period_from": "2025-09-10", "period_to": "2026-03-10", "language": ""}
ERROR = "Choose a person who works at Tri-Valley Sensors now."


@pytest.fixture
def rosa(chain):
    return reachable(person("Ortega", "Rosa", organization=chain.client), email="rosa@example.org")


@pytest.fixture
def bob(people):
    """Return a person of another client."""
    other = client_of("Inland", "Bay Cold Chain", counselor=people["anna"])
    return reachable(person("Miller", "Bob", organization=other), email="bob@example.org")


def end_position(row):
    db.session.scalars(sa.select(Affiliation).where(Affiliation.person_id == row.id)).one().to_on = date(2026, 3, 1)
    db.session.flush()


def test_person_of_another_client_is_refused_and_those_of_this_one_are_offered(client, chain, rosa, bob):
    anna = client.login_as("anna")
    data = FORM | {"client_id": chain.client.id, "person_id": bob.id}
    answer = anna.post("/milestones/surveys/new", data=data)
    assert (answer.status_code, ERROR in answer.text) == (422, True)
    assert f'type="radio" name="person_id" value="{rosa.id}"' in " ".join(answer.text.split())
    assert db.session.scalars(sa.select(Mail)).all() == []
    assert anna.post("/milestones/surveys/new", data=data | {"person_id": rosa.id}).status_code == 303


@pytest.mark.parametrize(("day", "status"), [(date(2026, 3, 10), 303), (date(2026, 3, 9), 422)])
def test_person_gets_surveys_up_to_the_last_day_of_the_position(client, chain, rosa, clock, day, status):
    db.session.scalars(sa.select(Affiliation).where(Affiliation.person_id == rosa.id)).one().to_on = day
    db.session.flush()
    anna = client.login_as("anna")
    page = anna.get(f"/milestones/surveys/new?client={chain.client.id}").text
    assert (f'value="{rosa.id}"' in page) == (status == 303)
    data = FORM | {"client_id": chain.client.id, "person_id": rosa.id}
    assert anna.post("/milestones/surveys/new", data=data).status_code == status


def test_only_person_is_chosen_and_several_are_offered(client, chain, rosa, bob):
    anna, path = client.login_as("anna"), f"/milestones/surveys/new?client={chain.client.id}"
    page = " ".join(anna.get(path).text.split())
    assert (f'<option value="{rosa.id}" selected' in page, 'type="radio" name="person_id"' in page) == (True, False)
    li = person("Li", "Wei", organization=chain.client)
    end_position(person("Quillon", "Paul", organization=chain.client))
    secret = make_confidential(person("Secret", "Sam", organization=chain.client))
    db.session.commit()
    page = " ".join(client.login_as("anna").get(path).text.split())
    for row, is_offered in ((rosa, True), (li, True), (bob, False), (secret, False)):
        assert (f'name="person_id" value="{row.id}"' in page) is is_offered
    assert "Quillon" not in page


def test_survey_is_not_sent_again_to_someone_who_left(client, chain, rosa, actor):
    row = send_survey(SYSTEM, {"client_id": chain.client.id, "person_id": rosa.id, **PERIOD})
    end_position(rosa)
    with pytest.raises(Invalid, match=ERROR):
        send_again(actor("anna"), row)
    page = client.login_as("anna").get(f"/milestones/surveys/{row.id}").text
    assert ("No longer works at the client" in page, "Send again" in page) == (True, False)


def test_schedule_refuses_others_and_waits_when_the_recipient_left(actor, chain, rosa, bob, clock, client):
    anna = actor("anna")
    values = {"client_id": chain.client.id, "reason": "Contract", "starts_on": date(2025, 10, 1)}
    with pytest.raises(Invalid, match=ERROR):
        add_plan(anna, values | {"person_id": bob.id})
    plan = add_plan(anna, values | {"person_id": rosa.id, "automatic": True})
    with pytest.raises(Invalid, match=ERROR):
        change_plan(anna, plan, {"person_id": bob.id, "next_on": plan.next_on, "until_on": plan.until_on})
    db.session.expire(plan)
    end_position(rosa)
    db.session.commit()
    clock.forward(days=60)
    send_surveys()
    assert db.session.scalars(sa.select(ImpactSurvey)).all() == []
    assert [row.refusal for row in list_plans_of(anna, chain.client.id)] == [SurveyRefusal.departed]
    page = client.login_as("anna").get(f"/organizations/{chain.client.id}").text
    assert ("not sent: No longer works at the client" in page, "Send now" in page) == (True, False)


def test_archived_recipient_gets_no_survey(actor, chain, rosa, clock, client):
    anna = actor("anna")
    values = {"client_id": chain.client.id, "reason": "Contract", "starts_on": date(2025, 10, 1)}
    plan = add_plan(anna, values | {"person_id": rosa.id, "automatic": True})
    archive_record(rosa, "Retired")
    with pytest.raises(Invalid, match="No email can be sent: Archived"):
        send_survey(anna, {"client_id": chain.client.id, "person_id": rosa.id, **PERIOD})
    db.session.commit()
    clock.forward(days=60)
    send_surveys()
    assert db.session.scalars(sa.select(ImpactSurvey)).all() == []
    restore_record(rosa)
    db.session.commit()
    send_surveys()
    assert [row.plan_id for row in db.session.scalars(sa.select(ImpactSurvey))] == [plan.id]


def test_automatic_survey_waits_while_its_recipient_has_no_address(chain, rosa, actor, clock):
    anna, values = actor("anna"), {"client_id": chain.client.id, "reason": "Grant", "starts_on": date(2025, 10, 1)}
    add_plan(anna, values | {"person_id": rosa.id, "automatic": True})
    set_points(rosa, [], "US")
    clock.set(datetime(2026, 4, 2, 18, tzinfo=UTC))
    send_surveys()
    assert db.session.scalars(sa.select(ImpactSurvey)).all() == []
    assert [row.refusal for row in list_plans_of(anna, chain.client.id)] == [SurveyRefusal.no_address]
    reachable(rosa, email="rosa@example.org")
    send_surveys()
    assert [row.address for row in db.session.scalars(sa.select(ImpactSurvey))] == ["rosa@example.org"]
