"""What is read from the emails of consulates."""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import date

import pytest

from crm.interactions.paste import parse_pasted_email
from crm.projects.lead_mail import LeadFacts, read_lead
from tests.projects.lead_emails import ENGLISH_EMAILS
from tests.projects.lead_emails_chinese import CHINESE_EMAILS

TODAY = date(2026, 3, 10)


def facts_of(text: str) -> dict[str, object]:
    """Return the facts that are in an email, dates, times and amounts as texts."""
    facts = asdict(read_lead(parse_pasted_email(text), TODAY))
    facts |= {"bid_day": str(facts["bid_day"] or ""), "bid_time": str(facts["bid_time"] or "")[:5]}
    facts["value"] = "" if facts["value"] is None else str(int(facts["value"]))
    return {name: value for name, value in facts.items() if value}


@pytest.mark.parametrize("email", [*ENGLISH_EMAILS, *CHINESE_EMAILS])
def test_facts_of_an_email_are_read_and_what_it_lacks_stays_empty(email):
    assert facts_of(email.text) == email.facts


@pytest.mark.parametrize(
    "unit", ["A", "Aa ", "项", "宁波", "1,", "“", "Project: ", "the A ", "总包为", "due 1/1 ", "$1 ", "a\n"]
)
def test_reading_takes_linear_time(unit):
    short, long = ((unit * 40_000)[:size] for size in (5_000, 20_000))
    read_lead(parse_pasted_email(short), TODAY)
    began = time.process_time()
    assert isinstance(read_lead(parse_pasted_email(long), TODAY), LeadFacts)
    assert time.process_time() - began < 2
