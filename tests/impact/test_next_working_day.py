"""Surveys that wait for 9 AM of the recipient's next working day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.mail.outbox.kinds import KINDS
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.core.web.resume import SHOW_AGAIN
from crm.impact.jobs import send_surveys
from crm.impact.models import ImpactSurvey, SurveyPlan
from crm.impact.policy import LINK_DAYS, SurveyState
from crm.people.models import Affiliation
from tests.factories import person, reachable
from tests.records.lookups import undo_last

NOW = datetime(2026, 3, 10, 17, 0, tzinfo=UTC)
NEXT_MORNING = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)
BOTH_CLOCKS = "Tue, Mar 10, 6:00 PM = Wed 9:00 AM Shanghai"


@pytest.fixture
def lin(chain):
    """Return a person of the client who works in Shanghai."""
    row = person("Lin", "Hao", organization=chain.client, country="CN")
    return reachable(row, email="lin@example.org")


def scheduled_times() -> list[datetime]:
    return list(db.session.scalars(sa.select(Mail.next_at).where(Mail.kind == "impact_survey")))


def test_form_previews_the_email_with_both_clocks_and_schedules_it(client, chain, lin):
    anna, path = client.login_as("anna"), "/milestones/surveys/new"
    data = {"client_id": chain.client.id, "person_id": lin.id, "period_from": "2025-09-10", "period_to": "2026-03-10"}
    data |= {"note": "Thank you for the visit.", "on_workday": "y", "language": "en"}
    preview = anna.post(path, data=data | {SHOW_AGAIN: "1"})
    assert preview.status_code == 200
    assert (f"Scheduled for {BOTH_CLOCKS}" in preview.text, "Hello Hao Lin" in preview.text) == (True, True)
    assert db.session.scalar(sa.select(sa.func.count(ImpactSurvey.id))) == 0
    answer = anna.post(path, data=data)
    page = anna.get(answer.headers["Location"]).text
    assert (f"is scheduled for {BOTH_CLOCKS}" in page, "Scheduled for</dt>" in page) == (True, True)
    row = db.session.scalars(sa.select(ImpactSurvey)).one()
    assert (row.sent_at, row.expires_at) == (NEXT_MORNING, NEXT_MORNING + timedelta(days=LINK_DAYS))
    assert scheduled_times() == [NEXT_MORNING]


def test_preview_shows_errors_and_nothing_is_sent(client, chain, lin):
    anna, path = client.login_as("anna"), "/milestones/surveys/new"
    data = {
        "client_id": chain.client.id,
        "person_id": lin.id,
        "period_from": "2026-03-10",
        "period_to": "2025-09-10",
        "language": "",
    }
    preview = anna.post(path, data=data | {SHOW_AGAIN: "1"}).text
    assert "Enter an end date on or after the start date." in preview
    assert "Scheduled for" not in preview
    assert "This field is required" in anna.post(path, data=data | {SHOW_AGAIN: "1", "period_to": ""}).text
    assert scheduled_times() == []


@pytest.mark.parametrize(("on_workday", "moment"), [(True, NEXT_MORNING), (False, NOW)])
def test_schedule_sends_by_itself_at_once_or_on_the_next_working_day(client, chain, lin, on_workday, moment):
    anna = client.login_as("anna")
    data = {"client_id": chain.client.id, "reason": "STEP", "starts_on": "2025-10-01", "every_months": "6"}
    data |= {"person_id": lin.id, "automatic": "y"} | ({"on_workday": "y"} if on_workday else {})
    assert anna.post("/milestones/plans/new", data=data).status_code == 303
    row = db.session.scalars(sa.select(SurveyPlan)).one()
    assert row.on_workday is on_workday
    row.next_on = date(2026, 3, 10)
    db.session.commit()
    send_surveys()
    assert scheduled_times() == [moment]


def test_send_now_sends_now(client, chain, lin):
    anna = client.login_as("anna")
    data = {"client_id": chain.client.id, "reason": "STEP", "starts_on": "2025-10-01", "every_months": "6"}
    anna.post("/milestones/plans/new", data=data | {"person_id": lin.id, "automatic": "y", "on_workday": "y"})
    row = db.session.scalars(sa.select(SurveyPlan)).one()
    assert anna.post(f"/milestones/plans/{row.id}/send?due={row.next_on}").status_code == 303
    assert scheduled_times() == [NOW]


@pytest.fixture
def planned(client, chain, lin):
    """Return the email of a survey that anna, who is signed in, planned for the next morning."""
    data = {"client_id": chain.client.id, "person_id": lin.id, "period_from": "2025-09-10", "period_to": "2026-03-10"}
    data |= {"on_workday": "y", "language": "en"}
    assert client.login_as("anna").post("/milestones/surveys/new", data=data).status_code == 303
    return db.session.scalars(sa.select(Mail).where(Mail.kind == "impact_survey")).one()


def test_undo_of_a_change_of_the_client_leaves_the_planned_survey(client, chain, planned):
    data = {"address": "1 Main Street", "version": chain.client.version}
    assert client.post(f"/bulk/cells/{chain.client.id}?list=organizations&fields=address", data=data).status_code == 200
    assert undo_last(client).status_code == 303
    db.session.expire_all()
    assert (chain.client.address, planned.state) == (None, MailState.pending)


def test_planned_survey_is_not_sent_to_someone_who_leaves_the_client_before(lin, planned):
    is_wanted = KINDS["impact_survey"].still_wanted
    assert is_wanted(db.session, planned)
    for position in db.session.scalars(sa.select(Affiliation).where(Affiliation.person_id == lin.id)):
        position.to_on = date(2026, 3, 9)
    db.session.flush()
    assert not is_wanted(db.session, planned)


def test_sending_a_planned_survey_again_sends_only_the_new_link(client, planned):
    row = db.session.scalars(sa.select(ImpactSurvey)).one()
    assert client.post(f"/milestones/surveys/{row.id}/again?version={row.version}").status_code == 303
    emails = db.session.scalars(sa.select(Mail).where(Mail.kind == "impact_survey").order_by(Mail.id))
    assert [KINDS["impact_survey"].still_wanted(db.session, mail) for mail in emails] == [False, True]


def test_undo_of_canceling_a_planned_survey_plans_it_again(client, planned):
    row = db.session.scalars(sa.select(ImpactSurvey)).one()
    assert client.post(f"/milestones/surveys/{row.id}/cancel?version={row.version}").status_code == 303
    db.session.expire_all()
    assert planned.state is MailState.canceled
    assert undo_last(client).status_code == 303
    db.session.expire_all()
    assert (row.state, planned.state) == (SurveyState.sent, MailState.pending)
    assert KINDS["impact_survey"].still_wanted(db.session, planned)


def test_undo_of_planning_a_survey_cancels_its_email(client, planned):
    assert undo_last(client).status_code == 303
    db.session.expire_all()
    assert planned.state is MailState.canceled


def test_undo_of_sending_a_planned_survey_now_plans_it_again(client, planned):
    row = db.session.scalars(sa.select(ImpactSurvey)).one()
    assert client.post(f"/milestones/surveys/{row.id}/again?version={row.version}").status_code == 303
    assert undo_last(client).status_code == 303
    emails = db.session.scalars(sa.select(Mail).where(Mail.kind == "impact_survey").order_by(Mail.id))
    expected = [(NEXT_MORNING, MailState.canceled), (NEXT_MORNING, MailState.pending)]
    assert [(mail.next_at, mail.state) for mail in emails.all()] == expected
