"""What the form of a review says about each opportunity."""

from __future__ import annotations

import re
from datetime import timedelta

from crm.core import clock as business_clock
from crm.core.data.base import db
from crm.opportunities.policy import OpportunityStage, WaitingFor
from tests.factories import client_of, team_id_of
from tests.factories.opportunities import make_opportunity


def read_lines(page: str) -> list[str]:
    """Return what is below the name of each opportunity."""
    texts = re.findall(r'<div class="small faint">(.*?)</div>', page, re.DOTALL)
    return [" ".join(text.split()) for text in texts]


def test_form_says_how_long_it_is_stuck_and_who_is_waited_for(clock, client, people):
    facts = {"stage": OpportunityStage.quoted, "days": 95, "amount": 1000, "counselor": people["anna"]}
    row = make_opportunity(client_of("Inland"), **facts)
    row.waiting_for, row.created_at = WaitingFor.rep, business_clock.now() - timedelta(days=100)
    db.session.flush()
    page = client.login_as("clara").get("/reports/reviews/new").text
    assert read_lines(page) == [
        "Overdue in stage, No next step · Quoted, 95 d in stage · Waiting for rep · $1,000",
    ]


def test_form_marks_the_team_under_review(client, people):
    web = client.login_as("nora")
    for name in ("Bay", "Inland"):
        page = web.get(f"/reports/reviews/new?team={team_id_of(name)}").text
        tabs = page.partition('<nav class="tabs" aria-label="Team">')[2].partition("</nav>")[0]
        assert re.findall(r'aria-current="page">([^<]+)</a>', tabs) == [name]
        assert tabs.count("<a ") == 3


def test_report_of_a_team_starts_its_review(client, people):
    web, bay = client.login_as("nora"), team_id_of("Bay")
    page = web.get(f"/reports/review?team={bay}").text
    assert f'href="/reports/reviews/new?team={bay}">Start review' in page
    assert 'href="/reports/reviews/new">Start review' in web.get("/reports/review?team=").text
