"""Accepting an answer: what is missing is shown in the row of its milestone."""

from __future__ import annotations

import re

import pytest

from crm.core.data.base import db
from crm.core.policy import SYSTEM
from crm.impact.models import Milestone
from crm.impact.policy import PublishConsent
from crm.impact.services import save_answer, send_survey
from tests.factories import person, reachable
from tests.impact.test_survey_views import PERIOD
from tests.tools.rows import count

ROW = {"type": "new_market", "on": "03/01/2026", "currency": "USD", "add": "y"}


@pytest.fixture
def post(client, chain):
    """Return a function that accepts an answer with these milestones."""
    rosa = person("Ortega", "Rosa", organization=chain.client)
    reachable(rosa, email="rosa@example.org")
    survey = send_survey(SYSTEM, {"client_id": chain.client.id, "person_id": rosa.id, **PERIOD})
    answer = dict.fromkeys(("sales", "sale_countries", "jobs", "comment"))
    answer |= {"answered_by": "Rosa", "currency": "USD", "new_countries": "Vietnam, Asia"}
    save_answer(survey, answer | {"publish": PublishConsent.refused})
    db.session.commit()
    anna = client.login_as("anna")

    def send(*rows):
        data = {f"results-{n}-{name}": text for n, row in enumerate(rows) for name, text in row.items() if text}
        return anna.post(f"/milestones/surveys/{survey.id}/accept", data=data | {"version": survey.version})

    return send


def test_new_market_without_a_country_is_marked_in_its_row(post):
    answer = post(ROW | {"country": "VN"}, ROW)
    assert (answer.status_code, count(Milestone)) == (422, 0)
    assert "Choose the country of each new market." in answer.text
    rows = answer.text.split("<fieldset")[-2:]
    assert ["Choose the country of the new market." in row for row in rows] == [False, True]
    assert re.findall(r'<option selected value="VN"', rows[0])


def test_milestone_that_is_left_out_needs_no_country(post):
    assert post(ROW | {"country": "VN"}, ROW | {"add": ""}).status_code == 303
    assert count(Milestone) == 1
