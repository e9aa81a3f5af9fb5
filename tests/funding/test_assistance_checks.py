"""Warnings about assistance: on its form, the client's page, the list, and the page *Data quality*."""

from __future__ import annotations

import html
import itertools
import re
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from crm.core import clock
from crm.core.policy import SYSTEM
from crm.funding.assistance_texts import describe_issue
from crm.funding.models import Assistance
from crm.funding.policy.assistance import AssistanceIssue, find_issues
from crm.funding.policy.step import AssistanceState
from crm.funding.queries.assistance import select_assistance
from crm.funding.queries.assistance_checks import is_issue, load_facts
from crm.funding.services.assistance import save_part
from tests.factories import client_of
from tests.tools.pages import visible_text

FORM = {"activity": "show", "description": "Booth", "state": "completed", "on": "11/05/2026"}
OVERSPENT = "Spent $500 more than approved. Correct the amounts, or have the increase approved."
LOW = (
    "The match is $2,000 short of 25% of the total cost ($3,000 of $12,000). "
    "Enter the full match, or ask the client for it."
)
OUTSIDE = "The date is outside the award (Oct 1, 2026 – Sep 30, 2027). Correct the date, or choose another award."
OVERDUE = "The client's report is overdue since Nov 30. Ask the client for it, or enter when you received it."


@pytest.fixture
def matched(award):
    """Return an award that requires a match of 25%."""
    award.match_percent = 25
    return award


def read(page) -> str:
    return html.unescape(visible_text(page.text))


def test_form_saves_with_a_warning_that_says_what_to_do(web, client_firm, matched, session):
    data = FORM | {"client_id": client_firm.id, "award_id": matched.id, "approved": "8500", "spent": "9000"}
    data |= {"match": "1000", "on": "09/30/2026", "report_due_on": "11/30/2026"}
    assert web.post("/funding/assistance/new", data=data).status_code == 303
    page = read(web.get(f"/organizations/{client_firm.id}"))
    labels = "Spent more than approved, Match too low, Date outside the award, Client's report overdue"
    assert f"Changes saved. Check this assistance: {labels}." in page
    row = session.query(Assistance).one()
    for url in (f"/organizations/{client_firm.id}", f"/funding/assistance/{row.id}"):
        page = read(web.get(url))
        assert [text in page for text in (OVERSPENT, LOW, OUTSIDE, OVERDUE)] == [True] * 4, url
    assert "report due" not in read(web.get(f"/organizations/{client_firm.id}"))


def test_form_without_problems_has_no_warning(web, client_firm, matched, session):
    data = FORM | {"client_id": client_firm.id, "award_id": matched.id, "approved": "8000", "spent": "6000"}
    data |= {"match": "2000", "report_due_on": "12/30/2026"}
    assert web.post("/funding/assistance/new", data=data).status_code == 303
    page = read(web.get(f"/organizations/{client_firm.id}"))
    assert ("Changes saved." in page, "Check this" in page, "report due Dec 30" in page) == (True, False, True)
    assert 'role="note"' not in web.get(f"/funding/assistance/{session.query(Assistance).one().id}").text


def test_amounts_of_the_match_are_rounded_to_cents(session, client_firm, matched):
    matched.match_percent = Decimal("33.33")
    values = {"client_id": client_firm.id, "award_id": matched.id, "description": "x", "on": date(2026, 11, 5)}
    row = save_part(SYSTEM, Assistance(), values | {"state": AssistanceState.paid, "spent": Decimal(1_200_000)})
    text = describe_issue(AssistanceIssue.low_match, load_facts([row.id])[row.id])
    assert "$599,910 short of 33.33% of the total cost ($599,910 of $1,799,910)" in text


def test_list_finds_each_problem(web, client_firm, matched):
    common = {"client_id": client_firm.id, "on": date(2026, 11, 5), "state": AssistanceState.completed}
    for title, values in (
        ("Fine", {"spent": 75, "match": 25, "award_id": matched.id}),
        ("Over", {"approved": 100, "spent": 101}),
        ("Low", {"spent": 75, "match": 24, "award_id": matched.id}),
        ("Early", {"on": date(2026, 9, 1), "award_id": matched.id}),
        ("Late", {"report_due_on": date(2026, 12, 7)}),
    ):
        save_part(SYSTEM, Assistance(), common | {"description": title} | values)
    titles = ("Over", "Low", "Early", "Late")
    for issue, title in zip(AssistanceIssue, titles, strict=True):
        page = web.get(f"/funding/assistance/?issue={issue.value}")
        assert [f"{x}</a>" in page.text for x in ("Fine", *titles)] == [x == title for x in ("Fine", *titles)]
        assert str(issue.label) in html.unescape(re.search(rf"{title}</a>.*?</tr>", page.text, re.DOTALL)[0])
    page = web.get("/funding/assistance/?issue=any").text
    assert [f"{x}</a>" in page for x in ("Fine", *titles)] == [False, True, True, True, True]
    assert "Match too low" in web.get("/funding/assistance/?as=csv").text
    assert web.get("/funding/assistance/?issue=nothing").status_code == 400


def test_condition_and_function_agree(session, client_firm, matched, award_with):
    """Every combination of values around each limit, in the database and in Python."""
    whole = award_with()
    whole.match_percent = 100
    amounts = (None, Decimal(0), Decimal("3999.99"), Decimal("4000.40"))
    matches = (None, Decimal(0), Decimal("1332.33"), Decimal("1332.34"), Decimal("1333.46"))
    days = (date(2026, 9, 30), date(2026, 10, 1), date(2027, 10, 1))
    due = ((None, None), (date(2026, 12, 7), None), (date(2026, 12, 8), None), (date(2026, 12, 7), date(2026, 12, 8)))
    combined = itertools.product(amounts, amounts, matches, days, (None, matched.id, whole.id))
    states = itertools.cycle(AssistanceState)
    for (approved, spent, match, day, award_id), (due_on, received_on) in zip(combined, itertools.cycle(due)):
        session.add(
            Assistance(
                client_id=client_firm.id,
                award_id=award_id,
                description="x",
                state=next(states),
                on=day,
                approved=approved,
                spent=spent,
                match=match,
                report_due_on=due_on,
                report_received_on=received_on,
            )
        )
    session.flush()
    today = clock.today("America/Los_Angeles")
    all_facts = load_facts(session.scalars(sa.select(Assistance.id)).all())
    for issue in AssistanceIssue:
        expected = {i for i, facts in all_facts.items() if issue in find_issues(facts, today)}
        stmt = select_assistance(SYSTEM).with_only_columns(Assistance.id).where(is_issue(issue, today))
        assert set(session.scalars(stmt)) == expected, issue
        assert expected, issue


def test_data_quality_counts_the_rows_of_the_list(client, web, client_firm, matched):
    values = {"description": "Booth", "on": date(2026, 11, 5), "approved": 100, "spent": 200}
    save_part(SYSTEM, Assistance(), values | {"client_id": client_firm.id})
    save_part(SYSTEM, Assistance(), values | {"client_id": client_of("Bay", "Bay firm").id})
    page = web.get("/funding/data-quality").text
    tile = r'issue=overspent">\s*<span class="k">Spent more than approved</span>\s*<span class="v warn">1<'
    assert re.search(tile, page)
    assert "Nothing to check" in web.get("/funding/assistance/?issue=low_match").text
    assert "Match too low" not in client.login_as("shen").get("/funding/data-quality").text
