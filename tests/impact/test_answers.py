"""The page on which clients answer, without signing in: what it shows, saves and refuses."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm.core import clock as now
from crm.core import tokens
from crm.core.data.base import db
from crm.core.mail.outbox.models import Mail
from crm.core.policy import SYSTEM
from crm.impact.models import ImpactSurvey, Milestone
from crm.impact.policy import SurveyState
from crm.impact.services import accept_answer, cancel_survey, send_survey
from tests.factories import client_of, person, reachable

pytestmark = pytest.mark.engine_in_turn

ANSWER = {
    "sales": "$120,000",
    "currency": "USD",
    "sale_countries": "China, 越南",
    "new_countries": "",
    "jobs": "2",
    "publish": "with_name",
    "comment": "Zhou's pilot led to the order.",
    "answered_by": "Rosa Ortega",
}


@pytest.fixture
def survey(chain, monkeypatch):
    """Return a survey that was sent to Rosa of the client; its link ends with the secret in `token`."""
    return make_survey(chain.client, monkeypatch)


def make_survey(client, monkeypatch, *, secret="one", language=None, **facts):
    monkeypatch.setattr("crm.impact.services.surveys.new_token", lambda: secret)
    rosa = person("Ortega", "Rosa", organization=client, mail_language=language)
    reachable(rosa, email=f"{secret}@example.org")
    period = {"period_from": now.now().date() - timedelta(days=180), "period_to": now.now().date()}
    return send_survey(SYSTEM, {"client_id": client.id, "person_id": rosa.id, **period, **facts})


def state_of(row):
    db.session.refresh(row)
    return row.state


def test_token_is_long_random_and_stored_as_hash():
    first, second = tokens.new_token(), tokens.new_token()
    assert (len(first) >= 43, first != second) == (True, True)
    assert tokens.hash_token(first) not in (first, tokens.hash_token(second))


def test_client_answers_corrects_and_reads_it_again(client, survey):
    page = client.get("/milestones/survey/one").text
    assert ("Tri-Valley Sensors" in page, "<script" in page, 'lang="en"' in page) == (True, False, True)
    assert "<form" in client.get("/milestones/survey/one?sent=1").text
    answered = client.post("/milestones/survey/one?sent=1", data=ANSWER)
    assert (answered.status_code, "sent=1" in answered.headers["Location"]) == (303, True)
    page = client.get(answered.headers["Location"]).text
    assert "We received your answer" in page
    assert 'href="?lang=en">Correct your answer</a>' in page
    assert (state_of(survey), survey.sales, survey.jobs, survey.comment) == (
        SurveyState.answered,
        120000,
        2,
        ANSWER["comment"],
    )
    page = client.get("/milestones/survey/one").text
    texts = ("China, 越南", "Rosa Ortega", "Zhou&#39;s pilot", "We received your answer", "Send corrected answer")
    for text in ('value="120000"', *texts):
        assert text in page, text
    client.post("/milestones/survey/one", data=ANSWER | {"sales": "12万"})
    db.session.refresh(survey)
    assert (survey.sales, db.session.scalar(sa.select(sa.func.count(Milestone.id)))) == (120000, 0)


def test_chinese_recipient_gets_email_and_page_in_chinese_and_may_switch(client, chain, monkeypatch):
    make_survey(chain.client, monkeypatch, secret="zh", language="zh_Hant")
    mail = db.session.scalars(sa.select(Mail)).one()
    assert ("贵公司的成效" in mail.subject, mail.address, mail.secret) == (True, "zh@example.org", True)
    page = client.get("/milestones/survey/zh").text
    assert ('lang="zh-Hans"' in page, "首次销往" in page, "?lang=en" in page) == (True, True, True)
    english_page = client.get("/milestones/survey/zh?lang=en").text
    assert ("for the first time" in english_page, "月" in english_page) == (True, False)


def test_opening_the_link_changes_nothing(client, survey):
    before = db.session.execute(sa.select(ImpactSurvey.__table__)).all()
    for _ in range(3):
        assert client.get("/milestones/survey/one").status_code == 200
        client.head("/milestones/survey/one")
    db.session.expire_all()
    assert db.session.execute(sa.select(ImpactSurvey.__table__)).all() == before


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"sales": "a lot"}, "Enter a number"),
        ({"sales": "9999999999999"}, "Enter a smaller number"),
        ({"jobs": "1.5"}, "Enter a whole number, for example 2."),
        ({"answered_by": " "}, "Enter your name"),
        ({"currency": "XXX"}, "Choose one"),
        ({"publish": "maybe"}, "Choose one"),
        ({"sale_countries": "x" * 201}, "Enter a shorter text"),
        ({"sales": "", "sale_countries": "", "jobs": "", "comment": ""}, "Answer at least one question"),
    ],
)
def test_wrong_answer_is_refused_with_everything_still_there(client, survey, values, text):
    refused = client.post("/milestones/survey/one", data=ANSWER | values)
    assert (refused.status_code, text in refused.text, "Rosa Ortega" in refused.text or "answered_by" in values) == (
        422,
        True,
        True,
    )
    name = "comment" if len(values) > 1 else next(iter(values))
    assert f'<a href="#{name}">' in refused.text
    assert state_of(survey) is SurveyState.sent


@pytest.mark.parametrize("values", [{"sales": "a lot"}, {"jobs": "one or two"}])
def test_answer_that_is_not_a_number_is_not_a_missing_one(client, survey, values):
    blank = dict.fromkeys(("sales", "sale_countries", "jobs", "comment"), "")
    refused = client.post("/milestones/survey/one", data=ANSWER | blank | values)
    assert (refused.status_code, "Answer at least one question" in refused.text) == (422, False)


def test_each_error_looks_like_one_and_its_link_leads_to_its_field(client, survey):
    page = client.post("/milestones/survey/one", data=ANSWER | {"jobs": "many", "publish": "maybe"}).text
    for name in ("jobs", "publish"):
        assert (f'<p class="err" id="{name}-error">' in page, f'id="{name}"' in page) == (True, True)
        assert f'href="#{name}"' in page


def test_page_is_small_and_asks_no_other_host(client, survey):
    page = client.get("/milestones/survey/one")
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert [a for a in addresses if not a.startswith(("/static/", "data:", "?"))] == []
    style = client.get(next(a for a in addresses if "theme" in a)).get_data()
    assert len(gzip.compress(page.get_data())) + len(gzip.compress(style)) < 20_000
    assert page.headers["Cache-Control"] == "no-store"


def test_forged_expired_canceled_and_replaced_links_look_the_same(client, chain, clock, survey, monkeypatch):
    forged = client.get("/milestones/survey/two")
    assert (forged.status_code, "Tri-Valley" in forged.text) == (404, False)
    canceled = make_survey(chain.client, monkeypatch, secret="three")
    cancel_survey(canceled)
    pages = [forged.text, client.get("/milestones/survey/three").text]
    assert client.post("/milestones/survey/three", data=ANSWER).status_code == 404
    clock.forward(days=46)
    pages.append(client.get("/milestones/survey/one").text)
    assert client.post("/milestones/survey/one", data=ANSWER).status_code == 404
    assert len(set(pages)) == 1
    assert (state_of(survey), state_of(canceled)) == (SurveyState.sent, SurveyState.canceled)


def test_link_is_over_once_the_answer_is_accepted(client, actor, survey):
    client.post("/milestones/survey/one", data=ANSWER)
    db.session.refresh(survey)
    accept_answer(actor("anna"), survey, [])
    page = client.get("/milestones/survey/one")
    assert (page.status_code, "has been recorded" in page.text, "120000" in page.text) == (200, True, False)
    client.post("/milestones/survey/one", data=ANSWER | {"jobs": "99"})
    db.session.refresh(survey)
    assert survey.jobs == 2


def test_link_of_one_client_shows_and_changes_nothing_of_another(client, chain, survey, monkeypatch):
    other = make_survey(client_of("Inland", "Bay Cold Chain"), monkeypatch, secret="bay")
    page = client.get("/milestones/survey/bay").text
    assert ("Bay Cold Chain" in page, "Tri-Valley" in page) == (True, False)
    client.post("/milestones/survey/bay", data=ANSWER | {"client_id": chain.client.id, "id": survey.id})
    assert (state_of(other), state_of(survey)) == (SurveyState.answered, SurveyState.sent)


def test_page_names_no_confidential_opportunity(client, chain, monkeypatch):
    make_survey(chain.client, monkeypatch, secret="deal", opportunity_id=chain.opportunity.id)
    mail = db.session.scalars(sa.select(Mail)).one()
    page = client.get("/milestones/survey/deal").text
    assert ("Level meters" in page, "Level meters" in mail.subject) == (False, False)


def test_attempts_are_limited(client, survey):
    statuses = [client.post("/milestones/survey/one", data=ANSWER).status_code for _ in range(12)]
    assert (statuses[0], statuses[-1]) == (303, 429)
    refused = client.post("/milestones/survey/one", data=ANSWER)
    assert (int(refused.headers["Retry-After"]) > 0, "Rosa Ortega" in refused.text) == (True, True)


def test_answer_of_a_browser_without_cookies_is_saved(peopled, monkeypatch):
    with peopled.app_context():
        make_survey(client_of("Inland", "Tri-Valley Sensors"), monkeypatch)
        db.session.commit()
    guest = peopled.test_client(use_cookies=False)
    assert "Set-Cookie" not in guest.get("/milestones/survey/one").headers
    assert guest.post("/milestones/survey/one", data=ANSWER).status_code == 303
    with peopled.app_context():
        row = db.session.scalars(sa.select(ImpactSurvey)).one()
        assert (row.state, row.jobs) == (SurveyState.answered, 2)
