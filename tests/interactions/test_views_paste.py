"""A pasted email fills the log form: person, time and text."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.interactions.models import InteractionParty
from crm.interactions.policy import Kind, Reached
from crm.people.models import Person
from crm.records.policy import Medium, PointLabel
from crm.records.services import Point, set_points
from tests.interactions.lookups import NEW, list_interactions, submitted_fields
from tests.tools.pages import problems_of
from tests.tools.rows import count

MAIL = """发件人: 王小明 <wangxm@huayue.example>
发送时间: 2026年12月8日 9:30
收件人: anna@demo.example
主题: 样品

样品已经收到。
"""


def test_pasted_email_fills_person_time_and_text(web, wang):
    set_points(wang, [Point(Medium.email, PointLabel.work, "wangxm@huayue.example")], "CN")
    page = web.post("/interactions/paste", data={"mail": MAIL}).text
    assert problems_of(page) == []
    assert list_interactions() == []
    web.post(NEW, data=submitted_fields(page))
    (row,) = list_interactions()
    assert (row.what, row.subject, row.notes, row.reached) == (Kind.email, "样品", "样品已经收到。", Reached.one_way)
    assert (row.wall, row.zone) == (datetime(2026, 12, 8, 9, 30), "Asia/Shanghai")
    assert db.session.scalar(sa.select(InteractionParty.person_id)) == wang.id


def test_email_from_an_unknown_person_offers_to_add_them(web):
    page = web.post("/interactions/paste", data={"mail": MAIL}).text
    data = submitted_fields(page) | {"people-new": ["王小明 <wangxm@huayue.example>"]}
    assert web.post(NEW, data=data).status_code == 303
    assert db.session.scalar(sa.select(Person.native_label)) or db.session.scalar(sa.select(Person.label)) == "王小明"


def test_email_from_a_new_address_offers_people_of_that_name(web, anna):
    from crm.people.services import add_person

    existing = add_person(anna, {"family_native": "王", "given_native": "小明"})
    data = submitted_fields(web.post("/interactions/paste", data={"mail": MAIL}).text)
    assert web.post(NEW, data=data).status_code == 422
    assert web.post(NEW, data=data | {"people": [str(existing.id)]}).status_code == 303
    assert db.session.scalars(sa.select(InteractionParty.person_id)).all() == [existing.id]
    assert count(Person) == 1


@pytest.mark.parametrize("mail", ["", "x" * 200_001])
def test_invalid_email_text_is_refused(web, mail):
    assert web.post("/interactions/paste", data={"mail": mail}).status_code == 422


def test_long_email_is_not_cut_silently(web, wang):
    set_points(wang, [Point(Medium.email, PointLabel.work, "wangxm@huayue.example")], "CN")
    page = web.post("/interactions/paste", data={"mail": MAIL + "样品" * 10_001 + "\nlast words"}).text
    assert "last words" in page
    refused = web.post(NEW, data=submitted_fields(page))
    assert (refused.status_code, list_interactions()) == (422, [])
    assert ("at most 20000 characters" in refused.text, "last words" in refused.text) == (True, True)
