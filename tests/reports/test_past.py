"""A report of a past period: the pipeline of its last day, from the recorded changes."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape

import pytest

from crm.opportunities import services
from crm.opportunities.policy import OpportunityStage
from crm.reports.queries import Scope
from crm.reports.queries.past import sum_past
from tests.factories import client_of, team_id_of
from tests.factories.opportunities import make_opportunity, move_at
from tests.reports.test_views import count_listed

END = date(2026, 2, 28)


@pytest.fixture
def history(people, actor, clock):
    """Return an opportunity that was Anna's, matched and in yuan in February, and one made in March."""
    clock.set(datetime(2026, 2, 1, 17, 0, tzinfo=UTC))
    row = make_opportunity(client_of("Inland"), "Old", counselor=people["anna"], amount=700, currency="CNY")
    clock.set(datetime(2026, 3, 5, 17, 0, tzinfo=UTC))
    values = {"amount": 5000, "currency": "USD", "counselor_id": people["clara"].id}
    services.change_opportunity(actor("clara"), row, values)
    move_at(row, OpportunityStage.matched, OpportunityStage.quoted, datetime(2026, 3, 5, 18, 0, tzinfo=UTC))
    clock.set(datetime(2026, 3, 6, 17, 0, tzinfo=UTC))
    make_opportunity(client_of("Inland"), "New")
    services.change_opportunity(actor("clara"), row, {"amount": 6000})
    clock.set(datetime(2026, 3, 10, 17, 0, tzinfo=UTC))
    return row


def test_past_day_has_the_stage_amount_currency_and_counselor_of_that_day(history, actor, people):
    scope = Scope(actor("anna"), (team_id_of("Inland"),))
    rows = sum_past(scope, END)
    assert [(row.key[1:], row.currency, row.opportunity_count, row.amount) for row in rows] == [
        ((OpportunityStage.matched, people["anna"].id), "CNY", 1, Decimal(700))
    ]
    after = sum_past(scope, date(2026, 3, 5))
    assert [(row.key[1:], row.currency, row.amount) for row in after] == [
        ((OpportunityStage.quoted, people["clara"].id), "USD", Decimal(5000))
    ]


def test_past_day_is_filtered_by_the_counselor_of_that_day(history, actor, people):
    scopes = [Scope(actor("anna"), (team_id_of("Inland"),), counselor_id=people[n].id) for n in ("anna", "clara")]
    assert [len(sum_past(scope, END)) for scope in scopes] == [1, 0]


def test_amount_that_was_unknown_on_a_past_day_is_unknown(people, actor, clock):
    clock.set(datetime(2026, 2, 1, 17, 0, tzinfo=UTC))
    row = make_opportunity(client_of("Inland"))
    clock.set(datetime(2026, 3, 10, 17, 0, tzinfo=UTC))
    services.change_opportunity(actor("clara"), row, {"amount": 5000})
    rows = sum_past(Scope(actor("anna"), (team_id_of("Inland"),)), END)
    assert [(r.opportunity_count, r.with_amount, r.amount) for r in rows] == [(1, 0, None)]


def test_past_report_says_what_it_cannot_show_and_its_numbers_open_the_records(client, history):
    web = client.login_as("anna")
    page = web.get("/reports/pipeline?period=month&at=2026-02-15").text
    assert "The pipeline is shown as of Feb 28, 2026, from the recorded changes." in page
    assert "What changed in February 2026?" in page
    assert 'id="stuck"' not in page
    links = re.findall(r'<td class="num"><a href="(/opportunities/[^"]*was=[^"]*)">(\d+)</a>', page)
    assert [(count_listed(web, unescape(url)), int(n)) for url, n in links if n != "0"] == [(1, 1)] * 3


def test_stage_of_a_past_day_needs_a_day_and_a_stage(client, people):
    web = client.login_as("anna")
    bad = ("2026-02-28:nothing", "x:open", "open")
    assert [web.get(f"/opportunities/?was={value}").status_code for value in bad] == [400] * 3
