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
    facts["needs"] = tuple(f"{need.quantity} {need.title}".strip() for need in facts["needs"])
    return {name: value for name, value in facts.items() if value}


@pytest.mark.parametrize("email", [*ENGLISH_EMAILS, *CHINESE_EMAILS])
def test_facts_of_an_email_are_read_and_what_it_lacks_stays_empty(email):
    assert facts_of(email.text) == email.facts


NEEDS = {
    "They need 200 ultrasonic flow meters, about 20 sets of level sensors and data loggers by June.": (
        "200 Ultrasonic flow meters",
        "20 sets Level sensors",
        "Data loggers",
    ),
    "The prime is looking for American suppliers of noise barriers for the ring road.": (
        "Noise barriers for the ring road",
    ),
    "The contractor seeks U.S. vendors who make cold chain loggers.": ("Cold chain loggers",),
    "It is in the market for 12 generators (2 MW), and would like to buy transformers.": (
        "12 Generators",
        "Transformers",
    ),
    "They will purchase pumps for phase 2, valves; bids are due on May 4.": ("Pumps for phase 2", "Valves"),
    "Needs: valves, pumps, 30 t of activated carbon\nThey need filters.": ("Valves", "Pumps", "30 t Activated carbon"),
    "They need pumps. They also need Pumps and a, b, cc, dd, ee, ff, gg.": ("Pumps", "Cc", "Dd", "Ee", "Ff"),
    "They are looking for level sensors (400 pcs), UV units (see page 3, annex), and pumps.": (
        "400 pcs Level sensors",
        "UV units",
        "Pumps",
    ),
    "他们需要液位计（400台）、紫外消毒设备。": ("400台 液位计", "紫外消毒设备"),
    "Requirements: TBD": (),
    "We need your answer by Friday. You will need a visa. Do you need samples?": (),
    "They need more time to decide, don't need pumps, and seek investors.": (),
    "The plant needs to be finished in 2027. It requires a bid bond and a certificate.": (),
    "他们急需约200台超声波流量计、数据记录仪以及阀门。": ("200台 超声波流量计", "数据记录仪", "阀门"),
    "总包方正在寻找美国的空气质量传感器和聲屏障供应商，请回复。": ("空气质量传感器", "聲屏障"),
    "采购内容：水质检测仪、活性炭": ("水质检测仪", "活性炭"),
    "该公司计划采购一批光伏逆变器。我们需要水泵。需要您确认。采购部门的王经理需要了解情况。": ("光伏逆变器",),
}


@pytest.mark.parametrize(("text", "needs"), NEEDS.items())
def test_needs_are_read_from_lines_and_sentences(text, needs):
    assert facts_of(text).get("needs", ()) == needs


@pytest.mark.parametrize(
    "unit",
    [
        "A",
        "Aa ",
        "项",
        "宁波",
        "1,",
        "“",
        "Project: ",
        "the A ",
        "总包为",
        "due 1/1 ",
        "$1 ",
        "a\n",
        "they need ",
        "need 1 a, ",
        "他们需要",
        "需要泵和",
        "they need (a",
        "they need (a) ",
    ],
)
def test_reading_takes_linear_time(unit):
    short, long = ((unit * 40_000)[:size] for size in (5_000, 20_000))
    read_lead(parse_pasted_email(short), TODAY)
    began = time.process_time()
    assert isinstance(read_lead(parse_pasted_email(long), TODAY), LeadFacts)
    assert time.process_time() - began < 2
