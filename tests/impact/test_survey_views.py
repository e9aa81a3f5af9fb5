"""Pages of surveys and schedules."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.core.policy import SYSTEM
from crm.impact.models import ImpactSurvey, Milestone, SurveyPlan
from crm.impact.policy import PublishConsent, SurveyState
from crm.impact.services import save_answer, send_survey
from crm.impact.services.surveys import ANSWER
from crm.interactions.policy import InteractionType
from crm.interactions.services import ClientMinutes, InteractionDetails, log_interaction
from crm.reference.models import Funder
from tests.factories import person, reachable

PERIOD = {"period_from": date(2025, 9, 10), "period_to": date(2026, 3, 10)}


@pytest.fixture
def rosa(chain):
    row = person("Ortega", "Rosa", organization=chain.client)
    reachable(row, email="rosa@example.org")
    return row


@pytest.fixture
def answered(chain, rosa):
    """Return an answered survey."""
    row = send_survey(SYSTEM, {"client_id": chain.client.id, "person_id": rosa.id, **PERIOD})
    answer = dict.fromkeys(("sale_countries", "new_countries", "jobs"))
    answer |= {"answered_by": "Rosa", "sales": 120000, "currency": "USD", "comment": "Zhou's pilot led to it."}
    save_answer(row, answer | {"publish": PublishConsent.refused})
    return row


def test_survey_is_sent_from_the_client_page(client, chain, rosa):
    anna = client.login_as("anna")
    assert "Impact surveys" in anna.get(f"/organizations/{chain.client.id}").text
    page = anna.get(f"/milestones/surveys/new?client={chain.client.id}").text
    assert ("Tri-Valley Sensors" in page, "2025-09-10" in page) == (True, True)
    data = {"client_id": chain.client.id, "person_id": rosa.id, "period_from": "2025-09-10", "period_to": "2026-03-10"}
    assert anna.post("/milestones/surveys/new", data=data | {"person_id": ""}).status_code == 422
    sent = anna.post("/milestones/surveys/new", data=data | {"language": "zh_Hans"})
    page = anna.get(sent.headers["Location"]).text
    assert ("rosa@example.org" in page, "Send again" in page) == (True, True)
    row = db.session.scalars(sa.select(ImpactSurvey)).one()
    assert (row.language, f"/milestones/surveys/{row.id}" in anna.get("/milestones/surveys/").text) == ("zh_Hans", True)
    again = f"/milestones/surveys/{row.id}/again?version={row.version}"
    assert [anna.post(again).status_code for _ in range(2)] == [303, 303]
    assert db.session.scalar(sa.select(sa.func.count()).where(Mail.kind == "impact_survey")) == 2
    db.session.refresh(row)
    assert anna.post(f"/milestones/surveys/{row.id}/cancel?version={row.version}").status_code == 303
    db.session.refresh(row)
    assert row.state is SurveyState.canceled


def test_survey_that_the_client_answered_meanwhile_is_not_canceled(client, chain, rosa):
    row = send_survey(SYSTEM, {"client_id": chain.client.id, "person_id": rosa.id, **PERIOD})
    anna, path = client.login_as("anna"), f"/milestones/surveys/{row.id}"
    (url,) = re.findall(r'action="([^"]*/cancel[^"]*)"', anna.get(path).text)
    answer = dict.fromkeys(ANSWER) | {"answered_by": "Rosa", "currency": "USD"}
    save_answer(row, answer | {"publish": PublishConsent.refused})
    db.session.commit()
    assert anna.post(url).status_code == 303
    db.session.refresh(row)
    assert row.state is SurveyState.answered
    assert "This survey has changed, so it wasn&#39;t canceled." in anna.get(path).text


@pytest.mark.parametrize(
    ("publish", "text"), [(PublishConsent.not_asked, "Not answered"), (PublishConsent.refused, "No")]
)
def test_question_that_the_client_left_blank_is_not_answered(client, answered, publish, text):
    answered.publish = publish
    db.session.commit()
    for path in (f"/milestones/surveys/{answered.id}", f"/milestones/surveys/{answered.id}/accept"):
        page = client.login_as("anna").get(path).text
        assert re.search(rf"<dt>May we publish it\?</dt>\s*<dd>\s*{text}\s*</dd>", page), path


def test_answer_is_changed_and_accepted(client, answered):
    anna, path = client.login_as("anna"), f"/milestones/surveys/{answered.id}"
    page = anna.get(path).text
    assert ("Zhou&#39;s pilot led to it." in page, "$120,000" in page, "Accept…" in page) == (True, True, True)
    form = anna.get(f"{path}/accept").text
    assert 'value="120000"' in form
    data = {"version": answered.version, "results-0-type": "export_sale", "results-0-currency": "USD"}
    data |= {"results-0-amount": "100000", "results-0-country": "CN", "results-0-add": "y"}
    assert anna.post(f"{path}/accept", data=data).status_code == 422
    assert anna.post(f"{path}/accept", data=data | {"results-0-on": "2026-03-01"}).status_code == 303
    row = db.session.scalars(sa.select(Milestone)).one()
    assert (row.amount, row.country, row.confirmed_by_name) == (100000, "CN", "Rosa")
    assert row.label in anna.get(path).text
    assert anna.post(f"{path}/accept", data=data | {"results-0-on": "2026-03-01"}).status_code in (409, 422)
    assert db.session.scalar(sa.select(sa.func.count(Milestone.id))) == 1


def test_accepted_results_are_for_the_funder_of_the_latest_session(client, answered, actor):
    step, other = (Funder(code=code, name=f"Funder {code}") for code in ("STEP", "SBA"))
    db.session.add_all([step, other])
    db.session.flush()
    for day, funder in ((2, other), (3, step)):
        values = {"wall": datetime(2026, 2, day, 9), "zone": "America/Los_Angeles", "type": InteractionType.call}
        details = InteractionDetails(clients=[ClientMinutes(answered.client_id, 30, funder_id=funder.id)])
        log_interaction(actor("anna"), values | {"reached": "talked"}, details)
    db.session.commit()
    anna, path = client.login_as("anna"), f"/milestones/surveys/{answered.id}/accept"
    page = anna.get(path).text
    assert re.findall(r'<option selected value="(\d+)">Funder', page) == [str(step.id)]
    data = {"version": answered.version, "results-0-type": "export_sale", "results-0-currency": "USD"}
    data |= {"results-0-add": "y", "results-0-amount": "5", "results-0-on": "2026-03-01"}
    assert anna.post(path, data=data | {"results-0-funder_id": str(step.id)}).status_code == 303
    assert db.session.scalars(sa.select(Milestone)).one().funder_id == step.id


@pytest.mark.parametrize("values", [{"active": False}, {"to_on": date(2026, 2, 28)}])
def test_funder_that_is_no_longer_offered_is_not_proposed(client, answered, actor, values):
    step = Funder(code="STEP", name="Funder STEP")
    db.session.add(step)
    db.session.flush()
    session = {"wall": datetime(2026, 2, 3, 9), "zone": "America/Los_Angeles"}
    session |= {"type": InteractionType.call, "reached": "talked"}
    details = InteractionDetails(clients=[ClientMinutes(answered.client_id, 30, funder_id=step.id)])
    log_interaction(actor("anna"), session, details)
    for name, value in values.items():
        setattr(step, name, value)
    db.session.commit()
    page = client.login_as("anna").get(f"/milestones/surveys/{answered.id}/accept").text
    assert f'value="{step.id}"' not in page.partition('name="results-0-funder_id"')[2].partition("</select>")[0]


def test_form_of_a_survey_begins_after_the_period_of_the_latest_answer(client, answered, clock):
    clock.set(datetime(2026, 4, 20, 20, tzinfo=UTC))
    url = f"/milestones/surveys/new?client={answered.client_id}"
    page = client.login_as("anna").get(url).text
    assert re.findall(r'name="period_(?:from|to)"[^>]*value="([^"]*)"', page) == ["2026-03-11", "2026-04-20"]
    answered.state = SurveyState.declined
    db.session.commit()
    assert 'value="2025-10-20"' in client.get(url).text


def test_unchecked_milestones_are_left_out_and_declining_needs_a_reason(client, answered):
    anna, path = client.login_as("anna"), f"/milestones/surveys/{answered.id}"
    refused = anna.post(f"{path}/decline", data={"version": answered.version})
    assert refused.status_code == 422
    data = {"version": answered.version, "results-0-type": "export_sale", "results-0-currency": "USD"}
    assert anna.post(f"{path}/accept", data=data).status_code == 303
    assert db.session.scalar(sa.select(sa.func.count(Milestone.id))) == 0
    db.session.refresh(answered)
    assert answered.state is SurveyState.accepted


def test_list_shows_what_waits_and_no_other_team(client, answered):
    anna = client.login_as("anna")
    for query, is_shown in (
        ("state=answered", True),
        ("state=sent", False),
        ("overdue=1", False),
        ("q=valley", True),
        ("q=rosa", True),
    ):
        assert (f"/milestones/surveys/{answered.id}" in anna.get(f"/milestones/surveys/?{query}").text) == is_shown
    boris = client.login_as("boris")
    assert f"/milestones/surveys/{answered.id}" not in boris.get("/milestones/surveys/").text
    assert boris.get(f"/milestones/surveys/{answered.id}").status_code == 404
    shen = client.login_as("shen")
    assert "120,000" not in shen.get(f"/milestones/surveys/{answered.id}").text
    assert shen.get(f"/milestones/surveys/{answered.id}/accept").status_code == 403


def test_schedule_is_added_paused_edited_and_sent(client, chain, rosa):
    anna = client.login_as("anna")
    page = anna.get(f"/milestones/plans/new?opportunity={chain.opportunity.id}").text
    assert "Contract: Level meters for Ningbo" in page
    data = {"client_id": chain.client.id, "reason": "STEP award 2025", "starts_on": "2025-10-01", "every_months": "6"}
    data |= {"person_id": rosa.id}
    assert anna.post("/milestones/plans/new", data=data | {"every_months": "99"}).status_code == 422
    assert anna.post("/milestones/plans/new", data=data).status_code == 303
    row = db.session.scalars(sa.select(SurveyPlan)).one()
    page = anna.get(f"/organizations/{chain.client.id}").text
    assert ("STEP award 2025" in page, "next on Apr 1, 2026" in page) == (True, True)
    pause = re.search(r'"(/milestones/plans/\d+/pause[^"]+)"', page)[1]
    assert [anna.post(pause).status_code for _ in range(2)] == [303, 303]
    page = anna.get(f"/organizations/{chain.client.id}").text
    assert ("paused" in page, "Resume" in page) == (True, True)
    db.session.refresh(row)
    edited = data | {"version": row.version, "next_on": "2026-05-01", "until_on": "2028-10-01"}
    assert anna.post(f"/milestones/plans/{row.id}/edit", data=edited).status_code == 303
    db.session.refresh(row)
    assert (row.next_on, row.until_on) == (date(2026, 5, 1), date(2028, 10, 1))
    send = re.search(r'"(/milestones/plans/\d+/send[^"]+)"', anna.get(f"/organizations/{chain.client.id}").text)[1]
    assert [anna.post(send).status_code for _ in range(2)] == [303, 303]
    assert db.session.scalar(sa.select(sa.func.count()).where(Mail.kind == "impact_survey")) == 1
    assert "so nothing was sent" in anna.get(f"/organizations/{chain.client.id}").text
    assert client.login_as("boris").post(f"/milestones/plans/{row.id}/pause").status_code == 404


def undo_last(web, answer):
    page = web.get(answer.headers["Location"]).text
    return web.post(re.search(r'action="(/records/changes/\d+/undo)"', page)[1])


def test_accepting_can_be_undone_and_done_again(client, answered):
    anna, path = client.login_as("anna"), f"/milestones/surveys/{answered.id}"
    data = {"results-0-type": "export_sale", "results-0-currency": "USD", "results-0-on": "2026-03-01"}
    data |= {"results-0-add": "y", "version": answered.version}
    accepted = anna.post(f"{path}/accept", data=data)
    assert undo_last(anna, accepted).status_code == 303
    db.session.expire_all()
    assert answered.state is SurveyState.answered
    assert [row.archived_at is not None for row in db.session.scalars(sa.select(Milestone))] == [True]
    assert "Accept…" in anna.get(path).text


def test_undone_survey_takes_its_email_back(client, chain, rosa):
    anna = client.login_as("anna")
    data = {"client_id": chain.client.id, "person_id": rosa.id, "period_from": "2025-09-10", "period_to": "2026-03-10"}
    sent = anna.post("/milestones/surveys/new", data=data | {"language": ""})
    assert undo_last(anna, sent).status_code == 303
    assert db.session.scalar(sa.select(sa.func.count(ImpactSurvey.id))) == 0
    assert db.session.scalars(sa.select(Mail.state)).all() == [MailState.canceled]


def test_former_address_of_the_recipient_is_hidden_until_sent_again(client, chain, rosa):
    row = send_survey(SYSTEM, {"client_id": chain.client.id, "person_id": rosa.id, **PERIOD})
    anna, page = client.login_as("anna"), f"/milestones/surveys/{row.id}"
    assert "rosa@example.org" in anna.get(page).text
    reachable(rosa, email="rosa@new.example")
    text = anna.get(page).text
    assert ("Rosa Ortega" in text, "rosa@example.org" in text) == (True, False)
    sent = anna.post(f"{page}/again?version={row.version}", follow_redirects=True)
    assert ("rosa@new.example" in sent.text, "rosa@example.org" in sent.text) == (True, False)
    emails = db.session.scalars(sa.select(Mail.address).where(Mail.kind == "impact_survey").order_by(Mail.id))
    assert list(emails) == ["rosa@example.org", "rosa@new.example"]


def test_survey_is_not_sent_again_to_someone_without_an_address(client, chain, rosa):
    row = send_survey(SYSTEM, {"client_id": chain.client.id, "person_id": rosa.id, **PERIOD})
    reachable(rosa)
    answer = client.login_as("anna").post(f"/milestones/surveys/{row.id}/again?version={row.version}")
    assert "no longer has an email address" in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).where(Mail.kind == "impact_survey")) == 1


def test_history_of_the_client_has_no_address_of_the_recipient(client, chain, rosa):
    anna = client.login_as("anna")
    data = {"client_id": chain.client.id, "person_id": rosa.id, "period_from": "2025-09-10", "period_to": "2026-03-10"}
    sent = anna.post("/milestones/surveys/new", data=data | {"language": ""}, follow_redirects=True)
    assert "was sent to rosa@example.org" in sent.text
    page = anna.get(f"/records/{chain.client.id}/history").text
    assert ("Impact survey" in page, "Rosa Ortega" in page, "rosa@example.org" in page) == (True, True, False)
