"""Accepting an answer: what is missing is shown in the row of its milestone."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.policy import SYSTEM
from crm.impact.models import Milestone
from crm.impact.policy import PublishConsent
from crm.impact.services import save_answer, send_survey
from tests.factories import archived, client_of, make_confidential, person, reachable
from tests.factories.opportunities import make_opportunity
from tests.impact.test_survey_views import PERIOD
from tests.tools.pages import submitted_values
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


@pytest.fixture
def about(chain):
    """Return a function that makes an answered survey, about an opportunity or none."""
    rosa = person("Ortega", "Rosa", organization=chain.client)
    reachable(rosa, email="rosa@example.org")

    def make(opportunity_id=None):
        values = {"client_id": chain.client.id, "person_id": rosa.id, "opportunity_id": opportunity_id, **PERIOD}
        survey = send_survey(SYSTEM, values)
        answer = dict.fromkeys(("sale_countries", "new_countries", "comment"))
        answer |= {"answered_by": "Rosa", "currency": "USD", "sales": 120000, "jobs": 2}
        save_answer(survey, answer | {"publish": PublishConsent.refused})
        db.session.commit()
        return survey

    return make


def accept(web, survey, *opportunities):
    """Accept the two results of an answer as the form has them, with other opportunities."""
    url = f"/milestones/surveys/{survey.id}/accept"
    data = submitted_values(web.get(url).text, "")
    data |= {f"results-{n}-opportunity_id": [text] for n, text in enumerate(opportunities)}
    return web.post(url, data=data)


def linked() -> list[int | None]:
    """Return the opportunities of the milestones."""
    return list(db.session.scalars(sa.select(Milestone.opportunity_id).order_by(Milestone.id)))


def test_milestones_are_linked_to_the_opportunity_of_the_survey_unless_changed(client, chain, about):
    anna, own = client.login_as("anna"), chain.opportunity.id
    assert accept(anna, about(own)).status_code == 303
    assert linked() == [own, own]
    assert accept(anna, about(own), "", str(own)).status_code == 303
    assert linked()[2:] == [None, own]


def test_milestone_of_a_survey_about_the_client_is_linked_to_one_of_its_opportunities(client, chain, about):
    anna = client.login_as("anna")
    second = make_opportunity(chain.client, "Pumps for Suzhou")
    archived(make_opportunity(chain.client, "Old"))
    make_opportunity(client_of("Inland", "Other client"), "Not ours", buyer_id=chain.client.id)
    survey = about()
    page = anna.get(f"/milestones/surveys/{survey.id}/accept").text
    texts = ("No opportunity", "Level meters for Ningbo (Contract signed)", "Pumps for Suzhou", "Old<", "Not ours")
    assert [text in page for text in texts] == [True, True, True, False, False]
    assert accept(anna, survey, str(second.id)).status_code == 303
    assert linked() == [second.id, None]
    assert "$120K" in anna.get(f"/opportunities/{second.id}").text.partition("Milestones")[2]


def test_opportunity_of_another_client_or_hidden_from_the_user_is_refused(client, chain, about):
    anna, survey = client.login_as("anna"), about()
    other = make_opportunity(client_of("Inland", "Other client"), "Not ours")
    secret = make_opportunity(chain.client, "Secret deal")
    make_confidential(secret)
    db.session.commit()
    assert "Secret deal" not in anna.get(f"/milestones/surveys/{survey.id}/accept").text
    assert [accept(anna, survey, str(x.id)).status_code for x in (other, secret)] == [422, 422]
    assert linked() == []


def test_client_without_opportunities_has_no_field(client, about, chain):
    archived(chain.opportunity)
    anna, survey = client.login_as("anna"), about()
    assert "opportunity_id" not in anna.get(f"/milestones/surveys/{survey.id}/accept").text
    assert accept(anna, survey).status_code == 303
    assert linked() == [None, None]


@pytest.mark.parametrize("has_another", [True, False])
def test_opportunity_that_was_archived_since_the_page_was_opened_is_refused(client, about, chain, has_another):
    anna, survey, chosen = client.login_as("anna"), about(), chain.opportunity
    if has_another:
        make_opportunity(chain.client, "Pumps for Suzhou")
    url = f"/milestones/surveys/{survey.id}/accept"
    data = submitted_values(anna.get(url).text, "") | {"results-1-opportunity_id": [str(chosen.id)]}
    archived(chosen)
    db.session.commit()
    answer = anna.post(url, data=data)
    assert (answer.status_code, "Row 2, Opportunity: Choose one from the list" in answer.text) == (422, True)
    assert linked() == []
    data = submitted_values(answer.text, "") | {"results-1-opportunity_id": [""]}
    assert anna.post(url, data=data).status_code == 303


def test_archived_opportunity_of_the_survey_stays_chosen(client, about, chain):
    survey = about(chain.opportunity.id)
    archived(chain.opportunity)
    db.session.commit()
    assert accept(client.login_as("anna"), survey).status_code == 303
    assert linked() == [chain.opportunity.id] * 2
