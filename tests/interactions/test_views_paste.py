"""A pasted mail becomes a contact: with whom, when, and its words."""

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
from tests.interactions.lookups import NEW, contacts, posted
from tests.tools.pages import problems_of
from tests.tools.rows import count

MAIL = """发件人: 王小明 <wangxm@huayue.example>
发送时间: 2026年12月8日 9:30
收件人: anna@demo.example
主题: 样品

样品已经收到。
"""


def test_a_pasted_mail_proposes_person_time_and_text(web, wang):
    set_points(wang, [Point(Medium.email, PointLabel.work, "wangxm@huayue.example")], "CN")
    page = web.post("/interactions/paste", data={"mail": MAIL}).text
    assert problems_of(page) == []
    assert contacts() == []
    web.post(NEW, data=posted(page))
    (row,) = contacts()
    assert (row.what, row.subject, row.notes, row.reached) == (Kind.email, "样品", "样品已经收到。", Reached.one_way)
    assert (row.wall, row.zone) == (datetime(2026, 12, 8, 9, 30), "Asia/Shanghai")
    assert db.session.scalar(sa.select(InteractionParty.person_id)) == wang.id


def test_a_mail_from_a_stranger_offers_to_add_them_with_their_address(web):
    page = web.post("/interactions/paste", data={"mail": MAIL}).text
    data = posted(page) | {"people-new": ["王小明 <wangxm@huayue.example>"]}
    assert web.post(NEW, data=data).status_code == 303
    assert db.session.scalar(sa.select(Person.native_label)) or db.session.scalar(sa.select(Person.label)) == "王小明"


def test_a_mail_from_a_new_address_asks_whether_it_is_somebody_known(web, anna):
    from crm.people.services import add_person

    known = add_person(anna, {"family_native": "王", "given_native": "小明"})
    data = posted(web.post("/interactions/paste", data={"mail": MAIL}).text)
    assert web.post(NEW, data=data).status_code == 422
    assert web.post(NEW, data=data | {"people": [str(known.id)]}).status_code == 303
    assert db.session.scalars(sa.select(InteractionParty.person_id)).all() == [known.id]
    assert count(Person) == 1


@pytest.mark.parametrize("mail", ["", "x" * 200_001])
def test_a_mail_that_is_none_is_refused(web, mail):
    assert web.post("/interactions/paste", data={"mail": mail}).status_code == 422


def test_of_a_long_mail_no_word_is_cut_in_silence(web, wang):
    set_points(wang, [Point(Medium.email, PointLabel.work, "wangxm@huayue.example")], "CN")
    page = web.post("/interactions/paste", data={"mail": MAIL + "样品" * 10_001 + "\nlast words"}).text
    assert "last words" in page
    refused = web.post(NEW, data=posted(page))
    assert (refused.status_code, contacts()) == (422, [])
    assert ("at most 20000 characters" in refused.text, "last words" in refused.text) == (True, True)
