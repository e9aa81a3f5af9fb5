"""Needs in a list below a line such as "They are looking for:"."""

from __future__ import annotations

from datetime import date

import pytest

from crm.interactions.paste import parse_pasted_email
from crm.projects.lead_mail import read_lead
from crm.projects.lead_mail.needs import find_needs
from crm.projects.lead_mail.text import split_paragraphs

HEAD = "From: Li Wei <li@example.cn>\nSent: Monday, March 9, 2026 10:15 AM\nTo: anna@center.example\nSubject: Lead\n\n"


def needs_of(text: str) -> list[str]:
    """Return the needs that an email names, with their quantities."""
    return [f"{need.quantity} {need.title}".strip() for need in find_needs(None, split_paragraphs(text))]


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        (
            "They are looking for:\n- Level sensors (400 pcs)\n- UV units\n\nBids are due in May.",
            ["400 pcs Level sensors", "UV units"],
        ),
        (
            "The prime contractor of the airport in Chengdu is looking for:\n\n1. 20 sets of pumps;\n2. Valves.",
            ["20 sets Pumps", "Valves"],
        ),
        ("They need the following products:\n•\tValves\n•\tPumps and filters", ["Valves", "Pumps", "Filters"]),
        (
            "The EPC plans to buy:\n* flow meters\n* noise barriers\nThey need pumps.",
            ["Flow meters", "Noise barriers", "Pumps"],
        ),
        ("They need pumps. They are also looking for:\n- Valves", ["Pumps", "Valves"]),
        ("业主需要阀门。业主寻找以下设备：\n- 水泵", ["阀门", "水泵"]),
        ("> They are looking for:\n> - Valves\n> - Pumps", ["Valves", "Pumps"]),
        (
            "项目方希望采购：\n1、超声波流量计200台\n2、紫外消毒设备\n3、阀门",
            ["超声波流量计200台", "紫外消毒设备", "阀门"],
        ),
        ("业主计划采购以下设备:\n（1）液位计（400台）；\n（2）水泵。", ["400台 液位计", "水泵"]),
        ("They are looking for:\n- Valves: see the annex\n- Li Wei, li@example.cn\n- Pumps", ["Pumps"]),
        (
            "They are looking for:\n- Ultrasonic flow meters and pressure sensors of stainless steel\n- Pumps",
            ["Ultrasonic flow meters", "Pressure sensors of stainless steel", "Pumps"],
        ),
    ],
)
def test_items_of_a_list_are_needs(text, needs):
    assert needs_of(text) == needs


@pytest.mark.parametrize(
    "body", ["{}", "FYI\n\n-----Original Message-----\nFrom: a@b.example\n\n{}\n\nBest regards,\nLi"]
)
def test_list_of_a_pasted_email_is_read(body):
    text = HEAD + body.format(
        "The project needs suppliers. They are looking for:\n\n  - Valves\n  - Pumps\n\nBids are due."
    )
    facts = read_lead(parse_pasted_email(text), date(2026, 3, 10))
    assert [need.title for need in facts.needs] == ["Valves", "Pumps"]


@pytest.mark.parametrize(
    "text",
    [
        "We are looking for:\n- Companies in Reno\n- Valves",
        "We are currently looking for:\n- Valves",
        "Are you looking for:\n- Valves",
        "They are not looking for:\n- Valves",
        "The application needs:\n- Passport copy\n- Bank reference",
        "Travel needs:\n- Hotel near the consulate",
        "The tender requires:\n- ISO 9001\n- Bank reference",
        "They met the mayor:\n- Valves",
        "They are looking for:\nThe tender closes in May.\n- Valves",
        "They are looking for:\nValves\nPumps",
        "They are looking for:\n- Partners\n- Financing\n- Deadline: May 4\n- What is your price?",
        "They are looking for the following:\n- The call is on Monday. Dial in early",
        "我方希望采购：\n- 阀门",
        "贵公司是否需要采购：\n- 阀门",
        "政府采购：\n- 招标公告\n- 阀门",
        "They are looking for the following products. Please see the annex.",
        "参会人员：\n1、李伟\n2、王芳",
    ],
)
def test_other_lists_are_no_needs(text):
    assert needs_of(text) == []
