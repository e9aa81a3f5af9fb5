"""The period of scheduled surveys begins after the client's latest answer about the same."""

from __future__ import annotations

from datetime import date

import pytest

from crm.core.policy import SYSTEM
from crm.impact.policy import PublishConsent
from crm.impact.services import decline_answer, save_answer, send_survey
from crm.impact.services.plans import add_plan, send_planned_survey
from crm.impact.services.surveys import ANSWER
from tests.factories import client_of, person, reachable

TODAY, START = date(2026, 3, 10), date(2025, 9, 10)
ANSWERED = dict.fromkeys(ANSWER) | {"answered_by": "Rosa", "currency": "USD", "publish": PublishConsent.not_asked}


@pytest.fixture
def send(actor, chain, clock):
    """Return a function that sends a survey up to a day, and one that sends the next survey of a schedule."""
    rosa = reachable(person("Delgado", "Rosa", organization=chain.client), email="rosa@tri-valley.example")
    own = {"client_id": chain.client.id, "person_id": rosa.id}

    def survey(until: date, **values):
        return send_survey(SYSTEM, own | {"period_from": date(2025, 1, 1), "period_to": until} | values)

    def scheduled(**values):
        plan = add_plan(actor("anna"), own | {"reason": "Contract", "starts_on": date(2026, 1, 31)} | values)
        row = send_planned_survey(SYSTEM, plan)
        return row.period_from, row.period_to

    return survey, scheduled


@pytest.mark.parametrize(
    ("until", "first"),
    [
        (date(2025, 9, 9), START),
        (START, date(2025, 9, 11)),
        (date(2025, 12, 31), date(2026, 1, 1)),
        (TODAY, START),  # there would be no day left
    ],
)
def test_period_begins_after_the_latest_answer(send, until, first):
    survey, scheduled = send
    save_answer(survey(until), ANSWERED)
    assert scheduled() == (first, TODAY)


def test_survey_without_an_answer_leaves_the_period_as_it_is(send, actor):
    survey, scheduled = send
    survey(date(2025, 12, 31))
    declined = survey(date(2025, 12, 31))
    save_answer(declined, ANSWERED)
    decline_answer(actor("anna"), declined, "About another company")
    assert scheduled() == (START, TODAY)


def test_answer_about_something_else_leaves_the_period_as_it_is(send, chain):
    survey, scheduled = send
    save_answer(survey(date(2025, 12, 31), opportunity_id=chain.opportunity.id), ANSWERED)
    other = client_of("Inland", "Other client")
    rosa = reachable(person("Lee", "Rosa", organization=other), email="lee@other.example")
    save_answer(survey(date(2026, 1, 31), client_id=other.id, person_id=rosa.id), ANSWERED)
    assert scheduled() == (START, TODAY)
    assert scheduled(opportunity_id=chain.opportunity.id) == (date(2026, 1, 1), TODAY)
