"""The lines about impact surveys: to send, to accept, without an answer."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from crm.core.policy import SYSTEM
from crm.impact.policy import PublishConsent
from crm.impact.services import save_answer, send_survey
from crm.impact.services.plans import add_plan, pause_plan
from crm.records.opt_outs import opt_out
from tests.factories import client_of, make_confidential, person, reachable
from tests.reminders.digest_data import MORNING

TODAY = date(2026, 3, 10)
PERIOD = {"period_from": date(2025, 9, 10), "period_to": TODAY}


@pytest.fixture
def tri_valley(anna):
    return client_of("Inland", "Tri-Valley Sensors", counselor=anna)


@pytest.fixture
def survey(tri_valley):
    """Return a survey that was sent to the client."""
    rosa = person("Ortega", "Rosa", organization=tri_valley)
    reachable(rosa, email="rosa@example.org")
    return send_survey(SYSTEM, {"client_id": tri_valley.id, "person_id": rosa.id, **PERIOD})


def answer(row):
    values = dict.fromkeys(("sales", "sale_countries", "new_countries", "comment"))
    save_answer(row, values | {"answered_by": "Rosa", "jobs": 2, "currency": "USD", "publish": PublishConsent.refused})


def digest_text(mails, moment=None):
    sent = mails(moment) if moment else mails()
    return sent["digest"].text if "digest" in sent else ""


def test_answer_is_in_the_digest_until_it_is_accepted(mails, survey):
    answer(survey)
    assert "Answer to accept: Tri-Valley Sensors" in digest_text(mails)
    assert "Answer to accept: Tri-Valley Sensors" in digest_text(mails, MORNING + timedelta(days=1))


@pytest.mark.parametrize(("days", "is_due"), [(0, False), (1, True), (2, False)])
def test_unanswered_survey_is_in_one_digest_after_three_weeks(mails, survey, days, is_due):
    survey.sent_at = MORNING - timedelta(days=21, hours=-1)
    text = digest_text(mails, MORNING + timedelta(days=days))
    assert ("No answer to the impact survey: Tri-Valley Sensors" in text) is is_due


@pytest.mark.parametrize(
    ("days", "automatic", "is_due"),
    [(8, False, False), (7, False, True), (7, True, True), (6, False, False), (0, False, True), (0, True, False)],
)
def test_survey_is_announced_a_week_before_and_until_it_is_sent(mails, tri_valley, days, automatic, is_due):
    rosa = reachable(person("Ortega", "Rosa", organization=tri_valley), email="rosa@example.org")
    values = {"client_id": tri_valley.id, "reason": "STEP award", "starts_on": date(2025, 11, 1)}
    row = add_plan(SYSTEM, values | {"automatic": automatic, "person_id": rosa.id})
    row.next_on = TODAY + timedelta(days=days)
    assert ("Impact survey of Tri-Valley Sensors is due" in digest_text(mails)) is is_due


def test_automatic_survey_to_who_gets_no_email_is_due_with_the_reason(mails, tri_valley):
    rosa = reachable(person("Ortega", "Rosa", organization=tri_valley), email="rosa@example.org")
    values = {"client_id": tri_valley.id, "reason": "STEP award", "starts_on": date(2025, 11, 1)}
    row = add_plan(SYSTEM, values | {"automatic": True, "person_id": rosa.id})
    row.next_on = TODAY
    opt_out(["rosa@example.org"])
    assert "No email can be sent: Asked not to be emailed. STEP award" in digest_text(mails)


def test_paused_schedules_and_clients_of_others_are_left_out(mails, tri_valley, people):
    values = {"reason": "STEP award", "starts_on": date(2025, 11, 1)}
    paused = add_plan(SYSTEM, values | {"client_id": tri_valley.id})
    other = add_plan(SYSTEM, values | {"client_id": client_of("Inland", "Other", counselor=people["clara"]).id})
    for row in (paused, other):
        row.next_on = TODAY
    pause_plan(paused, paused=True)
    assert "Impact survey of" not in digest_text(mails)


def test_confidential_client_is_not_named(mails, tri_valley, survey):
    answer(survey)
    make_confidential(tri_valley)
    text = digest_text(mails)
    assert ("Tri-Valley" in text, "onfidential" in text) == (False, True)
