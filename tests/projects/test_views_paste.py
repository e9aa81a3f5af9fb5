"""A pasted email fills in the form of a new project; nothing is saved before that form is."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa

from crm.core.data.base import db
from crm.organizations.models import Organization
from crm.projects import queries
from crm.projects.models import Need, Project
from crm.projects.policy import ProjectRole, SourceKind
from crm.records.policy import ContactMedium, PointLabel
from crm.records.services import ContactPointValues, set_points
from tests.factories import person, post
from tests.tools.pages import problems_of, submitted_values
from tests.tools.rows import count

EMAIL = """From: Daniel Whitcombe <daniel@chongming.post.example>
Sent: Monday, March 9, 2026 10:15 AM
Subject: New lead: Ningbo water plant

The prime contractor is Huayue Municipal. Owner: Ningbo Water Bureau.
Bids are due by April 18, 2026 at 5 PM. Budget: RMB 35 million. They need 40 ultrasonic meters and data loggers.
"""


def test_pasted_email_becomes_a_project_only_after_confirmation(anna, actor, prime, water):
    officer = person("Whitcombe", "Daniel", organization=post("Consulate General Chongming"))
    set_points(
        officer, [ContactPointValues(ContactMedium.email, PointLabel.work, "daniel@chongming.post.example")], "CN"
    )
    organizations = count(Organization)
    page = anna.post("/projects/paste", data={"mail": EMAIL.replace("Owner", "\n\nOwner")}).text
    assert problems_of(page) == []
    assert (count(Project), count(Organization)) == (0, organizations)
    for chip in (
        "Ningbo water plant",
        "Ningbo, China",
        "Sat, Apr 18, 5:00",
        "CN¥35M",
        "Ningbo Water Bureau (new)",
        "40 Ultrasonic meters",
    ):
        assert chip in page
    assert anna.post("/projects/new", data=submitted_values(page, "/projects/new")).status_code == 303
    row = db.session.scalars(sa.select(Project)).one()
    assert (row.name, row.city, row.country, row.zone) == ("Ningbo water plant", "Ningbo", "CN", "Asia/Shanghai")
    assert (row.value, row.currency, row.bid_wall) == (Decimal(35_000_000), "CNY", datetime(2026, 4, 18, 17))
    assert (row.source_kind, row.source_id, row.heard_on) == (SourceKind.person, officer.id, date(2026, 3, 9))
    assert [i for i, _name in queries.list_sectors(row.id)] == [water.id]
    needs = sa.select(Need.title, Need.quantity_number).where(Need.project_id == row.id).order_by(Need.id)
    assert db.session.execute(needs).all() == [("Ultrasonic meters", 40), ("Data loggers", None)]
    parties = [(p.role, p.organization) for p in queries.list_parties(actor("anna"), row.id)]
    assert parties == [(ProjectRole.owner, "Ningbo Water Bureau"), (ProjectRole.prime, "Huayue Municipal")]


CHINESE_EMAIL = """发件人: 陈美玲 <chen@guangzhou.post.example>
发送时间: 2026年3月9日 10:15
主题: 项目线索：宁波污水处理厂二期

安娜您好：
据悉，宁波污水处理厂二期总包商为华东水务集团，总投资约3.5亿元人民币。投标截止时间为2026年4月18日下午5点。
他们需要超声波流量计。
"""


def test_pasted_chinese_email_becomes_a_project_with_its_prime_and_need(anna, actor, people, water):
    officer = person("Chen", "Meiling", organization=post("Consulate General Guangzhou"))
    set_points(officer, [ContactPointValues(ContactMedium.email, PointLabel.work, "chen@guangzhou.post.example")], "CN")
    page = anna.post("/projects/paste", data={"mail": CHINESE_EMAIL}).text
    for chip in ("宁波污水处理厂二期", "Ningbo, China", "华东水务集团", "超声波流量计"):
        assert chip in page
    assert anna.post("/projects/new", data=submitted_values(page, "/projects/new")).status_code == 303
    row = db.session.scalars(sa.select(Project)).one()
    assert (row.label, row.native_label) == ("宁波污水处理厂二期", "")
    assert (row.native_name, row.city, row.country, row.zone) == ("宁波污水处理厂二期", "Ningbo", "CN", "Asia/Shanghai")
    assert (row.value, row.currency, row.bid_wall) == (Decimal(350_000_000), "CNY", datetime(2026, 4, 18, 17))
    assert (row.source_kind, row.source_id, row.heard_on) == (SourceKind.person, officer.id, date(2026, 3, 9))
    assert [(p.role, p.organization or p.native_organization) for p in queries.list_parties(actor("anna"), row.id)] == [
        (ProjectRole.prime, "华东水务集团")
    ]
    need = db.session.scalars(sa.select(Need).where(Need.project_id == row.id)).one()
    assert "超声波流量计" in (need.title, need.native_title)


def test_email_without_a_project_leaves_the_form_empty(anna):
    page = anna.post("/projects/paste", data={"mail": "Hello Anna, thanks for the call."}).text
    assert "No project details were found in this email." in page
    values = submitted_values(page, "/projects/new")
    assert [values[name][0] for name in ("name", "country", "city", "value", "bid_day", "prime_id")] == [""] * 6
    assert anna.post("/projects/paste", data={"mail": ""}).status_code == 422
    assert count(Project) == 0
